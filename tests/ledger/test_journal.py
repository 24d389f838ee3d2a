"""The journal: what was written is read again, or the reader says what is damaged; never anything in between."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ethonight.errors import WorkspaceError
from ethonight.ledger.history import Cells, History
from ethonight.ledger.journal import HISTORY, ROWS, Journal, JournalDamaged, Payload, decode_lines, read_journal
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.record import pack_row, unpack_row
from ethonight.ledger.row import Row, State
from ethonight.ledger.view import read_history, read_rows
from ethonight.workspace import Workspace

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
rows = st.builds(
    Row,
    settings=st.sampled_from(["settings/a.toml", "settings/mouse 1/ü.toml", "settings/line\nbreak.toml"]),
    video=texts,
    state=st.sampled_from(State),
    hold=st.sampled_from(["", "skip", "later"]),
    priority=st.integers(-9, 9),
    attempts=st.integers(0, 3),
    message=texts,
    notes=texts,
    rev=st.integers(1, 99),
    extras=st.dictionaries(texts, texts, max_size=2),
    seconds=st.floats(0, 1e6),
    gone=st.booleans(),
)
histories = st.lists(st.lists(rows, max_size=2), min_size=1, max_size=6)


def written(path: Path, history: Sequence[Sequence[Row]]) -> list[Payload]:
    """Write a journal with one line for each step of the history; return what the lines say."""
    path.unlink(missing_ok=True)
    journal = Journal(path)
    journal.replay()
    said: list[Payload] = [{"rows": [pack_row(row) for row in step]} for step in history]
    for payload in said:
        journal.append(payload)
    journal.close()
    return said


def said_by(path: Path) -> list[Payload]:
    return [without_number(payload) for _, payload in read_journal(path)]


def without_number(payload: Payload) -> Payload:
    return {name: value for name, value in payload.items() if name != "n"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal") / "journal.jsonl"


@given(rows)
def test_a_row_is_read_as_it_was_written(row: Row) -> None:
    assert unpack_row(pack_row(row)) == row


@given(histories)
def test_what_was_written_is_read_again(path: Path, history: list[list[Row]]) -> None:
    said = written(path, history)
    assert said_by(path) == said
    assert [without_number(payload) for _, payload in Journal(path).replay()] == said


@given(histories, st.data())
def test_a_journal_cut_off_anywhere_holds_the_beginning_of_the_history(
    path: Path, history: list[list[Row]], data: st.DataObject
) -> None:
    said = written(path, history)
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)), label="cut")
    path.write_bytes(whole[:cut])
    found = said_by(path)
    assert found == said[: len(found)]
    assert len(found) == whole[:cut].count(b"\n"), "every line that is whole counts"
    journal = Journal(path)
    assert [without_number(payload) for _, payload in journal.replay()] == found
    journal.append({"rows": []})
    journal.close()
    assert said_by(path) == [*found, {"rows": []}], "and the next line follows on it"


@given(histories, st.data())
def test_a_block_of_zeros_at_the_end_is_an_unfinished_line(
    path: Path, history: list[list[Row]], data: st.DataObject
) -> None:
    """What a power cut leaves where the length of the file was on the disk before its content."""
    said = written(path, history)
    whole = path.read_bytes()
    last = whole.rfind(b"\n", 0, -1) + 1
    start = data.draw(st.integers(last, len(whole)), label="start of the zeros")
    path.write_bytes(whole[:start] + bytes(len(whole) - start + data.draw(st.integers(0, 9))))
    assert said_by(path) == (said if start == len(whole) else said[:-1])


@given(histories, st.data())
def test_any_changed_byte_is_noticed(path: Path, history: list[list[Row]], data: st.DataObject) -> None:
    """Only a changed last line may look like one that a power cut left unfinished; it is never taken for a row."""
    said = written(path, history)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1), label="place")
    value = data.draw(st.integers(0, 255), label="value")
    assume(value != whole[place])
    path.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
    in_last_line = place > whole.rfind(b"\n", 0, -1)
    try:
        found = said_by(path)
    except JournalDamaged as error:
        assert "is damaged in line" in str(error)
        return
    assert in_last_line
    assert value == 0 or place == len(whole) - 1
    assert found == said[:-1]


@given(histories.filter(lambda history: len(history) > 2), st.data())
def test_a_lost_or_doubled_line_is_noticed(path: Path, history: list[list[Row]], data: st.DataObject) -> None:
    written(path, history)
    lines = path.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(1, len(lines) - 2), label="line")
    for damaged in ([*lines[:at], *lines[at + 1 :]], [*lines[: at + 1], *lines[at:]]):
        path.write_bytes(b"".join(damaged))
        with pytest.raises(JournalDamaged, match=r"has number \d+ where \d+ should be"):
            list(read_journal(path))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_journal_are_damaged_or_unfinished_and_nothing_else(data: bytes) -> None:
    try:
        assert list(decode_lines(data[: data.rfind(b"\n") + 1], "journal.jsonl")) == []
    except JournalDamaged as error:
        assert "Nothing was changed" in str(error)


def test_an_unfinished_end_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    written(path, [[Row("settings/a.toml")], [Row("settings/b.toml")]])
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    Journal(path).replay()
    line = whole.find(b"\n") + 1
    assert path.read_bytes() == whole[:line]
    assert (tmp_path / "journal.unfinished").read_bytes() == whole[line:-5]


def test_a_row_from_a_newer_version_is_refused_in_words() -> None:
    with pytest.raises(WorkspaceError, match="newer Ethonight"):
        unpack_row({"settings": "settings/a.toml", "mood": "curious"})


def test_a_line_that_the_disk_refuses_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes half of the line, then it is full; later there is room again."""
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.replay()
    journal.append({"rows": [{"settings": "a"}]})
    before, real = path.read_bytes(), os.write

    def half(handle: int, data: bytes) -> int:
        if len(data) < 10:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, bytes(data)[: len(data) // 2])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", half)
        with pytest.raises(OSError, match="No space left"):
            journal.append({"rows": [{"settings": "b"}]})
    assert path.read_bytes() == before
    journal.append({"rows": [{"settings": "c"}]})
    journal.close()
    assert said_by(path) == [{"rows": [{"settings": "a"}]}, {"rows": [{"settings": "c"}]}]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path)


