"""The workspace: one object that knows where everything lies. Nobody else joins path strings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ethonight.errors import WorkspaceError

RESERVED_SETTINGS = frozenset({"video.toml", "local_settings.toml"})
"""TOML files under ``settings/`` that are not jobs: the video's own file, and idtracker.ai's local defaults."""

VISIBLE_FOLDERS = (
    "settings",
    "backgrounds",
    "annotations",
    "sessions",
    "features",
    "models",
    "predictions",
    "results",
    "tracking",
    "reports",
)


@dataclass(frozen=True)
class Workspace:
    """Paths of one workspace folder. ``root`` is absolute."""

    root: Path

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Return the workspace at ``folder``, with its folders made where they are missing.

        Raises WorkspaceError when the folder does not exist or cannot be written.
        """
        root = folder.expanduser().resolve()
        if not root.is_dir():
            raise WorkspaceError(f"The workspace {root} is not a folder. Make it first, or give another --workspace.")
        workspace = cls(root)
        try:
            for name in VISIBLE_FOLDERS:
                (root / name).mkdir(exist_ok=True)
            workspace.state.mkdir(exist_ok=True)
        except OSError as error:
            raise WorkspaceError(f"Cannot make folders in the workspace {root}: {error.strerror}.") from error
        return workspace

    @property
    def settings(self) -> Path:
        return self.root / "settings"

    @property
    def backgrounds(self) -> Path:
        return self.root / "backgrounds"

    @property
    def annotations(self) -> Path:
        return self.root / "annotations"

    @property
    def sessions(self) -> Path:
        return self.root / "sessions"

    @property
    def features(self) -> Path:
        return self.root / "features"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def predictions(self) -> Path:
        return self.root / "predictions"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def tracking(self) -> Path:
        return self.root / "tracking"

    @property
    def table(self) -> Path:
        return self.root / "tracking_status.csv"

    @property
    def config(self) -> Path:
        return self.root / "ethonight.toml"

    @property
    def state(self) -> Path:
        """The runner's own folder: journal, lease, attempts, log."""
        return self.root / ".ethonight"

    @property
    def journal(self) -> Path:
        return self.state / "journal.jsonl"

    @property
    def lease(self) -> Path:
        return self.state / "lease.json"

    @property
    def run_log(self) -> Path:
        return self.state / "run.log"

    @property
    def attempts(self) -> Path:
        return self.state / "attempts"

    @property
    def window_logs(self) -> Path:
        """What programs printed that were started from the window."""
        return self.state / "window"

    @property
    def published_mark(self) -> Path:
        """The mark of the table that was published last; only to save readers work."""
        return self.state / "table.mark"

    @property
    def probes(self) -> Path:
        """What is known of videos that were looked at before; only a cache."""
        return self.state / "probes.json"

    @property
    def timestamps(self) -> Path:
        """The frame times of videos, each under its video's content; only a cache."""
        return self.state / "timestamps"

    @property
    def partial(self) -> Path:
        """Features and models that are being made: a job that was killed goes on from here."""
        return self.state / "partial"

    @property
    def groups(self) -> Path:
        """Which recording belongs to which animal, cage or day: columns ``video`` and ``group``."""
        return self.annotations / "groups.csv"

    @property
    def ethogram(self) -> Path:
        """The behaviours that are marked in this workspace, with their keys and colours."""
        return self.annotations / "ethogram.toml"

    @property
    def coding(self) -> Path:
        """What coders do in the page: a journal for each video and coder, from which everything can be undone."""
        return self.state / "coding"

    @property
    def reviews(self) -> Path:
        """What coders have answered to a model's questions: for each model a folder, in it a file for each coder."""
        return self.state / "reviews"

    @property
    def label_server(self) -> Path:
        """Where the page that serves this workspace is to be found, as long as it is served."""
        return self.state / "label.json"

    @property
    def kept_tables(self) -> Path:
        """Table rows and files that were set aside instead of being dropped."""
        return self.state / "kept"

    def settings_file(self, key: str) -> Path:
        """Return the absolute path of the settings file with the table key ``key``."""
        return self.root / key

    def key(self, path: Path) -> str:
        """Return the table key of a settings file: its path relative to the workspace, with ``/``."""
        return path.relative_to(self.root).as_posix()

    def shown(self, path: Path) -> str:
        """Return ``path`` as a person should read it: relative to the workspace where it lies inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
