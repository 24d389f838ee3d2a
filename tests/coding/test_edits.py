"""What each change does to the bouts, to the frame, on the screen and in the file."""

from __future__ import annotations

import pytest
from coder_at_work import FRAMES, Coder

from ethonight.coding.changes import change_of
from ethonight.coding.errors import EditError, Gone
from ethonight.coding.marks import OpenBout


def test_a_bout_that_is_marked_is_shown_and_saved_with_its_frames(anna: Coder) -> None:
    delta = anna.do("add", label="rest", first=10, stop=20)
    assert [(mark.first, mark.stop) for mark in delta.added] == [(10, 20)]
    assert delta.undo == "added rest"
    assert anna.shown() == anna.saved() == [("rest", 10, 20)]


def test_a_point_event_has_the_time_of_its_frame(anna: Coder) -> None:
    anna.do("add", label="peep", first=7, stop=7)
    (bout,) = anna.bouts() if anna.saved() else ()
    assert bout.is_point and bout.start == pytest.approx(anna.edges[7], abs=1e-6)
    assert anna.shown() == anna.saved() == [("peep", 7, 7)]


def test_the_last_frame_can_be_marked(anna: Coder) -> None:
    anna.do("add", label="rest", first=FRAMES - 1, stop=FRAMES)
    anna.do("add", label="peep", first=FRAMES - 1, stop=FRAMES - 1)
    assert anna.saved() == [("peep", FRAMES - 1, FRAMES - 1), ("rest", FRAMES - 1, FRAMES)]


def test_a_bout_that_is_ended_at_the_last_frame_ends_with_the_video(anna: Coder) -> None:
    anna.do("toggle", label="rest", frame=10)
    anna.do("toggle", label="rest", frame=FRAMES - 1)
    anna.do("toggle", label="groom", frame=20)
    anna.do("toggle", label="groom", frame=FRAMES - 2)
    assert anna.saved() == [("rest", 10, FRAMES), ("groom", 20, FRAMES - 2)]


@pytest.mark.parametrize(("start", "end", "frames"), [(10, 20, (10, 20)), (20, 10, (10, 20)), (10, 10, (10, 11))])
def test_one_key_begins_and_ends_a_bout_whichever_way_round(
    anna: Coder, start: int, end: int, frames: tuple[int, int]
) -> None:
    assert anna.do("toggle", label="rest", frame=start).opened == (OpenBout("rest", "", start),)
    delta = anna.do("toggle", label="rest", frame=end)
    assert delta.opened == () and [(mark.first, mark.stop) for mark in delta.added] == [frames]


def test_the_key_of_a_point_event_marks_at_once(anna: Coder) -> None:
    assert anna.do("toggle", label="peep", frame=5).opened == ()
    assert anna.shown() == [("peep", 5, 5)]


def test_a_bout_may_end_with_the_video(anna: Coder) -> None:
    anna.do("toggle", label="rest", frame=FRAMES - 1)
    anna.do("toggle", label="rest", frame=FRAMES)
    assert anna.saved() == [("rest", FRAMES - 1, FRAMES)]


def test_several_behaviours_and_subjects_may_be_open_at_once(anna: Coder) -> None:
    anna.do("toggle", label="groom", frame=5)
    anna.do("toggle", label="rest", subject="m1", frame=5)
    delta = anna.do("toggle", label="rest", subject="m2", frame=6)
    assert {bout.lane for bout in delta.opened} == {("groom", ""), ("rest", "m1"), ("rest", "m2")}


def test_beginning_a_behaviour_ends_its_rival(anna: Coder) -> None:
    anna.do("toggle", label="rest", frame=5)
    delta = anna.do("toggle", label="walk", frame=9)
    assert delta.opened == (OpenBout("walk", "", 9),)
    assert anna.shown() == [("rest", 5, 9)]


def test_a_rival_that_was_begun_on_the_same_frame_was_a_slip(anna: Coder) -> None:
    anna.do("toggle", label="rest", frame=5)
    assert anna.do("toggle", label="walk", frame=5).opened == (OpenBout("walk", "", 5),)
    assert anna.shown() == []


