"""What the motion descriptor says of crops whose movement is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ethonight.features.motion import DIMENSIONS, Motion
from ethonight.features.symmetry import SYMMETRIES, Symmetry, mirrored
from ethonight.subjects.boxes import Located, Scene

SCENE = Scene(("",), 400, 300, 50.0, 100.0)
RATE = 30.0
Pictures = NDArray[np.uint8]


def scene_of(seed: int, steps: int) -> tuple[Pictures, Located]:
    """Smooth random crops that change at random, and a box that wanders in the picture."""
    numbers = np.random.default_rng(seed)
    coarse = numbers.integers(20, 235, (steps, 8, 8))
    crops = np.kron(coarse, np.ones((8, 8))).astype(np.uint8)
    centers = np.array([200, 150]) + np.cumsum(numbers.normal(0, 3, (1, steps, 2)), axis=1)
    axes = numbers.uniform([40, 15], [60, 35], (1, steps, 2))
    angles = numbers.uniform(-np.pi / 2, np.pi / 2, (1, steps))
    found = numbers.random((1, steps)) > 0.1
    return crops, Located(*(each.astype(np.float32) for each in (centers, axes, angles)), found)


def at_rest(steps: int) -> Located:
    return Located(
        np.full((1, steps, 2), 150, np.float32),
        np.broadcast_to(np.array([50, 25], np.float32), (1, steps, 2)).copy(),
        np.zeros((1, steps), np.float32),
        np.ones((1, steps), np.bool_),
    )


def animal(offsets: NDArray[np.float64], noise: float = 2.0) -> Pictures:
    """A dark ellipse on a light, noisy ground, moved by ``offsets`` (m, 2) pixels in x and y."""
    numbers, line = np.random.default_rng(1), np.arange(64) - 31.5
    x = line[None, None] - offsets[:, 0, None, None]
    y = line[None, :, None] - offsets[:, 1, None, None]
    inside = 1 / (1 + np.exp(4 * (np.sqrt((x / 18) ** 2 + (y / 9) ** 2) - 1) * 4))
    pictures = 190 - 130 * inside + numbers.normal(0, noise, inside.shape)
    return np.clip(pictures, 0, 255).round().astype(np.uint8)


def moved(located: Located, symmetry: Symmetry) -> Located:
    """The boxes of the changed picture, which is square around the scene's middle."""

    def points(values: NDArray[np.floating]) -> NDArray[np.float32]:
        swapped = values[..., ::-1] if symmetry.swap else values
        return (swapped * [symmetry.x_sign, symmetry.y_sign]).astype(np.float32)

    line = points(np.stack([np.cos(located.angles), np.sin(located.angles)], axis=-1))
    angles = (np.arctan2(line[..., 1], line[..., 0]) + np.pi / 2) % np.pi - np.pi / 2
    return Located(points(located.centers - 200) + 200, located.axes, angles.astype(np.float32), located.found)


def column(vectors: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    return vectors[:, Motion.names.index(name)]


def describe(crops: Pictures, located: Located | None = None) -> NDArray[np.float32]:
    return Motion(RATE).compute(crops, located or at_rest(len(crops)), SCENE)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(SYMMETRIES))
def test_a_mirrored_recording_has_the_moved_descriptor(seed: int, symmetry: Symmetry) -> None:
    motion = Motion(RATE)
    crops, located = scene_of(seed, motion.before + 7 + motion.after)
    square = Scene(("",), 400, 400, 50.0, 100.0)
    permutation, sign = motion.symmetries()[SYMMETRIES.index(symmetry)]
    straight = motion.compute(crops, located, square)
    changed = motion.compute(mirrored(crops, symmetry), moved(located, symmetry), square)
    np.testing.assert_allclose(straight[:, permutation] * sign, changed, atol=2e-3)


def test_the_symmetries_form_a_group_of_signed_permutations() -> None:
    for permutation, sign in Motion.symmetries():
        assert sorted(permutation.tolist()) == list(range(Motion.dimensions))
        assert set(sign.tolist()) <= {1.0, -1.0}
    permutation, sign = Motion.symmetries()[0]
    assert (permutation.tolist(), set(sign.tolist())) == (list(range(Motion.dimensions)), {1.0})


def test_every_dimension_has_a_name_of_its_own() -> None:
    assert len(set(Motion.names)) == Motion.dimensions == len(DIMENSIONS)


