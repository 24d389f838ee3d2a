"""Jobs of kind ``command``: any program of the user's, done when it exits with 0 and its outputs are there."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which

import tomli_w

from ethonight.errors import SettingsError
from ethonight.jobs.protocol import (
    AttemptPaths,
    Exit,
    Failure,
    FailureKind,
    Inputs,
    JobFile,
    Launch,
    Need,
    Site,
    Stage,
    Success,
)
from ethonight.settings.recording import recording_of
from ethonight.suggest import unknown_key

_KEYS = ("task", "command", "outputs", "cwd", "env", "gpu", "max_hours")
_LAST_LINE = re.compile(r"[^\r\n]+")
_UNSEEN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Colours and other control characters, which are not for a table's cell."""

_KEPT_ASIDE = "replaced"
"""The folder in which results that were replaced are kept, beside the others."""

_CRASHES = frozenset({4, 6, 7, 8, 11})
"""Signals that a program's own faults raise."""


class CommandKind:
    """``task = "command"``."""

    name = "command"
    own_place = True

    def owns(self, document: Mapping[str, object]) -> bool:
        return document.get("task") == self.name

    def video(self, job: JobFile) -> str:
        folder = job.path.parent.name
        return "" if folder == "settings" else folder

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        """Validate the settings. Raises SettingsError."""
        if job.path.stem == _KEPT_ASIDE:
            raise SettingsError(f"Results that were replaced are kept in '{_KEPT_ASIDE}': give this job another name.")
        for key in job.document:
            if key not in _KEYS:
                raise SettingsError(unknown_key(key, _KEYS))
        words = (*_texts(job, "command"), *_texts(job, "outputs"))
        if not any(_texts(job, "command")[:1]):
            raise SettingsError('\'command\' is missing: the program and its arguments, like ["python", "step.py"].')
        if not _texts(job, "outputs"):
            raise SettingsError("'outputs' is missing: the files that prove the job done, like [\"{out}/result.csv\"].")
        _check_program(job)
        _hours(job)
        _cwd(job, site)
        videos = self._videos(job, site) if any("{video}" in word for word in words) else ()
        return Inputs(videos=videos, needs_cuda=_flag(job, "gpu"))

    def _videos(self, job: JobFile, site: Site) -> tuple[Path, ...]:
        return recording_of(site.workspace, job.path).files

    def target(self, job: JobFile, site: Site) -> Path:
        """Return ``results/<video>/<settings file>``; ``results/<settings file>`` where there is no video folder."""
        inner = job.path.relative_to(site.workspace.settings).with_suffix("")
        return site.workspace.results / inner

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        """Nothing: its inputs are a person's."""
        return ()

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        """Never: it runs again when a person says so."""
        return ""

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        """Fill in ``{video}`` and ``{out}`` and write the snapshot. ``shrink`` means nothing to a command."""
        attempt.out.mkdir(parents=True, exist_ok=True)
        filled = [part for word in _texts(job, "command") for part in self._filled(word, job, attempt, site)]
        outputs = [part for word in _texts(job, "outputs") for part in self._filled(word, job, attempt, site)]
        resolved = {**job.document, "command": filled, "outputs": outputs}
        attempt.snapshot.write_text(tomli_w.dumps(resolved), "utf-8")
        return Launch(
            argv=(_program(filled[0]), *filled[1:]),
            cwd=_cwd(job, site) or attempt.out,
            env={**_environment(job), "PYTHONUNBUFFERED": "1"},
            max_hours=_hours(job),
            needs_gpu=_flag(job, "gpu"),
        )

    def _filled(self, word: str, job: JobFile, attempt: AttemptPaths, site: Site) -> list[str]:
        """Return ``word`` with its placeholders filled; ``{video}`` alone becomes one argument per file."""
        word = word.replace("{out}", str(attempt.out))
        if "{video}" not in word:
            return [word]
        return [word.replace("{video}", str(path)) for path in self._videos(job, site)]

    def stage(self, log_tail: str) -> Stage | None:
        """Return the program's last line."""
        lines = _LAST_LINE.findall(_UNSEEN.sub("", log_tail))
        return Stage(lines[-1].strip()[:60], passing=True) if lines else None

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        """Done when the program exited with 0 and every output exists and is not empty."""
        if end.signal is not None:
            return Failure(FailureKind.KILLED, _killed(end.signal))
        if end.code != 0:
            return Failure(FailureKind.CRASHED, f"The program ended with exit status {end.code}{self._said(attempt)}.")
        for word in _texts(job, "outputs"):
            for part in self._filled(word, job, attempt, site):
                if problem := _missing(part, attempt.out, end):
                    return Failure(FailureKind.OUTPUTS_MISSING, problem)
        return Success(source=attempt.out, target=self.target(job, site))

    def _said(self, attempt: AttemptPaths) -> str:
        last = self.stage(_tail(attempt.log))
        return f"; its last line: {last.name}" if last else " and wrote nothing"


