"""Whole bouts: F1@k, matching, what unwatched time does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ethonight.metrics.bouts import bout_metrics

LABELS = ["a", "b"]


def f1_by_hand(truth, predicted, threshold):
    """Return found, false and missed of (label, start, end) rows, by going through all pairs in plain words."""
    taken = set()
    found = 0
    for label, start, end in sorted(predicted, key=lambda row: row[1]):
        best, share = None, 0.0
        for place, (other, begin, stop) in enumerate(sorted(truth, key=lambda row: row[1])):
            together = max(0.0, min(end, stop) - max(start, begin))
            either = max(end, stop) - min(start, begin)
            if other == label and together / either > share:
                best, share = place, together / either
        if share >= threshold and best not in taken:
            taken.add(best)
            found += 1
    return found, len(predicted) - found, len(truth) - found


def test_a_perfect_prediction_has_ones_everywhere(make):
    bouts = [("a", 1, 5), ("b", 10, 12), ("a", 20, 20.1)]
    found = bout_metrics([make(bouts, bouts)], LABELS)
    ones = {"10": 1.0, "25": 1.0, "50": 1.0}
    for over in (*found["classes"].values(), found["macro"], found["micro"]):
        assert [over[key] for key in ("precision", "recall", "f1")] == [ones] * 3
    assert found["edit"] == found["map_30_70"] == found["map_10_90"] == 1.0
    assert found["classes"]["a"]["found"] == {"10": 2, "25": 2, "50": 2}


def test_nothing_marked_and_nothing_found_says_nothing(make):
    found = bout_metrics([make()], LABELS)
    assert found["macro"]["f1"] == found["micro"]["f1"] == {"10": None, "25": None, "50": None}
    assert (found["edit"], found["map_30_70"], found["classes"]["a"]["truth"]) == (None, None, 0)


def test_nothing_found_of_what_is_there_is_zero(make):
    found = bout_metrics([make([("a", 1, 5)], [])], LABELS)
    assert found["classes"]["a"]["f1"]["50"] == found["classes"]["a"]["recall"]["50"] == found["edit"] == 0.0
    assert found["classes"]["a"]["precision"]["50"] is None
    assert found["map_30_70"] == 0.0


def test_f1_of_a_case_counted_by_hand(make):
    truth = [("a", 0, 10), ("a", 20, 30)]
    # tIoU 0.9 with the first; 5/15 with the second; 2/20 with the second
    predicted = [("a", 0, 9), ("a", 15, 25), ("a", 28, 40)]
    found = bout_metrics([make(truth, predicted)], LABELS)["classes"]["a"]
    assert found["f1"]["50"] == pytest.approx(2 / 5)
    assert found["f1"]["25"] == found["f1"]["10"] == pytest.approx(4 / 5)
    assert (found["precision"]["25"], found["recall"]["25"]) == pytest.approx((2 / 3, 1.0))
    assert (found["truth"], found["predicted"], found["found"]["50"]) == (2, 3, 1)


def test_an_overlap_of_exactly_the_threshold_is_enough(make):
    found = bout_metrics([make([("a", 0, 10)], [("a", 0, 5)])], LABELS)
    assert found["classes"]["a"]["f1"]["50"] == 1.0


def test_one_true_bout_is_found_once(make):
    found = bout_metrics([make([("a", 0, 10)], [("a", 0, 4.9), ("a", 5, 10)])], LABELS)["classes"]["a"]
    assert (found["found"]["10"], found["precision"]["10"], found["recall"]["10"]) == (1, 0.5, 1.0)


def test_f1_agrees_with_a_plain_count_on_random_recordings(random_recordings):
    found = bout_metrics(random_recordings, list("abc"), least=0.0)
    for place, key in enumerate(("10", "25", "50")):
        threshold = (0.10, 0.25, 0.50)[place]
        total = np.zeros(3, dtype=int)
        for recording in random_recordings:
            truth = [(b.label, b.start, b.end) for b in recording.truth_bouts]
            predicted = [(b.label, b.start, b.end) for b in _separate(recording.predicted_bouts)]
            total += f1_by_hand(truth, predicted, threshold)
        hits, false, missed = total.tolist()
        assert found["micro"]["f1"][key] == pytest.approx(2 * hits / (2 * hits + false + missed))
        assert 0.2 < found["micro"]["f1"][key] < 0.98


def _separate(bouts):
    from ethonight.annotations.bouts import merge

    return merge(bouts)


def test_bouts_of_other_videos_subjects_and_labels_do_not_match(make):
    bout = [("a", 1, 5)]
    apart = [make(bout, [], subject="0"), make([], bout, subject="1")]
    assert bout_metrics(apart, LABELS)["micro"]["f1"]["10"] == 0.0
    assert bout_metrics([make(bout, [("b", 1, 5)])], LABELS)["micro"]["f1"]["10"] == 0.0


def test_a_twitch_found_two_frames_late_is_found(make):
    found = bout_metrics([make([("a", 10.0, 10.067)], [("a", 10.067, 10.133)])], LABELS)
    assert found["classes"]["a"]["f1"]["25"] == 1.0
    assert bout_metrics([make([("a", 10.0, 10.067)], [("a", 10.3, 10.4)])], LABELS)["classes"]["a"]["f1"]["10"] == 0.0


def test_a_point_event_is_matched_by_what_is_near_and_short(make):
    point = [("a", 10.0, 10.0)]
    for near, expected in ((("a", 9.95, 10.1), 1.0), (("a", 10.05, 10.05), 1.0), (("a", 10.3, 10.3), 0.0)):
        assert bout_metrics([make(point, [near])], LABELS)["classes"]["a"]["f1"]["50"] == expected
    assert bout_metrics([make(point, [("a", 5, 15)])], LABELS)["classes"]["a"]["f1"]["10"] == 0.0


def test_a_point_event_in_the_last_moment_counts(make):
    found = bout_metrics([make([("a", 60.0, 60.0)], [("a", 59.9, 60.0)])], LABELS)
    assert found["classes"]["a"]["found"]["50"] == 1


def test_touching_and_overlapping_bouts_of_one_label_are_one(make):
    found = bout_metrics([make([("a", 0, 5), ("a", 5, 8), ("a", 7, 10)], [("a", 0, 10)])], LABELS)["classes"]["a"]
    assert (found["truth"], found["f1"]["50"]) == (1, 1.0)


def test_what_lies_in_unwatched_time_does_not_count(make):
    recording = make([("a", 1, 5), ("a", 30, 35)], [("a", 1, 5), ("b", 40, 45)], unscored=[(20, 60)])
    found = bout_metrics([recording], LABELS)
    assert found["micro"]["f1"]["50"] == 1.0
    assert (found["classes"]["a"]["truth"], found["classes"]["b"]["predicted"]) == (1, 0)


def test_bouts_are_cut_where_watching_ends(make):
    # true until 25 s, but watched until 20 s only: what is seen of both is the same
    found = bout_metrics([make([("a", 10, 25)], [("a", 10, 21)], unscored=[(20, 60)])], LABELS)
    assert found["classes"]["a"]["f1"]["50"] == found["map_10_90"] == 1.0


def test_a_remnant_of_a_mostly_unwatched_bout_is_neither_false_nor_missed(make):
    remnants = make([("b", 59, 60)], [("a", 19, 40)], unscored=[(20, 58)])
    found = bout_metrics([remnants], LABELS)["classes"]["a"]
    assert (found["predicted"], found["precision"]["50"], found["f1"]["50"]) == (0, None, None)
    missed = bout_metrics([make([("a", 19, 40)], [], unscored=[(20, 60)])], LABELS)["classes"]["a"]
    assert (missed["truth"], missed["recall"]["50"]) == (0, None)


def test_a_remnant_may_explain_a_prediction(make):
    found = bout_metrics([make([("a", 19, 40)], [("a", 19, 20)], unscored=[(20, 60)])], LABELS)["classes"]["a"]
    assert (found["precision"]["50"], found["recall"]["50"]) == (1.0, 1.0)


def test_a_bout_across_an_unwatched_gap_counts_once(make):
    found = bout_metrics([make([("a", 0, 40)], [("a", 0, 40)], unscored=[(10, 12)])], LABELS)["classes"]["a"]
    assert (found["truth"], found["predicted"], found["f1"]["50"]) == (1, 1, 1.0)


def test_without_bouts_the_masks_say_where_they_are(make):
    recording = make([("a", 1, 5), ("b", 7, 9)], [("a", 1.5, 5)])
    masks = replace(recording, truth_bouts=(), predicted_bouts=())
    assert bout_metrics([masks], LABELS)["micro"] == bout_metrics([recording], LABELS)["micro"]


def test_a_predicted_bout_without_a_score_is_refused(make):
    recording = make([("a", 1, 5)], [("a", 1, 5)])
    bare = tuple(replace(bout, score=None) for bout in recording.predicted_bouts)
    with pytest.raises(ValueError, match="without a score"):
        bout_metrics([replace(recording, predicted_bouts=bare)], LABELS)


def test_malformed_recordings_are_refused(make):
    with pytest.raises(ValueError, match="has shape"):
        bout_metrics([make(labels=["a"])], LABELS)


def test_strictly_every_bout_is_compared_as_long_as_it_is(make):
    truth = [("a", 1, 1.1), ("a", 10, 14), ("b", 30, 31)]
    predicted = [("a", 1.1, 1.2), ("a", 10, 13), ("b", 30, 31)]
    found = bout_metrics([make(truth, predicted)], LABELS)
    assert found["least_seconds"] == 0.2
    assert found["classes"]["a"]["found"]["25"] == 2
    strict = found["strict"]
    assert strict["classes"]["a"]["recall"] == strict["classes"]["a"]["precision"] == {"10": 0.5, "25": 0.5, "50": 0.5}
    assert strict["classes"]["b"]["f1"]["50"] == 1.0
    assert strict["macro"]["f1"]["25"] == pytest.approx(0.75)
    assert strict["micro"]["f1"]["25"] == pytest.approx(2 / 3)
    whole = bout_metrics([make(truth, predicted)], LABELS, least=0.0)
    assert strict["map_30_70"] == whole["map_30_70"] < found["map_30_70"]


def test_strictly_a_point_event_is_never_found(make):
    found = bout_metrics([make([("a", 5, 5)], [("a", 5, 5)])], LABELS)
    assert found["classes"]["a"]["f1"]["50"] == 1.0
    assert found["strict"]["classes"]["a"]["f1"]["50"] == 0.0
