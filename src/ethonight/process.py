"""Processes, told apart from later ones that get the same number."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_TOLERANCE_SECONDS = 5.0
"""Where the system counts start times by the wall clock, it may be set by this much meanwhile."""


def boot_id() -> str:
    """Return a name for the current boot of this computer."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text("ascii").strip() if path.exists() else str(round(psutil.boot_time() / 600))


def _start_time(pid: int) -> float:
    """Return when a process started: clock ticks since boot on Linux, seconds since the epoch elsewhere.

    Ticks since boot do not jump when the clock is set. Raises psutil.NoSuchProcess.
    """
    if sys.platform != "linux":
        return psutil.Process(pid).create_time()
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError) as error:
        raise psutil.NoSuchProcess(pid) from error
    return float(stat.rpartition(")")[2].split()[19])


def start_detached(argv: Sequence[str], cwd: Path, log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that goes on when this one ends, out of reach of the terminal's signals.

    What it prints replaces what is in ``log``; ``env`` is added to the environment. Raises OSError.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=flags,
        )


@dataclass(frozen=True)
class ProcessId:
    """One process of one boot of one computer."""

    host: str
    pid: int
    started: float
    """Only to be compared with the same process's; see ``_start_time``."""
    boot: str

    @classmethod
    def current(cls) -> ProcessId:
        return cls(socket.gethostname(), os.getpid(), _start_time(os.getpid()), boot_id())

    @property
    def on_this_computer(self) -> bool:
        return self.host == socket.gethostname()

    @property
    def alive(self) -> bool:
        """Whether the process runs; only meaningful on this computer."""
        if not self.on_this_computer or self.boot != boot_id():
            return False
        try:
            same = abs(_start_time(self.pid) - self.started) < _TOLERANCE_SECONDS
            return same and psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False