def _tail(log: Path) -> str:
    """Return the last 2000 bytes of a log, which may be larger than the memory, as text."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 2000))
        return stream.read().decode("utf-8", "replace")


def _missing(output: str, out: Path, end: Exit) -> str:
    """Return what is wrong with one output, or an empty text. A relative path means: inside ``{out}``."""
    path = out / output
    if not path.exists():
        return f"The program ended well, but its output {_short(path, out)} is not there."
    if path.is_symlink() and path.readlink().is_absolute() and path.readlink().is_relative_to(out):
        return f"Its output {_short(path, out)} is a link that breaks when {{out}} moves; make it a relative one."
    if (path.is_file() and path.stat().st_size == 0) or (path.is_dir() and not any(path.iterdir())):
        return f"The program ended well, but its output {_short(path, out)} is empty."
    if not path.is_relative_to(out) and path.stat().st_mtime < end.started - 2.0:
        return f"The program ended well, but {path} is older than this run."
    return ""


def _short(path: Path, out: Path) -> str:
    return f"{{out}}/{path.relative_to(out).as_posix()}" if path.is_relative_to(out) else str(path)


def _killed(number: int) -> str:
    if number == 9:
        return "The program was killed (signal 9): usually the computer ran out of memory, or somebody ended it."
    if number in _CRASHES:
        return f"The program crashed (signal {number}). Look into the log, or start it by hand to see why."
    return f"The program was ended by signal {number}."


def _program(word: str) -> str:
    """``python`` means the Python that runs Ethonight."""
    return sys.executable if word == "python" else word


def _texts(job: JobFile, key: str) -> tuple[str, ...]:
    value = job.document.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f'\'{key}\' must be a list of texts, like ["a", "b"]; found {value!r}.')
    return tuple(value)


def _environment(job: JobFile) -> dict[str, str]:
    value = job.document.get("env", {})
    if not isinstance(value, dict):
        raise SettingsError(f"'env' must be a table, like {{ NAME = \"value\" }}; found {value!r}.")
    for name, text in value.items():
        if not name or "=" in name or "\0" in f"{name}{text}" or isinstance(text, (dict, list)):
            raise SettingsError(f"'env' cannot set {name!r} to {text!r}. Write it like {{ NAME = \"value\" }}.")
    return {name: str(text) for name, text in value.items()}


def _check_program(job: JobFile) -> None:
    """Raise SettingsError for a program, given by its name alone, that is not installed."""
    program, env = _program(_texts(job, "command")[0]), _environment(job)
    if Path(program).name == program and "{" not in program and which(program, path=env.get("PATH")) is None:
        raise SettingsError(f"The program '{program}' is not found. Install it, or write its whole path.")


def _cwd(job: JobFile, site: Site) -> Path | None:
    """Return the working directory; a relative one lies in the workspace. None: the output folder."""
    value = job.document.get("cwd")
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise SettingsError(f"'cwd' must be a folder, like \"D:/lab\"; found {value!r}.")
    folder = site.workspace.root / Path(value).expanduser()
    if not folder.is_dir():
        raise SettingsError(f"The working directory {folder} is not there. Make it, or correct 'cwd'.")
    return folder


def _flag(job: JobFile, key: str) -> bool:
    value = job.document.get(key, False)
    if not isinstance(value, bool):
        raise SettingsError(f"'{key}' must be true or false; found {value!r}.")
    return value


def _hours(job: JobFile) -> float:
    value = job.document.get("max_hours", 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
        raise SettingsError(f"'max_hours' must be a number of hours, 0 or more; found {value!r}.")
    return float(value)
