"""Remembers sound videos between evenings, so that only new or changed files are opened again."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ethonight.files import replace_atomically
from ethonight.video.facts import Probe
from ethonight.video.probe_worker import Answer, Stamp

_VERSION = 1
"""Counts up when the check learns to find more, so that old answers are not trusted."""
_MOST_VIDEOS = 20_000
_SETTLED_NS = 10_000_000_000
"""A file changed so recently (ns) may change again within one tick of its disk's clock: it is not remembered."""


class ProbeCache:
    """Answers by absolute path. Only good news is kept: a bad file is looked at each time."""

    def __init__(self, file: Path | None, answers: dict[str, Answer]) -> None:
        self._file = file
        self._answers = answers
        self._changed = False

    @classmethod
    def load(cls, file: Path | None) -> ProbeCache:
        """Read ``file``; a missing or damaged one is an empty cache."""
        if file is None:
            return cls(None, {})
        try:
            document = json.loads(file.read_text("utf-8"))
            entries = document["videos"] if document["version"] == _VERSION else {}
            return cls(file, {path: _answer(entry) for path, entry in entries.items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(file, {})

    def stamp(self, path: Path) -> Stamp | None:
        """Return what the file looked like when it was last found sound."""
        answer = self._answers.get(os.path.abspath(path))
        return None if answer is None else answer.stamp

    def probe(self, path: Path) -> Probe:
        """Return the remembered probe of a path that has a stamp."""
        return self._answers[os.path.abspath(path)].probe(path)

    def remember(self, path: Path, answer: Answer) -> None:
        """Keep a new answer when it is good and settled, and forget the old one in any case."""
        self._changed |= self._answers.pop(os.path.abspath(path), None) is not None
        if answer.stamp and not answer.facts["problem"] and answer.stamp.mtime_ns < time.time_ns() - _SETTLED_NS:
            self._answers[os.path.abspath(path)] = answer
            self._changed = True

    def save(self) -> None:
        """Write the cache where something changed. A cache that cannot be written costs time, nothing else."""
        if self._file is None or not self._changed:
            return
        latest = list(self._answers.items())[-_MOST_VIDEOS:]
        videos = {path: {"stamp": _pair(answer), "facts": answer.facts} for path, answer in latest}
        with contextlib.suppress(OSError):
            replace_atomically(self._file, json.dumps({"version": _VERSION, "videos": videos}, indent=0).encode())


def _pair(answer: Answer) -> tuple[int, int]:
    assert answer.stamp is not None
    return answer.stamp.size, answer.stamp.mtime_ns


def _answer(entry: Mapping[str, Any]) -> Answer:
    """Return the entry's answer; raises ValueError, KeyError or TypeError for one that has lost something."""
    size, mtime_ns = entry["stamp"]
    facts = entry["facts"]
    kinds: Mapping[str, type] = {"width": int, "height": int, "frames": int, "fps": float, "seconds": float}
    kinds = {**kinds, "problem": str, "warning": str}
    if set(facts) != set(kinds) or facts["problem"]:
        raise ValueError("not an entry of a sound video")
    if not all(isinstance(facts[name], kind) for name, kind in kinds.items()):
        raise TypeError("an entry with values of wrong types")
    return Answer(facts, Stamp(int(size), int(mtime_ns)))
