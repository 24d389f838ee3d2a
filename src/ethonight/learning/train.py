"""The child process of a training: features and bouts in, a model's folder out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic

import numpy as np

from ethonight.learning.child import device, run, tell
from ethonight.learning.coders import coder_agreement
from ethonight.learning.fold import FoldResult, Subject, run_fold
from ethonight.learning.marked_pairs import read_pairs
from ethonight.learning.measured import choose_decodings
from ethonight.learning.order import Order
from ethonight.learning.outcome import Outcome, write_outcome
from ethonight.learning.provenance import made_with, video_notes
from ethonight.learning.symmetry import symmetries_of
from ethonight.recipe.split import Fold, Plan
from ethonight.recipe.training import TrainingRecipe
from ethonight.temporal.lesson import Lesson
from ethonight.temporal.progress import Progress
from ethonight.temporal.sequence import Sequence
from ethonight.temporal.training import Trained, train
from ethonight.words import duration


def main(order: Order) -> None:
    """Train, measure, write the folder. The checkpoints stay until the folder was verified."""
    recipe = TrainingRecipe.read(order.document("recipe"))
    recipe = replace(recipe, training=replace(recipe.training, batch=order.whole("batch")))
    sequences = read_pairs(order, recipe.streams, recipe.labels)
    plan = Plan(order.text("mode"), tuple(_fold(one) for one in order.orders("folds")))
    partial = order.path("partial")
    partial.mkdir(parents=True, exist_ok=True)
    subject = Subject(recipe.labels, recipe.exclusive, recipe.training, symmetries_of(recipe.streams), device())
    results = [
        run_fold(fold, sequences, subject, partial / f"fold{place}.pt", _progress(plan, place))
        for place, fold in enumerate(plan.folds)
    ]
    outcome = _outcome(plan, results, sequences, subject, partial)
    agreement = coder_agreement(order, recipe.labels, sequences)
    tell("Measuring and writing the report")
    notes, versions = video_notes(order, sequences), made_with(recipe.training, subject.device)
    write_outcome(order, recipe, plan, replace(outcome, coders=agreement, notes=notes, versions=versions))


def _fold(order: Order) -> Fold:
    return Fold(*(tuple(order.values[side]) for side in ("teaching", "validation", "test")))


def _outcome(
    plan: Plan,
    results: list[FoldResult],
    sequences: Mapping[str, list[Sequence]],
    subject: Subject,
    partial: Path,
) -> Outcome:
    """Return the model that is kept, and everything that was measured."""
    measured = tuple(one for result in results for one in result.evaluated)
    linear = tuple(one for result in results for one in result.linear)
    if not plan.is_cross_validation:
        return Outcome(results[0].trained, results[0].decodings, measured, linear)
    tell("Choosing thresholds on the videos that were the test")
    tested = [one for result in results for one in result.tested]
    everything = tuple(one for several in sequences.values() for one in several)
    decodings = choose_decodings(tested, everything, subject.labels, subject.exclusive)
    lesson = Lesson(everything, (), subject.labels, subject.exclusive, subject.symmetries)
    training = replace(
        subject.training, epochs=_usual_epochs([result.trained for result in results], subject.training.epochs)
    )
    kept = train(lesson, training, partial / "kept.pt", _progress(plan, len(results)), subject.device)
    return Outcome(kept, decodings, measured, linear)


def _usual_epochs(trained: list[Trained], most: int) -> int:
    """Return after how many epochs the validation was best, as a median over the folds' networks.

    Never fewer than half of the ``most``: with few bouts the best one comes early by chance.
    """
    best: list[int] = []
    for one in trained:
        for seed in sorted({entry.seed for entry in one.log}):
            epochs = [entry for entry in one.log if entry.seed == seed]
            best.append(max(epochs, key=lambda entry: (entry.precision or 0.0, entry.epoch)).epoch)
    return max(-(-most // 2), int(np.median(best)))


def _progress(plan: Plan, place: int) -> Callable[[Progress], None]:
    """Return what tells each epoch in a line; a training that follows is taken to last as long as this one."""
    folds = len(plan.folds) + 1 if plan.is_cross_validation else 1
    part = f"training {place + 1} of {folds}, " if folds > 1 else ""
    began = monotonic()

    def show(now: Progress) -> None:
        network = f"network {now.seed} of {now.seeds}, " if now.seeds > 1 else ""
        f1 = f", validation F1 {now.f1:.2f}" if now.f1 is not None else ""
        text = f"{part}{network}epoch {now.epoch} of {now.epochs}, loss {now.loss:.3f}{f1}"
        following = (folds - place - 1) * (monotonic() - began + now.remaining)
        tell(f"{text[0].upper()}{text[1:]}, {duration(now.remaining + following)} left")

    return show


if __name__ == "__main__":
    run(main)
