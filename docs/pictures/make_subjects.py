"""Make docs/pictures/subjects_*.jpg: where moving blobs are found in real video.

python docs/pictures/make_subjects.py FOLDER: it holds mouse_openfield.mp4 and mouse_bottom_view.mp4; the fish are of
the installed idtracker.ai. The view from below is shown three times as bright as it is.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from ethonight.recipe.stream import Subjects
from ethonight.subjects.boxes import Located
from ethonight.subjects.locators import Sources, decide, open_locator
from ethonight.subjects.overlay import contact_sheet, draw
from ethonight.subjects.samples import grey
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline

PICTURES = Path(__file__).parent


def make(path: Path, count: int, tiles: int, width: int, brighter: float = 1.0) -> str:
    """Follow ``count`` animals through the video and draw ``tiles`` frames of it, each ``width`` pixels wide."""
    timeline = Timeline.read([path])
    subjects = Subjects("blobs", count)
    locator, size = open_locator(timeline, subjects, Sources(), decide(timeline, subjects, Sources()), 64)
    parts = []
    with FrameReader(timeline, size) as reader:
        for batch in reader.batches(64):
            first = int(batch.indices[0])
            parts.append(locator.locate(range(first, first + len(batch)), grey(batch.frames)))
    fields = ("centers", "axes", "angles", "found")
    located = Located(*(np.concatenate([getattr(part, name) for part in parts], axis=1) for name in fields))
    scene = locator.scene
    numbers = np.linspace(0.03 * len(located), 0.97 * len(located), tiles).astype(int).tolist()
    with FrameReader(timeline, (width, round(width * scene.height / scene.width))) as reader:
        frames = [cv2.convertScaleAbs(frame, alpha=brighter) for frame in reader.get(numbers).frames]
    sheet = contact_sheet([draw(frame, scene, located, at) for frame, at in zip(frames, numbers, strict=True)], 2)
    target = PICTURES / f"subjects_{path.stem}.jpg"
    cv2.imwrite(str(target), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])
    moved = np.hypot(*np.moveaxis(np.diff(located.centers, axis=1), 2, 0)) > scene.body
    minutes = (timeline.end - timeline.start) / 60
    return (
        f"{target.name} {target.stat().st_size // 1024} kB: {len(located)} steps, all found in "
        f"{located.found.all(axis=0).mean():.2%}, each in {located.found.mean():.2%}, "
        f"{moved.sum() / minutes / count:.1f} jumps per animal and minute"
    )


if __name__ == "__main__":
    lab = Path(sys.argv[1])
    spec = find_spec("idtrackerai")
    fish = Path(next(iter(spec.submodule_search_locations or []))) / "data" if spec else lab
    print(make(lab / "mouse_openfield.mp4", 1, 4, 480))
    print(make(lab / "mouse_bottom_view.mp4", 1, 4, 480, 3.0))
    print(make(fish / "test_A.avi", 8, 4, 580))
    print(make(fish / "test_B.avi", 8, 4, 580))
