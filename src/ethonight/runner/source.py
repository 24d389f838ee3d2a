"""The settings as they were when a job was launched; a person may edit or delete the file while the job runs."""

from __future__ import annotations

import tomli_w

from ethonight.files import replace_atomically
from ethonight.runner.attempt import Attempt
from ethonight.settings.job_file import JobFile
from ethonight.settings.toml_file import parse_toml, read_text
from ethonight.workspace import Workspace


def write_source(attempt: Attempt, job: JobFile) -> None:
    """Store the parsed settings in the attempt."""
    replace_atomically(attempt.folder / "source.toml", tomli_w.dumps(dict(job.document)).encode())


def read_source(attempt: Attempt, workspace: Workspace, key: str) -> JobFile:
    """Return the settings that the attempt was launched with. Raises SettingsError where they are lost."""
    document = parse_toml(read_text(attempt.folder / "source.toml"))
    return JobFile(key, workspace.settings_file(key), document)
