"""The night, started from the page: a program of its own, which goes on when the page is closed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from ethonight.labeler.refusal import Conflict
from ethonight.ledger.holder import read_holder
from ethonight.process import start_detached
from ethonight.workspace import Workspace

_TAIL_BYTES = 32_768


class NightProgram:
    """Starts ``overnight`` and the like; at most one at a time."""

    def __init__(self, workspace: Workspace, scripts: Path) -> None:
        self._workspace = workspace
        self._scripts = scripts
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    @property
    def log(self) -> Path:
        """What the program prints."""
        return self._workspace.window_logs / "label run.txt"

    @property
    def running(self) -> bool:
        """Whether the program that was started here runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, words: Sequence[str]) -> None:
        """Start a task with its arguments. Raises Conflict while a run works here, or where it cannot be started."""
        with self._lock:
            holder = read_holder(self._workspace.lease)
            if self.running or (holder is not None and not holder.left_behind):
                raise Conflict("A run is going on already; it is shown in the table.")
            task, *arguments = words
            script = self._scripts / f"{task}.py"
            argv = [sys.executable, str(script), "--workspace", str(self._workspace.root), *arguments]
            self._process = self._started(argv)

    def log_tail(self) -> str:
        """Return the end of what the program has printed; empty before the first start."""
        try:
            with self.log.open("rb") as stream:
                stream.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
                return stream.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def _started(self, argv: Sequence[str]) -> subprocess.Popen[bytes]:
        env = {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        try:
            return start_detached(argv, self._workspace.root, self.log, env)
        except OSError as error:
            raise Conflict(f"The run cannot be started: {error.strerror or error}.") from error
