"""What ``clean`` removed, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ethonight.clean import NO_JOB, Cleaning, Removal
from ethonight.disk import size_text
from ethonight.words import count
from ethonight.workspace import Workspace


def cleaned_lines(cleaning: Cleaning, workspace: Workspace, dryrun: bool = False) -> list[str]:
    """Return one line per file (one per folder of unfinished work), what was left alone, and how much is free now."""
    parts = list(_parts(cleaning, workspace))
    width = max((len(shown) for shown, _, _ in parts), default=0)
    lines = [f"{shown:<{width}}  {size_text(size):>8}  {words}" for shown, size, words in parts]
    lines += [f"{workspace.shown(path)}  left alone: no job has made it" for path in cleaning.foreign]
    if cleaning.elsewhere:
        lines.append("features/ is a link out of the workspace: what lies there is left alone.")
    return [*lines, _summary(cleaning, dryrun)]


def _parts(cleaning: Cleaning, workspace: Workspace) -> Iterator[tuple[str, int, str]]:
    def heading(removal: Removal) -> tuple[str, str]:
        path = removal.path.parent if removal.why == NO_JOB else removal.path
        return workspace.shown(path), removal.problem or removal.why

    for (shown, words), group in groupby(cleaning.removals, heading):
        yield shown, sum(removal.size for removal in group), words


def _summary(cleaning: Cleaning, dryrun: bool) -> str:
    number = len(cleaning.removals) - len(cleaning.refused)
    if not cleaning.removals:
        return "Nothing to remove."
    files, size = count(number, "file"), size_text(cleaning.freed)
    stay = f" {count(len(cleaning.refused), 'file')} could not be removed." if cleaning.refused else ""
    return f"Would remove {files} and free {size}." if dryrun else f"Removed {files}: {size} are free now.{stay}"
