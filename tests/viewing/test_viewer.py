"""Pictures of frames: always the frame that was asked for, whatever the file and the way to it."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from itertools import accumulate, cycle, islice
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from ethonight.arena.numbered import Numbered, draw_number, write_numbered
from ethonight.errors import SettingsError, VideoError
from ethonight.settings.recording import add_recording
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline
from ethonight.viewing.viewer import Picture, Request, Viewed, Viewer
from ethonight.workspace import Workspace

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
Add = Callable[..., str]
Opened = Callable[[str], Viewed]
NumberOn = Callable[[Picture], int]


def uneven(frames: int) -> tuple[int, ...]:
    """Return times (1/90000 s) of a camera that hesitates: gaps of 11, 33, 100 and 533 ms."""
    return tuple(accumulate(islice(cycle((1000, 3000, 9000, 48000)), frames)))


KINDS = {
    "constant.mp4": Numbered.constant(250),
    "late.mp4": Numbered.constant(120, start=0.533),
    "uneven.mkv": Numbered(uneven(200)),
    "b_frames.mp4": Numbered(Numbered.constant(200).ticks, b_frames=3, gop=48),
    "one_key_frame.mp4": Numbered(Numbered.constant(200).ticks, gop=1000),
    "old.avi": Numbered(tuple(range(150)), Numbered.constant(1).time_base * 3000, codec="mpeg4"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_way_one_comes_to_a_frame_it_is_that_frame(
    kind: str, viewer: Viewer, add: Add, opened: Opened, number_on: NumberOn
) -> None:
    video = add((kind, KINDS[kind]))
    total = len(opened(video).edges) - 1
    assert total == len(KINDS[kind].ticks)
    rng = random.Random(kind)
    requests = [Request(rng.randrange(total)) for _ in range(20)]
    requests += [Request(rng.randrange(total), rng.randrange(1, 40), rng.choice((-3, -1, 1, 2, 8))) for _ in range(8)]
    for request in requests:
        pictures = list(viewer.pictures(video, request))
        frames = [picture.frame for picture in pictures]
        assert frames == [
            frame
            for frame in range(request.first, request.first + request.count * request.step, request.step)
            if 0 <= frame < total
        ]
        assert [number_on(picture) for picture in pictures] == frames


def test_times_are_those_of_the_file(add: Add, opened: Opened) -> None:
    ticks = uneven(50)
    edges = opened(add(("times.mkv", Numbered(ticks)))).edges
    assert edges[:-1] == pytest.approx(np.array(ticks) / 90000, abs=0.0006)  # this container counts milliseconds


def test_several_files_are_one_timeline(viewer: Viewer, add: Add, opened: Opened, number_on: NumberOn) -> None:
    first = Numbered(Numbered.constant(40).ticks)
    second = Numbered(Numbered.constant(30, start=0.2).ticks, first=40)
    video = add(("part1.mp4", first), ("part2.mp4", second))
    assert len(opened(video).edges) == 71
    assert opened(video).files == ("part1.mp4", "part2.mp4")
    pictures = list(viewer.pictures(video, Request(36, 10)))
    assert [number_on(picture) for picture in pictures] == list(range(36, 46))
    pictures = list(viewer.pictures(video, Request(42, 8, -1)))
    assert [number_on(picture) for picture in pictures] == list(range(42, 34, -1))


def test_a_picture_fits_and_keeps_its_shape(viewer: Viewer, add: Add) -> None:
    video = add(("shape.mp4", Numbered(Numbered.constant(10).ticks, size=(320, 240))))

    def shape(width: int, height: int) -> tuple[int, ...]:
        (picture,) = viewer.pictures(video, Request(3, 1, 1, width, height))
        return np.asarray(cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_COLOR)).shape[:2]

    assert shape(160, 1000) == (120, 160)
    assert shape(1000, 60) == (60, 80)
    assert shape(5000, 5000) == (240, 320)


def test_colours_are_those_of_the_package(viewer: Viewer, workspace: Workspace, opened: Opened) -> None:
    source = SHARED / "video_lab" / "mouse_openfield.mp4"
    if not source.is_file():
        pytest.skip("needs the real videos")
    video = add_recording(workspace, [source]).name
    opened(video)
    timeline = Timeline.read([source], workspace.timestamps)
    with FrameReader(timeline, decoder="av") as reader:
        for frame in (700, 10, 1200, 1199):
            (picture,) = viewer.pictures(video, Request(frame))
            seen = cv2.cvtColor(
                cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB
            )
            meant = reader.get([frame]).frames[0]
            assert np.abs(seen.astype(int) - meant).mean() < 2.0


@pytest.mark.parametrize("name", [path.name for path in sorted((SHARED / "video_odd").glob("*"))])
def test_odd_real_files_show_the_frames_that_the_package_means(
    name: str, viewer: Viewer, workspace: Workspace, opened: Opened
) -> None:
    source = SHARED / "video_odd" / name
    try:
        timeline = Timeline.read([source], workspace.timestamps)
    except VideoError:
        pytest.skip("no video")
    video = add_recording(workspace, [source]).name
    opened(video)
    frames = sorted({0, len(timeline) // 2, len(timeline) - 1})
    with FrameReader(timeline, decoder="av") as reader:
        meant = reader.get(frames)
        for frame in reversed(frames):
            (picture,) = viewer.pictures(video, Request(frame))
            there = np.flatnonzero(meant.indices == frame)
            assert bool(picture.data) == bool(len(there))
            if len(there):
                decoded = cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_COLOR)
                seen = cv2.resize(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), reader.size)
                assert (
                    np.abs(seen.astype(int) - meant.frames[there[0]]).mean() < 12.0
                )  # their neighbours differ; colours lose by JPEG


def children() -> list[psutil.Process]:
    """Return the decoding processes, the newest last."""
    found = [one for one in psutil.Process().children() if "ethonight.viewing.child" in one.cmdline()]
    return sorted(found, key=lambda one: one.create_time())


def test_a_decoder_that_crashes_is_told_and_the_next_question_is_answered(
    viewer: Viewer, add: Add, opened: Opened, number_on: NumberOn
) -> None:
    video = add(("crash.mp4", Numbered.constant(100)))
    opened(video)
    pictures = viewer.pictures(video, Request(0, 100))
    next(pictures)
    os.kill(children()[-1].pid, signal.SIGKILL)
    with pytest.raises(VideoError, match=r"crash made its decoder stop"):
        for _ in range(100):
            next(pictures)
        next(viewer.pictures(video, Request(99)))
    opened(video)
    assert [number_on(picture) for picture in viewer.pictures(video, Request(7))] == [7]


def test_what_is_taken_back_is_not_made(viewer: Viewer, add: Add, opened: Opened, number_on: NumberOn) -> None:
    video = add(("taken_back.mp4", Numbered(Numbered.constant(900).ticks, size=(640, 480), gop=100)))
    opened(video)
    begun = time.monotonic()
    assert sum(1 for _ in viewer.pictures(video, Request(0, 200))) == 200
    whole = time.monotonic() - begun
    begun = time.monotonic()
    for first in (300, 400, 500, 600) * 4:
        pictures = viewer.pictures(video, Request(first, 300))
        assert number_on(next(pictures)) == first
        pictures.close()
    assert [number_on(picture) for picture in viewer.pictures(video, Request(5))] == [5]
    assert time.monotonic() - begun < 8 * whole  # all 4,800 frames would have taken 24 times as long


def test_two_may_look_at_one_video(viewer: Viewer, add: Add, opened: Opened, number_on: NumberOn) -> None:
    video = add(("two.mp4", Numbered.constant(60)))
    opened(video)
    one, other = viewer.pictures(video, Request(0, 30)), viewer.pictures(video, Request(59, 30, -1))
    seen = [(number_on(left), number_on(right)) for left, right in zip(one, other, strict=True)]
    assert seen == [(at, 59 - at) for at in range(30)]


def test_few_decoders_are_open_at_a_time(workspace: Workspace, add: Add, number_on: NumberOn) -> None:
    videos = [add((f"many{at}.mp4", Numbered(Numbered.constant(5).ticks, first=at * 10))) for at in range(4)]
    before = len(children())
    viewer = Viewer(workspace, most_open=2)
    try:
        for turn in (0, 1):
            for at, video in enumerate(videos):
                assert [number_on(one) for one in viewer.pictures(video, Request(turn))] == [at * 10 + turn]
        assert len(children()) == before + 2
    finally:
        viewer.close()
    assert len(children()) == before


def test_a_missing_file_is_told_with_its_name(viewer: Viewer, workspace: Workspace, opened: Opened) -> None:
    path = workspace.root / "gone.mp4"
    write_numbered(path, Numbered.constant(3))
    video = add_recording(workspace, [path]).name
    path.unlink()
    with pytest.raises(VideoError, match=r"gone\.mp4"):
        opened(video)
    write_numbered(path, Numbered.constant(3))
    assert len(opened(video).edges) == 4


def test_an_unknown_recording_is_told(viewer: Viewer) -> None:
    with pytest.raises(SettingsError, match="which video this is"):
        viewer.recording("nobody")


def test_numbers_above_the_last_are_refused() -> None:
    with pytest.raises(ValueError, match="65535"):
        draw_number(65536, (320, 240))
