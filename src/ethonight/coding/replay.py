"""The work that a journal tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ethonight.annotations.bouts import Bout
from ethonight.coding.record import Kind, Payload, unpack_base, unpack_steps
from ethonight.coding.work import Work
from ethonight.frame_times import Edges

NEVER = -1


@dataclass(frozen=True)
class Known:
    """The file of bouts as the journal knew it last: its check sum, and its rows by their numbers.

    ``version`` is the version of the work that it holds, ``NEVER`` where none is known to be the same.
    """

    sha256: str
    rows: Mapping[int, Bout]
    version: int = NEVER


def check_sum(source: bytes) -> str:
    """Return the check sum of a file's content; "" for a file that is not there."""
    return sha256(source).hexdigest() if source else ""


def last_known(lines: Sequence[Payload], work: Work, edges: Edges, present: str) -> Known:
    """Return which file the journal knew last; ``work`` is what its lines give.

    ``present`` is the check sum of the file that is there: the journal may end between the writing of a file and the
    note that it was written.
    """
    for line in reversed(lines):
        match line["kind"]:
            case Kind.WRITING if line["sha256"] == present:
                return _written(line, lines, work, edges)
            case Kind.WRITTEN:
                return _written(line, lines, work, edges)
            case Kind.START | Kind.OUTSIDE as kind:
                rows = dict(zip(work.base.ids, work.base.annotation.rows, strict=True))
                return Known(line["sha256"], rows, line["version"] if kind == Kind.START else NEVER)
    raise ValueError("a journal without a start")


def _written(line: Payload, lines: Sequence[Payload], work: Work, edges: Edges) -> Known:
    name, version = work.base.annotation.name, line["version"]
    then = work if version == work.version else replay(lines, edges, name, version)
    return Known(line["sha256"], then.rows, version)


def replay(lines: Sequence[Payload], edges: Edges, name: str, until: int | None = None) -> Work:
    """Return the work that the lines of a journal give, to the version ``until`` or, with None, to the last.

    ``name`` is what the file of bouts is called in messages.
    """
    start, *rest = lines
    steps = iter(unpack_steps([line for line in rest if line["kind"] in (Kind.CHANGE, Kind.OUTSIDE)], edges))
    work = Work(unpack_base(start, name), edges, start["version"])
    newest: Payload | None = None
    for line in rest:
        if work.version == until:
            break
        match line["kind"]:
            case Kind.CHANGE:
                work.do(next(steps))
            case Kind.UNDO:
                work.undo()
            case Kind.REDO:
                work.redo()
            case Kind.OUTSIDE:
                work.do(next(steps))
                newest = line
    if newest is not None:
        work.base = unpack_base(newest, name)
    return work
