"""run.py, started for real in a small checkout of its own: it makes real environments, without the network.

The checkout's package is built by a few lines beside it, which also note every installation in ``installs.txt``.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

RUN_PY = Path(__file__).resolve().parents[1] / "run.py"

BACKEND = """
import os, pathlib, time, zipfile

def note(word):
    with open("installs.txt", "a") as stream:
        stream.write(word + "\\n")

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    note("begin")
    while pathlib.Path("hold").exists():
        time.sleep(0.02)
    if pathlib.Path("broken").exists():
        raise SystemExit("this package is broken")
    name, info = "tiny-1.0-py3-none-any.whl", "tiny-1.0.dist-info/"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("tiny.pth", os.path.abspath("package"))
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\nProvides-Extra: dev\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    note("end")
    return name
"""
SHOW = """
import json, os, sys, tiny
print(json.dumps({"arguments": sys.argv[1:], "cwd": os.getcwd(), "called_from": os.environ["INIT_CWD"],
                  "prefix": sys.prefix, "package": tiny.__file__}))
"""
STATUS_7 = "raise SystemExit(7)"
STOPS_AT_THE_SECOND_CTRL_C = """
import pathlib, sys, time
for name in ("first", "second"):
    try:
        pathlib.Path("ready-" + name).touch()
        time.sleep(60)
    except KeyboardInterrupt:
        pathlib.Path("seen-" + name).touch()
sys.exit(42)
"""
OUTLIVES_THE_TERMINAL = """
import pathlib, signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_IGN)
pathlib.Path("ready").touch()
while not pathlib.Path("go").exists():
    time.sleep(0.02)
