"""Bootstrap by video."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ethonight.metrics.uncertainty import draw, uncertainty_metrics


def test_perfect_predictions_are_certain(make):
    bouts = [("a", 1, 5), ("b", 10, 12)]
    found = uncertainty_metrics([make(bouts, bouts, video=f"v{n}") for n in range(5)], ["a", "b"], 200)
    assert found["frames"]["macro"]["f1"] == [1.0, 1.0]
    assert found["bouts"]["classes"]["a"]["f1"]["50"] == [1.0, 1.0]
    assert (found["unit"], found["units"], found["resamples"]) == ("video", 5, 200)


def test_one_video_has_no_interval(make):
    bouts = [("a", 1, 5)]
    recordings = [make(bouts, bouts, subject="0"), make(bouts, [], subject="1")]
    found = uncertainty_metrics(recordings, ["a", "b"], 100)
    assert (found["units"], found["frames"]["macro"]["f1"], found["bouts"]["edit"]) == (1, None, None)


def test_half_of_the_videos_right_by_hand(make):
    # found in n of 2 drawn videos: recall 0, 0.5 or 1 with chances 1/4, 1/2, 1/4
    recordings = [make([("a", 1, 5)], [("a", 1, 5)], video="good"), make([("a", 1, 5)], [], video="bad")]
    found = uncertainty_metrics(recordings, ["a", "b"])
    assert found["frames"]["classes"]["a"]["recall"] == [0.0, 1.0]
    assert found["bouts"]["classes"]["a"]["recall"]["50"] == [0.0, 1.0]
    assert found["bouts"]["classes"]["b"]["recall"]["50"] is None


def test_intervals_hold_the_number_and_do_not_change(random_recordings):
    labels = list("abc")
    first, again = (uncertainty_metrics(random_recordings, labels, 300) for _ in range(2))
    assert first == again
    low, high = first["bouts"]["macro"]["f1"]["50"]
    assert low < high
    assert uncertainty_metrics(random_recordings, labels, 300, seed=1) != first


def test_subjects_and_videos_of_a_group_stay_together(make):
    recordings = [make(video=f"v{n // 2}", subject=str(n % 2), group=f"g{n // 4}") for n in range(12)]
    drawn = draw(recordings, 50)
    assert (drawn.unit, drawn.units) == ("group", 3)
    for start in (0, 4, 8):
        assert (drawn.weights[:, start : start + 4] == drawn.weights[:, [start]]).all()
    assert (drawn.weights[:, ::4].sum(axis=1) == 3).all()
    ungrouped = draw([replace(recording, group="") for recording in recordings], 50)
    assert (ungrouped.unit, ungrouped.units) == ("video", 6)


def test_a_video_without_a_group_is_a_group_of_its_own(make):
    recordings = [make(video=f"v{n}", group="" if n == 4 else "v4" if n < 2 else "other") for n in range(5)]
    drawn = draw(recordings, 200)
    assert (drawn.unit, drawn.units) == ("group", 3)
    assert (drawn.weights[:, 0] == drawn.weights[:, 1]).all() and (drawn.weights[:, 2] == drawn.weights[:, 3]).all()
    assert (drawn.weights[:, 0] != drawn.weights[:, 4]).any()


def test_malformed_recordings_are_refused():
    with pytest.raises(ValueError, match="no recordings"):
        uncertainty_metrics([], ["a"])
