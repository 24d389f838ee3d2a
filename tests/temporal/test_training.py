"""Networks learn what is there to be learned, the same again each time, and over a kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from made_sequences import LABELS, made_sequence

from ethonight.errors import SettingsError
from ethonight.recipe.training import Training
from ethonight.temporal.ensemble import Ensemble
from ethonight.temporal.lesson import Lesson
from ethonight.temporal.measuring import ranked
from ethonight.temporal.progress import Progress
from ethonight.temporal.training import train

SMALL = Training(width=16, layers=4, epochs=12, batch=4, window=10.0, seeds=1, learning_rate=0.01)


def best_f1(ensemble: Ensemble, seed: int) -> list[float]:
    """Return the best F1 of each class on a recording that is new to the model."""
    test = made_sequence(seed)
    scores = ensemble.of(test).scores
    assert test.targets is not None
    pairs = [ranked(scores[:, place], test.targets[:, place]) for place in range(len(LABELS))]
    return [pair[1] for pair in pairs if pair]


def test_it_finds_states_and_twitches_in_recordings_it_has_not_seen() -> None:
    lesson = Lesson(tuple(made_sequence(seed) for seed in range(4)), (made_sequence(10),), LABELS)
    trained = train(lesson, SMALL)
    groom, rear, twitch = best_f1(trained.ensemble, 20)
    assert (groom > 0.9, rear > 0.85, twitch > 0.5) == (True, True, True), (groom, rear, twitch)


def test_ten_bouts_of_each_class_give_a_usable_draft_without_validation() -> None:
    trained = train(Lesson((made_sequence(1, 3000, bouts=10),), (), LABELS), SMALL)
    assert len(trained.log) == 12
    assert {(entry.f1, entry.precision) for entry in trained.log} == {(None, None)}
    groom, rear, twitch = best_f1(trained.ensemble, 20)
    assert (groom > 0.8, rear > 0.7, twitch > 0.5) == (True, True, True), (groom, rear, twitch)


def test_exclusive_labels_share_one_probability() -> None:
    lesson = Lesson((made_sequence(1), made_sequence(2)), (made_sequence(10),), LABELS, exclusive=True)
    ensemble = train(lesson, replace(SMALL, epochs=4)).ensemble
    scores = ensemble.of(made_sequence(20)).scores
    assert scores.shape == (3000, 3)
    assert scores.sum(axis=1).max() <= 1 + 1e-5
    assert best_f1(ensemble, 20)[0] > 0.8


def test_what_nobody_watched_changes_nothing() -> None:
    watched = made_sequence(1, 900)
    scored = np.arange(900) < 600
    assert watched.targets is not None
    other = watched.targets.copy()
    other[600:] = ~other[600:]
    tiny = replace(SMALL, width=8, epochs=2)
    results = [
        train(Lesson((replace(watched, scored=scored, targets=targets),), (), LABELS), tiny)
        for targets in (watched.targets, other)
    ]
    first, second = (result.ensemble.of(watched).scores for result in results)
    assert np.array_equal(first, second)


def test_the_same_seed_gives_the_same_numbers_and_another_one_others() -> None:
    lesson = Lesson((made_sequence(1, 600),), (), LABELS)
    tiny = replace(SMALL, width=8, epochs=2)
    first, again, other = (
        train(lesson, replace(tiny, seed=seed)).ensemble.of(made_sequence(3)).scores for seed in (0, 0, 7)
    )
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_the_numbers_do_not_depend_on_how_many_cores_there_are() -> None:
    lesson, before, results = (
        Lesson((made_sequence(1, 600),), (made_sequence(2, 600),), LABELS),
        torch.get_num_threads(),
        [],
    )
    for count in (1, 2):
        torch.set_num_threads(count)
        trained = train(lesson, replace(SMALL, width=8, epochs=2))
        assert torch.get_num_threads() == count
        results.append([value for network in trained.ensemble.networks for value in network.state_dict().values()])
    torch.set_num_threads(before)
    assert all(torch.equal(first, second) for first, second in zip(*results, strict=True))


def test_training_leaves_the_random_numbers_of_others_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(Lesson((made_sequence(1, 300),), (), LABELS), replace(SMALL, width=8, epochs=1))
    assert torch.equal(torch.rand(3), expected)


def test_it_stops_when_the_validation_no_longer_improves_and_keeps_the_best() -> None:
    noise = made_sequence(2, 600)
    noise = replace(noise, features=np.random.default_rng(0).standard_normal(noise.features.shape).astype(np.float16))
    seen: list[Progress] = []
    tiny = replace(SMALL, width=8, epochs=30, patience=2, seeds=2)
    trained = train(Lesson((made_sequence(1, 600),), (noise,), LABELS), tiny, progress=seen.append)
    assert list(trained.log) == seen
    for number in (1, 2):
        figures = [entry.precision for entry in seen if entry.seed == number]
        assert len(figures) < 30
        assert np.argmax(np.array(figures, dtype=float)) == len(figures) - 3
    assert all(entry.remaining >= 0 for entry in seen)
    assert seen[0].remaining > seen[-1].remaining


def test_progress_counts_networks_and_epochs() -> None:
    seen: list[Progress] = []
    tiny = replace(SMALL, width=8, epochs=2, seeds=2)
    train(Lesson((made_sequence(1, 600),), (made_sequence(2, 600),), LABELS), tiny, progress=seen.append)
    assert [(p.seed, p.seeds, p.epoch, p.epochs) for p in seen] == [
        (1, 2, 1, 2),
        (1, 2, 2, 2),
        (2, 2, 1, 2),
        (2, 2, 2, 2),
    ]
    assert all(p.f1 is not None and 0 <= p.f1 <= 1 for p in seen)
    assert seen[-1].remaining == 0


@pytest.mark.parametrize("missing", ["scored", "found"])
def test_nothing_to_learn_from_is_said(missing: str) -> None:
    empty = replace(made_sequence(1, 300), **{missing: np.zeros(300, dtype=np.bool_)})
    with pytest.raises(SettingsError, match="nothing to learn from"):
        train(Lesson((empty,), (), LABELS), SMALL)


def run_training(folder: Path, name: str, kill_after: int) -> subprocess.CompletedProcess[str]:
    """Run a training in a process of its own, with its checkpoint and result in ``folder``."""
    script = Path(__file__).with_name("kill_training.py")
    source = str(Path(__file__).resolve().parents[2] / "src")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, str(script), str(folder / f"{name}.pt"), str(folder / f"{name}.json"), str(kill_after)]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_a_killed_training_goes_on_and_ends_with_exactly_the_same_numbers(tmp_path: Path) -> None:
    whole = run_training(tmp_path, "whole", 0)
    assert whole.returncode == 0, whole.stderr
    for kill_after in (3, 1):  # at the end of the first network, and in the second
        killed = run_training(tmp_path, "killed", kill_after)
        assert killed.returncode != 0
        assert not (tmp_path / "killed.json").exists()
    last = run_training(tmp_path, "killed", 0)
    assert last.returncode == 0, last.stderr
    expected, found = (json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("whole", "killed"))
    assert (expected["seen"], found["seen"]) == (6, 2)
    assert found["figures"] == expected["figures"]
    assert found["weights"] == expected["weights"]


def test_a_checkpoint_of_other_data_is_not_taken_up(tmp_path: Path) -> None:
    tiny, path = replace(SMALL, width=8, epochs=2), tmp_path / "checkpoint.pt"
    train(Lesson((made_sequence(1, 600),), (), LABELS), tiny, path)
    seen: list[Progress] = []
    other = Lesson((made_sequence(4, 600),), (), LABELS)
    trained = train(other, tiny, path, seen.append)
    assert len(seen) == 2
    assert np.array_equal(
        trained.ensemble.of(other.teaching[0]).scores, train(other, tiny).ensemble.of(other.teaching[0]).scores
    )


def test_a_damaged_checkpoint_costs_time_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lesson, path = Lesson((made_sequence(1, 600),), (), LABELS), tmp_path / "checkpoint.pt"
    tiny = replace(SMALL, width=8, epochs=1)
    expected = train(lesson, tiny, path).ensemble.of(lesson.teaching[0]).scores
    for damage in (b"", b"no checkpoint", path.read_bytes()[:2000]):
        path.write_bytes(damage)
        assert np.array_equal(train(lesson, tiny, path).ensemble.of(lesson.teaching[0]).scores, expected)
        assert "starts anew" in caplog.text
        caplog.clear()
