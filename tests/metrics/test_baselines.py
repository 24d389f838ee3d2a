"""Chance and majority."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ethonight.metrics.baselines import baseline_metrics, commonest, shifted


def test_majority_predicts_what_is_commonest(make):
    mostly_none = baseline_metrics([make([("a", 0, 10)])], ["a", "b"])["majority"]
    assert mostly_none["what"] == "no label at any step"
    assert mostly_none["frames"]["macro_f1"] == 0.0
    mostly_a = baseline_metrics([make([("a", 0, 45)])], ["a", "b"])["majority"]
    assert mostly_a["what"] == "'a' at every step"
    # precision 45/60, recall 1
    assert mostly_a["frames"]["classes"] == {"a": pytest.approx(2 * 0.75 / 1.75), "b": None}
    assert mostly_a["bouts"]["classes"]["a"]["50"] == 1.0


def test_chance_keeps_the_amount_and_not_the_times(make):
    recording = make([("a", 0, 10), ("b", 30, 31)], unscored=[(50, 60)])
    moved = shifted(recording, np.random.default_rng(1))
    assert moved.sum(axis=0).tolist() == recording.truth.sum(axis=0).tolist()
    assert not moved[~recording.scored].any()
    assert (moved != recording.truth).any()


def test_chance_of_a_label_that_is_always_true_is_one(make):
    found = baseline_metrics([make([("a", 0, 60)])], ["a", "b"])["chance"]
    assert found["frames"]["classes"]["a"] == 1.0
    assert found["frames"]["classes"]["b"] is None


def test_chance_is_near_the_prevalence_and_does_not_change(random_recordings):
    first, again = (baseline_metrics(random_recordings, list("abc")) for _ in range(2))
    assert first == again
    assert first["chance"]["frames"]["macro_f1"] < 0.45
    assert first["chance"]["bouts"]["macro_f1"]["50"] < 0.2


def test_recordings_with_nothing_watched_or_marked(make):
    empty = replace(make(), scored=np.zeros(600, dtype=bool))
    assert commonest([make()]) == 2
    assert baseline_metrics([empty], ["a", "b"])["chance"]["frames"]["macro_f1"] is None


def test_malformed_recordings_are_refused(make):
    with pytest.raises(ValueError, match="there twice"):
        baseline_metrics([make(), make()], ["a", "b"])
