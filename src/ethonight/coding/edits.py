"""What each change does to the marks of a board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import POINT, STATE, Ethogram
from ethonight.annotations.numbers import number_text
from ethonight.coding.board import Board, Step
from ethonight.coding.changes import (
    Add,
    Assign,
    Cancel,
    Change,
    Comment,
    Delete,
    Merge,
    Move,
    Relabel,
    Score,
    Split,
    Toggle,
)
from ethonight.coding.draft import Draft
from ethonight.coding.errors import EditError
from ethonight.coding.marks import Mark, OpenBout, second_of
from ethonight.coding.scoring import score
from ethonight.frame_times import Edges
from ethonight.words import count


def edit(board: Board, change: Change, edges: Edges, ethogram: Ethogram) -> Step:
    """Return what a change does. The board stays as it is.

    Raises EditError for what cannot be done, and Gone for bouts that are no longer there.
    """
    draft = Draft(board, edges, ethogram)
    return draft.step(_do(draft, change))


def _do(draft: Draft, change: Change) -> str:
    """Make a change in the draft and return what it is called."""
    match change:
        case Add():
            return _add(draft, change)
        case Toggle():
            return _toggle(draft, change)
        case Cancel():
            return _cancel(draft, change)
        case Move():
            return _move(draft, change)
        case Split():
            return _split(draft, change)
        case Merge():
            return _merge(draft, change)
        case Delete():
            return _delete(draft, change)
        case Relabel():
            return _relabel(draft, change)
        case Assign():
            return _assign(draft, change)
        case Comment():
            return _comment(draft, change)
        case Score():
            return score(draft, change)


def _add(draft: Draft, change: Add) -> str:
    _refuse_scored(change.label)
    kind = draft.kind(change.label)
    if kind == POINT or (change.first == change.stop and kind != STATE):
        _check_frame(draft, change.first)
        stop = change.first
    else:
        _check_frames(draft, change.first, change.stop)
        stop = change.stop
    draft.settle(draft.new(draft.bout(change.label, change.subject, change.first, stop), change.first, stop))
    return f"added {change.label}"


def _toggle(draft: Draft, change: Toggle) -> str:
    opened = draft.close((change.label, change.subject))
    if opened is not None:
        _end(draft, opened, _until(draft, change.frame))
        return f"added {change.label}"
    if draft.kind(change.label) == POINT:
        return _add(draft, Add(change.label, change.subject, change.frame, change.frame))
    _refuse_scored(change.label)
    _check_frame(draft, change.frame)
    draft.bout(change.label, change.subject, change.frame, change.frame + 1)  # A name that no file may hold: now.
    rivals = draft.ethogram.rivals(change.label)
    for other in draft.opened():
        if other.label in rivals and other.subject == change.subject:
            draft.close(other.lane)
            if other.first != change.frame:  # What was begun here just now has no time of its own.
                _end(draft, other, change.frame)
    draft.open(OpenBout(change.label, change.subject, change.frame))
    return f"start of {change.label}"


def _until(draft: Draft, frame: int) -> int:
    """Return before which frame a bout ends that is ended at ``frame``; at the video's last one, with the video."""
    return draft.frames if frame == draft.frames - 1 else frame


def _end(draft: Draft, opened: OpenBout, frame: int) -> None:
    """End an open bout at ``frame``, before or after its start; on its own first frame it lasts that frame."""
    if not 0 <= frame <= draft.frames:
        raise EditError(_outside(draft, frame))
    first, stop = sorted((min(opened.first, draft.frames - 1), frame))
    stop = max(stop, first + 1)
    draft.settle(draft.new(draft.bout(*opened.lane, first, stop), first, stop))


def _cancel(draft: Draft, change: Cancel) -> str:
    if draft.close((change.label, change.subject)) is None:
        raise EditError(f"No bout of '{change.label}' is open.")
    return f"start of {change.label} forgotten"


def _move(draft: Draft, change: Move) -> str:
    mark = draft.board.mark(change.id)
    if mark.bout.is_point:
        _check_frame(draft, change.first)
    else:
        _check_frames(draft, change.first, change.stop)
    draft.settle(draft.at(mark, change.first, change.stop))
    return f"moved {mark.bout.label}"


