"""Programs that are started from the window: idtracker.ai, its validator, and the system's file browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ethonight.errors import EthonightError, SettingsError
from ethonight.gui.model import Selection, Video
from ethonight.jobs.idtracker_settings import video_texts
from ethonight.process import start_detached
from ethonight.settings.job_file import load_job
from ethonight.settings.videos import resolve_video
from ethonight.workspace import Workspace

_ENVIRONMENT = {"IDTRACKERAI_DISABLE_ANALYTICS": "1", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
"""Without the first, each start sends its arguments, file paths included, to a server."""

_TRACKER = "import sys; from idtrackerai.start.__main__ import main; sys.exit(main())"
"""As its command does. With ``python -m idtrackerai.start`` its window cannot start on Linux."""
_VALIDATOR = "import sys; from idtrackerai.extra_tools.validator import idtrackerai_validate_entrypoint as main; main()"

_COMPLAINT = re.compile(r"CRITICAL|\b\w*Error\b|crashed|not found")
_FRAME = " │╭╰─╮╯\t"
_TAIL_BYTES = 16_384


@dataclass(frozen=True)
class Program:
    """What to start. ``log`` gets what it prints; ``log_name`` is how a person reads that file's path."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)


def tracker(workspace: Workspace, selected: Selection) -> Program:
    """Return idtracker.ai's window with the selected settings file loaded, or with the selected video.

    It starts in the settings file's folder, because its dialog for saving starts there.
    Raises SettingsError when the settings cannot be read or a video file is not there.
    """
    video = selected.video
    if video is None:
        raise SettingsError("Select a video or a settings file first.")
    if selected.job is not None:
        found = _with_settings(workspace, selected.job.key)
        if found is not None:
            return _tracker(workspace, workspace.settings_file(selected.job.key).parent, found)
    _check_there(video)
    return _tracker(workspace, workspace.settings / video.name, ("--video_paths", *map(str, video.files)))


def _with_settings(workspace: Workspace, key: str) -> tuple[str, ...] | None:
    """Return the arguments for a settings file of idtracker.ai; None where it is another program's."""
    try:
        job = load_job(workspace, key)
    except SettingsError as error:
        raise SettingsError(f"{key}: {error}") from error
    if "task" in job.document:
        return None
    files = [resolve_video(text, job.path, workspace) for text in video_texts(job.document)]
    if missing := [file for file in files if not file.is_file()]:
        raise SettingsError(f"{key}: {_not_there(missing[0])}")
    videos = ("--video_paths", *map(str, files)) if files else ()
    return ("--load", str(job.path), *videos)


def _check_there(video: Video) -> None:
    if video.problem:
        raise SettingsError(video.problem)
    if not video.files:
        raise SettingsError("These settings belong to no video that was added. Add the video, and open that.")
    if video.missing:
        raise SettingsError(_not_there(video.missing[0]))


def _not_there(file: Path) -> str:
    return f"The video {file} is not there. Connect its disk, or run fix-paths when it was moved."


def _tracker(workspace: Workspace, folder: Path, arguments: tuple[str, ...]) -> Program:
    argv = (sys.executable, "-c", _TRACKER, *arguments)
    log = workspace.window_logs / f"idtracker.ai {folder.name}.txt"
    return Program("idtracker.ai", argv, folder, log, _ENVIRONMENT)


def validator(workspace: Workspace, session: Path) -> Program:
    """Return idtracker.ai's validator with the finished session opened.

    It does not start in the session's folder: the log that it writes would replace the session's own.
    """
    argv = (sys.executable, "-c", _VALIDATOR, str(session))
    log = workspace.window_logs / f"validator {session.name}.txt"
    return Program("The validator", argv, workspace.window_logs, log, _ENVIRONMENT)


class Started:
    """A program that was started; it goes on when the window is closed."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program = program
        self._process = process
        self._since = time.monotonic()

    def ended(self) -> str | None:
        """Return None while the program runs; then what its last words were, or "" where nothing went wrong.

        idtracker.ai's exit status says nothing (it is 0 after a crash), so its log is read.
        """
        if self._process.poll() is None:
            return None
        return _last_words(self.program.log, self._process.returncode != 0)


def start(program: Program) -> Started:
    """Start a program out of reach of the terminal's signals. Raises EthonightError when that is not possible."""
    try:
        program.cwd.mkdir(parents=True, exist_ok=True)
        process = start_detached(program.argv, program.cwd, program.log, program.env)
    except OSError as error:
        raise EthonightError(f"{program.name} cannot be started: {error.strerror or error}.") from error
    return Started(program, process)


def _last_words(log: Path, any_line: bool) -> str:
    """Return the last line that complains; where there is none, the last line at all if ``any_line``."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        text = stream.read().decode("utf-8", "replace")
    lines = [words for line in text.splitlines() if (words := re.split(r" {4,}", line.strip(_FRAME))[0].strip(_FRAME))]
    complaints = [line for line in lines if _COMPLAINT.search(line)]
    return (complaints or (lines if any_line else [])[-1:] or [""])[-1]


def show_path(workspace: Workspace, path: Path) -> Started | None:
    """Show a folder in the system's file browser, or a file in its usual program.

    Raises EthonightError when it is not there or the system has nothing to show it with.
    """
    if not path.exists():
        raise EthonightError(f"{path} is not there any more.")
    if sys.platform == "win32":
        os.startfile(path)
        return None
    command = "open" if sys.platform == "darwin" else "xdg-open"
    if shutil.which(command) is None:
        raise EthonightError(f"This computer has no {command} to show it with. It is here: {path}")
    return start(Program(command, (command, str(path)), workspace.root, workspace.window_logs / f"{command}.txt"))
