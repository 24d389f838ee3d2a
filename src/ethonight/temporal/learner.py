"""One network learns, epoch by epoch."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from ethonight.temporal.checkpoint import State, Weights
from ethonight.temporal.ensemble import Ensemble
from ethonight.temporal.lesson import Prepared
from ethonight.temporal.measuring import Figures, measure
from ethonight.temporal.network import Network
from ethonight.temporal.networks import build
from ethonight.temporal.windows import Batch

_MEAN_OVER = 100
"""Updates over which the moving mean of the weights reaches back, about; it is what is validated and kept."""
_WARM_UP = 0.08
"""Share of the updates in which the learning rate rises; then it falls along a cosine."""
_MOST_GRADIENT = 1.0


class Learner:
    """The ``number``-th network of a training, from 0.

    Every epoch draws its random numbers anew from its own number, so that one that goes on after a kill sees the
    same windows as one that was never stopped.
    """

    def __init__(self, prepared: Prepared, number: int) -> None:
        training, lesson = prepared.effort.training, prepared.lesson
        self._prepared, self._training = prepared, training
        self._seed = training.seed + number
        width = prepared.normaliser.width
        with _random_numbers(self._seed, 0):
            network = build(training, width, len(lesson.labels), lesson.exclusive)
            noise = torch.randn(2 * prepared.effort.length, width - 1)
        self._network = network.to(prepared.device)
        self._average = copy.deepcopy(self._network).eval()
        self._noise = noise.to(prepared.device) * prepared.effort.augmentation.noise
        self._optimiser = torch.optim.AdamW(
            self._network.parameters(), lr=training.learning_rate, weight_decay=prepared.effort.weight_decay, fused=True
        )
        self._epoch, self._best_epoch, self._best_score = 0, 0, -1.0
        self._best: Weights = {}
        self._figures: Figures | None = None

    @property
    def done(self) -> bool:
        """Whether it has had all its epochs, or has not improved for too long."""
        waited = self._epoch - self._best_epoch
        return self._epoch >= self._training.epochs or (bool(self._best) and waited >= self._training.patience)

    @property
    def figures(self) -> Figures | None:
        """On the validation after the last epoch; None without one."""
        return self._figures

    def epoch(self) -> float:
        """Learn for one epoch, look at the validation, and return the mean loss."""
        self._network.train()
        losses = []
        random = np.random.default_rng([self._seed, self._epoch])
        with _random_numbers(self._seed, self._epoch + 1):
            for place in range(self._prepared.effort.batches):
                self._set_rate(self._epoch * self._prepared.effort.batches + place)
                batch = self._prepared.windows.draw(random, self._training.batch)
                losses.append(self._update(batch, int(random.integers(self._prepared.effort.length))))
        self._epoch += 1
        self._validate()
        return float(torch.stack(losses).mean())

    def result(self) -> Weights:
        """Return the weights that did best on the validation; without one, the last."""
        return dict(self._best) if self._best else _copied(self._average)

    def keep(self, state: State) -> None:
        """Write into ``state`` where this network is."""
        state.epoch, state.best_epoch, state.best_score = self._epoch, self._best_epoch, self._best_score
        state.network, state.average, state.best = _copied(self._network), _copied(self._average), self._best
        state.optimiser = self._optimiser.state_dict()

    def restore(self, state: State) -> None:
        """Go on where ``state`` is; a state without an epoch is a new network's, and changes nothing."""
        if not state.epoch:
            return
        self._epoch, self._best_epoch, self._best_score = state.epoch, state.best_epoch, state.best_score
        self._best = dict(state.best)
        self._network.load_state_dict(state.network)
        self._average.load_state_dict(state.average)
        self._optimiser.load_state_dict(state.optimiser)

    def _update(self, batch: Batch, shift: int) -> Tensor:
        device = self._prepared.device
        inside = torch.from_numpy(batch.inside).to(device)
        targets, weight = torch.from_numpy(batch.targets).to(device), torch.from_numpy(batch.weight).to(device)
        loss = self._prepared.criterion(self._network(self._inputs(batch, shift), inside), targets, weight)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), _MOST_GRADIENT)
        self._optimiser.step()
        self._follow()
        return loss.detach()

    def _inputs(self, batch: Batch, shift: int) -> Tensor:
        """Return inputs (B, L, D + 1), changed as the batch says."""
        device = self._prepared.device
        found = torch.from_numpy(batch.found).to(device)
        inputs = self._prepared.normaliser.inputs(torch.from_numpy(batch.features).to(device), found)
        values = inputs[..., :-1]
        gain, drift = torch.from_numpy(batch.gain).to(device), torch.from_numpy(batch.drift).to(device)
        values.mul_(gain.unsqueeze(1)).add_(drift.unsqueeze(1))
        values.add_(self._noise[shift : shift + values.shape[1]])
        missing = inputs[..., -1] > 0  # not found, or no numbers
        if missing.any():
            values[missing] = 0
        return inputs

    def _follow(self) -> None:
        """Move the mean of the weights towards the network's; faster at first."""
        updates = float(self._optimiser.state[next(self._network.parameters())]["step"])
        share = max(1 / _MEAN_OVER, 1 / (1 + updates / 4))
        with torch.no_grad():
            torch._foreach_lerp_(list(self._average.parameters()), list(self._network.parameters()), share)

    def _set_rate(self, update: int) -> None:
        total = self._training.epochs * self._prepared.effort.batches
        rising = max(1, round(_WARM_UP * total))
        falling = (update - rising) / max(1, total - rising)
        share = (update + 1) / rising if update < rising else 0.01 + 0.99 * (1 + math.cos(math.pi * falling)) / 2
        for group in self._optimiser.param_groups:
            group["lr"] = self._training.learning_rate * share

    def _validate(self) -> None:
        sequences = self._prepared.validating
        if not sequences:
            return
        lesson = self._prepared.lesson
        judge = Ensemble(self._prepared.normaliser, (self._average,), lesson.labels, lesson.exclusive)
        scores = np.concatenate([judge.of(sequence).scores[sequence.scored] for sequence in sequences])
        truth = [sequence.targets[sequence.scored] for sequence in sequences if sequence.targets is not None]
        self._figures = measure(scores, np.concatenate(truth))
        if self._figures is not None and self._figures.average_precision > self._best_score:
            self._best_score, self._best_epoch = self._figures.average_precision, self._epoch
            self._best = _copied(self._average)


def _copied(network: Network) -> Weights:
    return {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}


@contextmanager
def _random_numbers(seed: int, part: int) -> Iterator[None]:
    """Let torch's random numbers follow from ``seed`` and ``part``, and be as they were before afterwards."""
    with torch.random.fork_rng():
        torch.manual_seed(int(np.random.SeedSequence([seed, part]).generate_state(1, np.uint64)[0] >> 1))
        yield
