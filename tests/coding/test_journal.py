"""The journal: a torn end was never acknowledged; any other damage is kept aside and told, never dropped."""

from __future__ import annotations

import json
import zlib

import pytest
from coder_at_work import Coder

from ethonight.annotations.bouts import Bout
from ethonight.coding.errors import EditError
from ethonight.errors import UsageError, WorkspaceError


@pytest.mark.parametrize("torn", [b"0", b'12345678 {"n":4,', b"\0" * 512, b"12345678 {}\0\0\n"])
def test_an_end_that_a_power_cut_left_is_not_missed(anna: Coder, torn: bytes) -> None:
    anna.marked("rest", 10, 20)
    anna.restart()
    with anna.journal.open("ab") as stream:
        stream.write(torn)
    assert anna.shown() == [("rest", 10, 20)] and anna.state.saved.message == ""
    anna.marked("walk", 30, 40)
    anna.restart()
    assert anna.saved() == [("rest", 10, 20), ("walk", 30, 40)]


def test_a_last_line_cut_anywhere_leaves_all_lines_before_it(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    whole = anna.journal.stat().st_size
    anna.marked("walk", 30, 40)
    anna.desk.close()
    with anna.journal.open("rb") as stream:
        data = stream.read()
    anna.path.unlink()
    for length in range(whole, whole + 60, 7):
        anna.journal.write_bytes(data[:length])
        anna.start_anew()
        assert anna.shown() == [("rest", 10, 20)]
        anna.desk.close()


@pytest.mark.parametrize("start", [{"version": 0, "sha256": "", "source": "", "ids": []}, {"v": 2}])
def test_a_journal_of_another_kind_is_kept_too(anna: Coder, start: dict[str, object]) -> None:
    anna.marked("rest", 10, 20)
    anna.restart()
    text = json.dumps({"n": 1, "kind": "start", **start}).encode()
    anna.journal.write_bytes(b"%08x %b\n" % (zlib.crc32(text), text))
    assert anna.shown() == [("rest", 10, 20)]
    assert "is kept as" in anna.state.saved.message


@pytest.mark.parametrize("lost", ["flipped", "line"])
def test_a_damaged_journal_is_kept_and_the_file_of_bouts_counts(anna: Coder, lost: str) -> None:
    anna.marked("rest", 10, 20)
    anna.marked("walk", 30, 40)
    anna.do("toggle", label="groom", frame=5)
    anna.restart()
    lines = anna.journal.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"rest", b"best") if lost == "flipped" else b""
    anna.journal.write_bytes(b"".join(lines))
    assert anna.shown() == [("rest", 10, 20), ("walk", 30, 40)]
    assert anna.state.undo == "" and anna.state.opened == ()
    (kept,) = [path for path in anna.journal.parent.iterdir() if path.name.startswith("anna 2")]
    assert kept.read_bytes() == b"".join(lines) and kept.name in anna.state.saved.message
    anna.marked("walk", 50, 60)
    anna.restart()
    assert len(anna.state.marks) == 3 and anna.state.undo == "added walk"


def test_a_journal_that_is_empty_is_begun(anna: Coder) -> None:
    anna.journal.parent.mkdir(parents=True)
    anna.journal.touch()
    assert anna.state.marks == ()
    anna.marked("rest", 10, 20)
    anna.restart()
    assert anna.state.undo == "added rest"


def test_one_program_at_a_time_has_the_work_open(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    first = anna.desk
    anna.start_anew()
    with pytest.raises(WorkspaceError, match="open in another program"):
        anna.desk.open(anna.video, anna.name, anna.edges)
    first.close()
    assert anna.shown() == [("rest", 10, 20)]


def test_a_second_program_that_began_meanwhile_is_noticed(anna: Coder) -> None:
    assert anna.state.marks == ()
    first = anna.coding
    anna.start_anew()
    anna.marked("rest", 10, 20)
    anna.desk.close()
    with pytest.raises(EditError, match="Another program works on the same bouts"):
        first.add([Bout("walk", 1.0, 2.0)], "import")


@pytest.mark.parametrize("name", ["..", "../ben", "a/b", "", ".hidden", "con\n"])
def test_names_that_lead_elsewhere_are_refused(anna: Coder, name: str) -> None:
    with pytest.raises(UsageError):
        anna.desk.open(anna.video, name, anna.edges)
    with pytest.raises(UsageError):
        anna.desk.open(name, anna.name, anna.edges)
