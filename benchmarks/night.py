"""How the night's parts grow with the table: status, one state update, scanning settings, the gap between two jobs.

    python benchmarks/night.py                 print the table for 10, 1,000 and 10,000 rows
    python benchmarks/night.py --rows 10 100   other sizes
    python benchmarks/night.py --write         also write benchmarks/results/night.md

Times are medians of one run on one machine; the limits are ratios within that run, so they hold on any machine.
Exit status 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import json
import logging
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.settings.scan import scan_settings
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parent.parent
STATUS = REPOSITORY / "scripts" / "status.py"
TRACK = REPOSITORY / "scripts" / "track.py"
REPEATS = 7
JOBS = 6
STEP = """
import sys, time
start = time.time()
open("a", "w").write("x")
open(sys.argv[1], "a").write(f"{start} {time.time()}\\n")
"""
UPDATES = 41
EXTRA = "settings/extra/step.toml"


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``limit`` is the largest ratio that is accepted; None: shown only."""

    rows: int
    what: str
    value: str
    ratio: float | None = None
    limit: float | None = None

    @property
    def passed(self) -> bool:
        return self.limit is None or self.ratio is None or self.ratio <= self.limit


def median_seconds(action: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def program(*argv: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *argv], check=True, stdout=subprocess.DEVNULL)


def filled(folder: Path, number: int, state: State) -> Workspace:
    """Return a workspace with that many settings files and rows, all in one state."""
    workspace = Workspace.open(folder)
    keys = []
    for index in range(number):
        home = workspace.settings / f"video{index:05d}"
        home.mkdir()
        (home / "step.toml").write_text('task = "command"\ncommand = ["true"]\noutputs = ["{out}/a"]\n')
        keys.append(workspace.key(home / "step.toml"))
    with Ledger(workspace, "benchmark") as ledger:
        ledger.record(*[Row(key, video=key.split("/")[1], task="command") for key in keys])
        for key in keys if state is State.DONE else ():
            ledger.record(replace(ledger.rows[key], state=State.RUNNING, attempts=1))
            ledger.record(_done(ledger.rows[key]))
    return workspace


def _done(row: Row) -> Row:
    times = {"started": "2026-03-01 22:04", "finished": "2026-03-01 23:10", "minutes": "66.0", "seconds": 3960.0}
    return replace(row, state=State.DONE, output=f"results/{row.video}/step", **times)  # type: ignore[arg-type]


def status_figures(workspace: Workspace, number: int) -> list[Figure]:
    bare = median_seconds(program("-c", "pass"))
    imports = median_seconds(program("-c", "import polars, rich"))
    status = median_seconds(program(str(STATUS), "--workspace", str(workspace.root)))
    return [
        Figure(number, "python -c pass", f"{bare * 1000:.0f} ms"),
        Figure(number, "importing polars and rich alone", f"{imports * 1000:.0f} ms"),
        Figure(number, "status, against those imports", f"{status * 1000:.0f} ms", status / imports, 2.0),
    ]


def update_seconds(*workspaces: Workspace) -> list[tuple[float, float]]:
    """Return for each workspace the median time of one state update in the journal, and of publishing it.

    The workspaces take turns, so that what else the machine does falls on all of them.
    """
    times: list[tuple[list[float], list[float]]] = [([], []) for _ in workspaces]
    with ExitStack() as stack:
        ledgers = [stack.enter_context(Ledger(workspace, "benchmark")) for workspace in workspaces]
        for ledger in ledgers:
            ledger.record(Row(EXTRA, task="command"))
            ledger.sync()
        for _ in range(UPDATES):
            for ledger, (recorded, published) in zip(ledgers, times, strict=True):
                start = time.perf_counter()
                row = ledger.rows[EXTRA]
                ledger.record(replace(row, state=State.PENDING if row.state is State.RUNNING else State.RUNNING))
                between = time.perf_counter()
                ledger.sync()
                recorded.append(between - start)
                published.append(time.perf_counter() - between)
    return [(statistics.median(recorded), statistics.median(published)) for recorded, published in times]


def gap_seconds(workspace: Workspace) -> float:
    """Return the median time between the end of one job and the start of the next, with all rows in the table."""
    note = workspace.root / "times.txt"
    for index in range(JOBS):
        home = workspace.settings / f"gap{index}"
        home.mkdir()
        command = json.dumps(["python", "-S", "-c", STEP, str(note)])
        (home / "step.toml").write_text(f'task = "command"\ncommand = {command}\noutputs = ["a"]\n')
    (workspace.root / "ethonight.toml").write_text("min_free_gb = 0.01\n")
    keys = [f"settings/gap{index}/step.toml" for index in range(JOBS)]
    subprocess.run(
        [sys.executable, str(TRACK), "--workspace", str(workspace.root), *keys], check=True, stdout=subprocess.DEVNULL
    )
    spans = sorted(tuple(map(float, line.split())) for line in note.read_text().splitlines())
    return statistics.median(later[0] - earlier[1] for earlier, later in pairwise(spans))


def measure(number: int, folder: Path) -> list[Figure]:
    """Return all figures for a table of that many rows."""
    pending = filled(_new(folder / "pending"), number, State.PENDING)
    done = filled(_new(folder / "done"), number, State.DONE)
    figures = status_figures(done, number)
    (fresh, fresh_published), (later, later_published) = update_seconds(pending, done)
    scan = median_seconds(lambda: scan_settings(done))
    gap = gap_seconds(done)
    return [
        *figures,
        Figure(number, "one update in the journal, nothing done before", f"{fresh * 1000:.2f} ms"),
        Figure(number, "the same when all else is done, against it", f"{later * 1000:.2f} ms", later / fresh, 2.0),
        Figure(number, "publishing the table after it, nothing done before", f"{fresh_published * 1000:.1f} ms"),
        Figure(
            number,
            "the same when all else is done, against it",
            f"{later_published * 1000:.1f} ms",
            later_published / fresh_published,
            2.0,
        ),
        Figure(number, "scanning settings/", f"{scan * 1000:.1f} ms"),
        Figure(number, "gap between two jobs, in units of 0.5 s", f"{gap * 1000:.0f} ms", gap / 0.5, 1.0),
    ]


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def as_markdown(figures: list[Figure]) -> str:
    lines = ["| rows | what | time | ratio | limit |", "| ---: | --- | ---: | ---: | ---: |"]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        limit = "" if figure.limit is None else f"{figure.limit:.2f}{'' if figure.passed else ' PASSED OVER'}"
        lines.append(f"| {figure.rows:,} | {figure.what} | {figure.value} | {ratio} | {limit} |")
    return "\n".join(lines)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, nargs="+", default=[10, 1000, 10000])
    arguments.add_argument("--write", action="store_true")
    asked = arguments.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        figures = [f for number in asked.rows for f in measure(number, Path(folder) / str(number))]
    text = as_markdown(figures)
    print(text)
    if asked.write:
        head = f"# The night's own cost\n\n`python benchmarks/night.py --write` on {platform.system()}, Python "
        head += f"{platform.python_version()}, medians of {REPEATS} runs.\n\n"
        (REPOSITORY / "benchmarks" / "results" / "night.md").write_text(head + text + "\n", "utf-8")
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
