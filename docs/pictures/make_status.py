"""Draw docs/pictures/status.svg: what `status` shows, from rows of an invented lab.

python docs/pictures/make_status.py
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from ethonight.ledger.holder import Holder
from ethonight.ledger.row import Row, State
from ethonight.process import ProcessId
from ethonight.status import Running, Status
from ethonight.status_view import render_status

PICTURE = Path(__file__).with_name("status.svg")


def row(name: str, state: State, **more: object) -> Row:
    return Row(f"settings/{name}.toml", video=name.split("/")[0], task="track", state=state, **more)  # type: ignore[arg-type]


ROWS = (
    row("mouse01/mouse01", State.DONE, attempts=1, finished="2026-03-01 23:10", minutes="66.2", seconds=3972.0),
    row("mouse02/mouse02", State.DONE, attempts=1, finished="2026-03-02 00:21", minutes="70.8", seconds=4248.0,
        message="Only 41 % of the positions were found; check the thresholds and number_of_animals."),
    row("mouse02/strict", State.PENDING, hold="skip"),
    row("mouse03/mouse03", State.FAILED, attempts=1, finished="2026-03-02 00:22", minutes="0.1", seconds=6.0,
        message="The video mouse03.mp4 ends after 812 of 54,000 frames: it was not copied to its end. Copy it again. "
        "Log: .ethonight/attempts/mouse03/mouse03.toml/001/log.txt"),
    row("mouse04/mouse04", State.RUNNING, attempts=1, started="2026-03-02 00:22"),
    row("mouse05/mouse05", State.PENDING, priority=1),
    row("flies01&flies02/tubes", State.PENDING),
)  # fmt: skip


def main() -> None:
    holder = Holder(ProcessId("lab-pc", 4711, 0.0, ""), "track", "2026-03-01 22:04", "", 0.0)
    running = {"settings/mouse04/mouse04.toml": Running(5250.0, "Accumulation protocol", 640.0)}
    console = Console(record=True, width=104, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    status = Status(ROWS, running, holder)
    console.print(render_status(status, status.rows, None, wide=True))
    drawn = console.export_svg(title="pixi run status")
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), "utf-8")  # no fonts from elsewhere


if __name__ == "__main__":
    main()
