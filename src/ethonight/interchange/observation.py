"""What all formats have in common: an observation of one recording, and what became of it on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ethonight.annotations.bouts import Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.errors import EthonightError
from ethonight.frame_times import Edges


class FormatError(EthonightError):
    """A file that is not what its format promises, or that a format cannot hold; says file, place and what to do."""


@dataclass(frozen=True)
class Unpaired:
    """A start without a stop, or a stop without a start: shown to a person for repair, never guessed."""

    label: str
    subject: str
    second: float
    """Seconds of the recording."""
    which: str
    """``START`` or ``STOP``: what is there."""
    where: str = ""
    """Line or event number in the file."""
    comment: str = ""
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Observation:
    """What was marked in one recording. Times are seconds of the recording, bouts half-open."""

    name: str = ""
    """The file's own name for it; empty where it has none."""
    media: tuple[str, ...] = ()
    """The video files as the file names them, in the order of recording."""
    bouts: tuple[Bout, ...] = ()
    """With modifiers in ``extra`` as ("modifiers", text); ``_scored`` rows where the file says what was watched."""
    unpaired: tuple[Unpaired, ...] = ()
    fps: float | None = None
    """Frames per second as the file says."""
    duration: float | None = None
    """Seconds of the recording as the file says."""


@dataclass(frozen=True)
class Imported:
    """What a file holds."""

    observations: tuple[Observation, ...]
    ethogram: Ethogram = field(default=Ethogram())
    """Labels, keys, kinds as the file has them; empty where it has none."""
    notes: tuple[str, ...] = ()
    """Sentences about what was in the file and could not be kept."""


class Format(Protocol):
    """One file format. ``name`` is the word on the command line, ``title`` what people call it."""

    name: str
    title: str
    endings: tuple[str, ...]
    """Of its files, like ``.boris``; the first is used for new files."""
    counts_frames: bool
    """Whether times are frame numbers, so that the recording's ``edges`` are needed."""

    def recognises(self, path: Path, head: str) -> bool:
        """Whether a file with this beginning (its first 64 KiB, decoded) is one of this format."""
        ...

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read a file. Raises FormatError, also where ``edges`` are needed and None."""
        ...

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write a new file, whole or not at all; return sentences about what it could not carry. Raises FormatError."""
        ...
