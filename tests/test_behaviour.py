"""What a person types after `train`, `predict` and the others becomes settings files, or one clear sentence."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "jobs"))  # the small study of the tests of jobs

from made_model import make_model
from study import HEADER, Study

from ethonight.behaviour import (
    TrainingAsked,
    read_pair,
    recordings_named,
    write_embedding,
    write_evaluation,
    write_predictions,
    write_training,
)
from ethonight.errors import SettingsError, UsageError
from ethonight.recipe.training import Pair

BOUTS = f"{HEADER}\ngrooming,1,2\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study.make(tmp_path_factory.mktemp("study") / "workspace")


@pytest.fixture
def study(made: Study, tmp_path: Path) -> Study:
    return made.copy(tmp_path / "workspace")


@pytest.fixture
def own_folder(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the person, outside of the workspace, in which the command is called."""
    folder = tmp_path / "Käfig = 3 & 'x'"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def document(study: Study, key: str) -> dict[str, object]:
    return tomllib.loads(study.workspace.settings_file(key).read_text("utf-8"))


@pytest.mark.parametrize("text", ["v0=anna", "v0=anna.csv", "v0.avi=anna", "v0=annotations/v0/anna.csv"])
def test_a_pair_names_a_video_and_a_coder(study: Study, text: str) -> None:
    assert read_pair(study.workspace, text) == Pair("v0", "anna")


def test_a_pair_in_the_form_of_files_adds_the_video_and_keeps_the_bouts_where_they_are(
    study: Study, own_folder: Path
) -> None:
    (own_folder / "day=1.mp4").write_bytes(b"video")
    (own_folder / "day=1_final.csv").write_text(BOUTS, "utf-8")
    bouts = (own_folder / "day=1_final.csv").as_posix()
    assert read_pair(study.workspace, "day=1.mp4=day=1_final.csv") == Pair("day=1", bouts)
    assert read_pair(study.workspace, f"{own_folder}/day=1.mp4={own_folder}/day=1_final.csv") == Pair("day=1", bouts)
    assert read_pair(study.workspace, "day=1=day=1_final.csv") == Pair("day=1", bouts)
    assert (study.workspace.settings / "day=1" / "video.toml").is_file()


@pytest.mark.parametrize("text", ["v0", "v0=", "=anna", ""])
def test_what_is_no_pair_is_said_to_be_none(study: Study, text: str) -> None:
    with pytest.raises(UsageError, match=r"is no pair\. Write the video and its bouts, like video01=coder"):
        read_pair(study.workspace, text)


@pytest.mark.parametrize("name", ["v00", "v00.avi", "settings/v00.mp4"])
def test_an_unknown_video_is_refused_with_the_one_that_was_meant(study: Study, name: str) -> None:
    with pytest.raises(UsageError, match=r"There is no video '.*'. Did you mean 'v0'\?|as a file. Did you mean 'v0'\?"):
        recordings_named(study.workspace, [name])


def test_an_unknown_coder_is_refused_with_the_one_that_was_meant(study: Study) -> None:
    with pytest.raises(SettingsError, match=r"no annotations/v0/ana\.csv and no file ana; did you mean 'anna'\?"):
        write_training(study.site, TrainingAsked("m", ["v0=ana"]))
    assert not (study.workspace.settings / "m").exists()


def test_a_command_changes_only_what_it_speaks_of(study: Study) -> None:
    key = write_training(study.site, TrainingAsked("m", ["v0=anna", "v1=anna"], subjects="blobs:2", labels="grooming"))
    path = study.workspace.settings_file(key)
    path.write_text(path.read_text("utf-8") + "\n[training]\nseeds = 5\n", "utf-8")
    kept = path.read_bytes()
    assert write_training(study.site, TrainingAsked("m", features="motion+kinematics", exclusive=True)) == key
    after = document(study, key)
    assert after["features"] == ["motion", "kinematics"] and after["exclusive"] is True
    assert after["training"] == {"seeds": 5} and after["labels"] == ["grooming"]
    assert after["subjects"] == {"kind": "blobs", "count": 2}
    (old,) = path.parent.glob("train.toml *.old")
    assert old.read_bytes() == kept
    write_training(study.site, TrainingAsked("m", exclusive=False, split="v1", labels="grooming, rearing"))
    assert document(study, key)["split"] == {"mode": "videos", "test": ["v1"]}
    assert "exclusive" not in document(study, key)


