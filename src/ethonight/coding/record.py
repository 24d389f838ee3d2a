"""Steps and files as the journal stores them."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from ethonight.annotations.bouts import Bout
from ethonight.coding.base import Base, parse
from ethonight.coding.board import Step
from ethonight.coding.marks import Mark, OpenBout, marks_of
from ethonight.frame_times import Edges

Payload = Mapping[str, Any]
"""The JSON of one line. Its check sum says that it is as it was written, so its parts are taken as they are."""


class Kind(StrEnum):
    """What a line of the journal tells."""

    START = "start"
    """The file as it was before the first change."""
    CHANGE = "change"
    """What a person did."""
    UNDO = "undo"
    """They took the last change back that was not taken back yet."""
    REDO = "redo"
    """They made the change again that was taken back last."""
    OUTSIDE = "outside"
    """What another program did to the file, and the file."""
    WRITING = "writing"
    """The file is about to be written."""
    WRITTEN = "written"
    """It was."""


def pack_step(step: Step) -> Payload:
    """Return the JSON form of a step, with whole bouts: each line of the journal says what was there."""
    return {
        "what": step.what,
        "removed": [_pack_mark(mark) for mark in step.removed],
        "added": [_pack_mark(mark) for mark in step.added],
        "closed": [[*bout.lane, bout.first] for bout in step.closed],
        "opened": [[*bout.lane, bout.first] for bout in step.opened],
    }


def unpack_steps(payloads: Sequence[Payload], edges: Edges) -> list[Step]:
    """Return the steps of JSON forms. The frames of all their marks are looked up at once, which is much faster."""
    packed = [mark for payload in payloads for name in ("removed", "added") for mark in payload[name]]
    marks = iter(marks_of([_unpack_bout(mark[1:]) for mark in packed], (mark[0] for mark in packed), edges))
    return [_step(payload, marks) for payload in payloads]


def pack_base(base: Base) -> Payload:
    """Return the JSON form of a file and the numbers of its rows."""
    return {"source": base64.b64encode(zlib.compress(base.source)).decode(), "ids": base.ids}


def unpack_base(payload: Payload, name: str) -> Base:
    """Return the file of a JSON form; ``name`` is what it is called in messages."""
    source = zlib.decompress(base64.b64decode(payload["source"]))
    return Base.of(parse(source, name), payload["ids"])


def _pack_mark(mark: Mark) -> list[object]:
    bout = mark.bout
    return [mark.id, bout.label, bout.start, bout.end, bout.subject, bout.score, bout.comment, bout.extra]


def _unpack_bout(packed: Sequence[Any]) -> Bout:
    label, start, end, subject, score, comment, extra = packed
    return Bout(label, start, end, subject, score, comment, tuple((column, text) for column, text in extra))


def _step(payload: Payload, marks: Iterator[Mark]) -> Step:
    """Return a step whose marks come next."""
    return Step(
        payload["what"],
        tuple(next(marks) for _ in payload["removed"]),
        tuple(next(marks) for _ in payload["added"]),
        tuple(OpenBout(*bout) for bout in payload["closed"]),
        tuple(OpenBout(*bout) for bout in payload["opened"]),
    )
