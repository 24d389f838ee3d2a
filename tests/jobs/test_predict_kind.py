"""When a prediction or an evaluation runs, and which models it refuses to use."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest
from made_model import make_model, make_prediction
from study import Study, write_video

from ethonight.errors import SettingsError
from ethonight.jobs.evaluate import EvaluateKind
from ethonight.jobs.predict import PredictKind
from ethonight.jobs.protocol import AttemptPaths, Exit, Failure, Move, Success
from ethonight.predictions.scores_file import ScoresFile
from ethonight.settings.job_file import JobFile
from ethonight.settings.recording import add_recording


def predict(study: Study, **keys: object) -> JobFile:
    return study.write("v3/predict_m.toml", {"task": "predict", "model": "m", **keys})


def evaluate(study: Study, **keys: object) -> JobFile:
    return study.write("m/evaluate_x.toml", {"task": "evaluate", "model": "m", **keys})


def outdated(study: Study, output: Path, **keys: object) -> str:
    return PredictKind().outdated(predict(study, **keys), output, study.site)


def test_a_prediction_stays_until_its_model_threshold_or_video_change(study: Study) -> None:
    folder = make_model(study, study.train())
    output = make_prediction(study, predict(study), folder)
    assert outdated(study, output) == ""
    assert outdated(study, output, threshold=0.3) == "The threshold was changed."
    assert outdated(study, output, overlay=True) == "There is no annotated video."
    write_video(study.video("v3"), 99)
    assert outdated(study, output) == "The video, its background or its tracking changed."
    study.video("v3").unlink()
    assert outdated(study, output) == ""
    folder.rename(folder.with_name("m_20990101_000000"))
    assert outdated(study, output) == "The model is newer than the prediction."


def test_features_that_were_deleted_do_not_matter_to_a_finished_prediction(study: Study) -> None:
    folder = make_model(study, study.train())
    output = make_prediction(study, predict(study), folder)
    assert not list(study.workspace.features.rglob("*.h5"))
    assert outdated(study, output) == ""


@pytest.mark.parametrize("name", ["weights.safetensors", "made_from.json"])
def test_a_model_with_a_missing_or_altered_file_is_refused_in_the_evening(study: Study, name: str) -> None:
    folder = make_model(study, study.train())
    assert study.warnings(predict(study)) == ""
    (folder / name).write_bytes(b"altered")
    for job in (predict(study), evaluate(study)):
        with pytest.raises(SettingsError, match=f"{name} was altered or is damaged"):
            study.warnings(job)
    (folder / name).unlink()
    for job in (predict(study), evaluate(study)):
        with pytest.raises(SettingsError, match=f"{name} is missing"):
            study.warnings(job)


def test_a_prediction_waits_for_a_model_that_is_still_to_be_trained(study: Study) -> None:
    study.train()
    needs = PredictKind().needs(predict(study), study.site)
    assert needs[0].key == "settings/m/train.toml"
    assert needs[0].renewed and len(needs) == 2


def test_predicting_does_not_train_a_model_again_that_is_there(study: Study) -> None:
    make_model(study, study.train())
    first, *features = PredictKind().needs(predict(study), study.site)
    assert not first.renewed and len(features) == 1


def test_features_that_the_next_training_wants_are_made_as_well(study: Study) -> None:
    make_model(study, study.train())
    study.train(subjects={"kind": "blobs"})
    keys = [need.key for need in PredictKind().needs(predict(study), study.site)]
    assert len(keys) == 3 and "motion-frame-" in keys[1] and "motion-blobs1-" in keys[2]


def test_a_model_that_is_not_there_is_refused_with_the_name_that_was_meant(study: Study) -> None:
    make_model(study, study.train(model="mice"))
    with pytest.raises(SettingsError, match=r"There is no model 'mise' in models/; did you mean 'mice'\?"):
        study.warnings(study.write("v3/predict_mise.toml", {"task": "predict", "model": "mise"}))


def test_an_evaluation_takes_the_videos_that_were_held_out(study: Study) -> None:
    make_model(study, study.train())
    job = evaluate(study)
    assert study.warnings(job) == ""
    study.mark("v3", "grooming,1,2", "sleeping,4,5.5")
    assert study.warnings(job) == "'sleeping' is not in the list of labels: its bouts in 1 file are left out."


def test_a_video_that_taught_is_no_test_under_any_name(study: Study) -> None:
    make_model(study, study.train())
    pairs = [{"video": "v1", "annotations": "anna"}]
    with pytest.raises(SettingsError, match="has learned from v1"):
        study.warnings(evaluate(study, pairs=pairs))
    copied = study.workspace.root / "videos" / "another.avi"
    shutil.copy(study.video("v1"), copied)
    add_recording(study.workspace, [copied])
    study.mark("another", "grooming,1,2")
    with pytest.raises(SettingsError, match="has learned from another"):
        study.warnings(evaluate(study, pairs=[{"video": "another", "annotations": "anna"}]))


@pytest.mark.parametrize(
    ("pattern", "of_v3", "of_v0"), [("", "mouse2", "mouse1"), ("^(v[0-9])", "v3", "v0"), ("^(mouse[0-9])", None, None)]
)
def test_an_evaluation_knows_the_groups_of_the_training(
    study: Study, tmp_path: Path, pattern: str, of_v3: str | None, of_v0: str | None
) -> None:
    study.workspace.groups.write_text("video,group\nv0,mouse1\nv3,mouse2\n", "utf-8")
    folder = make_model(study, study.train(), roles=("test", "taught", "validation", "test"))
    settings = json.loads((folder / "made_from.json").read_text("utf-8"))
    settings["settings"]["split"] = {"group": pattern}
    (folder / "made_from.json").write_text(json.dumps(settings), "utf-8")
    attempt = AttemptPaths(tmp_path / "attempt")
    EvaluateKind().prepare(evaluate(study), attempt, study.site, 0)
    groups = tomllib.loads(attempt.snapshot.read_text("utf-8"))["groups"]
    assert (groups.get("v3"), groups.get("v0")) == (of_v3, of_v0)


@pytest.mark.parametrize("value", [1, -0.1, "0.5", True])
def test_a_threshold_that_cannot_be_is_refused(study: Study, value: object) -> None:
    make_model(study, study.train())
    with pytest.raises(SettingsError, match="'threshold' must be a number between 0 and 1"):
        study.warnings(predict(study, threshold=value))


def judged(study: Study, attempt: AttemptPaths, subjects: int, steps: int = 5) -> Success | Failure:
    """Return the verdict on the outputs of a prediction that has scored so many subjects at so many of five steps."""
    attempt.out.mkdir(parents=True, exist_ok=True)
    (attempt.out / "m.csv").write_text("labelId,timestamp,endTimestamp\n", "utf-8")
    (attempt.out / "m.png").write_bytes(b"picture")
    names = [str(number + 1) for number in range(subjects)]
    scores = np.zeros((subjects, steps, 2), dtype=np.float32)
    edges = np.arange(6, dtype=np.float64)
    stored = ScoresFile(scores, edges, ["grooming", "rearing"], names, "v3", "m_20260301_220405", 0.0, "")
    stored.write(attempt.out / "m.h5")
    return PredictKind().judge(predict(study), attempt, Exit(0, None, 0.0, 1.0), study.site)


@pytest.mark.parametrize("subjects", [1, 2, 7])
def test_a_prediction_is_read_back_for_any_number_of_subjects(study: Study, tmp_path: Path, subjects: int) -> None:
    attempt = AttemptPaths(tmp_path / "attempt")
    assert judged(study, attempt, subjects) == Success(
        attempt.out / "m.csv",
        study.workspace.predictions / "v3" / "m.csv",
        "No bout was found.",
        beside=tuple(
            Move(attempt.out / name, study.workspace.predictions / "v3" / name, keep=False)
            for name in ("m.h5", "m.png")
        ),
    )


@pytest.mark.parametrize("subjects", [1, 2])
def test_scores_that_miss_a_step_are_no_prediction(study: Study, tmp_path: Path, subjects: int) -> None:
    verdict = judged(study, AttemptPaths(tmp_path / "attempt"), subjects, steps=4)
    assert isinstance(verdict, Failure) and "cannot be read back" in verdict.message
