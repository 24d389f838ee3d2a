"""The demonstration: two real videos through the whole night, in a folder of its own."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ethonight.collect import collect
from ethonight.collect_view import collected_lines
from ethonight.jobs.demo_settings import write_demo
from ethonight.ledger.view import read_rows
from ethonight.overnight import Asked, open_site, run_night
from ethonight.runner.options import Options
from ethonight.status import read_status
from ethonight.status_view import render_status
from ethonight.workspace import Workspace

_WIDE = 100


def run_demo(workspace: Workspace, console: Console) -> int:
    """Make the demonstration's jobs and do what ``track``, ``copy`` and ``status`` do. Returns the exit status.

    Running it again is harmless: what is done stays as it is.
    """
    write_demo(workspace)
    site = open_site(workspace)
    console.print(Text(f"The demonstration's workspace: {workspace.root}", style="bold"))
    console.rule("pixi run track", align="left")
    code = run_night(site, Asked("demo"), Options(frozenset({"track", "command"})), console)
    console.rule("pixi run copy", align="left")
    collected = collect(read_rows(workspace), site, dryrun=False)
    console.print(Text("\n".join(collected_lines(collected))))
    console.rule("pixi run status", align="left")
    status = read_status(workspace)
    console.print(render_status(status, status.rows, None, console.width >= _WIDE))
    return code
