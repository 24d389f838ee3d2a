"""Jobs of kind ``predict``: a trained model's bouts for a recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.jobs import own
from ethonight.jobs.embed import embed_need, features_file
from ethonight.jobs.feature_source import source_changed
from ethonight.jobs.model_choice import check_model, find_model, no_model
from ethonight.jobs.protocol import (
    AttemptPaths,
    Exit,
    Failure,
    FailureKind,
    Inputs,
    JobFile,
    Launch,
    Move,
    Need,
    Site,
    Success,
)
from ethonight.jobs.training_jobs import training_job, training_streams
from ethonight.recipe.stream import Recipe
from ethonight.settings.recording import recording_of

_KEYS = ("task", "model", "threshold", "overlay")


class PredictKind(own.OwnKind):
    """``task = "predict"``."""

    name = "predict"

    def video(self, job: JobFile) -> str:
        return job.path.parent.name

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        """Validate the settings. Raises SettingsError."""
        own.only_keys(job.document, _KEYS)
        _threshold(job)
        _overlay(job)
        self._streams(job, site)
        check_model(find_model(site.workspace, _model(job)))
        return Inputs(recording_of(site.workspace, job.path).files, takes_damaged=True)

    def target(self, job: JobFile, site: Site) -> Path:
        """Return ``predictions/<video>/<model>.csv``."""
        return site.workspace.predictions / job.path.parent.name / f"{_model(job)}.csv"

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        """Return the training of the model, where its settings are there, and the features that the model looks at."""
        name, video = _model(job), recording_of(site.workspace, job.path).name
        training, model = training_job(site, name), find_model(site.workspace, name)
        first = (Need(training.key, renewed=model is None),) if training else ()
        streams = dict.fromkeys(self._streams(job, site))
        if training and model:  # The training may run first, and its settings may want other features by now.
            streams |= dict.fromkeys(_wanted_streams(training))
        return first + tuple(embed_need(video, stream, job.key) for stream in streams)

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        """A prediction is outdated when it is gone, or its model, threshold or features are others now."""
        import h5py

        scores = output.with_suffix(".h5")
        model = find_model(site.workspace, _model(job))
        if model is None or not output.is_file() or not scores.is_file():
            return "There is no prediction."
        try:
            with h5py.File(scores, "r") as file:
                made_by, threshold = str(file.attrs["model"]), float(file.attrs["threshold"])
                made_from = str(file.attrs["features"])
        except (OSError, KeyError):
            return "The prediction's scores cannot be read."
        if made_by != model.folder.name:
            return "The model is newer than the prediction."
        if _overlay(job) and not output.with_suffix(".mp4").is_file():
            return "There is no annotated video."
        if threshold != _threshold(job):
            return "The threshold was changed."
        recording, parts = recording_of(site.workspace, job.path), made_from.split(" ")
        known = dict(part.partition(":")[::2] for part in parts if ":" in part)
        for stream in model.streams:
            if source_changed(site, recording, stream, known.get(stream.name, "")):
                return "The video, its background or its tracking changed."
        return ""

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        """Write the order."""
        workspace, name = site.workspace, _model(job)
        model = find_model(workspace, name)
        if model is None:
            raise SettingsError(no_model(workspace, name))
        recording = recording_of(workspace, job.path)
        features = self._features(job, model.streams, site)
        order = {
            "video": recording.name,
            "files": [str(path) for path in recording.files],
            "model": str(model.folder),
            "features": [str(path) for path in features],
            "fingerprint": _fingerprint(features),
            "threshold": _threshold(job),
            "overlay": _overlay(job),
            "out": str(attempt.out),
            "name": name,
            "timestamps": str(workspace.timestamps),
        }
        return own.launch("predict", order, attempt)

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        """Read the bouts and open the scores."""
        if failed := own.failure(attempt, end):
            return failed
        target = self.target(job, site)
        names = [f"{target.stem}{ending}" for ending in (".h5", ".png", *((".mp4",) if _overlay(job) else ()))]
        for name in (target.name, *names):
            if not (attempt.out / name).is_file():
                return own.missing(attempt.out / name)
        beside = tuple(Move(attempt.out / name, target.with_name(name), keep=False) for name in names)
        return _checked(Success(attempt.out / target.name, target, " ".join(own.notes(attempt)), beside=beside))

    def _streams(self, job: JobFile, site: Site) -> tuple[Recipe, ...]:
        """Return what the model looks at: as the trained model says, else as its training file does."""
        name = _model(job)
        training = training_job(site, name)
        model = find_model(site.workspace, name)
        if model is not None:
            return model.streams
        if training is None:
            raise SettingsError(no_model(site.workspace, name))
        return training_streams(training)

    def _features(self, job: JobFile, streams: tuple[Recipe, ...], site: Site) -> list[Path]:
        video = recording_of(site.workspace, job.path).name
        return [features_file(site.workspace, video, stream) for stream in streams]


def _wanted_streams(training: JobFile) -> tuple[Recipe, ...]:
    try:
        return training_streams(training)
    except SettingsError:
        return ()  # The training itself says so.


def _fingerprint(features: list[Path]) -> str:
    """Return a text that says by which recipes and from which content the features were made."""
    from ethonight.features.store import FeaturesError, FeaturesFile

    contents = []
    for path in features:
        try:
            with FeaturesFile(path) as stored:
                contents.append(f"{path.stem}:{stored.about.content}")
        except FeaturesError:
            contents.append(path.stem)
    return " ".join(contents)


def _checked(success: Success) -> Success | Failure:
    import h5py

    from ethonight.annotations.bouts_csv import read_annotation
    from ethonight.annotations.problems import AnnotationError

    try:
        bouts = read_annotation(success.source).bouts
        with h5py.File(success.beside[0].source, "r") as file:
            if file["scores"].shape[-2:-1] != file["times"].shape:  # With several subjects, they come first.
                raise KeyError("scores")
    except (AnnotationError, OSError, KeyError) as error:
        return Failure(FailureKind.OUTPUTS_MISSING, f"The prediction cannot be read back: {error}")
    message = success.message if bouts else f"No bout was found. {success.message}".strip()
    return replace(success, message=message)


def _model(job: JobFile) -> str:
    name = job.document.get("model")
    if not isinstance(name, str) or not name:
        raise SettingsError("'model' is missing: the name of the model that predicts.")
    return name


def _threshold(job: JobFile) -> float:
    """Return the threshold for all labels; 0: the model's own."""
    value = job.document.get("threshold", 0.0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise SettingsError(f"'threshold' must be a number between 0 and 1; found {value!r}.")
    return float(value)


def _overlay(job: JobFile) -> bool:
    value = job.document.get("overlay", False)
    if not isinstance(value, bool):
        raise SettingsError(f"'overlay' must be true or false; found {value!r}.")
    return value
