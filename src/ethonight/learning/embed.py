"""The child process that makes cached features: a recording in, one HDF5 file out."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

import numpy as np

from ethonight.features.backbone import Backbone
from ethonight.features.extract import ExtractJob, extract
from ethonight.features.extractor import Extractor
from ethonight.features.kinematics import Kinematics
from ethonight.features.motion import Motion
from ethonight.features.store import About, matches
from ethonight.files import temporary_beside
from ethonight.learning.child import Counter, device, leave_notes, run, tell
from ethonight.learning.order import Order
from ethonight.recipe.stream import Recipe
from ethonight.subjects.locators import Decided, Sources, decide, open_locator
from ethonight.video.timeline import Timeline

_NEAR = 1.1
"""A video that is a little faster than the wanted rate is still looked at in every frame."""
_KINEMATICS_PIXELS = 64
"""The crop for which blobs are looked for where only their places matter."""


def main(order: Order) -> None:
    """Extract, or take what is there already and was made in the same way."""
    recipe, there, out = Recipe.read(order.document("recipe")), order.path("there"), order.path("out")
    if matches(there, recipe, order.text("content")):
        tell("The features are there already")
        shutil.copyfile(there, out)
        return
    tell("Reading the times of the frames")
    timeline = Timeline.read(order.paths("files"), order.path("timestamps"))
    notes = [*timeline.notes, *extract(_job(order, recipe, timeline), Counter("Time step"))]
    leave_notes(list(dict.fromkeys(notes)))


def stride_for(timeline: Timeline, rate: float) -> int:
    """Return every how many frames there is a time step, for at most about ``rate`` steps per second."""
    fps = len(timeline) / (timeline.end - timeline.start)
    return max(1, math.ceil(fps / (_NEAR * rate) - 1e-6))


def _job(order: Order, recipe: Recipe, timeline: Timeline) -> ExtractJob:
    stride = stride_for(timeline, recipe.rate)
    about = About(order.text("video"), order.text("content"), recipe, stride, len(timeline))
    rate = about.steps / (timeline.end - timeline.start)
    describer = _describer(recipe, rate, order.whole("batch"))
    partial = order.path("partial")
    partial.mkdir(parents=True, exist_ok=True)
    trajectories = order.path("trajectories") if order.text("trajectories") else None
    sources = Sources(tuple(order.paths("backgrounds")), trajectories)
    decided = _decided(partial, timeline, recipe, sources)
    pixels = _KINEMATICS_PIXELS if isinstance(describer, Kinematics) else describer.pixels
    locator, size = open_locator(timeline, recipe.subjects, sources, decided, pixels)
    return ExtractJob(timeline, about, locator, describer, size, order.path("out"), partial)


def _describer(recipe: Recipe, rate: float, batch: int) -> Extractor | Kinematics:
    features = recipe.features
    if features.name == "motion":
        return Motion(rate, features.pixels, device())
    if features.name == "kinematics":
        return Kinematics(rate)
    tell(f"Loading the weights of {features.name}")
    return Backbone.pretrained(features, rate, device(), batch)


def _decided(partial: Path, timeline: Timeline, recipe: Recipe, sources: Sources) -> Decided:
    """Return what was decided about the subjects before the first frame, also by a run that was killed since."""
    path = partial / "subjects.npz"
    if not path.exists():
        tell("Looking at samples of the video")
        decided = decide(timeline, recipe.subjects, sources)
        temporary = temporary_beside(path)
        with temporary.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **decided)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


if __name__ == "__main__":
    run(main)
