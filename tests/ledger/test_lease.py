"""The lease: one writer at a time, and one that is gone does not keep the others out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ethonight.ledger.holder import STALE_SECONDS, Holder, read_holder
from ethonight.ledger.lease import HEARTBEAT_SECONDS, Lease, LeaseHeld, LeaseLost
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row
from ethonight.ledger.view import read_rows
from ethonight.process import ProcessId
from ethonight.workspace import Workspace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lease.json"


@pytest.fixture
def gone() -> ProcessId:
    """A process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return replace(ProcessId.current(), pid=process.pid)


@pytest.fixture
def other() -> Iterator[ProcessId]:
    """Another process of this computer that runs."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", "from ethonight.process import ProcessId as P; print(repr(P.current())); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    yield eval(process.stdout.readline(), {"ProcessId": ProcessId})
    process.communicate("\n")


def leave(path: Path, process: ProcessId, age: float = 0.0) -> Holder:
    """Write a lease that ``process`` holds, with a heartbeat ``age`` seconds ago."""
    holder = Holder(process, "overnight", "2026-01-01 20:00", "token", time.time() - age)
    path.write_text(json.dumps(asdict(holder)), "utf-8")
    return holder


def taken(path: Path) -> bool:
    """Whether a new lease is granted."""
    lease = Lease(path, "track")
    try:
        lease.acquire()
    except LeaseHeld:
        return False
    lease.release()
    return True


def test_a_lease_names_its_holder_and_goes_with_it(path: Path) -> None:
    lease = Lease(path, "track")
    lease.acquire()
    holder = read_holder(path)
    assert holder is not None
    assert (holder.process, holder.task) == (ProcessId.current(), "track")
    assert not holder.left_behind
    lease.release()
    assert read_holder(path) is None


def test_a_second_lease_is_refused_and_names_the_first(path: Path) -> None:
    first = Lease(path, "track")
    first.acquire()
    with pytest.raises(LeaseHeld, match=rf"in use by 'track' on .* \(process {os.getpid()}, since "):
        Lease(path, "gui").acquire()
    first.release()
    assert taken(path)


def test_a_process_that_runs_keeps_its_lease_even_without_a_heartbeat(path: Path, other: ProcessId) -> None:
    leave(path, other, age=1e6)
    assert not taken(path)


def test_a_process_that_is_gone_loses_its_lease(path: Path, gone: ProcessId) -> None:
    leave(path, gone)
    assert taken(path)


def test_a_later_process_with_the_same_number_is_another_one(path: Path, other: ProcessId) -> None:
    leave(path, replace(other, started=other.started - 1e5))
    assert taken(path)


def test_a_lease_from_before_the_last_boot_is_left_behind(path: Path, other: ProcessId) -> None:
    leave(path, replace(other, boot="another boot"))
    assert taken(path)


@pytest.mark.parametrize(
    ("age", "granted"), [(STALE_SECONDS / 2, False), (STALE_SECONDS * 1.1, True), (-3600.0, False)]
)
def test_another_computer_keeps_its_lease_while_its_heartbeat_is_fresh(
    path: Path, other: ProcessId, age: float, granted: bool
) -> None:
    """A heartbeat in the future (its clock is ahead, or ours was set back) is fresh."""
    leave(path, replace(other, host="the-other-computer"), age)
    assert taken(path) is granted


def test_a_heartbeat_is_renewed_when_it_is_due(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = Lease(path, "track")
    lease.acquire()
    clock, begin = time.monotonic(), time.time()
    monkeypatch.setattr(time, "time", lambda: begin + 1000.0)
    lease.beat()
    assert heartbeat(path) < begin + 500.0
    monkeypatch.setattr(time, "monotonic", lambda: clock + HEARTBEAT_SECONDS + 1.0)
    lease.beat()
    assert heartbeat(path) == begin + 1000.0
    lease.release()


def heartbeat(path: Path) -> float:
    holder = read_holder(path)
    assert holder is not None
    return holder.heartbeat


def test_a_lease_that_was_taken_over_is_noticed_and_left_to_the_other(
    path: Path, other: ProcessId, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = Lease(path, "track")
    lease.acquire()
    thief = leave(path, replace(other, host="the-other-computer"))
    monkeypatch.setattr("ethonight.ledger.lease.HEARTBEAT_SECONDS", 0.0)
    with pytest.raises(LeaseLost, match=r"taken over by 'overnight' on the-other-computer"):
        lease.beat()
    lease.release()
    assert read_holder(path) == thief


def test_a_run_whose_lease_was_taken_over_writes_nothing_more(
    tmp_path: Path, other: ProcessId, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(tmp_path)
    with pytest.raises(LeaseLost), Ledger(workspace, "track") as ledger:
        ledger.record(Row("settings/a.toml"))
        ledger.sync()
        leave(workspace.lease, replace(other, host="the-other-computer"))
        monkeypatch.setattr("ethonight.ledger.lease.HEARTBEAT_SECONDS", 0.0)
        before = workspace.journal.read_bytes(), workspace.table.read_bytes()
        ledger.record(Row("settings/b.toml"))
    assert (workspace.journal.read_bytes(), workspace.table.read_bytes()) == before
    assert [row.settings for row in read_rows(workspace)] == ["settings/a.toml"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"process": {}}', '{"process": {"host": "x"}, "task": "t"}', "\0\0\0"]
)
def test_a_lease_that_says_nothing_readable_keeps_nobody_out(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    assert read_holder(path) is None
    assert taken(path)


def test_a_missed_heartbeat_on_a_full_disk_is_made_up_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = Lease(path, "track")
    lease.acquire()
    monkeypatch.setattr("ethonight.ledger.lease.HEARTBEAT_SECONDS", 0.0)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    before = heartbeat(path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        lease.beat()
    assert heartbeat(path) == before
    lease.beat()
    assert heartbeat(path) > before
    lease.release()
    assert [name.name for name in path.parent.iterdir()] in ([], ["lock"])


def test_a_killed_process_leaves_the_lease_to_the_next(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    process = subprocess.Popen(
        [
            sys.executable,
            "-u",
            "-c",
            "import sys; from pathlib import Path; from ethonight.ledger.ledger import Ledger;"
            "from ethonight.workspace import Workspace\n"
            "with Ledger(Workspace.open(Path(sys.argv[1])), 'track'): print('mine'); input()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "mine\n"
    with pytest.raises(LeaseHeld, match=f"process {process.pid}"), Ledger(workspace, "track"):
        pass
    process.kill()
    process.communicate()
    with Ledger(workspace, "track") as ledger:
        assert not ledger.rows
