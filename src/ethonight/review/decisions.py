"""What was decided so far, remembered: for what is not asked again first, the counter, and the pace."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ethonight.files import write_all
from ethonight.review.item import BOUT, Item, Key
from ethonight.review.verdict import ACCEPTED, REJECTED, SKIPPED

_UNDO: dict[str, object] = {"undo": True}


@dataclass(frozen=True)
class Decision:
    """One answer. ``time`` is seconds since 1970; frames are half-open. ``what`` is the step in the coder's work."""

    time: float
    video: str
    subject: str
    label: str
    first: int
    stop: int
    kind: str
    trust: float
    outcome: str
    what: str = ""

    @classmethod
    def on(cls, item: Item, outcome: str, time: float, what: str = "") -> Decision:
        """Return the decision on an item."""
        return cls(time, *item.key, item.kind, item.trust, outcome, what)

    @property
    def key(self) -> Key:
        return self.video, self.subject, self.label, self.first, self.stop

    @property
    def is_skip(self) -> bool:
        return self.outcome == SKIPPED

    @property
    def was_right(self) -> bool:
        """Whether the model had said the same: the bout was as predicted, or nothing was overlooked."""
        return self.outcome == (ACCEPTED if self.kind == BOUT else REJECTED)


class Decisions:
    """The decisions of one coder on one model, in a file to which lines are only added."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Decision]:
        """Return the decisions that stand, in their order; a line that was not written to its end is left out."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        standing: list[Decision] = []
        for line in lines:
            document = _parsed(line)
            if document == _UNDO:
                del standing[-1:]
            elif isinstance(document, dict) and (decision := _decision(document)):
                standing.append(decision)
        return standing

    def add(self, decision: Decision) -> None:
        """Remember a decision; it is on the disk when this returns."""
        self._append(asdict(decision))

    def undo(self) -> None:
        """Forget the last decision that stands."""
        self._append(_UNDO)

    def _append(self, document: dict[str, object]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
        try:
            size = os.fstat(handle).st_size
            os.lseek(handle, max(size - 1, 0), os.SEEK_SET)
            begun = size and os.read(handle, 1) != b"\n"  # What a power cut left of a line stays a line of its own.
            write_all(handle, (b"\n" if begun else b"") + json.dumps(document).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)


def latest(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the last decision on each item: one that was answered again, in another way, counts once."""
    return list({one.key: one for one in decisions}.values())


def skipped(decisions: Iterable[Decision]) -> set[Key]:
    """Return the items that were skipped and not decided since."""
    return {one.key for one in latest(decisions) if one.is_skip}


def _parsed(line: bytes) -> object:
    try:
        document: object = json.loads(line)
    except ValueError:
        return None
    return document


def _decision(document: dict[str, Any]) -> Decision | None:
    try:
        return Decision(
            time=float(document["time"]),
            video=str(document["video"]),
            subject=str(document["subject"]),
            label=str(document["label"]),
            first=int(document["first"]),
            stop=int(document["stop"]),
            kind=str(document["kind"]),
            trust=float(document["trust"]),
            outcome=str(document["outcome"]),
            what=str(document["what"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
