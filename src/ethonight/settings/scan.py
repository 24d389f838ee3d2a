"""Which settings files there are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ethonight.errors import UsageError
from ethonight.suggest import closest
from ethonight.workspace import RESERVED_SETTINGS, Workspace


def scan_settings(workspace: Workspace, video: str = "") -> list[str]:
    """Return the table keys of all job files under ``settings/``, or of those of one ``video``, sorted.

    Left out: the reserved names, hidden files and folders, what editors leave while they are open, and names that are
    not valid Unicode. Links to folders are not followed, and folders that cannot be opened are left out.
    """
    return sorted(key for key in scan_toml(workspace, video) if key.rpartition("/")[2].lower() not in RESERVED_SETTINGS)


def scan_toml(workspace: Workspace, video: str = "") -> Iterator[str]:
    """Yield the table keys of all TOML files under ``settings/``, ``video.toml`` included, in no order.

    ``video`` is a recording's name: only the files in its folder.
    """
    start = workspace.settings / video
    return _scan(str(start), workspace.key(start))


def _scan(folder: str, key: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # Deleted while we looked, or closed to us: then its settings cannot be read either.
    for entry in entries:
        name = entry.name
        if name.startswith((".", "~$")) or not _is_unicode(name):
            continue
        if name.lower().endswith(".toml"):
            if entry.is_file(follow_symlinks=False) or os.path.isfile(entry.path):
                yield f"{key}/{name}"
        elif entry.is_dir(follow_symlinks=False):
            yield from _scan(entry.path, f"{key}/{name}")


def _is_unicode(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def settings_keys(workspace: Workspace, names: Sequence[str], known: Sequence[str] | None = None) -> list[str]:
    """Return the table keys that a person named on the command line, in that order, each once.

    A name is a table key, a path, a folder (all files in it) or a recording's name. ``known`` are the keys to choose
    from, by default those of all job files.
    Raises UsageError for a name that is none of these, with the one that was probably meant.
    """
    known = scan_settings(workspace) if known is None else known
    chosen: dict[str, None] = {}
    for name in names:
        chosen.update(dict.fromkeys(_matching(workspace, known, name)))
    return list(chosen)


def _matching(workspace: Workspace, known: Sequence[str], name: str) -> list[str]:
    plain = name.replace("\\", "/") if os.name == "nt" else name
    candidates = [plain.strip("/"), f"settings/{plain.strip('/')}"]
    path = Path(os.path.abspath(os.path.expanduser(name)))
    for root in (workspace.root, Path(os.path.realpath(workspace.root))):
        if path.is_relative_to(root):
            candidates.append(path.relative_to(root).as_posix())
    for candidate in candidates:
        found = [key for key in known if key == candidate or key.startswith(f"{candidate}/")]
        if found:
            return found
    meant = closest(plain, known) or closest(f"settings/{plain}", known)
    hint = f"Did you mean {meant}?" if meant else "Settings files lie in settings/<video>/ and end in .toml."
    raise UsageError(f"There is no settings file {name}. {hint}")