def test_the_same_command_again_leaves_the_file_as_its_person_wrote_it(study: Study) -> None:
    key = write_training(study.site, TrainingAsked("m", ["v0=anna"]))
    path = study.workspace.settings_file(key)
    path.write_text("# My own remark.\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_bytes()
    write_training(study.site, TrainingAsked("m", ["v0=anna"], features="motion", subjects="frame"))
    write_training(study.site, TrainingAsked("m"))
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


def test_a_training_file_that_cannot_be_read_is_not_replaced(study: Study) -> None:
    path = study.workspace.settings_file(study.train().key)
    path.write_text('task = "train"\nmodel = "m\n', "utf-8")
    for asked in (TrainingAsked("m"), TrainingAsked("m", ["v0=anna"])):
        with pytest.raises(SettingsError, match=r"settings/m/train\.toml: line 2"):
            write_training(study.site, asked)
    with pytest.raises(SettingsError, match=r"settings/m/train\.toml: line 2"):
        write_predictions(study.site, "m", [], None, None)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (TrainingAsked("mise"), "There is no settings/mise/train.toml yet. Did you mean 'mice'?"),
        (TrainingAsked("a/b", ["v0=anna"]), "it names a folder"),
        (TrainingAsked("mice", features="motin"), "did you mean 'motion'?"),
        (TrainingAsked("mice", features="motion+motion"), "'features' names motion twice"),
        (TrainingAsked("mice", features="kinematics"), "kinematics needs to know where the animals are"),
        (TrainingAsked("mice", subjects="blobs:two"), "should say how many animals there are"),
        (TrainingAsked("mice", subjects="blobs:0"), "'count' must be 1 to 200"),
        (TrainingAsked("mice", subjects="track"), "did you mean 'tracks'?"),
        (TrainingAsked("mice", labels="a,,b"), "must be a list of texts"),
        (TrainingAsked("mice", split="leave-one-vidio-out"), "There is no video 'leave-one-vidio-out'"),
    ],
)
def test_a_wrong_word_is_one_clear_sentence_and_changes_nothing(
    study: Study, asked: TrainingAsked, sentence: str
) -> None:
    path = study.workspace.settings_file(study.train(model="mice").key)
    before = path.read_bytes()
    with pytest.raises((UsageError, SettingsError)) as caught:
        write_training(study.site, asked)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_predictions_are_asked_of_every_video_and_keep_what_a_person_chose(study: Study) -> None:
    make_model(study, study.train())
    keys = write_predictions(study.site, "", [], 0.3, None)
    assert keys == [f"settings/v{place}/predict_m.toml" for place in range(4)]
    assert write_predictions(study.site, "m", ["v1.avi", "v1"], None, True) == keys[1:2]
    assert document(study, keys[1]) == {"task": "predict", "model": "m", "threshold": 0.3, "overlay": True}


def test_a_model_must_be_named_where_there_are_several_and_must_be_there(study: Study) -> None:
    with pytest.raises(UsageError, match=r"Say which model: --model NAME\. There are: none yet; train one first"):
        write_predictions(study.site, "", [], None, None)
    study.train(model="mice")
    study.train(model="rats")
    with pytest.raises(UsageError, match=r"There are: mice, rats\."):
        write_predictions(study.site, "", [], None, None)
    with pytest.raises(UsageError, match=r"There is no model 'mise' in models/; did you mean 'mice'\?"):
        write_predictions(study.site, "mise", [], None, None)
    with pytest.raises(UsageError, match="There is no model 'mice' in models/"):
        write_evaluation(study.site, "mice", [])


def test_features_are_asked_for_one_file_each(study: Study) -> None:
    keys = write_embedding(study.site, ["v0"], "motion+kinematics", "blobs")
    assert [Path(key).name.split("-")[0] for key in keys] == ["embed_motion", "embed_kinematics"]
    assert all("needed_by" not in document(study, key) for key in keys)
