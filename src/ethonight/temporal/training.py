"""Networks learn from sequences that somebody marked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from ethonight.one_thread import one_thread
from ethonight.recipe.training import Training
from ethonight.temporal import checkpoint as checkpoints
from ethonight.temporal.checkpoint import State
from ethonight.temporal.ensemble import Ensemble
from ethonight.temporal.learner import Learner
from ethonight.temporal.lesson import Lesson, Prepared, prepare
from ethonight.temporal.networks import rebuild
from ethonight.temporal.progress import Progress, Stopwatch, remaining_seconds


@dataclass(frozen=True)
class Trained:
    """The outcome of a training."""

    ensemble: Ensemble
    log: tuple[Progress, ...]
    """One for each epoch of each network, in order."""


def train(
    lesson: Lesson,
    training: Training,
    checkpoint: Path | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    device: str = "cpu",
) -> Trained:
    """Teach ``training.seeds`` networks and return them, ready to use on ``device``.

    After each epoch the state is kept in the file ``checkpoint`` and ``progress`` is told. A training that finds the
    file of one that was killed, with the same data and settings, goes on behind its last epoch; on a CPU it ends with
    the same numbers to the bit. There it uses one core: what is computed at a time is too small to be shared, and the
    numbers must not depend on how many cores are free. Raises SettingsError where there is nothing to learn from,
    torch.cuda.OutOfMemoryError where the batch is too large for the device.
    """
    with one_thread() if device == "cpu" else nullcontext():
        return _train(lesson, training, checkpoint, progress, device)


def _train(
    lesson: Lesson, training: Training, checkpoint: Path | None, progress: Callable[[Progress], None], device: str
) -> Trained:
    prepared = prepare(lesson, training, device)
    key = _key(lesson, training)
    state = (checkpoints.load(checkpoint, key) if checkpoint else None) or State()
    while len(state.finished) < training.seeds:
        learner = Learner(prepared, len(state.finished))
        learner.restore(state)
        watch = Stopwatch()
        while not learner.done:
            loss = learner.epoch()
            learner.keep(state)
            state.log.append(asdict(_progress(state, training, learner, loss, watch.lap())))
            if checkpoint:
                checkpoints.save(checkpoint, state, key)
            progress(Progress(**state.log[-1]))
        state.finished.append(learner.result())
        state.epoch = 0
    return Trained(_ensemble(prepared, state), tuple(Progress(**entry) for entry in state.log))


def _progress(state: State, training: Training, learner: Learner, loss: float, seconds: float) -> Progress:
    figures = learner.figures
    now = Progress(
        seed=len(state.finished) + 1,
        seeds=training.seeds,
        epoch=state.epoch,
        epochs=training.epochs,
        loss=loss,
        f1=figures.best_f1 if figures else None,
        precision=figures.average_precision if figures else None,
        seconds=seconds,
        remaining=0.0,
    )
    left = remaining_seconds([*(Progress(**entry) for entry in state.log), now])
    return Progress(**asdict(now) | {"remaining": left})


def _ensemble(prepared: Prepared, state: State) -> Ensemble:
    lesson, width = prepared.lesson, prepared.normaliser.width
    networks = tuple(
        rebuild(prepared.effort.training, width, len(lesson.labels), lesson.exclusive, weights).to(prepared.device)
        for weights in state.finished
    )
    return Ensemble(prepared.normaliser, networks, lesson.labels, lesson.exclusive)


def _key(lesson: Lesson, training: Training) -> str:
    mirrors = [(permutation.tolist(), sign.tolist()) for permutation, sign in lesson.symmetries]
    about = (len(lesson.teaching), lesson.labels, lesson.exclusive, mirrors)
    return checkpoints.training_key((*lesson.teaching, *lesson.validating), training, about)