def test_a_begun_bout_can_be_forgotten(anna: Coder) -> None:
    anna.do("toggle", label="rest", frame=5)
    assert anna.do("cancel", label="rest").opened == ()
    with pytest.raises(EditError, match="No bout of 'rest' is open"):
        anna.do("cancel", label="rest")


def test_what_was_only_begun_makes_no_file(anna: Coder) -> None:
    anna.do("toggle", label="rest", frame=5)
    anna.desk.look()
    assert not anna.path.exists() and anna.state.saved.state == "saved"


def test_bouts_of_one_label_and_subject_that_overlap_become_one(anna: Coder) -> None:
    first = anna.marked("rest", 10, 20)
    anna.do("comment", id=first, text="early")
    delta = anna.do("add", label="rest", first=19, stop=30)
    assert [mark.id for mark in delta.added] == [first]
    anna.do("add", label="rest", first=30, stop=40)  # touches: another bout
    anna.do("add", label="rest", subject="m1", first=15, stop=25)
    assert anna.saved() == [("rest", 10, 30), ("rest", 15, 25), ("rest", 30, 40)]
    assert "early" in {bout.comment for bout in anna.bouts()}


def test_a_bout_wins_over_its_rivals(anna: Coder) -> None:
    anna.do("add", label="rest", first=10, stop=30)
    anna.do("add", label="rest", first=33, stop=36)
    anna.do("add", label="groom", first=10, stop=40)
    anna.do("add", label="rest", subject="m1", first=10, stop=30)
    anna.do("add", label="walk", first=15, stop=20)
    assert ("rest", 10, 15) in anna.shown() and ("rest", 20, 30) in anna.shown()
    anna.do("add", label="walk", first=25, stop=50)
    assert anna.shown() == [
        ("rest", 10, 15),
        ("rest", 10, 30),
        ("groom", 10, 40),
        ("walk", 15, 20),
        ("rest", 20, 25),
        ("walk", 25, 50),
    ]


def test_edges_and_whole_bouts_move(anna: Coder) -> None:
    rest = anna.marked("rest", 10, 20)
    assert [mark.id for mark in anna.do("move", id=rest, first=12, stop=20).added] == [rest]
    anna.do("move", id=rest, first=30, stop=38)
    peep = anna.marked("peep", 3, 3)
    anna.do("move", id=peep, first=4, stop=4)
    assert anna.saved() == [("peep", 4, 4), ("rest", 30, 38)]


