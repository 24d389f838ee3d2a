"""A crop has one scale everywhere, follows its center below the pixel, and is never stretched."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.subjects.boxes import Scene
from ethonight.subjects.crops import crop, in_picture, side_in_picture

HEIGHT, WIDTH = 60, 80
PAD = 90


def textured(channels: int = 0) -> np.ndarray:
    generator = np.random.default_rng(1)
    shape = (HEIGHT, WIDTH, channels) if channels else (HEIGHT, WIDTH)
    return np.asarray(
        cv2.GaussianBlur(generator.integers(0, 256, shape).astype(np.float64) * 2 - 128, (0, 0), 1.5).clip(0, 255),
        np.uint8,
    )


def padded(picture: np.ndarray) -> np.ndarray:
    return np.pad(picture, ((PAD, PAD), (PAD, PAD), *[(0, 0)] * (picture.ndim - 2)), mode="edge")


@given(
    x=st.floats(-40, WIDTH + 40), y=st.floats(-40, HEIGHT + 40), side=st.floats(6, 100), pixels=st.integers(4, 64),
    channels=st.sampled_from([0, 3]),
)  # fmt: skip
def test_at_the_border_a_crop_is_as_in_the_middle_of_a_larger_picture(
    x: float, y: float, side: float, pixels: int, channels: int
) -> None:
    picture = textured(channels)
    here = crop(picture[None], np.array([[x, y]]), side, pixels)[0]
    inside = crop(padded(picture)[None], np.array([[x + PAD, y + PAD]]), side, pixels)[0]
    assert here.shape == (pixels, pixels, *picture.shape[2:])
    assert np.abs(here.astype(int) - inside).max() <= 2


@given(x=st.floats(-20, WIDTH + 20), y=st.floats(-20, HEIGHT + 20), side=st.floats(20, 60))
def test_a_mark_at_the_center_is_in_the_middle_and_as_large_everywhere(x: float, y: float, side: float) -> None:
    canvas = np.zeros((HEIGHT + 2 * PAD, WIDTH + 2 * PAD))
    rows, columns = np.indices(canvas.shape)
    canvas = 250 * np.exp(-((columns - x - PAD) ** 2 + (rows - y - PAD) ** 2) / (2 * 3.0**2))
    seen = crop(canvas.astype(np.uint8)[None], np.array([[x + PAD, y + PAD]]), side, 40)[0].astype(float)
    rows, columns = np.indices(seen.shape)
    mass = seen.sum()
    assert abs((columns * seen).sum() / mass - 19.5) < 0.1 and abs((rows * seen).sum() / mass - 19.5) < 0.1
    for axis in (rows, columns):
        width = np.sqrt((((axis - 19.5) ** 2) * seen).sum() / mass)
        assert abs(width - 3.0 * 40 / side) < 0.35 * 40 / side


def test_a_crop_of_the_size_of_the_square_is_the_picture_itself() -> None:
    picture = textured()
    assert (crop(picture[None], np.array([[29.5, 29.5]]), 40.0, 40)[0] == picture[10:50, 10:50]).all()


def test_shrinking_counts_every_pixel() -> None:
    picture = np.zeros((64, 64), np.uint8)
    picture[::2, ::2] = 200  # seen by none or by all of a sparse grid
    for shift in (0.0, 0.5, 1.0):
        assert np.abs(crop(picture[None], np.array([[31.5 + shift, 31.5]]), 32.0, 4)[0].astype(int) - 50).max() <= 1


def test_each_picture_has_its_own_center() -> None:
    pictures = np.stack([textured(), textured()[::-1], textured()[:, ::-1]])
    centers = np.array([[10.0, 20.0], [30.3, 40.0], [70.0, 5.5]])
    together = crop(pictures, centers, 24.0, 16)
    for at in range(3):
        assert (together[at] == crop(pictures[at : at + 1], centers[at : at + 1], 24.0, 16)[0]).all()
    with pytest.raises(ValueError, match="do not belong together"):
        crop(pictures, centers[:2], 24.0, 16)


def test_no_pictures_are_no_crops() -> None:
    assert crop(np.empty((0, 20, 20), np.uint8), np.empty((0, 2)), 8.0, 16).shape == (0, 16, 16)


def test_places_of_the_full_picture_are_found_in_a_smaller_one() -> None:
    scene = Scene(("",), 640, 480, 100.0, 200.0)
    corners = np.array([[-0.5, -0.5], [639.5, 479.5], [319.5, 239.5]])
    assert in_picture(corners, scene, (160, 120)).tolist() == [[-0.5, -0.5], [159.5, 119.5], [79.5, 59.5]]
    assert side_in_picture(scene, (160, 120)) == 50.0
