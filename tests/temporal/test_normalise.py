"""Features of any scale become inputs of one scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from made_sequences import made_sequence

from ethonight.temporal.normalise import CLIP, fit


def test_what_was_found_and_watched_gets_mean_0_and_spread_1() -> None:
    sequences = [made_sequence(seed, 700) for seed in range(3)]
    found, scored = np.arange(700) % 3 > 0, np.arange(700) < 500
    wild = [s.features * np.where(found & scored, 1, 1000)[:, None].astype(np.float16) for s in sequences]
    sequences = [replace(s, features=w, found=found, scored=scored) for s, w in zip(sequences, wild, strict=True)]
    normaliser = fit(sequences)
    counted = np.concatenate([s.features[found & scored] for s in sequences])
    inputs = normaliser.inputs(torch.from_numpy(counted), torch.ones(len(counted), dtype=torch.bool))
    assert inputs.shape == (len(counted), 17)
    assert float(inputs[:, :-1].mean(dim=0).abs().max()) < 1e-3
    assert inputs[:, :-1].std(dim=0).numpy() == pytest.approx(1, abs=0.02)
    assert not inputs[:, -1].any()


def test_a_large_mean_does_not_eat_the_spread() -> None:
    sequence = made_sequence(1, 5000, width=2)
    features = (1000 + sequence.features.astype(np.float32)).astype(np.float16)
    normaliser = fit([replace(sequence, features=features)])
    expected = features.astype(np.float64)
    assert normaliser.mean.numpy() == pytest.approx(expected.mean(axis=0), rel=1e-6)
    assert 1 / normaliser.scale.numpy() == pytest.approx(expected.std(axis=0), rel=1e-5)


def test_steps_without_the_subject_or_without_numbers_are_zero_but_for_the_flag() -> None:
    sequence = made_sequence(1, 300)
    features = sequence.features.copy()
    features[10, 3], features[20, 5] = np.nan, np.inf
    found = np.arange(300) != 30
    normaliser = fit([replace(sequence, features=features, found=found)])
    assert normaliser.mean.isfinite().all() and normaliser.scale.isfinite().all()
    inputs = normaliser.inputs(torch.from_numpy(features), torch.from_numpy(found))
    assert inputs.isfinite().all()
    assert np.flatnonzero(inputs[:, -1]).tolist() == [10, 30]
    assert not inputs[[10, 30], :-1].any()
    assert float(inputs.abs().max()) <= CLIP


def test_a_channel_that_never_changes_is_switched_off() -> None:
    sequence = made_sequence(1, 300)
    features = sequence.features.copy()
    features[:, 4] = 12.5
    normaliser = fit([replace(sequence, features=features)])
    assert float(normaliser.scale[4]) == 0
    features[:, 4] = 700
    assert not normaliser.inputs(torch.from_numpy(features), torch.ones(300, dtype=torch.bool))[:, 4].any()


def test_nothing_to_measure_is_an_error() -> None:
    with pytest.raises(ValueError, match="no step"):
        fit([replace(made_sequence(1, 50), found=np.zeros(50, dtype=np.bool_))])
