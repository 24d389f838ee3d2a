"""Starts and stops become bouts; those without their other end are set aside for a person, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ethonight.annotations.bouts import Bout, in_order
from ethonight.interchange.apart import joined_text
from ethonight.interchange.modifiers import MODIFIERS
from ethonight.interchange.observation import Unpaired
from ethonight.words import count

START, STOP, POINT = "START", "STOP", "POINT"


@dataclass(frozen=True)
class Event:
    """One event of a file. ``second`` is of the recording; ``which`` is START, STOP or POINT; ``where`` for people."""

    second: float
    label: str
    subject: str
    modifiers: str
    comment: str
    which: str
    where: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.label, self.subject, self.modifiers

    @property
    def extra(self) -> tuple[tuple[str, str], ...]:
        return ((MODIFIERS, self.modifiers),) if self.modifiers else ()


@dataclass
class Pairs:
    """Bouts in the making. ``bouts`` and ``unpaired`` are complete after ``finish``."""

    bouts: list[Bout] = field(default_factory=list)
    unpaired: list[Unpaired] = field(default_factory=list)
    early: int = 0
    """Bouts that were left out, or cut, because they lie before the recording."""
    _open: dict[tuple[str, str, str], Event] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Take the next event, in the order of time."""
        if event.which == POINT:
            self.add(event, event.second)
        elif event.which == START:
            if waiting := self._open.pop(event.key, None):
                self._set_aside(waiting)
            self._open[event.key] = event
        elif begun := self._open.pop(event.key, None):
            self.add(begun, event.second, event.comment)
        else:
            self._set_aside(event)

    def add(self, begun: Event, end: float, comment: str = "") -> None:
        """Add the bout that began with an event and ends at ``end`` (seconds), cut at the recording's beginning."""
        self.early += begun.second < 0
        if end < 0 or (end == 0 > begun.second):
            return
        text = joined_text(begun.comment, comment)
        start = max(begun.second, 0.0)
        self.bouts.append(Bout(begun.label, start, end, begun.subject, None, text, begun.extra))

    def finish(self) -> None:
        """Set aside what was never ended, and sort."""
        for event in self._open.values():
            self._set_aside(event)
        self._open.clear()
        self.bouts = in_order(self.bouts)
        self.unpaired.sort(key=lambda one: one.second)

    def notes(self, name: str) -> tuple[str, ...]:
        """Return the sentence about bouts before the recording, if there are any. ``name`` is the observation's."""
        if not self.early:
            return ()
        found = count(self.early, "bout")
        return (f"'{name}': {found} before the recording's beginning (by its time offset) left out or cut.",)

    def _set_aside(self, event: Event) -> None:
        one = Unpaired(event.label, event.subject, event.second, event.which, event.where, event.comment, event.extra)
        self.unpaired.append(one)


def paired(events: Iterable[Event]) -> Pairs:
    """Pair events, which may come in any order; those of one moment are taken as they come."""
    pairs = Pairs()
    for event in sorted(events, key=lambda one: one.second):
        pairs.take(event)
    pairs.finish()
    return pairs
