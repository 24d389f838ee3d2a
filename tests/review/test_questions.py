"""What is asked, what is not, and in which order."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_prediction import FPS, LABELS, Row, asked, made, queue_of

from ethonight.review.item import BOUT, MISS
from ethonight.review.order import in_turn
from ethonight.review.predicted import Coded, left_of
from ethonight.review.questions import beside, questions
from ethonight.review.signs import reasons
from ethonight.temporal.decoding import Decoding

FRAMES = 3000
scores = st.floats(0.3, 0.98)
rows = st.lists(
    st.tuples(st.sampled_from(LABELS), st.integers(0, FRAMES - 60), st.integers(5, 60), scores).map(
        lambda one: (one[0], one[1], one[1] + one[2], one[3])
    ),
    max_size=25,
)
watched = st.lists(
    st.tuples(st.integers(0, FRAMES - 1), st.integers(1, 400), st.sampled_from(["", "a", "b"])).map(
        lambda one: (one[0], min(one[0] + one[1], FRAMES), one[2])
    ),
    max_size=8,
)


def test_every_predicted_bout_is_asked_with_its_frames_and_score() -> None:
    items = queue_of([made([("grooming", 100, 130, 0.8), ("rearing", 500, 510, 0.6)])])
    assert sorted(asked(items)) == [("grooming", 100, 130), ("rearing", 500, 510)]
    assert {item.label: item.chance for item in items} == pytest.approx({"grooming": 0.8, "rearing": 0.6}, abs=1e-6)
    assert {item.kind for item in items} == {BOUT}


def test_a_stretch_where_the_score_nearly_sufficed_is_asked_too() -> None:
    items = queue_of([made([("grooming", 100, 130, 0.8), ("rearing", 500, 520, 0.4), ("walking", 700, 720, 0.2)])])
    misses = [item for item in items if item.kind == MISS]
    assert asked(misses) == [("rearing", 500, 520)]
    assert reasons(misses[0])[0] == "perhaps overlooked"
    assert misses[0].trust == pytest.approx(0.6, abs=1e-6)


def test_what_was_too_short_to_be_a_bout_is_asked_and_the_slope_of_a_bout_is_not() -> None:
    slope: list[Row] = [("grooming", 90, 100, 0.4), ("grooming", 100, 130, 0.9), ("grooming", 130, 140, 0.45)]
    items = queue_of([made([*slope, ("rearing", 500, 508, 0.9)], decoding=Decoding(least_duration=1.0))])
    assert sorted((item.kind, item.label) for item in items) == [(BOUT, "grooming"), (MISS, "rearing")]


@settings(max_examples=60, deadline=None)
@given(rows, watched, st.sampled_from(["", "a"]))
def test_scored_time_is_never_asked_and_the_order_is_always_the_same(
    rows: list[Row], watched: list[tuple[int, int, str]], subject: str
) -> None:
    predicted, coded = made(rows, frames=FRAMES, subject=subject), Coded(scored=tuple(watched))
    known = np.zeros(FRAMES, dtype=np.bool_)
    for first, stop, whose in watched:
        known[first:stop] |= whose in ("", subject)
    items = queue_of({predicted: coded})
    for item in items:
        assert not known[item.first : item.stop].any()
        assert item.watched[0] <= item.first < item.stop <= item.watched[1]
    said = np.zeros((FRAMES, len(LABELS)), dtype=np.bool_)
    for bout in predicted.bouts:
        said[round(bout.start * FPS) : round(bout.end * FPS), LABELS.index(bout.label)] = True
    asked_of = np.zeros_like(said)
    for item in items:
        if item.kind == BOUT:
            asked_of[item.first : item.stop, LABELS.index(item.label)] = True
    assert np.array_equal(asked_of, said & ~known[:, None])
    assert queue_of({predicted: coded}) == items


@settings(max_examples=60, deadline=None)
@given(rows)
def test_an_answer_speaks_for_no_other_question_but_where_they_overlap(rows: list[Row]) -> None:
    items = queue_of([made(rows, frames=FRAMES)])
    for item in items:
        assert item.first - item.watched[0] <= FPS and item.watched[1] - item.stop <= FPS
        for other in items:
            low, high = max(other.first, item.watched[0]), min(other.stop, item.watched[1])
            assert low >= high or (item.first <= low and high <= item.stop)


def test_quiet_around_an_item_belongs_to_it() -> None:
    items = queue_of([made([("grooming", 100, 130, 0.8), ("rearing", 136, 150, 0.8), ("walking", 0, 4, 0.9)])])
    found = {item.label: item.watched for item in items}
    assert found == {"grooming": (90, 136), "rearing": (130, 160), "walking": (0, 14)}


def test_the_doubtful_come_first_then_the_disagreed_then_the_sure() -> None:
    rows = [("grooming", 100, 130, 0.97), ("grooming", 1000, 1030, 0.97), ("grooming", 2000, 2030, 0.52)]
    items = queue_of([made(rows, spread=[("grooming", 1000, 1030, 0.4)])])
    assert [item.first for item in items] == [2000, 1000, 100]
    assert reasons(items[0])[0] == "the model is unsure"
    assert "the networks disagree" in reasons(items[1])
    assert items[2].signs.disagreement == 0.0


def test_one_network_is_not_said_to_agree_with_itself() -> None:
    assert queue_of([made([("grooming", 100, 130, 0.97)])])[0].signs.disagreement is None


@pytest.mark.parametrize("rare", LABELS)
def test_a_rare_label_comes_before_a_common_one_that_is_as_doubtful(rare: str) -> None:
    common = next(label for label in LABELS if label != rare)
    rows = [(common, 700 * place + 10, 700 * place + 40, 0.6) for place in range(8)]
    items = queue_of([made([*rows, (rare, 5650, 5680, 0.6)])])
    assert items[0].label == rare
    assert "rare" in reasons(items[0])


def test_an_unclear_edge_is_named_and_comes_before_a_clear_one() -> None:
    slow = [("grooming", 90 + place, 91 + place, 0.3 + 0.02 * place) for place in range(10)]
    items = queue_of([made([*slow, ("grooming", 100, 130, 0.62), ("grooming", 1000, 1030, 0.62)])])
    assert items[0].signs.onset is not None and items[1].signs.onset is not None
    assert items[0].signs.onset > items[1].signs.onset
    assert "its beginning is unclear" in reasons(items[0])
    at_the_start = queue_of([made([("grooming", 0, 30, 0.6)])])[0]
    assert at_the_start.signs.onset is None and at_the_start.signs.offset is not None


def test_questions_are_spread_over_videos_and_minutes() -> None:
    doubtful = [("grooming", 100 + 40 * place, 120 + 40 * place, 0.52) for place in range(10)]
    elsewhere = [("grooming", 3000, 3020, 0.6)]
    surer = [("grooming", 100 + 40 * place, 120 + 40 * place, 0.7) for place in range(10)]
    items = queue_of([made([*doubtful, *elsewhere], "v1"), made(surer, "v2"), made(surer, "v3")])
    assert items[0].video == "v1"
    assert {item.video for item in items[:6]} == {"v1", "v2", "v3"}
    assert 3000 in [item.first for item in items[:6]]


def test_what_was_skipped_comes_behind_all_others() -> None:
    predicted = made([("grooming", 100, 130, 0.52), ("rearing", 700, 730, 0.9)])
    items = questions(predicted, Coded(), Counter())
    edges = {predicted.video: predicted.edges}
    first, second = in_turn(items, edges)
    assert in_turn(items, edges, {first.key}) == [second, first]
    assert in_turn(items, edges, {first.key, second.key}) == [first, second]


def test_what_is_predicted_nearby_is_listed_without_the_item_itself() -> None:
    items = questions(
        made([("grooming", 100, 130, 0.8), ("rearing", 120, 150, 0.8), ("walking", 900, 930, 0.8)]), Coded(), Counter()
    )
    assert asked(beside(items[0], items, 100)) == [("rearing", 120, 150)]
    assert asked(beside(items[0], items, 1000)) == [("rearing", 120, 150), ("walking", 900, 930)]


@given(st.integers(0, 60), st.integers(1, 30), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 20)), max_size=6))
def test_what_is_left_of_a_stretch_is_what_was_not_watched(
    first: int, length: int, several: list[tuple[int, int]]
) -> None:
    coded = Coded(scored=tuple((one, one + wide, "") for one, wide in several if wide))
    frames = set(range(first, first + length)) - {at for one, wide in several for at in range(one, one + wide)}
    left = left_of(first, first + length, coded.watched(""))
    assert {at for one, stop in left for at in range(one, stop)} == frames
    assert left == sorted(left) and all(one < stop for one, stop in left)


def test_a_model_that_said_nothing_leaves_no_question() -> None:
    assert queue_of([made([])]) == []
