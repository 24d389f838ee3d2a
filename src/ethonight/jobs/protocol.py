"""What the runner knows of a job kind: five questions and the values that answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

from ethonight.config import Config
from ethonight.settings.job_file import JobFile as JobFile
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class Site:
    """Where jobs run: the workspace and its options."""

    workspace: Workspace
    config: Config


class FailureKind(Enum):
    """Why a job failed; decides whether trying again within the same run makes sense."""

    BAD_INPUT = "bad input"
    OUT_OF_MEMORY = "out of memory"
    KILLED = "killed"
    CUDA = "CUDA error"
    TIMED_OUT = "timed out"
    OUTPUTS_MISSING = "outputs missing"
    CRASHED = "crashed"

    @property
    def may_pass(self) -> bool:
        """Whether the same job may succeed when it is simply tried again."""
        return self in (FailureKind.OUT_OF_MEMORY, FailureKind.KILLED, FailureKind.CUDA)


@dataclass(frozen=True)
class Failure:
    """What went wrong, in the user's words."""

    kind: FailureKind
    message: str


@dataclass(frozen=True)
class Move:
    """A finished file or folder inside the attempt, and the absolute path it is renamed to."""

    source: Path
    target: Path
    keep: bool = True
    """Whether what it replaces is kept aside with its date; what can be computed again (a file) need not be."""


@dataclass(frozen=True)
class Success:
    """A job whose outputs were opened and checked.

    ``source`` is the finished file or folder inside the attempt, ``target`` its final absolute path, which the table
    names. ``message`` is empty, or the finding that makes the result suspicious. ``beside`` are further outputs; they
    are moved first, so that they are there when ``target`` is.
    """

    source: Path
    target: Path
    message: str = ""
    keep: bool = True
    """As in Move."""
    beside: tuple[Move, ...] = ()

    @property
    def moves(self) -> tuple[Move, ...]:
        """Everything that is moved, in this order."""
        return (*self.beside, Move(self.source, self.target, self.keep))


@dataclass(frozen=True)
class Exit:
    """How the child process ended. ``code`` is the exit status, ``signal`` the signal's number where one ended it."""

    code: int | None
    signal: int | None
    started: float
    """Seconds since the epoch (UTC)."""
    finished: float
    """Seconds since the epoch (UTC)."""


@dataclass(frozen=True)
class AttemptPaths:
    """The files of one attempt of one job, all from its folder."""

    folder: Path

    @property
    def out(self) -> Path:
        """Where the job writes its outputs."""
        return self.folder / "out"

    @property
    def work(self) -> Path:
        """The job's working directory, fresh for every attempt."""
        return self.folder / "work"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def snapshot(self) -> Path:
        """The resolved settings this attempt runs with."""
        return self.folder / "settings.toml"


@dataclass(frozen=True)
class Launch:
    """What to start: arguments (no shell), working directory, additions to the environment."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    max_hours: float = 0.0
    """0: no limit of its own."""
    needs_gpu: bool = False


@dataclass(frozen=True)
class Stage:
    """How far a job is: the stage's name in the program's own words."""

    name: str
    passing: bool = False
    """Whether it is a line that changes all the time: shown while it lasts, but not worth a line in the run's log."""


@dataclass(frozen=True)
class Interval:
    """Frames ``[start, end)`` of the whole recording."""

    start: int
    end: int


@dataclass(frozen=True)
class Inputs:
    """What a job needs to be there: its video files in order, its other files, its intervals."""

    videos: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    intervals: tuple[Interval, ...] = ()
    needs_cuda: bool = False
    takes_damaged: bool = False
    """Whether what can be read of a damaged video is enough: then the damage is a warning."""
    warnings: tuple[str, ...] = ()
    """What a person should know before the job starts; it runs all the same."""


@dataclass(frozen=True)
class Need:
    """Another job whose output a job works on. ``document`` is written as its settings where there are none yet."""

    key: str
    """The other job's settings file, as in the table."""
    document: Mapping[str, object] = field(default_factory=dict)
    renewed: bool = True
    """Whether that job runs again first where its output is outdated."""


class JobKind(Protocol):
    """One kind of job. Implementations import nothing heavy at module level."""

    @property
    def name(self) -> str:
        """The word in the table's ``task`` column."""
        ...

    @property
    def own_place(self) -> bool:
        """Whether no other job may write to its target, inside it or around it."""
        ...

    def owns(self, document: Mapping[str, object]) -> bool:
        """Whether this TOML is a job of this kind."""
        ...

    def video(self, job: JobFile) -> str:
        """Return the text for the table's ``video`` column; never raises."""
        ...

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        """Validate the settings and return what the job needs.

        Raises SettingsError for a missing or unknown key, or a value that cannot be.
        """
        ...

    def target(self, job: JobFile, site: Site) -> Path:
        """Return the absolute file or folder in which the finished output will lie."""
        ...

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        """Return the jobs that must be done before this one. Raises SettingsError as ``inputs`` does."""
        ...

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        """Return why a done job would have to run again for its ``output`` to be current; empty when it is."""
        ...

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        """Write the attempt's snapshot and return what to start.

        ``shrink`` counts earlier failures for lack of memory in this run: halve the batch that often.
        """
        ...

    def stage(self, log_tail: str) -> Stage | None:
        """Return the stage that the end of the log shows, or None where it shows none."""
        ...

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        """Open and check the outputs, or say what went wrong."""
        ...
