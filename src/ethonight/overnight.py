"""A night from start to end: repair paths, register, check, run, sum up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, cast

from rich.console import Console
from rich.text import Text

from ethonight.config import load_config
from ethonight.errors import UsageError
from ethonight.jobs.protocol import Site
from ethonight.jobs.registry import KINDS, kind_of
from ethonight.ledger.lease import LeaseHeld
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import SKIP, Row
from ethonight.ledger.view import held_words, read_rows
from ethonight.night_view import ConsoleHandler, NightView
from ethonight.plan import NightPlan, make_plan
from ethonight.plan_view import render_plan
from ethonight.runner.awake import kept_awake
from ethonight.runner.dependencies import INDEPENDENT, Dependencies
from ethonight.runner.interrupt import Interrupt
from ethonight.runner.lasting_output import LastingOutput
from ethonight.runner.night import Night, Summary
from ethonight.runner.options import Options
from ethonight.runner.queue import in_order
from ethonight.runner.register import new_row, register
from ethonight.runner.run_log import logged
from ethonight.settings.paths import fix_paths
from ethonight.settings.recording import VIDEO_FILE
from ethonight.settings.scan import scan_settings, settings_keys
from ethonight.words import count
from ethonight.workspace import Workspace

INTERRUPTED = 130
_REPORTING = frozenset({"train", "evaluate"})
_COLLECTED = frozenset({"track", "predict"})


@dataclass(frozen=True)
class Asked:
    """What the person asked for on the command line."""

    task: str
    """The command's own name, for messages and the lease."""
    settings: tuple[str, ...] = ()
    """Settings files, video names or folders; none: all."""
    refresh: bool = False
    """Whether jobs that are done run again where their output is outdated: a model is newer than a prediction, say."""


def open_site(workspace: Workspace) -> Site:
    """Return the workspace with its options. Raises WorkspaceError for options that cannot be read."""
    return Site(workspace, load_config(workspace.config))


def run_night(site: Site, asked: Asked, options: Options, console: Console) -> int:
    """Run the queue to its end. Returns the exit status: 0, 1 when a job failed or waits, 130 when interrupted."""
    workspace = site.workspace
    options = _with_keys(workspace, asked, options)
    console.file = cast(IO[str], LastingOutput(console.file))  # Closing the terminal does not stop the night.
    handler = ConsoleHandler(console)
    with logged(workspace.run_log, handler), Interrupt() as interrupt, Ledger(workspace, asked.task) as ledger:
        _prepare(site, ledger, console)
        dependencies = Dependencies(site, kind_of)
        options = _provided(ledger, dependencies, asked, options, console)
        night = Night(site, ledger, kind_of, options, dependencies)
        waiting = dependencies.ordered(night.queue.waiting(ledger.rows.values()))
        plan = _checked(waiting, ledger.rows, Evening(site, options, console, dependencies))
        frames = {job.row.settings: job.row.frames for job in plan.runs}
        awake = kept_awake() if plan.runs or plan.running or options.watch else nullcontext()
        with awake, NightView(console, night, frames) if console.is_terminal else nullcontext(_nothing) as show:
            summary = night.run(interrupt, show)
    for line in what_to_look_at(summary, ledger.rows):
        console.print(Text(line))
    console.print(Text(closing_line(summary, ledger.rows.values(), asked.task), style="bold"))
    return _status(summary)


def dry_run(site: Site, asked: Asked, options: Options, console: Console) -> int:
    """Register and check, run nothing. Returns 1 when a job that is due will not run."""
    workspace = site.workspace
    options = _with_keys(workspace, asked, options)
    try:
        with logged(workspace.run_log, ConsoleHandler(console)), Ledger(workspace, asked.task) as ledger:
            _prepare(site, ledger, console)
            options = _provided(ledger, Dependencies(site, kind_of), asked, options, console)
            rows = dict(ledger.rows)
    except LeaseHeld as error:
        console.print(Text(f"{error} This is the check alone; nothing is registered.", style="yellow"))
        rows = {row.settings: row for row in read_rows(workspace)}
        new = [key for key in scan_settings(workspace) if key not in rows]
        rows |= {key: new_row(workspace, key, kind_of) for key in new}
    dependencies = Dependencies(site, kind_of)
    waiting = dependencies.ordered(in_order(rows.values(), options))
    plan = _checked(waiting, rows, Evening(site, options, console, dependencies))
    return 1 if plan.refused else 0


@dataclass(frozen=True)
class Evening:
    """What the evening check works with."""

    site: Site
    options: Options
    console: Console
    dependencies: Dependencies


