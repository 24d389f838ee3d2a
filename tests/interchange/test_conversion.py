"""Converting a file: where it goes, whose frames count, and that nothing is overwritten."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.coders import list_coders
from ethonight.annotations.ethogram import Behaviour, Ethogram, write_ethogram
from ethonight.errors import UsageError
from ethonight.interchange.boris_project import BORIS
from ethonight.interchange.conversion import Asked, convert
from ethonight.interchange.observation import FormatError, Observation
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace

TICKS = (0, 40, 100, 133, 200, 260, 300, 380, 400, 460)
"""When the frames of the film appear, in milliseconds."""
ROWS = "labelId,timestamp,endTimestamp,subject\nrun,1,2.5,male\njump,3,3,\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace without videos."""
    (tmp_path / "w").mkdir()
    return Workspace.open(tmp_path / "w")


@pytest.fixture
def boris(tmp_path: Path) -> Path:
    """A project with two observations, ``day 1`` and ``day 2``."""
    path = tmp_path / "scoring.boris"
    bouts = (Bout("run", 1.0, 2.5, "male"), Bout("jump", 3.0, 3.0))
    BORIS.write(path, [Observation("day 1", bouts=bouts), Observation("day 2", bouts=bouts[:1])], Ethogram(), None)
    return path


@pytest.fixture
def film(workspace: Workspace, tmp_path: Path) -> Path:
    """A recording ``film`` of the workspace, with frames of different lengths."""
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuvj420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for tick in TICKS:
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = tick, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    add_recording(workspace, [path])
    return path


def test_an_observation_is_chosen_by_its_name(workspace: Workspace, boris: Path, tmp_path: Path) -> None:
    done = convert(workspace, Asked(str(boris), str(tmp_path / "bouts.csv"), observation="day 2"))
    assert read_annotation(done.path).rows == (Bout("run", 1.0, 2.5, "male"),)
    assert (done.source.name, done.target.name, done.kept, done.lost) == ("boris", "bouts", None, ())


