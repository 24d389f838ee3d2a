"""The tables of a model's predictions that are opened in Excel: every bout, and a summary of each label."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ethonight.annotations.bouts import Bout
from ethonight.annotations.numbers import number_text
from ethonight.ledger.cells import escape

_BOUTS = ("video", "subject", "labelId", "timestamp", "endTimestamp", "duration", "score")
_SUMMARY = (
    "video",
    "subject",
    "label",
    "bouts",
    "total_seconds",
    "mean_seconds",
    "first_seconds",
    "share_of_video",
)


@dataclass(frozen=True)
class Scored:
    """What was looked at: also a label that was never found has its line in the summary."""

    labels: tuple[str, ...]
    subjects: tuple[str, ...]
    seconds: float
    """How long the video is."""


@dataclass(frozen=True)
class Found:
    """The bouts of one video. ``scored`` is None where the scores cannot be read."""

    video: str
    bouts: Sequence[Bout]
    scored: Scored | None


def read_scored(path: Path) -> Scored | None:
    """Read what the scores of a prediction say besides the scores."""
    import h5py

    try:
        with h5py.File(path, "r", locking=False) as file:
            labels, subjects = (tuple(str(text) for text in file[name].asstr()[:]) for name in ("labels", "subjects"))
            seconds = float(file.attrs["end"]) - float(file["times"][0])
    except (OSError, LookupError, ValueError, TypeError, RuntimeError, AttributeError):
        return None
    return Scored(labels, subjects, seconds)


def bouts_table(videos: Iterable[Found]) -> bytes:
    """Return every bout of every video, one per row; times in seconds."""
    return _table(_BOUTS, (_bout_cells(found.video, bout) for found in videos for bout in found.bouts))


def summary_table(videos: Iterable[Found]) -> bytes:
    """Return a row for each video, subject and label, also where nothing was found.

    ``first_seconds`` is the start of the first bout; ``share_of_video`` is between 0 and 1, and empty where the
    video's length is not known.
    """
    return _table(_SUMMARY, (cells for found in videos for cells in _summary(found)))


def _bout_cells(video: str, bout: Bout) -> list[str]:
    numbers = [_number(value) for value in (bout.start, bout.end, bout.duration)]
    return [escape(video), escape(bout.subject), escape(bout.label), *numbers, _number(bout.score)]


def _summary(found: Found) -> Iterator[list[str]]:
    of = {(subject, label): list[Bout]() for subject, label in _looked_for(found.scored)}
    for bout in found.bouts:
        of.setdefault((bout.subject, bout.label), []).append(bout)
    for (subject, label), bouts in sorted(of.items()):
        total = sum(bout.duration for bout in bouts)
        mean = total / len(bouts) if bouts else None
        first = min((bout.start for bout in bouts), default=None)
        share = total / found.scored.seconds if found.scored and found.scored.seconds > 0 else None
        texts = [escape(text) for text in (found.video, subject, label)]
        yield [*texts, str(len(bouts)), *map(_number, (total, mean, first, share))]


def _looked_for(scored: Scored | None) -> list[tuple[str, str]]:
    return [(subject, label) for subject in scored.subjects for label in scored.labels] if scored else []


def _number(value: float | None) -> str:
    return "" if value is None else number_text(value, ".")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as bytes; the mark in front lets Excel see that letters like ä are UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    whole = text.getvalue()
    return whole.encode("ascii" if whole.isascii() else "utf-8-sig")
