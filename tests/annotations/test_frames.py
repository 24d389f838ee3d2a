"""Bouts and frames are each other's mirror, for every video."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_csv import parse_annotation
from ethonight.annotations.bouts_writing import render_annotation
from ethonight.annotations.frames import (
    Mask,
    active,
    bouts_of,
    frames_between,
    frames_in,
    frames_of,
)
from ethonight.annotations.numbers import number_text, parse_number
from ethonight.frame_times import ROUNDING, Edges, frame_edges

DAY = 24 * 3600


def from_steps(start: float, steps: list[float]) -> Edges:
    edges = np.cumsum([start, *steps])
    return frame_edges(edges[:-1], edges[-1])


LONG_STEPS = st.sampled_from([1 / 30, 1001 / 30000, 0.004, 0.0667, 0.533, 7.3]) | st.floats(0.00001, 5)
STARTS = st.sampled_from([0.0, 0.533, 86_000.0]) | st.floats(0, 100_000)
VIDEOS = st.builds(from_steps, STARTS, st.lists(LONG_STEPS, min_size=1, max_size=40))
TIGHT_VIDEOS = st.lists(st.floats(0, 1e6), min_size=2, max_size=30, unique=True).map(
    lambda times: frame_edges(sorted(times)[:-1], max(times))
)


def masks(edges: Edges) -> st.SearchStrategy[Mask]:
    size = len(edges) - 1
    return st.lists(st.booleans(), min_size=size, max_size=size).map(lambda mask: np.array(mask, dtype=bool))


def through_csv(bouts: list[Bout]) -> list[Bout]:
    return list(parse_annotation(render_annotation(Annotation(tuple(bouts)))).rows)


@given(VIDEOS | TIGHT_VIDEOS, st.data())
def test_frames_to_bouts_and_back_for_any_times_of_frames(edges: Edges, data: st.DataObject) -> None:
    mask = data.draw(masks(edges))
    bouts = bouts_of(mask, edges, "a", "left")
    assert np.array_equal(active(bouts, ["a"], edges)[:, 0], mask)
    assert bouts_of(active(bouts, ["a"], edges)[:, 0], edges, "a", "left") == bouts
    assert all(bout.subject == "left" and not bout.is_point for bout in bouts)
    assert all(first.end < second.start for first, second in pairwise(bouts))


@given(VIDEOS, st.data())
def test_frames_survive_the_file(edges: Edges, data: st.DataObject) -> None:
    mask = data.draw(masks(edges))
    bouts = through_csv(bouts_of(mask, edges, "a"))
    assert np.array_equal(active(bouts, ["a"], edges)[:, 0], mask)


@given(VIDEOS, st.data())
def test_every_single_frame_and_point_survives_the_file(edges: Edges, data: st.DataObject) -> None:
    frame = data.draw(st.integers(0, len(edges) - 2))
    point = Bout("a", float(edges[frame]), float(edges[frame]))
    assert frames_of(point, edges) == slice(frame, frame + 1)
    assert frames_of(through_csv([point])[0], edges) == slice(frame, frame + 1)


@given(VIDEOS, st.floats(0, 100_200), st.floats(0, 20))
def test_a_frame_belongs_to_a_bout_when_its_time_does(edges: Edges, start: float, duration: float) -> None:
    bout = Bout("a", start, start + duration)
    near = min(float(np.abs(edges - time).min()) for time in bout.interval)
    assume(not bout.is_point and near > ROUNDING)  # rounded times have tests of their own
    times = edges[:-1]
    expected = (times >= bout.start) & (times < bout.end)
    assert np.array_equal(active([bout], ["a"], edges)[:, 0], expected)


@given(VIDEOS, st.floats(0, 100_200))
def test_a_point_event_has_the_frame_that_is_shown(edges: Edges, moment: float) -> None:
    assume(float(np.abs(edges - moment).min()) > ROUNDING)
    shown = [frame for frame, (start, end) in enumerate(pairwise(edges)) if start <= moment < end]
    if moment < edges[0]:
        shown = [0]  # as players do
    found = frames_of(Bout("a", moment, moment), edges)
    assert list(range(found.start, found.stop)) == shown


def rate(numerator: int, denominator: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda frames: frames * denominator / numerator


@pytest.mark.parametrize("seconds", [rate(30000, 1001), rate(250, 1)], ids=["29.97 fps", "250 fps"])
def test_every_frame_of_a_day_survives_the_file(seconds: Callable[[np.ndarray], np.ndarray]) -> None:
    frames = int(np.ceil(DAY / seconds(np.array([1]))[0]))
    edges = seconds(np.arange(frames + 1, dtype=np.float64))
    chosen = np.concatenate(
        [np.arange(1000), np.arange(frames - 1000, frames), np.random.default_rng(1).integers(0, frames, 5000)]
    )
    for frame in chosen.tolist():
        texts = [number_text(float(edges[frame])), number_text(float(edges[frame + 1]))]
        start, end = (parse_number(text) for text in texts)
        assert start is not None
        assert end is not None
        assert frames_between((start, end), edges) == slice(frame, frame + 1)
        assert frames_of(Bout("a", start, start), edges) == slice(frame, frame + 1)
        assert all(len(text.partition(".")[2]) <= 6 for text in texts)


@pytest.mark.parametrize("seconds", [rate(30, 1), rate(30000, 1001), rate(250, 1)], ids=["30", "29.97", "250"])
def test_times_that_another_program_rounded_to_milliseconds_keep_their_frames(
    seconds: Callable[[np.ndarray], np.ndarray],
) -> None:
    edges = seconds(np.arange(2001, dtype=np.float64))
    for frame in range(2000):
        start, end = round(float(edges[frame]), 3), round(float(edges[frame + 1]), 3)
        assert frames_between((start, end), edges) == slice(frame, frame + 1)
        assert frames_of(Bout("a", start, start), edges) == slice(frame, frame + 1)


def test_what_lies_outside_the_video_or_between_frames_has_no_frames() -> None:
    edges = frame_edges([1.0, 2.0, 3.0], 4.0)
    assert frames_of(Bout("a", 4, 9), edges) == slice(3, 3)
    assert frames_of(Bout("a", 0, 1), edges) == slice(0, 0)
    assert frames_of(Bout("a", 1.3, 1.6), edges) == slice(1, 1)
    assert frames_of(Bout("a", 0, 99), edges) == slice(0, 3)
    assert frames_of(Bout("a", 0.5, 0.5), edges) == slice(0, 1)
    assert frames_of(Bout("a", 4.5, 4.5), edges) == slice(3, 3)
    assert frames_of(Bout("a", 4, 4), edges) == slice(2, 3)


def test_labels_may_be_active_together_and_others_are_left_out() -> None:
    edges = frame_edges(np.arange(5.0), 5.0)
    bouts = [Bout("b", 1, 4), Bout("a", 3, 5), Bout("b", 0, 0), Bout("c", 0, 5)]
    assert active(bouts, ["a", "b"], edges).astype(int).tolist() == [[0, 1], [0, 1], [0, 1], [1, 1], [1, 0]]
    assert active([], ["a"], edges).shape == (5, 1)


def test_frames_in_intervals() -> None:
    edges = frame_edges(np.arange(5.0), 5.0)
    assert frames_in([(0, 1), (3, 5)], edges).tolist() == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("times", "end"), [([0, 1, 1], 2), ([0, 2, 1], 3), ([0, 1], 1), ([0, np.nan], 2), ([0], np.inf)]
)
def test_times_that_are_no_times_of_frames_are_refused(times: list[float], end: float) -> None:
    with pytest.raises(ValueError, match="strictly increasing"):
        frame_edges(times, end)


def test_a_mask_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        bouts_of(np.zeros(4, dtype=bool), frame_edges([0, 1], 2), "a")
