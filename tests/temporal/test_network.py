"""A network's scores depend on what is around a step, and on nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from ethonight.recipe.training import Training
from ethonight.temporal.network import Network, output_count, outputs_to_scores
from ethonight.temporal.networks import build

SIZES = [
    Training(width=8, layers=3),
    Training(width=8, layers=2, pooling=1, refinements=0),
    Training(width=8, pooling=3),
]


def network_and_input(training: Training, steps: int, exclusive: bool = False) -> tuple[Network, Tensor]:
    torch.manual_seed(3)
    return build(training, 6, 3, exclusive).eval(), torch.randn(1, steps, 6)


def last(network: Network, inputs: Tensor, inside: Tensor | None = None) -> Tensor:
    with torch.inference_mode():
        return network(inputs, torch.ones(inputs.shape[:2], dtype=torch.bool) if inside is None else inside)[-1]


@pytest.mark.parametrize("training", SIZES)
@pytest.mark.parametrize("steps", [1, 2, 7, 50])
def test_a_sequence_scores_the_same_whatever_it_is_batched_with_and_padded_by(training: Training, steps: int) -> None:
    network, inputs = network_and_input(training, steps)
    alone = last(network, inputs)
    padded = torch.full((3, 61, 6), 100.0)  # anything may stand in the padding
    padded[0, :steps], padded[1] = inputs[0], torch.randn(61, 6)
    inside = torch.zeros((3, 61), dtype=torch.bool)
    inside[0, :steps], inside[1], inside[2, :30] = True, True, True
    assert torch.allclose(last(network, padded, inside)[0, :steps], alone[0], atol=1e-6)


@pytest.mark.parametrize("training", SIZES)
def test_scores_depend_on_steps_within_reach_only(training: Training) -> None:
    network, inputs = network_and_input(training, 800)
    place = 400
    changed = inputs.clone()
    changed[0, place] += 10
    difference = (last(network, changed) - last(network, inputs)).abs().amax(dim=-1)[0].numpy()
    touched = np.flatnonzero(difference > 1e-7)
    assert difference[place] > 1e-4
    assert place - network.reach <= touched.min() and touched.max() <= place + network.reach
    assert touched.max() - touched.min() > network.reach  # not many times too far, either


@pytest.mark.parametrize("exclusive", [False, True])
def test_every_stage_has_a_score_for_every_class(exclusive: bool) -> None:
    network, inputs = network_and_input(Training(width=8, refinements=2), 30, exclusive)
    stages = network(inputs, torch.ones(1, 30, dtype=torch.bool))
    assert [tuple(stage.shape) for stage in stages] == [(1, 30, output_count(3, exclusive))] * 3
    scores = outputs_to_scores(stages[-1].detach(), exclusive)
    assert scores.shape == (1, 30, 3)
    assert float(scores.min()) >= 0 and float(scores.max()) <= 1


def test_a_single_step_can_be_told_from_its_neighbours() -> None:
    network, inputs = network_and_input(Training(width=8), 100)
    changed = inputs.clone()
    changed[0, 50] += 10
    difference = (last(network, changed) - last(network, inputs)).abs().amax(dim=-1)[0]
    assert difference[50] > 2 * difference[40:44].max()
