"""Edit score: the order of bouts."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.metrics.edit import distance, edit_score, in_sequence
from ethonight.metrics.marked import compared


def score(recording):
    return edit_score(compared(recording, ["a", "b"]))


def by_definition(first, second):
    @cache
    def between(i, j):
        if not i or not j:
            return i + j
        return min(
            between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + (first[i - 1] != second[j - 1])
        )

    return between(len(first), len(second))


words = st.lists(st.integers(0, 3), max_size=9).map(tuple)


@given(words, words)
def test_distance_is_levenshteins(first, second):
    assert distance(first, second) == by_definition(first, second)


def test_distance_of_words_that_everybody_knows():
    assert distance([ord(c) for c in "kitten"], [ord(c) for c in "sitting"]) == 3
    assert distance([], [1, 2]) == distance([1, 2], []) == 2
    assert distance([], []) == 0


def test_the_same_order_is_perfect_whatever_the_borders(make):
    assert score(make([("a", 0, 5), ("b", 6, 9)], [("a", 3, 4), ("b", 20, 40)])) == 1.0


def test_score_by_hand(make):
    # a b a b against a b b: one deletion of four
    truth = [("a", 0, 1), ("b", 2, 3), ("a", 4, 5), ("b", 6, 7)]
    assert score(make(truth, [("a", 0, 1), ("b", 2, 3), ("b", 6, 7)])) == pytest.approx(0.75)
    # every bout in two parts: four insertions of eight
    parts = [(label, start + shift, start + shift + 0.4) for label, start, _ in truth for shift in (0, 0.5)]
    assert score(make(truth, parts)) == pytest.approx(0.5)


def test_empty_on_one_side_is_zero_and_on_both_says_nothing(make):
    assert score(make([("a", 0, 5)], [])) == score(make([], [("a", 0, 5)])) == 0.0
    assert score(make()) != score(make())  # NaN


def test_labels_that_start_together_stand_in_the_order_of_their_ends(make):
    sides = compared(make([("a", 0, 5), ("b", 0, 3), ("a", 10, 11)]), ["a", "b"])
    assert in_sequence(sides.truth) == [1, 0, 0]
