"""Files of cached features: complete or not there, and never believed when something is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethonight.features.store import (
    About,
    FeaturesError,
    FeaturesFile,
    Layout,
    Piece,
    compact,
    matches,
    write_features,
)
from ethonight.recipe.stream import Features, Recipe, Subjects
from ethonight.subjects.boxes import Located, Scene

RECIPE = Recipe(Subjects("blobs", count=2), Features("motion"))
STEPS = 2500
ABOUT = About("mouse_01", "ab" * 16, RECIPE, 2, 2 * STEPS - 1)
SCENE = Scene(("1", "2"), 640, 480, 81.5, 163.0, 30.25)
NAMES = ("one", "zwei", "drei µm")


def layout() -> Layout:
    return Layout(ABOUT, SCENE, np.arange(STEPS + 1) / 15, NAMES)


def pieces(lag: int = 0, seed: int = 0) -> list[Piece]:
    """All steps in parts of 1000; the features lag behind."""
    numbers = np.random.default_rng(seed)
    places = Located(
        numbers.normal(300, 50, (2, STEPS, 2)).astype(np.float32),
        numbers.normal(80, 5, (2, STEPS, 2)).astype(np.float32),
        numbers.normal(0, 1, (2, STEPS)).astype(np.float32),
        numbers.random((2, STEPS)) > 0.5,
    )
    features = numbers.normal(0, 1, (2, STEPS, 3)).astype(np.float16)
    cuts = [0, 1000, 2000, STEPS]
    late = [0, 1000 - lag, 2000 - lag, STEPS]
    names = ("centers", "axes", "angles", "found")
    return [
        Piece(Located(*(getattr(places, name)[:, a:b] for name in names)), features[:, c:d])
        for a, b, c, d in zip(cuts, cuts[1:], late, late[1:], strict=False)
    ]


def write(path: Path, seed: int = 0) -> Path:
    write_features(path, layout(), pieces(seed=seed))
    return path


@pytest.mark.parametrize("lag", [0, 40])
def test_what_was_written_is_read_a_subject_at_a_time(tmp_path: Path, lag: int) -> None:
    path = tmp_path / "motion.h5"
    write_features(path, layout(), pieces(lag))
    features = np.concatenate([piece.features for piece in pieces()], axis=1)
    with FeaturesFile(path, RECIPE, ABOUT.content) as stored:
        assert (stored.about, stored.scene, tuple(stored.layout.names)) == (ABOUT, SCENE, NAMES)
        np.testing.assert_array_equal(stored.edges, layout().edges)
        for subject in (0, 1):
            np.testing.assert_array_equal(stored.features(subject), features[subject])
            located = stored.located(subject, slice(990, 1010))
            assert (located.centers.shape, located.found.dtype) == ((1, 20, 2), np.bool_)
            np.testing.assert_array_equal(located.angles[0, 10:], pieces()[1].located.angles[subject, :10])
        np.testing.assert_array_equal(stored.features(1, slice(5, 9)), features[1, 5:9])


def test_the_format_is_the_documented_one(tmp_path: Path) -> None:
    with h5py.File(write(tmp_path / "a.h5"), "r") as file:
        assert set(file.attrs) == {"format", "video", "content", "recipe", "stride", "frames", "version"}
        assert (file.attrs["format"], file["features"].dtype, file["features"].shape) == (1, np.float16, (2, STEPS, 3))
        assert file["features"].chunks == (1, 1024, 3)
        assert file["edges"].dtype == np.float64
        assert {name: file["boxes"][name].shape for name in file["boxes"]} == {
            "centers": (2, STEPS, 2),
            "axes": (2, STEPS, 2),
            "angles": (2, STEPS),
            "found": (2, STEPS),
        }
        assert {"width", "height", "body", "side"} <= set(file["boxes"].attrs)


def test_the_same_features_make_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "a.h5").read_bytes() == write(tmp_path / "b.h5").read_bytes()


def test_only_features_of_the_same_settings_and_video_match(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5")
    other = replace(RECIPE, rate=15.0)
    assert matches(path, RECIPE, ABOUT.content)
    assert not matches(path, other, ABOUT.content)
    assert not matches(path, RECIPE, "00" * 16)
    assert not matches(tmp_path / "b.h5", RECIPE, ABOUT.content)
    with pytest.raises(FeaturesError, match=rf"other settings \({RECIPE.name}\) than are wanted \({other.name}\)"):
        FeaturesFile(path, other)
    with pytest.raises(FeaturesError, match="mouse_01 has now"):
        FeaturesFile(path, RECIPE, "00" * 16)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FeaturesError, match="Run 'embed'"):
        FeaturesFile(tmp_path / "none.h5")


@settings(max_examples=80, deadline=None)
@given(st.floats(0, 1), st.booleans())
def test_a_damaged_file_is_an_error_and_never_other_numbers(
    tmp_path_factory: pytest.TempPathFactory, place: float, cut: bool
) -> None:
    """Cut off anywhere, or sixteen bytes changed anywhere: an error, or what is read is what was written."""
    path = write(tmp_path_factory.mktemp("damaged") / "a.h5")
    content = bytearray(path.read_bytes())
    at = min(int(place * len(content)), len(content) - 16)
    path.write_bytes(
        content[:at] if cut else content[:at] + bytes(b ^ 0x5A for b in content[at : at + 16]) + content[at + 16 :]
    )
    try:
        with FeaturesFile(path, RECIPE, ABOUT.content) as stored:
            read = [stored.features(subject) for subject in (0, 1)]
            boxes = [stored.located(subject).centers[0] for subject in (0, 1)]
            assert (stored.scene, tuple(stored.layout.names)) == (SCENE, NAMES)
            np.testing.assert_array_equal(stored.edges, layout().edges)
    except FeaturesError as error:
        assert str(path) in str(error)
        return
    assert not cut
    np.testing.assert_array_equal(read, np.concatenate([piece.features for piece in pieces()], axis=1))
    np.testing.assert_array_equal(boxes, np.concatenate([piece.located.centers for piece in pieces()], axis=1))


@pytest.mark.parametrize("missing", ["features", "edges", "names", "boxes/found"])
def test_a_file_without_a_part_of_it_is_refused(tmp_path: Path, missing: str) -> None:
    path = write(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        del file[missing]
    with pytest.raises(FeaturesError, match="Delete it and run 'embed' again"):
        FeaturesFile(path)


def test_a_shape_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        del file["boxes/angles"]
        file["boxes/angles"] = np.zeros((2, STEPS - 1), np.float32)
    with pytest.raises(FeaturesError, match=r"'boxes/angles' has the shape \(2, 2499\), not \(2, 2500\)"):
        FeaturesFile(path)


@pytest.mark.parametrize("number", [2, "x"])
def test_another_format_is_refused(tmp_path: Path, number: object) -> None:
    path = write(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        file.attrs["format"] = number
    with pytest.raises(FeaturesError):
        FeaturesFile(path)


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["features"] = np.zeros(3)
    (tmp_path / "b.h5").write_text("not HDF5 at all")
    for name in ("a.h5", "b.h5"):
        with pytest.raises(FeaturesError, match=name):
            FeaturesFile(tmp_path / name)


@pytest.mark.parametrize("wrong", [slice(0, 2), slice(1, 3)])
def test_pieces_that_are_missing_leave_what_was_there(tmp_path: Path, wrong: slice) -> None:
    path = write(tmp_path / "a.h5", seed=7)
    before = path.read_bytes()
    with pytest.raises(FeaturesError, match="time steps"):
        write_features(path, layout(), pieces()[wrong])
    with pytest.raises(FeaturesError, match="more features"):
        write_features(path, layout(), [*pieces(), pieces()[0]])
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.h5"]


def test_what_is_stored_is_always_a_number() -> None:
    np.testing.assert_array_equal(compact(np.array([[1e9, -1e9, 0.5]], np.float32)), [[65504, -65504, 0.5]])
    with pytest.raises(FeaturesError, match="not numbers"):
        compact(np.array([[np.nan]], np.float32))
