"""Painted animals whose places are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 240
LONG, SHORT = 40.0, 14.0
_FINE = 4
_HALF = 24
"""Half the side of the window in which an animal is painted, pixels."""


@dataclass(frozen=True)
class Painter:
    """Paints ellipses on a floor with a gradient, spots and noise; grey pictures (n, HEIGHT, WIDTH)."""

    dark: bool = True
    noise: float = 2.0
    drift: float = 0.0
    """By which share the light grows from the first picture to the last."""
    seed: int = 0

    def floor(self) -> NDArray[np.float64]:
        generator = np.random.default_rng(self.seed)
        slope = np.linspace(0, 30, WIDTH)[None] + np.linspace(0, 15, HEIGHT)[:, None]
        spots = cv2.GaussianBlur(generator.normal(0, 60, (HEIGHT, WIDTH)), (0, 0), 4)
        return (150.0 if self.dark else 50.0) + slope + spots

    def pictures(self, places: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.uint8]:
        """``places`` is (S, n, 2), NaN where an animal is away; ``angles`` (S, n) radians."""
        generator = np.random.default_rng(self.seed + 1)
        floor, count = self.floor(), places.shape[1]
        painted = []
        for at in range(count):
            picture = floor.copy()
            for place, angle in zip(places[:, at], angles[:, at], strict=True):
                if np.isfinite(place).all():
                    self._paint(picture, place, angle)
            light = 1 + self.drift * at / max(1, count - 1)
            noisy = picture * light + generator.normal(0, self.noise, picture.shape)
            painted.append(np.clip(noisy, 0, 255).astype(np.uint8))
        return np.stack(painted)

    def _paint(self, picture: NDArray[np.float64], place: NDArray[np.float64], angle: float) -> None:
        """Four times finer than the picture, so that an animal's edges are soft and its place exact."""
        corner = np.floor(place).astype(int) - _HALF
        at = (place - corner + 0.5) * _FINE - 0.5
        fixed = [round(float(value) * 16) for value in (*at, LONG / 2 * _FINE, SHORT / 2 * _FINE)]
        mask = np.zeros((2 * _HALF * _FINE, 2 * _HALF * _FINE), np.uint8)
        cv2.ellipse(mask, (fixed[0], fixed[1]), (fixed[2], fixed[3]), np.degrees(angle), 0, 360, 255, -1, shift=4)
        share = np.zeros((HEIGHT + 4 * _HALF, WIDTH + 4 * _HALF))
        left, top = corner + 2 * _HALF
        share[top : top + 2 * _HALF, left : left + 2 * _HALF] = (
            cv2.resize(mask, (2 * _HALF, 2 * _HALF), interpolation=cv2.INTER_AREA) / 255.0
        )
        share = share[2 * _HALF : -2 * _HALF, 2 * _HALF : -2 * _HALF]
        picture += share * ((40.0 if self.dark else 210.0) - picture)


def wandering(count: int, steps: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places (count, steps, 2) and angles of animals that swim in lanes of their own, from left to right."""
    generator = np.random.default_rng(seed)
    time = np.arange(steps)
    lane = HEIGHT / count
    rates, phases = generator.uniform(0.04, 0.07, count), generator.uniform(0, 2 * np.pi, count)
    x = WIDTH / 2 + (WIDTH / 2 - 30) * np.sin(rates[:, None] * time + phases[:, None])
    y = lane * (np.arange(count)[:, None] + 0.5) + (lane / 2 - 24) * np.sin(0.031 * time + phases[:, None])
    order = np.argsort(x[:, 0])
    angles = 0.3 * np.sin(0.05 * time + phases[:, None])
    return np.stack([x, y], axis=2)[order], angles[order]


@pytest.fixture(scope="session")
def painter() -> type[Painter]:
    return Painter


@pytest.fixture(scope="session")
def wander() -> Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]]:
    return wandering


@pytest.fixture
def lab_video() -> Callable[[str], Path]:
    """Return a real video that lies beside the repository, by name."""
    folder = Path(__file__).parents[3] / "shared" / "data" / "video_lab"

    def find(name: str) -> Path:
        if not (folder / name).is_file():
            pytest.skip(f"the real video {name} is not here")
        return folder / name

    return find


@pytest.fixture
def save_picture() -> Callable[[Path, NDArray[np.uint8]], Path]:
    """Save a picture under a name with letters that not every reader of pictures can open."""

    def save(path: Path, picture: NDArray[np.uint8]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(path.suffix, picture)[1].tobytes())
        return path

    return save
