"""``scripts/gui.py`` as a person starts it: keys are pressed, the picture and the list are read from outside."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tkinter as tk
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from ethonight.ledger.row import Row, State
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "idtrackerai", "av", "polars", "h5py", "numpy", "rich")


def start(workspace: Workspace, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, str(REPOSITORY / "scripts" / "gui.py"), "--workspace", str(workspace.root)]
    return subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True)


class Screen:
    """A display with the window of another process on it."""

    def __init__(self, display: str, until: Any) -> None:
        self.environment = {"DISPLAY": display}
        self._until = until
        self._reader = tk.Tk(screenName=display, className="Reader")
        self._reader.withdraw()

    def close(self) -> None:
        self._reader.destroy()

    def tool(self, *words: str) -> str:
        done = subprocess.run(words, env={**os.environ, **self.environment}, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def window(self, title: str) -> str:
        """Return the number of a visible window, when it is there."""
        search = ("xdotool", "search", "--onlyvisible", "--name", title)
        self._until(lambda: self.tool(*search), self._reader.update)
        return self.tool(*search).split()[0]

    def focus(self, title: str) -> None:
        """Give a window the keyboard, as a window manager would."""
        window = self.window(title)
        self._until(
            lambda: self.tool("xdotool", "getwindowfocus") == window,
            lambda: self.tool("xdotool", "windowfocus", window),
        )

    def press(self, *keys: str) -> None:
        self.tool("xdotool", "key", *keys)

    def picture(self) -> str:
        """Return a short text that differs when the picture on the screen does."""
        return self.tool("import", "-window", "root", "-format", "%#", "info:-")

    def ask(self, script: str) -> str:
        """Return what the window's own Tk answers."""
        name = next(n for n in self._reader.winfo_interps() if n.startswith("ethonight"))
        return str(self._reader.tk.call("send", name, script))

    def cells(self, line: str) -> tuple[str, ...]:
        view = ".!panedwindow.!listing.!treeview"
        if self.ask(f"{view} exists {{{line}}}") != "1":
            return ()
        answer = self.ask(f"{view} item {{{line}}} -values")
        return tuple(str(cell).strip() for cell in self._reader.tk.splitlist(answer))

    def state(self, line: str) -> str:
        return (self.cells(line) or ("",))[0]

    def status(self) -> str:
        return self.ask(".!statusbar.!label cget -text")


@pytest.fixture
def screen(display: str, until: Any) -> Iterator[Screen]:
    for program in ("xdotool", "import"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    made = Screen(display, until)
    yield made
    made.close()


@pytest.fixture
def running(screen: Screen, workspace: Workspace, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The script with its window, which has the keyboard."""
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with start(workspace, {**screen.environment, **home}) as process:
        try:
            screen.focus("^Ethonight ")
            yield process
        finally:
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
                child.kill()
            process.terminate()


def add(screen: Screen, video: Path) -> None:
    """Add a video with the keyboard, through Tk's file dialog."""
    screen.press("ctrl+o")
    screen.window("^Add videos: ")
    screen.tool("xdotool", "type", "--delay", "1", str(video))
    screen.press("Return")


def test_a_video_is_added_with_the_keyboard_and_its_job_is_followed(
    running: subprocess.Popen[str],
    screen: Screen,
    workspace: Workspace,
    tmp_path: Path,
    night: Any,
    until: Any,
) -> None:
    video = tmp_path / "fly.avi"
    video.write_bytes(b"video")
    empty = screen.picture()
    add(screen, video)
    until(lambda: screen.cells("video:fly"))
    assert (workspace.settings / "fly" / "video.toml").is_file()
    assert str(video) in screen.cells("video:fly")[-1]
    until(lambda: screen.picture() != empty)

    settings = workspace.settings / "fly" / "a.toml"
    settings.write_text("number_of_animals = 2\n")
    key = workspace.key(settings)
    until(lambda: screen.state(key) == "new")
    new = screen.picture()
    night.bring(Row(key, "fly", "track", State.DONE, attempts=1, output="sessions/session_fly"))
    until(lambda: screen.state(key) == "done")
    until(lambda: screen.picture() not in (new, empty))

    screen.press("F5")
    until(lambda: "up to date" in screen.status())
    screen.press("ctrl+q")
    _, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (0, "")


def test_the_selected_video_is_opened_in_idtracker_ai(
    running: subprocess.Popen[str],
    screen: Screen,
    workspace: Workspace,
    until: Any,
) -> None:
    package = importlib.util.find_spec("idtrackerai")
    if package is None or package.origin is None:
        pytest.skip("idtracker.ai is not installed")
    add(screen, Path(package.origin).parent / "data" / "test_B.avi")
    until(lambda: screen.ask(".!panedwindow.!listing.!treeview selection") == "video:test_B")
    screen.press("ctrl+i")
    window = screen.window(r"test_B\.avi")
    qt = psutil.Process(int(screen.tool("xdotool", "getwindowpid", window)))
    program = next(p for p in qt.parents() if "idtrackerai.start" in " ".join(p.cmdline()) and p.pid != qt.pid)
    assert Path(program.cwd()) == workspace.settings / "test_B"
    assert program.environ()["IDTRACKERAI_DISABLE_ANALYTICS"] == "1"

    os.kill(qt.pid, signal.SIGKILL)
    until(lambda: "QApplication crashed" in screen.status())
    assert not psutil.pid_exists(program.pid) or program.status() == psutil.STATUS_ZOMBIE


def test_without_a_display_it_says_what_to_use_instead(workspace: Workspace) -> None:
    with start(workspace, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}) as process:
        _, errors = process.communicate()
    assert process.returncode == 2
    assert "no display" in errors
    assert "task add" in errors
    assert "Traceback" not in errors


def test_it_starts_without_heavy_packages() -> None:
    code = "import sys, ethonight.gui.window; print(sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(eval(done.stdout)) & set(HEAVY)
