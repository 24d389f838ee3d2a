"""Looks at sampled pictures of a recording and decides how its animals are told from the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.errors import VideoError
from ethonight.recipe.stream import Subjects
from ethonight.subjects import background as backgrounds
from ethonight.subjects.blobs_model import BlobsModel, subject_names
from ethonight.subjects.boxes import Frames, Scene
from ethonight.subjects.foreground import Foreground
from ethonight.subjects.light import evened
from ethonight.subjects.pieces import Pieces, ellipse, find_pieces, joined, with_fragments
from ethonight.subjects.samples import sample_grey
from ethonight.subjects.threshold import choose_threshold
from ethonight.subjects.working_size import working_size
from ethonight.video.timeline import Timeline

_SPECK = 12.0
"""Area of the smallest piece that is looked at, in pixels of the sampled pictures."""
_SELDOM = 0.05
"""Share of the pictures with an animal below which there is none: compression makes specks now and then."""
_FRAGMENT = 0.04
"""Area of the smallest piece that is looked at, in typical areas."""
_SMALL = 0.3
"""Area of the smallest piece that counts as an animal when their sizes are measured, in typical areas."""
_PASSES = 3
_PIXELS = 64
"""Side of the crop for whose pictures sizes are measured."""


def look(timeline: Timeline, subjects: Subjects, files: Sequence[Path] = ()) -> BlobsModel:
    """Look at sampled pictures of the recording and decide how its animals are found.

    ``files`` are background pictures that a person saved; without any, the background is made from the samples.
    Raises VideoError when no picture can be decoded or nothing stands out from the background, SettingsError for a
    background that cannot be used.
    """
    stamps = timeline.parts[0].stamps
    pictures = sample_grey(timeline)
    height, width = pictures.shape[1:]
    given = backgrounds.read_backgrounds(files, (width, height))
    model = look_at(pictures, (stamps.width, stamps.height), subjects, given)
    if model is None:
        raise VideoError(
            f"Nothing in {timeline.parts[0].path.name} moves against the background, so no animal can be found by "
            "it. Save a background without animals, set 'polarity' or 'threshold', or use subjects 'frame'."
        )
    return model


def look_at(
    pictures: Frames, full: tuple[int, int], subjects: Subjects, given: Frames | None = None
) -> BlobsModel | None:
    """Decide from sampled grey pictures (n, h, w) of a video of the size ``full`` (w, h); None where nothing moves."""
    even = evened(pictures)
    background = np.median(even, axis=0).round().astype(np.uint8) if given is None else given
    dark = subjects.polarity == "dark"
    if subjects.polarity == "auto":
        dark = backgrounds.animals_are_dark(even, background)
    if given is None:
        background = backgrounds.without_resting(even, background, dark)
    away = backgrounds.differences(even, background, dark)
    threshold = subjects.threshold or choose_threshold(away, backgrounds.noise(even, background), subjects.count)
    return _measured(pictures, BlobsModel(_scene(full, subjects), background, dark, threshold, 0.0), subjects)


def _scene(full: tuple[int, int], subjects: Subjects, body: float = 0.0, short: float = 0.0) -> Scene:
    return Scene(subject_names(subjects.count), *full, body, subjects.body_lengths * body, short)


def _measured(pictures: Frames, model: BlobsModel, subjects: Subjects) -> BlobsModel | None:
    """Return the model with the sizes of the animals.

    First from the largest pieces of the pictures; then, at the size at which animals are going to be located, from
    whole animals without thin parts like tails.
    """
    size = pictures.shape[2], pictures.shape[1]
    full = model.scene.width, model.scene.height
    for _ in range(_PASSES):
        sizes = _sizes(_resized(pictures, size), model)
        if len(sizes) < max(1.0, _SELDOM * len(pictures)):
            return None
        area, body, short = np.median(sizes, axis=0).tolist()
        model = replace(model, scene=_scene(full, subjects, body, short), area=area)
        smaller = working_size(model.scene, _PIXELS)
        size = min(size[0], smaller[0]), min(size[1], smaller[1])
    return model


def _resized(pictures: Frames, size: tuple[int, int]) -> Frames:
    return np.stack([np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA)) for picture in pictures])


def _sizes(pictures: Frames, model: BlobsModel) -> NDArray[np.float64]:
    """Return (m, 3) area, long and short axis of the animals in all pictures; small ones are left out."""
    foreground = Foreground(model, (pictures.shape[2], pictures.shape[1]))
    least = max(_SPECK * foreground.scale[0] * foreground.scale[1], _FRAGMENT * model.area)
    rows: list[tuple[float, float, float]] = []
    for picture in pictures:
        rows += _animals(find_pieces(foreground.mask(picture), foreground.scale, least, np.inf), model)
    sizes = np.array(rows, np.float64).reshape(-1, 3)
    typical = np.median(sizes[:, 0]) if len(sizes) else 0.0
    return np.asarray(sizes[sizes[:, 0] >= _SMALL * typical])


def _animals(pieces: Pieces, model: BlobsModel) -> list[tuple[float, float, float]]:
    """Return area, long and short axis of the largest pieces, as many as there are animals, with their fragments."""
    largest = np.argsort(-pieces.areas, kind="stable").tolist()
    count = len(model.scene.subjects)
    free = largest[count:]
    found = []
    for number in largest[:count]:
        whole = with_fragments(number, pieces, free, model.scene.body, model.area)
        long, short, _ = ellipse(joined(pieces, whole)[1])
        found.append((float(pieces.areas[whole].sum()), long, short))
    return found
