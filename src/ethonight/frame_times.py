"""The one place where seconds become frames and frames become seconds.

Frames are given by their ``edges``: float64 of shape (T + 1,), the presentation times of the T frames in seconds,
strictly increasing, then the end of the last frame. Frame ``i`` is shown during ``[edges[i], edges[i + 1])``.

Files hold rounded times (six decimals here, three in most other programs). ``rounding`` says by how much a time may
miss the edge it means; never by more than a quarter of a frame. 0: times are taken as they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDING = 0.00051
"""Seconds by which a time in a file may miss the frame it means: half a millisecond and a little."""
_QUARTER = 0.25

Edges = NDArray[np.float64]
Frames = NDArray[np.int64]


def frame_edges(times: ArrayLike, end: float) -> Edges:
    """Return the edges of frames that start at ``times`` (T,) and of which the last ends at ``end``, in seconds.

    Raises ValueError unless the times are finite and strictly increasing, with ``end`` above them.
    """
    edges = np.append(np.asarray(times, dtype=np.float64), np.float64(end))
    if edges.ndim != 1 or not np.isfinite(edges).all() or not (np.diff(edges) > 0).all():
        raise ValueError("times of frames must be finite and strictly increasing, and end above the last of them")
    return edges


def first_frames(edges: Edges, seconds: ArrayLike, rounding: float = ROUNDING) -> Frames:
    """Return for each time the first frame that starts at it or later; T where there is none."""
    times = np.asarray(seconds, dtype=np.float64)
    last = len(edges) - 1
    after = np.searchsorted(edges, times, side="left")
    before = np.maximum(after - 1, 0)
    missed = (after > 0) & (after <= last) & (times - edges[before] <= _slack(edges, before, rounding))
    return np.asarray(np.minimum(np.where(missed, before, after), last), dtype=np.int64)


def frames_shown(edges: Edges, seconds: ArrayLike, rounding: float = ROUNDING) -> Frames:
    """Return for each time the frame that is shown then; the first and the last one for times outside."""
    times = np.asarray(seconds, dtype=np.float64)
    last = len(edges) - 2
    shown = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, last)
    next_one = (shown < last) & (edges[shown + 1] - times <= _slack(edges, shown, rounding))
    return np.asarray(shown + next_one, dtype=np.int64)


def rate_of(edges: Edges) -> float:
    """Return frames per second, by the frames' median duration."""
    return float(1 / np.median(np.diff(edges)))


def _slack(edges: Edges, frames: NDArray[np.intp], rounding: float) -> NDArray[np.float64]:
    """Return how far a time may lie from an edge of these frames and still mean it, in seconds."""
    inner = np.minimum(frames, len(edges) - 2)
    return np.asarray(np.minimum(rounding, (edges[inner + 1] - edges[inner]) * _QUARTER), dtype=np.float64)
