"""Which time was watched: marked, taken back, and never turned into its opposite."""

from __future__ import annotations

import pytest
from coder_at_work import FRAMES, Coder

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.coding.errors import EditError


def score(anna: Coder, first: int, stop: int, on: bool = True, subject: str = "") -> None:
    anna.do("score", first=first, stop=stop, subject=subject, on=on)


def test_without_any_stretch_the_whole_video_was_watched_and_the_first_one_ends_that(anna: Coder) -> None:
    assert anna.state.whole
    delta = anna.do("score", first=10, stop=20, on=True)
    assert delta.scored == ((10, 20, ""),) and not anna.state.whole
    anna.desk.look()
    (row,) = anna.bouts()
    assert row.label == SCORED and row.start == pytest.approx(anna.edges[10], abs=1e-6)
    anna.coding.undo()
    assert anna.state.whole


def test_stretches_that_touch_become_one_and_are_cut(anna: Coder) -> None:
    score(anna, 10, 20)
    score(anna, 20, 30)
    score(anna, 50, 60)
    score(anna, 40, 90, subject="m1")
    assert anna.state.scored == ((10, 30, ""), (40, 90, "m1"), (50, 60, ""))
    score(anna, 15, 55, on=False)
    assert anna.state.scored == ((10, 15, ""), (40, 90, "m1"), (55, 60, ""))
    assert anna.state.marks == ()


def test_a_stretch_that_is_there_changes_nothing(anna: Coder) -> None:
    score(anna, 10, 20)
    assert anna.do("score", first=12, stop=18, on=True).undo == "time marked as scored"
    assert anna.state.version == 1


def test_switching_off_while_all_was_watched_leaves_the_rest(anna: Coder) -> None:
    score(anna, 10, 20, on=False)
    assert anna.state.scored == ((0, 10, ""), (20, FRAMES, ""))
    anna.coding.undo()
    score(anna, 0, 20, on=False)
    assert anna.state.scored == ((20, FRAMES, ""),)


def test_the_last_stretch_is_not_taken_back_for_then_all_would_count_as_watched(anna: Coder) -> None:
    score(anna, 10, 20)
    with pytest.raises(EditError, match="counts as watched from beginning to end"):
        score(anna, 0, FRAMES, on=False)
    assert anna.state.scored == ((10, 20, ""),)
    score(anna, 30, 40, subject="m1")
    score(anna, 0, FRAMES, on=False)
    assert anna.state.scored == ((30, 40, "m1"),)


@pytest.mark.parametrize(
    ("scored", "off", "sentence"),
    [
        ([], (0, FRAMES, ""), "Nothing would be left"),
        ([], (0, 10, "m1"), "Mark first what was watched for m1"),
        ([(0, 50, "")], (10, 20, "m1"), "for all subjects, not for m1 alone"),
        ([(0, 50, "m2")], (10, 20, "m1"), "scored for m2 only"),
        ([(0, 50, "")], (60, 70, ""), "Nothing of this time is marked as scored"),
        ([(0, 50, "")], (70, 70, ""), "at least one frame"),
    ],
)
def test_what_cannot_be_switched_off_is_told(
    anna: Coder, scored: list[tuple[int, int, str]], off: tuple[int, int, str], sentence: str
) -> None:
    for first, stop, subject in scored:
        score(anna, first, stop, subject=subject)
    with pytest.raises(EditError, match=sentence):
        score(anna, *off[:2], on=False, subject=off[2])


def test_added_bouts_bring_the_time_that_was_watched_for_them(anna: Coder) -> None:
    anna.coding.add([Bout("rest", 1.0, 2.0)], "reviewed rest", scored=[(0.5, 3.0)])
    assert not anna.state.whole and anna.state.undo == "reviewed rest"
    anna.coding.undo()
    anna.marked("rest", 10, 20)  # From now on, the whole video counts as watched.
    anna.coding.add([Bout("walk", 1.0, 2.0)], "reviewed walk", scored=[(0.5, 3.0)])
    assert anna.state.whole and len(anna.state.marks) == 2
