"""Files that were moved, found again by their name."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ethonight.settings.videos import path_parts, resolve_video
from ethonight.workspace import Workspace

_OUTPUT_FOLDERS = (
    "sessions",
    "annotations",
    "features",
    "models",
    "predictions",
    "results",
    "tracking",
    "reports",
    "demo",
)
"""Folders of the workspace in which no video of a person's lies."""


@dataclass(frozen=True)
class FoundFile:
    """A file with the wanted name, and the folder in which the search started."""

    path: Path
    root: Path


@dataclass
class FileSearch:
    """All files under the workspace and the video roots, by name. The folders are read once, at the first question."""

    workspace: Workspace
    video_roots: Sequence[str] = ()
    _by_name: dict[str, list[FoundFile]] | None = field(default=None, init=False)

    @property
    def roots(self) -> list[Path]:
        """The absolute folders that are searched."""
        config = self.workspace.config
        return [self.workspace.root, *(resolve_video(root, config, self.workspace) for root in self.video_roots)]

    def candidates(self, path: str, shared: int = 1) -> list[FoundFile]:
        """Return the files with the name of ``path`` that share at least ``shared`` last parts with it, name included.

        Where several do, one alone is returned if its folders below the search's root, or all folders of ``path``,
        agree and no other file is as good.
        """
        if self._by_name is None:
            self._by_name = self._read()
        wanted = path_parts(path)
        if not wanted:
            return []
        same_name = self._by_name.get(_comparable(wanted[-1]), [])
        matching = [found for found in same_name if _shared(wanted, found.path.parts) >= shared]
        best = _best(wanted, matching)
        return [best] if best else matching

    def _read(self) -> dict[str, list[FoundFile]]:
        by_name: dict[str, list[FoundFile]] = {}
        visited = {os.path.realpath(self.workspace.root / name) for name in _OUTPUT_FOLDERS}
        for root in self.roots:
            for path in _files(str(root), os.path.realpath(root), visited):
                name = os.path.basename(path)
                by_name.setdefault(_comparable(name), []).append(FoundFile(Path(path), root))
        return by_name


def _files(folder: str, real: str, visited: set[str]) -> Iterator[str]:
    """Yield all files below ``folder``, whose path without links is ``real``; every folder is visited once."""
    if real in visited:
        return
    visited.add(real)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return  # No permission, or gone: what is in it cannot be used anyway.
    for entry in entries:
        if entry.name.startswith((".", "session_")):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, os.path.join(real, entry.name), visited)
        elif entry.is_symlink() and os.path.isdir(entry.path):
            yield from _files(entry.path, os.path.realpath(entry.path), visited)
        else:
            yield entry.path


def _best(wanted: Sequence[str], matching: Sequence[FoundFile]) -> FoundFile | None:
    """Return the only candidate, or the one that alone lies where ``wanted`` says in all but the root."""
    if len(matching) < 2:
        return matching[0] if matching else None
    longest = max(_shared(wanted, found.path.parts) for found in matching)
    whole = [found for found in matching if _agrees_wholly(wanted, found)]
    only = whole[0] if len(whole) == 1 else None
    rivals = [found for found in matching if _shared(wanted, found.path.parts) == longest]
    return only if rivals == [only] else None


def _agrees_wholly(wanted: Sequence[str], found: FoundFile) -> bool:
    """Whether at least one folder agrees, and all folders below the root or all of the wanted ones do."""
    shared = _shared(wanted, found.path.parts)
    return shared >= 2 and shared in (len(wanted), len(found.path.relative_to(found.root).parts))


def _shared(wanted: Sequence[str], parts: Sequence[str]) -> int:
    """Return how many last parts of two paths are equal."""
    count = 0
    for a, b in zip(reversed(wanted), reversed(parts), strict=False):
        if _comparable(a) != _comparable(b):
            break
        count += 1
    return count


def _comparable(name: str) -> str:
    """Return a text that is equal for names that mean one file: composed letters, and no case where it has none."""
    composed = unicodedata.normalize("NFC", name)
    return composed.casefold() if sys.platform in ("win32", "darwin") else composed
