"""What is to be learned, and what is made ready for it once for all networks."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass, replace

import numpy as np
import torch

from ethonight.errors import SettingsError
from ethonight.recipe.training import Training
from ethonight.temporal.effort import Effort, effort_for
from ethonight.temporal.losses import Criterion, class_weights
from ethonight.temporal.normalise import Normaliser, fit
from ethonight.temporal.sequence import Sequence
from ethonight.temporal.windows import Symmetry, Windows

_VALIDATED = 100_000
"""Steps that are looked at after each epoch, at most: pieces from all over the validation's sequences."""
_PIECE = 4000


@dataclass(frozen=True)
class Lesson:
    """What is to be learned. Sequences have targets (T, C), C in the order of ``labels``, and scored steps."""

    teaching: tuple[Sequence, ...]
    validating: tuple[Sequence, ...]
    """Stop the training and are not learned from; empty: it ends after the last epoch."""
    labels: tuple[str, ...]
    exclusive: bool = False
    symmetries: tuple[Symmetry, ...] = ()
    """What mirrored pictures do to the features; a window is mirrored by one of them, or by none."""


@dataclass(frozen=True)
class Prepared:
    """A lesson and what follows from it. Everything of torch is on ``device``."""

    lesson: Lesson
    effort: Effort
    windows: Windows
    validating: tuple[Sequence, ...]
    normaliser: Normaliser
    criterion: Criterion
    device: torch.device


def prepare(lesson: Lesson, training: Training, device: str) -> Prepared:
    """Return everything that the networks share. Raises SettingsError where there is nothing to learn from."""
    _check(lesson)
    effort = effort_for(lesson.teaching, training)
    steps, true = _counts(lesson)
    weights = torch.from_numpy(class_weights(true, steps, lesson.exclusive)).to(device)
    return Prepared(
        lesson=lesson,
        effort=effort,
        windows=Windows(lesson.teaching, effort.length, effort.augmentation, lesson.symmetries),
        validating=tuple(_spread(lesson.validating)),
        normaliser=fit(lesson.teaching).to(torch.device(device)),
        criterion=Criterion(weights, lesson.exclusive),
        device=torch.device(device),
    )


def _check(lesson: Lesson) -> None:
    """Raise SettingsError where no step can be learned from, ValueError for sequences of other shapes."""
    for sequence in (*lesson.teaching, *lesson.validating):
        shape = (len(sequence), len(lesson.labels))
        if sequence.targets is None or sequence.scored is None or sequence.targets.shape != shape:
            raise ValueError(f"{sequence.video} has no targets of shape {shape}")
        if sequence.features.shape[1] != lesson.teaching[0].features.shape[1]:
            raise ValueError(f"{sequence.video} has other features than {lesson.teaching[0].video}")
    if not any(((s.scored is not None) and (s.scored & s.found).any()) for s in lesson.teaching):
        raise SettingsError(
            "There is nothing to learn from: in no video of the training was a subject found in time that was scored. "
            "Check the _scored rows of the annotations, and whether the subjects were found."
        )


def _counts(lesson: Lesson) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return the watched steps, and at how many of them each class is true: (C,)."""
    steps, true = 0, np.zeros(len(lesson.labels), dtype=np.int64)
    for sequence in lesson.teaching:
        assert sequence.targets is not None and sequence.scored is not None
        steps += int(sequence.scored.sum())
        true += sequence.targets[sequence.scored].sum(axis=0)
    return steps, true


def _spread(sequences: Several[Sequence]) -> Iterator[Sequence]:
    """Yield the sequences, or pieces spread evenly over them where they are long."""
    pieces = [piece for sequence in sequences for piece in _cut(sequence)]
    most = max(1, _VALIDATED // _PIECE)
    if sum(map(len, sequences)) <= _VALIDATED or len(pieces) <= most:
        yield from sequences
        return
    for place in np.linspace(0, len(pieces) - 1, most).round().astype(int).tolist():
        yield pieces[place]


def _cut(sequence: Sequence) -> Iterator[Sequence]:
    assert sequence.targets is not None and sequence.scored is not None
    for first in range(0, len(sequence), _PIECE):
        part = slice(first, first + _PIECE)
        if not sequence.scored[part].any():
            continue
        yield replace(
            sequence,
            features=sequence.features[part],
            found=sequence.found[part],
            edges=sequence.edges[first : first + _PIECE + 1],
            targets=sequence.targets[part],
            scored=sequence.scored[part],
        )
