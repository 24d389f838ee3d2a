"""Frame numbers and seconds lead to each other, exactly, for every frame."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.video.timeline import Timeline
from ethonight.video.timestamp_table import Timestamps

DAY = 24 * 3600
RATES = [
    (Fraction(30000, 1001), Fraction(1, 30000)),
    (Fraction(250), Fraction(1, 12800)),
    (Fraction(250), Fraction(1, 1000)),
]


def stamps_of(ticks: np.ndarray, base: Fraction, last: int = 1) -> Timestamps:
    values = np.asarray(ticks, np.int64)
    return Timestamps(base, values, int(values[-1]) + last, values)


def steady(rate: Fraction, base: Fraction, seconds: int) -> Timeline:
    """Return frames at ``rate``, each tick rounded as writers of containers do."""
    count = int(seconds * rate)
    step = 1 / (rate * base)
    ticks = (np.arange(count + 1, dtype=np.int64) * step.numerator + step.denominator // 2) // step.denominator
    return Timeline([(Path("a"), stamps_of(ticks[:-1], base, int(ticks[-1] - ticks[-2])))])


@pytest.fixture(scope="module", params=RATES, ids=["29.97", "250", "250 in ms"])
def day(request: pytest.FixtureRequest) -> Timeline:
    """24 hours."""
    return steady(*request.param, DAY)


def test_every_frame_of_a_day_comes_back_from_its_time(day: Timeline) -> None:
    for begin in range(0, len(day), 1_000_000):
        frames = np.arange(begin, min(len(day), begin + 1_000_000))
        times = day.times[frames]
        np.testing.assert_array_equal(day.frames_at(times), frames)
        before = np.nextafter(times[1:], 0)
        np.testing.assert_array_equal(day.frames_at(before), frames[:-1])
        np.testing.assert_array_equal(day.frames_at(np.round(times, 3), slack=0.00051), frames)


def test_a_days_last_frame_ends_with_the_day(day: Timeline) -> None:
    assert abs(day.end - DAY) < 0.04
    assert day.frame_at(np.nextafter(day.end, 0)) == len(day) - 1


@given(st.data())
def test_times_of_a_day_come_back_through_a_csv(day: Timeline, data: st.DataObject) -> None:
    frame = data.draw(st.integers(0, len(day) - 1))
    stop = data.draw(st.integers(frame, len(day)))
    start_text, end_text = repr(float(day.edges[frame])), repr(float(day.edges[stop]))
    assert day.frame_at(float(start_text)) == frame
    assert day.span(float(start_text), float(end_text)) == range(frame, stop)
    rounded = [float(f"{day.edges[at]:.3f}") for at in (frame, stop)]
    assert day.span(*rounded, slack=0.00051) == range(frame, stop)


@st.composite
def recordings(draw: st.DrawFn) -> Timeline:
    """One to four files of any rates and starts, variable ones too."""
    files = []
    for number in range(draw(st.integers(1, 4))):
        base = draw(st.sampled_from([Fraction(1, 30), Fraction(1001, 30000), Fraction(1, 90000), Fraction(1, 1000)]))
        steps = draw(st.lists(st.integers(1, 5000), min_size=1, max_size=40))
        ticks = draw(st.integers(-100, 10**8)) + np.cumsum(steps)
        files.append((Path(str(number)), stamps_of(ticks, base, draw(st.integers(1, 5000)))))
    return Timeline(files)


@given(recordings())
def test_frames_of_any_recording_come_back_from_their_times(recording: Timeline) -> None:
    edges = [*recording.times.tolist(), recording.end]
    assert all(before < after for before, after in pairwise(edges))
    for frame in range(len(recording)):
        assert recording.frame_at(float(repr(edges[frame]))) == frame
        assert recording.frame_at(np.nextafter(edges[frame + 1], -np.inf)) == frame
        assert recording.span(edges[frame], edges[frame + 1]) == range(frame, frame + 1)
    assert recording.span(edges[0], recording.end) == range(len(recording))


@given(recordings(), st.data())
def test_spans_that_meet_share_no_frame_and_miss_none(recording: Timeline, data: st.DataObject) -> None:
    seconds = st.floats(recording.start - 1, recording.end + 1)
    a, b, c = sorted(data.draw(st.tuples(seconds, seconds, seconds)))
    assert [*recording.span(a, b), *recording.span(b, c)] == list(recording.span(a, c))
    assert all(a <= recording.times[frame] < b for frame in recording.span(a, b))


@given(recordings())
def test_each_file_keeps_its_own_pace_and_begins_where_the_last_one_ends(recording: Timeline) -> None:
    first = 0
    for before, part in zip((None, *recording.parts), recording.parts, strict=False):
        assert part.first == first
        first = part.stop
        begin = recording.edges[part.first]
        assert begin == (before.end if before else part.stamps.seconds[0])
        own = part.stamps.seconds - part.stamps.seconds[0]
        np.testing.assert_allclose(recording.times[part.first : part.stop] - begin, own, rtol=0, atol=1e-6)
        assert all(recording.part_of(frame) is part for frame in range(part.first, part.stop))
    assert first == len(recording)


def test_times_outside_are_refused() -> None:
    recording = Timeline([(Path("a"), stamps_of(np.array([30, 40, 50]), Fraction(1, 10), 10))])
    assert recording.frame_at(0.0) == recording.frame_at(3.99) == 0
    for outside in (-0.1, 6.0, 99.0, float("nan")):
        with pytest.raises(ValueError, match="outside of the video"):
            recording.frame_at(outside)
    assert recording.edges.tolist() == [3.0, 4.0, 5.0, 6.0]


def test_a_recording_has_a_file() -> None:
    with pytest.raises(ValueError, match="at least one file"):
        Timeline([])
