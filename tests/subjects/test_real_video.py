"""Real animals are found, nearly always and without jumps."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ethonight.recipe.stream import Subjects
from ethonight.subjects.boxes import Located, Scene
from ethonight.subjects.locators import Sources, decide, open_locator
from ethonight.subjects.samples import grey
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline


def followed(path: Path, count: int, frames: int) -> tuple[Scene, Located]:
    """Locate the animals in the first ``frames`` frames."""
    timeline = Timeline.read([path])
    subjects = Subjects("blobs", count)
    locator, size = open_locator(timeline, subjects, Sources(), decide(timeline, subjects, Sources()), 64)
    parts = []
    with FrameReader(timeline, size) as reader:
        for batch in reader.batches(64, range(min(frames, len(timeline)))):
            first = int(batch.indices[0])
            parts.append(locator.locate(range(first, first + len(batch)), grey(batch.frames)))
    joined = [
        np.concatenate([getattr(part, name) for part in parts], 1) for name in ("centers", "axes", "angles", "found")
    ]
    return locator.scene, Located(*joined)


def jumps(scene: Scene, located: Located) -> int:
    """How many times an animal moves by more than its length from one frame to the next."""
    moved = np.hypot(*np.moveaxis(np.diff(located.centers, axis=1), 2, 0))
    return int((moved > scene.body).sum())


@pytest.mark.parametrize(("name", "length"), [("mouse_openfield.mp4", 118.0), ("mouse_bottom_view.mp4", 237.0)])
def test_a_mouse_is_followed(lab_video: Callable[[str], Path], name: str, length: float) -> None:
    scene, located = followed(lab_video(name), 1, 150)
    assert abs(scene.body / length - 1) < 0.15
    assert located.found.mean() > 0.99
    assert jumps(scene, located) == 0
    assert abs(float(np.median(located.axes[0, :, 0])) / scene.body - 1) < 0.25


def test_eight_fish_are_followed() -> None:
    spec = find_spec("idtrackerai")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("idtracker.ai is not installed")
    scene, located = followed(Path(next(iter(spec.submodule_search_locations))) / "data" / "test_B.avi", 8, 80)
    assert abs(scene.body / 58 - 1) < 0.15
    assert located.found.mean() > 0.98
    assert jumps(scene, located) <= 4
