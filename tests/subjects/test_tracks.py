"""idtracker.ai's trajectories as subjects."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from ethonight.errors import SettingsError
from ethonight.recipe.stream import Subjects
from ethonight.subjects.tracks import Tracks, check_tracks
from ethonight.subjects.trajectories import read_trajectories
from ethonight.video.timeline import Timeline
from ethonight.video.timestamp_table import Timestamps

FRAMES = 40
SIZE = (320, 240)


def write(path: Path, positions: Any, **attributes: Any) -> Path:
    """Write what idtracker.ai 6 writes; an attribute that is None is left out."""
    animals = positions.shape[1]
    usual: dict[str, Any] = {
        "body_length": 42.0,
        "identities_labels": np.array([f"fish {n}" for n in range(animals)], dtype=object),
        "width": SIZE[0],
        "height": SIZE[1],
        "length_unit": -1,
    }
    with h5py.File(path, "w") as file:
        file["trajectories"] = positions
        file["id_probabilities"] = np.full((*positions.shape[:2], 1), 0.9)
        file["areas/median"] = np.full(animals, 400.0)
        file.attrs.update({key: value for key, value in (usual | attributes).items() if value is not None})
    return path


def swimming() -> Any:
    """Two fish: one swims right, then straight down; the other up to the left, and is not known for a while."""
    time = np.arange(FRAMES, dtype=float)
    first = np.stack([20 + 5 * np.minimum(time, 20), 30 + 5 * np.maximum(time - 20, 0)], axis=1)
    second = np.stack([300 - 4 * time, 230 - 4 * time], axis=1)
    second[:3] = np.nan
    second[10:14] = np.nan
    return np.stack([first, second], axis=1)


def timeline(frames: int, size: tuple[int, int] = SIZE) -> Timeline:
    ticks = np.arange(frames)
    stamps = Timestamps(
        ticks=ticks, labels=ticks, end_tick=frames, time_base=Fraction(1, 25), width=size[0], height=size[1],
    )  # fmt: skip
    return Timeline([(Path("v.mp4"), stamps)])


def test_each_identity_is_a_subject(tmp_path: Path) -> None:
    positions = swimming()
    tracks = Tracks(read_trajectories(write(tmp_path / "t.h5", positions)), SIZE, Subjects("tracks", body_lengths=3.0))
    assert tracks.scene.subjects == ("fish 0", "fish 1")
    assert (tracks.scene.body, tracks.scene.side) == (42.0, 126.0)
    located = tracks.locate(range(0, FRAMES, 2), None)
    assert len(located) == 20
    assert np.array_equal(located.centers[0], positions[::2, 0].astype(np.float32))
    assert np.allclose(located.axes, [42.0, 400 * 4 / np.pi / 42])
    assert (located.angles >= -np.pi / 2).all() and (located.angles < np.pi / 2).all()
    assert np.abs(located.angles[0, :8]).max() < 1e-6  # to the right
    assert np.abs(np.abs(located.angles[0, 13:]) - np.pi / 2).max() < 1e-6  # straight down
    assert np.abs(located.angles[1, 4:] - np.pi / 4).max() < 1e-6  # up to the left is the axis down to the right


def test_unknown_positions_are_gaps_at_the_last_known_place(tmp_path: Path) -> None:
    tracks = Tracks(read_trajectories(write(tmp_path / "t.h5", swimming())), SIZE, Subjects("tracks"))
    located = tracks.locate(range(FRAMES), None)
    assert np.flatnonzero(~located.found[1]).tolist() == [0, 1, 2, 10, 11, 12, 13]
    assert located.centers[1, :3].tolist() == [[159.5, 119.5]] * 3
    assert (located.centers[1, 10:14] == located.centers[1, 9]).all()
    assert located.found[0].all() and np.isfinite(located.centers).all()


def test_steps_in_parts_are_as_in_one_go(tmp_path: Path) -> None:
    read = read_trajectories(write(tmp_path / "t.h5", swimming()))
    whole = Tracks(read, SIZE, Subjects("tracks")).locate(range(0, FRAMES, 3), None)
    later = Tracks(read, SIZE, Subjects("tracks"))
    later.restore(Tracks(read, SIZE, Subjects("tracks")).state())
    part = later.locate(range(0, FRAMES, 3)[5:], None)
    assert np.array_equal(part.angles, whole.angles[:, 5:]) and np.array_equal(part.centers, whole.centers[:, 5:])


def test_a_single_identity_has_no_name(tmp_path: Path) -> None:
    read = read_trajectories(write(tmp_path / "t.h5", swimming()[:, :1]))
    assert read.labels == ("fish 0",)
    assert Tracks(read, SIZE, Subjects("tracks")).scene.subjects == ("",)


def test_an_identity_that_is_never_known_is_one_long_gap(tmp_path: Path) -> None:
    positions = swimming()
    positions[:, 1] = np.nan
    located = Tracks(read_trajectories(write(tmp_path / "t.h5", positions)), SIZE, Subjects("tracks")).locate(
        range(FRAMES), None
    )
    assert not located.found[1].any() and np.isfinite(located.centers).all() and np.isfinite(located.angles).all()


@pytest.mark.parametrize("labels", [None, np.array(["a", "a"], dtype=object), np.array(["a"], dtype=object)])
def test_labels_that_cannot_name_subjects_become_numbers(tmp_path: Path, labels: Any) -> None:
    assert read_trajectories(write(tmp_path / "t.h5", swimming(), identities_labels=labels)).labels == ("1", "2")


@pytest.mark.parametrize("body", [None, np.nan, 0.0])
def test_the_body_length_comes_from_the_area_where_it_is_missing(tmp_path: Path, body: Any) -> None:
    assert abs(read_trajectories(write(tmp_path / "t.h5", swimming(), body_length=body)).body - 45) < 1


def test_half_a_position_is_none(tmp_path: Path) -> None:
    positions = swimming()
    positions[5, 0, 1] = np.inf
    assert np.isnan(read_trajectories(write(tmp_path / "t.h5", positions)).positions[5, 0]).all()


def test_trajectories_of_another_recording_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "t.h5", swimming())
    read = read_trajectories(path)
    check_tracks(read, timeline(FRAMES), path)
    with pytest.raises(SettingsError, match=r"have 40 frames and the recording has 41"):
        check_tracks(read, timeline(FRAMES + 1), path)
    with pytest.raises(SettingsError, match=r"of another video"):
        check_tracks(read, timeline(FRAMES, (640, 480)), path)


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.h5 are missing"):
        read_trajectories(tmp_path / "none.h5")
    (tmp_path / "bad.h5").write_bytes(b"not HDF5")
    with pytest.raises(SettingsError, match=r"bad\.h5 cannot be read"):
        read_trajectories(tmp_path / "bad.h5")
    with h5py.File(tmp_path / "empty.h5", "w") as file:
        file["trajectories"] = np.zeros((10, 3))
    with pytest.raises(SettingsError, match=r"they have the shape \(10, 3\)"):
        read_trajectories(tmp_path / "empty.h5")
    with h5py.File(tmp_path / "bare.h5", "w") as file:
        file["trajectories"] = np.zeros((10, 1, 2))
    with pytest.raises(SettingsError, match="neither how long nor how large"):
        read_trajectories(tmp_path / "bare.h5")
