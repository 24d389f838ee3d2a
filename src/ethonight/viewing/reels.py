"""The open decoders of a recording: one for each request that is being answered, so that none disturbs another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from av.video.frame import VideoFrame

from ethonight.video.av_frames import AvFrames
from ethonight.video.decoders import usual_threads
from ethonight.video.timeline import Part

_MOST_OPEN = 3
Passed = Callable[[int, VideoFrame], None]
"""Is told every frame that is decoded, with its number in the recording."""


@dataclass
class _Reel:
    """A decoder that stands somewhere in a file. ``order`` is the request that it was used for last."""

    part: Part
    frames: AvFrames
    order: int


class Reels:
    """Keeps a few decoders open. ``stands`` says whether a request is still being answered."""

    def __init__(self, passed: Passed, stands: Callable[[int], bool]) -> None:
        self._passed, self._stands = passed, stands
        self._open: list[_Reel] = []

    def find_for(self, order: int, part: Part, index: int) -> AvFrames:
        """Return the decoder with which to look for frame ``index`` of a file. Raises VideoError."""
        free = [reel for reel in self._open if reel.order == order or not self._stands(reel.order)]
        here = [reel for reel in free if reel.part is part]
        near = [reel for reel in here if reel.frames.reaches(index)]
        if near or here:
            chosen = (near or here)[-1]
        else:
            self._make_room(free)
            chosen = self._opened(part, order)
            self._open.append(chosen)
        chosen.order = order
        self._open.remove(chosen)
        self._open.append(chosen)
        return chosen.frames

    def _make_room(self, free: list[_Reel]) -> None:
        """Close the decoder that was not used for longest, if possible one that nobody uses."""
        if len(self._open) >= _MOST_OPEN:
            closed = (free or self._open)[0]
            self._open.remove(closed)
            closed.frames.close()

    def _opened(self, part: Part, order: int) -> _Reel:
        def passed(index: int, frame: VideoFrame) -> None:
            self._passed(part.first + index, frame)

        return _Reel(part, AvFrames(part.path, part.stamps, usual_threads(), passed), order)
