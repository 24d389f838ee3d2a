"""The annotated video: the source's frames at the source's times, with tags where bouts are."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from ethonight.annotations.bouts import Bout
from ethonight.errors import VideoError
from ethonight.reports.lane import Lane
from ethonight.reports.overlay import LARGEST, write_overlay
from ethonight.reports.overlay_marks import Shown
from ethonight.reports.palette import label_colours, rgb
from ethonight.subjects.boxes import Located, Scene
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline

LABELS = ("groom", "rear")


def made(path: Path, ticks: list[int], base: Fraction, size: tuple[int, int] = (320, 240)) -> Timeline:
    """Write a grey video with frames at these ticks, and read its times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = base
        for tick in ticks:
            frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 128, np.uint8), "rgb24")
            frame.pts, frame.time_base = tick, base
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return Timeline.read([path])


def shown(timeline: Timeline, bouts: list[Bout], stride: int = 1) -> Shown:
    edges = np.append(timeline.times[::stride], timeline.end)
    return Shown(LABELS, (Lane.of_bouts("", bouts, LABELS, edges),))


def test_frames_and_times_are_those_of_the_source(tmp_path: Path) -> None:
    ticks = [0, 33, 67, 100, 633, 667, 700, 1900, 1933]
    source = made(tmp_path / "source.mp4", ticks, Fraction(1, 1000))
    told: list[int] = []
    notes = write_overlay(tmp_path / "overlay.mp4", source, shown(source, []), told.append)
    result = Timeline.read([tmp_path / "overlay.mp4"])
    assert result.times.tolist() == source.times.tolist()
    assert result.end == pytest.approx(source.end, abs=1e-6)
    assert told == list(range(1, len(ticks) + 1))
    assert notes == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["overlay.mp4", "source.mp4"]


def test_a_recording_in_two_files_becomes_one_video(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        made(tmp_path / name, list(range(0, 500, 40)), Fraction(1, 1000))
    source = Timeline.read([tmp_path / "a.mp4", tmp_path / "b.mp4"])
    write_overlay(tmp_path / "overlay.mp4", source, shown(source, []))
    result = Timeline.read([tmp_path / "overlay.mp4"])
    assert np.abs(result.times - source.times).max() < 1e-4


def test_tags_are_there_inside_of_bouts_only(tmp_path: Path) -> None:
    source = made(tmp_path / "source.mp4", list(range(0, 3000, 100)), Fraction(1, 1000))
    bouts = [Bout("groom", 1.0, 2.0), Bout("rear", 2.5, 3.0)]
    write_overlay(tmp_path / "overlay.mp4", source, shown(source, bouts))
    colours = {label: np.array(rgb(colour)) for label, colour in label_colours(LABELS).items()}
    with FrameReader(Timeline.read([tmp_path / "overlay.mp4"])) as reader:
        for batch in reader.batches():
            for time, frame in zip(batch.times.tolist(), batch.frames, strict=True):
                corner = frame[:60, :120].reshape(-1, 3).astype(int)
                for bout in bouts:
                    near = np.abs(corner - colours[bout.label]).max(axis=1) < 40
                    inside = bout.start <= time + 1e-6 < bout.end
                    assert near.sum() > 200 if inside else not near.any(), (time, bout)


def test_boxes_follow_their_subjects_and_gaps_have_none(tmp_path: Path) -> None:
    source = made(tmp_path / "source.mp4", list(range(0, 1000, 100)), Fraction(1, 1000), (640, 480))
    lanes = tuple(Lane.of_bouts(name, [], LABELS, source.edges) for name in ("a", "b"))
    centers = np.zeros((2, 10, 2), np.float32)
    centers[0], centers[1] = (160, 240), (480, 240)
    found = np.ones((2, 10), np.bool_)
    found[1] = False
    located = Located(centers, np.full((2, 10, 2), 80, np.float32), np.zeros((2, 10), np.float32), found)
    picture = Shown(LABELS, lanes, Scene(("a", "b"), 640, 480, 80.0, 160.0), located)
    write_overlay(tmp_path / "overlay.mp4", source, picture)
    with FrameReader(Timeline.read([tmp_path / "overlay.mp4"])) as reader:
        frame = reader.get([5]).frames[0].astype(int)
    white = (frame > 200).all(axis=2)
    assert white[236:244, 116:124].any() and white[236:244, 196:204].any()
    assert not white[236:244, 436:444].any()
    assert np.abs(frame[240, 160] - 128).max() < 12


@pytest.mark.parametrize("size", [(2000, 200), (200, 2000), (160, 120), (64, 640)])
def test_the_longer_side_has_a_limit(size: tuple[int, int], tmp_path: Path) -> None:
    source = made(tmp_path / "source.mp4", [0, 100, 200], Fraction(1, 1000), size)
    write_overlay(tmp_path / "overlay.mp4", source, shown(source, [Bout("groom", 0, 0.1)]))
    stamps = Timeline.read([tmp_path / "overlay.mp4"]).parts[0].stamps
    assert max(stamps.width, stamps.height) <= LARGEST
    assert len(stamps) == 3


def test_many_rows_are_laid_over_each_other(tmp_path: Path) -> None:
    source = made(tmp_path / "source.mp4", [0, 100, 200], Fraction(1, 1000))
    labels = tuple(f"behaviour {place}" for place in range(20))
    lanes = tuple(Lane.of_bouts(f"mouse {place}", [], labels, source.edges) for place in range(8))
    write_overlay(tmp_path / "overlay.mp4", source, Shown(labels, lanes))
    assert len(Timeline.read([tmp_path / "overlay.mp4"])) == 3


def test_nothing_is_left_when_it_cannot_be_written(tmp_path: Path) -> None:
    source = made(tmp_path / "source.mp4", [0, 100, 200], Fraction(1, 1000))
    (tmp_path / "source.mp4").write_bytes(b"no video any more")
    with pytest.raises(VideoError):
        write_overlay(tmp_path / "overlay.mp4", source, shown(source, []))
    assert [path.name for path in tmp_path.iterdir()] == ["source.mp4"]
