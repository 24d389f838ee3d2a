"""A logistic regression on single time steps: what the features alone can do, without any sense of time."""

from __future__ import annotations

from collections.abc import Sequence as Several

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from ethonight.learning.measured import Scored
from ethonight.temporal.sequence import Sequence

_STEPS = 12_000
"""At most so many steps are learned from, evenly over the videos: more change the outcome little."""


class LinearBaseline:
    """One logistic regression for each label."""

    def __init__(self, teaching: Several[Sequence], labels: Several[str]) -> None:
        features, targets = _steps(teaching)
        self._models = [_fitted(features, targets[:, column]) for column in range(len(labels))]

    def scored(self, sequences: Several[Sequence]) -> list[Scored]:
        """Return its scores for each sequence."""
        return [Scored(one, self._scores(one.features.astype(np.float32))) for one in sequences]

    def _scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        columns = [
            np.full(len(features), model) if isinstance(model, float) else model.predict_proba(features)[:, 1]
            for model in self._models
        ]
        return np.stack(columns, axis=1).astype(np.float32)


def _steps(teaching: Several[Sequence]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return features (n, D) and targets (n, C) of watched steps."""
    watched = [np.flatnonzero(one.scored & one.found) for one in teaching if one.scored is not None]
    every = max(1, -(-sum(map(len, watched)) // _STEPS))
    chosen = [steps[::every] for steps in watched]
    features = np.concatenate([one.features[steps] for one, steps in zip(teaching, chosen, strict=True)])
    targets = [one.targets[steps] for one, steps in zip(teaching, chosen, strict=True) if one.targets is not None]
    return features.astype(np.float32), np.concatenate(targets)


def _fitted(features: NDArray[np.float32], target: NDArray[np.bool_]) -> Pipeline | float:
    """Return a fitted model, or the share of true steps where all are alike."""
    if target.all() or not target.any():
        return float(target[:1].sum())
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=200, class_weight="balanced"))
    return model.fit(features, target)
