"""A coder's work as the page gets it."""

from __future__ import annotations

from collections.abc import Iterable

from ethonight.coding.marks import Mark, OpenBout
from ethonight.coding.state import Delta, SaveState, State


def state_json(state: State) -> dict[str, object]:
    """Return all of a coder's work on a video."""
    return {
        "version": state.version,
        "marks": [mark_json(mark) for mark in state.marks],
        "opened": _opened(state.opened),
        "scored": state.scored,
        "undo": state.undo,
        "redo": state.redo,
        "saved": _saved(state.saved),
        "problem": state.problem,
        "whole": state.whole,
    }


def delta_json(delta: Delta) -> dict[str, object]:
    """Return what a change did."""
    return {
        "version": delta.version,
        "removed": delta.removed,
        "added": [mark_json(mark) for mark in delta.added],
        "opened": _opened(delta.opened),
        "scored": delta.scored,
        "undo": delta.undo,
        "redo": delta.redo,
        "saved": _saved(delta.saved),
    }


def mark_json(mark: Mark) -> dict[str, object]:
    """Return a bout with its number, its frames ``[first, stop)`` and its seconds ``[start, end)``."""
    bout = mark.bout
    return {
        "id": mark.id,
        "label": bout.label,
        "subject": bout.subject,
        "first": mark.first,
        "stop": mark.stop,
        "start": bout.start,
        "end": bout.end,
        "comment": bout.comment,
        "score": bout.score,
    }


def _opened(bouts: Iterable[OpenBout]) -> list[dict[str, object]]:
    return [{"label": bout.label, "subject": bout.subject, "first": bout.first} for bout in bouts]


def _saved(saved: SaveState) -> dict[str, str]:
    return {"state": saved.state, "message": saved.message}
