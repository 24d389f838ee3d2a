"""Repairing the paths in settings files: wrong spelling, other systems, and videos that were moved."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ethonight.config import Config
from ethonight.errors import SettingsError
from ethonight.files import replace_atomically
from ethonight.settings.paths_meaning import meaning, with_slashes
from ethonight.settings.paths_search import FileSearch
from ethonight.settings.paths_text import PathText, path_texts, spelled
from ethonight.settings.scan import scan_toml
from ethonight.settings.toml_file import decode, has_control_character, parse_standard, read_bytes
from ethonight.settings.videos import path_parts, resolve_video
from ethonight.workspace import Workspace

BACKUP_SUFFIX = ".before-fix"
"""What the name of the kept first version ends with."""

_VIDEOS = "video_paths"
_IMAGES = frozenset({"background_subtraction_stat", "background_from_segmentation_gui"})
_FOLDERS = frozenset({"knowledge_transfer_folder"})
_SPELLING_ONLY = frozenset({"output_dir"})
_KEYS = frozenset({_VIDEOS}) | _IMAGES | _FOLDERS | _SPELLING_ONLY
_STATISTICS = frozenset({"median", "mean", "max", "min", "none", "custom"})
"""Values of ``background_subtraction_stat`` that are no paths."""


@dataclass(frozen=True)
class PathChange:
    """A path as it stood in the file, and as it stands there now."""

    key: str
    old: str
    new: str


@dataclass(frozen=True)
class PathProblem:
    """A path that leads nowhere. ``candidates`` are the files that it may mean; empty: none has its name."""

    key: str
    path: str
    candidates: tuple[Path, ...] = ()


@dataclass(frozen=True)
class PathReport:
    """What was found in one TOML file under ``settings/``."""

    settings: str
    """Table key of the file."""
    changes: tuple[PathChange, ...] = ()
    problems: tuple[PathProblem, ...] = ()
    searched: tuple[Path, ...] = ()
    """The folders in which missing files were looked for."""
    unreadable: str = ""
    """Why the file was left as it is: no TOML, or not to be opened or written. Empty where all went well."""

    @property
    def fine(self) -> bool:
        """Whether nothing is left to do for a person."""
        return not self.problems and not self.unreadable

    def lines(self, dryrun: bool = False) -> list[str]:
        """Return the report for a person, one finding per line; empty where all was right."""
        lines = self.repairs(dryrun)
        lines += [f"{self.settings}: {self._problem(problem)}" for problem in self.problems if not problem.candidates]
        if self.unreadable:
            lines.append(f"{self.settings}: left as it is. {self.unreadable}")
        return lines

    def repairs(self, dryrun: bool = False) -> list[str]:
        """Return the lines on what was changed, and on what a person must choose. The evening check says the rest."""
        verb = "would become" if dryrun else "is now"
        lines = [f"{self.settings}: {change.old}  {verb}  {change.new}" for change in self.changes]
        return lines + [f"{self.settings}: {self._problem(problem)}" for problem in self.problems if problem.candidates]

    def _problem(self, problem: PathProblem) -> str:
        if len(problem.candidates) == 1:
            there = problem.candidates[0]
            words = f"{problem.path} is not there. {there} has its name, but so would another file of this recording."
            return f"{words} Write the right ones into the file."
        if problem.candidates:
            places = ", ".join(map(str, problem.candidates))
            return f"{problem.path} is not there, and it could be any of: {places}. Write the right one into the file."
        if problem.key != _VIDEOS:
            return f"{problem.key}: {problem.path} is not there."
        places = ", ".join(str(root) if root.is_dir() else f"{root} (not there itself)" for root in self.searched)
        return (
            f"{problem.path} is not there, and no file of this name is in {places}. "
            "Connect its disk, or add its folder to video_roots in ethonight.toml."
        )


@dataclass(frozen=True)
class _Finding:
    """What is to be done with one path text; ``new`` is None where it stays."""

    found: PathText
    new: str | None = None
    problem: PathProblem | None = None


def fix_paths(
    workspace: Workspace, config: Config, keys: Sequence[str] | None = None, dryrun: bool = False
) -> list[PathReport]:
    """Repair the paths in settings files, those with these table keys or all, and return one report per file.

    Only the texts of the paths change. The first version of a changed file is kept beside it. A file that is right,
    or is still no TOML after the repair, stays as it is.
    """
    search = FileSearch(workspace, config.video_roots)
    chosen = sorted(scan_toml(workspace)) if keys is None else keys
    return [_fix_file(workspace, key, search, dryrun) for key in chosen]


def _fix_file(workspace: Workspace, key: str, search: FileSearch, dryrun: bool) -> PathReport:
    path = workspace.settings_file(key)
    try:
        data = read_bytes(path)
        decode(data)
        text = data.decode("utf-8")
        judged = [_judge(found, path, search) for found in path_texts(text, _KEYS) if _is_path(found)]
        findings = _without_doubles(judged)
        repaired = _replaced(text, findings)
        parse_standard(repaired.removeprefix("\ufeff"))
        if repaired != text and not dryrun:
            _write(path, data, repaired.encode())
    except SettingsError as error:
        return PathReport(key, unreadable=str(error))
    except OSError as error:
        return PathReport(key, unreadable=f"It cannot be written: {error.strerror}.")
    return PathReport(
        key,
        tuple(PathChange(f.found.key, f.found.inner, f.new) for f in findings if f.new is not None),
        tuple(f.problem for f in findings if f.problem),
        tuple(search.roots),
    )


def _write(path: Path, old: bytes, new: bytes) -> None:
    backup = path.with_name(path.name + BACKUP_SUFFIX)
    if not backup.exists():
        replace_atomically(backup, old)
    replace_atomically(path.resolve(), new)


def _without_doubles(findings: Sequence[_Finding]) -> list[_Finding]:
    """Turn repairs that would make two files of one recording the same file into problems."""
    leads_to = Counter(finding.new or finding.found.value for finding in findings if finding.found.key == _VIDEOS)
    return [
        _Finding(f.found, None, PathProblem(_VIDEOS, f.found.inner, (Path(f.new),)))
        if f.new is not None and f.found.key == _VIDEOS and leads_to[f.new] > 1
        else f
        for f in findings
    ]


def _replaced(text: str, findings: Sequence[_Finding]) -> str:
    for finding in reversed(findings):
        if finding.new is not None:
            found = finding.found
            text = text[: found.start] + spelled(finding.new, found.quote) + text[found.end :]
    return text


def _is_path(found: PathText) -> bool:
    if found.value == "":
        return False
    return found.key != "background_subtraction_stat" or (found.value or "/").lower() not in _STATISTICS


def _judge(found: PathText, settings_path: Path, search: FileSearch) -> _Finding:
    """Return what to do with one path: nothing where it leads somewhere, else the nearest thing that is certain."""
    if found.value is not None and _is_there(found.value, settings_path, search):
        return _Finding(found)
    meant = meaning(found)
    readings = list(_readings(found))
    for reading in readings:
        if _is_there(reading, settings_path, search):
            return _Finding(found, reading)
    for reading in readings:
        candidates = _candidates(found.key, reading, search)
        if len(candidates) == 1:
            return _Finding(found, candidates[0].as_posix())
        if candidates:
            return _Finding(found, _certain(found), PathProblem(found.key, reading, tuple(candidates)))
    shown = meant.path if meant else found.inner
    problem = None if found.key in _SPELLING_ONLY else PathProblem(found.key, shown)
    return _Finding(found, _certain(found), problem)


def _readings(found: PathText) -> Iterator[str]:
    """Yield what the text may mean, the most likely first."""
    meant = meaning(found)
    if meant:
        yield meant.path
    if found.value is None or (meant and meant.certain) or has_control_character(found.value):
        return
    yield with_slashes(found.value)


def _certain(found: PathText) -> str | None:
    meant = meaning(found)
    return meant.path if meant and meant.certain else None


def _is_there(path: str, settings_path: Path, search: FileSearch) -> bool:
    resolved = resolve_video(path, settings_path, search.workspace)
    return resolved.is_absolute() and os.path.exists(resolved)


def _candidates(key: str, path: str, search: FileSearch) -> list[Path]:
    if key == _VIDEOS:
        return [found.path for found in search.candidates(path)]
    if key in _IMAGES:
        return [found.path for found in search.candidates(path, shared=2)]
    return _in_moved_workspace(path, search.workspace) if key in _FOLDERS else []


def _in_moved_workspace(path: str, workspace: Workspace) -> list[Path]:
    """Return the folder at the longest end of ``path``, of two parts or more, that is in the workspace."""
    parts = path_parts(path)
    ends = (workspace.root.joinpath(*parts[start:]) for start in range(len(parts) - 1))
    return next(([end] for end in ends if end.is_dir()), [])
