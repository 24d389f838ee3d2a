"""What is decided about moving blobs before the recording is gone through: all of it, once, and stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Frames, Scene


@dataclass(frozen=True, eq=False)
class BlobsModel:
    """How animals are told from the background in one recording."""

    scene: Scene
    background: Frames
    """(h, w) grey, at the size of the sampled pictures."""
    dark: bool
    """Whether animals are darker than the background."""
    threshold: float
    """Grey levels."""
    area: float
    """Typical area of one animal, pixels of the full picture."""

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return what ``from_arrays`` makes the same model of."""
        scene = self.scene
        sizes = [scene.width, scene.height, scene.body, scene.side, scene.short, self.dark, self.threshold, self.area]
        return {"background": self.background, "sizes": np.array([*sizes, len(scene.subjects)], np.float64)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[np.generic]]) -> BlobsModel:
        width, height, body, side, short, dark, threshold, area, count = arrays["sizes"].astype(np.float64).tolist()
        scene = Scene(subject_names(int(count)), int(width), int(height), body, side, short)
        return cls(scene, np.asarray(arrays["background"], np.uint8), bool(dark), threshold, area)


def subject_names(count: int) -> tuple[str, ...]:
    """Return the names of ``count`` subjects."""
    return ("",) if count == 1 else tuple(str(number) for number in range(1, count + 1))
