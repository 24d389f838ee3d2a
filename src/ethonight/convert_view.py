"""What a conversion did, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import ConsoleRenderable, Group
from rich.table import Table
from rich.text import Text

from ethonight.annotations.bouts import SCORED
from ethonight.annotations.numbers import number_text
from ethonight.interchange.conversion import Converted
from ethonight.interchange.observation import Observation
from ethonight.words import count
from ethonight.workspace import Workspace

_LISTED = 20


def render_converted(converted: Converted, workspace: Workspace) -> ConsoleRenderable:
    """Return what was written, what could not be carried, and the events that a person has to repair."""
    shown = workspace.shown(converted.path.absolute())
    head = Text(f"{converted.source.title} → {converted.target.title}: {shown}", style="bold")
    parts: list[ConsoleRenderable] = [head, Text(), _table(converted.observations), Text()]
    parts += _sentences("Not read:", converted.notes)
    parts += _sentences("Not in the new file:", converted.lost)
    parts += [line for one in converted.observations for line in _unpaired(one)]
    if converted.kept:
        parts.append(Text(f"The old file is kept as {workspace.shown(converted.kept.absolute())}.", style="dim"))
    return Group(*parts)


def _table(observations: Sequence[Observation]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("observation", overflow="fold")
    for name in ("bouts", "points", "unpaired"):
        table.add_column(name, justify="right")
    table.add_column("subjects", overflow="fold")
    table.add_column("labels", overflow="fold")
    for one in observations:
        own = [bout for bout in one.bouts if bout.label != SCORED]
        points = sum(bout.is_point for bout in own)
        subjects = dict.fromkeys(bout.subject for bout in own if bout.subject)
        labels = dict.fromkeys(bout.label for bout in own)
        numbers = (f"{len(own) - points:,}", f"{points:,}", f"{len(one.unpaired):,}")
        cells = (one.name or "-", *numbers, ", ".join(subjects) or "-", ", ".join(labels) or "-")
        table.add_row(*map(Text, cells))
    return table


def _sentences(heading: str, sentences: Sequence[str]) -> list[Text]:
    if not sentences:
        return []
    return [Text(heading, style="yellow"), *(Text(f"  {sentence}") for sentence in sentences)]


def _unpaired(observation: Observation) -> list[Text]:
    """Return a line for each start without a stop, or stop without a start, with where it stands."""
    events = observation.unpaired
    if not events:
        return []
    named = f" in '{observation.name}'" if observation.name else ""
    found = count(len(events), "event")
    lines = [Text(f"Without the other end{named}: {found}. Repair them where they come from.", style="bold red")]
    for one in events[:_LISTED]:
        whose = f" of {one.subject}" if one.subject else ""
        place = f" ({one.where})" if one.where else ""
        lines.append(Text(f"  {one.which} of '{one.label}'{whose} at {number_text(one.second)} s{place}"))
    if len(events) > _LISTED:
        lines.append(Text(f"  ... and {len(events) - _LISTED:,} more"))
    return lines
