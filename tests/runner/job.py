"""The program that the tests' ``command`` jobs run: notes its start and end in a file outside the workspace.

``python -I -S job.py NAME EVENTS OUT [VERB=VALUE ...]``; the verbs are done in their order between start and end.
It imports little, so that hundreds of them can run.
"""

from __future__ import annotations

import os
import sys
import time

_LONGEST_WAIT_SECONDS = 120.0


def main(name: str, events: str, out: str, *verbs: str) -> None:
    note(events, f"{name} start")
    result = f"{name} result\n"
    for verb in verbs:
        word, _, value = verb.partition("=")
        if word == "wait":
            wait(value)
        elif word == "edit":
            edit(value)
        elif word == "say":
            print(value, flush=True)
        elif word == "show":
            note(events, f"{name} {value}={os.environ.get(value)}")
        elif word == "spawn":
            spawn(value, events, name)
        elif word == "result":
            result = value
        elif word == "stubborn":
            stubborn()
        elif word == "die":
            os.kill(os.getpid(), int(value))
        elif word == "exit":
            sys.exit(int(value))
        else:
            sys.exit(f"job.py: unknown verb {verb}")
    if result != "none":
        with open(os.path.join(out, "result.txt"), "w", encoding="utf-8") as stream:
            stream.write(result)
    note(events, f"{name} end")


def note(events: str, text: str) -> None:
    """Append one line in one step, as several jobs may do so at once."""
    handle = os.open(events, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(handle, f"{text}\n".encode())
    os.close(handle)


def wait(path: str) -> None:
    """Go on when the file exists."""
    end = time.monotonic() + _LONGEST_WAIT_SECONDS
    while not os.path.exists(path):
        if time.monotonic() > end:
            sys.exit(f"job.py: {path} never came")
        time.sleep(0.01)


def stubborn() -> None:
    """Ignore what asks politely to end."""
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def spawn(how: str, events: str, name: str) -> None:
    """Start a grandchild that would live for long; ``session``: in a session of its own."""
    import subprocess

    child = subprocess.Popen(["sleep", "300"], start_new_session=how == "session")
    note(events, f"{name} child {child.pid}")


def edit(order: str) -> None:
    """Change cells of the table as a spreadsheet does: ``TABLE|{"settings key": {"column": "text"}}``."""
    import csv
    import json

    table, _, text = order.partition("|")
    wishes = json.loads(text)
    with open(table, encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    header += [name for cells in wishes.values() for name in cells if name not in header]
    for row in rows:
        row += [""] * (len(header) - len(row))
        for name, value in wishes.get(row[header.index("settings")], {}).items():
            row[header.index(name)] = value
    saved = os.path.join(os.path.dirname(table), "reports", "being saved.csv")
    with open(saved, "w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    os.replace(saved, table)


if __name__ == "__main__":
    main(*sys.argv[1:])
