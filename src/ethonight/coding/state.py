"""What is told of a coder's work: all of it, or what a change did to it."""

from __future__ import annotations

from dataclasses import dataclass

from ethonight.coding.marks import Mark, OpenBout

SAVED, WAITING, PROBLEM = "saved", "waiting", "problem"

Stretch = tuple[int, int, str]
"""Frames ``[first, stop)`` that were watched completely, and for which subject ("": for all)."""


@dataclass(frozen=True)
class SaveState:
    """How safe the work is. ``message`` is a sentence for the person, or "".

    ``saved``: in the journal and in the file of bouts. ``waiting``: safe in the journal; the file follows within a
    second. ``problem``: safe in the journal, but the file cannot be written; it is tried again and again.
    """

    state: str
    message: str = ""


@dataclass(frozen=True)
class State:
    """All of a coder's work on a video. ``version`` grows by one with each change.

    ``undo`` and ``redo`` say what would be undone or done again, "" where there is nothing. ``problem`` says why the
    work can only be looked at, "" where it can be changed. ``whole``: no stretch is marked as watched, which means
    that the whole video was; the first stretch that is marked ends that.
    """

    version: int
    marks: tuple[Mark, ...]
    opened: tuple[OpenBout, ...]
    scored: tuple[Stretch, ...]
    undo: str
    redo: str
    saved: SaveState
    problem: str = ""

    @property
    def whole(self) -> bool:
        return not self.scored


@dataclass(frozen=True)
class Delta:
    """What a change did. A mark that was changed is both in ``removed``, by its number, and in ``added``.

    ``opened`` are all bouts that are open now. ``scored`` are all stretches, or None where they did not change.
    """

    version: int
    removed: tuple[int, ...]
    added: tuple[Mark, ...]
    opened: tuple[OpenBout, ...]
    scored: tuple[Stretch, ...] | None
    undo: str
    redo: str
    saved: SaveState
