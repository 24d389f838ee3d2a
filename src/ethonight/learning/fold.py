"""One division of the videos: a model learns on one side and is measured on the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Several
from dataclasses import dataclass
from pathlib import Path

from ethonight.learning.child import tell
from ethonight.learning.linear import LinearBaseline
from ethonight.learning.measured import Scored, choose_decodings, evaluated, scored
from ethonight.metrics.evaluated import Evaluated
from ethonight.recipe.split import Fold
from ethonight.recipe.training import Training
from ethonight.temporal.decoding import Decoding
from ethonight.temporal.lesson import Lesson
from ethonight.temporal.progress import Progress
from ethonight.temporal.sequence import Sequence
from ethonight.temporal.training import Trained, train
from ethonight.temporal.windows import Symmetry


@dataclass(frozen=True)
class Subject:
    """What is learned, whatever the fold."""

    labels: tuple[str, ...]
    exclusive: bool
    training: Training
    symmetries: tuple[Symmetry, ...]
    device: str


@dataclass(frozen=True)
class FoldResult:
    """What one fold has given."""

    trained: Trained
    decodings: Mapping[str, Decoding]
    tested: tuple[Scored, ...]
    """Scores for the videos that were held out."""
    evaluated: tuple[Evaluated, ...]
    """The same, with bouts."""
    linear: tuple[Evaluated, ...]
    """A logistic regression on the same features, measured in the same way."""


def run_fold(
    fold: Fold,
    sequences: Mapping[str, Several[Sequence]],
    subject: Subject,
    checkpoint: Path,
    progress: Callable[[Progress], None],
) -> FoldResult:
    """Train, choose, measure. ``sequences``: by video."""
    teaching, validation, test = (_of(sequences, names) for names in (fold.teaching, fold.validation, fold.test))
    labels, exclusive = subject.labels, subject.exclusive
    lesson = Lesson(teaching, validation, labels, exclusive, subject.symmetries)
    trained = train(lesson, subject.training, checkpoint, progress, subject.device)
    tell("Choosing thresholds")
    decodings = choose_decodings(scored(trained.ensemble, validation), teaching, labels, exclusive)
    tested = scored(trained.ensemble, test)
    tell("Comparing with a simpler model" if test else "Nothing is held out to measure on")
    measured = tuple(evaluated(one, labels, decodings, exclusive) for one in tested)
    linear = _linear(teaching, validation, test, subject) if test else ()
    return FoldResult(trained, decodings, tuple(tested), measured, linear)


def _linear(
    teaching: Several[Sequence], validation: Several[Sequence], test: Several[Sequence], subject: Subject
) -> tuple[Evaluated, ...]:
    baseline = LinearBaseline(teaching, subject.labels)
    decodings = choose_decodings(baseline.scored(validation), teaching, subject.labels, exclusive=False)
    return tuple(evaluated(one, subject.labels, decodings, False) for one in baseline.scored(test))


def _of(sequences: Mapping[str, Several[Sequence]], names: Several[str]) -> tuple[Sequence, ...]:
    return tuple(sequence for name in names for sequence in sequences[name])
