"""Show the job table."""

from __future__ import annotations

import argparse
import time

from rich.console import Console, ConsoleRenderable

from _arguments import parser, run
from ethonight.status import Status, read_status, status_as_json
from ethonight.status_view import render_status
from ethonight.workspace import Workspace

_EXAMPLES = """\
  status              what is done, running, waiting and why something failed
  status --failed     only what has failed
  status --watch      keep showing it, refreshed every 2 seconds
  status --all        every row of a long table
  status --json       for other programs"""

_WIDE = 100
_WATCH_SECONDS = 2.0
_ROWS = 40


def main() -> int:
    arguments = _parse()
    workspace = Workspace.open(arguments.workspace)
    status = read_status(workspace)
    if arguments.json:
        print(status_as_json(status, status.failed if arguments.failed else status.rows))
        return 0
    console = Console(highlight=False)
    if arguments.watch:
        _watch(console, workspace, arguments)
    else:
        console.print(_picture(status, console, arguments))
    return 0


def _watch(console: Console, workspace: Workspace, arguments: argparse.Namespace) -> None:
    from rich.live import Live

    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        while True:
            live.update(_picture(read_status(workspace), console, arguments), refresh=True)
            time.sleep(_WATCH_SECONDS)


def _picture(status: Status, console: Console, arguments: argparse.Namespace) -> ConsoleRenderable:
    rows = status.failed if arguments.failed else status.rows
    limit = None if arguments.all else max(10, console.height - 8) if console.is_terminal else _ROWS
    return render_status(status, rows, limit, console.width >= _WIDE)


def _parse() -> argparse.Namespace:
    made = parser("Show the job table: what is done, what runs, what waits, what failed and why.", _EXAMPLES)
    made.add_argument("--failed", action="store_true", help="only jobs that have failed")
    made.add_argument("--all", action="store_true", help="every row, however many there are")
    made.add_argument("--watch", action="store_true", help="keep showing it until Ctrl-C")
    made.add_argument("--json", action="store_true", help="as JSON, for other programs")
    return made.parse_args()


if __name__ == "__main__":
    run(main)
