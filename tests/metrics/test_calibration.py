"""Do scores mean what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ethonight.metrics.calibration import calibration_metrics


def recording_of(make, scores, truth):
    base = make(labels=["a"], seconds=len(scores) / 10)
    return replace(base, scores=np.array(scores, dtype=np.float32)[:, None], truth=np.array(truth, dtype=bool)[:, None])


def test_scores_that_are_certain_and_right_have_no_error(make):
    found = calibration_metrics([recording_of(make, [0, 1, 1, 0], [0, 1, 1, 0])], ["a"])["classes"]["a"]
    assert found["ece"] == 0.0
    assert found["bins"][9] == {"low": 0.9, "high": 1.0, "steps": 2, "score": 1.0, "frequency": 1.0}


def test_error_by_hand(make):
    # 0.25 (twice, one true), 0.75 (twice, both true): |0.25 - 0.5| / 2 + |0.75 - 1| / 2
    found = calibration_metrics([recording_of(make, [0.25, 0.25, 0.75, 0.75], [0, 1, 1, 1])], ["a"])
    assert found["classes"]["a"]["ece"] == pytest.approx(0.25)
    assert found["all"]["ece"] == pytest.approx(0.25)
    assert found["classes"]["a"]["bins"][2]["frequency"] == 0.5


def test_bins_without_steps_say_nothing_and_unwatched_steps_do_not_count(make):
    base = recording_of(make, [0.25, 0.95], [0, 0])
    found = calibration_metrics([replace(base, scored=np.array([True, False]))], ["a"])["classes"]["a"]
    assert found["bins"][9] == {"low": 0.9, "high": 1.0, "steps": 0, "score": None, "frequency": None}
    nothing = calibration_metrics([replace(base, scored=np.array([False, False]))], ["a"])["classes"]["a"]
    assert nothing["ece"] is None


def test_malformed_recordings_are_refused(make):
    with pytest.raises(ValueError, match="outside of 0 to 1"):
        calibration_metrics([recording_of(make, [1.2], [1])], ["a"])
