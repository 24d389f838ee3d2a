"""A temporary workspace with ``command`` jobs, the real ``scripts/track.py`` on it, and what a person does to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
import tomli_w

from ethonight.ledger.table_text import parse_table, render_table
from ethonight.runner.attempt import Attempt
from ethonight.workspace import Workspace

HERE = Path(__file__).resolve().parent
TRACK = HERE.parents[1] / "scripts" / "track.py"
PATIENCE_SECONDS = 90.0
"""Longest wait for something that must come; no test passes or fails by how long it took."""

T = TypeVar("T")


def wait_for(condition: Callable[[], T], what: str) -> T:
    """Return the first true value of ``condition``; fail when it never comes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"never came: {what}")


@dataclass
class Run:
    """A started ``scripts/track.py``. ``text`` is what it has printed so far."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def text(self) -> str:
        return self.output.read_text("utf-8")

    @property
    def words(self) -> str:
        """The text as one line: the terminal's line breaks are no part of a sentence."""
        return " ".join(self.text.split())

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill the runner and nothing else."""
        self.process.kill()
        self.process.wait()

    def ended(self) -> int:
        """Wait for the end; return the exit status."""
        try:
            return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise AssertionError(f"The run never ended. It said:\n{self.text}") from error

    def interrupt(self) -> None:
        """Press Ctrl-C: the terminal sends it to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait_to_say(self, text: str) -> None:
        wait_for(lambda: text in self.words or self.process.poll() is not None, text)
        assert text in self.words, f"It ended without saying '{text}':\n{self.text}"


def is_gone(pid: int) -> bool:
    """Whether the process has ended; one that nobody has waited for counts."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Lab:
    """The workspace ``root / 'lab'``; what jobs note lies beside it."""

    def __init__(self, root: Path) -> None:
        self.beside = root
        (root / "lab").mkdir(parents=True, exist_ok=True)
        self.workspace = Workspace.open(root / "lab")
        self.events_file = root / "events.txt"
        self.options(min_free_gb=0.0)
        self._runs: list[Run] = []

    def add(self, name: str, *verbs: str, **keys: object) -> str:
        """Save the settings of a job; return its table key."""
        document = {"task": "command", "command": self.command(name, *verbs), "outputs": ["{out}/result.txt"], **keys}
        return self.save(name, tomli_w.dumps(document))

    def save(self, name: str, text: str) -> str:
        path = self.workspace.settings / "v" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return self.workspace.key(path)

    def options(self, **options: object) -> None:
        """Write ``ethonight.toml``."""
        self.workspace.config.write_text(tomli_w.dumps(options), "utf-8")

    def command(self, name: str, *verbs: str) -> list[str]:
        return ["python", "-I", "-S", str(HERE / "job.py"), name, str(self.events_file), "{out}", *verbs]

    def gate(self, name: str) -> Path:
        """The file that a job with ``wait=`` waits for."""
        return self.beside / f"{name}.go"

    def holding(self, name: str, *verbs: str, **keys: object) -> str:
        """Add a job that runs until ``release(name)``."""
        return self.add(name, f"wait={self.gate(name)}", *verbs, **keys)

    def release(self, name: str) -> None:
        self.gate(name).touch()

    def events(self) -> list[str]:
        """What the jobs have noted, in order."""
        return self.events_file.read_text("utf-8").splitlines() if self.events_file.exists() else []

    def wait_for_event(self, text: str) -> None:
        wait_for(lambda: text in self.events(), text)

    def children(self, name: str) -> list[int]:
        """The process numbers of the grandchildren that a job has started."""
        return [int(event.split()[2]) for event in self.events() if event.startswith(f"{name} child ")]

    def start(self, *arguments: str, script: Path = TRACK, terminal: int | None = None, **environment: str) -> Run:
        """Start ``track`` in a process group of its own; ``terminal``: where its output goes instead of a file."""
        output = self.beside / f"output {len(self._runs)}.txt"
        with output.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, str(script), "--workspace", str(self.workspace.root), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=stream if terminal is None else terminal,
                stderr=subprocess.STDOUT,
                env={**os.environ, "COLUMNS": "200", **environment},
                start_new_session=True,
            )
        self._runs.append(Run(process, output))
        return self._runs[-1]

    def track(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run ``track`` to its end; return exit status and its words."""
        run = self.start(*arguments, **environment)
        return run.ended(), run.words

    def table(self) -> dict[str, dict[str, str]]:
        """The table as it lies there, by key."""
        return {cells["settings"]: cells for cells in parse_table(self.workspace.table.read_bytes()).rows}

    def statuses(self) -> dict[str, str]:
        """The status of each job by the name of its file."""
        return {Path(key).stem: cells["status"] for key, cells in self.table().items()}

    def edit(self, key: str, **cells: str) -> None:
        """Change cells of one row and save the whole file, as a spreadsheet does."""
        table = parse_table(self.workspace.table.read_bytes())
        columns = tuple(dict.fromkeys((*table.columns, *cells)))
        rows = [{**row, **cells} if row["settings"] == key else row for row in table.rows]
        self.replace_table(render_table(columns, rows, table.dialect))

    def replace_table(self, data: bytes) -> None:
        saved = self.beside / "being saved.csv"
        saved.write_bytes(data)
        saved.replace(self.workspace.table)

    def attempt(self, name: str, number: int = 1) -> Attempt:
        return Attempt(self.workspace.attempts / "v" / f"{name}.toml" / f"{number:03d}")

    def keeper(self, name: str, number: int = 1) -> int:
        """Wait for the job's keeper; return its process number."""
        process = wait_for(self.attempt(name, number).process, f"the keeper of {name}")
        return process.pid

    def message(self, name: str) -> str:
        return self.table()[f"settings/v/{name}.toml"]["message"]

    def result(self, name: str) -> Path:
        return self.workspace.results / "v" / name / "result.txt"

    def clean_up(self) -> None:
        """End what still runs: open all gates, kill the runners, let no job stay behind."""
        for run in self._runs:
            if run.process.poll() is None:
                run.kill()
        for pid in (pid for event in self.events() if " child " in event for pid in [int(event.split()[2])]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for launched in self.workspace.attempts.glob("v/*/*/launch.json"):
            attempt = Attempt(launched.parent)
            if attempt.end() is None:
                attempt.kill_leftovers()
