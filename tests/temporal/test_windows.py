"""Windows show what was recorded, aligned with what was marked, and find what is rare."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sequences import made_sequence

from ethonight.temporal.sequence import Sequence
from ethonight.temporal.windows import Augmentation, Windows, edges_of, window_steps

PLAIN = Augmentation(speed=1.0, silent=0, gain=0, drift=0, noise=0)


def telling(seed: int = 1, steps: int = 900) -> Sequence:
    """A sequence whose features are its targets, whether it was scored, and the number of the step."""
    made = made_sequence(seed, steps)
    assert made.targets is not None
    scored = np.arange(steps) % 300 < 240
    features = np.column_stack([made.targets, scored, np.arange(steps)]).astype(np.float16)
    return replace(made, features=features, scored=scored, found=np.arange(steps) % 7 > 0)


@pytest.mark.parametrize("speed", [1.0, 1.25, 2.0])
def test_targets_found_and_watched_stay_with_their_features_at_any_speed(speed: float) -> None:
    batch = Windows([telling()], 200, replace(PLAIN, speed=speed)).draw(np.random.default_rng(0), 40)
    assert np.array_equal(batch.targets, batch.features[..., :3] > 0)
    assert np.array_equal(batch.weight.max(axis=-1) > 0, batch.features[..., 3] > 0)
    assert np.array_equal(batch.found, batch.features[..., 4].astype(int) % 7 > 0)
    assert batch.inside.all()
    pace = (batch.features[:, -1, 4] - batch.features[:, 0, 4]).astype(float) / 199
    assert pace.min() >= 0.97 / speed and pace.max() <= 1.03 * speed
    assert speed == 1 or pace.max() - pace.min() > 0.2


def test_a_window_longer_than_the_sequence_says_where_it_ends() -> None:
    batch = Windows([telling(steps=100)], 160, PLAIN).draw(np.random.default_rng(0), 3)
    assert batch.inside.sum(axis=1).tolist() == [100] * 3
    assert np.array_equal(batch.features[:, :100, 4], np.tile(np.arange(100.0), (3, 1)))
    assert not batch.weight[:, 100:].any() and not batch.targets[:, 100:].any() and not batch.found[:, 100:].any()


@given(st.integers(1, 400), st.integers(1, 200), st.floats(0.5, 2.0), st.integers(0, 2**32), st.data())
def test_a_window_holds_its_center_and_ascending_steps(
    total: int, length: int, speed: float, seed: int, data: st.DataObject
) -> None:
    center = data.draw(st.integers(0, total - 1))
    steps = window_steps(total, center, length, speed, np.random.default_rng(seed))
    assert 1 <= len(steps) <= length
    assert steps[0] >= 0 and steps[-1] < total and (np.diff(steps) >= 0).all()
    wide = max(1, round(length * speed))
    assert steps[0] - wide / length - 1 <= center <= steps[-1] + wide / length + 1
    if total >= wide:
        assert len(steps) == length


def test_first_and_last_steps_are_learned_from_too() -> None:
    batch = Windows([telling()], 200, PLAIN).draw(np.random.default_rng(0), 300)
    assert {0, 899} <= set(batch.features[..., 4].astype(int).ravel().tolist())


def test_a_rare_class_is_met_often() -> None:
    steps = 20000
    rare = made_sequence(1, steps, width=2, bouts=0)
    targets = np.zeros((steps, 3), dtype=np.bool_)
    targets[:9000, 0] = targets[15000:15002, 2] = True
    batch = Windows([replace(rare, targets=targets)], 100, PLAIN).draw(np.random.default_rng(0), 400)
    assert batch.targets[..., 2].any(axis=1).mean() > 0.2


def test_every_recording_with_watched_time_is_seen() -> None:
    many = [replace(telling(seed), features=np.full((900, 2), seed, dtype=np.float16)) for seed in range(4)]
    many[2] = replace(many[2], scored=np.zeros(900, dtype=np.bool_))
    batch = Windows(many, 50, PLAIN).draw(np.random.default_rng(0), 80)
    assert set(batch.features[:, 0, 0].tolist()) == {0, 1, 3}


def test_mirrored_windows_have_their_channels_moved_and_signed() -> None:
    sequence = telling()
    mirror = (np.array([0, 1, 2, 4, 3]), np.array([1, 1, 1, -1, 1], dtype=np.float32))
    batch = Windows([sequence], 50, PLAIN, [mirror]).draw(np.random.default_rng(0), 60)
    mirrored = batch.features[:, -1, 3] < 0
    assert 10 < mirrored.sum() < 50
    assert np.array_equal(batch.targets, batch.features[..., :3] > 0)
    steps = np.where(mirrored, -batch.features[:, -1, 3], batch.features[:, -1, 4]).astype(int)
    assert np.array_equal(sequence.features[steps, :3], batch.features[:, -1, :3])


def test_channels_are_left_out_and_scaled_for_a_whole_window() -> None:
    strong = replace(PLAIN, silent=0.3, gain=0.2, drift=0.5)
    batch = Windows([made_sequence(1, 900, width=40)], 50, strong).draw(np.random.default_rng(0), 50)
    assert batch.gain.shape == batch.drift.shape == (50, 40)
    assert 0.25 < (batch.gain == 0).mean() < 0.35
    assert not batch.drift[batch.gain == 0].any()
    assert 0.15 < np.log(batch.gain[batch.gain > 0]).std() < 0.25


def test_the_same_random_numbers_draw_the_same_windows() -> None:
    windows = Windows([telling()], 50, Augmentation())
    first, again, other = (windows.draw(np.random.default_rng(seed), 4) for seed in (1, 1, 2))
    assert all(np.array_equal(getattr(first, name), getattr(again, name)) for name in vars(first))
    assert not np.array_equal(first.features, other.features)


def test_edges_are_beside_changes_and_twitches_are_no_edges() -> None:
    active = np.zeros((30, 1), dtype=np.bool_)
    active[5:10] = active[20:22] = True
    watched = np.ones(30, dtype=np.bool_)
    assert np.flatnonzero(edges_of(active, watched)[:, 0]).tolist() == [4, 5, 9, 10, 19, 22]
    assert not edges_of(np.ones((5, 2), dtype=np.bool_), watched[:5]).any()


def test_what_nobody_watched_makes_no_edges() -> None:
    active = np.zeros((30, 1), dtype=np.bool_)
    active[5:10] = True
    watched = np.arange(30) < 10
    assert np.flatnonzero(edges_of(active, watched)[:, 0]).tolist() == [4, 5]
