"""The real ``scripts/track.py``, killed at random instants, while a person keeps editing and adds settings files."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from kill_trial import IN_ROOT, Watcher
from lab import Lab

from ethonight.ledger.row import State
from ethonight.ledger.table_text import Table, parse_table, render_table
from ethonight.ledger.view import read_rows

LEFT_OUT = ("left_out_1", "left_out_2")


@dataclass
class Person:
    """Keeps one spreadsheet window open on the table: types, saves the whole file, reopens it now and then.

    ``wishes`` maps key and column to what was typed last.
    """

    lab: Lab
    chance: random.Random
    wishes: dict[tuple[str, str], str] = field(default_factory=dict)
    saves: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Person:
        self._thread = threading.Thread(target=self._work)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _work(self) -> None:
        view: Table | None = None
        while not self._done.wait(self.chance.uniform(0.0, 0.4)):
            if view is None or self.chance.random() < 0.4:
                view = parse_table(self.lab.workspace.table.read_bytes())
            view = self._typed(view)
            self.lab.replace_table(render_table(view.columns, view.rows, view.dialect))
            self.saves += 1

    def _typed(self, view: Table) -> Table:
        row = self.chance.randrange(len(view.rows))
        column = self.chance.choice(("notes", "priority", "cage"))
        text = str(self.saves + 1) if column == "priority" else f"{column} {self.saves + 1}"
        columns = view.columns if column in view.columns else (*view.columns, column)
        rows = [dict.fromkeys(columns, "") | cells for cells in view.rows]
        rows[row][column] = text
        self.wishes[rows[row]["settings"], column] = text
        return Table(view.dialect, columns, tuple(rows), ())


def time_one_night(root: Path) -> float:
    """Return how long a run with two jobs takes here (s): kills are spread over that time."""
    lab = Lab(root)
    lab.add("a")
    lab.add("b")
    start = time.monotonic()
    assert lab.track()[0] == 0
    return time.monotonic() - start


def random_kills(root: Path, seed: int, kills: int, seconds: float) -> int:
    """Kill ``track`` ``kills`` times at random instants within its first ``seconds``; return how often it still ran."""
    print(f"random kills, seed {seed}")
    chance = random.Random(seed)
    lab = Lab(root)
    for name in LEFT_OUT:
        lab.add(name)
    status, text = lab.track("--dryrun")
    assert status == 0, text
    for name in LEFT_OUT:
        lab.edit(f"settings/v/{name}.toml", status="skip")
    killed = 0
    try:
        with Watcher(lab) as watcher, Person(lab, random.Random(seed + 1)) as person:
            for turn in range(kills):
                lab.add(f"job_{turn}_a")
                lab.add(f"job_{turn}_b")
                killed += _killed(lab, chance.uniform(0.0, seconds))
                _check(lab)
        assert not watcher.faults, watcher.faults
        status, text = lab.track()
        assert status == 0, text
        _check_finished(lab, kills, person)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}, in {root}: {error}") from error
    finally:
        lab.clean_up()
    return killed


def _killed(lab: Lab, delay: float) -> bool:
    """Start a run and kill it after ``delay`` seconds; False when it had ended by then."""
    run = lab.start()
    time.sleep(delay)
    ended = run.process.poll()
    run.kill()
    assert ended in (None, 0), run.text
    return ended is None


def _check(lab: Lab) -> None:
    for row in read_rows(lab.workspace):
        if row.state is State.DONE:
            assert lab.result(Path(row.settings).stem).read_text("utf-8").endswith("result\n"), row
    found = {path.name for path in lab.workspace.root.iterdir()}
    assert found <= IN_ROOT, found - IN_ROOT


def _check_finished(lab: Lab, turns: int, person: Person) -> None:
    _check(lab)
    names = [f"job_{turn}_{letter}" for turn in range(turns) for letter in "ab"]
    assert sorted(lab.events()) == sorted(f"{name} {what}" for name in names for what in ("start", "end"))
    assert lab.statuses() == {**dict.fromkeys(names, "done"), **dict.fromkeys(LEFT_OUT, "skip")}
    table = lab.table()
    found = {(key, column): table[key][column] for key, column in person.wishes}
    assert person.saves > 0
    assert found == person.wishes
