"""Settings of features and trainings: read strictly, written back, named by what decides about the numbers."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ethonight.errors import SettingsError
from ethonight.recipe.stream import Features, Recipe, Subjects
from ethonight.recipe.training import Pair, Split, Training, TrainingRecipe

PAIRS = [{"video": "v1", "annotations": "anna"}]

subjects = st.builds(
    Subjects,
    kind=st.sampled_from(["frame", "blobs", "tracks"]),
    count=st.integers(1, 8),
    polarity=st.sampled_from(["auto", "dark", "light"]),
    threshold=st.floats(0, 255),
    session=st.text("abc äß", max_size=5),
    body_lengths=st.floats(0.5, 20),
)
recipes = st.builds(Recipe, subjects, st.builds(Features, pixels=st.integers(16, 512)), st.floats(1, 1000))


@given(recipes)
def test_a_recipe_comes_back_from_its_file(recipe: Recipe) -> None:
    read = Recipe.read(tomllib.loads(tomli_w.dumps(recipe.table())))
    assert (read, read.name) == (recipe, recipe.name)


@given(recipes, recipes)
def test_recipes_share_a_name_only_when_they_are_equal(one: Recipe, other: Recipe) -> None:
    assert (one.name == other.name) == (one == other)


def test_a_training_comes_back_from_its_file() -> None:
    streams = (Recipe(Subjects("tracks")), Recipe(Subjects("tracks"), Features("kinematics")))
    recipe = TrainingRecipe(
        "mice", streams, ("a", "b"), True, (Pair("v1", "anna"),), Split("videos", test=("v1",)), Training(seeds=3)
    )
    assert TrainingRecipe.read(tomllib.loads(tomli_w.dumps(recipe.table()))) == recipe


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"modle": "x"}, "unknown key 'modle'; did you mean 'model'?"),
        ({"model": ""}, "'model' is missing"),
        ({"model": "a/b"}, "cannot be 'a/b'"),
        ({"pairs": []}, "names no pairs"),
        ({"pairs": [{"video": "v1"}]}, "pair 1 needs both"),
        ({"pairs": [{"vidoe": "v1"}]}, "did you mean 'video'"),
        ({"labels": ["a", "A"]}, "one label twice"),
        ({"labels": ["_scored"]}, "cannot be a label"),
        ({"labels": "a"}, "must be a list of texts"),
        ({"features": "moton"}, "did you mean 'motion'"),
        ({"features": ["motion", "motion"]}, "names motion twice"),
        ({"features": "kinematics"}, "needs to know where the animals are"),
        ({"subjects": {"kind": "blob"}}, "did you mean 'blobs'"),
        ({"subjects": {"count": 0}}, "must be 1 to 200; found 0"),
        ({"subjects": "blobs"}, "must be a table"),
        ({"rate": 0}, "'rate' must be 1 to 1000"),
        ({"exclusive": "yes"}, "must be true or false"),
        ({"split": {"mode": "random"}}, "'mode' cannot be 'random'"),
        ({"training": {"epochs": 1.5}}, "must be a whole number"),
        ({"training": {"dropout": float("nan")}}, "must be a number"),
    ],
)
def test_what_cannot_be_is_refused_with_a_hint(change: dict[str, Any], words: str) -> None:
    document = {"task": "train", "model": "mice", "pairs": PAIRS} | change
    with pytest.raises(SettingsError) as caught:
        TrainingRecipe.read(document)
    assert words in str(caught.value)
