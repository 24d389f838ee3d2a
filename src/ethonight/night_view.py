"""The live display of a run: what runs, for how long, in which stage, what waits, and when it should be over."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rich.console import Console, ConsoleRenderable, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ethonight.estimate import Durations, describe_end, night_end
from ethonight.ledger.row import Row
from ethonight.runner.night import Night
from ethonight.runner.running import RunningJob
from ethonight.words import duration, stage_text

_REFRESH_SECONDS = 1.0


class NightView:
    """Draws a night on a terminal. Call it at every turn of the loop; it draws once a second."""

    def __init__(self, console: Console, night: Night, frames: Mapping[str, int]) -> None:
        self._night = night
        self._frames = frames
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._drawn = 0.0

    def __enter__(self) -> NightView:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self) -> None:
        if time.monotonic() - self._drawn >= _REFRESH_SECONDS:
            self._drawn = time.monotonic()
            self._live.update(picture(self._night, self._frames, datetime.now()), refresh=True)


def picture(night: Night, frames: Mapping[str, int], now: datetime) -> ConsoleRenderable:
    """Return the display as it is at ``now`` (local time). ``frames``: of each waiting recording, where known."""
    rows = night.ledger.rows
    waiting = [replace(row, frames=frames.get(row.settings, 0)) for row in night.queue.waiting(rows.values())]
    durations = Durations(rows.values())
    lines: list[ConsoleRenderable] = [_running_table(night.running, durations, now)] if night.running else []
    counts = f"{len(night.summary.done)} done, {len(night.summary.failed)} failed, {len(waiting)} waiting"
    upcoming = f"; next: {waiting[0].settings}" if waiting else ""
    lines.append(Text(counts + upcoming, style="bold", overflow="ellipsis", no_wrap=True))
    lines.append(Text(f"Expected end: {_end(night, waiting, durations, now)}"))
    if night.ledger.blocked:
        lines.append(Text(night.ledger.blocked, style="yellow"))
    return Group(*lines)


def _running_table(jobs: list[RunningJob], durations: Durations, now: datetime) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("running", "stage", "elapsed", "left"):
        table.add_column(name, no_wrap=name != "stage")
    for job in jobs:
        stage = job.attempt.stage()
        elapsed = now.timestamp() - job.since
        in_stage = stage_text(stage[0], now.timestamp() - stage[1]) if stage else "starting"
        expected = durations.expected_seconds(job.row)
        left = "unknown" if expected is None else f"about {duration(max(0.0, expected - elapsed))}"
        table.add_row(Text(f"» {job.key}", "green"), Text(in_stage), duration(elapsed), left)
    return table


def _end(night: Night, waiting: list[Row], durations: Durations, now: datetime) -> str:
    order = [job.row for job in night.running] + waiting
    unknown = sum(1 for row in order if durations.expected_seconds(row) is None)
    return describe_end(night_end(order, durations, len(night.options.slots), now), durations, now, unknown)


class ConsoleHandler(logging.Handler):
    """Shows log lines above the live display, or plainly where the output is no terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        style = {logging.WARNING: "yellow", logging.ERROR: "red"}.get(record.levelno, "")
        self._console.print(Text(self.format(record), style=style), soft_wrap=not self._console.is_terminal)
