"""Run a task of pixi.toml without Pixi: ``python3 run.py <task> [what the task takes]``.

Needs nothing but Python 3.11 or newer. The first call makes the environment ``.venv`` beside this file from
pyproject.toml and constraints.txt; later calls start the task at once.
"""

import contextlib
import difflib
import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons get this sentence instead of a traceback
    sys.exit(
        "Ethonight needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Install it, then use it here."
    )

import tomllib

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "ethonight-stamp.txt"
INSTALLING = "installing"
WRONG_USAGE = 2
INTERRUPTED = 130
FIRST_TIME = "First time: installing, about 6 GB, a few minutes. Later calls start at once."
RENEWING = "The list of packages or this folder's place has changed: bringing .venv up to date."
FAILED = """The installation failed; the reason is above.
It was tested with Python 3.11 and needs the internet and about 10 GB of free disk. Then use the same command again."""


class Task(NamedTuple):
    """One entry of ``[tasks]``."""

    words: list[str]
    """The command; its first word is ``python``."""
    description: str


def main(arguments: list[str]) -> int:
    """Run the task that ``arguments`` name; return the exit status for the shell."""
    tasks = read_tasks(ROOT / "pixi.toml")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage(tasks))
        return 0
    name, *rest = arguments
    if name not in tasks:
        return say(unknown_task(name, tasks), WRONG_USAGE)
    try:
        install_where_needed()
    except KeyboardInterrupt:
        return say("Stopped. The next call starts the installation again.", INTERRUPTED)
    except subprocess.CalledProcessError:
        return say(FAILED, 1)
    return start([str(venv_python()), *tasks[name].words[1:], *rest])


def read_tasks(path: Path) -> dict[str, Task]:
    """Return the tasks of ``pixi.toml`` by name, in their order there."""
    with path.open("rb") as stream:
        found = tomllib.load(stream)["tasks"]
    return {name: Task(shlex.split(task["cmd"]), task["description"]) for name, task in found.items()}


def usage(tasks: dict[str, Task]) -> str:
    """Return the list of tasks as it is shown to a person."""
    lines = ["usage: python3 run.py TASK [what the task takes]", "", "tasks:"]
    lines += [f"  {name:<14}{task.description}" for name, task in tasks.items()]
    return "\n".join([*lines, "", "More about one task: python3 run.py TASK --help"])


def unknown_task(name: str, tasks: dict[str, Task]) -> str:
    """Return the sentence for a task that does not exist."""
    close = difflib.get_close_matches(name, tasks, n=1)
    return f"There is no task '{name}'. " + (f"Did you mean '{close[0]}'?" if close else f"Tasks: {', '.join(tasks)}.")


def install_where_needed() -> None:
    """Make or renew ``.venv`` unless its stamp says that it fits. Raises CalledProcessError when pip fails."""
    if is_ready():
        return
    with lock(ROOT / ".venv.lock") as handle:
        if not is_ready():  # another call may have finished it while this one waited
            install(handle)


def is_ready() -> bool:
    return stamp() == wanted_stamp() and base_python_is_there()


def stamp() -> str:
    """Return what the last installation left: nothing, ``installing``, or the stamp of what it installed."""
    return STAMP.read_text("utf-8") if STAMP.exists() else ""


def wanted_stamp() -> str:
    """Return the stamp of this checkout: its two lists and its place, since an editable install holds its path."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def base_python_is_there() -> bool:
    """Whether the Python that the environment was made with is still installed."""
    if not venv_python().exists() or not (VENV / "pyvenv.cfg").exists():
        return False
    pairs = [line.partition("=") for line in (VENV / "pyvenv.cfg").read_text("utf-8").splitlines()]
    made_with = [value.strip() for key, _, value in pairs if key.strip() == "executable"]
    return all(Path(path).exists() for path in made_with)


def install(handle: int) -> None:
    """Install into ``.venv``; the stamp is written last, so that an interrupted installation is done again.

    ``handle`` is the lock's file: pip holds it too, so that a killed run.py does not let a second pip in.
    """
    renew = stamp() not in ("", INSTALLING) and base_python_is_there()
    print(RENEWING if renew else FIRST_TIME, file=sys.stderr, flush=True)
    if not renew and STAMP.exists():
        shutil.rmtree(VENV, ignore_errors=True)  # torn, or its Python is gone
    VENV.mkdir(exist_ok=True)
    STAMP.write_text(INSTALLING, "utf-8")
    make = [sys.executable, "-m", "venv", str(VENV)]
    pip = [str(venv_python()), "-m", "pip", "install", "--constraint", "constraints.txt", *torch_index()]
    keep = () if sys.platform == "win32" else (handle,)
    for words in ([] if renew else [make]) + [[*pip, "--editable", ".[dev]"]]:
        subprocess.run(words, check=True, cwd=ROOT, stdout=sys.stderr, stdin=subprocess.DEVNULL, pass_fds=keep)
    temporary = STAMP.with_suffix(".tmp")
    temporary.write_text(wanted_stamp(), "utf-8")
    os.replace(temporary, STAMP)


def torch_index() -> list[str]:
    """Return pip's option for torch's own index: on Windows the registry's torch has no CUDA."""
    if sys.platform == "win32":
        with (ROOT / "pixi.toml").open("rb") as stream:
            packages = tomllib.load(stream)["target"]["win-64"]["pypi-dependencies"]
        return ["--extra-index-url", packages["torch"]["index"]]
    return []


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


@contextlib.contextmanager
def lock(path: Path) -> Iterator[int]:
    """Hold the lock file ``path``, waiting for another run.py that installs; yield its file descriptor."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        wait_for_lock(handle)
        yield handle
    finally:
        os.close(handle)


def wait_for_lock(handle: int) -> None:
    waiting = "Another run.py is installing; waiting for it."
    while not try_lock(handle):
        if waiting:
            print(waiting, file=sys.stderr, flush=True)
            waiting = ""
        time.sleep(0.2)


def try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def start(command: list[str]) -> int:
    """Run ``command`` in the checkout, as Pixi does, and return its exit status.

    The folder in which the person is goes along as INIT_CWD, as with Pixi.
    """
    environment = {**os.environ, "INIT_CWD": str(Path.cwd())}
    if sys.platform == "win32":
        return start_and_wait(command, environment)
    return become(command, environment)


def become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Let ``command`` take this process over: Ctrl-C, a closed terminal and the exit status are its own."""
    os.chdir(ROOT)
    os.execve(command[0], command, environment)


def start_and_wait(command: list[str], environment: dict[str, str]) -> int:
    """Run ``command`` as a child. Ctrl-C is the child's to handle: this process only waits for it."""
    signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which a child would inherit
    return subprocess.call(command, cwd=ROOT, env=environment)


def say(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
