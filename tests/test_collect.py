"""Collecting trajectories: compared by content, checked before and after, replaced at once or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import ethonight.collect_files
import ethonight.collect_trajectories
from ethonight.collect import CollectResult, CopyState, collect
from ethonight.config import Config
from ethonight.jobs.protocol import Site
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[1]
NEW, UPDATED, SAME, BROKEN = CopyState.NEW, CopyState.UPDATED, CopyState.SAME, CopyState.BROKEN


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """An empty workspace; nobody waits between two looks at a file."""
    monkeypatch.setattr(ethonight.collect_files, "_PAUSE_SECONDS", 0.0)
    return Site(Workspace.open(tmp_path), Config())


def write_trajectories(path: Path, positions: np.ndarray, **attributes: object) -> None:
    """Write a file with the structure that idtracker.ai's has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file.create_dataset("trajectories", data=positions, compression="gzip")
        file.create_dataset("id_probabilities", data=np.ones((*positions.shape[:2], 1)))
        for name in ("mean", "median", "std"):
            file.create_group("areas") if "areas" not in file else None
            file["areas"][name] = np.array([300.0, np.nan])
        file.create_group("setup_points")
        file.attrs.update({"length_unit": -1, "body_length": np.nan, "identities_labels": ["1", "ä"]} | attributes)


def positions() -> np.ndarray:
    made = np.arange(200.0).reshape(50, 2, 2)
    made[30:] = np.nan
    return made


def session(site: Site, name: str) -> Path:
    """Make a session and return its trajectories file."""
    path = site.workspace.sessions / f"session_{name}" / "trajectories" / "trajectories.h5"
    write_trajectories(path, positions())
    return path


def row(name: str, **changes: object) -> Row:
    values = {"task": "track", "state": State.DONE, "output": f"sessions/session_{name}"} | changes
    return Row(settings=f"settings/{name}/{name}.toml", **values)  # type: ignore[arg-type]


def states(site: Site, *rows: Row) -> list[CopyState]:
    return [result.state for result in collect(rows, site)]


def broken(site: Site, *rows: Row) -> CollectResult:
    (result,) = [found for found in collect(rows, site) if found.state is BROKEN]
    return result


def test_a_new_session_is_copied_under_its_name(site: Site) -> None:
    source = session(site, "a")
    (result,) = collect([row("a")], site)
    assert result == CollectResult("settings/a/a.toml", site.workspace.tracking / "session_a.h5", NEW)
    assert result.target.read_bytes() == source.read_bytes()
    assert os.listdir(site.workspace.tracking) == ["session_a.h5"]


