"""Average precision of bouts."""

from __future__ import annotations

import numpy as np
import pytest

from ethonight.metrics.bouts import bout_metrics
from ethonight.metrics.marked import compared
from ethonight.metrics.precision import area, average_precisions


def sides(*recordings, label=0):
    both = [compared(recording, ["a", "b"]) for recording in recordings]
    return [(one.truth[label], one.predicted[label]) for one in both]


def test_perfect_bouts_have_one_at_every_overlap(make):
    bouts = [("a", 1, 5), ("a", 10, 12)]
    assert average_precisions(sides(make(bouts, bouts))).tolist() == [1.0] * 9


def test_without_true_bouts_there_is_no_average_precision(make):
    assert np.isnan(average_precisions(sides(make([], [("a", 1, 2)])))).all()


def test_nothing_found_is_zero(make):
    assert average_precisions(sides(make([("a", 1, 2)], []))).tolist() == [0.0] * 9


def test_hits_and_misses_by_hand_over_two_recordings(make):
    # best first: hit (1/1), miss, hit (2/3), miss, hit (3/5); three true bouts
    first = make([("a", 0, 4), ("a", 10, 14)], [("a", 0, 4, 0.9), ("a", 20, 24, 0.8), ("a", 10, 14, 0.5)])
    second = make([("a", 0, 4)], [("a", 0, 4, 0.7), ("a", 30, 34, 0.6)], video="other")
    assert average_precisions(sides(first, second), [0.5])[0] == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)


def test_precision_is_made_falling(make):
    # miss, hit (1/2), hit (2/3): the second is counted with 2/3 as well
    recording = make([("a", 0, 4), ("a", 10, 14)], [("a", 30, 34, 0.9), ("a", 0, 4, 0.8), ("a", 10, 14, 0.7)])
    assert average_precisions(sides(recording), [0.5])[0] == pytest.approx(2 / 3)


def test_the_certain_one_of_two_takes_the_true_bout(make):
    # both overlap enough; the later one is more certain, the other is false: hit (1/1), then a miss
    recording = make([("a", 0, 10)], [("a", 0, 5, 0.4), ("a", 5.1, 10, 0.6)])
    assert average_precisions(sides(recording), [0.4])[0] == 1.0
    turned = make([("a", 0, 10)], [("a", 0, 3, 0.9), ("a", 3.1, 10, 0.6)])
    assert average_precisions(sides(turned), [0.5])[0] == pytest.approx(0.5)


def test_a_bout_takes_the_next_true_one_where_the_best_is_taken(make):
    # 0..4 (certain) takes 1..5, which 1..8 would overlap most; 6..8 is left for that
    recording = make([("a", 1, 5), ("a", 6, 8)], [("a", 0.5, 4.5, 0.9), ("a", 4.6, 9, 0.5)])
    assert average_precisions(sides(recording), [0.1, 0.4]).tolist() == [1.0, 1.0]


def test_overlap_decides_at_each_threshold(make):
    # tIoU 6/10: found up to 0.6
    found = average_precisions(sides(make([("a", 0, 10)], [("a", 0, 6)])))
    assert found.tolist() == [1.0] * 6 + [0.0] * 3


def test_map_is_the_mean_over_labels_and_overlaps(make):
    recording = make([("a", 0, 10), ("b", 20, 30)], [("a", 0, 6), ("b", 20, 30)])
    found = bout_metrics([recording], ["a", "b"])
    assert found["map_30_70"] == pytest.approx((4 * 1.0 + 0.5) / 5)
    assert found["map_10_90"] == pytest.approx((6 * 1.0 + 3 * 0.5) / 9)
    assert found["map"]["0.60"] == 1.0
    assert found["map"]["0.70"] == 0.5


def test_labels_without_true_bouts_are_left_out_of_map(make):
    found = bout_metrics([make([("a", 0, 10)], [("a", 0, 10), ("b", 1, 2)])], ["a", "b"])
    assert found["map_10_90"] == 1.0
    assert found["classes"]["b"]["average_precision"]["0.50"] is None


def test_a_false_remnant_is_left_out(make):
    recording = make([("a", 1, 5)], [("a", 1, 5, 0.5), ("a", 19, 40, 0.9)], unscored=[(20, 60)])
    assert average_precisions(sides(recording), [0.5])[0] == 1.0


def test_area_of_no_predictions_and_of_no_truth():
    assert area(np.zeros(0, dtype=bool), 3) == 0.0
    assert np.isnan(area(np.ones(2, dtype=bool), 0))


def test_bouts_without_scores_are_refused(make):
    truth = sides(make([("a", 1, 5)], []))[0][0]
    with pytest.raises(ValueError, match="without a score"):
        average_precisions([(truth, truth)])
