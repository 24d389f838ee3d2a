"""All job kinds, and which of them a settings file belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from ethonight.errors import SettingsError
from ethonight.jobs.command import CommandKind
from ethonight.jobs.embed import EmbedKind
from ethonight.jobs.evaluate import EvaluateKind
from ethonight.jobs.predict import PredictKind
from ethonight.jobs.protocol import JobKind
from ethonight.jobs.track import TrackKind
from ethonight.jobs.train import TrainKind
from ethonight.suggest import closest

KINDS: tuple[JobKind, ...] = (TrackKind(), CommandKind(), EmbedKind(), TrainKind(), PredictKind(), EvaluateKind())


def kind_of(document: Mapping[str, object]) -> JobKind:
    """Return the kind that owns ``document``. Raises SettingsError for a ``task`` that nobody knows."""
    for kind in KINDS:
        if kind.owns(document):
            return kind
    word, names = str(document.get("task")), [kind.name for kind in KINDS]
    close = closest(word, names)
    hint = f"did you mean '{close}'?" if close else f"known tasks: {', '.join(names)}."
    raise SettingsError(f"unknown task '{word}'; {hint}")
