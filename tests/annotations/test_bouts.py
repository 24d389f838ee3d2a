"""Bouts: what may be one, which are joined, and what is cut away."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout, clip, merge
from ethonight.annotations.intervals import intersection, union

BOUTS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 20), st.integers(0, 5), st.sampled_from(["", "x"])).map(
        lambda parts: Bout(parts[0], float(parts[1]), float(parts[1] + parts[2]), parts[3])
    ),
    max_size=10,
)


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [("", 0, 1), (" a", 0, 1), ("#a", 0, 1), ("a", -1, 1), ("a", 2, 1), ("a", math.nan, 1), ("a", 0, math.inf)],
)
def test_what_no_file_may_hold_is_no_bout(label: str, start: float, end: float) -> None:
    with pytest.raises(ValueError):
        Bout(label, start, end)


def test_a_point_event_has_no_duration() -> None:
    assert Bout("twitch", 3, 3).is_point
    assert Bout("twitch", 3, 4).duration == 1


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 2), (1, 3), True),
        ((0, 2), (2, 3), False),
        ((0, 5), (1, 2), True),
        ((1, 1), (0, 2), True),
        ((0, 0), (0, 2), True),
        ((2, 2), (0, 2), False),
        ((1, 1), (1, 1), True),
        ((0, 0), (1, 2), False),
    ],
)
def test_overlapping(first: tuple[float, float], second: tuple[float, float], expected: bool) -> None:
    assert Bout("a", *first).overlaps(Bout("b", *second)) is expected
    assert Bout("b", *second).overlaps(Bout("a", *first)) is expected


@given(BOUTS)
def test_joined_bouts_cover_the_same_time_and_do_not_touch(bouts: list[Bout]) -> None:
    joined = merge(bouts)
    for key in {(bout.label, bout.subject) for bout in bouts}:
        before = [bout for bout in bouts if (bout.label, bout.subject) == key]
        after = [bout for bout in joined if (bout.label, bout.subject) == key]
        assert [bout.interval for bout in after if not bout.is_point] == union(bout.interval for bout in before)
        assert sum(bout.is_point for bout in after) == sum(bout.is_point for bout in before)
    assert merge(joined) == joined


def test_a_joined_bout_keeps_the_best_score_and_all_comments() -> None:
    bouts = [
        Bout("a", 5, 6, score=0.4, comment="late"),
        Bout("a", 0, 2, score=0.5, comment="early", extra=(("cage", "3"),)),
        Bout("a", 1, 4, score=0.9, comment="early"),
    ]
    assert merge(bouts, least_gap=2) == [
        Bout("a", 0, 6, score=0.9, comment="early; late", extra=(("cage", "3"),)),
    ]
    assert len(merge(bouts, least_gap=1)) == 2


@given(BOUTS, BOUTS)
def test_clipped_bouts_are_what_lies_inside(bouts: list[Bout], inside: list[Bout]) -> None:
    intervals = [bout.interval for bout in inside]
    clipped = clip(bouts, intervals)
    for bout in bouts:
        parts = [part for part in clip([bout], intervals) if not part.is_point]
        assert [part.interval for part in parts] == intersection([bout.interval], intervals)
        assert all(part in clipped for part in parts)
    for bout in clipped:
        assert any(start <= bout.start and bout.end <= end for start, end in union(intervals))


def test_without_scored_rows_the_whole_video_was_watched() -> None:
    assert Annotation((Bout("a", 1, 2),)).scored(60) == [(0, 60)]
    assert Annotation().scored(0) == []


def test_scored_rows_say_what_was_watched() -> None:
    rows = (Bout(SCORED, 5, 10), Bout("a", 8, 12), Bout(SCORED, 9, 20), Bout(SCORED, 50, 70), Bout("b", 30, 31))
    annotation = Annotation(rows)
    assert annotation.scored(60) == [(5, 20), (50, 60)]
    assert annotation.scored_bouts(60) == [Bout("a", 8, 12)]
    assert annotation.labels == ("a", "b")
    assert Annotation((Bout(SCORED, 5, 10), Bout("a", 2, 12))).scored_bouts(60) == [Bout("a", 5, 10)]


def test_an_animal_may_have_been_watched_for_longer_than_the_others() -> None:
    annotation = Annotation((Bout(SCORED, 0, 10), Bout(SCORED, 10, 20, "left"), Bout("a", 8, 12, "left")))
    assert annotation.scored(60, "left") == [(0, 20)]
    assert annotation.scored(60, "right") == [(0, 10)]
    assert annotation.scored(60) == [(0, 20)]
    assert annotation.scored_bouts(60) == [Bout("a", 8, 12, "left")]


def test_other_bouts_leave_the_scored_rows_in_their_places() -> None:
    annotation = Annotation((Bout("a", 1, 2), Bout(SCORED, 0, 9), Bout("a", 3, 4)))
    assert annotation.with_bouts(annotation.bouts) == annotation
    assert annotation.with_bouts([]).rows == (Bout(SCORED, 0, 9),)


def test_other_scored_time_leaves_the_bouts_in_their_places() -> None:
    annotation = Annotation((Bout("a", 1, 2), Bout(SCORED, 0, 9), Bout("a", 3, 4), Bout(SCORED, 0, 9, "left")))
    assert annotation.with_scored([(0, 9)]) == annotation
    assert annotation.with_scored([(0, 5), (5, 5)]).scored(60, "") == [(0, 5)]
    assert annotation.with_scored([], "left").rows == annotation.rows[:3]
    assert annotation.with_scored([(0, 5)]).bouts == annotation.bouts
