"""Quick figures that steer the training."""

from __future__ import annotations

import numpy as np
import pytest

from ethonight.temporal.measuring import measure, ranked


def test_a_ranking_by_hand() -> None:
    scores, targets = np.array([0.9, 0.8, 0.7, 0.1], dtype=np.float32), np.array([True, False, True, False])
    average, best = ranked(scores, targets) or (0, 0)
    assert average == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert best == pytest.approx(2 * 2 / (3 + 2))


def test_perfect_and_constant_scores() -> None:
    targets = np.array([True, False, False, False])
    assert ranked(targets.astype(np.float32), targets) == pytest.approx((1, 1))
    assert ranked(np.zeros(4, dtype=np.float32), targets) == pytest.approx((0.25, 0.4))


def test_classes_that_do_not_occur_are_left_out() -> None:
    targets = np.array([[True, False], [False, False]])
    scores = np.array([[0.9, 0.9], [0.1, 0.8]], dtype=np.float32)
    figures = measure(scores, targets)
    assert figures is not None and figures.average_precision == figures.best_f1 == 1
    assert measure(scores, np.zeros((2, 2), dtype=np.bool_)) is None
