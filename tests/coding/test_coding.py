"""A coder's work while others touch the file, while the disk refuses, and from one day to the next."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from coder_at_work import Coder

from ethonight import exchange
from ethonight.annotations.bouts import Bout
from ethonight.coding import bouts_file
from ethonight.coding.changes import Delete
from ethonight.coding.errors import EditError, Gone, Unreadable
from ethonight.coding.state import PROBLEM, SAVED, WAITING

HEADER = "labelId,timestamp,endTimestamp\n"


def test_a_change_is_safe_at_once_and_in_the_file_after_the_next_look(anna: Coder) -> None:
    assert anna.do("add", label="rest", first=10, stop=20).saved.state == WAITING
    assert not anna.path.exists() and anna.journal.stat().st_size > 0
    anna.desk.look()
    assert anna.state.saved.state == SAVED and anna.path.exists()
    assert [delta.saved.state for delta in anna.told] == [WAITING, SAVED]


def test_looking_at_a_file_leaves_nothing_behind(anna: Coder) -> None:
    anna.write(HEADER + "rest,1,2\n")
    assert len(anna.state.marks) == 1
    anna.restart()
    assert not anna.workspace.coding.exists()
    assert anna.path.read_text() == HEADER + "rest,1,2\n"


def test_undo_and_redo_outlive_the_server(anna: Coder) -> None:
    rest = anna.marked("rest", 10, 20)
    anna.do("move", id=rest, first=10, stop=30)
    anna.do("toggle", label="groom", frame=40)
    anna.restart()
    assert anna.state.undo == "start of groom" and len(anna.state.opened) == 1
    assert anna.coding.undo().opened == ()
    assert anna.coding.undo().undo == "added rest"
    anna.restart()
    assert anna.state.redo == "moved rest" and anna.shown() == [("rest", 10, 20)]
    anna.coding.redo()
    assert anna.shown() == anna.saved() == [("rest", 10, 30)]
    assert anna.state.marks[0].id == rest
    anna.do("delete", ids=[rest])
    with pytest.raises(EditError, match="nothing to do again"):
        anna.coding.redo()


def test_nothing_to_undo_is_told(anna: Coder) -> None:
    with pytest.raises(EditError, match="nothing to undo"):
        anna.coding.undo()


def test_added_bouts_come_as_they_are_and_once(anna: Coder) -> None:
    bouts = [
        Bout("rest", 1.0001, 2.0, "m1", 0.25, "so", (("modifiers", "a|b"),)),
        Bout("walk", 1.5, 3.0),
        Bout("rest", 1, 2),
    ]
    delta = anna.coding.add(bouts, "import of 3 bouts")
    assert len(delta.added) == 3 and delta.undo == "import of 3 bouts"
    assert anna.coding.add(bouts, "import of 3 bouts").version == delta.version
    anna.desk.look()
    assert [(row.label, row.interval, row.score, dict(row.extra)["modifiers"]) for row in anna.bouts()] == [
        ("rest", (1.0, 2.0), None, ""),
        ("rest", (1.0001, 2.0), 0.25, "a|b"),
        ("walk", (1.5, 3.0), None, ""),
    ]


def test_with_an_ethogram_added_bouts_follow_its_rules(anna: Coder) -> None:
    anna.marked("rest", 10, 40)
    walk = Bout("walk", float(anna.edges[20]), float(anna.edges[30]), score=0.9)
    anna.coding.add([walk], "reviewed walk", ethogram=anna.ethogram)
    assert anna.shown() == [("rest", 10, 20), ("walk", 20, 30), ("rest", 30, 40)]


def test_what_no_file_can_hold_is_not_added(anna: Coder) -> None:
    with pytest.raises(EditError, match="cannot be saved"):
        anna.coding.add([Bout("rest", 1, 2, extra=(("LabelID", "x"),))], "import")
    assert anna.state.version == 0


def test_what_another_program_did_is_merged_and_told(anna: Coder) -> None:
    anna.write(HEADER + "rest,1,2\nwalk,3,4\n")
    anna.do("delete", ids=[anna.state.marks[0].id])
    anna.write("# by hand\n" + HEADER + "rest,1,2\nwalk,3,5\ngroom,6,7\n")
    anna.desk.look()
    assert anna.path.read_text() == "# by hand\n" + HEADER + "walk,3,5\ngroom,6,7\n"
    assert [mark.bout.label for mark in anna.state.marks] == ["walk", "groom"]
    saved = anna.state.saved
    assert saved.state == SAVED and "1 bout new, 1 bout changed" in saved.message
    assert anna.do("toggle", label="groom", frame=5).saved.message == ""


def test_a_file_that_nobody_has_changed_here_is_simply_read_again(anna: Coder) -> None:
    anna.write(HEADER + "rest,1,2\n")
    known = anna.state.marks[0].id
    anna.write(HEADER + "rest,1,2.5\nwalk,3,4\n")
    anna.desk.look()
    (delta,) = anna.told
    assert delta.removed == (known,) and {mark.bout.end for mark in delta.added} == {2.5, 4.0}
    assert anna.state.undo == "" and anna.state.saved.state == SAVED
    assert not anna.workspace.coding.exists()


def test_what_another_program_did_can_be_undone_and_nothing_before_it_is_confused(anna: Coder) -> None:
    rest = anna.marked("rest", 10, 20)
    anna.do("move", id=rest, first=10, stop=30)
    anna.desk.look()
    anna.write(HEADER)
    anna.desk.look()
    assert anna.shown() == [] and anna.state.undo == "changes made outside"
    anna.restart()
    anna.coding.undo()
    assert anna.saved() == [("rest", 10, 30)]
    anna.coding.undo()
    assert anna.saved() == [("rest", 10, 20)]
    anna.coding.redo()
    anna.coding.redo()
    assert anna.saved() == []


def test_a_change_made_while_the_server_was_off_is_merged_with_what_it_had_not_written(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    before = anna.path.read_text()
    anna.marked("walk", 30, 40)  # in the journal only
    anna.kill()
    anna.write(before + "groom,6,7\n")
    assert sorted(label for label, _, _ in anna.shown()) == ["groom", "rest", "walk"]
    assert sorted(label for label, _, _ in anna.saved()) == ["groom", "rest", "walk"]


def test_outside_changes_that_follow_each_other_take_nothing_away(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    before = anna.path.read_text()
    anna.marked("walk", 30, 40)
    anna.write(before + "groom,6,7\n")
    with anna.file_is_held():
        anna.desk.look()  # merged, and killed before the file was written again
    assert len(anna.state.marks) == 3
    anna.kill()
    anna.write(before + "groom,6,7\nsneeze,8,8\n")
    assert sorted(label for label, _, _ in anna.saved()) == ["groom", "rest", "sneeze", "walk"]


def test_a_file_is_read_only_once_its_writer_has_left_it_alone(anna: Coder) -> None:
    anna.write(HEADER + "rest,1,2\nwalk,3,4\n")
    file = bouts_file.BoutsFile(anna.path, "anna.csv", settle=3600.0)
    assert file.read() and file.is_known
    anna.write(HEADER)
    assert not file.is_known and not file.has_settled
    with pytest.raises(bouts_file.ChangedMeanwhile):
        file.replace(b"mine")
    assert anna.path.read_text() == HEADER


def test_a_save_of_another_program_is_not_overwritten_even_where_the_clock_does_not_tell(anna: Coder) -> None:
    anna.write(HEADER + "rest,1,2\n")
    anna.do("toggle", label="groom", frame=3)
    anna.do("toggle", label="groom", frame=9)
    then = anna.path.stat()
    with anna.path.open("r+b") as stream:  # the same length, in the same file
        stream.write(HEADER.encode() + b"rest,1,3\n")
    os.utime(anna.path, ns=(then.st_atime_ns, then.st_mtime_ns))
    anna.desk.look()
    assert "rest,1,3" in anna.path.read_text()
    anna.desk.look()
    anna.desk.look()
    assert [mark.bout.label for mark in anna.state.marks] == ["groom", "rest"]
    assert "rest,1,3" in anna.path.read_text() and "groom" in anna.path.read_text()


def test_an_unreadable_file_is_shown_with_its_problems_and_never_overwritten(anna: Coder) -> None:
    anna.write(HEADER + "rest,1\n")
    state = anna.state
    assert "line 2" in state.problem and state.saved.state == PROBLEM
    for attempt in (
        lambda: anna.do("add", label="rest", first=1, stop=2),
        anna.coding.undo,
        anna.coding.redo,
        lambda: anna.coding.add([Bout("rest", 1, 2)], "import"),
    ):
        with pytest.raises(Unreadable, match="line 2") as refusal:
            attempt()
        assert refusal.value.problems[0].line == 2
    anna.desk.look()
    anna.restart()
    anna.desk.look()
    assert anna.state.problem and anna.path.read_text() == HEADER + "rest,1\n"
    anna.write(HEADER + "rest,1,2\n")
    anna.desk.look()
    assert anna.state.problem == "" and anna.do("add", label="walk", first=1, stop=2).added


def test_a_file_that_becomes_unreadable_is_left_alone_until_it_is_mended(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    good = anna.path.read_text()
    broken = good + "walk,oops,4\n"
    anna.write(broken)
    anna.desk.look()
    anna.marked("groom", 50, 60)
    anna.desk.look()
    saved = anna.state.saved
    assert saved.state == PROBLEM and "line 3" in saved.message and "is kept" in saved.message
    assert anna.path.read_text() == broken
    anna.write(good + "walk,3,4\n")
    anna.desk.look()
    assert anna.state.saved.state == SAVED
    assert sorted(label for label, _, _ in anna.saved()) == ["groom", "rest", "walk"]


def test_work_is_kept_while_the_file_cannot_be_written(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    with anna.file_is_held():
        anna.desk.look()
        assert anna.state.saved.state == PROBLEM and "Excel" in anna.state.saved.message
        anna.marked("walk", 30, 40)
        anna.desk.look()
        assert [delta.saved.state for delta in anna.told] == [WAITING, PROBLEM, PROBLEM]
    assert not list(anna.path.parent.iterdir())
    assert anna.saved() == [("rest", 10, 20), ("walk", 30, 40)]
    assert anna.state.saved.state == SAVED and anna.told[-1].saved.state == SAVED


def test_a_folder_in_the_place_of_the_file_is_told_and_left_alone(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.path.mkdir(parents=True)
    anna.desk.look()
    assert anna.state.saved.state == PROBLEM and anna.path.is_dir()
    anna.path.rmdir()
    assert anna.saved() == [("rest", 10, 20)]


@pytest.mark.parametrize("open_before", [True, False])
def test_trouble_with_the_file_is_over_once_it_is_as_before(anna: Coder, open_before: bool) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    aside = anna.path.rename(anna.path.with_suffix(".aside"))
    anna.path.mkdir()
    if not open_before:
        anna.restart()
    anna.coding.look()
    assert (anna.state.saved.state, anna.shown()) == (PROBLEM, [("rest", 10, 20)])
    anna.path.rmdir()
    aside.rename(anna.path)
    anna.coding.look()
    assert (anna.state.saved.state, anna.state.problem) == (SAVED, "")
    assert anna.told[-1].saved.state == SAVED


def test_a_file_that_could_not_be_read_and_goes_is_written_again(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    anna.path.unlink()
    anna.path.mkdir()
    anna.restart()
    assert anna.state.problem
    anna.path.rmdir()
    assert anna.saved() == [("rest", 10, 20)]
    assert anna.state.problem == ""


def test_a_workspace_that_is_moved_away_is_not_begun_anew_where_it_was(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    anna.marked("walk", 30, 40)
    was = anna.workspace.root
    moved = was.rename(was.with_name(f"{was.name}_moved"))
    anna.desk.look()
    assert anna.state.saved.state == PROBLEM and not was.exists()
    anna.desk.close()
    assert not was.exists()
    there = Coder(moved)
    assert there.shown() == there.saved() == [("rest", 10, 20), ("walk", 30, 40)]
    assert there.state.saved.message == ""
    there.desk.close()


def test_a_change_that_the_disk_does_not_take_is_not_made(anna: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    anna.marked("rest", 10, 20)
    before, size = anna.state, anna.journal.stat().st_size
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(EditError, match="the disk is full"):
            anna.do("add", label="walk", first=1, stop=2)
    assert anna.state == before and anna.journal.stat().st_size == size
    anna.do("add", label="walk", first=1, stop=2)
    anna.restart()
    assert len(anna.state.marks) == 2


def test_a_file_that_was_deleted_is_written_again(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    anna.path.unlink()
    anna.desk.look()
    assert anna.saved() == [("rest", 10, 20)]
    anna.path.unlink()
    anna.kill()
    assert "written again" in anna.state.saved.message
    assert anna.saved() == [("rest", 10, 20)]


def test_the_journal_of_another_video_length_gives_the_same_times(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    coding = anna.coding
    anna.desk.look()
    shorter = anna.edges[:16].copy()
    again = anna.desk.open(anna.video, anna.name, shorter)
    assert again is not coding and again is anna.desk.open(anna.video, anna.name, shorter.copy())
    assert [(mark.first, mark.stop) for mark in again.state().marks] == [(10, 15)]
    again.apply(Delete((again.state().marks[0].id,)), anna.ethogram)
    anna.desk.look()
    assert anna.bouts() == ()


def shortened(anna: Coder) -> dict[int, tuple[float, float]]:
    """Cut the video after its frame 99, with bouts and point events beyond; return their times by their numbers."""
    for first in (120, 140, 160):
        anna.do("add", label="rest", first=first, stop=first + 9)
        anna.do("add", label="peep", first=first, stop=first)
    anna.restart()
    anna.edges = anna.edges[:101]
    return {mark.id: mark.bout.interval for mark in anna.state.marks}


def test_what_lies_after_the_video_is_changed_one_by_one(anna: Coder) -> None:
    times = shortened(anna)
    anna.do("assign", ids=list(times), subject="m1")
    anna.do("relabel", ids=[mark.id for mark in anna.state.marks if mark.bout.label == "rest"][:2], label="walk")
    assert {mark.id: mark.bout.interval for mark in anna.state.marks} == times


def test_what_is_marked_at_the_end_of_the_video_leaves_alone_what_lies_after_it(anna: Coder) -> None:
    times = shortened(anna)
    anna.do("add", label="walk", first=90, stop=100)
    anna.do("add", label="peep", first=99, stop=99)
    assert times.items() <= {mark.id: mark.bout.interval for mark in anna.state.marks}.items()
    assert len(anna.state.marks) == len(times) + 2


def test_bouts_shorter_than_a_frame_unite_with_all_of_their_time(anna: Coder) -> None:
    start, end = anna.edges[10] + 0.001, anna.edges[11] - 0.001
    middle = (start + end) / 2
    anna.write(f"{HEADER}rest,{start:.6f},{middle - 0.001:.6f}\nwalk,{middle + 0.001:.6f},{end:.6f}\n")
    (walk,) = (mark.id for mark in anna.state.marks if mark.bout.label == "walk")
    anna.do("relabel", ids=[walk], label="rest")
    ((united_start, united_end),) = (mark.bout.interval for mark in anna.state.marks)
    assert (united_start, united_end) == (round(start, 6), round(end, 6))


def test_two_coders_of_a_video_do_not_mix(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    ben = anna.desk.open(anna.video, "ben", anna.edges)
    assert ben is not anna.coding and ben.state().marks == ()
    anna.desk.look()
    assert sorted(path.name for path in anna.path.parent.iterdir()) == ["anna.csv"]


def test_temporary_files_do_not_stay(anna: Coder, tmp_path: Path) -> None:
    for frame in range(3):
        anna.marked("groom", frame * 10, frame * 10 + 5)
        anna.desk.look()
    assert [path.name for path in anna.path.parent.iterdir()] == ["anna.csv"]


def test_a_save_in_the_very_instant_of_a_write_is_not_lost(anna: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    before = anna.path.read_text()

    def while_someone_saves(new: Path, target: Path, old: Path) -> bool:
        anna.write(before + "groom,6,7\n")
        return exchange.place(new, target, old)

    anna.marked("walk", 30, 40)
    with monkeypatch.context() as patched:
        patched.setattr(bouts_file, "place", while_someone_saves)
        anna.desk.look()
    assert anna.path.read_text() == before + "groom,6,7\n"
    anna.desk.look()
    assert sorted(label for label, _, _ in anna.saved()) == ["groom", "rest", "walk"]
    assert [path.name for path in anna.path.parent.iterdir()] == ["anna.csv"]


def test_trying_again_and_again_does_not_fill_the_journal(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    with anna.file_is_held():
        anna.desk.look()
        size = anna.journal.stat().st_size
        for _ in range(3):
            anna.desk.look()
    assert anna.journal.stat().st_size == size


def test_a_save_that_could_not_be_taken_over_yet_is_not_overwritten(
    anna: Coder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    anna.marked("rest", 10, 20)
    anna.desk.look()
    anna.marked("walk", 30, 40)
    theirs = anna.path.read_text() + "groom,6,7\n"
    anna.write(theirs)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        anna.desk.look()
        anna.desk.look()
        assert anna.state.saved.state == PROBLEM and anna.path.read_text() == theirs
    assert sorted(label for label, _, _ in anna.saved()) == ["groom", "rest", "walk"]


def test_a_file_that_another_program_has_just_emptied_to_write_it_is_left_to_it(
    anna: Coder, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    anna.marked("walk", 30, 40)
    with anna.path.open("r+b") as other:

        def while_it_is_emptied(new: Path, target: Path, old: Path) -> bool:
            other.truncate(0)
            return exchange.place(new, target, old)

        with monkeypatch.context() as patched:
            patched.setattr(bouts_file, "place", while_it_is_emptied)
            anna.desk.look()
        other.write(HEADER.encode() + b"groom,6,7\n")
    assert anna.path.read_text() == HEADER + "groom,6,7\n"
    assert sorted(label for label, _, _ in anna.saved()) == ["groom", "walk"]


def test_a_page_that_outlived_a_server_does_not_hit_another_bout(anna: Coder) -> None:
    anna.write(HEADER + "rest,1,2\nwalk,3,4\n")
    old = [mark.id for mark in anna.state.marks]
    anna.restart()
    anna.write(HEADER + "walk,3,4\n")
    with pytest.raises(Gone):
        anna.do("delete", ids=[old[0]])
    anna.marked("groom", 5, 9)
    kept = [mark.id for mark in anna.state.marks]
    anna.restart()
    assert [mark.id for mark in anna.state.marks] == kept


def test_a_file_that_was_begun_here_goes_when_all_is_taken_back(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    anna.desk.look()
    assert anna.path.exists()
    anna.coding.undo()
    anna.desk.look()
    assert not anna.path.exists() and anna.state.saved.state == SAVED
    anna.restart()
    assert anna.state.redo == "added rest" and not anna.path.exists()
    anna.coding.redo()
    anna.desk.look()
    assert anna.shown() == anna.saved() == [("rest", 10, 20)]


def test_a_last_bout_that_is_deleted_leaves_a_file_that_says_so(anna: Coder) -> None:
    rest = anna.marked("rest", 10, 20)
    anna.desk.look()
    anna.do("delete", ids=[rest])
    anna.desk.look()
    assert anna.path.read_text() == HEADER


def test_an_event_that_is_marked_again_in_its_frame_stays_as_it_was(anna: Coder) -> None:
    second = float(anna.edges[40]) + 0.01
    anna.write(HEADER + f"peep,{second:.6f},{second:.6f}\n")
    anna.do("add", label="peep", first=40, stop=40)
    (mark,) = anna.state.marks
    assert mark.bout.is_point and mark.bout.start == round(second, 6)
