"""Pictures of frames: always the frame that was asked for, whatever the file and the way to it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import accumulate, cycle, islice
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from ethonight.arena.numbered import Numbered, draw_number, write_numbered
from ethonight.errors import SettingsError, VideoError
from ethonight.settings.recording import add_recording, read_recording
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline
from ethonight.viewing.projector import Projector
from ethonight.viewing.viewer import Picture, Request, Viewed, Viewer
from ethonight.workspace import Workspace

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
PATIENCE = 120.0
"""Seconds that a condition may take on a machine that has much else to do."""
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
                # Their neighbours differ; fine colours lose by JPEG.
                assert np.abs(seen.astype(int) - meant.frames[there[0]]).mean() < 12.0
                colours = seen.mean(axis=(0, 1)) - meant.frames[there[0]].mean(axis=(0, 1))
                assert np.abs(colours).max() < 3.0  # another matrix or range of colours would be farther off


def children() -> list[psutil.Process]:
    """Return the decoding processes, the newest last."""
    found = [one for one in psutil.Process().children() if _decodes(one)]
    return sorted(found, key=lambda one: one.create_time())


def _decodes(process: psutil.Process) -> bool:
    try:
        return "ethonight.viewing.child" in process.cmdline()
    except psutil.NoSuchProcess:  # it has ended, and perhaps nobody has asked for its exit status yet
        return False


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


def test_one_may_turn_to_other_frames_again_and_again(
    viewer: Viewer, add: Add, opened: Opened, number_on: NumberOn
) -> None:
    video = add(("restless.mp4", Numbered(Numbered.constant(300).ticks, gop=100)))
    opened(video)
    for first in (100, 200, 50, 10) * 4:
        pictures = viewer.pictures(video, Request(first, 200))
        assert number_on(next(pictures)) == first
        pictures.close()
    assert [number_on(picture) for picture in viewer.pictures(video, Request(5))] == [5]


def test_a_decoder_that_hangs_is_told(workspace: Workspace, add: Add) -> None:
    video = add(("hangs.mp4", Numbered.constant(10)))
    projector = Projector(read_recording(workspace, video), workspace.timestamps, patience=1.0)
    try:
        assert isinstance(projector.recording(PATIENCE), Viewed)
        os.kill(children()[-1].pid, signal.SIGSTOP)
        with pytest.raises(VideoError, match="hangs has given no answer for 1 s"):
            next(projector.pictures(Request(3)))
        assert projector.ended
    finally:
        projector.close()


_OPEN_AND_STAY = """
import sys, psutil
from pathlib import Path
from ethonight.viewing.viewer import Viewed, Viewer
from ethonight.workspace import Workspace
viewer = Viewer(Workspace(Path(sys.argv[1])))
while not isinstance(viewer.recording(sys.argv[2]), Viewed):
    pass
print(psutil.Process().children()[0].pid, flush=True)
sys.stdin.read()
"""


def test_decoders_end_with_a_server_that_is_killed(workspace: Workspace, add: Add) -> None:
    video = add(("orphan.mp4", Numbered.constant(10)))
    with subprocess.Popen(
        [sys.executable, "-c", _OPEN_AND_STAY, str(workspace.root), video],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        child = psutil.Process(int(server.stdout.readline()))
        server.kill()
    psutil.wait_procs([child], timeout=PATIENCE)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


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
