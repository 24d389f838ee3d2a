"""Which frames of a recording a BENTO file means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.frame_times import Edges, rate_of
from ethonight.interchange.bento_text import BentoText, Span
from ethonight.interchange.label import label_text
from ethonight.interchange.observation import FormatError
from ethonight.words import count

CHANNEL = "Ch1"
"""BENTO's own name for the first channel: nobody in particular."""
_TOLERANCE = 0.02
"""How far the file's frame rate may lie from the video's, as a part of it."""


@dataclass(frozen=True)
class BentoFrames:
    """The file's numbers as frames of the recording. ``rate`` is what its seconds are counted with."""

    found: BentoText
    edges: Edges
    rate: float

    @classmethod
    def of(cls, found: BentoText, edges: Edges | None, name: str) -> BentoFrames:
        """Without ``edges``, frames last as long as the file says. Raises FormatError where it does not say it."""
        if found.rate:
            rate = found.rate
        elif edges is not None:
            rate = rate_of(edges)
        else:
            raise FormatError(f"{name} does not say 'Annotation framerate:'. Name the video too.")
        if edges is None:
            ends = [_counted(found.stop or 0, rate, found.ends_in_seconds)]
            ends += [_counted(span.stop, rate, found.in_seconds) for span in found.spans]
            edges = np.arange(max(ends) + 1, dtype=np.float64) / rate
        return cls(found, edges, rate)

    def bouts(self) -> tuple[Bout, ...]:
        """Return ``_scored`` where the file covers a part of the recording, then the bouts that lie in it."""
        spans = [self._frames(span) for span in self.found.spans]
        bouts = [
            self._bout(label_text(span.label), frames, subject_of(span.channel))
            for span, frames in zip(self.found.spans, spans, strict=True)
            if frames[0] < frames[1]
        ]
        first, stop = watched = self._watched()
        inside = first < stop and all(first <= one and end <= stop for one, end in spans)
        if not inside or watched == (0, len(self.edges) - 1):
            return tuple(bouts)
        return (self._bout(SCORED, watched), *bouts)

    def _bout(self, label: str, frames: tuple[int, int], subject: str = "") -> Bout:
        first, stop = frames
        return Bout(label, float(self.edges[first]), float(self.edges[stop]), subject)

    def duration(self) -> float | None:
        """Return the seconds up to the last frame that the file names."""
        if self.found.stop is None:
            return None
        return _counted(self.found.stop, self.rate, self.found.ends_in_seconds) / self.rate

    def notes(self) -> tuple[str, ...]:
        """Return sentences about what does not fit the recording."""
        notes = []
        actual = rate_of(self.edges) if len(self.edges) > 1 else self.rate
        if abs(actual / self.rate - 1) > _TOLERANCE:
            notes.append(
                f"The file counts {self.rate:.5g} frames per second, the video shows {actual:.5g}: "
                "make sure that they belong together."
            )
        lost = sum(first >= stop for first, stop in map(self._frames, self.found.spans))
        if lost:
            notes.append(f"{count(lost, 'bout')} after the end of the video left out.")
        if any(subject_of(span.channel) for span in self.found.spans):
            notes.append("Channels are read as subjects.")
        return tuple(notes)

    def _frames(self, span: Span) -> tuple[int, int]:
        """Return the frames of a row, from 0, half-open; empty after the recording."""
        first = _counted(span.start, self.rate, self.found.in_seconds) - 1
        return max(first, 0), min(_counted(span.stop, self.rate, self.found.in_seconds), len(self.edges) - 1)

    def _watched(self) -> tuple[int, int]:
        if self.found.start is None or self.found.stop is None:
            return 0, 0
        first = _counted(self.found.start, self.rate, self.found.ends_in_seconds) - 1
        stop = _counted(self.found.stop, self.rate, self.found.ends_in_seconds)
        return max(first, 0), min(stop, len(self.edges) - 1)


def subject_of(channel: str) -> str:
    return "" if channel == CHANNEL else channel


def _counted(number: float, rate: float, in_seconds: bool) -> int:
    """Return a frame's number, from 1: BENTO writes it as it is, or divided by the frame rate."""
    return round(number * rate) if in_seconds else int(number)
