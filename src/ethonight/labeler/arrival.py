"""A file of another program that the page sent: which bouts of it would come into a coder's work."""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Behaviour
from ethonight.frame_times import ROUNDING, Edges, first_frames
from ethonight.interchange.formats import format_named, recognised
from ethonight.interchange.observation import Format, Imported, Observation, Unpaired
from ethonight.labeler.answers import value_of
from ethonight.labeler.refusal import Refusal

_UNSAFE = re.compile(r"[^\w .()+-]")
_NAME_BYTES = 200
_FIRST = -1
"""As the number of an observation: the one that fits the video best."""


@dataclass(frozen=True)
class Repair:
    """The other end of an event without one: the frame at which it starts or stops."""

    place: int
    """Of the event, among those of the observation."""
    frame: int


@dataclass(frozen=True)
class Arrival:
    """What the page sent. ``format`` is "" where the file shall say it itself."""

    name: str
    data: bytes
    format: str
    observation: int
    repairs: tuple[Repair, ...]

    @classmethod
    def of(cls, document: dict[str, object]) -> Arrival:
        """Raises Refusal for a document that is not ``{name, base64, format?, observation?, repairs?}``."""
        try:
            data = base64.b64decode(value_of(document, "base64", str), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refusal("The file did not arrive whole. Choose it again.") from error
        return cls(
            _safe(value_of(document, "name", str)),
            data,
            value_of(document, "format", str, ""),
            value_of(document, "observation", int, _FIRST),
            tuple(_repair(one) for one in value_of(document, "repairs", list, [])),
        )

    def read(self, edges: Edges) -> tuple[Format, Imported]:
        """Read the file as one of its format. Raises FormatError, and UsageError for a format that is not known."""
        with self._on_disk() as path:
            format = format_named(self.format) if self.format else recognised(path)
            return format, format.read(path, edges)

    @contextmanager
    def _on_disk(self) -> Iterator[Path]:
        """Yield the file in a folder of its own outside the workspace, for as long as it is read."""
        with tempfile.TemporaryDirectory(prefix="ethonight-") as folder:
            path = Path(folder) / self.name
            path.write_bytes(self.data)
            yield path


def _safe(name: str) -> str:
    """Return a file's name without folders and without signs that a name may not have; never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    end = _UNSAFE.sub("_", last).encode()[-_NAME_BYTES:].decode("utf-8", "ignore")
    return end.strip(". ") or "file"


def _repair(one: object) -> Repair:
    if not isinstance(one, dict):
        raise Refusal("'repairs' must be a list of {place, frame}.")
    return Repair(value_of(one, "place", int), value_of(one, "frame", int))


def fitting(observations: Sequence[Observation], wanted: int, video: str, files: Sequence[str]) -> int:
    """Return the number of the observation to take: the one that is wanted, else the first that names this video.

    Raises Refusal for a number that there is not, and for a file without observations.
    """
    if not observations:
        raise Refusal("The file holds no observation.")
    if wanted != _FIRST:
        if not 0 <= wanted < len(observations):
            raise Refusal(f"The file has no observation number {wanted}.")
        return wanted
    names = {name.casefold() for name in (video, *map(_stem, files))}
    fits = [{_stem(one.name), *map(_stem, one.media)} & names for one in observations]
    return next((place for place, found in enumerate(fits) if found), 0)


def _stem(name: str) -> str:
    return PureWindowsPath(name).stem.casefold()


def within(bouts: Sequence[Bout], edges: Edges) -> list[Bout]:
    """Return the bouts that begin before the video ends."""
    return [bout for bout in bouts if bout.start <= edges[-1] - (0 if bout.is_point else ROUNDING)]


def repaired(unpaired: Sequence[Unpaired], repairs: Sequence[Repair], edges: Edges) -> list[Bout]:
    """Return the bouts that events without their other end become with it; at least one frame long.

    Raises Refusal for an event or a frame that there is not.
    """
    bouts = []
    for repair in repairs:
        if not 0 <= repair.place < len(unpaired) or not 0 <= repair.frame < len(edges):
            raise Refusal(f"There is no event {repair.place}, or no frame {repair.frame}.")
        bouts.append(_paired(unpaired[repair.place], repair.frame, edges))
    return bouts


def _paired(event: Unpaired, frame: int, edges: Edges) -> Bout:
    first, stop = sorted((int(first_frames(edges, event.second)), frame))
    first = min(first, len(edges) - 2)
    start, end = float(edges[first]), float(edges[max(stop, first + 1)])
    return Bout(event.label, start, end, event.subject, comment=event.comment, extra=event.extra)


def behaviours_in(bouts: Sequence[Bout], imported: Imported) -> list[Behaviour]:
    """Return the behaviours of these bouts as the file describes them, in the order of their first bout."""
    labels = dict.fromkeys(bout.label for bout in bouts if bout.label != SCORED)
    return [imported.ethogram.of(label) for label in labels]
