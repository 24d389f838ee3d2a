"""The worst mistakes."""

from __future__ import annotations

import pytest

from ethonight.metrics.mistakes import mistakes


def test_without_mistakes_there_are_none(make):
    bouts = [("a", 1, 5)]
    assert mistakes([make(bouts, bouts)], ["a", "b"]) == {"false_positives": [], "false_negatives": []}
    assert mistakes([make()], ["a", "b"]) == {"false_positives": [], "false_negatives": []}


def test_long_certain_mistakes_come_first(make):
    predicted = [("a", 0, 2, 0.9), ("a", 10, 20, 0.6), ("a", 30, 40, 0.95)]
    found = mistakes([make([], predicted, video="v", subject="3")], ["a", "b"])["false_positives"]
    assert [row["start"] for row in found] == [30, 10, 0]
    assert found[0] == {
        "video": "v",
        "subject": "3",
        "label": "a",
        "start": 30.0,
        "end": 40.0,
        "score": 0.95,
        "overlap": 0.0,
    }


def test_missed_bouts_tell_their_highest_score_and_overlap(make):
    found = mistakes([make([("a", 0, 10), ("b", 20, 22)], [("a", 8, 12, 0.7)])], ["a", "b"])["false_negatives"]
    assert [(row["label"], row["overlap"], row["score"]) for row in found] == [
        ("a", pytest.approx(2 / 12), pytest.approx(0.7)),
        ("b", 0.0, pytest.approx(0.1)),
    ]


def test_point_events_at_the_very_end_are_told_too(make):
    found = mistakes([make([("a", 60, 60)], [])], ["a", "b"])["false_negatives"]
    assert (found[0]["start"], found[0]["end"]) == (60.0, 60.0)


def test_at_most_so_many_are_told(make):
    truth = [("a", start, start + 0.5) for start in range(50)]
    assert len(mistakes([make(truth, [])], ["a", "b"])["false_negatives"]) == 20
    assert len(mistakes([make(truth, [])], ["a", "b"], most=3)["false_negatives"]) == 3


def test_malformed_recordings_are_refused():
    with pytest.raises(ValueError, match="no recordings"):
        mistakes([], ["a"])