def _split(draft: Draft, change: Split) -> str:
    mark = draft.board.mark(change.id)
    if not mark.first < change.frame < mark.stop:
        raise EditError("A bout can only be split between its first and its last frame. Go to a frame inside it.")
    second = draft.at(mark, change.frame, mark.stop)
    draft.put(draft.at(mark, mark.first, change.frame))
    draft.put(draft.new(second.bout, second.first, second.stop))
    return f"split {mark.bout.label}"


def _merge(draft: Draft, change: Merge) -> str:
    marks = sorted((draft.board.mark(id_) for id_ in change.ids), key=lambda mark: mark.first)
    if len(marks) < 2:
        raise EditError("Choose at least two bouts to be merged.")
    if len({mark.lane for mark in marks}) > 1:
        raise EditError("Only bouts of one behaviour and one subject can be merged. Relabel or assign them first.")
    if any(mark.bout.is_point for mark in marks):
        raise EditError("Point events have no duration and cannot be merged. Delete those that are too many.")
    draft.settle(draft.united(marks[0], marks[1:]))
    return f"merged {count(len(marks), 'bout')}"


def _delete(draft: Draft, change: Delete) -> str:
    marks = [draft.board.mark(id_) for id_ in change.ids]
    for mark in marks:
        draft.drop(mark)
    return f"deleted {_called(marks)}"


def _relabel(draft: Draft, change: Relabel) -> str:
    _refuse_scored(change.label)
    marks = [draft.board.mark(id_) for id_ in change.ids]
    kind = draft.kind(change.label)
    for mark in marks:
        if kind and (kind == POINT) != mark.bout.is_point:
            raise EditError(_other_kind(mark, change.label, kind))
    _rewrite(draft, marks, lambda bout: replace(bout, label=change.label))
    return f"relabelled {_called(marks)}"


def _assign(draft: Draft, change: Assign) -> str:
    marks = [draft.board.mark(id_) for id_ in change.ids]
    _rewrite(draft, marks, lambda bout: replace(bout, subject=change.subject))
    return f"assigned {_called(marks)}"


def _rewrite(draft: Draft, marks: list[Mark], rewritten: Callable[[Bout], Bout]) -> None:
    """Write bouts anew. What they were is gone before any of them settles: they do not cut each other."""
    try:
        changed = [replace(mark, bout=rewritten(mark.bout)) for mark in marks]
    except ValueError as error:
        raise EditError(f"This cannot be marked: {error}.") from error
    changed = [new for new, mark in zip(changed, marks, strict=True) if new != mark]
    for mark in changed:
        draft.drop(mark)
    for mark in changed:
        draft.settle(mark)


def _comment(draft: Draft, change: Comment) -> str:
    mark = draft.board.mark(change.id)
    draft.put(replace(mark, bout=replace(mark.bout, comment=change.text)))
    return f"comment on {mark.bout.label}"


def _called(marks: list[Mark]) -> str:
    return marks[0].bout.label if len(marks) == 1 else count(len(marks), "bout")


def _refuse_scored(label: str) -> None:
    if label.lower() == SCORED:
        raise EditError(
            f"'{SCORED}' says which time was watched; it is no behaviour. Switch the scored time on or off."
        )


def _check_frame(draft: Draft, frame: int) -> None:
    if not 0 <= frame < draft.frames:
        raise EditError(_outside(draft, frame))


def _check_frames(draft: Draft, first: int, stop: int) -> None:
    if first < 0 or stop > draft.frames:
        raise EditError(_outside(draft, first if first < 0 else stop))
    if stop <= first:
        raise EditError("A bout lasts at least one frame: its end must be after its start.")


def _outside(draft: Draft, frame: int) -> str:
    length = number_text(second_of(draft.frames, draft.edges))
    return f"Frame {frame} is not in the video, which has the frames 0 to {draft.frames - 1} ({length} s)."


def _other_kind(mark: Mark, label: str, kind: str) -> str:
    is_now, becomes = ("a point event", "lasts") if kind == STATE else ("a bout", "is a point event")
    return (
        f"'{mark.bout.label}' at {number_text(mark.bout.start)} s is {is_now}, but '{label}' {becomes}. Delete it and "
        f"mark '{label}' there, or change the kind of '{label}' in the ethogram."
    )
