"""The clips of SingleBehaviorLab's ``annotations.json``, checked and typed, and the frames that they label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ethonight.annotations.frames import Mask
from ethonight.frame_times import Edges, rate_of
from ethonight.interchange.observation import FormatError
from ethonight.interchange.text import text_of
from ethonight.json_text import parse_json

_LONGEST = 10_000_000
"""Frames of a clip, and of a video: a day at 100 frames per second."""
_SLOWEST = 0.001


@dataclass(frozen=True)
class Clip:
    """One labelled clip of ``video``. ``first`` is its first frame there; ``rate`` 0 means that of the video.

    ``labels`` holds the labels of each of the clip's own frames; none where nobody said what there is.
    """

    video: str
    first: int
    rate: float
    labels: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Clips:
    """What a file holds. ``nowhere`` counts labelled clips without a place in a video."""

    classes: tuple[str, ...]
    clips: tuple[Clip, ...]
    nowhere: int


@dataclass(frozen=True)
class Marks:
    """Which frames of a video show each label, and which have any: bool of shape (T,)."""

    on: Mapping[str, Mask]
    watched: Mask

    @classmethod
    def of(cls, clips: Sequence[Clip], edges: Edges) -> Marks:
        """Frames after the video's end are left out."""
        frames = len(edges) - 1
        on: dict[str, Mask] = {}
        watched = np.zeros(frames, dtype=np.bool_)
        for clip in clips:
            step = max(1, round(rate_of(edges) / clip.rate)) if clip.rate else 1
            for place, labels in enumerate(clip.labels):
                begin = clip.first + place * step
                watched[begin : begin + step] |= bool(labels)
                for label in labels:
                    on.setdefault(label, np.zeros(frames, dtype=np.bool_))[begin : begin + step] = True
        return cls(on, watched)


def read_clips(path: Path) -> Clips:
    """Read the file. Raises FormatError, which names the clip that is not as it must be."""
    try:
        document = parse_json(text_of(path, '"clips"'))
    except ValueError as error:
        raise FormatError(f"{path.name} is no JSON that can be read: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("clips"), list):
        raise FormatError(f"{path.name} is no annotations.json of SingleBehaviorLab: it has no list of clips.")
    classes = document.get("classes", [])
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise FormatError(f"{path.name}: 'classes' must be a list of names.")
    clips: list[Clip] = []
    nowhere = 0
    for at, found in enumerate(document["clips"], 1):
        labels, clip = _clip(found, f"{path.name}, clip {at}")
        clips += [clip] if clip else []
        nowhere += bool(any(labels) and clip is None)
    return Clips(tuple(classes), tuple(clips), nowhere)


def _clip(found: object, where: str) -> tuple[tuple[tuple[str, ...], ...], Clip | None]:
    """Return the labels of the clip's frames, and the clip if the file says where it lies."""
    if not isinstance(found, dict) or not isinstance(found.get("meta") or {}, dict):
        raise FormatError(f"{where}: expected a table with 'id', 'labels' and 'meta'.")
    meta = found.get("meta") or {}
    labels = _labels(found, meta, where)
    first = meta.get("source_frame", meta.get("sub_start_frame"))
    if first is None:
        return labels, None
    if isinstance(first, bool) or not isinstance(first, int) or not 0 <= first < _LONGEST:
        raise FormatError(f"{where}: 'source_frame' must be a frame number, found {first!r}.")
    rate = meta.get("target_fps") or 0
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not (rate == 0 or _SLOWEST <= rate < _LONGEST):
        raise FormatError(f"{where}: 'target_fps' must be a number, found {rate!r}.")
    return labels, Clip(str(meta.get("source_video") or ""), first, float(rate), labels)


def _labels(found: dict[str, object], meta: dict[str, object], where: str) -> tuple[tuple[str, ...], ...]:
    """Return the labels of each frame: those of ``frame_labels``, or the clip's own for all of its length."""
    each = found.get("frame_labels")
    if isinstance(each, list):
        if not all(label is None or isinstance(label, str) for label in each):
            raise FormatError(f"{where}: 'frame_labels' must hold names and null.")
        return tuple((label,) if label else () for label in each)
    whole = found.get("labels") or [found.get("label")]
    if not isinstance(whole, list) or not all(label is None or isinstance(label, str) for label in whole):
        raise FormatError(f"{where}: 'labels' must be a list of names.")
    length = meta.get("clip_length", 0)
    if isinstance(length, bool) or not isinstance(length, int) or not 0 <= length < _LONGEST:
        raise FormatError(f"{where}: 'clip_length' must be a number of frames, found {length!r}.")
    names = tuple(label for label in whole if label)
    return (names,) * max(length, 1 if names else 0)