def _checked(waiting: Sequence[Row], rows: Mapping[str, Row], evening: Evening) -> NightPlan:
    """Check the waiting rows, showing which video is being opened, and print the plan."""
    console = evening.console
    with console.status("Checking ...") as line:

        def show(done: int, total: int, video: Path) -> None:
            line.update(f"Checking video {done + 1:,} of {total:,}: {video.name}")

        plan = make_plan(waiting, rows, evening.site, evening.options, show)
    refused = [job.row.settings for job in plan.refused]
    plan = plan.without(evening.dependencies.blocked(waiting, rows, refused))
    console.print(render_plan(plan))
    return plan


def _nothing() -> None:
    """Stands for the live display where the output is no terminal."""


def _prepare(site: Site, ledger: Ledger, console: Console) -> None:
    for report in fix_paths(site.workspace, site.config, _due(site.workspace, ledger.rows)):
        for line in report.repairs():
            console.print(Text(line, style="" if report.fine else "yellow"))
    new = register(ledger, site.workspace, kind_of)
    if new:
        console.print(f"{count(len(new), 'new settings file')} in the table.")
    for remark in ledger.sync():
        console.print(Text(remark, style="yellow"))
    for key, word in held_words(ledger.rows.values()):
        console.print(Text(f"{key}: the status '{word}' is not known, so the row is left alone.", style="yellow"))


def _provided(ledger: Ledger, dependencies: Dependencies, asked: Asked, options: Options, console: Console) -> Options:
    """Put what the jobs need into the table as well, and return the options with these jobs among those to be run."""
    if options.tasks <= INDEPENDENT:
        return options
    wanted = [row.settings for row in ledger.rows.values() if row.task in options.tasks and not row.hold]
    chosen = [key for key in wanted if options.keys is None or key in options.keys]
    provided = dependencies.provide(ledger, chosen, asked.refresh)
    for remark in provided.remarks:
        console.print(Text(remark))
    return replace(options, tasks=options.tasks | {kind.name for kind in KINDS}, keys=provided.keys)


def _due(workspace: Workspace, rows: Mapping[str, Row]) -> list[str]:
    """Return the TOML files whose paths matter tonight: of new and runnable jobs, and of their recordings."""
    keys = [key for key in scan_settings(workspace) if key not in rows or rows[key].runnable]
    folders = {folder for key in keys for folder in PurePosixPath(key).parents[:-1]}
    recordings = [f"{folder}/{VIDEO_FILE}" for folder in sorted(folders)]
    return keys + [key for key in recordings if workspace.settings_file(key).is_file()]


def _with_keys(workspace: Workspace, asked: Asked, options: Options) -> Options:
    if not asked.settings:
        return options
    keys = settings_keys(workspace, asked.settings)
    if not keys:
        raise UsageError(f"No settings file is meant by {', '.join(asked.settings)}.")
    return replace(options, keys=frozenset(keys))


def closing_line(summary: Summary, rows: Iterable[Row], task: str) -> str:
    """Return the one line at the end: done, failed, skipped, and the command that shows why."""
    skipped = sum(1 for row in rows if row.hold == SKIP)
    parts = [f"{len(summary.done)} done", f"{len(summary.failed)} failed", f"{skipped} skipped"]
    if summary.waiting:
        parts.append(f"{len(summary.waiting)} waiting for others")
    if summary.stopped:
        parts.append(f"{len(summary.stopped)} stopped")
    line = ", ".join(parts) + "."
    if summary.failed:
        return f"{line} Why: pixi run status --failed"
    if summary.interrupted:
        return f"{line} Interrupted; the rest waits for the next: pixi run {task}"
    if summary.halted:
        return f"{line} Stopped: {summary.halted}"
    return line if summary.done and not summary.waiting else f"{line} See: pixi run status"


def what_to_look_at(summary: Summary, rows: Mapping[str, Row]) -> list[str]:
    """Return where a person would look now: reports of models by name, and what to do with the rest."""
    done = [rows[key] for key in summary.done if key in rows]
    lines = [f"{row.message} Its report: {row.output}/report.html".lstrip() for row in done if row.task in _REPORTING]
    if any(row.task in _COLLECTED for row in done):
        lines.append("Collect what is done in tracking/: pixi run copy")
    elif any(row.task == "embed" for row in done) and not lines:
        lines.append("Every model that wants these features uses them: pixi run train --help")
    return lines


def _status(summary: Summary) -> int:
    if summary.interrupted:
        return INTERRUPTED
    return 1 if summary.failed or summary.halted or summary.waiting else 0
