"""SimBA's targets: a CSV file with one row per frame, its features, and behind them one 0/1 column per behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ethonight.annotations.ethogram import Ethogram
from ethonight.frame_times import Edges
from ethonight.interchange.columns import Columns, delimiter_of, header_of, read_columns
from ethonight.interchange.losses import losses, sole
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.per_frame import (
    bouts_in,
    flags_in,
    joined,
    labels_of,
    marked,
    needed,
    rows_against_frames,
    without_frames,
    write_rows,
)
from ethonight.words import count

_INDEX = ("", "Unnamed: 0")
_BODY_PART = ("_x", "_y", "_p")
_PROBABILITY = "probability_"


class _SimBA:
    """The file in ``targets_inserted``. Behaviours are the columns of 0 and 1 at its end, behind the last feature."""

    name = "simba"
    title = "SimBA"
    endings: tuple[str, ...] = (".csv",)
    counts_frames = True

    def recognises(self, path: Path, head: str) -> bool:
        header = header_of(head)
        _, _, rest = head.partition("\n")
        row = rest.partition("\n")[0].rstrip("\r").split(delimiter_of(head.partition("\n")[0]))
        if path.suffix.lower() not in self.endings or header[0] not in _INDEX or "background" in header:
            return False
        return len(row) == len(header) > 1 and row[0] in ("0", "0.0") and row[-1] in ("0", "1", "0.0", "1.0")

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read the targets of one video. See the protocol."""
        edges = needed(edges, self.title)
        table = read_columns(path, "_x")
        places = _targets(table)
        flags = flags_in(table, places)
        features = sum(name not in _INDEX for name in table.header) - len(places)
        notes = rows_against_frames(table.height, edges)
        if features:
            notes += (f"Left out: {count(features, 'column')} of features. Read as behaviours: {', '.join(flags)}.",)
        observation = Observation(path.stem, bouts=bouts_in(flags, edges))
        return Imported((observation,), Ethogram().with_labels(flags), notes)

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write the targets of one video. See the protocol."""
        edges = needed(edges, self.title)
        observation = sole(observations, self.title)
        labels = labels_of(observation, ethogram)
        values = marked(observation, labels, edges)
        write_rows(path, labels, values)
        append = "The file has no features: append its columns to SimBA's own file in features_extracted."
        return (
            *losses(observation, self.title, ()),
            *without_frames(observation.bouts, edges),
            *joined(observation, values, edges),
            append,
        )


def _targets(table: Columns) -> list[int]:
    """Return the columns of behaviours: from the last one towards the first, as long as they hold 0 and 1.

    A model's results stand between them as ``Probability_...`` and are passed over. Raises FormatError for no column.
    """
    places: list[int] = []
    for place in reversed(range(len(table.header))):
        name = table.header[place]
        if name.lower().startswith(_PROBABILITY):
            continue
        if name in _INDEX or name.lower().endswith(_BODY_PART) or not table.holds_flags(place):
            break
        places.insert(0, place)
    if not places and table.header[-1] not in _INDEX:
        last = table.header[-1]
        raise FormatError(f"{table.path.name}: the last column, '{last}', is no behaviour: it holds more than 0 and 1.")
    return places


SIMBA: Format = _SimBA()