def test_without_a_name_the_observations_are_listed(workspace: Workspace, boris: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose with --observation from 'day 1', 'day 2'"):
        convert(workspace, Asked(str(boris), str(tmp_path / "bouts.csv")))
    with pytest.raises(UsageError, match="no observation 'day1'; did you mean 'day 1'"):
        convert(workspace, Asked(str(boris), str(tmp_path / "bouts.csv"), observation="day1"))
    assert not (tmp_path / "bouts.csv").exists()


def test_formats_that_hold_several_observations_get_all(workspace: Workspace, boris: Path, tmp_path: Path) -> None:
    done = convert(workspace, Asked(str(boris), str(tmp_path / "all.tsv")))
    assert [one.name for one in done.observations] == ["day 1", "day 2"]


def test_a_file_that_is_there_is_replaced_only_on_request_and_kept(workspace: Workspace, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.tsv"
    source.write_text(ROWS)
    target.write_text("precious")
    with pytest.raises(UsageError, match=r"out\.tsv is there already"):
        convert(workspace, Asked(str(source), str(target)))
    assert target.read_text() == "precious"
    done = convert(workspace, Asked(str(source), str(target), replace=True))
    assert done.kept is not None
    assert done.kept.parent == tmp_path
    assert done.kept.read_text() == "precious"
    assert "run" in target.read_text()


def test_what_cannot_be_written_leaves_all_as_it_was(workspace: Workspace, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('labelId,timestamp,endTimestamp\n"a, b",1,2\n')
    target.write_text("precious")
    with pytest.raises(FormatError, match="no comma"):
        convert(workspace, Asked(str(source), str(target), target_format="trace", replace=True))
    assert target.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv", "w"]


def test_a_file_is_not_written_over_itself_nor_over_a_folder(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(ROWS)
    with pytest.raises(UsageError, match="over itself"):
        convert(workspace, Asked(str(source), str(source), replace=True))
    with pytest.raises(UsageError, match="is a folder"):
        convert(workspace, Asked(str(source), str(tmp_path), replace=True))


def test_equal_frames_stand_for_a_video(workspace: Workspace, tmp_path: Path) -> None:
    source, target, back = tmp_path / "in.csv", tmp_path / "frames.csv", tmp_path / "back.csv"
    source.write_text("labelId,timestamp,endTimestamp\nrun,1,2.5\nrest,2.5,3\n")
    convert(workspace, Asked(str(source), str(target), target_format="deepethogram", fps=10.0))
    assert len(target.read_text().splitlines()) == 31
    done = convert(workspace, Asked(str(target), str(back), source_format="deepethogram", fps=10.0))
    assert done.notes == ()
    assert set(read_annotation(back).rows) == {Bout("run", 1.0, 2.5), Bout("rest", 2.5, 3.0)}


def test_frame_numbers_need_a_video_or_a_rate(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(ROWS)
    with pytest.raises(UsageError, match="SimBA counts frames: say of which video with --video NAME, or --fps N"):
        convert(workspace, Asked(str(source), str(tmp_path / "out.csv"), target_format="simba"))
    for wrong in (0.0, -1.0, float("nan")):
        with pytest.raises(UsageError, match="--fps must be"):
            convert(workspace, Asked(str(source), str(tmp_path / "out.csv"), target_format="simba", fps=wrong))
    with pytest.raises(UsageError, match="either --video or --fps"):
        convert(workspace, Asked(str(source), str(tmp_path / "out.csv"), fps=25.0, video="film"))


def test_frame_numbers_become_times_of_the_videos_own_frames(workspace: Workspace, film: Path, tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text(
        ",background,run\n" + "".join(f"{at},{int(at not in (3, 4))},{int(at in (3, 4))}\n" for at in range(10))
    )
    done = convert(workspace, Asked(str(source), "film=anna"))
    assert done.path == workspace.annotations / "film" / "anna.csv"
    assert read_annotation(done.path).rows == (Bout("run", 0.133, 0.26),)
    back = convert(workspace, Asked("film=anna", str(tmp_path / "back.csv"), target_format="deepethogram"))
    assert [line.split(",")[2] for line in back.path.read_text().split()[1:]] == list("0001100000")
    assert back.observations[0].media == (str(film),)


def test_a_coders_old_bouts_are_kept_and_are_no_further_coder(workspace: Workspace, film: Path, boris: Path) -> None:
    convert(workspace, Asked(str(boris), "film=anna", observation="day 1"))
    done = convert(workspace, Asked(str(boris), "film=anna", observation="day 2", replace=True))
    assert list_coders(workspace, "film") == ["anna"]
    assert read_annotation(done.path).rows == (Bout("run", 1.0, 2.5, "male"),)
    assert done.kept is not None
    assert len(read_annotation(done.kept).rows) == 2
    with pytest.raises(UsageError, match="leave --to out"):
        convert(workspace, Asked(str(boris), "film=bob", target_format="elan"))


def test_a_mistyped_video_is_suggested(workspace: Workspace, boris: Path) -> None:
    (workspace.settings / "film").mkdir()
    (workspace.settings / "film" / "video.toml").write_text('video_paths = ["film.mp4"]\n')
    with pytest.raises(UsageError, match="no video 'filn' in the workspace; did you mean 'film'"):
        convert(workspace, Asked(str(boris), "filn=anna"))


def test_the_workspaces_ethogram_gives_bouts_their_keys_and_groups(workspace: Workspace, tmp_path: Path) -> None:
    write_ethogram(workspace.ethogram, Ethogram((Behaviour("run", "R", "#102030"), Behaviour("rest", "t"))))
    source = tmp_path / "in.csv"
    source.write_text(ROWS)
    done = convert(workspace, Asked(str(source), str(tmp_path / "out.boris")))
    listed = BORIS.read(done.path, None).ethogram.behaviours
    assert [(one.label, one.key, one.colour, one.kind) for one in listed] == [
        ("run", "R", "#102030", "state"),
        ("rest", "t", "", "state"),
        ("jump", "j", "", "point"),
    ]
