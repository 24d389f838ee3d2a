"""The pace, and what ten more minutes bring."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_prediction import decision, made, queue_of

from ethonight.review.decisions import Decision
from ethonight.review.estimate import estimate, seconds_each, sentence
from ethonight.review.item import MISS, Item
from ethonight.review.verdict import ACCEPTED, CORRECTED, REJECTED, SKIPPED


def questions(count: int, score: float = 0.7) -> list[Item]:
    rows = [("grooming", 20 * place, 20 * place + 10, score) for place in range(count)]
    return queue_of([made(rows, frames=20 * count)])


def answers(count: int, outcome: str, every: float = 10.0, **more: float) -> list[Decision]:
    return [decision(1000 + place * every, outcome, **more) for place in range(count)]


def test_the_pace_is_the_usual_time_of_an_answer_and_pauses_do_not_count() -> None:
    times = [0, 10, 20, 31, 1000, 1010, 1019]
    assert seconds_each([decision(time, ACCEPTED) for time in times]) == 10
    assert seconds_each([decision(time, ACCEPTED) for time in times[:3]]) is None


def test_ten_minutes_hold_as_many_answers_as_the_pace_says() -> None:
    found = estimate(questions(200), answers(20, ACCEPTED), 10.0)
    assert (found.items, found.minutes) == (60, pytest.approx(10))
    assert estimate(questions(30), [], 10.0).items == 30


def test_scores_are_believed_until_answers_say_otherwise() -> None:
    coming = questions(200)
    least, most = estimate(coming, [], 10.0).corrections
    assert least < 0.3 * 60 < most
    right, wrong = answers(60, ACCEPTED), answers(60, REJECTED)
    assert estimate(coming, right, 10.0).corrections[1] < 0.15 * 60
    assert estimate(coming, wrong, 10.0).corrections[0] > 0.85 * 60
    assert most - least > estimate(coming, right, 10.0).corrections[1]


def test_answers_about_what_was_overlooked_say_nothing_about_bouts() -> None:
    coming = questions(200)
    about_misses = [decision(1000 + at, ACCEPTED, kind=MISS) for at in range(60)]
    assert estimate(coming, about_misses, 10.0) == estimate(coming, [], 10.0)
    assert not about_misses[0].was_right
    assert decision(1, REJECTED, kind=MISS).was_right
    assert not decision(1, CORRECTED).was_right


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 40),
    st.floats(0.5, 0.99),
    st.lists(st.tuples(st.sampled_from([ACCEPTED, CORRECTED, REJECTED, SKIPPED]), st.floats(0, 1)), max_size=30),
    st.floats(0.1, 120),
)
def test_no_more_is_promised_than_there_is(
    count: int, score: float, given_: list[tuple[str, float]], each: float
) -> None:
    decisions = [decision(at, outcome, trust) for at, (outcome, trust) in enumerate(given_)]
    found = estimate(questions(count, score), decisions, each)
    assert 0 <= found.corrections[0] <= found.corrections[1] <= found.items <= count


def test_the_sentence() -> None:
    assert sentence([], []) == "Nothing is left to be asked."
    assert "After a few answers" in sentence(questions(5), [])
    decisions = answers(20, ACCEPTED)
    assert "ten more minutes are about 60 answers; in " in sentence(questions(200), decisions)
    assert "The 6 questions that are left take about 1 min" in sentence(questions(6), decisions)
