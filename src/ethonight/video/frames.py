"""Frames of a recording as arrays: in order in batches, or by their numbers, scaled while decoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from ethonight.video import sentences
from ethonight.video.decoder import Decoder, DecordFailed
from ethonight.video.decoders import open_av, open_decord, usual_threads
from ethonight.video.timeline import Part, Timeline
from ethonight.video.timestamp_table import Floats, Ints

Choice = Literal["auto", "decord", "av"]


@dataclass(frozen=True, eq=False)
class Batch:
    """Some frames; those that could not be decoded are not among them."""

    indices: Ints
    """(n,) numbers of the frames in the recording."""
    times: Floats
    """(n,) when they appear, in seconds of the timeline."""
    frames: NDArray[np.uint8]
    """(n, height, width, 3) RGB or (n, height, width) grey, upright."""

    def __len__(self) -> int:
        return len(self.indices)


class FrameReader:
    """Reads the frames of ``timeline`` at ``size`` (width, height in pixels; None: as the first file shows them).

    The picture is stretched to ``size``: give one of its own shape where that matters. Meant to run in a job's own
    process: decoders hold memory, and a broken file may make one crash. One file is open at a time, and memory does
    not grow with the length of the recording. ``decoder`` "auto" takes decord where it agrees with the timestamps and
    PyAV elsewhere; "decord" raises DecordFailed instead, "av" never tries decord. With ``grey``, frames have one value
    a pixel and PyAV decodes, which is then the faster one.
    """

    def __init__(
        self,
        timeline: Timeline,
        size: tuple[int, int] | None = None,
        *,
        decoder: Choice = "auto",
        threads: int | None = None,
        grey: bool = False,
    ) -> None:
        first = timeline.parts[0].stamps
        self.timeline = timeline
        self.size = size or (first.width, first.height)
        self._choice: Choice = "av" if grey else decoder
        self._grey = grey
        self._threads = usual_threads() if threads is None else threads
        self._open: tuple[Part, Decoder] | None = None
        self._refused: dict[Part, str] = {}
        self._decoders: dict[Part, str] = {}
        self._lost: dict[Part, set[int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what the open decoder holds; reading opens it again."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    @property
    def decoders(self) -> tuple[str, ...]:
        """Who decoded each file so far: "decord", "av", or "" for a file not read yet."""
        return tuple(self._decoders.get(part, "") for part in self.timeline.parts)

    @property
    def refused(self) -> tuple[str, ...]:
        """Why decord was not used for a file; empty where it was, or was not tried."""
        return tuple(self._refused.get(part, "") for part in self.timeline.parts)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the person about frames that are missing: at a file's end, and those met while reading."""
        lost = [
            sentences.frames_lost(part.path, len(frames), float(part.stamps.seconds[min(frames)]))
            for part, frames in self._lost.items()
        ]
        return self.timeline.notes + tuple(lost)

    def batches(self, size: int = 32, frames: range | None = None) -> Iterator[Batch]:
        """Yield ``frames`` (an ascending range; None: all) in order, at most ``size`` of them at a time.

        A batch holds frames of one file. Damaged frames are left out, so that a batch may be shorter, never empty.
        """
        wanted = range(len(self.timeline)) if frames is None else frames
        self._require(wanted)
        for part in self.timeline.parts:
            inside = wanted[_place(wanted, part.first) : _place(wanted, part.stop)]
            for begin in range(0, len(inside), size):
                batch = self._read(part, inside[begin : begin + size])
                if len(batch):
                    yield batch

    def get(self, indices: Sequence[int] | Ints) -> Batch:
        """Return frames by their numbers, in the given order, repeated ones too; damaged ones are left out.

        Raises IndexError for a number that is not in the recording.
        """
        wanted = np.asarray(indices, np.int64)
        ascending = np.unique(wanted).tolist()
        self._require(ascending)
        read = [self._read(part, list(group)) for part, group in groupby(ascending, self.timeline.part_of)]
        found = np.concatenate([batch.indices for batch in read]) if read else np.empty(0, np.int64)
        kept = wanted[np.isin(wanted, found)]
        pictures = np.concatenate([batch.frames for batch in read]) if read else self._no_frames()
        return Batch(kept, self.timeline.times[kept], pictures[np.searchsorted(found, kept)])

    def _require(self, ascending: Sequence[int]) -> None:
        if len(ascending) and not (0 <= ascending[0] <= ascending[-1] < len(self.timeline)):
            raise IndexError(f"frames {ascending[0]} to {ascending[-1]} are not among the {len(self.timeline)} frames")

    def _no_frames(self) -> NDArray[np.uint8]:
        return np.empty((0, self.size[1], self.size[0], *([] if self._grey else [3])), np.uint8)

    def _read(self, part: Part, indices: Sequence[int]) -> Batch:
        """Read frames of one file, by their numbers in the recording."""
        own = [index - part.first for index in indices]
        try:
            found, frames = self._decoder(part).read(own)
        except DecordFailed as error:
            self._refuse(part, error)
            found, frames = self._decoder(part).read(own)
        if len(found) < len(own):
            self._lost.setdefault(part, set()).update(set(own) - set(found))
        numbers = np.array(found, np.int64) + part.first
        return Batch(numbers, self.timeline.times[numbers], frames)

    def _decoder(self, part: Part) -> Decoder:
        if self._open is not None and self._open[0] is part:
            return self._open[1]
        self.close()
        self._open = part, self._opened(part)
        return self._open[1]

    def _opened(self, part: Part) -> Decoder:
        """Open decord where it may be used, checked the first time; else PyAV."""
        file = part.path, part.stamps, self.size, self._threads
        if self._choice != "av" and part not in self._refused:
            try:
                decoder = open_decord(*file, check=self._decoders.get(part) != "decord")
            except DecordFailed as error:
                self._refuse(part, error)
            else:
                self._decoders[part] = "decord"
                return decoder
        self._decoders[part] = "av"
        return open_av(*file, grey=self._grey)

    def _refuse(self, part: Part, error: DecordFailed) -> None:
        """Let PyAV decode this file from now on."""
        if self._choice == "decord":
            raise error
        self.close()
        self._refused[part] = str(error)


def _place(wanted: range, frame: int) -> int:
    """Return how many numbers of the ascending range lie below ``frame``."""
    return max(0, min(len(wanted), -(-(frame - wanted.start) // wanted.step)))
