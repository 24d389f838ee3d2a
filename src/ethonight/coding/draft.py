"""A draft: a change that is made ready beside the board, by the rules that bouts keep among themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from ethonight.annotations.bouts import Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.numbers import DECIMALS
from ethonight.coding.board import Board, Step
from ethonight.coding.errors import EditError
from ethonight.coding.lanes import Lanes
from ethonight.coding.marks import Lane, Mark, OpenBout, second_of
from ethonight.frame_times import Edges


class Draft:
    """What a change will remove and add. Nothing of it counts until the board takes the step."""

    def __init__(self, board: Board, edges: Edges, ethogram: Ethogram) -> None:
        self.board = board
        self.edges = edges
        self.ethogram = ethogram
        self._now: dict[int, Mark | None] = {}
        """Every mark that the change touched, as it is after it."""
        self._lanes = Lanes()
        self._opened = dict(board.opened)
        self.ids = count(board.next_id)
        """Numbers for new marks."""

    @property
    def frames(self) -> int:
        """How many frames the video has."""
        return len(self.edges) - 1

    def kind(self, label: str) -> str:
        """Return whether the behaviour is a state or a point event, "" where the ethogram does not know it."""
        return self.ethogram.of(label).kind if label in self.ethogram.labels else ""

    def now(self, mark: Mark) -> Mark | None:
        """Return a mark of the board as the change leaves it, None where it takes it away."""
        return self._now.get(mark.id, mark)

    def near(self, lane: Lane, first: int, stop: int) -> list[Mark]:
        """Return the marks, as drafted, that take any of the frames ``[first, stop)``, the earliest first.

        What lies after the video is left out: it is shown at the end, but takes no frame there.
        """
        untouched = [mark for mark in self.board.near(lane, first, stop) if mark.id not in self._now]
        found = [mark for mark in (*untouched, *self._lanes.near(lane, first, stop)) if not self._is_after(mark)]
        return sorted(found, key=lambda mark: mark.first)

    def _is_after(self, mark: Mark) -> bool:
        return mark.first >= self.frames or mark.bout.start >= second_of(self.frames, self.edges)

    def bout(self, label: str, subject: str, first: int, stop: int) -> Bout:
        """Return a new bout of the frames ``[first, stop)``. Raises EditError for names that no file may hold."""
        try:
            return Bout(label, second_of(first, self.edges), second_of(stop, self.edges), subject)
        except ValueError as error:
            raise EditError(f"This cannot be marked: {error}.") from error

    def new(self, bout: Bout, first: int, stop: int) -> Mark:
        """Return a bout as a mark with a new number. It is not in the draft yet."""
        return Mark(next(self.ids), bout, first, stop)

    def put(self, mark: Mark) -> None:
        """Put a mark there, instead of the one with its number, without any rules."""
        self.drop(mark)
        self._now[mark.id] = mark = replace(mark, bout=_as_written(mark.bout))
        self._lanes.add(mark)

    def drop(self, mark: Mark) -> None:
        """Take the mark with this number away, if there is one."""
        if drafted := self._now.get(mark.id):
            self._lanes.remove(drafted)
        self._now[mark.id] = None

    def at(self, mark: Mark, first: int, stop: int) -> Mark:
        """Return the mark with other frames. An end that stays keeps its exact time."""
        start = mark.bout.start if first == mark.first else second_of(first, self.edges)
        if mark.bout.is_point:
            return replace(mark, bout=replace(mark.bout, start=start, end=start), first=first, stop=first)
        end = mark.bout.end if stop == mark.stop else second_of(stop, self.edges)
        return replace(mark, bout=replace(mark.bout, start=start, end=end), first=first, stop=stop)

    def settle(self, mark: Mark) -> None:
        """Put a mark there by the rules: it unites with its like and wins over its rivals.

        Bouts of one label and subject that overlap become one (a new bout goes into the one that was there); of the
        others of its exclusive group and subject, what lies in its frames is cut out. A point event takes one frame.
        What lies after the video takes none.
        """
        if self._is_after(mark):
            self.put(mark)
            return
        self.drop(mark)
        others = [other for other in self.near(mark.lane, *mark.span) if other.bout.is_point == mark.bout.is_point]
        if others and mark.id not in self.board.marks:
            mark, others = others[0], [*others[1:], mark]
        mark = self.united(mark, others)
        self.put(mark)
        for label in self.ethogram.rivals(mark.bout.label):
            for rival in self.near((label, mark.bout.subject), *mark.span):
                self.cut(rival, *mark.span)

    def united(self, mark: Mark, others: Iterable[Mark]) -> Mark:
        """Take the others out and return ``mark`` with their time and what was written to them.

        A point event keeps its own time: others in its frame are the same event.
        """
        parts = sorted((mark, *others), key=lambda part: (part.first, part.bout.start))
        for part in parts:
            self.drop(part)
        first, last = parts[0], max(parts, key=lambda part: (part.stop, part.bout.end))
        if mark.bout.is_point:
            first = last = mark
        scores = [part.bout.score for part in parts if part.bout.score is not None]
        comments = dict.fromkeys(text for part in parts for text in part.bout.comment.split("; ") if text)
        comment = mark.bout.comment if len(parts) == 1 else "; ".join(comments)
        extra = mark.bout.extra or next((part.bout.extra for part in parts if part.bout.extra), ())
        bout = replace(
            mark.bout,
            start=first.bout.start,
            end=last.bout.end,
            score=max(scores, default=None),
            comment=comment,
            extra=extra,
        )
        return Mark(mark.id, bout, first.first, last.stop)

    def cut(self, mark: Mark, first: int, stop: int) -> None:
        """Take the frames ``[first, stop)`` out of a mark; what is left on both sides stays, as two marks."""
        self.drop(mark)
        own_first, own_stop = mark.span
        parts = [part for part in ((own_first, first), (stop, own_stop)) if part[0] < part[1]]
        for place, part in enumerate(parts):
            left = self.at(mark, *part)
            self.put(left if place == 0 else self.new(left.bout, *part))

    def open(self, bout: OpenBout) -> None:
        self._opened[bout.lane] = bout

    def close(self, lane: Lane) -> OpenBout | None:
        """Take an open bout away and return it, None where there is none."""
        return self._opened.pop(lane, None)

    def opened(self) -> tuple[OpenBout, ...]:
        return tuple(self._opened.values())

    def step(self, what: str) -> Step:
        """Return the step from the board as it is to what was drafted."""
        before = {id_: self.board.marks.get(id_) for id_ in self._now}
        changed = [id_ for id_, mark in self._now.items() if mark != before[id_]]
        was, now = self.board.opened, self._opened
        return Step(
            what,
            tuple(mark for id_ in changed if (mark := before[id_])),
            tuple(mark for id_ in changed if (mark := self._now[id_])),
            tuple(bout for lane, bout in was.items() if now.get(lane) != bout),
            tuple(bout for lane, bout in now.items() if was.get(lane) != bout),
        )


def _as_written(bout: Bout) -> Bout:
    """Return a bout as it will be read again: its times and score have as many decimals as a file holds."""
    score = None if bout.score is None else round(bout.score, DECIMALS)
    return replace(bout, start=round(bout.start, DECIMALS), end=round(bout.end, DECIMALS), score=score)
