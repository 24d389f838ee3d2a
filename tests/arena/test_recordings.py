"""A made recording stands in a workspace like one that people filmed, scored and tracked."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from ethonight.annotations.bouts import SCORED
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.frames import frames_of
from ethonight.annotations.intervals import total
from ethonight.annotations.problems import AnnotationError
from ethonight.arena.movie import Made
from ethonight.arena.recordings import Written, annotation_of, write_recording
from ethonight.arena.scenario import Arena
from ethonight.arena.tracks import tracked_positions
from ethonight.jobs.idtracker_trajectories import check_shape, finite_fraction
from ethonight.jobs.protocol import Interval
from ethonight.settings.recording import read_recording
from ethonight.workspace import Workspace

SMALL = Arena(8, 6.0, size=(160, 120), animals=2, unscored=True)


@pytest.fixture
def written(tmp_path: Path) -> tuple[Workspace, Written]:
    workspace = Workspace.open(tmp_path)
    return workspace, write_recording(SMALL, workspace, "mice")


def test_the_recording_is_registered_with_its_video(written: tuple[Workspace, Written]) -> None:
    workspace, recording = written
    assert read_recording(workspace, "mice").files == (recording.made.video,)
    assert recording.made.video == workspace.root / "videos" / "mice.mp4"


def test_the_coder_has_marked_what_was_drawn_to_the_frame(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    recording = write_recording(Arena(8, 6.0, size=(160, 120), unscored=False), workspace, "one", coder="anna")
    assert recording.annotation == workspace.annotations / "one" / "anna.csv"
    made, read = recording.made, read_annotation(recording.annotation)
    assert not read.scored_rows
    spans = [(bout.label, frames_of(bout, made.edges)) for bout in read.bouts]
    assert spans == [(bout.label, frames_of(bout, made.edges)) for bout in made.bouts]


def test_time_that_nobody_scored_holds_bouts_that_nobody_marked(pair: Made) -> None:
    annotation = annotation_of(pair)
    length = float(pair.edges[-1])
    assert [row.label for row in annotation.scored_rows] == [SCORED] * len(pair.scored)
    scored = annotation.scored(length, "1")
    assert 0.5 * length < total(scored) < length
    ends = [0.0, *(second for stretch in scored for second in stretch), length]
    hidden = list(zip(ends[::2], ends[1::2], strict=True))
    assert any(start < bout.end and bout.start < end for bout in pair.bouts for start, end in hidden)
    assert not any(start < bout.end and bout.start < end for bout in annotation.bouts for start, end in hidden)


def test_unscored_stretches_are_in_the_file(written: tuple[Workspace, Written]) -> None:
    _, recording = written
    read = read_annotation(recording.annotation)
    wanted = [frames_of(row, recording.made.edges) for row in annotation_of(recording.made).scored_rows]
    assert [frames_of(row, recording.made.edges) for row in read.scored_rows] == wanted
    assert len(wanted) > 1


def test_the_session_can_be_read_as_one_of_idtracker(written: tuple[Workspace, Written]) -> None:
    workspace, recording = written
    path = workspace.sessions / "session_mice" / "trajectories" / "trajectories.h5"
    assert recording.trajectories == path
    assert check_shape(path) == (SMALL.frames, 2)
    assert finite_fraction(path, [Interval(0, SMALL.frames)]) > 0.8
    with h5py.File(path) as file:
        assert file["id_probabilities"].shape == (SMALL.frames, 2, 1)
        assert list(file.attrs["identities_labels"]) == ["1", "2"]
        assert (file.attrs["width"], file.attrs["height"]) == SMALL.size
        assert file.attrs["frames_per_second"] == SMALL.fps
        assert file.attrs["body_length"] == pytest.approx(np.median(recording.made.lengths))
    document = json.loads((path.parents[1] / "session.json").read_text("utf-8"))
    assert (document["number_of_frames"], document["number_of_animals"]) == (SMALL.frames, 2)


def test_tracked_positions_are_near_the_true_ones_and_have_gaps(pair: Made) -> None:
    positions = tracked_positions(pair)
    missed = np.abs(positions - pair.centers.transpose(1, 0, 2))
    assert np.nanmax(missed) < 2
    assert np.isfinite(positions[0]).all()
    assert 0 < np.isnan(positions[:, :, 0]).mean() < 0.1


def test_without_tracking_there_is_no_session(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    assert write_recording(SMALL, workspace, "mice", tracked=False).trajectories is None
    assert list(workspace.sessions.iterdir()) == []


def test_doing_it_again_changes_nothing(written: tuple[Workspace, Written]) -> None:
    workspace, recording = written
    before = recording.annotation.read_bytes(), recording.made.video.read_bytes()
    again = write_recording(SMALL, workspace, "mice")
    assert again.recording == recording.recording
    assert (again.annotation.read_bytes(), again.made.video.read_bytes()) == before


def test_bouts_that_somebody_changed_are_not_overwritten(written: tuple[Workspace, Written]) -> None:
    workspace, recording = written
    changed = recording.annotation.read_bytes() + b"rearing,1,2,1\n"
    recording.annotation.write_bytes(changed)
    with pytest.raises(AnnotationError, match="changed by another program"):
        write_recording(SMALL, workspace, "mice")
    assert recording.annotation.read_bytes() == changed
