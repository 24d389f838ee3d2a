"""Recordings that several tests look at, and their pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from ethonight.annotations.frames import frames_of
from ethonight.arena.movie import Made, make_recording
from ethonight.arena.scenario import Arena


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One animal, 40 s, on a smooth floor, filmed well."""
    arena = Arena(11, 40.0, texture="smooth", noise=2.0, compression=20, unscored=False)
    return make_recording(arena, tmp_path_factory.mktemp("alone") / "alone.mp4")


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two animals, 40 s, with stretches that nobody scored."""
    return make_recording(Arena(2, 40.0, animals=2, unscored=True), tmp_path_factory.mktemp("pair") / "pair.mp4")


@pytest.fixture(scope="session")
def pictures() -> Callable[[Path], NDArray[np.uint8]]:
    """Return a reader of all frames of a file: (T, height, width), grey."""
    return read_pictures


def read_pictures(video: Path) -> NDArray[np.uint8]:
    with av.open(str(video)) as container:
        return np.stack([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])


@pytest.fixture(scope="session")
def labels() -> Callable[[Made, int], list[str]]:
    """Return what one animal of a recording does in each frame; "" for nothing that has a label."""
    return labels_of


def labels_of(made: Made, animal: int) -> list[str]:
    labels = [""] * made.arena.frames
    for bout in made.bouts:
        if bout.subject == made.subjects[animal]:
            span = frames_of(bout, made.edges)
            assert set(labels[span]) == {""}, f"{bout} overlaps another bout"
            labels[span] = [bout.label] * (span.stop - span.start)
    return labels
