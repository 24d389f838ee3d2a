"""What each row's editable cells said at each ``rev``: as the machine wrote them, and as a save last showed them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ethonight.ledger.row import Row

NO_REV = -1
"""Stands for a ``rev`` cell that is missing, unreadable or was never written by the machine."""


@dataclass(frozen=True)
class Cells:
    """The cells of one row that a person may edit."""

    status: str
    priority: int
    notes: str
    extras: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Row) -> Cells:
        return cls(row.status, row.priority, row.notes, row.extras)


@dataclass
class History:
    """All views of all rows. ``written`` and ``seen`` map key -> rev -> cells."""

    written: dict[str, dict[int, Cells]] = field(default_factory=dict)
    seen: dict[str, dict[int, Cells]] = field(default_factory=dict)

    def note_written(self, row: Row) -> None:
        self.written.setdefault(row.settings, {})[row.rev] = Cells.of(row)

    def note_seen(self, key: str, rev: int, cells: Cells) -> None:
        self.seen.setdefault(key, {})[rev] = cells

    def pack(self, current: Mapping[str, Row]) -> dict[str, object]:
        """Return the JSON form, without what the current rows already say."""
        old = [
            _pack(key, rev, cells)
            for key, views in self.written.items()
            for rev, cells in views.items()
            if key not in current or current[key].rev != rev
        ]
        return {"written": old, "seen": pack_seen(self.each_seen())}

    def each_seen(self) -> Iterator[tuple[str, int, Cells]]:
        for key, views in self.seen.items():
            for rev, cells in views.items():
                yield key, rev, cells

    def unpack(self, payload: Mapping[str, object]) -> None:
        """Take over what ``pack`` returned."""
        for key, rev, cells in _each(payload.get("written", [])):
            self.written.setdefault(key, {})[rev] = cells
        for key, rev, cells in _each(payload.get("seen", [])):
            self.note_seen(key, rev, cells)


def pack_seen(entries: Iterator[tuple[str, int, Cells]] | list[tuple[str, int, Cells]]) -> list[object]:
    return [_pack(key, rev, cells) for key, rev, cells in entries]


def _pack(key: str, rev: int, cells: Cells) -> list[object]:
    packed: list[object] = [key, rev, cells.status, cells.priority, cells.notes]
    return [*packed, dict(cells.extras)] if cells.extras else packed


def _each(entries: object) -> Iterator[tuple[str, int, Cells]]:
    assert isinstance(entries, list)
    for key, rev, status, priority, notes, *extras in entries:
        yield key, rev, Cells(status, priority, notes, extras[0] if extras else {})
