"""Nights that die at a chosen step.

Reads orders from standard input, one JSON object per line, runs each night in a process of its own and answers with
one line. A step is a call that changes something on the disk, or starts a job's keeper. What is loaded once is shared
by all nights, so that hundreds of them take minutes.
"""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import polars  # noqa: F401  # loaded once for all nights, like wakepy
import wakepy  # noqa: F401
from rich.console import Console

import ethonight.exchange
import ethonight.ledger.ledger
from ethonight.errors import EthonightError
from ethonight.overnight import Asked, open_site, run_night
from ethonight.runner.attempt import Attempt
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_NEEDS_ROOM = frozenset({"write", "mkdir", "link", "open", "io.open"})
Function = Callable[..., Any]
Counts = Callable[..., bool]


@dataclass
class Steps:
    """Counts steps; at step number ``fatal`` the process dies, or from there on the disk is full."""

    fatal: int
    how: str
    """``before``, ``after``, ``torn`` (writes: half of the bytes arrive; others: as before), ``full``; ``saved``: a
    person saves the table just before that step and nobody dies; ``saved, killed``: and the process dies after it."""
    save: tuple[str, str, str] = ("", "", "")
    """What the person saves: the table, a file that notes it, and the wishes as in ``job.edit``."""
    names: list[str] = field(default_factory=list)
    """The steps so far."""

    @property
    def count(self) -> int:
        return len(self.names)

    def wrap(self, owner: object, name: str, label: str = "", counts: Counts | None = None) -> None:
        """Make calls of ``owner.name`` steps; ``counts`` tells from the arguments which of them are."""
        real: Function = getattr(owner, name)
        label = label or name

        def step(*args: Any, **kwargs: Any) -> Any:
            if counts is not None and not counts(*args, **kwargs):
                return real(*args, **kwargs)
            self.names.append(label)
            if self.how == "full" and self.count >= self.fatal and label in _NEEDS_ROOM:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(args[0]))
            if self.how == "full" or self.count != self.fatal:
                return real(*args, **kwargs)
            return self._fatal_step(label, real, args, kwargs)

        setattr(owner, name, step)

    def _fatal_step(self, label: str, real: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.how.startswith("saved"):
            self._person_saves()
            found = real(*args, **kwargs)
            if self.how == "saved":
                return found
        elif self.how == "torn" and label == "write":
            real(args[0], bytes(args[1])[: len(args[1]) // 2])
        elif self.how == "after":
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("killed, and still here")

    def _person_saves(self) -> None:
        table, events, wishes = self.save
        if Path(table).exists():
            job = str(Path(__file__).with_name("job.py"))
            order = [f"edit={table}|{wishes}", "result=none"]
            subprocess.run([sys.executable, "-I", "-S", job, "person", events, "-", *order], check=True)

    def wrap_all(self) -> None:
        for name in ("write", "fsync", "replace", "rename", "link", "unlink", "rmdir", "mkdir", "ftruncate"):
            self.wrap(os, name)
        self.wrap(os, "open", counts=_opens_for_writing)
        self.wrap(io, "open", "io.open", counts=_opens_stream_for_writing)
        self.wrap(ethonight.exchange, "_swap")
        self.wrap(Attempt, "start_keeper")


def _opens_for_writing(path: object, flags: int, *_args: object, **_kwargs: object) -> bool:
    return bool(flags & _WRITING) and path != os.devnull


def _opens_stream_for_writing(_path: object, mode: str = "r", *_args: object, **_kwargs: object) -> bool:
    return not mode.startswith("r")


def night(order: dict[str, Any]) -> tuple[int, list[str]]:
    """Run one night as ``track`` does; return its exit status and the names of its steps."""
    site = open_site(Workspace.open(Path(order["workspace"])))
    if order["compact"]:
        ethonight.ledger.ledger._LINES_BEFORE_COMPACTION = -1000
    steps = Steps(order["step"], order["how"], tuple(order["save"]))
    with open(order["output"], "a", encoding="utf-8") as stream:
        console = Console(file=stream, width=200)
        steps.wrap_all()
        try:
            status = run_night(site, Asked("track"), Options(frozenset({"track", "command"})), console)
        except EthonightError as error:
            console.print(str(error))
            status = 2
    return status, steps.names


def _in_child(order: dict[str, Any], answer: int) -> NoReturn:
    status = 70
    try:
        status, names = night(order)
        os.write(answer, " ".join(names).encode())
    except BaseException:
        import traceback

        with open(order["output"], "a", encoding="utf-8") as stream:
            traceback.print_exc(file=stream)
    finally:
        os._exit(status)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read_end)
            _in_child(order, write_end)
        os.close(write_end)
        _, status = os.waitpid(pid, 0)
        names = os.read(read_end, 1 << 16).decode().split()
        os.close(read_end)
        answer = {"killed": os.WIFSIGNALED(status), "status": os.waitstatus_to_exitcode(status), "steps": names}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
