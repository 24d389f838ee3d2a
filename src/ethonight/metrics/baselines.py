"""What no skill at all would reach on the same videos.

Conventions. Chance: what a person marked, shifted in time within the watched steps of its recording by a random
amount (at least a tenth of them, ends joined): the same number of bouts, as long as the true ones, at the wrong
times. Mean of several shifts, with a fixed seed. Majority: whatever is commonest, one of the labels or none of them,
at every step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics import bouts, frames
from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.marked import Compared, Marked, compared, masked_marked
from ethonight.metrics.ratios import mean, plain, ratios

SHIFTS = 20


def baseline_metrics(recordings: Sequence[Evaluated], labels: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """Return the ``baselines`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    truth = [compared(recording, labels).truth for recording in recordings]
    random = np.random.default_rng(seed)
    guesses = [[shifted(recording, random) for recording in recordings] for _ in range(SHIFTS)]
    place = commonest(recordings)
    what = f"'{labels[place]}' at every step" if place < len(labels) else "no label at any step"
    always = [constant(recording, place) for recording in recordings]
    return {
        "chance": {"what": "the true bouts at random times"} | _mean_scores(recordings, truth, guesses, labels),
        "majority": {"what": what} | _mean_scores(recordings, truth, [always], labels),
    }


def shifted(recording: Evaluated, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return the truth (T, C), moved in a circle through the watched steps."""
    mask = np.zeros_like(recording.truth)
    steps = int(recording.scored.sum())
    shift = int(random.integers(steps // 10, steps - steps // 10 + 1)) if steps else 0
    mask[recording.scored] = np.roll(recording.truth[recording.scored], shift, axis=0)
    return mask


def commonest(recordings: Sequence[Evaluated]) -> int:
    """Return the place of the label that is true in the most watched steps; C where "none" is."""
    table = np.sum([frames.counts(recording) for recording in recordings], axis=0)
    return int((table[:, 0] + table[:, 2]).argmax())


def constant(recording: Evaluated, place: int) -> NDArray[np.bool_]:
    """Return a mask (T, C) with one label at every step, or none."""
    mask = np.zeros_like(recording.truth)
    mask[:, place : place + 1] = True
    return mask


def _mean_scores(
    recordings: Sequence[Evaluated],
    truth: Sequence[tuple[Marked, ...]],
    guesses: Sequence[Sequence[NDArray[np.bool_]]],
    labels: Sequence[str],
) -> dict[str, Any]:
    """Return F1 of frames and bouts, as means over the guesses; each of them has a mask for every recording."""
    steps, whole = [], []
    for masks in guesses:
        guessed = [replace(recording, predicted=mask) for recording, mask in zip(recordings, masks, strict=True)]
        steps.append(ratios(np.sum([frames.counts(guess)[:-1, :3] for guess in guessed], axis=0))[2])
        sides = [_against(guess, true) for guess, true in zip(guessed, truth, strict=True)]
        whole.append(ratios(np.sum([bouts.counts(side) for side in sides], axis=0))[2])
    frame_f1, bout_f1 = mean(np.array(steps), axis=0), mean(np.array(whole), axis=0)
    by_label = {label: dict(zip(bouts.KEYS, plain(bout_f1[c]), strict=True)) for c, label in enumerate(labels)}
    over = dict(zip(bouts.KEYS, plain(mean(bout_f1, axis=0)), strict=True))
    return {
        "frames": {"classes": dict(zip(labels, plain(frame_f1), strict=True)), "macro_f1": plain(mean(frame_f1))},
        "bouts": {"classes": by_label, "macro_f1": over},
    }


def _against(guess: Evaluated, truth: tuple[Marked, ...]) -> Compared:
    columns = range(guess.predicted.shape[1])
    predicted = tuple(masked_marked(guess.predicted[:, c], guess.edges, guess.scored) for c in columns)
    return Compared(guess.video, guess.subject, truth, predicted)
