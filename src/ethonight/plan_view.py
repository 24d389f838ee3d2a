"""The night's plan as a person reads it in the evening, on a terminal or in a file."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import ConsoleRenderable, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ethonight.plan import NightPlan, PlannedJob, RefusedJob
from ethonight.words import count, duration


def render_plan(plan: NightPlan) -> ConsoleRenderable:
    """Return the plan: what runs in which order, what does not and why, and when it is over."""
    parts: list[ConsoleRenderable] = []
    if plan.runs:
        parts += [_heading(f"{count(len(plan.runs), 'job')} will run", "green"), _run_table(plan.runs)]
    if plan.refused:
        parts += [_heading(f"{count(len(plan.refused), 'job')} will not run", "red"), _refused_list(plan.refused)]
    if not plan.runs and not plan.refused:
        parts.append(Text("Nothing to run: no job is pending or failed.", style="bold"))
    parts += [Text(line) for line in _closing(plan)]
    return Group(*parts)


def _heading(words: str, colour: str) -> Text:
    return Text(words, style=f"bold {colour}")


def _run_table(runs: Iterable[PlannedJob]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", justify="right", style="dim", no_wrap=True)
    table.add_column("settings", overflow="fold", ratio=1)
    table.add_column("task", no_wrap=True)
    table.add_column("frames", justify="right", no_wrap=True)
    table.add_column("expected", justify="right", no_wrap=True)
    for number, job in enumerate(runs, 1):
        row = job.row
        expected = "unknown" if job.seconds is None else duration(job.seconds)
        frames = f"{row.frames:,}" if row.frames else "-"
        table.add_row(str(number), _named(row.settings, job.warnings), row.task, frames, expected)
    return table


def _named(settings: str, warnings: Iterable[str]) -> Text:
    """Return the settings' name with the warnings about the job below it."""
    text = Text(settings.removeprefix("settings/"))
    for warning in warnings:
        text.append(f"\n{warning}", style="yellow")
    return text


def _refused_list(refused: Iterable[RefusedJob]) -> ConsoleRenderable:
    """Return each job with its reasons below it: sentences need the whole width."""
    lines: list[ConsoleRenderable] = []
    for job in refused:
        lines.append(Padding(Text(job.row.settings.removeprefix("settings/"), overflow="fold"), (0, 0, 0, 2)))
        lines += [Padding(Text(reason, style="red"), (0, 0, 0, 4)) for reason in job.reasons]
    return Padding(Group(*lines), (1, 0, 1, 0))


def _closing(plan: NightPlan) -> list[str]:
    lines = []
    others = [f"{plan.done:,} done"] if plan.done else []
    others += [f"{plan.skipped:,} set to skip"] if plan.skipped else []
    if others:
        lines.append(f"Left alone: {', '.join(others)}.")
    if plan.running:
        lines.append(f"Running now: {', '.join(row.settings.removeprefix('settings/') for row in plan.running)}.")
    if plan.end:
        lines.append(f"Expected end: {plan.end}.")
    return lines
