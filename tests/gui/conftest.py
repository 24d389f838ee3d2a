"""A screen that nobody sees, and ways to use the window on it and to read what it shows."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time
import tkinter as tk
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ethonight.gui.window import Window
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.workspace import Workspace

PATIENCE_SECONDS = 120.0
"""How long a condition may take on a machine that has much else to do; passing tests never wait this long."""

Until = Callable[..., None]


def wait_until(condition: Callable[[], object], pump: Callable[[], object] = lambda: None) -> None:
    """Call ``pump`` again and again until ``condition`` holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "what was waited for has not happened"
        pump()
        time.sleep(0.02)


@pytest.fixture
def until() -> Until:
    return wait_until


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of an X display of its own, like ``:7``."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
        server.terminate()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return Workspace.open(folder)


@dataclass
class Night:
    """Writes the job table as a run does."""

    workspace: Workspace

    def bring(self, *rows: Row) -> None:
        """Bring jobs into their states, by way of those that come before."""
        with Ledger(self.workspace, "track") as ledger:
            known = ledger.rows
            new = [replace(row, state=State.PENDING) for row in rows if row.settings not in known]
            if new:
                ledger.record(*new)
            for row in rows:
                if row.state in (State.DONE, State.FAILED) and known[row.settings].state is not State.RUNNING:
                    ledger.record(replace(row, state=State.RUNNING))
                if row.state is not State.PENDING:
                    ledger.record(row)
            ledger.sync()


@pytest.fixture
def night(workspace: Workspace) -> Night:
    return Night(workspace)


@dataclass
class Answers:
    """A person's answers to the dialogs, and what the dialogs said."""

    files: Sequence[Path] = ()
    agrees: bool = True
    said: list[str] = field(default_factory=list)

    def ask_videos(self, title: str) -> list[Path]:
        return list(self.files)

    def confirm(self, title: str, text: str) -> bool:
        self.said.append(text)
        return self.agrees

    def show_error(self, text: str) -> None:
        self.said.append(text)


class Desk:
    """The real window in this process, with a person's answers in place of the dialogs."""

    def __init__(self, display: str, workspace: Workspace) -> None:
        self.answers = Answers()
        self.root = tk.Tk(screenName=display, className="Ethonight")
        self.window = Window(self.root, workspace, self.answers)
        self.view = self.window.listing.view

    def until(self, condition: Callable[[], object]) -> None:
        wait_until(condition, self.root.update)

    def lines(self) -> dict[str, tuple[str, ...]]:
        """Return name and columns of all lines, by the name that the list has for them."""
        tops = self.view.get_children()
        lines = [line for top in tops for line in (top, *self.view.get_children(top))]
        return {line: self.cells(line) for line in lines}

    def cells(self, line: str) -> tuple[str, ...]:
        values = [str(value).strip() for value in self.view.item(line, "values")]
        return (self.view.item(line, "text").strip(), *values)

    def state(self, line: str) -> str:
        return self.cells(line)[1] if self.view.exists(line) else ""

    def select(self, line: str) -> None:
        self.until(lambda: self.view.exists(line))
        self.view.selection_set((line,))
        self.root.update()

    def close(self) -> None:
        watcher = self.window._watcher
        self.window.close()
        wait_until(lambda: not watcher.alive)


@pytest.fixture
def desk(display: str, workspace: Workspace) -> Iterator[Desk]:
    made = Desk(display, workspace)
    yield made
    made.close()
    del made
    gc.collect()  # Tk's objects must go in the thread that made them.
