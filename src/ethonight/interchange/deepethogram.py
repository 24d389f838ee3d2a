"""DeepEthogram's labels: a CSV file with one row per frame, ``background``, and one column per behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ethonight.annotations.ethogram import Ethogram
from ethonight.frame_times import Edges
from ethonight.interchange.columns import Columns, Flags, header_of, read_columns
from ethonight.interchange.losses import Part, losses, sole
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.per_frame import (
    bouts_in,
    flags_in,
    joined,
    labels_of,
    marked,
    needed,
    rows_against_frames,
    watched,
    without_frames,
    write_rows,
)
from ethonight.words import count

_BACKGROUND = "background"
_NOT_LABELLED = -1


class _DeepEthogram:
    """Values are 1 (on), 0 (off) and -1 (nobody looked). ``background`` is on where no behaviour is."""

    name = "deepethogram"
    title = "DeepEthogram"
    endings: tuple[str, ...] = (".csv",)
    counts_frames = True

    def recognises(self, path: Path, head: str) -> bool:
        header = header_of(head)
        return path.suffix.lower() in self.endings and _BACKGROUND in header[:2] and header[0] in ("", _BACKGROUND)

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read the labels of one video. See the protocol."""
        edges = needed(edges, self.title)
        table = read_columns(path, _BACKGROUND)
        if _BACKGROUND not in table.header:
            raise FormatError(f"{path.name} has no column '{_BACKGROUND}', as DeepEthogram writes it.")
        flags = _behaviours(table)
        if flags and all((column == _NOT_LABELLED).all() for column in flags.values()):
            raise FormatError(f"{path.name}: no frame is labelled yet (every value is -1).")
        notes = (*rows_against_frames(table.height, edges), *_contradictions(table, flags))
        observation = Observation(path.stem, bouts=bouts_in(flags, edges))
        return Imported((observation,), Ethogram().with_labels(flags), notes)

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write the labels of one video. See the protocol."""
        edges = needed(edges, self.title)
        observation = sole(observations, self.title)
        labels = labels_of(observation, ethogram)
        if _BACKGROUND in labels:
            raise FormatError(f"'{_BACKGROUND}' is DeepEthogram's word for no behaviour at all; rename that label.")
        on, seen = marked(observation, labels, edges), watched(observation, edges)
        values = np.concatenate([~on.any(axis=1, keepdims=True), on], axis=1).astype(np.int8)
        values[~seen] = _NOT_LABELLED
        write_rows(path, [_BACKGROUND, *labels], values)
        return (
            *losses(observation, self.title, {Part.SCORED}),
            *without_frames(observation.bouts, edges),
            *joined(observation, on, edges),
        )


def _behaviours(table: Columns) -> dict[str, Flags]:
    """Return the columns of behaviours. Raises FormatError for what is no flag."""
    names = ("", "Unnamed: 0", _BACKGROUND)
    return flags_in(table, [place for place, name in enumerate(table.header) if name not in names])


def _contradictions(table: Columns, flags: dict[str, Flags]) -> tuple[str, ...]:
    if not flags:
        return ()
    background = table.flags(table.header.index(_BACKGROUND)) == 1
    both = int((background & np.any([column == 1 for column in flags.values()], axis=0)).sum())
    if not both:
        return ()
    return (f"{count(both, 'frame')} marked both as background and as a behaviour: the behaviour is kept.",)


DEEPETHOGRAM: Format = _DeepEthogram()
