"""When a training runs, what it waits for, and what is computed for its sake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from made_model import make_model
from study import VIDEOS, Study, write_video

from ethonight.jobs.pairs import read_pairs
from ethonight.jobs.registry import kind_of
from ethonight.jobs.train import TrainKind, partial_key
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import State
from ethonight.recipe.training import TrainingRecipe
from ethonight.runner.register import register

KEY = "settings/m/train.toml"


def outdated(study: Study, folder: Path, **keys: object) -> str:
    return TrainKind().outdated(study.train(**keys), folder, study.site)  # type: ignore[arg-type]


def test_every_stream_of_every_video_is_needed_once(study: Study) -> None:
    job = study.train(features=["motion", "kinematics"], subjects={"kind": "blobs"})
    needs = TrainKind().needs(job, study.site)
    assert len({need.key for need in needs}) == len(needs) == 2 * len(VIDEOS)
    assert all(need.document["needed_by"] == KEY for need in needs)


def test_a_model_stays_until_bouts_settings_or_videos_change(study: Study) -> None:
    folder = make_model(study, study.train())
    assert outdated(study, folder) == ""
    assert outdated(study, folder, exclusive=True) == "Its settings were changed."
    study.video("v1").touch()
    assert outdated(study, folder) == ""
    study.mark("v1", "grooming,1,2", "rearing,4,5")
    assert outdated(study, folder) == "The bouts in annotations/v1/anna.csv were changed."


def test_another_video_under_the_same_name_is_learned_again(study: Study) -> None:
    folder = make_model(study, study.train())
    write_video(study.video("v1"), 99)
    assert outdated(study, folder) == "Other videos, or another tracking of them, are there now for v1."


def test_a_damaged_model_is_trained_again(study: Study) -> None:
    folder = make_model(study, study.train())
    (folder / "weights.safetensors").write_bytes(b"others")
    assert outdated(study, folder) == "The model's folder is gone or damaged."


def test_an_unfinished_training_is_only_taken_up_with_the_same_bouts(study: Study) -> None:
    recipe = TrainingRecipe.read(study.train().document)
    before = partial_key(recipe, read_pairs(study.workspace, recipe.pairs))
    assert partial_key(recipe, read_pairs(study.workspace, recipe.pairs)) == before
    assert partial_key(replace(recipe, exclusive=True), read_pairs(study.workspace, recipe.pairs)) != before
    study.mark("v0", "grooming,1,3")
    assert partial_key(recipe, read_pairs(study.workspace, recipe.pairs)) != before


def test_nothing_is_computed_for_a_training_that_will_be_refused(study: Study) -> None:
    study.mark("v0", "grooming,1,200")
    study.train()
    with Ledger(study.workspace, "test") as ledger:
        register(ledger, study.workspace, kind_of)
        provided = study.dependencies().provide(ledger, [KEY], refresh=True)
        assert provided.keys == {KEY} and set(ledger.rows) == {KEY}


def test_a_done_training_whose_bouts_were_spoilt_is_not_taken_for_current(study: Study) -> None:
    job = study.train()
    folder = make_model(study, job)
    with Ledger(study.workspace, "test") as ledger:
        register(ledger, study.workspace, kind_of)
        row = replace(ledger.rows[KEY], state=State.RUNNING)
        ledger.record(row)
        ledger.record(replace(row, state=State.DONE, output=study.workspace.key(folder)))
        study.mark("v0", "grooming,1,x")
        provided = study.dependencies().provide(ledger, [KEY], refresh=True)
        assert ledger.rows[KEY].state is State.PENDING
        assert "annotations/v0/anna.csv, line 2, endTimestamp: expected seconds, found 'x'" in provided.remarks[0]


@pytest.mark.parametrize(
    ("hold", "why"),
    [("skip", "which is set to skip"), ("later", "whose status 'later' is not known")],
)
def test_the_evening_says_what_a_training_will_wait_for(study: Study, hold: str, why: str) -> None:
    study.train()
    with Ledger(study.workspace, "test") as ledger:
        register(ledger, study.workspace, kind_of)
        dependencies = study.dependencies()
        dependencies.provide(ledger, [KEY], refresh=True)
        embeds = [key for key in ledger.rows if key != KEY]
        assert len(embeds) == len(VIDEOS)
        rows = {**ledger.rows, embeds[1]: replace(ledger.rows[embeds[1]], hold=hold)}
        ordered = dependencies.ordered(rows.values())
        assert dependencies.blocked(ordered, rows, []) == {KEY: f"Waits for {embeds[1]}, {why}."}
        assert dependencies.blocked(ordered, ledger.rows, [embeds[0]]) == {
            KEY: f"Waits for {embeds[0]}, which will not run."
        }
