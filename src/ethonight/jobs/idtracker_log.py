"""idtracker.ai's log: records put together from wrapped lines, the stage it has reached, what went wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FIRST_LINE = re.compile(r"^(?:\d\d:\d\d:\d\d| {8}) (?P<text>.{0,300}?) +(?P<source>[\w.-]+\.py:\d+) *$")
"""A record starts with the time (blank when it has not changed) and ends with file and line, flush right."""
_INDENT = 9
_BOX = ("╭", "│", "╰", "+--", "|")
_LEVEL = re.compile(r"^(WARNING|ERROR|CRITICAL) ")
_SKIPPED = re.compile(r"Frames from (\d+) to (\d+) will be empty")
_ORIGIN = re.compile(r" *\(from \S+ ?\S*\.py:\d+\)$")

_STAGE_OF_FILE = {
    "segmentation.py": "Animal detection",
    "crossing_detector.py": "Crossing detection",
    "contrastive.py": "Contrastive step",
    "accumulator.py": "Accumulation protocol",
    "accumulation_manager.py": "Accumulation protocol",
    "assigner.py": "Identification",
}
"""Stages that can print so much that their START line is long gone from the end of the log."""


@dataclass(frozen=True)
class Record:
    """One log record. ``text`` is on one line, without level; ``source`` is like ``run.py:26``, or empty."""

    level: str
    text: str
    source: str


@dataclass
class _Open:
    """A record of which more lines may follow."""

    text: str
    source: str
    width: int
    """Of the column of text. A word that is longer fills a line alone and goes on in the next one."""
    folded: bool = False
    boxed: bool = False

    def add(self, line: str) -> None:
        part = line[_INDENT:].rstrip()
        self.boxed = self.boxed or part.lstrip().startswith(_BOX)
        if self.boxed or not part:
            return
        self.text += ("" if self.folded else " ") + part.strip()
        self.folded = len(part) >= self.width and " " not in part.strip()

    def close(self) -> Record:
        level = _LEVEL.match(self.text)
        text = self.text[level.end() :] if level else self.text
        return Record(level.group(1) if level else "", _ORIGIN.sub("", text.strip()), self.source)


def records(lines: Iterable[str]) -> Iterator[Record]:
    """Yield the records of a log. Lines of other programs and of Python itself are records without a source.

    The boxes of tracebacks are left out.
    """
    current: _Open | None = None
    for line in lines:
        first = _FIRST_LINE.match(line.rstrip("\r\n"))
        if first is None and current is not None and line.startswith(" " * _INDENT):
            current.add(line)
            continue
        if current is not None:
            yield current.close()
            current = None
        if first is not None:
            current = _opened(first)
        elif line.strip():
            yield Record("", line.strip(), "")
    if current is not None:
        yield current.close()


def _opened(first: re.Match[str]) -> _Open:
    return _Open(first["text"].strip(), first["source"], first.start("source") - _INDENT - 1)


def stage_reached(log_tail: str) -> str | None:
    """Return the innermost stage that was started and not finished, or None where the end of the log shows none.

    ``log_tail`` may start and end in the middle of a line.
    """
    running: list[str] = []
    by_file: str | None = None
    for record in records(log_tail[: log_tail.rfind("\n") + 1].splitlines()):
        if record.text.startswith("START "):
            running.append(record.text.removeprefix("START "))
            by_file = None
        elif record.text.startswith("FINISH "):
            _finish(running, record.text.removeprefix("FINISH ").partition(", it took")[0])
            by_file = None
        else:
            by_file = _STAGE_OF_FILE.get(record.source.partition(":")[0], by_file)
    return running[-1] if running else by_file


def _finish(running: list[str], name: str) -> None:
    if name in running:
        del running[running.index(name) :]


@dataclass
class Findings:
    """What a whole log says. Texts are empty where there was none."""

    success: bool = False
    critical: str = ""
    """The first CRITICAL record: later ones follow from it."""
    last_error: str = ""
    """The last ERROR record, or a later line of Python itself or of a library."""
    unreadable_frames: int = 0
    interrupted: bool = False
    no_episodes: bool = False
    """Whether no frame of the video lies inside the tracking intervals."""
    outside: str = ""
    """All lines of Python itself and of libraries, the last few thousand letters of them."""

    def take(self, record: Record) -> None:
        """Add one record."""
        text = record.text
        self.success = self.success or text == "Success"
        self.interrupted = self.interrupted or text == "Training interrupted by user"
        self.no_episodes = self.no_episodes or text.endswith("will be tracked (0 episodes)")
        self.unreadable_frames += _unreadable(text)
        if record.level == "CRITICAL" and not self.critical:
            self.critical = text
        if not record.source:
            self.outside = f"{self.outside}\n{text}"[-4000:]
        if record.level == "ERROR" or not record.source:
            self.last_error = text


def _unreadable(text: str) -> int:
    """Return the frames that one record reports as lost: one by one, or those that could not be jumped to."""
    skipped = _SKIPPED.search(text)
    if skipped is not None:
        return int(skipped.group(2)) - int(skipped.group(1))
    return int("could not read frame" in text and "computing the background" not in text)


def read_findings(log: Path) -> Findings:
    """Read a whole log, however long. A missing or unreadable log has no findings."""
    found = Findings()
    try:
        with log.open(encoding="utf-8", errors="replace") as stream:
            for record in records(stream):
                found.take(record)
    except OSError:
        return found
    return found
