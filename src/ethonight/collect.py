"""Collecting what finished jobs found in ``tracking/``: trajectories, predicted bouts and ethograms."""

from __future__ import annotations

from collections.abc import Iterable

from ethonight.collect_behaviour import ABANDONED as ABANDONED_BEHAVIOUR
from ethonight.collect_behaviour import collect_behaviour
from ethonight.collect_files import CollectResult, CopyState, remove_abandoned
from ethonight.collect_trajectories import ABANDONED as ABANDONED_TRAJECTORIES
from ethonight.collect_trajectories import collect_trajectories
from ethonight.jobs.protocol import Site
from ethonight.ledger.row import SKIP, Row, State

__all__ = ["CollectResult", "CopyState", "collect"]


def collect(rows: Iterable[Row], site: Site, dryrun: bool = False) -> list[CollectResult]:
    """Copy the outputs of every done ``track`` and ``predict`` job that is not set to ``skip`` to ``tracking/``.

    A file is replaced only by one that was opened and checked, and only when its content differs; with ``dryrun``
    nothing is written. What is broken is reported, and the others are still collected.
    """
    done = [row for row in rows if row.state is State.DONE and row.hold != SKIP]
    if not dryrun:
        for pattern in (ABANDONED_TRAJECTORIES, ABANDONED_BEHAVIOUR):
            remove_abandoned(site.workspace.tracking, pattern)
    owners: dict[str, str] = {}
    results = [collect_trajectories(row, site, owners, dryrun) for row in done if row.task == "track"]
    return results + collect_behaviour([row for row in done if row.task == "predict"], site, dryrun)
