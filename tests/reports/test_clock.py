"""Times as people read them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.reports.clock import clock, time_marks


@pytest.mark.parametrize(
    ("seconds", "decimals", "shown"),
    [
        (0, 0, "0:00:00"),
        (59.96, 1, "0:01:00.0"),
        (3599.94, 1, "0:59:59.9"),
        (90061.25, 2, "25:01:01.25"),
        (-0.04, 1, "0:00:00.0"),
        (-61, 0, "-0:01:01"),
    ],
)
def test_clock(seconds: float, decimals: int, shown: str) -> None:
    assert clock(seconds, decimals) == shown


@given(st.floats(0, 90000), st.floats(0.05, 90000))
def test_marks_are_few_inside_and_evenly_spaced(start: float, length: float) -> None:
    marks = time_marks(start, start + length)
    times = [time for time, _ in marks]
    assert len(marks) <= 12
    assert all(start - 1e-6 <= time <= start + length + 1e-6 for time in times)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(gap == pytest.approx(gaps[0], rel=1e-6) for gap in gaps)
    assert len({text for _, text in marks}) == len(marks)


def test_short_recordings_are_read_in_seconds_and_long_ones_on_the_clock() -> None:
    assert [text for _, text in time_marks(0, 10, 5)] == ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s"][:6]
    assert time_marks(0, 86400, 4)[-1] == (86400, "24:00:00")
