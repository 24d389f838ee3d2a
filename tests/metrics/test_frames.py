"""Single time steps: precision, recall, F1, average precision, confusion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from ethonight.metrics.frames import confusion, frame_metrics

LABELS = ["a", "b"]


def test_a_perfect_prediction_has_ones_everywhere(make):
    bouts = [("a", 1, 5), ("b", 10, 12)]
    found = frame_metrics([make(bouts, bouts)], LABELS)
    for over in (*found["classes"].values(), found["macro"], found["macro_with_none"]):
        assert [over[key] for key in ("precision", "recall", "f1", "average_precision")] == [1, 1, 1, 1]
    assert found["micro"]["f1"] == found["accuracy"] == 1
    assert found["confusion"] == {"labels": ["a", "b", "none"], "matrix": [[40, 0, 0], [0, 20, 0], [0, 0, 540]]}


def test_nothing_marked_and_nothing_found_says_nothing_about_the_labels(make):
    found = frame_metrics([make()], LABELS)
    assert found["classes"]["a"] == {
        "precision": None,
        "recall": None,
        "f1": None,
        "average_precision": None,
        "support": 0,
        "predicted": 0,
        "prevalence": 0.0,
    }
    assert found["macro"]["f1"] is None
    assert found["macro_with_none"]["f1"] == found["accuracy"] == 1.0


def test_numbers_of_a_small_case(make):
    # a: 4 s true, 3 s predicted, 2 s common; b: 1 s true, never predicted; 10 s in all
    recording = make([("a", 0, 4), ("b", 6, 7)], [("a", 2, 5)], seconds=10)
    found = frame_metrics([recording], LABELS)
    a, b = found["classes"]["a"], found["classes"]["b"]
    assert (a["precision"], a["recall"], a["f1"]) == pytest.approx((2 / 3, 2 / 4, 4 / 7))
    assert (b["precision"], b["recall"], b["f1"]) == (None, 0.0, 0.0)
    assert (a["support"], a["predicted"], a["prevalence"]) == (40, 30, 0.4)
    assert found["macro"]["f1"] == pytest.approx(2 / 7)
    # none: true in 5 s, predicted in 7 s, common: 5..6 s is none and not predicted; 7..10 s too, 4..5 s predicted
    assert found["macro_with_none"]["f1"] == pytest.approx((4 / 7 + 0 + 2 * 4 / (5 + 7)) / 3)
    assert found["micro"]["f1"] == pytest.approx(2 * 2 / (5 + 3))
    assert found["accuracy"] == pytest.approx(0.6)
    assert found["confusion"]["matrix"] == [[20, 0, 20], [0, 0, 10], [10, 0, 40]]


def test_macro_agrees_with_scikit_learn(random_recordings):
    found = frame_metrics(random_recordings, list("abc"))
    truth = np.concatenate([r.truth for r in random_recordings])
    predicted = np.concatenate([r.predicted for r in random_recordings])
    for name, score in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        assert found["macro"][name] == pytest.approx(score(truth, predicted, average="macro"))
        assert found["micro"][name] == pytest.approx(score(truth, predicted, average="micro"))


def test_average_precision_by_hand(make):
    recording = make([("a", 0, 0.2), ("a", 0.3, 0.4)], [], labels=["a"], seconds=0.5)
    scores = np.array([[0.9], [0.5], [0.8], [0.7], [0.1]], dtype=np.float32)
    # best first: true (1/1), false, true (2/3), true (3/4): a third of the recall is gained each time
    found = frame_metrics([replace(recording, scores=scores)], ["a"])
    assert found["classes"]["a"]["average_precision"] == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_time_that_nobody_watched_is_not_background(make):
    watched = make([("a", 0, 4)], [("a", 0, 4)], seconds=10)
    more = make([("a", 0, 4)], [("a", 0, 4), ("b", 20, 50)], unscored=[(10, 60)])
    assert frame_metrics([more], LABELS) == frame_metrics([watched], LABELS)


def test_overlapping_labels_in_the_confusion_keep_the_support(make):
    # 0..2 s a and b true, only c found: both go to c; 2..4 s a true, b and c found: halves; 4..5 s a right, b beside it
    recording = make(
        [("a", 0, 5), ("b", 0, 2)], [("c", 0, 4), ("b", 2, 5), ("a", 4, 5)], labels=["a", "b", "c"], seconds=5
    )
    table = confusion([recording])
    assert table.tolist() == [[10, 10, 30, 0], [0, 0, 20, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert table.sum(axis=1).tolist() == [50, 20, 0, 0]


def test_a_score_that_is_not_known_counts_as_zero(make):
    recording = make([("a", 0, 1)], [], labels=["a"], seconds=2)
    scores = np.where(np.arange(20)[:, None] < 10, 0.8, np.nan).astype(np.float32)
    assert frame_metrics([replace(recording, scores=scores)], ["a"])["classes"]["a"]["average_precision"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": np.zeros((5, 2), dtype=bool)}, "truth has shape"),
        ({"scored": np.ones(5, dtype=bool)}, "scored has shape"),
        ({"scores": np.full((600, 2), 1.5, dtype=np.float32)}, "outside of 0 to 1"),
        ({"truth": np.zeros((600, 2), dtype=np.int64)}, "not bool"),
        ({"edges": np.zeros(601)}, "do not increase"),
    ],
)
def test_malformed_recordings_are_refused(make, change, message):
    with pytest.raises(ValueError, match=message):
        frame_metrics([replace(make(), **change)], LABELS)


def test_no_recordings_no_labels_and_doubles_are_refused(make):
    with pytest.raises(ValueError, match="no recordings"):
        frame_metrics([], LABELS)
    with pytest.raises(ValueError, match="labels must be there"):
        frame_metrics([make()], [])
    with pytest.raises(ValueError, match="there twice"):
        frame_metrics([make(), make()], LABELS)
