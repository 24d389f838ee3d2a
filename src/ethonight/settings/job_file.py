"""One job's settings file, read and parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.settings.toml_file import check_with_old_reader, parse_toml, read_text
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class JobFile:
    """One settings file, read and parsed.

    ``document`` is the TOML as it stands in the file, keys in their own case.
    """

    key: str
    path: Path
    document: Mapping[str, object]


def load_job(workspace: Workspace, key: str) -> JobFile:
    """Read the settings file with the table key ``key``.

    A file without a ``task`` key is idtracker.ai's own, so idtracker.ai's reader must accept it too.
    Raises SettingsError for a missing or unreadable file, with the line where there is one.
    """
    path = workspace.settings_file(key)
    if not path.is_file():
        raise SettingsError(f"The settings file {key} is not there any more (deleted, renamed or moved).")
    text = read_text(path)
    document = parse_toml(text)
    if not document:
        raise SettingsError("The file holds no settings. Save it again from idtracker.ai's window, or delete it.")
    if "task" not in document:
        check_with_old_reader(text, document)
    return JobFile(key, path, document)
