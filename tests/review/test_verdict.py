"""What an answer says: which bouts, and which time was watched."""

from __future__ import annotations

from collections import Counter

import pytest
from made_prediction import FPS, Row, made

from ethonight.annotations.bouts import SCORED
from ethonight.review.item import Item
from ethonight.review.predicted import Coded, CodedBout
from ethonight.review.questions import questions
from ethonight.review.verdict import (
    ACCEPTED,
    CORRECTED,
    REJECTED,
    RELABELLED,
    AnswerError,
    Labelled,
    Verdict,
    judged,
)

Rows = list[tuple[str, int, int]]
GROOMING: list[Row] = [("grooming", 100, 130, 0.8)]
EDGES = made([]).edges


NOTHING = Coded()


def first_of(rows: list[Row], coded: Coded = NOTHING, subject: str = "") -> Item:
    """Return the earliest question."""
    return questions(made(rows, subject=subject), coded, Counter())[0]


def rows_of(verdict: Verdict) -> Rows:
    return [(row.label, round(row.start * FPS), round(row.end * FPS)) for row in verdict.rows]


def test_yes_is_the_bout_and_the_time_around_it() -> None:
    verdict = judged(first_of(GROOMING), Labelled("grooming", 100, 130), [], Coded(), EDGES)
    assert verdict.outcome == ACCEPTED
    assert rows_of(verdict) == [("grooming", 100, 130), (SCORED, 90, 140)]
    assert all(row.score is None for row in verdict.rows)


def test_no_is_only_the_time() -> None:
    verdict = judged(first_of(GROOMING), None, [], Coded(), EDGES)
    assert (verdict.outcome, rows_of(verdict)) == (REJECTED, [(SCORED, 90, 140)])


def test_corrected_edges_widen_the_time_and_narrower_ones_do_not_shrink_it() -> None:
    wide = judged(first_of(GROOMING), Labelled("grooming", 70, 150), [], Coded(), EDGES)
    assert (wide.outcome, rows_of(wide)) == (CORRECTED, [("grooming", 70, 150), (SCORED, 70, 150)])
    narrow = judged(first_of(GROOMING), Labelled("grooming", 110, 120), [], Coded(), EDGES)
    assert (narrow.outcome, rows_of(narrow)) == (CORRECTED, [("grooming", 110, 120), (SCORED, 90, 140)])


def test_another_name() -> None:
    verdict = judged(first_of(GROOMING), Labelled("licking", 100, 130), [], Coded(), EDGES)
    assert (verdict.outcome, rows_of(verdict)[0]) == (RELABELLED, ("licking", 100, 130))


def test_what_else_is_kept_is_cut_to_the_time_that_the_answer_speaks_for() -> None:
    item = first_of([*GROOMING, ("rearing", 120, 200, 0.8)])
    assert item.watched == (90, 130)
    verdict = judged(item, Labelled("grooming", 100, 130), [Labelled("rearing", 120, 200)], Coded(), EDGES)
    assert rows_of(verdict) == [("rearing", 120, 130), ("grooming", 100, 130), (SCORED, 90, 130)]


def test_nothing_is_added_to_time_that_was_watched_before() -> None:
    coded = Coded(scored=((0, 110, ""),))
    item = first_of([*GROOMING, ("rearing", 60, 200, 0.8)], coded)
    assert (item.label, item.first, item.stop) == ("grooming", 110, 130)
    verdict = judged(item, None, [Labelled("rearing", 60, 200)], coded, EDGES)
    assert rows_of(verdict) == [("rearing", 110, 130), (SCORED, 110, 130)]


def test_a_part_reaches_into_the_other_part_that_was_kept_before() -> None:
    coded = Coded((CodedBout("grooming", "", 90, 110), CodedBout("rearing", "", 130, 140)), ((80, 110, ""),))
    item = first_of(GROOMING, coded)
    verdict = judged(item, Labelled("grooming", 110, 130), [], coded, EDGES)
    assert rows_of(verdict)[0] == ("grooming", 109, 130)
    assert verdict.outcome == ACCEPTED


def test_an_answer_speaks_for_the_subject_that_was_asked_about() -> None:
    verdict = judged(first_of(GROOMING, subject="male"), Labelled("grooming", 100, 130), [], Coded(), EDGES)
    assert {row.subject for row in verdict.rows} == {"male"}


@pytest.mark.parametrize(
    "here",
    [
        Labelled("grooming", 130, 130),
        Labelled("grooming", -1, 130),
        Labelled("grooming", 100, 6001),
        Labelled("grooming", 100, 2000),
        Labelled(SCORED, 100, 130),
        Labelled("", 100, 130),
    ],
)
def test_what_cannot_be_is_refused(here: Labelled) -> None:
    item = first_of([("grooming", 400, 430, 0.8)])
    with pytest.raises(AnswerError):
        judged(item, here, [], Coded(), EDGES)
