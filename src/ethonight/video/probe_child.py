"""The child process of the probe: one JSON request per line in, one JSON answer per line out."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from ethonight.video import sentences
from ethonight.video.facts import Probe

Check = Callable[[Path, float], Probe]
"""Opens and decodes a video; the number is the patience in seconds."""


def main() -> int:
    """Answer until the input ends. Nothing but answers reaches the standard output, whatever libraries print."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    from ethonight.video.decode_check import check

    serve(sys.stdin.buffer, answers, check)
    return 0


def serve(requests: BinaryIO, answers: BinaryIO, check: Check) -> None:
    """Say that we are ready, then answer each request."""
    _say(answers, {"ready": True})
    for line in requests:
        request = json.loads(line)
        _say(answers, answer(Path(request["path"]), request["patience"], request["known"], check))


def answer(path: Path, patience: float, known: list[int] | None, check: Check) -> dict[str, object]:
    """Return the facts of one video and the stamp that the file had; ``known`` is the stamp of an earlier answer."""
    try:
        found = os.stat(path)
        stamp = [found.st_size, found.st_mtime_ns]
        problem = _not_a_file(path, found) or _not_readable(path, found)
    except (FileNotFoundError, NotADirectoryError):
        return _answer(Probe(path, problem=sentences.missing(path)), None)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        return _answer(Probe(path, problem=sentences.unreadable(path, reason or str(error))), None)
    if problem:
        return _answer(Probe(path, problem=problem), None)
    if stamp == known:
        return {"facts": {}, "stamp": stamp, "unchanged": True}
    return _answer(check(path, patience), stamp)


def _not_a_file(path: Path, found: os.stat_result) -> str:
    if stat.S_ISDIR(found.st_mode):
        return sentences.folder(path)
    if not stat.S_ISREG(found.st_mode):
        return sentences.special(path)
    return "" if found.st_size else sentences.empty(path)


def _not_readable(path: Path, found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return ""
    try:
        with path.open("rb") as stream:
            stream.read(1)
    except PermissionError:
        return sentences.forbidden(path)
    return ""


def _answer(probe: Probe, stamp: list[int] | None) -> dict[str, object]:
    facts: Mapping[str, object] = {name: value for name, value in asdict(probe).items() if name != "path"}
    return {"facts": facts, "stamp": stamp, "unchanged": False}


def _say(answers: BinaryIO, what: Mapping[str, object]) -> None:
    answers.write(json.dumps(what).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    raise SystemExit(main())