def test_a_second_call_changes_nothing(site: Site) -> None:
    session(site, "a")
    collect([row("a")], site)
    target = site.workspace.tracking / "session_a.h5"
    before = target.stat()
    assert states(site, row("a")) == [SAME]
    assert (target.stat().st_mtime_ns, target.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_validated_session_is_copied_again(site: Site) -> None:
    source = session(site, "a")
    collect([row("a")], site)
    corrected = positions()
    corrected[3, 1] = (7.0, 8.0)
    write_trajectories(source, corrected)
    assert states(site, row("a")) == [UPDATED]
    assert (site.workspace.tracking / "session_a.h5").read_bytes() == source.read_bytes()


def test_the_same_content_saved_again_is_no_change(site: Site) -> None:
    source = session(site, "a")
    collect([row("a")], site)
    target = site.workspace.tracking / "session_a.h5"
    with h5py.File(source, "r+") as file:
        again = file["trajectories"][:]
        del file["trajectories"]
        file.create_dataset("trajectories", data=again)  # not compressed: other bytes, same values
    assert source.read_bytes() != target.read_bytes()
    old = target.read_bytes()
    assert states(site, row("a")) == [SAME]
    assert target.read_bytes() == old


def _label(file: h5py.File) -> None:
    file.attrs["identities_labels"] = ["1", "female"]


def _added_attribute(file: h5py.File) -> None:
    file.attrs["note"] = 1


def _calibrated(file: h5py.File) -> None:
    file.attrs["length_unit"] = 12.5


def _single_precision(file: h5py.File) -> None:
    again = file["trajectories"][:].astype("f4")
    del file["trajectories"]
    file["trajectories"] = again


def _setup_points(file: h5py.File) -> None:
    file["setup_points"]["corners"] = np.zeros((4, 2), int)


def _known_again(file: h5py.File) -> None:
    file["trajectories"][40, 0, 0] = 1.0


@pytest.mark.parametrize(
    "change", [_label, _added_attribute, _calibrated, _single_precision, _setup_points, _known_again]
)
def test_every_kind_of_change_is_seen(site: Site, change: Callable[[h5py.File], None]) -> None:
    source = session(site, "a")
    collect([row("a")], site)
    with h5py.File(source, "r+") as file:
        change(file)
    assert states(site, row("a")) == [UPDATED]
    assert states(site, row("a")) == [SAME]


@pytest.mark.parametrize(
    "other",
    [
        row("b", state=State.FAILED),
        row("b", state=State.PENDING),
        row("b", hold="skip"),
        row("b", task="command"),
    ],
)
def test_only_done_tracking_jobs_that_nobody_skips_are_collected(site: Site, other: Row) -> None:
    session(site, "a")
    session(site, "b")
    assert states(site, other, row("a")) == [NEW]
    assert os.listdir(site.workspace.tracking) == ["session_a.h5"]


def test_a_done_job_with_a_word_of_the_persons_own_is_collected(site: Site) -> None:
    session(site, "a")
    assert states(site, row("a", hold="validated by Mara")) == [NEW]


def test_an_unfinished_copy_of_days_ago_is_removed_and_a_fresh_one_is_not(site: Site) -> None:
    old, fresh = (site.workspace.tracking / f".session_{name}.h5.x.tmp" for name in ("a", "b"))
    for stray in (old, fresh):
        stray.touch()
    os.utime(old, (0, 0))
    collect([], site)
    assert os.listdir(site.workspace.tracking) == [fresh.name]


def _gone(source: Path) -> None:
    shutil.rmtree(source.parents[1])


def _no_file(source: Path) -> None:
    source.unlink()


def _cut(source: Path) -> None:
    source.write_bytes(source.read_bytes()[:-300])


def _empty(source: Path) -> None:
    source.write_bytes(b"")


def _flat(source: Path) -> None:
    with h5py.File(source, "w") as file:
        file["trajectories"] = np.zeros((50, 4))


def _other_content(source: Path) -> None:
    with h5py.File(source, "w") as file:
        file["positions"] = np.zeros((50, 2, 2))


def _damaged_inside(source: Path) -> None:
    with h5py.File(source) as file:
        place = file["trajectories"].id.get_chunk_info(0).byte_offset
    data = bytearray(source.read_bytes())
    data[place : place + 40] = bytes(40)
    source.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_gone, "There is no session"),
        (_no_file, "has no trajectories/trajectories.h5"),
        (_cut, "cannot be opened"),
        (_empty, "cannot be opened"),
        (_flat, "shape (50, 4)"),
        (_other_content, "no dataset 'trajectories'"),
        (_damaged_inside, "cannot be opened"),
    ],
)
def test_a_broken_source_leaves_the_collected_file_alone(
    site: Site, damage: Callable[[Path], None], words: str
) -> None:
    source = session(site, "a")
    session(site, "b")
    collect([row("a")], site)
    old = (site.workspace.tracking / "session_a.h5").read_bytes()
    damage(source)
    first, second = collect([row("a"), row("b")], site)
    assert (first.state, second.state) == (BROKEN, NEW)
    assert words in first.message
    assert first.message.count(". ") >= 1
    assert (site.workspace.tracking / "session_a.h5").read_bytes() == old
    assert sorted(os.listdir(site.workspace.tracking)) == ["session_a.h5", "session_b.h5"]


def test_a_damaged_collected_file_is_replaced(site: Site) -> None:
    source = session(site, "a")
    (site.workspace.tracking / "session_a.h5").write_bytes(b"rubbish")
    assert states(site, row("a")) == [UPDATED]
    assert (site.workspace.tracking / "session_a.h5").read_bytes() == source.read_bytes()


def test_a_session_that_is_being_saved_is_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    source = session(site, "a")
    whole = source.read_bytes()
    source.write_bytes(whole[:500])
    monkeypatch.setattr(ethonight.collect_files.time, "sleep", lambda seconds: source.write_bytes(whole))
    assert states(site, row("a")) == [NEW]
    assert (site.workspace.tracking / "session_a.h5").read_bytes() == whole


