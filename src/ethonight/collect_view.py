"""What ``copy`` did, as lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ethonight.collect import CollectResult, CopyState


def collected_lines(results: Sequence[CollectResult], dryrun: bool = False) -> list[str]:
    """Return one line per file, and a summary."""
    width = max((len(result.shown) for result in results), default=0)
    lines = [
        f"{result.state:<8} {result.shown:<{width}}  {'  '.join(filter(None, (result.settings, result.message)))}"
        for result in results
    ]
    counts = Counter(result.state for result in results)
    summary = ", ".join(f"{counts[state]} {state}" for state in CopyState)
    return [
        *(line.rstrip() for line in lines),
        f"{'Would be: ' if dryrun else ''}{summary}." if results else "No finished job to copy yet: pixi run status",
    ]
