"""What the night will do: which jobs run, in which order and for how long, which do not and why, when it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ethonight.errors import SettingsError
from ethonight.estimate import Durations, describe_end, night_end
from ethonight.jobs.protocol import JobKind, Site
from ethonight.jobs.registry import kind_of
from ethonight.ledger.row import SKIP, Row, State
from ethonight.preflight import JobCheck, Problem, check_jobs
from ethonight.runner.options import Options
from ethonight.settings.job_file import JobFile, load_job
from ethonight.video.probe import Progress


@dataclass(frozen=True)
class PlannedJob:
    """A job that will run. ``seconds`` is None where no earlier job tells how long it will take."""

    row: Row
    seconds: float | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RefusedJob:
    """A job that is due and will not run."""

    row: Row
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class NightPlan:
    """The evening's answer. ``runs`` is in the order in which jobs will start."""

    runs: tuple[PlannedJob, ...] = ()
    refused: tuple[RefusedJob, ...] = ()
    running: tuple[Row, ...] = ()
    """Jobs that run already."""
    skipped: int = 0
    """How many rows are set to ``skip`` or another word."""
    done: int = 0
    end: str = ""
    """When the night should be over, in words."""

    def without(self, blocked: Mapping[str, str]) -> NightPlan:
        """Return the plan with jobs refused, for the reason given by their key, because of others that will not run."""
        held = tuple(
            RefusedJob(job.row, (blocked[job.row.settings],)) for job in self.runs if job.row.settings in blocked
        )
        runs = tuple(job for job in self.runs if job.row.settings not in blocked)
        return replace(self, runs=runs, refused=self.refused + held)


def make_plan(
    waiting: Sequence[Row], rows: Mapping[str, Row], site: Site, options: Options, progress: Progress | None = None
) -> NightPlan:
    """Check the ``waiting`` rows (in the order of running) and return the plan; ``rows`` is the whole table.

    ``progress`` is told of every video before it is opened.
    """
    jobs: list[tuple[JobFile, JobKind]] = []
    checks: dict[str, JobCheck] = {}
    for row in waiting:
        try:
            job = load_job(site.workspace, row.settings)
            jobs.append((job, kind_of(job.document)))
        except SettingsError as error:
            checks[row.settings] = JobCheck([Problem(str(error), fatal=True)])
    written = {row.output: row.settings for row in rows.values() if row.output and not row.gone}
    checks |= check_jobs(jobs, site, progress, written)
    return plan_of(waiting, checks, rows, len(options.slots), datetime.now())


def plan_of(
    waiting: Sequence[Row], checks: Mapping[str, JobCheck], rows: Mapping[str, Row], slots: int, now: datetime
) -> NightPlan:
    """Return the plan that follows from what was found about the ``waiting`` rows. ``now`` is local time."""
    durations = Durations(rows.values())
    running = tuple(row for row in rows.values() if row.state is State.RUNNING)
    runs, refused = [], []
    for row in waiting:
        check = checks[row.settings]
        if check.refused:
            refused.append(RefusedJob(row, tuple(check.refused)))
            continue
        known = replace(row, frames=check.frames or row.frames)
        runs.append(PlannedJob(known, durations.expected_seconds(known), tuple(check.warnings)))
    return NightPlan(
        runs=tuple(runs),
        refused=tuple(refused),
        running=running,
        skipped=sum(1 for row in rows.values() if row.hold == SKIP),
        done=sum(1 for row in rows.values() if row.state is State.DONE and row.hold != SKIP),
        end=_end([*running, *(job.row for job in runs)], durations, slots, now),
    )


def _end(order: Sequence[Row], durations: Durations, slots: int, now: datetime) -> str:
    if not order:
        return ""
    unknown = sum(1 for row in order if durations.expected_seconds(row) is None)
    return describe_end(night_end(order, durations, slots, now), durations, now, unknown)