def test_a_session_that_changes_all_the_time_is_left_for_later(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    source = session(site, "a")
    real = ethonight.collect_files.shutil.copyfileobj

    def copy_while_somebody_saves(reader: object, writer: object, length: int) -> None:
        real(reader, writer, length)  # type: ignore[arg-type]
        os.utime(source, ns=(0, source.stat().st_mtime_ns + 10**9))

    monkeypatch.setattr(ethonight.collect_files.shutil, "copyfileobj", copy_while_somebody_saves)
    result = broken(site, row("a"))
    assert "being saved right now" in result.message
    assert os.listdir(site.workspace.tracking) == []


def test_a_copy_that_went_wrong_never_reaches_its_place(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    session(site, "a")
    monkeypatch.setattr(
        ethonight.collect_files.shutil, "copyfileobj", lambda reader, writer, length: writer.write(reader.read(900))
    )
    assert "cannot be opened" in broken(site, row("a")).message
    assert os.listdir(site.workspace.tracking) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "open in another program"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_a_target_that_cannot_be_replaced_is_reported_and_the_next_one_copied(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    source = session(site, "a")
    session(site, "b")
    collect([row("a")], site)
    write_trajectories(source, positions() + 1)
    old = (site.workspace.tracking / "session_a.h5").read_bytes()
    real = os.replace

    def refuse_one(src: Path, dst: Path) -> None:
        if dst.name == "session_a.h5":
            raise error
        real(src, dst)

    monkeypatch.setattr(ethonight.collect_files.os, "replace", refuse_one)
    first, second = collect([row("a"), row("b")], site)
    assert (first.state, second.state) == (BROKEN, NEW)
    assert words in first.message
    assert (site.workspace.tracking / "session_a.h5").read_bytes() == old
    assert sorted(os.listdir(site.workspace.tracking)) == ["session_a.h5", "session_b.h5"]


def test_two_rows_with_one_session_name_are_reported(site: Site) -> None:
    session(site, "a")
    first, second = collect([row("a"), row("b", output="sessions/session_a")], site)
    assert (first.state, second.state) == (NEW, BROKEN)
    assert "settings/a/a.toml has the same session name" in second.message


def test_a_done_row_without_an_output_is_reported(site: Site) -> None:
    assert "does not say where" in broken(site, row("a", output="")).message


def test_a_dry_run_says_the_same_and_writes_nothing(site: Site) -> None:
    session(site, "a")
    session(site, "b")
    collect([row("a")], site)
    old = (site.workspace.tracking / "session_a.h5").read_bytes()
    write_trajectories(site.workspace.sessions / "session_a" / "trajectories" / "trajectories.h5", positions() + 1)
    results = collect([row("a"), row("b"), row("c")], site, dryrun=True)
    assert [result.state for result in results] == [UPDATED, NEW, BROKEN]
    assert os.listdir(site.workspace.tracking) == ["session_a.h5"]
    assert (site.workspace.tracking / "session_a.h5").read_bytes() == old


def test_collecting_never_hinders_the_validator(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The validator opens its file for writing, which HDF5 refuses while a reader holds a lock."""
    source = session(site, "a")
    looking, go_on = threading.Event(), threading.Event()
    real = ethonight.collect_trajectories.same_content

    def slow(one: Path, other: Path) -> bool:
        with h5py.File(one, "r", locking=False):
            looking.set()
            go_on.wait(60)
            return real(one, other)

    collect([row("a")], site)
    with h5py.File(source, "r+") as file:
        file.attrs["note"] = 1
    monkeypatch.setattr(ethonight.collect_trajectories, "same_content", slow)
    worker = threading.Thread(target=collect, args=([row("a")], site))
    worker.start()
    assert looking.wait(60)
    save = "import h5py, sys; h5py.File(sys.argv[1], 'r+').attrs['saved'] = 1"
    done = subprocess.run([sys.executable, "-c", save, str(source)], capture_output=True, text=True)
    go_on.set()
    worker.join(60)
    assert done.returncode == 0, done.stderr


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY / "scripts" / "copy_trajectories.py"), "--workspace", str(folder)]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, encoding="utf-8")


def test_the_script_on_an_empty_workspace(tmp_path: Path) -> None:
    done = call(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "No finished job to copy yet: pixi run status\n"


def test_the_script_without_a_workspace(tmp_path: Path) -> None:
    done = call(tmp_path / "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_script_tells_each_file_and_sums_up(site: Site) -> None:
    session(site, "fish")
    with Ledger(site.workspace, "track") as ledger:
        for name in ("fish", "b"):
            for state in (State.PENDING, State.RUNNING, State.DONE):
                ledger.record(row(name, state=state))
    first = call(site.workspace.root)
    assert first.returncode == 1, first.stderr
    lines = [line.split(maxsplit=3) for line in first.stdout.splitlines()]
    assert lines[0] == ["new", "session_fish.h5", "settings/fish/fish.toml"]
    assert lines[1][:3] == ["broken", "session_b.h5", "settings/b/b.toml"]
    assert first.stdout.splitlines()[-1] == "1 new, 0 updated, 0 same, 1 broken."
    session(site, "b")
    again = call(site.workspace.root, "--dryrun")
    assert again.returncode == 0
    assert again.stdout.splitlines()[-1] == "Would be: 1 new, 0 updated, 1 same, 0 broken."
    assert os.listdir(site.workspace.tracking) == ["session_fish.h5"]