sys.exit(9)
"""
SCRIPTS = {"show": SHOW, "status-7": STATUS_7, "night": STOPS_AT_THE_SECOND_CTRL_C, "long": OUTLIVES_THE_TERMINAL}


@dataclass(frozen=True)
class Checkout:
    """A folder with run.py and what it reads."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> Checkout:
        (root / "package").mkdir(parents=True)
        (root / "package" / "tiny.py").touch()
        shutil.copy(RUN_PY, root)
        tasks = [f'{name} = {{ cmd = "python {name}.py", description = "About {name}" }}' for name in SCRIPTS]
        (root / "pixi.toml").write_text("\n".join(["[tasks]", *tasks]), "utf-8")
        (root / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n', "utf-8"
        )
        (root / "constraints.txt").write_text("# nothing to hold\n", "utf-8")
        (root / "backend.py").write_text(BACKEND, "utf-8")
        for name, text in SCRIPTS.items():
            (root / f"{name}.py").write_text(text, "utf-8")
        return cls(root)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(self.root / "run.py"), *words]

    def run(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), cwd=cwd or self.root, env=offline(), capture_output=True, encoding="utf-8"
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start in a process group of its own, which a test can signal as a terminal does."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.root,
            env=offline(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def installs(self) -> list[str]:
        notes = self.root / "installs.txt"
        return notes.read_text("utf-8").split() if notes.exists() else []


def offline() -> dict[str, str]:
    """Return an environment in which pip cannot reach anything, and in which this test's packages are not seen."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "INIT_CWD")}
    return {**kept, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUTF8": "1"}


def wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this did not happen"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout in a folder with spaces and an accent, whose environment is there."""
    checkout = Checkout.make(tmp_path_factory.mktemp("my lab") / "Café videos, 2026")
    done = checkout.run("status-7")
    assert done.returncode == 7, done.stderr
    assert "First time: installing, about 6 GB, a few minutes" in done.stderr
    assert done.stdout == ""
    return checkout


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    return Checkout.make(tmp_path / "new checkout")


def shown(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_without_a_task_the_tasks_are_listed_and_nothing_is_installed(fresh: Checkout, words: list[str]) -> None:
    done = fresh.run(*words)
    assert done.returncode == 0
    for name in SCRIPTS:
        assert f"{name} " in done.stdout
        assert f"About {name}" in done.stdout
    assert not (fresh.root / ".venv").exists()


def test_an_unknown_task_is_refused_with_a_suggestion(fresh: Checkout) -> None:
    done = fresh.run("shwo")
    assert done.returncode == 2
    assert done.stderr == "There is no task 'shwo'. Did you mean 'show'?\n"
    assert not (fresh.root / ".venv").exists()


def test_a_word_like_no_task_gets_the_list(fresh: Checkout) -> None:
    assert "Tasks: show, status-7, night, long." in fresh.run("xyzzy").stderr


def test_the_task_runs_in_the_environment_and_gets_its_arguments(installed: Checkout, tmp_path: Path) -> None:
    words = ["-k", "foo", "--help", "two words", "", "'quoted' \"twice\"", "*.toml", "ü"]
    answer = shown(installed.run("show", *words, cwd=tmp_path))
    assert answer["arguments"] == words
    assert Path(answer["cwd"]) == installed.root
    assert Path(answer["called_from"]) == tmp_path
    assert Path(answer["prefix"]) == installed.root / ".venv"
    assert Path(answer["package"]).parent == installed.root / "package"


def test_once_installed_a_task_starts_at_once_and_quietly(installed: Checkout) -> None:
    before = installed.installs()
    done = installed.run("show")
    assert shown(done)
    assert done.stderr == ""
    assert installed.installs() == before


def test_the_exit_status_is_the_tasks(installed: Checkout) -> None:
    assert installed.run("status-7").returncode == 7


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process group")
def test_ctrl_c_is_the_tasks_to_handle_twice(installed: Checkout) -> None:
    process = installed.start("night")
    for name in ("first", "second"):
        wait_until((installed.root / f"ready-{name}").exists)
        os.killpg(process.pid, signal.SIGINT)
        wait_until((installed.root / f"seen-{name}").exists)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (42, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal that closes sends no signal there")
def test_a_task_that_outlives_its_terminal_is_not_cut_short(installed: Checkout) -> None:
    process = installed.start("long")
    wait_until((installed.root / "ready").exists)
    os.killpg(process.pid, signal.SIGHUP)
    (installed.root / "go").touch()
    process.communicate(timeout=60)
    assert process.returncode == 9


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process group")
def test_where_a_task_must_be_a_child_run_py_waits_through_ctrl_c(tmp_path: Path) -> None:
    """The way of Windows, where a process cannot become another one."""
    checkout = Checkout.make(tmp_path / "child")
    driver = "import os, run, sys; sys.exit(run.start_and_wait([sys.executable, 'night.py'], dict(os.environ)))"
    process = subprocess.Popen([sys.executable, "-c", driver], cwd=checkout.root, start_new_session=True)
    for name in ("first", "second"):
        wait_until((checkout.root / f"ready-{name}").exists)
        os.killpg(process.pid, signal.SIGINT)
        wait_until((checkout.root / f"seen-{name}").exists)
    assert process.wait(timeout=60) == 42


def test_a_new_list_of_packages_is_installed_before_the_task(fresh: Checkout) -> None:
    assert fresh.run("show").returncode == 0
    (fresh.root / ".venv" / "kept.txt").touch()
    (fresh.root / "constraints.txt").write_text("# something new\n", "utf-8")
    done = fresh.run("show")
    assert shown(done)
    assert "bringing .venv up to date" in done.stderr
    assert fresh.installs() == ["begin", "end"] * 2
    assert (fresh.root / ".venv" / "kept.txt").exists()


def test_a_checkout_that_was_moved_uses_its_new_place(fresh: Checkout, tmp_path: Path) -> None:
    assert fresh.run("show").returncode == 0
    moved = Checkout(fresh.root.rename(tmp_path / "moved checkout"))
    answer = shown(moved.run("show"))
    assert Path(answer["package"]).parent == moved.root / "package"


def test_a_failed_installation_is_said_and_done_again(fresh: Checkout) -> None:
    (fresh.root / "broken").touch()
    done = fresh.run("show")
    assert done.returncode == 1
    assert "The installation failed; the reason is above." in done.stderr
    assert "this package is broken" in done.stderr
    (fresh.root / "broken").unlink()
    assert shown(fresh.run("show"))


def test_an_environment_whose_python_is_gone_is_made_again(fresh: Checkout) -> None:
    assert fresh.run("show").returncode == 0
    for link in (fresh.root / ".venv" / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/no/such/python")
    assert shown(fresh.run("show"))


def test_two_first_calls_at_once_install_once(fresh: Checkout) -> None:
    (fresh.root / "hold").touch()
    first = fresh.start("show")
    wait_until(lambda: fresh.installs() == ["begin"])
    second = fresh.start("show")
    assert second.stderr is not None
    assert second.stderr.readline() == "Another run.py is installing; waiting for it.\n"
    (fresh.root / "hold").unlink()
    for process in (first, second):
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert json.loads(output)["arguments"] == []
    assert fresh.installs() == ["begin", "end"]


@pytest.mark.skipif(sys.platform == "win32", reason="there the lock goes with its process")
def test_after_a_killed_installation_the_next_call_waits_for_its_rest_and_starts_over(fresh: Checkout) -> None:
    (fresh.root / "hold").touch()
    first = fresh.start("show")
    wait_until(lambda: fresh.installs() == ["begin"])
    torn = fresh.root / ".venv" / "torn.txt"
    torn.touch()
    first.kill()
    second = fresh.start("show")
    assert second.stderr is not None
    assert second.stderr.readline() == "Another run.py is installing; waiting for it.\n"
    (fresh.root / "hold").unlink()
    output, errors = second.communicate(timeout=120)
    assert second.returncode == 0, errors
    assert json.loads(output)["arguments"] == []
    assert fresh.installs() == ["begin", "end"] * 2
    assert not torn.exists()
    first.communicate(timeout=60)


def test_an_old_python_gets_a_sentence(tmp_path: Path) -> None:
    ast.parse(RUN_PY.read_text("utf-8"), feature_version=(3, 7))
    code = f"import runpy, sys; sys.version_info = (3, 8, 10); runpy.run_path({str(RUN_PY)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("Ethonight needs Python 3.11 or newer")
    assert "Traceback" not in done.stderr
