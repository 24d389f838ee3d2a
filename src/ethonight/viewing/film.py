"""The pictures of one recording, made on demand and kept for a while. Only a projector's child process imports this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from av.video.frame import VideoFrame

from ethonight.video.av_frames import Wanted
from ethonight.video.timeline import Timeline
from ethonight.viewing.jpeg import JpegMaker
from ethonight.viewing.kept import Kept
from ethonight.viewing.reels import Reels

Size = tuple[int, int]
_DECODED_BYTES = 128_000_000
_ENCODED_BYTES = 96_000_000
_BEHIND = 10
"""So many frames before the wanted one are decoded after a jump, too, since a person often goes back a little."""
_MOST_MAKERS = 8


@dataclass(frozen=True)
class Wish:
    """A frame that is wanted as a picture, and which will probably be wanted after it."""

    order: int
    """The request that it belongs to."""
    frame: int
    step: int
    """From one frame of the request to the next."""
    size: Size


class Film:
    """Delivers frames of a recording as JPEG. What is kept is bounded in bytes.

    ``stands`` says whether a request is still being answered. ``on_the_way`` is called with each frame that is decoded
    on the way to the wanted one; it may raise to interrupt the search, which goes on from there later.
    """

    def __init__(self, timeline: Timeline, stands: Callable[[int], bool], on_the_way: Callable[[], None]) -> None:
        self.timeline = timeline
        self._on_the_way = on_the_way
        self._reels = Reels(self._passed, stands)
        self._wish: Wish | None = None
        self._makers: dict[tuple[Size, int], JpegMaker] = {}
        self._decoded: Kept[int, VideoFrame] = Kept(_DECODED_BYTES)
        self._encoded: Kept[tuple[int, Size], bytes] = Kept(_ENCODED_BYTES)
        self._behind = _BEHIND

    def size_within(self, width: int, height: int) -> Size:
        """Return the largest size of the recording's shape that fits, in whole even pixels, at most the video's own."""
        stamps = self.timeline.parts[0].stamps
        share = min(1.0, width / stamps.width, height / stamps.height)
        return max(2, round(stamps.width * share / 2) * 2), max(2, round(stamps.height * share / 2) * 2)

    def picture(self, wish: Wish) -> bytes:
        """Return a frame as JPEG; nothing where it cannot be decoded. Raises VideoError when its file is gone."""
        key = (wish.frame, wish.size)
        data = self._encoded.get(key)
        if data is None:
            frame = self._decoded.get(wish.frame)
            frame = self._find(wish) if frame is None else frame
            data = b"" if frame is None else self._maker(wish).encode(frame)
            self._encoded.put(key, data, len(data))
        return data

    def _find(self, wish: Wish) -> VideoFrame | None:
        part = self.timeline.part_of(wish.frame)
        index = wish.frame - part.first
        self._wish = wish
        frames = self._reels.find_for(wish.order, part, index)
        return frames.find(index, self._wanted(index, wish.step))

    def _wanted(self, index: int, step: int) -> Wanted:
        """Return which frames of a file are wanted besides ``index``: those that will probably be asked for next."""
        if step == 1:
            return lambda other: other >= index - _BEHIND
        if step > 1:
            return lambda other: other > index and (other - index) % step == 0
        return lambda other: index + self._behind * step < other < index and (index - other) % step == 0

    def _passed(self, frame: int, decoded: VideoFrame) -> None:
        wish = self._wish
        if wish is not None and frame < wish.frame:
            self._keep(frame, decoded, wish)
            self._on_the_way()

    def _keep(self, frame: int, decoded: VideoFrame, wish: Wish) -> None:
        """Keep a frame before the wanted one, if it is one of those that come next when going back."""
        size = sum(plane.buffer_size for plane in decoded.planes)
        self._behind = max(1, _DECODED_BYTES // size)
        distance, every = wish.frame - frame, max(1, -wish.step)
        if distance % every == 0 and distance <= (self._behind * every if wish.step < 0 else _BEHIND):
            self._decoded.put(frame, decoded, size)

    def _maker(self, wish: Wish) -> JpegMaker:
        key = wish.size, self.timeline.part_of(wish.frame).stamps.rotation
        if key not in self._makers:
            if len(self._makers) >= _MOST_MAKERS:
                self._makers.clear()
            self._makers[key] = JpegMaker(*key)
        return self._makers[key]
