"""Frames by their number with PyAV: what is left out on the way changes nothing, and jumps land at key frames."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ethonight.video.av_frames import AvFrames, Wanted
from ethonight.video.timestamps import read_timestamps

COUNT = 120
Write = Callable[..., Path]
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "b_frames.mp4": ("libx264", {"g": "48", "bf": "3"}),
    "b_frames.mkv": ("libx264", {"g": "48", "bf": "3"}),
    "open_gop.mp4": ("libx264", {"g": "24", "bf": "3", "x264-params": "open-gop=1:scenecut=0"}),
    "no_b_frames.mp4": ("libx264", {"g": "30", "bf": "0"}),
    "old.avi": ("mpeg4", {"g": "12", "bf": "2"}),
    "old.mpg": ("mpeg2video", {"g": "15", "bf": "2"}),
}


@pytest.fixture(params=KINDS)
def path(request: pytest.FixtureRequest, tmp_path: Path, numbered_video: Write) -> Path:
    codec, options = KINDS[request.param]
    return numbered_video(tmp_path / request.param, range(COUNT), Fraction(1, 25), codec, options)


def pixels(frames: AvFrames, index: int, *wanted: Wanted) -> NDArray[np.uint8] | None:
    frame = frames.find(index, *wanted)
    return None if frame is None else frame.to_ndarray()


def test_frames_look_the_same_whatever_is_left_out_on_the_way(path: Path) -> None:
    stamps = read_timestamps(path)
    trusted, frames = AvFrames(path, stamps), AvFrames(path, stamps)
    expected = [pixels(trusted, index) for index in range(len(stamps))]
    rng, at = random.Random(path.name), 0
    for _ in range(150):
        at = min(max(at + rng.choice((-20, -3, -1, 0, 1, 1, 2, 8, 30, 60)), 0), len(stamps) - 1)
        step = rng.choice((1, 2, 8))
        ways: tuple[Wanted, ...] = (
            lambda one: False,
            lambda one, at=at: one >= at - 8,
            lambda one, at=at, step=step: one > at and (one - at) % step == 0,
            lambda one, at=at, step=step: at - 40 < one < at and (at - one) % step == 0,
        )
        found = pixels(frames, at, rng.choice(ways))
        assert found is not None
        np.testing.assert_array_equal(found, expected[at])
    trusted.close()
    frames.close()


@pytest.mark.parametrize("name", ["b_frames.mp4", "b_frames.mkv", "no_b_frames.mp4"])
def test_a_jump_decodes_nothing_before_the_key_frame(name: str, tmp_path: Path, numbered_video: Write) -> None:
    codec, options = KINDS[name]
    path = numbered_video(tmp_path / name, range(COUNT), Fraction(1, 25), codec, options)
    stamps = read_timestamps(path)
    passed: list[int] = []
    frames = AvFrames(path, stamps, passed=lambda index, frame: passed.append(index))
    frames.find(0)
    for key in reversed(stamps.keyframes[1:, 0].tolist()):
        passed.clear()
        assert frames.find(key) is not None
        assert passed == [key]
    frames.close()


def test_what_is_not_wanted_is_not_decoded(tmp_path: Path, numbered_video: Write) -> None:
    codec, options = KINDS["b_frames.mp4"]
    path = numbered_video(tmp_path / "a.mp4", range(COUNT), Fraction(1, 25), codec, options)
    passed: list[int] = []
    frames = AvFrames(path, read_timestamps(path), passed=lambda index, frame: passed.append(index))
    assert frames.find(47, lambda index: index >= 40) is not None
    assert passed[-8:] == list(range(40, 48))
    assert len(passed) < 44
    frames.close()
