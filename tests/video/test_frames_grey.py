"""Grey frames are the same frames as the coloured ones, of every kind of file."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline

SIZE = (160, 40)
TICKS = [0, 1, 2, 3, 19, 20, 21, *range(60, 113)]
KINDS: dict[str, dict[str, object]] = {
    "a.mp4": {"options": {"bf": "3", "g": "12"}},
    "b.avi": {"codec": "mpeg4"},
    "c.avi": {"codec": "mjpeg", "pixels": "yuvj420p"},
    "d.mkv": {"pixels": "yuv420p10le"},
    "e.mp4": {"pixels": "gray"},
    "f.mp4": {"pixels": "yuv444p"},
}


@pytest.mark.parametrize("name", KINDS)
def test_grey_frames_are_the_coloured_ones(numbered_video: Callable[..., Path], tmp_path: Path, name: str) -> None:
    ticks = list(range(60)) if name.endswith(".avi") else TICKS
    path = numbered_video(tmp_path / name, ticks, Fraction(1, 30), **KINDS[name])
    timeline = Timeline.read([path])
    wanted = [59, 0, 30, 29, 31, 5]
    with FrameReader(timeline, SIZE, grey=True) as grey, FrameReader(timeline, SIZE) as colour:
        jumped, coloured = grey.get(wanted), colour.get(wanted)
        batches = list(grey.batches(7))
        assert grey.decoders == ("av",)
        assert grey.get([]).frames.shape == (0, 40, 160)
    assert jumped.frames.shape == (6, 40, 160)
    assert jumped.indices.tolist() == wanted
    difference = np.abs(jumped.frames.astype(np.int16) - coloured.frames.mean(axis=3))
    assert np.median(difference) < 4
    assert difference.mean() < 8  # the two are scaled by different filters
    np.testing.assert_array_equal(np.concatenate([batch.frames for batch in batches])[wanted], jumped.frames)