def test_a_bout_that_is_moved_onto_its_like_takes_it_in(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    second = anna.marked("rest", 30, 40)
    delta = anna.do("move", id=second, first=15, stop=25)
    assert [mark.id for mark in delta.added] == [second] and len(delta.removed) == 2
    assert anna.shown() == [("rest", 10, 25)]


def test_an_end_that_is_not_moved_keeps_its_exact_time(anna: Coder) -> None:
    anna.write("labelId,timestamp,endTimestamp,score,cage\nrest,1.00025,2.00025,0.75,7\n")
    (mark,) = anna.state.marks
    anna.do("move", id=mark.id, first=mark.first, stop=mark.stop + 3)
    anna.do("split", id=mark.id, frame=mark.first + 2)
    anna.desk.look()
    first, second = anna.bouts()
    assert first.start == 1.00025 and second.end == pytest.approx(anna.edges[mark.stop + 3], abs=1e-6)
    assert {bout.score for bout in (first, second)} == {0.75}
    assert first.extra == second.extra == (("cage", "7"),)


def test_a_bout_is_split_and_merged(anna: Coder) -> None:
    rest = anna.marked("rest", 10, 20)
    delta = anna.do("split", id=rest, frame=14)
    assert [(mark.first, mark.stop) for mark in delta.added] == [(10, 14), (14, 20)]
    walk = anna.marked("walk", 25, 30)
    far = anna.marked("rest", 40, 50)
    anna.do("merge", ids=[far, *(mark.id for mark in delta.added)])
    assert anna.saved() == [("rest", 10, 50)]
    with pytest.raises(Gone):
        anna.do("delete", ids=[walk])


def test_bouts_are_deleted_and_the_last_deletion_is_saved(anna: Coder) -> None:
    ids = [anna.marked("rest", 10, 20), anna.marked("groom", 15, 25)]
    assert len(anna.saved()) == 2
    anna.do("delete", ids=ids)
    assert anna.saved() == []
    assert anna.path.read_text() == "labelId,timestamp,endTimestamp\n"


def test_bouts_get_another_label_and_subject_by_the_same_rules(anna: Coder) -> None:
    rests = [anna.marked("rest", 10, 20), anna.marked("rest", 30, 40)]
    anna.marked("walk", 40, 50)
    anna.do("relabel", ids=rests, label="walk")
    assert anna.shown() == [("walk", 10, 20), ("walk", 30, 40), ("walk", 40, 50)]
    anna.do("assign", ids=[rests[0]], subject="m1")
    assert [mark.bout.subject for mark in anna.state.marks] == ["m1", "", ""]
    anna.do("comment", id=rests[0], text='said "no",\nthen left')
    anna.saved()
    assert anna.bouts()[0].comment == 'said "no",\nthen left'


def test_bouts_that_meet_under_their_new_label_unite(anna: Coder) -> None:
    grooms = [anna.marked("groom", 10, 20), anna.marked("rest", 15, 30)]
    anna.do("relabel", ids=grooms, label="walk")
    assert anna.saved() == [("walk", 10, 30)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"do": "add", "label": "rest", "first": 4, "stop": 4}, "at least one frame"),
        ({"do": "add", "label": "rest", "first": 5, "stop": 4}, "at least one frame"),
        ({"do": "add", "label": "rest", "first": -1, "stop": 4}, "Frame -1 is not in the video"),
        ({"do": "add", "label": "rest", "first": 1, "stop": FRAMES + 1}, "which has the frames 0 to 299"),
        ({"do": "add", "label": "peep", "first": FRAMES, "stop": FRAMES}, "not in the video"),
        ({"do": "toggle", "label": "rest", "frame": FRAMES}, "not in the video"),
        ({"do": "add", "label": "", "first": 1, "stop": 4}, "no label of a bout"),
        ({"do": "toggle", "label": "#x", "frame": 4}, "no label of a bout"),
        ({"do": "add", "label": "_scored", "first": 1, "stop": 4}, "it is no behaviour"),
        ({"do": "relabel", "ids": [0], "label": "_Scored"}, "it is no behaviour"),
        ({"do": "relabel", "ids": [0], "label": " "}, "no label of a bout"),
        ({"do": "relabel", "ids": [0], "label": "peep"}, "'peep' is a point event"),
        ({"do": "relabel", "ids": [1], "label": "rest"}, "is a point event, but 'rest' lasts"),
        ({"do": "split", "id": 0, "frame": 10}, "between its first and its last frame"),
        ({"do": "split", "id": 1, "frame": 5}, "between its first and its last frame"),
        ({"do": "merge", "ids": [0]}, "at least two"),
        ({"do": "merge", "ids": [0, 2]}, "of one behaviour and one subject"),
        ({"do": "merge", "ids": [1, 3]}, "cannot be merged"),
        ({"do": "move", "id": 4, "first": 1, "stop": 2}, "no longer there"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_changes(
    anna: Coder, words: dict[str, object], sentence: str
) -> None:
    there = [anna.marked("rest", 10, 20), anna.marked("peep", 5, 5)]
    there += [anna.marked("groom", 10, 20), anna.marked("peep", 6, 6), 99]
    if isinstance(place := words.get("id"), int):
        words = words | {"id": there[place]}
    if isinstance(places := words.get("ids"), list):
        words = words | {"ids": [there[place] for place in places]}
    before = anna.state
    with pytest.raises(EditError, match=sentence):
        anna.coding.apply(change_of(words), anna.ethogram)
    assert anna.state == before


def test_a_change_that_changes_nothing_is_no_step(anna: Coder) -> None:
    anna.marked("rest", 10, 20)
    version = anna.state.version
    delta = anna.do("add", label="rest", first=12, stop=18)
    assert (delta.version, delta.removed, delta.added) == (version, (), ())


def test_what_the_ethogram_does_not_know_is_what_it_looks_like(anna: Coder) -> None:
    anna.do("add", label="sneeze", first=4, stop=4)
    anna.do("add", label="yawn", first=4, stop=8)
    assert anna.saved() == [("sneeze", 4, 4), ("yawn", 4, 8)]
