"""Time that was watched: marked, and taken back.

A file without any such row counts as watched from beginning to end. The first stretch that is marked ends that: from
then on only what is marked counts. So the last stretch cannot be taken back, which would say the opposite of what is
meant; undoing the first one brings the former meaning back.
"""

from __future__ import annotations

from ethonight.annotations.bouts import SCORED
from ethonight.coding.changes import Score
from ethonight.coding.draft import Draft
from ethonight.coding.errors import EditError
from ethonight.coding.marks import Mark


def score(draft: Draft, change: Score) -> str:
    """Switch a stretch on or off in the draft and return what that is called. Raises EditError."""
    first, stop = max(change.first, 0), min(change.stop, draft.frames)
    if first >= stop:
        raise EditError("Choose a stretch of the video of at least one frame.")
    if change.on:
        switch_on(draft, first, stop, change.subject)
        return "time marked as scored"
    _switch_off(draft, first, stop, change.subject)
    return "time marked as not scored"


def switch_on(draft: Draft, first: int, stop: int, subject: str) -> None:
    """Mark the frames ``[first, stop)`` as watched; with stretches that they overlap or touch they become one."""
    mark = draft.new(draft.bout(SCORED, subject, first, stop), first, stop)
    near = draft.near(mark.lane, first - 1, stop + 1)
    if any(other.first <= first and stop <= other.stop for other in near):
        return
    keeper, *others = [*near, mark]
    draft.put(draft.united(keeper, others))


def _switch_off(draft: Draft, first: int, stop: int, subject: str) -> None:
    if not draft.board.scored():
        _all_but(draft, first, stop, subject)
        return
    hit = draft.near((SCORED, subject), first, stop)
    if not hit:
        raise EditError(_nothing_there(draft.board.scored(), subject, first, stop))
    for mark in hit:
        draft.cut(mark, first, stop)
    if all(draft.now(mark) is None for mark in draft.board.scored()):
        raise EditError(
            "No scored time would be left, and a file without any counts as watched from beginning to end. Mark first "
            "what was watched, then switch this stretch off. To go back to 'all was watched', mark the whole video."
        )


def _all_but(draft: Draft, first: int, stop: int, subject: str) -> None:
    """All was watched until now: mark what is left of it."""
    if subject:
        raise EditError(
            f"So far the whole video counts as watched, for every subject. Mark first what was watched for {subject}."
        )
    if first == 0 and stop == draft.frames:
        raise EditError("Nothing would be left as watched. Delete the file if this coder watched nothing of the video.")
    for part in ((0, first), (stop, draft.frames)):
        if part[0] < part[1]:
            switch_on(draft, *part, "")


def _nothing_there(scored: list[Mark], subject: str, first: int, stop: int) -> str:
    others = {mark.bout.subject for mark in scored if mark.covers(first, stop)}
    if subject and "" in others:
        return f"This time is marked as scored for all subjects, not for {subject} alone. Switch it off for all."
    if others:
        return f"This time is marked as scored for {', '.join(sorted(others))} only. Choose that subject first."
    return "Nothing of this time is marked as scored."
