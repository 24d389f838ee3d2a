"""The bouts CSV of this workspace (``labelId,timestamp,endTimestamp``, seconds) as one format among the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts_csv import MARKER, read_annotation
from ethonight.annotations.bouts_writing import render_annotation
from ethonight.annotations.document import REQUIRED
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.pieces import column_name, take_apart
from ethonight.annotations.problems import AnnotationError
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges
from ethonight.interchange.losses import Part, losses, sole
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.seen import ethogram_seen


class _Bouts:
    """Keeps all that a bout has, to the microsecond."""

    name = "bouts"
    title = "bouts CSV"
    endings: tuple[str, ...] = (".csv",)
    counts_frames = False

    def recognises(self, path: Path, head: str) -> bool:
        return MARKER in head.lower() and _has_columns(head)

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read a bouts file. FormatError lists everything that is wrong in it."""
        rows = bouts_in_file(path).rows
        return Imported((Observation(bouts=rows),), ethogram_seen(rows))

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write a new bouts file. See the protocol."""
        observation = sole(observations, self.title)
        try:
            data = render_annotation(Annotation(observation.bouts))
        except AnnotationError as error:
            raise FormatError(str(error)) from error
        replace_atomically(path, data)
        return tuple(losses(observation, self.title, set(Part) - {Part.UNPAIRED}))


def bouts_in_file(path: Path) -> Annotation:
    """Read a bouts file. Raises FormatError with everything that is wrong in it, or when it cannot be opened."""
    try:
        return read_annotation(path, path.name)
    except AnnotationError as error:
        raise FormatError(str(error)) from error


def _has_columns(head: str) -> bool:
    records = take_apart(head).records
    return bool(records) and set(REQUIRED) <= {column_name(cell) for cell in records[0].cells}


BOUTS: Format = _Bouts()
