"""Grey pictures from all over a recording: what is decided about it before the pass is decided from these."""

from __future__ import annotations

import cv2
import numpy as np

from ethonight.errors import VideoError
from ethonight.subjects.boxes import Frames
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline
from ethonight.video.timestamp_table import Ints

SAMPLES = 48
LONGEST = 640
"""Longer side of the sampled pictures, pixels."""


def grey(frames: Frames) -> Frames:
    """Return (n, h, w) brightness of (n, h, w, 3) RGB pictures."""
    n, height, width, _ = frames.shape
    if n == 0:
        return np.empty((0, height, width), np.uint8)
    rows = np.ascontiguousarray(frames).reshape(n * height, width, 3)
    return np.asarray(cv2.cvtColor(rows, cv2.COLOR_RGB2GRAY), np.uint8).reshape(n, height, width)


def sample_frames(timeline: Timeline, count: int = SAMPLES) -> Ints:
    """Return at most ``count`` numbers of frames, spread evenly; frames at which decoding can begin, if there are many.

    Jumping to those costs nothing, and it does not matter which frame of a second is taken.
    """
    wanted = np.unique(np.linspace(0, len(timeline) - 1, count).round().astype(np.int64))
    keys = np.concatenate([part.first + np.sort(part.stamps.keyframes[:, 0]) for part in timeline.parts])
    if len(keys) < 2 * count:
        return wanted
    places = np.clip(np.searchsorted(keys, wanted), 0, len(keys) - 1)
    return np.unique(keys[places].astype(np.int64))


def sample_grey(timeline: Timeline, count: int = SAMPLES, longest: int = LONGEST) -> Frames:
    """Return about ``count`` grey pictures (n, h, w), n >= 1, the longer side at most ``longest`` pixels.

    Raises VideoError when none of the sampled frames can be decoded.
    """
    stamps = timeline.parts[0].stamps
    scale = min(1.0, longest / max(stamps.width, stamps.height))
    size = max(1, round(stamps.width * scale)), max(1, round(stamps.height * scale))
    with FrameReader(timeline, size) as reader:
        pictures = grey(reader.get(sample_frames(timeline, count)).frames)
    if len(pictures) == 0:
        raise VideoError(
            f"No picture of {timeline.parts[0].path.name} can be decoded, so no animal can be found in it."
        )
    return pictures
