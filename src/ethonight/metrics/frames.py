"""How well single time steps are told apart.

Conventions. Only steps that a person watched count; every such step counts once, however long it lasts (the steps of
one recording are alike but for recordings of variable rate). Steps of all recordings are pooled. Each label is a yes
or no of its own; "none" is true where no label is. Averages over classes (macro) leave out classes that are neither
true nor predicted anywhere; of averages of precision (recall, average precision), those where it does not exist.

Confusion with labels that overlap: every true label of a step is one count in its row. It goes to the label's own
column if the label was predicted; else to the labels that were predicted and are not true, in equal parts; else to
"none". A step without a true label is one count in the row "none", shared by what was predicted. So rows sum to the
support, and a label that was predicted beside a right one is seen in the precision only.

References: average precision as in scikit-learn, ``average_precision_score``: the sum over thresholds of the gain in
recall times the precision, without interpolation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.ratios import Numbers, mean, plain, ratios, share

NONE = "none"
"""The name of the class of steps without any label."""


def counts(recording: Evaluated) -> NDArray[np.int64]:
    """Return int (C + 1, 4): steps found, false, missed, and rightly left out, by class; the last one is "none"."""
    truth, predicted = _with_none(recording.truth, recording), _with_none(recording.predicted, recording)
    found = (truth & predicted).sum(axis=0)
    false, missed = predicted.sum(axis=0) - found, truth.sum(axis=0) - found
    return np.stack([found, false, missed, len(truth) - found - false - missed], axis=1).astype(np.int64)


def frame_metrics(recordings: Sequence[Evaluated], labels: Sequence[str]) -> dict[str, Any]:
    """Return the ``frames`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    table = np.sum([counts(recording) for recording in recordings], axis=0)
    precision = average_precisions(recordings)
    classes = {label: _of_class(table[c], precision[c]) for c, label in enumerate(labels)}
    return {
        "classes": classes,
        "macro": _named(macro(table[:-1, :3]), mean(precision[:-1])),
        "macro_with_none": _named(macro(table[:, :3]), mean(precision)),
        "micro": _named(ratios(table[:-1, :3].sum(axis=0)), None),
        "accuracy": plain(share(*_exactly_right(recordings))),
        "confusion": {"labels": [*labels, NONE], "matrix": _matrix(confusion(recordings))},
    }


def macro(table: NDArray[Any]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the means over classes of precision, recall and F1 of counts (..., C, 3)."""
    precision, recall, f1 = ratios(table)
    return mean(precision, axis=-1), mean(recall, axis=-1), mean(f1, axis=-1)


def average_precisions(recordings: Sequence[Evaluated]) -> Numbers:
    """Return the average precision of each class and of "none" (C + 1,); NaN for classes that are never true.

    The score of "none" is 1 minus the highest of the labels' scores.
    """
    from sklearn.metrics import average_precision_score

    truth = np.concatenate([_with_none(recording.truth, recording) for recording in recordings])
    scores = np.concatenate([np.nan_to_num(recording.scores[recording.scored]) for recording in recordings])
    scores = np.column_stack([scores, 1.0 - scores.max(axis=1, initial=0.0)])
    columns = zip(truth.T, scores.T, strict=True)
    return np.array([average_precision_score(true, score) if true.any() else np.nan for true, score in columns])


def confusion(recordings: Sequence[Evaluated]) -> Numbers:
    """Return steps (C + 1, C + 1), true by predicted, "none" last. Rows sum to the support."""
    return np.asarray(np.sum([_confusion(recording) for recording in recordings], axis=0))


def _confusion(recording: Evaluated) -> Numbers:
    truth, predicted = recording.truth[recording.scored], recording.predicted[recording.scored]
    missed, spurious = truth & ~predicted, predicted & ~truth
    number = spurious.sum(axis=1)
    shares = np.column_stack([spurious / np.maximum(number, 1)[:, None], number == 0])
    empty = ~truth.any(axis=1)
    table = np.vstack([missed.T.astype(np.float64) @ shares, shares[empty].sum(axis=0)])
    table[:-1, :-1] += np.diag((truth & predicted).sum(axis=0))
    return table


def _matrix(table: Numbers) -> list[list[float | int]]:
    return [[int(value) if value == round(value) else round(value, 3) for value in row] for row in table.tolist()]


def _with_none(mask: NDArray[np.bool_], recording: Evaluated) -> NDArray[np.bool_]:
    """Return what of a mask (T, C) was watched, with a last column for "none"."""
    watched = mask[recording.scored]
    return np.column_stack([watched, ~watched.any(axis=1)])


def _exactly_right(recordings: Sequence[Evaluated]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    right = [(r.truth == r.predicted).all(axis=1)[r.scored].sum() for r in recordings]
    return np.asarray(np.sum(right)), np.asarray(np.sum([r.scored.sum() for r in recordings]))


def _of_class(table: NDArray[np.int64], average_precision: float) -> dict[str, Any]:
    found, false, missed, _ = table.tolist()
    numbers = {"support": found + missed, "predicted": found + false}
    prevalence = share(np.asarray(found + missed), np.asarray(table.sum()))
    return {**_named(ratios(table[:3]), average_precision), **numbers, "prevalence": plain(prevalence)}


def _named(three: tuple[Numbers, Numbers, Numbers], average_precision: object) -> dict[str, Any]:
    names = ("precision", "recall", "f1")
    return plain({**dict(zip(names, three, strict=True)), "average_precision": average_precision})  # type: ignore[no-any-return]
