"""A server that is killed in the middle of a burst of changes loses nothing that it had acknowledged."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from coder_at_work import Coder

BURST = Path(__file__).with_name("burst.py")
KILLS = 4


def acknowledged(root: Path, seed: int, lines: int) -> list[tuple[int, int, int]]:
    """Let a server work until it has acknowledged so many changes, kill it, and return all that it acknowledged."""
    server = subprocess.Popen([sys.executable, BURST, root, str(seed)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    said = [server.stdout.readline() for _ in range(lines)]
    server.kill()
    said += server.stdout.readlines()
    server.wait()
    server.stdout.close()
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(int(version), int(bouts), int(opened)) for version, bouts, opened in whole]


def test_nothing_that_was_acknowledged_is_lost(anna: Coder) -> None:
    anna.write("# mine\nlabelId,timestamp,endTimestamp,cage\nrest,1.0001,2.50,7\n")
    anna.desk.close()
    chance = random.Random(7)
    for kill in range(KILLS):
        version, bouts, opened = acknowledged(anna.workspace.root, kill, chance.randrange(1, 60))[-1]
        file_is_whole(anna)
        anna.start_anew()
        state = anna.state
        assert state.problem == "" and state.saved.message == ""
        assert version <= state.version <= version + 1  # One more may have been noted and not told any more.
        if state.version == version:
            assert (len(state.marks), len(state.opened)) == (bouts, opened)
        assert anna.saved() == sorted(anna.shown(), key=lambda row: (row[1:], row[0]))
        anna.desk.close()
    everything_can_be_undone(anna)


def file_is_whole(anna: Coder) -> None:
    """The file can be read as it was left."""
    assert all(dict(bout.extra).keys() == {"cage"} for bout in anna.annotation().bouts)
    assert anna.path.read_text().startswith("# mine\n")


def everything_can_be_undone(anna: Coder) -> None:
    anna.start_anew()
    while anna.state.undo:
        anna.coding.undo()
    anna.desk.look()
    assert anna.path.read_text() == "# mine\nlabelId,timestamp,endTimestamp,cage\nrest,1.0001,2.50,7\n"
