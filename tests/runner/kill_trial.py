"""One night that is killed again and again, and what must hold after each kill and in the end."""

from __future__ import annotations

import json
import os
import queue
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lab import HERE, Lab

from ethonight.ledger.row import State
from ethonight.ledger.table_text import TableUnreadable, parse_table
from ethonight.ledger.view import read_rows
from ethonight.workspace import VISIBLE_FOLDERS

HOWS = ("before", "after", "torn")
LAST = "settings/v/c_last.toml"
WISHES = {"notes": "light was off, see cage 4", "priority": "3", "cage": "4b"}
"""What a person types in the row of the last job."""
IN_ROOT = {*VISIBLE_FOLDERS, ".ethonight", "tracking_status.csv", "ethonight.toml"}
T = TypeVar("T")


class Driver:
    """A running ``kill_driver.py``."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "kill_driver.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
            start_new_session=True,
        )

    def night(self, lab: Lab, step: int = 0, how: str = "before", compact: bool = False) -> Night:
        """Run one night that dies at ``step``; 0: it lives."""
        output = lab.beside / "output.txt"
        order = {"workspace": str(lab.workspace.root), "step": step, "how": how, "compact": compact}
        save = str(lab.workspace.table), str(_person(lab)), json.dumps({LAST: WISHES})
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({**order, "output": str(output), "save": save}) + "\n")
        self._process.stdin.flush()
        return Night(**json.loads(self._process.stdout.readline()), output=output)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass(frozen=True)
class Night:
    """How one night ended. ``steps`` are the names of its steps, none when it was killed."""

    killed: bool
    status: int
    steps: list[str]
    output: Path

    def __str__(self) -> str:
        text = self.output.read_text("utf-8") if self.output.exists() else ""
        return f"killed: {self.killed}, status: {self.status}; it said:\n{text}"


@contextmanager
def drivers(count: int) -> Iterator[queue.SimpleQueue[Driver]]:
    """Start ``count`` drivers; whoever needs one takes it out of the queue and puts it back."""
    made = [Driver() for _ in range(count)]
    waiting: queue.SimpleQueue[Driver] = queue.SimpleQueue()
    for driver in made:
        waiting.put(driver)
    try:
        yield waiting
    finally:
        for driver in made:
            driver.close()


def with_drivers(count: int, orders: list[T], work: Callable[[Driver, T], int]) -> int:
    """Do ``work`` for all ``orders``, ``count`` at a time; return the sum of what it returns."""
    with drivers(count) as free, ThreadPoolExecutor(count) as pool:

        def one(order: T) -> int:
            driver = free.get()
            try:
                return work(driver, order)
            finally:
                free.put(driver)

        return sum(pool.map(one, orders))


class Watcher:
    """Reads the table all the time: once it has appeared it must be there, whole, at every instant."""

    def __init__(self, lab: Lab) -> None:
        self._path = lab.workspace.table
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.reads = 0
        self.faults: list[str] = []

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        before = b""
        while not self._done.is_set():
            try:
                data = self._path.read_bytes()
            except FileNotFoundError:
                if before:
                    self.faults.append("the table was missing")
                    return
                data = b""
            self.reads += 1
            if data != before and (fault := self._fault(data)):
                self.faults.append(fault)
                return
            before = data
            time.sleep(0.0005)

    @staticmethod
    def _fault(data: bytes) -> str:
        try:
            table = parse_table(data)
        except TableUnreadable as error:
            return f"the table was unreadable: {error}\n{data!r}"
        return "" if table.rows and not table.problems else f"the table was not whole: {data!r}"


def make_night(root: Path) -> Lab:
    """Three jobs. While the first runs, a person sets the second to skip, and writes into the row of the last."""
    lab = Lab(root)
    edits = {"settings/v/b_left_out.toml": {"status": "skip"}, LAST: WISHES}
    lab.add("a_first", f"edit={lab.workspace.table}|{json.dumps(edits)}")
    lab.add("b_left_out")
    lab.add("c_last")
    return lab


def make_plain_night(root: Path) -> Lab:
    """Two jobs; the person saves when the driver says so."""
    lab = Lab(root)
    lab.add("a_first")
    lab.add("c_last")
    return lab


def _person(lab: Lab) -> Path:
    """The file that notes when the driver let the person save."""
    return lab.beside / "person.txt"


def check_killed(lab: Lab) -> None:
    """What must hold whenever a runner was killed."""
    for row in read_rows(lab.workspace):
        if row.state is State.DONE:
            name = Path(row.settings).stem
            assert (lab.workspace.root / row.output / "result.txt").read_text("utf-8") == f"{name} result\n", row
    found = set(os.listdir(lab.workspace.root))
    assert found <= IN_ROOT, f"left behind: {found - IN_ROOT}"
    for name in ("a_first", "b_left_out", "c_last"):
        assert lab.events().count(f"{name} start") <= 1, lab.events()


def check_finished(lab: Lab, edited: bool = True) -> None:
    """What must hold when a night has come to its end; ``edited``: the person has saved their wishes."""
    check_killed(lab)
    events = sorted(lab.events())
    assert events == ["a_first end", "a_first start", "c_last end", "c_last start"], events
    table = lab.table()
    assert lab.statuses().items() <= {"a_first": "done", "b_left_out": "skip", "c_last": "done"}.items(), table
    assert not edited or WISHES.items() <= table[LAST].items(), table[LAST]
    rows = {row.settings: row for row in read_rows(lab.workspace)}
    assert {key: row.status for key, row in rows.items()} == {key: cells["status"] for key, cells in table.items()}


@dataclass(frozen=True)
class Order:
    """One trial: something happens to the first night at ``step``.

    When it is killed, ``kills`` - 1 more nights die at steps drawn from ``seed``.
    """

    step: int
    how: str = "before"
    seed: int = 0
    kills: int = 2


def kill_trial(driver: Driver, order: Order, root: Path, steps: int) -> int:
    """Kill nights until the last, which must end well. Returns how many kills it took."""
    chance = random.Random(order.seed)
    killed = 0
    with _kept_when_it_fails(order, make_night(root)) as lab:
        with Watcher(lab) as watcher:
            for turn in range(order.kills):
                step = order.step if turn == 0 else chance.randint(1, steps // 2)
                how = order.how if turn == 0 else chance.choice(HOWS)
                night = driver.night(lab, step, how, compact=turn > 0 and chance.random() < 0.5)
                assert night.killed or night.status == 0, night
                killed += night.killed
                check_killed(lab)
            last = driver.night(lab)
            assert last.status == 0, last
        assert not watcher.faults, watcher.faults
        assert watcher.reads > 0
        check_finished(lab)
    return killed


def full_disk_trial(driver: Driver, order: Order, root: Path) -> int:
    """Let the disk be full from ``step`` on: the run says so and loses nothing, and the next one goes on."""
    with _kept_when_it_fails(order, make_night(root)) as lab:
        night = driver.night(lab, order.step, "full")
        assert night.status in (0, 1, 2), night
        if night.status:
            assert "No space left on device" in night.output.read_text("utf-8"), night
        check_killed(lab)
        last = driver.night(lab)
        assert last.status == 0, last
        check_finished(lab)
    return 1


def save_trial(driver: Driver, order: Order, root: Path) -> int:
    """Let a person save the table in the very instant before ``step``; ``killed``: and kill the runner after it."""
    with _kept_when_it_fails(order, make_plain_night(root)) as lab:
        with Watcher(lab) as watcher:
            night = driver.night(lab, order.step, order.how)
            assert night.killed or night.status == 0, night
            if night.killed:
                last = driver.night(lab)
                assert last.status == 0, last
        assert not watcher.faults, watcher.faults
        check_finished(lab, edited=_person(lab).exists())
    return night.killed


@contextmanager
def _kept_when_it_fails(order: Order, lab: Lab) -> Iterator[Lab]:
    """Remove the lab's folder after the trial; where the trial fails, leave it and say where it is."""
    try:
        yield lab
    except AssertionError as error:
        raise AssertionError(f"{order}, in {lab.beside}: {error}") from error
    finally:
        lab.clean_up()
    shutil.rmtree(lab.beside)


def read_steps(lab: Lab) -> list[str]:
    """Return the steps of the lab's night when nothing happens to it."""
    with drivers(1) as free:
        night = free.get().night(lab)
    assert night.status == 0, night
    return night.steps
