"""The job table on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import ConsoleRenderable, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ethonight.disk import size_text
from ethonight.ledger.row import SKIP, Row, State
from ethonight.ledger.view import held_words
from ethonight.runner.dependencies import INDEPENDENT
from ethonight.status import CachedFeatures, Running, Status
from ethonight.words import count, duration, stage_text

STYLES = {"done": "green", "running": "bold cyan", "failed": "bold red", "pending": "yellow", "skip": "dim"}
_SIGNS = {"done": "✓", "running": "»", "failed": "✗", "pending": "·", "skip": "-"}
_FIRST = (State.RUNNING, State.FAILED, State.PENDING)


def render_status(status: Status, rows: Sequence[Row], limit: int | None, wide: bool) -> ConsoleRenderable:
    """Return the table of ``rows``, at most ``limit`` of them (None: all), with counts and what to do next."""
    if not status.rows:
        return Text(
            "No jobs yet. Add videos and save settings for them: pixi run gui (without a window: pixi run add VIDEO)"
        )
    shown = rows if limit is None or len(rows) <= limit else _most_telling(rows, limit)
    parts: list[ConsoleRenderable] = [_heading(status), Text(), _table(status, shown, wide), Text()]
    if len(shown) < len(rows):
        parts.append(Text(f"... and {len(rows) - len(shown):,} more: pixi run status --all", style="dim"))
    parts += [_message_line(row, status) for row in shown if _message(row, status)]
    parts += [Text(line, style="yellow") for line in _notes(status)]
    parts += [Text(_features_line(status.features), style="dim")] if status.features.files else []
    return Group(*parts)


def _most_telling(rows: Sequence[Row], limit: int) -> list[Row]:
    """Return what runs, has failed and comes next, then what was done last."""
    first = [row for state in _FIRST for row in rows if row.state is state and not row.hold]
    chosen = {row.settings for row in first[: limit - limit // 4]}
    rest = sorted((row for row in rows if row.settings not in chosen), key=lambda row: row.finished, reverse=True)
    chosen |= {row.settings for row in rest[: limit - len(chosen)]}
    return [row for row in rows if row.settings in chosen]


def _heading(status: Status) -> Text:
    text = Text()
    for word, number in status.counts.items():
        text.append(f"{sign(word)} {number:,} {word}   ", STYLES.get(word, "magenta"))
    text.append(f"\nRunning: {status.holder}" if status.holder else "\nNo run is at work.", "dim")
    return text


def _table(status: Status, rows: Sequence[Row], wide: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("settings", overflow="fold", min_width=14)
    if wide:
        table.add_column("video", overflow="fold")
        table.add_column("task", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("attempts", justify="right")
    table.add_column("when", no_wrap=True)
    table.add_column("took", no_wrap=True, justify="right")
    for row in rows:
        table.add_row(*_cells(row, status, wide))
    return table


def _cells(row: Row, status: Status, wide: bool) -> list[Text]:
    running = status.running.get(row.settings)
    took = duration(running.elapsed) if running else duration(row.seconds) if row.minutes else ""
    dim = "dim" if row.status == SKIP else ""
    cells = [Text(row.settings.removeprefix("settings/"), dim)]
    cells += [Text(row.video, dim), Text(row.task, dim)] if wide else []
    cells.append(Text(f"{sign(row.status)} {row.status}", STYLES.get(row.status, "magenta")))
    return cells + [Text(text, dim) for text in (str(row.attempts or ""), row.finished or row.started, took)]


def sign(status: str) -> str:
    """Return the one character that stands for a status, for those who do not see colours."""
    return _SIGNS.get(status, "?")


def _message(row: Row, status: Status) -> str:
    running = status.running.get(row.settings)
    return _stage(running) if running else row.message


def _message_style(row: Row) -> str:
    return "yellow" if row.status == State.DONE else ""


def _message_line(row: Row, status: Status) -> ConsoleRenderable:
    name = Text(f"{sign(row.status)} {row.settings.removeprefix('settings/')}", STYLES.get(row.status, "magenta"))
    return Group(name, Padding(Text(_message(row, status), _message_style(row)), (0, 0, 1, 2)))


def _stage(running: Running) -> str:
    return stage_text(running.stage, running.in_stage) if running.stage else "starting"


def _features_line(features: CachedFeatures) -> str:
    files, size = count(features.files, "file"), size_text(features.bytes)
    return f"Cached features: {files}, {size}. Remove those that nothing needs any more: pixi run clean"


def _notes(status: Status) -> list[str]:
    notes = [
        f"{key}: I do not know the status '{word}', so I leave this row alone. Write 'skip' or 'pending'."
        for key, word in held_words(status.rows)
    ]
    stray = [row for row in status.rows if row.state is State.RUNNING] if status.holder is None else []
    if stray:
        notes.append(f"A job is marked as running, but no run is watching it. The next '{_next(stray)}' takes it up.")
    if failed := [row for row in status.rows if row.status == "failed"]:
        notes.append(f"Failed jobs are tried again by the next: {_next(failed)}")
    return notes


def _next(rows: Sequence[Row]) -> str:
    """Return the task that runs ``rows``."""
    return "pixi run track" if all(row.task in INDEPENDENT for row in rows) else "pixi run overnight"
