"""Floors and light as pictures: how much light each spot gives back, and how much light falls on it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.arena.ground import Ground
from ethonight.arena.look import Look

Picture = NDArray[np.float32]


def draw_floor(look: Look, ground: Ground, size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Return how much light floor and walls give back: (height, width), 0 to 1. ``size`` is width and height."""
    floor = look.floor + look.texture_contrast * _texture(look.texture, size, rng)
    shape = (size[1], size[0])
    inside = np.zeros(shape, np.uint8)
    _fill(inside, ground, 0.0, 255)
    soft = cv2.GaussianBlur(inside, (0, 0), 0.8).astype(np.float32) / 255
    wall = np.full(shape, look.wall, np.float32) + 0.03 * look.wall * _smooth_noise(shape, 12.0, rng)
    seam = np.zeros(shape, np.uint8)
    _fill(seam, ground, -1.5, 255)
    _fill(seam, ground, 1.5, 0)
    picture = floor * soft + wall * (1 - soft)
    picture -= 0.25 * look.floor * cv2.GaussianBlur(seam, (0, 0), 1.0).astype(np.float32) / 255
    return np.asarray(np.clip(picture, 0.02, 1.0), np.float32)


def draw_light(look: Look, size: tuple[int, int]) -> tuple[Picture, Picture]:
    """Return the light of the lamp (height, width) in grey levels, and how it changes when the lamp swings."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    far = ((x - look.lamp[0]) ** 2 + (y - look.lamp[1]) ** 2) / 4
    lamp = look.light * (1 - look.vignette * far)
    swing = look.light * (x * look.lamp[1] - y * look.lamp[0])
    return np.asarray(lamp, np.float32), np.asarray(swing, np.float32)


def _fill(picture: NDArray[np.uint8], ground: Ground, margin: float, value: int) -> None:
    """Set all that is more than ``margin`` inside of the wall."""
    wide, high = ground.wide - margin, ground.high - margin
    x, y = ground.middle
    if ground.round:
        cv2.circle(picture, (round(x * 16), round(y * 16)), round(wide * 16), value, -1, cv2.LINE_AA, 4)
    else:
        corners = (round((x - wide) * 16), round((y - high) * 16)), (round((x + wide) * 16), round((y + high) * 16))
        cv2.rectangle(picture, *corners, value, -1, cv2.LINE_AA, 4)


def _smooth_noise(shape: tuple[int, int], sigma: float, rng: np.random.Generator) -> Picture:
    """Return noise of standard deviation 1 whose patches are about ``sigma`` pixels wide."""
    noise = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigma)
    return np.asarray(noise / float(noise.std()), np.float32)


def _texture(name: str, size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Return a texture of mean about 0: (height, width)."""
    unit = min(size) / 240
    clouds = 0.015 * _smooth_noise((size[1], size[0]), 20 * unit, rng)
    pattern = _PATTERNS.get(name)
    return np.asarray(clouds + pattern(size, unit, rng) if pattern else clouds, np.float32)


def _grid(size: tuple[int, int], unit: float, rng: np.random.Generator) -> Picture:
    lines = np.zeros((size[1], size[0]), np.float32)
    step, wide = rng.uniform(22, 48) * unit, max(1, round(rng.uniform(0.8, 2.2) * unit))
    for across in np.arange(rng.uniform(0, step), size[0], step):
        lines[:, int(across) : int(across) + wide] = 1
    for down in np.arange(rng.uniform(0, step), size[1], step):
        lines[int(down) : int(down) + wide] = 1
    strength = rng.choice((-1, 1)) * rng.uniform(0.07, 0.14)
    return np.asarray(strength * cv2.GaussianBlur(lines, (0, 0), 0.6), np.float32)


def _gradient(size: tuple[int, int], unit: float, rng: np.random.Generator) -> Picture:
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    turn = rng.uniform(0, 2 * np.pi)
    return np.asarray(0.16 * (x * np.cos(turn) + y * np.sin(turn)), np.float32)


def _brushed(size: tuple[int, int], unit: float, rng: np.random.Generator) -> Picture:
    fine = rng.standard_normal((size[1], size[0])).astype(np.float32)
    long = int(41 * unit) | 1
    streaks = cv2.blur(fine, (long, 1) if rng.random() < 0.5 else (1, long))
    return np.asarray(0.045 * streaks / float(streaks.std()), np.float32)


def _speckled(size: tuple[int, int], unit: float, rng: np.random.Generator) -> Picture:
    spots = (rng.random((size[1], size[0])) < 0.004 / unit**2).astype(np.float32)
    return np.asarray(-0.2 * np.minimum(cv2.GaussianBlur(spots, (0, 0), 1.1 * unit) / 0.1, 1.0), np.float32)


def _bedding(size: tuple[int, int], unit: float, rng: np.random.Generator) -> Picture:
    shape = (size[1], size[0])
    return 0.05 * _smooth_noise(shape, unit, rng) + 0.035 * _smooth_noise(shape, 3 * unit, rng)


_PATTERNS: dict[str, Callable[[tuple[int, int], float, np.random.Generator], Picture]] = {
    "grid": _grid,
    "gradient": _gradient,
    "brushed": _brushed,
    "speckled": _speckled,
    "bedding": _bedding,
}
