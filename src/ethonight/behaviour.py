"""What `train`, `predict`, `evaluate` and `embed` are asked for on the command line, written as settings files."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import tomli_w

from ethonight.errors import SettingsError, UsageError
from ethonight.files import dated_sibling, replace_atomically
from ethonight.jobs.embed import embed_need
from ethonight.jobs.evaluate import EvaluateKind
from ethonight.jobs.model_choice import find_model, list_models, no_model
from ethonight.jobs.pairs import pair_file
from ethonight.jobs.protocol import JobFile, Site
from ethonight.jobs.training_jobs import TRAINING_FILE, training_job, unreadable_training
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import Pair, TrainingRecipe, check_model_name
from ethonight.settings.recording import add_recording, list_recordings
from ethonight.settings.scan import scan_settings
from ethonight.suggest import closest
from ethonight.workspace import Workspace

_VIDEO_ENDINGS = frozenset({".avi", ".mp4", ".mov", ".mkv", ".mpg", ".mpeg", ".m4v", ".wmv", ".webm", ".ts", ".mts"})


@dataclass(frozen=True)
class TrainingAsked:
    """The words of a ``train`` command; what is empty, or None, is not in it."""

    model: str
    pairs: Sequence[str] = ()
    features: str = ""
    subjects: str = ""
    labels: str = ""
    split: str = ""
    exclusive: bool | None = None


def write_training(site: Site, asked: TrainingAsked) -> str:
    """Write what was asked for into ``settings/<model>/train.toml`` and return its key. What was not asked for stays as
    it is there; a file that is replaced is kept beside the new one under its date.

    Raises UsageError or SettingsError.
    """
    check_model_name(asked.model)
    path, document = _training_there(site, asked.model)
    if not asked.pairs and not document:
        close = closest(asked.model, _trainable(site))
        raise UsageError(
            f"There is no settings/{asked.model}/{TRAINING_FILE} yet. "
            + (f"Did you mean '{close}'? Otherwise say" if close else "Say")
            + " what to learn from: "
            f"train --model {asked.model} --pairs video01=coder.csv video02=coder.csv"
        )
    recipe = TrainingRecipe.read({**document, **_asked_for(site.workspace, asked), "model": asked.model})
    if not document or recipe != TrainingRecipe.read(document):
        _write(path, recipe.table())
    return site.workspace.key(path)


def _training_there(site: Site, model: str) -> tuple[Path, Mapping[str, object]]:
    """Return the training file of a model, there or not, and what it holds. Raises SettingsError for a broken one."""
    if problem := unreadable_training(site, model):
        raise SettingsError(problem)
    job = training_job(site, model)
    return (job.path, job.document) if job else (site.workspace.settings / model / TRAINING_FILE, {})


def _asked_for(workspace: Workspace, asked: TrainingAsked) -> dict[str, object]:
    """Return the keys of a training file that the command speaks of."""
    document: dict[str, object] = {"task": "train"}
    if asked.features:
        document["features"] = _features(asked.features)
    if asked.subjects:
        document["subjects"] = _subjects(asked.subjects)
    if asked.labels:
        document["labels"] = [label.strip() for label in asked.labels.split(",")]
    if asked.exclusive is not None:
        document["exclusive"] = asked.exclusive
    if asked.pairs:
        pairs = [read_pair(workspace, text) for text in asked.pairs]
        document["pairs"] = [{"video": pair.video, "annotations": pair.annotations} for pair in pairs]
    if asked.split:
        document["split"] = _split(workspace, asked.split)
    return document


def write_predictions(
    site: Site, model: str, videos: Sequence[str], threshold: float | None, overlay: bool | None
) -> list[str]:
    """Write a settings file for each video (none: every recording of the workspace) and return their keys."""
    model = model or _only_model(site)
    _check_model(site, model)
    keys = []
    for name in recordings_named(site.workspace, videos):
        path = site.workspace.settings / name / f"predict_{model}.toml"
        document: dict[str, object] = {"task": "predict", "model": model}
        document |= _kept_choices(path)
        document |= {} if threshold is None else {"threshold": threshold}
        document |= {} if overlay is None else {"overlay": overlay}
        _write(path, document)
        keys.append(site.workspace.key(path))
    return keys


def _check_model(site: Site, model: str) -> None:
    """Raise UsageError or SettingsError for a model that neither is there nor can be trained."""
    if find_model(site.workspace, model) is None and training_job(site, model) is None:
        if problem := unreadable_training(site, model):
            raise SettingsError(problem)
        raise UsageError(no_model(site.workspace, model, _trainable(site)))


def write_evaluation(site: Site, model: str, pairs: Sequence[str]) -> str:
    """Write the settings of an evaluation and return their key. Raises SettingsError for one that would be no test."""
    if find_model(site.workspace, model) is None:
        raise UsageError(no_model(site.workspace, model))
    chosen = [read_pair(site.workspace, text) for text in pairs]
    name = f"evaluate_{'_'.join(pair.video for pair in chosen)[:60]}" if chosen else "evaluate_held_out"
    path = site.workspace.settings / model / f"{name}.toml"
    tables = [{"video": pair.video, "annotations": pair.annotations} for pair in chosen]
    document = {"task": "evaluate", "model": model, **({"pairs": tables} if tables else {})}
    job = JobFile(site.workspace.key(path), path, document)
    EvaluateKind().inputs(job, site)
    _write(path, document)
    return job.key


def write_embedding(site: Site, videos: Sequence[str], features: str, subjects: str) -> list[str]:
    """Write a settings file for each video (none: every recording) and each kind of features; return their keys."""
    named = _features(features)
    keys = []
    for one in named if isinstance(named, list) else [named]:
        recipe = Recipe.read({"features": one, "subjects": _subjects(subjects)})
        for name in recordings_named(site.workspace, videos):
            need = embed_need(name, recipe)
            _write(site.workspace.settings_file(need.key), need.document)
            keys.append(need.key)
    return keys


def read_pair(workspace: Workspace, text: str) -> Pair:
    """Return the pair that ``video01=coder.csv`` means; a video that is not in the workspace yet is added to it.

    Raises UsageError for a text that is no pair, SettingsError for bouts that are not there.
    """
    left, right = _sides(workspace, text)
    video = _recording_named(workspace, left)
    own = workspace.annotations / video
    typed = Path(os.path.abspath(Path(right).expanduser()))
    if not (own / right).is_file() and not (own / f"{right}.csv").is_file() and typed.is_file():
        return Pair(video, workspace.shown(typed))
    pair = Pair(video, right)
    path = pair_file(workspace, pair)
    return Pair(video, path.stem if path.parent == own else workspace.shown(path))


def _sides(workspace: Workspace, text: str) -> tuple[str, str]:
    """Return the video and the bouts of a pair; paths may hold further equals signs. Raises UsageError."""
    places = [place for place, letter in enumerate(text) if letter == "=" and text[:place] and text[place + 1 :]]
    if not places:
        raise UsageError(f"'{text}' is no pair. Write the video and its bouts, like video01=coder.csv")
    there = list_recordings(workspace)
    known = [place for place in places if text[:place] in there or Path(text[:place]).expanduser().is_file()]
    place = (known or places)[0]
    return text[:place], text[place + 1 :]


def recordings_named(workspace: Workspace, names: Sequence[str]) -> list[str]:
    """Return the recordings that were named; without names, all of them. Raises UsageError."""
    if names:
        return list(dict.fromkeys(_recording_named(workspace, name) for name in names))
    found = list_recordings(workspace)
    if not found:
        raise UsageError("There are no videos in the workspace yet. Add some: pixi run add VIDEO ...")
    return found


def _recording_named(workspace: Workspace, name: str) -> str:
    """Return the recording that a name, a file's name or a file's path means; a new file is added."""
    there = list_recordings(workspace)
    if name in there:
        return name
    path = Path(name).expanduser()
    if path.is_file() and path.suffix.lower() in _VIDEO_ENDINGS:
        return add_recording(workspace, [path]).name
    if path.stem in there and path.suffix.lower() in _VIDEO_ENDINGS:
        return path.stem
    close = closest(name, there) or closest(path.stem, there)
    hint = f"Did you mean '{close}'?" if close else "Add it first: pixi run add VIDEO"
    raise UsageError(f"There is no video '{name}', neither in the workspace nor as a file. {hint}")


def _features(text: str) -> object:
    """Return what ``motion``, ``motion+kinematics`` or ``videomae:D:/weights`` means in a settings file."""
    several = [_one_features(part) for part in text.split("+")]
    return several[0] if len(several) == 1 else several


def _one_features(text: str) -> object:
    name, colon, weights = text.partition(":")
    if not colon:
        return name
    here = Path(weights).expanduser()
    return {"name": name, "weights": here.resolve().as_posix() if here.exists() else weights}


def _subjects(text: str) -> dict[str, object]:
    """Return what ``frame``, ``blobs:2``, ``tracks`` or ``tracks:SESSION`` means in a settings file."""
    kind, colon, rest = text.partition(":")
    if not colon:
        return {"kind": kind}
    if kind == "blobs":
        if not rest.isdecimal():
            raise UsageError(f"--subjects blobs:{rest} should say how many animals there are, like blobs:2")
        return {"kind": kind, "count": int(rest)}
    return {"kind": kind, "session": rest}


def _split(workspace: Workspace, text: str) -> dict[str, object]:
    """Return what a mode (``leave-one-video-out``) or the names of test videos mean in a settings file."""
    if text in ("auto", "videos", "none", "leave-one-video-out", "leave-one-group-out"):
        return {"mode": text}
    return {"mode": "videos", "test": recordings_named(workspace, [name.strip() for name in text.split(",")])}


def _kept_choices(path: Path) -> Mapping[str, object]:
    """Return what a person has chosen in a settings file that is there already."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: document[key] for key in ("threshold", "overlay") if key in document}


def _only_model(site: Site) -> str:
    """Return the model that must be meant where none was named. Raises UsageError where that is not clear."""
    names = {*list_models(site.workspace), *_trainable(site)}
    if len(names) == 1:
        return names.pop()
    listed = ", ".join(sorted(names)) or "none yet; train one first"
    raise UsageError(f"Say which model: --model NAME. There are: {listed}.")


def _trainable(site: Site) -> list[str]:
    """Return the models that have a training file."""
    files = [key.split("/") for key in scan_settings(site.workspace)]
    return [parts[-2] for parts in files if parts[-1] == TRAINING_FILE]


def _write(path: Path, document: Mapping[str, object]) -> None:
    """Write a settings file unless it says the same already; another one that is there is kept under its date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        try:
            if tomllib.loads(path.read_text("utf-8")) == dict(document):
                return
        except ValueError:
            pass
        old = dated_sibling(path.with_name(f"{path.name}.old"), datetime.fromtimestamp(path.stat().st_mtime))
        os.replace(path, old)
    replace_atomically(path, tomli_w.dumps(dict(document)).encode())
