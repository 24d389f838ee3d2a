"""Backgrounds that a person saved, light that changes, and thresholds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ethonight.errors import SettingsError
from ethonight.recipe.stream import Subjects
from ethonight.subjects.background import read_backgrounds
from ethonight.subjects.background_files import background_files
from ethonight.subjects.blobs import Blobs
from ethonight.subjects.light import Light, evened
from ethonight.subjects.look import look_at

Save = Callable[[Path, Any], Path]


def test_pictures_in_the_folder_are_found_and_nothing_else(tmp_path: Path, save_picture: Save) -> None:
    picture = np.zeros((10, 10), np.uint8)
    folder = tmp_path / "Käfig 1 & 2"
    for name in ("b.PNG", "a.jpg", ".hidden.png"):
        save_picture(folder / name, picture)
    (folder / ".gitkeep").touch()
    (folder / "notes.txt").write_text("empty cage")
    assert [path.name for path in background_files(folder)] == ["a.jpg", "b.PNG"]
    assert background_files(tmp_path / "none") == []
    assert read_backgrounds([], (10, 10)) is None


def test_a_background_of_another_size_is_scaled(tmp_path: Path, painter: Any, wander: Any, save_picture: Save) -> None:
    places, angles = wander(1, 50)
    places[:], angles[:] = places[:, :1], 0.0  # it never moves: only a saved background can tell it
    films = painter()
    pictures = films.pictures(places, angles)
    assert look_at(pictures, (320, 240), Subjects("blobs", 1)) is None
    larger = cv2.resize(films.floor(), (640, 480)).clip(0, 255).astype(np.uint8)
    given = read_backgrounds([save_picture(tmp_path / "größer ü.png", larger)], (320, 240))
    model = look_at(pictures, (320, 240), Subjects("blobs", 1), given)
    assert model is not None
    found = Blobs(model, (320, 240)).locate(range(50), pictures)
    assert found.found.all() and np.hypot(*np.moveaxis(found.centers - places, 2, 0)).max() < 1.0


def test_several_backgrounds_are_their_median(tmp_path: Path, save_picture: Save) -> None:
    files = [save_picture(tmp_path / f"{level}.png", np.full((8, 8, 3), level, np.uint8)) for level in (10, 90, 30)]
    given = read_backgrounds(files, (4, 4))
    assert given is not None and (given == 30).all()


def test_a_background_of_another_video_is_refused(tmp_path: Path, save_picture: Save) -> None:
    file = save_picture(tmp_path / "tall.png", np.zeros((40, 20), np.uint8))
    with pytest.raises(SettingsError, match=r"tall\.png has 20 x 40 pixels, another shape"):
        read_backgrounds([file], (320, 240))


@pytest.mark.parametrize("content", [b"", b"not a picture"])
def test_a_file_that_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.png"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"bad\.png is not a picture"):
        read_backgrounds([file], (10, 10))


@pytest.mark.parametrize("gain", [0.6, 1.0, 1.3])
def test_the_light_is_measured_although_animals_cover_a_third(gain: float) -> None:
    background = np.linspace(20, 180, 240 * 320).reshape(240, 320).astype(np.uint8)
    picture = (background * gain).clip(0, 255).astype(np.uint8)
    picture[:, 60:160] = 5
    light = Light(background)
    assert abs(light.gain(picture) - gain) < 0.02
    seen = light.background(picture).astype(int)[:, 200:]
    assert np.abs(seen - picture[:, 200:]).max() <= 4


def test_a_black_background_has_no_light_to_measure() -> None:
    light = Light(np.zeros((5, 5), np.uint8))
    assert light.gain(np.zeros((5, 5), np.uint8)) > 0
    assert Light(np.zeros((1, 1), np.uint8)).gain(np.zeros((1, 1), np.uint8)) == 1.0


def test_pictures_are_evened(painter: Any, wander: Any) -> None:
    pictures = painter(drift=0.4, noise=0.5).pictures(*wander(1, 20))
    levels = np.median(evened(pictures), axis=(1, 2))
    assert np.ptp(np.median(pictures, axis=(1, 2))) > 30 > 4 > np.ptp(levels)
