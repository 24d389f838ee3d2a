"""Between bouts and frames. Frames are given by their edges, see :mod:`ethonight.frame_times`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout
from ethonight.annotations.intervals import Interval
from ethonight.frame_times import ROUNDING, Edges, first_frames, frames_shown

Mask = NDArray[np.bool_]


def frames_of(bout: Bout, edges: Edges) -> slice:
    """Return the frames of a bout, half-open: those whose time is in ``[start, end)``.

    A point event has the frame that is shown at its time: players show the first frame before it appears, and the
    last one at the very end. The slice is empty for what lies after the video or between the times of two frames.
    """
    if bout.is_point:
        return _frame_shown(bout.start, edges)
    return frames_between(bout.interval, edges)


def frames_between(interval: Interval, edges: Edges) -> slice:
    """Return the frames whose time is in ``[start, end)``, half-open."""
    first, stop = first_frames(edges, interval).tolist()
    return slice(first, stop)


def bouts_of(mask: Mask, edges: Edges, label: str, subject: str = "") -> list[Bout]:
    """Return one bout for each run of true frames in ``mask`` (T,). It ends at the time of the frame behind it.

    ``frames_of`` gives exactly the runs again, for any edges; and also after the bouts were written to a file and
    read, where frames last at least four microseconds.
    """
    if mask.shape != (len(edges) - 1,):
        raise ValueError(f"a mask of shape {mask.shape} for {len(edges) - 1} frames")
    changes = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    times = edges[changes].tolist()
    return [Bout(label, start, end, subject) for start, end in zip(times[::2], times[1::2], strict=True)]


def active(bouts: Iterable[Bout], labels: Sequence[str], edges: Edges) -> Mask:
    """Return which labels are active in which frames: bool of shape (T, C), C in the order of ``labels``.

    Bouts with other labels are left out. Subjects are not told apart: choose the bouts first.
    """
    column = {label: place for place, label in enumerate(labels)}
    result = np.zeros((len(edges) - 1, len(labels)), dtype=np.bool_)
    for bout in bouts:
        if bout.label in column:
            result[frames_of(bout, edges), column[bout.label]] = True
    return result


def frames_in(intervals: Iterable[Interval], edges: Edges) -> Mask:
    """Return which frames lie in any of the intervals: bool of shape (T,)."""
    result = np.zeros(len(edges) - 1, dtype=np.bool_)
    for interval in intervals:
        result[frames_between(interval, edges)] = True
    return result


def _frame_shown(second: float, edges: Edges) -> slice:
    last = len(edges) - 1
    if second - edges[last] > ROUNDING:
        return slice(last, last)
    frame = int(frames_shown(edges, second))
    return slice(frame, frame + 1)
