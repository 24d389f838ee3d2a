"""Sets of time: what is covered, and nothing else."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.intervals import Interval, covers, intersection, overlap, total, union

WHOLE = (0.0, 20.0)
MOMENTS = st.integers(0, 20)
INTERVALS = st.lists(st.tuples(MOMENTS.map(float), MOMENTS.map(float)), max_size=8)


def seconds(intervals: list[Interval]) -> set[int]:
    """The whole seconds that are covered: an independent account of the same time."""
    return {second for start, end in intervals for second in range(int(start), int(end))}


def is_tidy(intervals: list[Interval]) -> bool:
    return all(start < end for start, end in intervals) and all(
        first[1] < second[0] for first, second in pairwise(intervals)
    )


@given(INTERVALS, INTERVALS)
def test_sets_of_time_hold_what_they_should(first: list[Interval], second: list[Interval]) -> None:
    for result, expected in (
        (union(first), seconds(first)),
        (union([*first, *second]), seconds(first) | seconds(second)),
        (intersection(first, second), seconds(first) & seconds(second)),
    ):
        assert is_tidy(result)
        assert seconds(result) == expected
        assert total(result) == len(expected)


@given(INTERVALS, MOMENTS)
def test_a_start_belongs_to_an_interval_and_an_end_does_not(intervals: list[Interval], moment: int) -> None:
    assert covers(intervals, float(moment)) == (moment in seconds(intervals))


def test_gaps_below_the_least_one_are_closed() -> None:
    assert union([(0, 1), (1.5, 2), (4, 5)], least_gap=0.5) == [(0, 1), (1.5, 2), (4, 5)]
    assert union([(0, 1), (1.5, 2), (4, 5)], least_gap=0.51) == [(0, 2), (4, 5)]


def test_overlap_in_seconds() -> None:
    assert overlap((0, 4), (3, 9)) == 1
    assert overlap((0, 3), (3, 9)) == 0
    assert overlap((0, 1), (3, 9)) == 0
