"""The child process that decodes: started when needed, replaced when it crashes or falls silent."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ethonight.errors import EthonightError
from ethonight.video import sentences
from ethonight.video.child_process import module_command, start_child
from ethonight.video.facts import Probe

_START_SECONDS = 120.0
"""A cold start from a slow disk, with a virus scanner reading every library, stays below this."""
_FAREWELL_SECONDS = 5.0


@dataclass(frozen=True)
class Stamp:
    """What a file looked like: equal stamps mean the same content."""

    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Answer:
    """What the child said of one video; ``stamp`` is the file as it was before it was opened."""

    facts: Mapping[str, Any]
    stamp: Stamp | None = None
    unchanged: bool = False
    """The file still has the stamp that was sent along, so it was not opened again."""

    def probe(self, path: Path) -> Probe:
        """Return the facts under the path that was asked for."""
        names = {field.name for field in fields(Probe)} - {"path"}
        return Probe(path, **{name: value for name, value in self.facts.items() if name in names})


class DecoderChild:
    """Asks about one video at a time. Use as a context manager: leaving it ends the child."""

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = tuple(command or module_command("ethonight.video.probe_child"))
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed on leaving)

    def __enter__(self) -> DecoderChild:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()
        self._complaints.close()

    def ask(self, path: Path, timeout: float, known: Stamp | None = None) -> Answer:
        """Return the child's answer, or what its crash or silence (longer than ``timeout`` s) says of the video."""
        process = self._process or self._start()
        request = {"path": str(path), "patience": timeout / 2, "known": known and [known.size, known.mtime_ns]}
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            self._kill()
            return Answer({"problem": sentences.silent(path, timeout)})
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            return Answer({"problem": sentences.crash(path, _ending(self._end()))})
        reply = json.loads(line)
        stamp = Stamp(*reply["stamp"]) if reply["stamp"] else None
        return Answer(reply["facts"], stamp, reply["unchanged"])

    def _start(self) -> subprocess.Popen[bytes]:
        self._lines = queue.SimpleQueue()
        process = start_child(self._command, self._complaints)
        self._process = process
        threading.Thread(target=_hand_over, args=(process.stdout, self._lines), daemon=True).start()
        try:
            ready = self._lines.get(timeout=_START_SECONDS)
        except queue.Empty:
            ready = b""
        if not ready:
            self._kill()
            self._complaints.seek(0)
            said = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
            raise EthonightError(
                f"The program that opens videos cannot start: {said[-1] if said else 'it says nothing'}."
                " Install the environment again (see README, Installing)."
            )
        return process

    def _end(self) -> int | None:
        """Let the child end by itself and return its exit status; None where it had to be killed."""
        process = self._process
        if process is None:
            return None
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            status = process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
            return None
        self._process = None
        return status

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        # A read from a dead network drive cannot be killed: such a child is left to the system.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_FAREWELL_SECONDS)
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()


def _ending(status: int | None) -> str:
    if status is None:
        return "it stopped answering"
    if status < 0:
        return signal.strsignal(-status) or f"signal {-status}"
    return f"exit status {status:#x}" if status > 255 else f"exit status {status}"


def _hand_over(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on as they come, then an empty one: pipes have no timeout of their own on Windows."""
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(b"")
