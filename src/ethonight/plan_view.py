"""The night's plan as a person reads it in the evening, on a terminal or in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import ConsoleRenderable, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ethonight.ledger.row import Row
from ethonight.plan import NightPlan, PlannedJob
from ethonight.words import count, duration

_SHOWN = 60
"""Longest list of jobs that is printed; more than that nobody reads in the evening."""


def render_plan(plan: NightPlan) -> ConsoleRenderable:
    """Return the plan: what runs in which order, what does not and why, and when it is over."""
    parts: list[ConsoleRenderable] = []
    if plan.runs:
        parts += [_heading(count(len(plan.runs), "job") + " will run", "green"), _run_table(plan.runs), Text()]
    if warned := [(job.row, job.warnings) for job in plan.runs if job.warnings]:
        parts += [_heading("Worth knowing before it starts", "yellow"), *_findings(warned, "yellow"), Text()]
    if plan.refused:
        refused = [(job.row, job.reasons) for job in plan.refused]
        parts += [_heading(count(len(refused), "job") + " will not run", "red"), *_findings(refused, "red"), Text()]
    if not plan.runs and not plan.refused:
        parts.append(Text(_nothing(plan), style="bold"))
    parts += [Text(line) for line in _closing(plan)]
    return Group(*parts)


def _nothing(plan: NightPlan) -> str:
    if plan.running:
        return "Nothing else to run: no other job is pending or failed."
    if plan.done or plan.skipped:
        return "Nothing to run: no job is pending or failed."
    return "Nothing to run: no settings are saved yet. Add videos and save settings for them: pixi run gui"


def _heading(words: str, colour: str) -> Text:
    return Text(words, style=f"bold {colour}")


def _run_table(runs: Sequence[PlannedJob]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", justify="right", style="dim", no_wrap=True)
    table.add_column("settings", overflow="fold")
    table.add_column("task", no_wrap=True)
    table.add_column("frames", justify="right", no_wrap=True)
    table.add_column("expected", justify="right", no_wrap=True)
    for number, job in enumerate(runs[:_SHOWN], 1):
        expected = "unknown" if job.seconds is None else duration(job.seconds)
        frames = f"{job.row.frames:,}" if job.row.frames else "-"
        table.add_row(str(number), Text(_name(job.row)), job.row.task, frames, expected)
    if len(runs) > _SHOWN:
        table.add_row("", Text(f"... and {len(runs) - _SHOWN:,} more", style="dim"), "", "", "")
    return table


def _name(row: Row) -> str:
    return row.settings.removeprefix("settings/")


def _findings(found: Iterable[tuple[Row, tuple[str, ...]]], colour: str) -> list[ConsoleRenderable]:
    """Return the jobs with what was found below them, over the whole width; jobs with one finding stand together."""
    alike: dict[tuple[str, ...], list[Row]] = {}
    for row, sentences in found:
        alike.setdefault(sentences, []).append(row)
    lines: list[ConsoleRenderable] = []
    for sentences, rows in alike.items():
        lines += [Padding(Text(_name(row), overflow="fold"), (0, 0, 0, 2)) for row in rows]
        lines += [Padding(Text(sentence, style=colour), (0, 0, 0, 4)) for sentence in dict.fromkeys(sentences)]
    return lines


def _closing(plan: NightPlan) -> list[str]:
    lines = []
    others = [f"{plan.done:,} done"] if plan.done else []
    others += [f"{plan.skipped:,} set to skip"] if plan.skipped else []
    if others:
        lines.append(f"Left alone: {', '.join(others)}.")
    if plan.running:
        lines.append(f"Running now: {', '.join(_name(row) for row in plan.running)}.")
    if plan.end and plan.runs:
        lines.append(f"Expected end: {plan.end}.")
    return lines