@pytest.mark.parametrize("rate", [1.0, 7.5, 12.0, 30.0, 250.0])
@pytest.mark.parametrize("pixels", [16, 50, 64, 96])
def test_all_numbers_are_finite_and_fit_half_precision(rate: float, pixels: int) -> None:
    motion = Motion(rate, pixels)
    steps = motion.before + 3 + motion.after
    numbers = np.random.default_rng(0)
    noise = numbers.integers(0, 2, (steps, pixels, pixels)).astype(np.uint8) * 255
    jumps = Located(
        numbers.uniform(-1e4, 1e4, (1, steps, 2)).astype(np.float32),
        np.zeros((1, steps, 2), np.float32),
        np.zeros((1, steps), np.float32),
        np.zeros((1, steps), np.bool_),
    )
    for crops in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        vectors = motion.compute(crops, jumps, SCENE)
        assert vectors.shape == (3, motion.dimensions)
        assert np.isfinite(vectors.astype(np.float16)).all()
        assert np.abs(vectors).max() < 100


def test_what_is_said_of_a_step_does_not_depend_on_the_steps_described_with_it() -> None:
    motion = Motion(RATE)
    crops, located = scene_of(3, motion.before + 150 + motion.after)
    whole = motion.compute(crops, located, SCENE)
    for first, stop in ((0, 1), (40, 150)):
        span = slice(first, stop + motion.before + motion.after)
        part = Located(*(getattr(located, name)[:, span] for name in ("centers", "axes", "angles", "found")))
        np.testing.assert_allclose(motion.compute(crops[span], part, SCENE), whole[first:stop], atol=1e-4)


def test_a_twitch_of_two_frames_stands_out_of_a_still_animal() -> None:
    offsets = np.zeros((120, 2))
    offsets[60:62] = [1.5, 0.8]
    vectors = describe(animal(offsets))
    before = Motion(RATE).before
    for name in ("change since the step before", "change to the step after", "jerk"):
        strength = column(vectors, f"most {name}")
        struck = set((np.flatnonzero(strength > 1.5 * np.median(strength)) + before).tolist())
        assert struck, name
        assert struck <= {59, 60, 61, 62}, name
    assert column(vectors, "most change since the step before").argmax() + before in (60, 62)
    assert column(vectors, "most change to the step after").argmax() + before in (59, 61)


def test_fast_movement_on_the_spot_is_told_from_slow_movement() -> None:
    times = np.arange(120) / RATE
    fast, slow = (np.stack([np.sin(2 * np.pi * hertz * times), 0 * times], axis=1) for hertz in (7.0, 2.5))
    of_fast, of_slow = describe(animal(fast)), describe(animal(slow * 2.8))
    assert (column(of_fast, "total fast") > 2 * column(of_fast, "total slow")).all()
    assert (column(of_slow, "total slow") > 2 * column(of_slow, "total fast")).all()


def test_the_flow_has_the_direction_and_speed_of_what_moves() -> None:
    steps = np.arange(90)
    vectors = describe(animal(np.stack([0.4 * (steps - 45), 0 * steps], axis=1), noise=0.5))
    middle = vectors[len(vectors) // 2 - 5 : len(vectors) // 2 + 5]
    inner = [f"flow {{}} {row},{col}" for row in (1, 2) for col in (1, 2)]
    right = np.expm1(np.mean([column(middle, name.format("x")) for name in inner]))
    down = np.mean([column(middle, name.format("y")) for name in inner])
    true = 0.4 * RATE * SCENE.side / 64 / SCENE.body  # body lengths per second
    assert 0.5 * true < right < 1.5 * true
    assert abs(down) < 0.1 * true


def test_half_the_light_changes_little() -> None:
    offsets = np.random.default_rng(2).normal(0, 0.5, (90, 2)).cumsum(axis=0)
    bright = animal(offsets, noise=0.0)
    difference = np.abs(describe(bright) - describe((bright * 0.6).round().astype(np.uint8)))
    assert np.median(difference) < 0.02
    assert np.quantile(difference, 0.98) < 0.25


def test_speed_is_in_body_lengths_per_second() -> None:
    located = at_rest(90)
    located.centers[0, :, 0] += 2 * np.arange(90, dtype=np.float32)
    vectors = describe(animal(np.zeros((90, 2))), located)
    for scale in ("one step", "0.1 s", "0.3 s", "1.0 s"):
        assert np.expm1(column(vectors, f"speed {scale}")) == pytest.approx(2 * RATE / SCENE.body, rel=1e-3)
    assert column(vectors, "turning size") == pytest.approx(0, abs=1e-6)
