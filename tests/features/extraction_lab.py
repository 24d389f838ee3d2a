"""Made videos with moving squares, a locator that finds them, and one extraction to be run in a process of its own.

python extraction_lab.py OUT PARTIAL VIDEO KIND
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from ethonight.features import extract as extraction
from ethonight.features.extract import ExtractJob, extract
from ethonight.features.extractor import Crops, Extractor, Vectors
from ethonight.features.kinematics import Kinematics
from ethonight.features.store import About
from ethonight.recipe.stream import Features, Recipe, Subjects
from ethonight.subjects.boxes import Frames, Located, Scene
from ethonight.video.content import content_key
from ethonight.video.timeline import Timeline

SIZE = (96, 64)
SCENE = Scene(("1", "2"), 192, 128, 20.0, 40.0)
PART = 64


class Squares:
    """Finds a dark square on the left half and one on the right half; remembers a smoothed place of each."""

    def __init__(self, scene: Scene = SCENE, *, needs_pictures: bool = True) -> None:
        self.scene, self.needs_pictures = scene, needs_pictures
        self.places = np.full((len(scene.subjects), 2), 50.0)
        self.asked: list[int] = []

    def locate(self, steps: range, pictures: Frames | None) -> Located:
        self.asked += steps
        count = len(self.places)
        centers = np.empty((count, len(steps), 2), np.float32)
        for at, step in enumerate(steps):
            seen = path_of(step)[:count] if pictures is None else self._seen(pictures[at])
            self.places = 0.6 * self.places + 0.4 * seen[:count]
            centers[:, at] = self.places
        shape = centers.shape[:2]
        axes = np.broadcast_to(np.array([20, 10], np.float32), (*shape, 2)).copy()
        return Located(centers, axes, np.zeros(shape, np.float32), np.ones(shape, np.bool_))

    def _seen(self, picture: Frames) -> NDArray[np.float64]:
        half = picture.shape[1] // 2
        found = []
        for left in (0, half):
            rows, columns = np.nonzero(picture[:, left : left + half] < 90)
            found.append([columns.mean() + left, rows.mean()] if len(rows) else [left + half / 2, 32.0])
        return np.array(found) * 2

    def state(self) -> dict[str, NDArray[np.float64]]:
        return {"places": self.places.copy()}

    def restore(self, state: dict[str, NDArray[np.float64]]) -> None:
        self.places = state["places"].copy()


def path_of(frame: int) -> NDArray[np.float64]:
    """Return (2, 2) where the squares are, pixels of the full picture."""
    turn = frame / 25
    return np.array(
        [[48 + 25 * np.cos(turn), 64 + 30 * np.sin(turn)], [144 + 20 * np.sin(2 * turn), 60 + 10 * turn % 40]]
    )


def write_video(path: Path, frames: int, first: int = 0) -> Path:
    numbers = np.random.default_rng(5)
    ground = numbers.integers(150, 220, (128, 192, 3)).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 192, 128, "yuv420p"
        stream.codec_context.options = {"preset": "ultrafast", "g": "30", "crf": "18"}
        for frame in range(first, first + frames):
            picture = ground.copy()
            for x, y in path_of(frame).round().astype(int):
                picture[max(0, y - 6) : y + 6, max(0, x - 10) : x + 10] = 30 + frame % 7
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
    return path


def job_for(files: list[Path], folder: Path, kind: str = "motion", stride: int = 1) -> ExtractJob:
    timeline = Timeline.read(files)
    content = content_key(files[0])
    recipe = Recipe(
        Subjects("blobs", count=2), Features("kinematics" if kind == "kinematics" else "motion"), 30.0 / stride
    )
    about = About(files[0].stem, content, recipe, stride, len(timeline))
    rate = about.steps / (timeline.end - timeline.start)
    describer = DESCRIBERS[kind](rate)
    return ExtractJob(timeline, about, Squares(), describer, SIZE, folder / "out.h5", folder / "partial")


def motion(rate: float) -> Extractor:
    """Loads torch, which processes that are killed many times do without."""
    from ethonight.features.motion import Motion

    return Motion(rate, pixels=32)


class Shades:
    """Describes a step by the shades of the crops around it, before and after. Without torch."""

    name, pixels, colour, before, after = "shades", 32, False, 17, 9
    names = tuple(str(number) for number in range(64))
    dimensions = len(names)

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def compute(self, crops: Crops, located: Located, scene: Scene) -> Vectors:
        rows = crops.astype(np.float32).mean(axis=2) + located.centers[0].sum(axis=1)[:, None]
        return np.concatenate([rows[: -26 or None], rows[26:]], axis=1)


DESCRIBERS = {"motion": motion, "kinematics": Kinematics, "shades": Shades}


def main() -> None:
    out, partial, video, kind = sys.argv[1:]
    extraction.LONGEST_PART = PART // 8 if kind == "kinematics" else PART  # kinematics has parts eight times as long
    job = job_for([Path(video)], Path(out).parent, kind)
    extract(ExtractJob(**{**vars(job), "out": Path(out), "partial": Path(partial)}))


if __name__ == "__main__":
    main()
