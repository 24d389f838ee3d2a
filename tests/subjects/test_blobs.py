"""Painted animals are found where they are, and keep their numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethonight.recipe.stream import Subjects
from ethonight.subjects.blobs import Blobs
from ethonight.subjects.blobs_model import BlobsModel
from ethonight.subjects.boxes import Located
from ethonight.subjects.look import look_at

FULL = (320, 240)


def model_of(pictures: Any, subjects: Subjects, full: tuple[int, int] = FULL) -> BlobsModel:
    model = look_at(pictures[:: max(1, len(pictures) // 40)], full, subjects)
    assert model is not None
    return model


def located(pictures: Any, subjects: Subjects) -> tuple[BlobsModel, Located]:
    model = model_of(pictures, subjects)
    return model, Blobs(model, FULL).locate(range(len(pictures)), pictures)


def distances(found: Located, places: Any) -> Any:
    """(S, n) pixels, each painted animal to the subject of the same number."""
    return np.hypot(*np.moveaxis(found.centers - places, 2, 0))


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("drift", [0.0, 0.35, -0.3])
def test_animals_are_found_within_a_pixel(painter: Any, wander: Any, dark: bool, drift: float) -> None:
    places, angles = wander(3, 160)
    pictures = painter(dark=dark, drift=drift, noise=3.0).pictures(places, angles)
    model, found = located(pictures, Subjects("blobs", 3))
    assert model.dark == dark
    assert found.found.all()
    assert distances(found, places).max() < 1.0
    assert np.abs(found.axes[..., 0] - 40).max() < 5 and np.abs(found.axes[..., 1] - 14).max() < 3
    assert np.abs(found.angles - angles).max() < 0.1
    assert abs(model.scene.body - 40) < 3 and abs(model.scene.side - 2 * model.scene.body) < 1e-9


def test_one_animal_has_no_name_and_several_are_numbered_from_left_to_right(painter: Any) -> None:
    time = np.arange(60)
    rows = [
        np.stack([x + 0.6 * np.sin(0.2 * time) * 40, np.full(60, y)], 1) for x, y in ((250, 50), (60, 120), (150, 190))
    ]
    pictures = painter().pictures(np.stack(rows), np.zeros((3, 60)))
    model, found = located(pictures, Subjects("blobs", 3))
    assert model.scene.subjects == ("1", "2", "3")
    assert found.centers[:, 0, 0].round(-1).tolist() == [60, 150, 250]
    assert model_of(painter().pictures(rows[0][None], np.zeros((1, 60))), Subjects("blobs", 1)).scene.subjects == ("",)


def test_animals_that_pass_each_other_closely_keep_their_numbers(painter: Any) -> None:
    steps = 90
    x = np.linspace(40, 280, steps)
    places = np.stack([np.stack([x, np.full(steps, 110.0)], 1), np.stack([x[::-1], np.full(steps, 128.0)], 1)])
    _, found = located(painter().pictures(places, np.zeros((2, steps))), Subjects("blobs", 2))
    assert found.found.all()
    assert distances(found, places).max() < 3.0


def test_animals_that_touch_share_their_blob_and_part_again(painter: Any) -> None:
    steps = 120
    away = 60 * np.abs(np.linspace(-1, 1, steps)) + 16  # they come to 16 pixels, touching along the long side, and part
    places = np.stack(
        [np.stack([np.full(steps, 160.0), 120 - away / 2], 1), np.stack([np.full(steps, 164.0), 120 + away / 2], 1)]
    )
    places[..., 0] += 60 * np.sin(np.linspace(0, 6, steps))
    pictures = painter(noise=1.0).pictures(places, np.full((2, steps), 0.0))
    _, found = located(pictures, Subjects("blobs", 2))
    assert found.found.all()
    assert distances(found, places).max() < 5.0


def test_long_animals_that_cross_keep_their_numbers(painter: Any) -> None:
    steps = 80
    path = np.linspace(-70, 70, steps)
    places = np.stack(
        [np.stack([160 + path, 120 + 0.6 * path], axis=1), np.stack([160 - path, 120 + 0.6 * path + 6], axis=1)]
    )
    angles = np.repeat(np.array([[np.arctan(0.6)], [-np.arctan(0.6)]]), steps, axis=1)
    order = np.argsort(places[:, 0, 0])
    _, found = located(painter(noise=1.0).pictures(places[order], angles[order]), Subjects("blobs", 2))
    assert found.found.all()
    assert distances(found, places[order])[:, [0, -1]].max() < 1.0
    assert np.median(distances(found, places[order])) < 1.0


def test_an_animal_that_is_away_is_a_gap_at_its_last_place(painter: Any, wander: Any) -> None:
    places, angles = wander(2, 120)
    seen = places.copy()
    seen[1, 50:70] = np.nan
    pictures = painter().pictures(seen, angles)
    _, found = located(pictures, Subjects("blobs", 2))
    assert found.found[0].all()
    assert np.flatnonzero(~found.found[1]).tolist() == list(range(50, 70))
    assert np.ptp(found.centers[1, 50:70], axis=0).max() == 0
    assert distances(found, places)[:, [0, 49, 71, 119]].max() < 1.0


def test_an_animal_that_comes_late_is_a_gap_until_then(painter: Any, wander: Any) -> None:
    places, angles = wander(1, 80)
    places[0, :30] = np.nan
    _, found = located(painter().pictures(places, angles), Subjects("blobs", 1))
    assert np.flatnonzero(~found.found[0]).tolist() == list(range(30))
    assert found.centers[0, 0].tolist() == [159.5, 119.5]
    assert np.isfinite(found.centers).all()


def test_an_animal_that_rests_most_of_the_time_is_no_background(painter: Any) -> None:
    places = np.full((1, 100, 2), (80.0, 100.0))
    places[0, 75:, 0] += np.linspace(0, 180, 25)
    model, found = located(painter().pictures(places, np.zeros((1, 100))), Subjects("blobs", 1))
    assert model.dark and found.found.all()
    assert distances(found, places).max() < 1.5


def test_places_are_of_the_full_picture_at_every_working_size(painter: Any, wander: Any) -> None:
    places, angles = wander(1, 60)
    pictures = painter().pictures(places, angles)
    model = model_of(pictures, Subjects("blobs", 1), (640, 480))
    found = Blobs(model, FULL).locate(range(60), pictures)
    assert np.hypot(*np.moveaxis(found.centers - ((places + 0.5) * 2 - 0.5), 2, 0)).max() < 2.0
    assert abs(model.scene.body - 80) < 6


def test_what_was_decided_comes_back_from_its_arrays(painter: Any, wander: Any) -> None:
    pictures = painter().pictures(*wander(2, 60))
    model = model_of(pictures, Subjects("blobs", 2))
    again = BlobsModel.from_arrays(model.arrays())
    assert again.scene == model.scene and again.arrays()["sizes"].tolist() == model.arrays()["sizes"].tolist()
    first, second = (Blobs(one, FULL).locate(range(60), pictures) for one in (model, again))
    assert (first.centers == second.centers).all()


def test_nothing_that_moves_is_no_model(painter: Any) -> None:
    still = np.full((1, 50, 2), 100.0)
    assert look_at(painter().pictures(still, np.zeros((1, 50))), FULL, Subjects("blobs", 1)) is None


def test_a_threshold_and_a_polarity_that_a_person_set_are_taken(painter: Any, wander: Any) -> None:
    pictures = painter().pictures(*wander(1, 60))
    model = model_of(pictures, Subjects("blobs", 1, polarity="dark", threshold=33.0))
    assert model.dark and model.threshold == 33.0


def test_pictures_of_another_size_are_refused(painter: Any, wander: Any) -> None:
    pictures = painter().pictures(*wander(1, 40))
    blobs = Blobs(model_of(pictures, Subjects("blobs", 1)), FULL)
    with pytest.raises(ValueError, match="grey picture"):
        blobs.locate(range(40), pictures[:, ::2])


@pytest.fixture(scope="module")
def crowd() -> dict[str, Any]:
    """Films are kept for the tests of a module: painting takes time."""
    return {}


@settings(max_examples=12)
@given(cuts=st.lists(st.integers(0, 90), max_size=5))
def test_stopping_anywhere_and_going_on_gives_the_same(cuts: list[int], painter: Any, crowd: dict[str, Any]) -> None:
    if not crowd:
        generator = np.random.default_rng(3)  # four animals at random, so that they touch, hide and get lost
        places = 120 + np.cumsum(generator.normal(0, 4, (4, 90, 2)), axis=1) + generator.normal(0, 30, (4, 1, 2))
        places[2, 20:35] = np.nan
        crowd["film"] = painter().pictures(np.clip(places, 20, 220), generator.uniform(-1, 1, (4, 90)))
        crowd["model"] = model_of(crowd["film"], Subjects("blobs", 4))
        crowd["whole"] = Blobs(crowd["model"], FULL).locate(range(90), crowd["film"])
    edges = sorted({0, 90, *cuts})
    state, parts = None, []
    for begin, end in pairwise(edges):
        blobs = Blobs(crowd["model"], FULL)
        if state is not None:
            blobs.restore(state)
        parts.append(blobs.locate(range(begin, end), crowd["film"][begin:end]))
        state = blobs.state()
    for name in ("centers", "axes", "angles", "found"):
        assert np.array_equal(np.concatenate([getattr(one, name) for one in parts], 1), getattr(crowd["whole"], name))
