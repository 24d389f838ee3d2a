"""What can be wrong with bouts that a file cannot know: against the video, the labels, and each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout, in_order
from ethonight.annotations.document import END, LABEL, START, SUBJECT
from ethonight.annotations.numbers import number_text
from ethonight.annotations.problems import Problem
from ethonight.suggest import closest

_LISTED = 12


def beyond_video(annotation: Annotation, duration: float, slack: float = 0.001) -> list[Problem]:
    """Return the rows that end more than ``slack`` seconds after the video, which lasts ``duration`` seconds."""
    length = f"the video ends at {number_text(duration)}"
    found = []
    for row in annotation.rows:
        if row.end > duration + slack:
            column, time = (START, row.start) if row.start > duration + slack else (END, row.end)
            found.append(Problem(f"{_what(row)} is at {number_text(time)} s, but {length} s.", row.line, column))
    return found


def unknown_labels(annotation: Annotation, labels: Collection[str]) -> list[Problem]:
    """Return the bouts whose label is not in ``labels``, with the label that was probably meant."""
    listed = ", ".join(list(labels)[:_LISTED]) + (", ..." if len(labels) > _LISTED else "")
    found = []
    for label in annotation.labels:
        if label in labels:
            continue
        rows = [bout for bout in annotation.bouts if bout.label == label]
        close = closest(label, labels)
        hint = f"did you mean '{close}'?" if close else f"the labels are {listed}."
        more = f" ({len(rows)} bouts)" if len(rows) > 1 else ""
        found.append(Problem(f"'{label}'{more} is not in the list of labels; {hint}", rows[0].line, LABEL))
    return found


def overlapping_exclusive(annotation: Annotation, exclusive: Collection[str]) -> list[Problem]:
    """Return the bouts that overlap one of another label, of the same subject, where both labels are exclusive.

    Each bout is named once, with the latest one before it that it overlaps. Touching is no overlap.
    """
    by_subject: defaultdict[str, list[Bout]] = defaultdict(list)
    for bout in in_order(annotation.bouts):
        if bout.label in exclusive:
            by_subject[bout.subject].append(bout)
    found = [problem for bouts in by_subject.values() for problem in _overlaps(bouts)]
    return sorted(found, key=lambda problem: problem.line or 0)


def unknown_subjects(annotation: Annotation, names: Collection[str]) -> list[Problem]:
    """Return each subject of the rows that is not among ``names``, where it comes first."""
    rows = {row.subject: row for row in reversed(annotation.rows) if row.subject and row.subject not in names}
    known = ", ".join(names)
    text = "'{}' is no subject of this video, whose subjects are {}. Correct it, or leave the cell empty for all."
    return [Problem(text.format(name, known), row.line, SUBJECT) for name, row in reversed(rows.items())]


def nothing_scored(annotation: Annotation, duration: float) -> list[Problem]:
    """Return the problem that nobody watched any of a video of ``duration`` seconds, or nothing."""
    if annotation.scored(duration):
        return []
    if not annotation.scored_rows:
        return [Problem("the video has no duration, so there is no time that was watched.")]
    line = annotation.scored_rows[0].line
    message = (
        f"no time of the video (0 to {number_text(duration)} s) was watched. Correct the {SCORED} rows, or delete them"
    )
    return [Problem(f"{message} if the whole video was watched.", line, LABEL)]


def _overlaps(bouts: Iterable[Bout]) -> Iterable[Problem]:
    last: dict[str, Bout] = {}  # of each label, the bout that ends last
    for bout in bouts:
        others = [other for label, other in last.items() if label != bout.label and other.overlaps(bout)]
        if others:
            other = max(others, key=lambda one: one.start)
            place = f" (line {other.line})" if other.line is not None else ""
            seconds = f"{number_text(bout.start)} s"
            message = f"{_what(bout)} begins at {seconds} while {_what(other)}{place} goes on; only one can be true."
            yield Problem(message, bout.line, START)
        if bout.label not in last or last[bout.label].end <= bout.end:
            last[bout.label] = bout


def _what(row: Bout) -> str:
    return f"'{row.label}' of {row.subject}" if row.subject else f"'{row.label}'"
