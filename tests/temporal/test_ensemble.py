"""Networks answer together, for sequences of any length."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from made_sequences import LABELS, made_sequence

from ethonight.recipe.training import Training
from ethonight.temporal.ensemble import Ensemble
from ethonight.temporal.networks import build
from ethonight.temporal.normalise import fit


def made_ensemble(training: Training, exclusive: bool = False) -> Ensemble:
    """Networks with random weights."""
    normaliser = fit([made_sequence(1, 500)])
    torch.manual_seed(4)
    networks = tuple(build(training, normaliser.width, 3, exclusive) for _ in range(training.seeds))
    return Ensemble(normaliser, networks, LABELS, exclusive)


@pytest.mark.parametrize("training", [Training(width=8, layers=3), Training(width=8, layers=4, pooling=3, seeds=3)])
@pytest.mark.parametrize("chunk", [1, 100, 512, 1999])
def test_pieces_give_the_same_scores_as_the_whole(training: Training, chunk: int) -> None:
    ensemble, steps = made_ensemble(training), 2000 if chunk > 1 else 60
    sequence = made_sequence(5, steps)
    whole = ensemble.answer(sequence.features, sequence.found, chunk=10**6).scores
    pieces = ensemble.answer(sequence.features, sequence.found, chunk=chunk).scores
    assert whole.shape == (steps, 3) and whole.dtype == np.float32
    assert np.abs(pieces - whole).max() < 1e-6
    assert np.array_equal(ensemble.answer(sequence.features, sequence.found, chunk=chunk).scores, pieces)


@pytest.mark.parametrize("exclusive", [False, True])
def test_the_score_is_the_mean_of_the_networks(exclusive: bool) -> None:
    ensemble, sequence = made_ensemble(Training(width=8, seeds=3), exclusive), made_sequence(2, 200)
    alone = [replace(ensemble, networks=(network,)).of(sequence).scores for network in ensemble.networks]
    assert np.mean(alone, axis=0) == pytest.approx(ensemble.of(sequence).scores, abs=1e-6)
    assert np.ptp(alone, axis=0).max() > 1e-3


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("chunk", [100, 10**6])
def test_the_spread_is_the_standard_deviation_of_the_networks(exclusive: bool, chunk: int) -> None:
    ensemble, sequence = made_ensemble(Training(width=8, seeds=3), exclusive), made_sequence(2, 250)
    alone = [replace(ensemble, networks=(network,)).of(sequence).scores for network in ensemble.networks]
    answer = ensemble.answer(sequence.features, sequence.found, chunk)
    assert answer.spread is not None and answer.spread.dtype == np.float16
    assert np.std(alone, axis=0) == pytest.approx(answer.spread.astype(np.float64), abs=1e-3)
    assert answer.spread.max() > 1e-3


def test_one_network_cannot_disagree() -> None:
    sequence = made_sequence(2, 100)
    assert made_ensemble(Training(width=8, seeds=1)).answer(sequence.features, sequence.found).spread is None


def test_scores_do_not_depend_on_features_where_the_subject_was_not_found() -> None:
    ensemble, sequence = made_ensemble(Training(width=8)), made_sequence(2, 200)
    found = np.arange(200) % 50 < 40
    other = np.where(found[:, None], sequence.features, np.float16(np.nan))
    assert np.array_equal(ensemble.answer(other, found).scores, ensemble.answer(sequence.features, found).scores)


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_the_shortest_sequences_have_scores(steps: int) -> None:
    whole = made_sequence(2, 100)
    short = replace(whole, features=whole.features[:steps], found=whole.found[:steps], edges=whole.edges[: steps + 1])
    scores = made_ensemble(Training(width=8)).of(short).scores
    assert scores.shape == (steps, 3) and np.isfinite(scores).all()


def test_features_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="16 channels"):
        made_ensemble(Training(width=8)).of(made_sequence(2, 100, width=15))
