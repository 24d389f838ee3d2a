"""What a model says about sequences that somebody marked: scores, bouts, and what is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Several
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.learning.dataset import active_steps
from ethonight.metrics.evaluated import Evaluated
from ethonight.temporal.choice import Validated, choose
from ethonight.temporal.decoding import Decoding, decode, without_lost
from ethonight.temporal.ensemble import Ensemble
from ethonight.temporal.sequence import Sequence
from ethonight.temporal.trial import bout_lengths


@dataclass(frozen=True, eq=False)
class Scored:
    """A sequence and a model's scores (T, C) for it; NaN where the subject was out of sight.

    ``spread`` (T, C) is how far the model's networks disagree, None where it is not asked for or there is but one.
    """

    sequence: Sequence
    scores: NDArray[np.float32]
    spread: NDArray[np.float16] | None = None


def scored(ensemble: Ensemble, sequences: Several[Sequence], with_spread: bool = False) -> list[Scored]:
    """Return the model's scores for each sequence."""
    return [_scored(ensemble, one, with_spread) for one in sequences]


def _scored(ensemble: Ensemble, sequence: Sequence, with_spread: bool) -> Scored:
    answer = ensemble.of(sequence)
    known = without_lost(answer.scores, sequence.found, sequence.edges)
    return Scored(sequence, known, answer.spread if with_spread else None)


def choose_decodings(
    validation: Several[Scored], teaching: Several[Sequence], labels: Several[str], exclusive: bool
) -> dict[str, Decoding]:
    """Return how scores become bouts, chosen on videos that taught nothing.

    A label without a bout there has the values that suit how long its bouts last in the ``teaching`` videos.
    """
    chosen_on = []
    for one in validation:
        assert one.sequence.targets is not None and one.sequence.scored is not None
        chosen_on.append(Validated(one.scores, one.sequence.targets, one.sequence.scored, one.sequence.edges))
    typical = {label: length for c, label in enumerate(labels) if (length := _typical(teaching, c)) is not None}
    return choose(chosen_on, labels, exclusive, typical)


def _typical(teaching: Several[Sequence], column: int) -> float | None:
    """Return the seconds that a short but usual bout of one label lasts; None without any."""
    masks = [
        (s.targets[:, column] & s.scored, s.edges) for s in teaching if s.targets is not None and s.scored is not None
    ]
    return bout_lengths(masks) if any(mask.any() for mask, _ in masks) else None


def evaluated(one: Scored, labels: Several[str], decodings: Mapping[str, Decoding], exclusive: bool) -> Evaluated:
    """Return what there is to be evaluated on one sequence that somebody marked."""
    sequence = one.sequence
    assert sequence.targets is not None and sequence.scored is not None
    found = decode(one.scores, sequence.edges, labels, decodings, exclusive, sequence.subject)
    return Evaluated(
        video=sequence.video,
        subject=sequence.subject,
        edges=sequence.edges,
        truth=sequence.targets,
        scored=sequence.scored,
        scores=np.nan_to_num(one.scores),
        predicted=active_steps(found, labels, sequence.edges),
        truth_bouts=sequence.bouts,
        predicted_bouts=tuple(found),
        group=sequence.group,
    )
