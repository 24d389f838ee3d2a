"""What kinematics says of places whose movement is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ethonight.features.kinematics import Kinematics
from ethonight.features.paths import bridged
from ethonight.features.symmetry import SYMMETRIES, Symmetry
from ethonight.subjects.boxes import Located, Scene

RATE = 30.0
SIDE, BODY = 800, 40.0
STEPS = 200


def located(places: NDArray[np.float64], found: NDArray[np.bool_] | None = None) -> Located:
    """Subjects at ``places`` (S, m, 2) pixels."""
    shape = places.shape[:2]
    axes = np.zeros((*shape, 2), np.float32)
    seen = np.ones(shape, np.bool_) if found is None else found
    return Located(places.astype(np.float32), axes, np.zeros(shape, np.float32), seen)


def describe(where: Located, rate: float = RATE) -> NDArray[np.float32]:
    names = tuple(str(number) for number in range(len(where.found)))
    return Kinematics(rate).compute(where, Scene(names, SIDE, SIDE, BODY, 2 * BODY))


def column(vectors: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    return vectors[..., Kinematics.names.index(name)]


def wandering(subjects: int, seed: int = 0, steps: int = STEPS) -> NDArray[np.float64]:
    """Smooth random walks through the arena."""
    numbers = np.random.default_rng(seed)
    speed = numbers.normal(0, 1, (subjects, steps, 2)).cumsum(axis=1)
    speed -= speed.mean(axis=1, keepdims=True)
    return np.asarray(SIDE / 2 + 0.3 * speed.cumsum(axis=1), np.float64)


@pytest.mark.parametrize("subjects", [1, 2, 3, 8])
@pytest.mark.parametrize("rate", [1.0, 12.0, 30.0, 200.0])
def test_there_are_as_many_dimensions_however_many_subjects(subjects: int, rate: float) -> None:
    reach = Kinematics(rate).before
    vectors = describe(located(wandering(subjects, steps=2 * reach + 10)), rate)
    assert vectors.shape == (subjects, 10, Kinematics.dimensions)
    assert np.isfinite(vectors.astype(np.float16)).all()
    assert len(set(Kinematics.names)) == Kinematics.dimensions


def test_speed_is_in_body_lengths_per_second() -> None:
    steps = np.arange(STEPS)
    vectors = describe(located(np.stack([100 + 2.0 * steps, 300 + 0 * steps], axis=1)[None]))
    for scale in ("one step", "0.1 s", "0.3 s", "1.0 s"):
        assert np.expm1(column(vectors, f"speed {scale}")) == pytest.approx(2 * RATE / BODY, rel=1e-3)
    assert column(vectors, "straightness 1 s") == pytest.approx(1.0, abs=0.1)
    assert column(vectors, "acceleration") == pytest.approx(0.0, abs=1e-3)
    assert column(vectors, "turning size") == pytest.approx(0.0, abs=1e-3)


def test_walls_are_the_edges_of_the_picture() -> None:
    steps = np.arange(STEPS)
    vectors = describe(located(np.stack([SIDE - 1.0 * (STEPS - steps), 400 + 0 * steps], axis=1)[None]))[0]
    inner = np.arange(STEPS)[Kinematics(RATE).before : -Kinematics(RATE).after]
    expected = np.minimum((STEPS - inner) / BODY, 5)
    np.testing.assert_allclose(column(vectors, "distance to the wall"), expected, rtol=1e-4)
    assert (column(vectors, "speed towards the wall") > 0.4).all()


def test_who_follows_is_told_from_who_is_followed() -> None:
    turn = np.arange(STEPS) / 20
    ahead = SIDE / 2 + 150 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    behind = SIDE / 2 + 150 * np.stack([np.cos(turn - 0.6), np.sin(turn - 0.6)], axis=1)
    chaser, chased = describe(located(np.stack([behind, ahead])))
    for name in ("follows", "follows 1 s"):
        assert (column(chaser, f"nearest: {name}") > 2 * np.abs(column(chased, f"nearest: {name}")) + 0.1).all(), name
    assert (column(chased, "nearest: is followed") > 0.1).all()
    apart = describe(located(np.stack([behind, ahead[::-1]])))
    assert column(apart, "nearest: follows").mean() < 0.3 * column(chaser, "nearest: follows").mean()


def test_the_nearest_one_counts_whatever_its_number() -> None:
    places = wandering(4, seed=3)
    vectors = describe(located(places))
    shuffled = describe(located(places[[2, 0, 3, 1]]))
    np.testing.assert_allclose(shuffled, vectors[[2, 0, 3, 1]], atol=1e-5)
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1) + np.diag([np.inf] * 4)[..., None]
    nearest = distances.min(axis=1)[:, Kinematics(RATE).before : -Kinematics(RATE).after] / BODY
    np.testing.assert_allclose(np.expm1(column(vectors, "nearest: distance")), nearest, rtol=1e-4)


def test_a_short_gap_is_a_line_and_is_flagged() -> None:
    steps = np.arange(STEPS)
    places = np.stack([100 + 2.0 * steps, 300 + 0 * steps], axis=1)[None].astype(np.float64)
    found = np.ones((1, STEPS), np.bool_)
    found[0, 95:105] = False
    held = places.copy()
    held[0, 95:105] = held[0, 94]
    with_gap, without = describe(located(held, found)), describe(located(places))
    shift = Kinematics(RATE).before
    assert (column(with_gap, "found")[0, 95 - shift : 105 - shift] == 0).all()
    assert column(with_gap, "found lately").min() < 0.8
    flags = [Kinematics.names.index(name) for name in ("found", "found lately")]
    np.testing.assert_allclose(np.delete(with_gap, flags, 2), np.delete(without, flags, 2), atol=1e-3)


def test_a_long_gap_keeps_the_last_place() -> None:
    places = np.stack([np.arange(60.0), np.zeros(60)], axis=1)
    found = np.ones(60, np.bool_)
    found[20:40] = False
    places[20:40] = places[19]
    np.testing.assert_array_equal(bridged(places, found, 15), places)
    np.testing.assert_allclose(bridged(places, found, 20)[:, 0], np.arange(60.0))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_what_is_said_of_a_step_does_not_depend_on_the_steps_described_with_it(seed: int, first: int) -> None:
    reach, places = Kinematics(RATE).before, wandering(3, seed, 220)
    found = np.random.default_rng(seed).random((3, 220)) > 0.4
    whole = describe(located(places, found))
    span = slice(first, first + 2 * reach + 20)
    part = describe(located(places[:, span], found[:, span]))
    np.testing.assert_allclose(part, whole[:, first : first + 20], atol=1e-4)


@settings(max_examples=16, deadline=None)
@given(st.sampled_from(SYMMETRIES), st.integers(0, 100))
def test_a_mirrored_arena_changes_signs_only(symmetry: Symmetry, seed: int) -> None:
    permutation, sign = Kinematics.symmetries()[SYMMETRIES.index(symmetry)]
    places = wandering(2, seed) - SIDE / 2
    swapped = places[..., ::-1] if symmetry.swap else places
    changed = describe(located(swapped * [symmetry.x_sign, symmetry.y_sign] + SIDE / 2))
    straight = describe(located(places + SIDE / 2))
    np.testing.assert_allclose(straight[..., permutation] * sign, changed, atol=1e-3)
