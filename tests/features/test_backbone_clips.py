"""Clips overlap, every time step gets a value, and a value belongs to its own time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.features.clips import Clips, Vectors

LAYOUTS = st.builds(
    lambda tokens, tubelet, stride: Clips(tokens * tubelet, tubelet, stride),
    st.integers(1, 9),
    st.integers(1, 4),
    st.integers(1, 9),
)


def described(clips: Clips, steps: int, values: Vectors) -> Vectors:
    """What each step gets where a token is the mean of its pictures' values; ``values`` of all steps looked at."""
    pictures = values[clips.windows(steps)]
    tokens = pictures.reshape(len(pictures), clips.tokens, clips.tubelet).mean(2)
    return clips.spread(tokens[..., None].astype(np.float32), steps)[:, 0]


@given(LAYOUTS, st.integers(1, 300))
def test_a_steady_change_is_given_back_at_its_own_time(clips: Clips, steps: int) -> None:
    ramp = np.arange(clips.before + steps + clips.after) - clips.before
    assert np.abs(described(clips, steps, ramp.astype(np.float32)) - np.arange(steps)).max() < 1e-2


@given(LAYOUTS, st.integers(1, 300))
def test_no_clip_shows_what_was_not_given(clips: Clips, steps: int) -> None:
    windows = clips.windows(steps)
    assert windows.min() == 0
    assert windows.max() < clips.before + steps + clips.after


@given(LAYOUTS)
def test_no_more_is_asked_for_than_some_length_needs(clips: Clips) -> None:
    spare = [clips.before + n + clips.after - 1 - clips.windows(n).max() for n in range(1, 2 * clips.hop + 1)]
    assert 0 <= min(spare) <= clips.stride


@given(LAYOUTS, st.integers(1, 6), st.integers(1, 100))
def test_a_recording_in_pieces_gives_what_it_gives_in_one(clips: Clips, hops: int, rest: int) -> None:
    cut = hops * clips.hop  # as where a recording is described in pieces
    values = np.random.default_rng(hops).normal(size=clips.before + cut + rest + clips.after).astype(np.float32)
    whole = described(clips, cut + rest, values)
    first = described(clips, cut, values[: clips.before + cut + clips.after])
    second = described(clips, rest, values[cut:])
    np.testing.assert_allclose(np.concatenate([first, second]), whole, atol=1e-6)


def test_clips_of_sixteen_pictures_overlap_by_half() -> None:
    clips = Clips(16, 2, 2)
    windows = clips.windows(64)
    assert clips.hop == 16  # steps that a clip of 32 serves
    assert [window[0] - windows[0][0] for window in windows] == [0, 16, 32, 48, 64]
    assert all(np.diff(window).tolist() == [2] * 15 for window in windows)


def test_only_the_middle_tokens_of_a_clip_count() -> None:
    clips = Clips(16, 2, 1)
    tokens = np.full((len(clips.windows(40)), 8, 1), np.nan, dtype=np.float32)
    tokens[:, 2:6] = 1
    assert (clips.spread(tokens, 40) == 1).all()


@pytest.mark.parametrize("stride", [1, 2, 5])
def test_a_network_for_pictures_sees_the_very_step(stride: int) -> None:
    clips = Clips(1, 1, stride)
    assert clips.before == 0
    assert clips.windows(11)[:, 0].tolist() == list(range(0, 11 + stride - 1, stride))
