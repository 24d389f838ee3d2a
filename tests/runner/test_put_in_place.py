"""Verified outputs move into their final folder: whole, once, and without loss of what was there before."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ethonight.errors import WorkspaceError
from ethonight.jobs.protocol import Move, Success
from ethonight.runner import verdict
from ethonight.runner.verdict import make_verdict, put_in_place, read_verdict, write_verdict


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Finished outputs in an attempt's folder."""
    return outputs(tmp_path / "attempt" / "out", "new")


def outputs(folder: Path, text: str) -> Path:
    (folder / "inner").mkdir(parents=True)
    for name in ("result.txt", "inner/scores.txt"):
        (folder / name).write_text(text, "utf-8")
    return folder


def texts(folder: Path) -> set[str]:
    return {path.read_text("utf-8") for path in folder.rglob("*.txt")}


def test_outputs_are_moved_and_what_was_there_is_kept(source: Path, tmp_path: Path) -> None:
    target = outputs(tmp_path / "results" / "v" / "a", "before")
    put_in_place(make_verdict(Success(source, target, "")))
    (kept,) = (tmp_path / "results" / "v" / "replaced").iterdir()
    assert (texts(target), texts(kept)) == ({"new"}, {"before"})
    assert not source.exists()


def test_a_verdict_is_read_as_it_was_written(source: Path, tmp_path: Path) -> None:
    assert read_verdict(tmp_path) is None
    made = make_verdict(Success(source, tmp_path / "results" / "ä", "suspicious: 12 %"))
    write_verdict(tmp_path, made)
    assert read_verdict(tmp_path) == made


@pytest.mark.parametrize("interrupted_at", [1, 2])
def test_an_interrupted_move_is_finished_the_next_time(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupted_at: int
) -> None:
    """The first rename puts the former outputs aside, the second moves the new ones in."""
    target = outputs(tmp_path / "results" / "a", "before")
    made = make_verdict(Success(source, target, ""))
    real, calls = os.rename, iter(range(1, 9))

    def interrupted(old: Path, new: Path) -> None:
        if next(calls) == interrupted_at:
            raise KeyboardInterrupt
        real(old, new)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            put_in_place(made)
    for _ in range(2):
        put_in_place(made)
    (kept,) = (tmp_path / "results" / "replaced").iterdir()
    assert (texts(target), texts(kept)) == ({"new"}, {"before"})


def test_outputs_are_on_the_disk_before_they_are_moved(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: set[int] = set()
    wanted = {path.stat().st_ino for path in source.rglob("*.txt")}
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(handle: int) -> None:
        real_fsync(handle)
        flushed.add(os.fstat(handle).st_ino)

    def rename(old: Path, new: Path) -> None:
        assert wanted <= flushed
        real_rename(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    put_in_place(make_verdict(Success(source, tmp_path / "results" / "a", "")))
    assert texts(tmp_path / "results" / "a") == {"new"}


def test_outputs_on_another_disk_are_copied_and_appear_whole(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, real = tmp_path / "results" / "a", os.rename

    def across(old: Path, new: Path) -> None:
        if Path(old) == source and Path(new) == target:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        assert Path(new) != target or len(list(Path(old).rglob("*.txt"))) == 2
        real(old, new)

    monkeypatch.setattr(os, "rename", across)
    (target.parent / ".a.incoming").mkdir(parents=True)
    put_in_place(make_verdict(Success(source, target, "")))
    assert texts(target) == {"new"}
    assert [path.name for path in target.parent.iterdir()] == ["a"]
    assert not source.exists()


def test_an_interruption_after_a_copy_from_another_disk_leaves_the_outputs_whole(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is killed while it deletes what it has copied."""
    target, real = tmp_path / "results" / "a", os.rename

    def across(old: Path, new: Path) -> None:
        if Path(old) == source and Path(new) == target:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real(old, new)

    def killed(folder: Path, ignore_errors: bool) -> None:
        for path in folder.rglob("result.txt"):
            path.unlink()
        if folder.exists():
            raise KeyboardInterrupt

    made = make_verdict(Success(source, target, ""))
    monkeypatch.setattr(os, "rename", across)
    with monkeypatch.context() as patched:
        patched.setattr(verdict.shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            put_in_place(made)
    put_in_place(made)
    assert len(list(target.rglob("*.txt"))) == 2
    assert [path.name for path in target.parent.iterdir()] == ["a"]


def test_a_folder_that_is_held_for_a_moment_is_moved_a_moment_later(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Virus scanners and file browsers hold files for a moment."""
    real, refusals = os.rename, iter(range(2))
    monkeypatch.setattr(verdict, "_RENAME_PAUSE_SECONDS", 0.0)

    def held(old: Path, new: Path) -> None:
        if next(refusals, None) is not None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        real(old, new)

    monkeypatch.setattr(os, "rename", held)
    put_in_place(make_verdict(Success(source, tmp_path / "results" / "a", "")))
    assert texts(tmp_path / "results" / "a") == {"new"}


def test_outputs_that_are_held_for_good_stay_where_they_are(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(verdict, "_RENAME_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(os, "rename", held)
    with pytest.raises(PermissionError):
        put_in_place(make_verdict(Success(source, tmp_path / "results" / "a", "")))
    assert texts(source) == {"new"}


def test_outputs_that_vanished_are_an_error(source: Path, tmp_path: Path) -> None:
    made = make_verdict(Success(source, tmp_path / "results" / "a", ""))
    source.rename(tmp_path / "elsewhere")
    with pytest.raises(WorkspaceError, match="vanished from"):
        put_in_place(made)


@pytest.fixture
def files(tmp_path: Path) -> Success:
    """Two finished files of an attempt, for a folder that they share with others' files."""
    out, final = tmp_path / "attempt" / "out", tmp_path / "predictions"
    out.mkdir(parents=True)
    for name in ("a.csv", "a.h5"):
        (out / name).write_text("new", "utf-8")
    return Success(out / "a.csv", final / "a.csv", beside=(Move(out / "a.h5", final / "a.h5", keep=False),))


def test_files_are_moved_beside_others_and_only_some_keep_what_they_replace(files: Success) -> None:
    folder = files.target.parent
    folder.mkdir()
    for name in ("a.csv", "a.h5", "b.csv"):
        (folder / name).write_text("before", "utf-8")
    put_in_place(make_verdict(files))
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.*")}
    assert there == {"a.csv": "new", "a.h5": "new", "b.csv": "before"}
    assert [path.read_text("utf-8") for path in (folder / "replaced").iterdir()] == ["before"]


def test_the_file_that_the_table_names_comes_last(files: Success, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(old: Path, new: Path) -> None:
        if new == files.target:
            raise KeyboardInterrupt
        os.rename(old, new)

    made = make_verdict(files)
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            put_in_place(made)
    assert (files.target.with_suffix(".h5").exists(), files.target.exists()) == (True, False)
    put_in_place(made)
    assert files.target.read_text("utf-8") == "new"


def test_a_verdict_in_the_first_format_is_read(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text(
        '{"source": "/a/out", "target": "/b", "aside": "/c", "message": "m"}', "utf-8"
    )
    read = read_verdict(tmp_path)
    assert read is not None
    assert (read.target, read.message, read.placements[0].aside) == ("/b", "m", "/c")
