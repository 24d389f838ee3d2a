"""Scores become bouts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ethonight.errors import SettingsError
from ethonight.temporal.decoding import (
    Decoding,
    decode,
    decoded_mask,
    from_runs,
    hysteresis,
    runs,
    smoothed,
    without_lost,
)
from ethonight.temporal.decoding_table import decodings_table, read_decodings

PLAIN = Decoding()


def column(*scores):
    return np.array(scores, dtype=np.float32)[:, None]


def seconds(steps, rate=10):
    return np.arange(steps + 1) / rate


def mask_of(scores, **parameters):
    """Return which of ten steps a second are active, as text."""
    found = decoded_mask(column(*scores), seconds(len(scores)), ["a"], {"a": Decoding(**parameters)}, False)
    return "".join("x" if active else "." for active in found[:, 0])


def test_bouts_have_half_open_times_labels_subject_and_the_mean_score():
    bouts = decode(column(0, 0.8, 0.6, 0, 0.9), seconds(5), ["a"], {"a": PLAIN}, False, "left")
    assert [(bout.label, bout.subject, bout.start, bout.end) for bout in bouts] == [
        ("a", "left", 0.1, 0.3),
        ("a", "left", 0.4, 0.5),
    ]
    assert [bout.score for bout in bouts] == pytest.approx([0.7, 0.9])


def test_nothing_scores_nothing_and_no_steps_have_no_bouts():
    assert decode(column(0, 0, 0), seconds(3), ["a"], {"a": Decoding(0.0, 0.0)}, False) == []
    assert decode(np.zeros((0, 1), np.float32), np.zeros(1), ["a"], {"a": Decoding(smoothing=1)}, False) == []
    assert decode(np.zeros((3, 0), np.float32), seconds(3), [], {}, True) == []


def test_the_last_and_the_first_step_are_decoded_like_any_other():
    assert mask_of([0.9, 0.9, 0, 0, 0, 0.9, 0.9]) == "xx...xx"
    assert mask_of([0.9] * 7, smoothing=0.5) == "xxxxxxx"


def test_a_weak_stretch_belongs_to_a_bout_that_is_strong_somewhere():
    scores = [0.4, 0.4, 0.9, 0.4, 0.1, 0.4, 0.4]
    assert mask_of(scores, high=0.8, low=0.3) == "xxxx..."
    assert mask_of(scores, high=0.8, low=0.8) == "..x...."


def test_short_gaps_are_filled_and_then_short_bouts_dropped():
    scores = [1, 1, 0, 1, 1, 0, 0, 0, 1, 0]
    assert mask_of(scores, least_gap=0.2) == "xxxxx...x."
    assert mask_of(scores, least_gap=0.1) == "xx.xx...x."
    assert mask_of(scores, least_duration=0.2) == "xx.xx....."
    assert mask_of(scores, least_gap=0.2, least_duration=0.5) == "xxxxx....."
    assert mask_of(scores, least_gap=0.4, least_duration=0.9) == "xxxxxxxxx."


def test_smoothing_is_a_mean_over_time_that_is_shorter_at_the_ends():
    assert smoothed(np.array([1.0, 0, 0, 1, 1]), seconds(5), 0.3).tolist() == pytest.approx(
        [0.5, 1 / 3, 1 / 3, 2 / 3, 1]
    )
    assert smoothed(np.array([1.0, 0, 0]), seconds(3), 0.1).tolist() == [1, 0, 0]
    assert smoothed(np.array([0.6, 0, 0.3]), seconds(3), 60).tolist() == pytest.approx([0.3] * 3)


def test_a_twitch_of_two_steps_survives_in_the_beginning_the_middle_and_the_end():
    scores = np.zeros(90)
    scores[[0, 1, 40, 41, 88, 89]] = 0.95
    twitchy = Decoding(0.5, 0.4, smoothing=0.1, least_duration=0.05, least_gap=0.05)
    bouts = decode(column(*scores), seconds(90, 30), ["a"], {"a": twitchy}, False)
    assert [round((bout.start + bout.end) / 2 * 30) for bout in bouts] == [1, 41, 89]


def test_labels_have_their_own_parameters():
    scores = np.concatenate([column(0, 0.9, 0.9, 0, 0, 0), column(0, 0.9, 0.9, 0, 0, 0)], axis=1)
    decodings = {"twitch": PLAIN, "sleep": Decoding(least_duration=0.5)}
    assert {bout.label for bout in decode(scores, seconds(6), ["twitch", "sleep"], decodings, False)} == {"twitch"}


def test_exclusive_labels_are_the_highest_and_must_beat_none():
    scores = np.array([[0.5, 0.3], [0.4, 0.45], [0.2, 0.15], [0.34, 0.33], [0.0, 0.0]], dtype=np.float32)
    found = decoded_mask(scores, seconds(5), ["a", "b"], {"a": PLAIN, "b": PLAIN}, True)
    # none: 0.2, 0.15, 0.65, 0.33, 1
    assert found.tolist() == [[True, False], [False, True], [False, False], [True, False], [False, False]]


@given(arrays.arrays(np.float32, (40, 3), elements=st.floats(0, 1, width=32)), st.floats(0, 1), st.floats(0, 0.5))
def test_exclusive_bouts_never_overlap(scores, threshold, length):
    decodings = dict.fromkeys("abc", Decoding(threshold, threshold / 2, length, length, length))
    shares = scores / np.maximum(scores.sum(axis=1, keepdims=True), 1)
    assert decoded_mask(shares, seconds(40), "abc", decodings, True).sum(axis=1).max() <= 1


def test_no_bout_where_the_subject_was_out_of_sight():
    found = np.ones(100, dtype=bool)
    found[30:33] = False
    found[60:70] = False
    scores = without_lost(np.full((100, 1), 0.9, dtype=np.float32), found, seconds(100), 0.5)
    assert np.flatnonzero(np.isnan(scores[:, 0])).tolist() == list(range(60, 70))
    bouts = decode(scores, seconds(100), ["a"], {"a": Decoding(smoothing=2, least_gap=5)}, False)
    assert [(bout.start, bout.end) for bout in bouts] == [(0.0, 6.0), (7.0, 10.0)]
    assert [bout.score for bout in bouts] == pytest.approx([0.9, 0.9])


def test_out_of_sight_for_exactly_the_longest_time_is_still_in_sight():
    found = np.arange(20) >= 5
    assert not np.isnan(without_lost(np.ones((20, 1), np.float32), found, seconds(20), 0.5)).any()
    assert np.isnan(without_lost(np.ones((20, 1), np.float32), found, seconds(20), 0.4)).any()


def test_unknown_steps_of_exclusive_labels_stay_empty():
    scores = np.array([[0.6, 0.3], [np.nan, np.nan], [0.3, 0.6]], dtype=np.float32)
    found = decoded_mask(scores, seconds(3), ["a", "b"], {"a": PLAIN, "b": PLAIN}, True)
    assert found.tolist() == [[True, False], [False, False], [False, True]]


def test_times_of_a_variable_rate_are_taken_as_they_are():
    edges = np.array([0.0, 0.03, 0.06, 1.06, 1.09])
    bouts = decode(column(0, 0, 0.9, 0), edges, ["a"], {"a": Decoding(least_duration=0.9)}, False)
    assert [(bout.start, bout.end) for bout in bouts] == [(0.06, 1.06)]


@given(arrays.arrays(np.float64, 50, elements=st.floats(0, 1)), st.floats(0, 1), st.floats(0, 1))
def test_hysteresis_lies_between_its_two_thresholds(scores, one, other):
    low, high = sorted((one, other))
    found = hysteresis(scores, low, high)
    assert not (found & (scores < low)).any()
    assert found[(scores >= high) & (scores > 0)].all()
    starts, stops = runs(found)
    assert all((scores[start:stop] >= high).any() for start, stop in zip(starts, stops, strict=True))


@given(arrays.arrays(np.bool_, st.integers(0, 40)))
def test_runs_are_the_mask(mask):
    assert (from_runs(*runs(mask), len(mask)) == mask).all()


def test_another_threshold_keeps_the_share_of_the_low_one():
    changed = Decoding(0.8, 0.4, smoothing=0.3).with_threshold(0.5)
    assert (changed.high, changed.low, changed.smoothing) == (0.5, 0.25, 0.3)
    assert Decoding(0.0, 0.0).with_threshold(0.4).low == 0.4


@pytest.mark.parametrize(
    "parameters",
    [{"high": 1.1}, {"high": 0.4, "low": 0.5}, {"low": -0.1}, {"smoothing": -1}, {"least_gap": float("inf")}],
)
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=r"must be|are seconds"):
        Decoding(**parameters)


def test_shapes_and_labels_must_fit():
    with pytest.raises(ValueError, match="scores of shape"):
        decode(column(0, 1), seconds(3), ["a"], {"a": PLAIN}, False)
    with pytest.raises(ValueError, match="no decoding for b"):
        decode(np.zeros((2, 2), np.float32), seconds(2), ["a", "b"], {"a": PLAIN}, False)


def test_a_table_gives_the_same_decodings_again():
    decodings = {"a": Decoding(0.65, 0.3, 0.2, 0.1, 0.4), "b": PLAIN}
    table = decodings_table(decodings)
    assert set(table["b"]) == {"high", "low", "smoothing", "least_duration", "least_gap"}
    assert read_decodings(table, ["a", "b"]) == decodings


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"a": {}}, "nothing about b"),
        ({"a": {}, "b": {}, "c": {}}, "c is no label"),
        ({"a": {"hihg": 0.5}, "b": {}}, "high"),
        ({"a": {"high": 2}, "b": {}}, "must be 0 to 1"),
        ({"a": {"high": 0.2, "low": 0.5}, "b": {}}, "low not above high"),
        ({"a": 3, "b": {}}, "table"),
        ([], "one table for each label"),
    ],
)
def test_a_table_that_cannot_be_is_refused(table, message):
    with pytest.raises(SettingsError, match=message):
        read_decodings(table, ["a", "b"])
