"""The pictures of a recording at its time steps, decoded in a thread of its own a little ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.video.frames import FrameReader

BLOCK = 32
"""Steps decoded at a time."""
_AHEAD = 3
"""Blocks that wait to be looked at."""

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive time steps from ``first`` on."""

    first: int
    pictures: Pictures | None
    """(n, h, w) or (n, h, w, 3); None where nobody looks at them."""
    present: NDArray[np.bool_]
    """(n,) whether a step's frame could be decoded; otherwise its picture is the one before it."""

    @property
    def stop(self) -> int:
        """The step after the last one."""
        return self.first + len(self.present)


def blocks(reader: FrameReader, steps: range, stride: int) -> Iterator[Block]:
    """Yield ``steps``, which are every ``stride`` frames from frame 0 on, decoded ahead of the caller.

    Close the generator to end the thread; the reader is then closed, too.
    """
    yield from _in_background(_decoded(reader, steps, stride))


def no_pictures(steps: range) -> Iterator[Block]:
    """Yield ``steps`` in the same blocks without decoding anything."""
    for first in range(steps.start, steps.stop, BLOCK):
        yield Block(first, None, np.ones(min(BLOCK, steps.stop - first), np.bool_))


def _decoded(reader: FrameReader, steps: range, stride: int) -> Generator[Block, None, None]:
    held = _picture_before(reader, steps.start, stride) if steps.start else None
    with reader:
        for first in range(steps.start, steps.stop, BLOCK):
            wanted = np.arange(first, min(first + BLOCK, steps.stop)) * stride
            batch = reader.get(wanted)
            present = np.isin(wanted, batch.indices)
            pictures = _filled(batch.frames, present, held)
            held = pictures[-1] if present.any() or held is not None else None
            yield Block(first, pictures, present)


def _filled(frames: Pictures, present: NDArray[np.bool_], held: Pictures | None) -> Pictures:
    """Return one picture a step: where a frame is missing, the one before; at the very start, the one after."""
    if present.all():
        return frames
    if held is not None:
        before = held[None]
    else:
        before = frames[:1] if len(frames) else np.zeros_like(frames, shape=(1, *frames.shape[1:]))
    return np.concatenate([before, frames])[np.cumsum(present)]


def _picture_before(reader: FrameReader, step: int, stride: int) -> Pictures | None:
    """Return the picture that is held when ``step`` begins; None where no frame before it decodes."""
    for earlier in range(step - 1, -1, -1):
        batch = reader.get([earlier * stride])
        if len(batch):
            return np.asarray(batch.frames[0])
    return None


def _in_background(items: Generator[Block, None, None]) -> Iterator[Block]:
    """Yield what ``items`` yields, made in a thread, a few ahead. Its errors are raised here."""
    try:
        with ThreadPoolExecutor(1, "decoding") as thread:
            waiting = deque(thread.submit(next, items, None) for _ in range(_AHEAD))
            while (item := waiting.popleft().result()) is not None:
                waiting.append(thread.submit(next, items, None))
                yield item
    finally:
        items.close()
