"""One attempt of one job: a folder with its snapshot, command, log, the process that runs it, and how it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from ethonight.files import replace_atomically, temporary_beside, write_durable
from ethonight.jobs.protocol import AttemptPaths
from ethonight.process import ProcessId

MARK = "ETHONIGHT_ATTEMPT"
"""The environment variable by which a process is known to belong to an attempt."""

_ELSEWHERE_SECONDS = 300.0
"""A job on another computer counts as gone when its keeper has not shown itself for this long."""


@dataclass(frozen=True)
class LaunchRecord:
    """What the keeper starts, as it is stored."""

    argv: list[str]
    cwd: str
    env: dict[str, str] = field(default_factory=dict)
    max_hours: float = 0.0
    """0: no limit."""
    slot: str = ""
    """The GPU the job was given, as in ``--gpus``; empty where none was named."""


@dataclass(frozen=True)
class End:
    """How an attempt ended. Times are seconds since the epoch."""

    started: float
    finished: float
    code: int | None = None
    signal: int | None = None
    stopped: str = ""
    """``timeout``, or the reason that the runner gave; empty when the job ended by itself."""
    error: str = ""
    """Why the program could not be started."""


class Attempt:
    """The attempt in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = AttemptPaths(folder)

    @property
    def _process_file(self) -> Path:
        return self.folder / "process.json"

    @property
    def _end_file(self) -> Path:
        return self.folder / "outcome.json"

    @property
    def _stop_file(self) -> Path:
        return self.folder / "stop"

    def write_launch(self, launch: LaunchRecord) -> None:
        replace_atomically(self.folder / "launch.json", _json(asdict(launch)))

    def launch(self) -> LaunchRecord:
        return LaunchRecord(**_read(self.folder / "launch.json"))

    def launched(self) -> float:
        """Return when the attempt was launched, in seconds since the epoch."""
        return (self.folder / "launch.json").stat().st_mtime

    def start_keeper(self) -> subprocess.Popen[bytes]:
        """Start the thin process that runs the job, out of reach of the terminal's signals."""
        argv = [sys.executable, "-m", "ethonight.runner.keeper", str(self.folder)]
        with (self.folder / "keeper.txt").open("ab") as log:
            return subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                creationflags=_windows_flags(),
            )

    def claim(self) -> bool:
        """Become the one process that runs this attempt. False when it was claimed before."""
        return self._claim(asdict(ProcessId.current()))

    def abandon(self) -> bool:
        """Make sure that no keeper will start this attempt any more. False when one already has."""
        return self._claim({"abandoned": True})

    def _claim(self, record: Mapping[str, object]) -> bool:
        temporary = temporary_beside(self._process_file)
        try:
            write_durable(temporary, _json(record))
            os.link(temporary, self._process_file)
        except FileExistsError:
            return False
        except OSError:
            return self._claim_without_links(record)
        finally:
            temporary.unlink(missing_ok=True)
        return True

    def _claim_without_links(self, record: Mapping[str, object]) -> bool:
        try:
            handle = os.open(self._process_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        except FileExistsError:
            return False
        with os.fdopen(handle, "wb") as stream:
            stream.write(_json(record))
        return True

    def process(self) -> ProcessId | None:
        """Return the keeper's process, or None while there is none (or when the attempt was abandoned)."""
        try:
            record = _read(self._process_file)
        except (FileNotFoundError, ValueError):
            return None
        return None if "abandoned" in record else ProcessId(**record)

    def touch(self) -> None:
        """Show to runners on other computers that the job is alive."""
        os.utime(self._process_file)

    def alive(self) -> bool:
        """Whether the keeper still runs, as far as can be told."""
        process = self.process()
        if process is None:
            return False
        if process.on_this_computer:
            return process.alive
        return time.time() - self._process_file.stat().st_mtime < _ELSEWHERE_SECONDS

    def write_end(self, end: End) -> None:
        replace_atomically(self._end_file, _json(asdict(end)))

    def end(self) -> End | None:
        """Return how the attempt ended, or None while it has not."""
        try:
            return End(**_read(self._end_file))
        except FileNotFoundError:
            return None

    def ask_to_stop(self, reason: str) -> None:
        replace_atomically(self._stop_file, reason.encode())

    def stop_reason(self) -> str:
        """Return why the job should stop, or an empty text."""
        try:
            return self._stop_file.read_text("utf-8")
        except FileNotFoundError:
            return ""

    def kill_leftovers(self) -> int:
        """Kill every process that belongs to this attempt; return how many there were."""
        found = [process for process in psutil.process_iter() if self._owns(process)]
        for process in found:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(found, timeout=5)
        return len(found)

    def _owns(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == str(self.folder) or str(self.folder) in process.cmdline()
        except (psutil.Error, OSError):
            return False

    def note_stage(self, name: str) -> None:
        """Remember the stage that the job has reached now."""
        replace_atomically(self.folder / "stage.json", _json({"stage": name, "since": time.time()}))

    def stage(self) -> tuple[str, float] | None:
        """Return the stage and the time since which it lasts (seconds since the epoch)."""
        try:
            record = _read(self.folder / "stage.json")
            return str(record["stage"]), float(str(record["since"]))
        except (FileNotFoundError, ValueError, KeyError):
            return None

    def log_tail(self, size: int = 65536) -> str:
        """Return the last ``size`` bytes of the job's log as text."""
        try:
            with self.paths.log.open("rb") as stream:
                stream.seek(0, os.SEEK_END)
                stream.seek(max(0, stream.tell() - size))
                return stream.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""


def _windows_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return 0


def _json(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, ensure_ascii=False, indent=1).encode()


def _read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return record
