"""The loss: what counts, what does not, and how much."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ethonight.temporal.losses import Criterion, class_weights, first_active


def criterion(exclusive: bool, focal: float = 0.0) -> Criterion:
    return Criterion(torch.ones(4 if exclusive else 3), exclusive, focal)


@pytest.mark.parametrize("focal", [0.0, 2.0])
@pytest.mark.parametrize("exclusive", [False, True])
def test_steps_without_weight_contribute_nothing_to_loss_and_gradient(exclusive: bool, focal: float) -> None:
    torch.manual_seed(1)
    logits = torch.randn(2, 40, 4 if exclusive else 3, requires_grad=True)
    targets = torch.rand(2, 40, 3) > 0.7
    weight = torch.zeros(2, 40, 3)
    weight[:, 10:25] = 1
    loss = criterion(exclusive, focal)([logits], targets, weight)
    (gradient,) = torch.autograd.grad(loss, logits)
    assert gradient[:, :10].abs().max() == gradient[:, 25:].abs().max() == 0
    assert gradient[:, 10:25].abs().max() > 0
    wild, other = logits.detach().clone(), targets.clone()
    wild[:, :10], wild[:, 25:], other[:, :10] = 1e9, -1e9, ~other[:, :10]
    assert torch.equal(criterion(exclusive, focal)([wild], other, weight), loss)


@pytest.mark.parametrize("exclusive", [False, True])
def test_nothing_watched_is_no_loss(exclusive: bool) -> None:
    logits, targets = torch.randn(1, 9, 4 if exclusive else 3), torch.ones(1, 9, 3, dtype=torch.bool)
    assert criterion(exclusive)([logits], targets, torch.zeros(1, 9, 3)) == 0


def test_without_flicker_it_is_the_mean_cross_entropy() -> None:
    targets = torch.tensor([[[True, False, False]]]).expand(1, 5, 3)
    logits = torch.zeros(1, 5, 3)
    assert float(criterion(False)([logits, logits], targets, torch.ones(1, 5, 3))) == pytest.approx(2 * np.log(2))
    assert float(criterion(True)([torch.zeros(1, 5, 4)], targets, torch.ones(1, 5, 3))) == pytest.approx(np.log(4))


def test_flicker_costs_and_real_changes_do_not() -> None:
    steady, change = torch.full((1, 40, 3), 2.0), torch.arange(40)[None, :, None] >= 20
    flicker = steady + torch.where(torch.arange(40) % 2 > 0, 1.0, -1.0)[None, :, None]
    watched, always = torch.ones(1, 40, 3), torch.ones(1, 40, 3, dtype=torch.bool)
    ordered = flicker.sort(dim=1).values  # the same values, so the same errors
    assert criterion(False)([flicker], always, watched) > criterion(False)([ordered], always, watched) + 0.001
    sharp = torch.where(change, 6.0, -6.0).expand(1, 40, 3)
    assert float(criterion(False)([sharp], change.expand(1, 40, 3), watched)) < 0.01


def test_focal_lowers_the_weight_of_what_is_known() -> None:
    known, targets = torch.full((1, 4, 3), 3.0), torch.ones(1, 4, 3, dtype=torch.bool)
    watched = torch.ones(1, 4, 3)
    assert criterion(False, 2.0)([known], targets, watched) < 0.1 * criterion(False)([known], targets, watched)


def test_rare_classes_weigh_more_within_bounds() -> None:
    weights = class_weights(np.array([50, 10, 0]), 100, exclusive=False)
    assert weights.tolist() == pytest.approx([1, 9**0.75, 99**0.75])
    assert class_weights(np.array([1]), 10**9, exclusive=False).tolist() == [100]
    weights = class_weights(np.array([16, 4, 0]), 10**6, exclusive=True)
    assert weights[0] == 1 and weights.tolist() == sorted(weights) and weights[3] == 100


def test_none_comes_before_the_classes() -> None:
    targets = torch.tensor([[False, False], [True, False], [False, True]])
    assert first_active(targets).tolist() == [0, 1, 2]
