"""Errors of onsets and offsets, in seconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ethonight.metrics.timing import spread, timing_metrics


def test_perfect_bouts_have_no_error(make):
    bouts = [("a", 1, 5), ("b", 10, 12)]
    found = timing_metrics([make(bouts, bouts)], ["a", "b"])
    assert found["all"]["onset"] == {
        "bouts": 2,
        "median": 0.0,
        "mad": 0.0,
        "absolute_50": 0.0,
        "absolute_90": 0.0,
        "absolute_95": 0.0,
    }


def test_too_late_is_positive_and_only_matched_bouts_count(make):
    truth = [("a", 10, 20), ("a", 30, 40), ("a", 50, 55)]
    predicted = [("a", 10.2, 19), ("a", 30.4, 41), ("a", 54, 59)]
    found = timing_metrics([make(truth, predicted)], ["a", "b"])["classes"]["a"]
    assert found["onset"]["bouts"] == 2
    assert (found["onset"]["median"], found["onset"]["mad"]) == pytest.approx((0.3, 0.1))
    assert (found["offset"]["median"], found["offset"]["absolute_50"]) == pytest.approx((0.0, 1.0))


def test_nothing_matched_says_nothing(make):
    found = timing_metrics([make([("a", 10, 20)], [])], ["a", "b"])
    assert found["classes"]["a"]["onset"] == {
        "bouts": 0,
        "median": None,
        "mad": None,
        "absolute_50": None,
        "absolute_90": None,
        "absolute_95": None,
    }


def test_borders_of_watched_time_are_not_borders_of_bouts(make):
    found = timing_metrics([make([("a", 10, 30)], [("a", 11, 40)], unscored=[(20, 60)])], ["a", "b"])["classes"]["a"]
    assert (found["onset"]["bouts"], found["offset"]["bouts"]) == (1, 0)
    whole = timing_metrics([make([("a", 0, 60)], [("a", 0, 60)])], ["a", "b"])["all"]
    assert (whole["onset"]["bouts"], whole["offset"]["bouts"]) == (0, 0)


def test_spread_by_hand():
    found = spread(np.array([-1.0, 0.0, 0.5, 1.0, 7.0]))
    assert (found["median"], found["mad"], found["absolute_50"], found["absolute_90"]) == pytest.approx(
        (0.5, 0.5, 1, 4.6)
    )


def test_malformed_recordings_are_refused(make):
    with pytest.raises(ValueError, match="has shape"):
        timing_metrics([replace(make(), scored=np.ones(3, dtype=bool))], ["a", "b"])
