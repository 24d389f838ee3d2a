"""Video files as settings files name them."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from ethonight.workspace import Workspace

_WINDOWS_ROOT = re.compile(r"[A-Za-z]:[\\/]|\\\\|//")
_LONGEST_NAME = 120
"""In UTF-8 bytes. File systems take 255; the session, tracking and attempt names are built from this one."""


def is_windows_path(path: str) -> bool:
    """Whether a path starts with a drive letter or names a network share."""
    return _WINDOWS_ROOT.match(path) is not None


def resolve_video(path_text: str, settings_path: Path, workspace: Workspace) -> Path:
    """Return the file that ``path_text`` in ``settings_path`` means; it need not exist.

    A relative path is looked for in the settings file's folder, then in the workspace; the first that is there
    counts, else the one in the workspace. A path of another system (``D:/x.avi`` on Linux) is returned as it is.
    Links are not resolved.
    """
    path = Path(os.path.expanduser(path_text))
    if path.is_absolute() or is_windows_path(path_text):
        return path
    beside = settings_path.parent / path
    chosen = beside if os.path.exists(beside) else workspace.root / path
    return Path(os.path.normpath(chosen))


def video_name(files: Sequence[Path | str]) -> str:
    """Return the name of a recording: the stem of its file, or the stems joined with ``&``.

    It can be a folder's name on every system: dots and spaces at its ends are dropped, and a very long one is cut
    and marked with a short hash of the whole.
    """
    stems = [Path(file_name(str(file))).stem for file in files]
    name = "&".join(stems).strip(" .") or "video"
    encoded = name.encode("utf-8", "replace")
    if len(encoded) <= _LONGEST_NAME:
        return name
    return encoded[: _LONGEST_NAME - 9].decode("utf-8", "ignore") + "-" + hashlib.sha1(encoded).hexdigest()[:8]


def file_name(path: str) -> str:
    """Return the last part of a path of this or another system."""
    return path_parts(path)[-1] if path_parts(path) else ""


def path_parts(path: str) -> list[str]:
    """Return folders and file name without what says where the path starts (drive, share, ``/``, ``~``).

    In a path that starts with ``/`` a backslash is a letter like any other.
    """
    if path.startswith("/") and not path.startswith("//"):
        return [part for part in path.split("/") if part not in ("", ".")]
    parts = [part for part in re.split(r"[\\/]", path) if part not in ("", ".", "..", "~")]
    if path.startswith(("\\\\", "//")):
        return parts[2:] if len(parts) > 2 else parts[-1:]
    return parts[1:] if is_windows_path(path) else parts


def expand_patterns(names: Sequence[str]) -> list[Path]:
    """Return the files for names from the command line; ``*.avi`` is filled in where the shell did not do it."""
    files: list[Path] = []
    for name in names:
        matches = [] if os.path.exists(name) else sorted(glob.glob(name))
        files += [Path(match) for match in matches or [name]]
    return files
