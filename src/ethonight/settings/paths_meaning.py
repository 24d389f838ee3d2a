"""What the person or program meant who wrote a path into a settings file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ethonight.settings.paths_text import PathText
from ethonight.settings.videos import is_windows_path

_BACKSLASHES = re.compile(r"\\+")
_SPECIAL_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[^\"\\]")
_PYTHON_ESCAPE = re.compile(
    r"\\(?:(?P<plain>['\"\\])|x(?P<x>[0-9a-f]{2})|u(?P<u>[0-9a-f]{4})|U(?P<U>00(?:0[0-9a-f]|10)[0-9a-f]{4}))"
)


@dataclass(frozen=True)
class Meaning:
    """A reading of a path text that differs from what TOML reads there, with forward slashes.

    ``certain`` is False where TOML's own reading could also be meant, so that the reading must prove itself by
    being there.
    """

    path: str
    certain: bool


def meaning(found: PathText) -> Meaning | None:
    """Return what a faulty path text means, or None where it means what TOML reads.

    Faults: no valid TOML (backslashes in double quotes, both kinds of quotes), every backslash doubled, backslashes in
    double quotes that TOML reads as special characters, and Python's numbers for letters that cannot be seen, such as
    the narrow space in the times of macOS file names.
    """
    as_python = python_text(found.inner)
    if found.value is None:
        unescaped = found.inner.replace("\\'", "'") if found.quote == "'" else found.inner
        return Meaning(with_slashes(unescaped if as_python is None else as_python), certain=True)
    if is_doubled(found.value):
        return Meaning(with_slashes(halved(found.value)), certain=True)
    if found.quote == '"' and _SPECIAL_ESCAPE.search(found.inner):
        return Meaning(with_slashes(found.inner), certain=False)
    if found.quote == "'" and as_python not in (None, found.value):
        return Meaning(with_slashes(as_python or ""), certain=False)
    return None


def python_text(inner: str) -> str | None:
    """Return what Python's ``repr`` wrote as ``inner``, or None where ``repr`` would not write it so."""
    if "\\" in _PYTHON_ESCAPE.sub("", inner):
        return None
    unseen = True

    def letter(escape: re.Match[str]) -> str:
        nonlocal unseen
        if escape["plain"]:
            return escape["plain"]
        number = chr(int(escape["x"] or escape["u"] or escape["U"], 16))
        unseen = unseen and not number.isprintable()
        return number

    decoded = _PYTHON_ESCAPE.sub(letter, inner)
    return decoded if unseen else None


def is_doubled(path: str) -> bool:
    """Whether every backslash is doubled, as in ``C:\\\\\\\\U``; two at the start alone name a network share."""
    runs = _BACKSLASHES.findall(path)
    share_alone = len(runs) == 1 and path.startswith("\\\\") and len(runs[0]) == 2
    return bool(runs) and not share_alone and all(len(run) % 2 == 0 for run in runs)


def halved(path: str) -> str:
    return path.replace("\\\\", "\\")


def with_slashes(path: str) -> str:
    """Return a Windows or relative path with forward slashes, doubled ones made single.

    Two at the start stay, since they name a network share. A path from ``/`` keeps its backslashes, which are letters
    there.
    """
    if path.startswith("/") and not is_windows_path(path):
        return path
    share = "/" if path.startswith(("\\\\", "//")) else ""
    return share + re.sub(r"[\\/]+", "/", path)
