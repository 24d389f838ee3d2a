"""A server in the middle of a burst of changes: prints each change once it is acknowledged, until it is killed.

Usage: python burst.py WORKSPACE SEED
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from coder_at_work import FRAMES, Coder

from ethonight.coding.errors import EditError


def burst(anna: Coder, chance: random.Random) -> None:
    """Change this and that without an end; print version, undo and the number of bouts after each change."""
    while True:
        first = chance.randrange(FRAMES - 20)
        label = chance.choice(["rest", "walk", "groom"])
        try:
            match chance.randrange(6):
                case 0:
                    delta = anna.do("toggle", label=label, frame=first)
                case 1:
                    delta = anna.coding.undo()
                case 2:
                    delta = anna.do("delete", ids=[chance.choice(anna.state.marks).id]) if anna.state.marks else None
                case _:
                    delta = anna.do("add", label=label, first=first, stop=first + chance.randrange(1, 20))
        except EditError:
            continue
        if delta is not None:
            print(delta.version, len(anna.state.marks), len(delta.opened), sep=" ", flush=True)


def look_often(anna: Coder) -> None:
    while True:
        anna.desk.look()


if __name__ == "__main__":
    coder = Coder(Path(sys.argv[1]))
    assert coder.coding.state().problem == ""
    threading.Thread(target=look_often, args=(coder,), daemon=True).start()
    burst(coder, random.Random(int(sys.argv[2])))
