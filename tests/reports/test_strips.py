"""Pixels of an ethogram: every bout is where its time is, however long the recording."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.bouts import Bout
from ethonight.reports.lane import Lane, column_edges, shares, visible
from ethonight.reports.palette import LIGHT, rgb
from ethonight.reports.strips import Heights, row_pixels

BLUE = "#0a6fb3"


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 50))
def test_columns_hold_as_much_time_as_the_steps(values: list[bool], columns: int) -> None:
    mask = np.array(values)
    edges = np.concatenate([[0.3], 0.3 + np.cumsum(np.random.default_rng(len(values)).uniform(0.01, 1, len(values)))])
    grid = column_edges(float(edges[0]), float(edges[-1]), columns)
    share = shares(mask, edges, grid)
    assert float((share * np.diff(grid)).sum()) == pytest.approx(float(np.diff(edges)[mask].sum()), abs=1e-6)


def test_two_frames_of_a_day_leave_a_mark_at_their_place() -> None:
    edges = np.arange(86400 * 10 + 1) / 10
    mask = np.zeros(len(edges) - 1, np.bool_)
    mask[500_000:500_002] = True
    strength = visible(shares(mask, edges, column_edges(0, 86400, 1500)))
    assert np.flatnonzero(strength).tolist() == [int(50_000 / 86400 * 1500)]
    assert strength.max() >= 0.3


def test_columns_outside_of_the_recording_hold_nothing() -> None:
    assert shares(np.array([True, True]), np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0, 3.0, 4.0])).tolist() == [
        0.0,
        1.0,
        1.0,
        0.0,
    ]


def test_truth_is_above_prediction_and_unwatched_time_is_hatched() -> None:
    edges = np.arange(11.0)
    truth, predicted = np.zeros((10, 1), np.bool_), np.zeros((10, 1), np.bool_)
    truth[2:4], predicted[6:8] = True, True
    scored = np.ones(10, np.bool_)
    scored[9] = False
    lane = Lane("", edges, predicted, truth, scored)
    pixels = row_pixels(lane, 0, BLUE, column_edges(0, 10, 100), Heights(8, 2, 6))
    assert pixels.shape == (16, 100, 3)
    above, below = pixels[:8], pixels[10:]
    assert (above[:, 20:40] == rgb(BLUE)).all() and (below[:, 60:80] == rgb(BLUE)).all()
    assert (above[:, 60:80] == rgb(LIGHT)).all() and (below[:, 20:40] == rgb(LIGHT)).all()
    assert len(np.unique(above[:, 90:].reshape(-1, 3), axis=0)) >= 2
    assert (below[:, 90:] == rgb(LIGHT)).all()


def test_scores_fill_from_below_and_unknown_scores_count_as_nothing() -> None:
    lane = Lane("", np.arange(4.0), np.zeros((3, 1), np.bool_), scores=np.array([[0.5], [1.0], [np.nan]]))
    pixels = row_pixels(lane, 0, BLUE, column_edges(0, 3, 3), Heights(0, 0, 10))
    filled = (pixels != rgb(LIGHT)).any(axis=2).sum(axis=0)
    assert filled.tolist() == [5, 10, 0]


def test_gaps_of_a_subject_are_grey() -> None:
    lane = Lane("a", np.arange(4.0), np.zeros((3, 1), np.bool_), found=np.array([True, False, True]))
    pixels = row_pixels(lane, 0, BLUE, column_edges(0, 3, 3), Heights(0, 0, 4))
    assert (pixels[:, 0] == rgb(LIGHT)).all() and (pixels[:, 1] != rgb(LIGHT)).all()


@given(st.floats(-2, 12), st.floats(0.01, 5))
def test_a_piece_of_a_lane_is_drawn_as_the_whole_lane_is(start: float, length: float) -> None:
    random = np.random.default_rng(3)
    lane = Lane("", np.arange(101.0) / 10, random.random((100, 1)) < 0.4, scores=random.random((100, 1)))
    columns = column_edges(start, start + length, 37)
    near = lane.between(start, start + length)
    heights = Heights(0, 0, 9)
    whole = row_pixels(lane, 0, BLUE, columns, heights).astype(int)
    assert np.abs(whole - row_pixels(near, 0, BLUE, columns, heights)).max() <= 1


def test_a_lane_takes_the_bouts_of_its_subject_only() -> None:
    bouts = [Bout("groom", 1, 2, "a"), Bout("groom", 3, 4, "b"), Bout("rear", 0, 1, "a")]
    lane = Lane.of_bouts("a", bouts, ["groom"], np.arange(6.0))
    assert np.flatnonzero(lane.predicted[:, 0]).tolist() == [1]