def test_a_change_that_cannot_be_written_is_refused_in_words_and_the_rows_stay(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Ledger(workspace, "track") as ledger:
        ledger.record(Row("settings/a.toml"))
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            with pytest.raises(WorkspaceError, match=r"cannot be written \(No space left on device\). Nothing is lost"):
                ledger.record(Row("settings/b.toml"))
        assert list(ledger.rows) == ["settings/a.toml"]
        ledger.record(Row("settings/c.toml"))
    assert [row.settings for row in read_rows(workspace)] == ["settings/a.toml", "settings/c.toml"]


def test_a_compacted_journal_says_the_same(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger(workspace, "track") as ledger:
        for name in ("a", "b"):
            ledger.record(Row(f"settings/{name}.toml", extras={"cage": "4"}))
        for state in (State.RUNNING, State.FAILED, State.RUNNING, State.DONE):
            ledger.record(Row("settings/a.toml", state=state, notes=state.value, seconds=1.25))
    known, history = read_rows(workspace), read_history(workspace)
    lines = workspace.journal.read_bytes().count(b"\n")
    monkeypatch.setattr("ethonight.ledger.ledger._LINES_BEFORE_COMPACTION", -10)
    for _ in range(2):
        with Ledger(workspace, "track") as ledger:
            assert list(ledger.rows.values()) == known
        assert read_rows(workspace) == known
        assert read_history(workspace) == history
    assert workspace.journal.read_bytes().count(b"\n") == 2 < lines
    assert [kind for kind, _ in read_journal(workspace.journal)] == [ROWS, HISTORY]


def test_a_journal_that_cannot_be_compacted_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.jsonl"
    said = written(path, [[Row("settings/a.toml")], [Row("settings/b.toml")]])
    journal = Journal(path)
    journal.replay()

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refused)
        journal.compact([(ROWS, {"rows": []})])
    journal.append({"rows": []})
    journal.close()
    assert said_by(path) == [*said, {"rows": []}]
    assert [name.name for name in tmp_path.iterdir()] == ["journal.jsonl"]


@given(histories)
def test_the_history_survives_being_packed(history: list[list[Row]]) -> None:
    known = History()
    for step in history:
        for row in step:
            known.note_written(row)
            known.note_seen(row.settings, row.rev, Cells(row.notes, row.priority, row.video, row.extras))
    again = History()
    again.unpack(known.pack({}))
    assert again == known


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_an_empty_journal_holds_nothing(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(end)
    if end:
        with pytest.raises(JournalDamaged):
            list(read_journal(path))
    else:
        assert list(read_journal(path)) == []


def test_two_runs_continue_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    for _ in range(3):
        journal = Journal(path)
        journal.replay()
        journal.append({})
        journal.close()
    assert [payload["n"] for _, payload in read_journal(path)] == [1, 2, 3]
