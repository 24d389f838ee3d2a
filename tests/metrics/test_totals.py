"""Counts, durations, latencies, and how far two columns of them agree."""

from __future__ import annotations

import numpy as np
import pytest

from ethonight.metrics.totals import agreement, totals_metrics


def test_totals_of_a_recording_by_hand(make):
    recording = make([("a", 10, 12), ("a", 20, 24)], [("a", 9, 12)], video="v", subject="1")
    rows = totals_metrics([recording], ["a", "b"])["recordings"]
    assert rows[0] == {
        "video": "v",
        "subject": "1",
        "label": "a",
        "truth": {"bouts": 2, "seconds": 6.0, "mean_seconds": 3.0, "latency": 10.0},
        "predicted": {"bouts": 1, "seconds": 3.0, "mean_seconds": 3.0, "latency": 9.0},
    }
    assert rows[1]["truth"] == {"bouts": 0, "seconds": 0.0, "mean_seconds": None, "latency": None}


def test_latency_leaves_unwatched_time_out(make):
    recording = make([("a", 30, 32)], [], unscored=[(5, 25)])
    assert totals_metrics([recording], ["a", "b"])["recordings"][0]["truth"]["latency"] == pytest.approx(10.0)


def test_perfect_agreement_over_videos(make):
    recordings = [make([("a", 1, 2 + n)], [("a", 1, 2 + n)], video=f"v{n}") for n in range(4)]
    found = totals_metrics(recordings, ["a", "b"])["agreement"]["a"]
    assert found["seconds"] == pytest.approx(
        {"recordings": 4, "bias": 0.0, "low": 0.0, "high": 0.0, "concordance": 1.0, "pearson": 1.0}
    )
    # one bout in each: nothing varies, so there is no correlation
    assert (found["bouts"]["bias"], found["bouts"]["pearson"], found["bouts"]["concordance"]) == (0.0, None, None)


def test_bland_altman_and_concordance_by_hand():
    found = agreement(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]))
    # differences 1, 2, 3: mean 2, standard deviation 1; variances 2/3 and 8/3, covariance 4/3, means 2 and 4
    assert (found["bias"], found["low"], found["high"]) == pytest.approx((2.0, 0.04, 3.96))
    assert found["concordance"] == pytest.approx(2 * (4 / 3) / (2 / 3 + 8 / 3 + 4))
    assert found["pearson"] == pytest.approx(1.0)


def test_agreement_of_few_or_missing_numbers():
    assert agreement(np.zeros(0), np.zeros(0))["bias"] is None
    one = agreement(np.array([1.0, np.nan]), np.array([3.0, 2.0]))
    assert (one["recordings"], one["bias"], one["low"], one["pearson"]) == (1, 2.0, None, None)


def test_malformed_recordings_are_refused(make):
    with pytest.raises(ValueError, match="labels must be there"):
        totals_metrics([make()], ["a", "a"])
