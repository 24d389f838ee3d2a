"""SingleBehaviorLab's ``annotations.json``: labelled clips of a video, with a label for each of their frames.

The format is that of its ``AnnotationManager``: ``classes``, and ``clips`` with ``labels`` of the whole clip,
``frame_labels`` (a class or null for each frame of the clip) and ``meta``, in which clips that were taken from a video
name it (``source_video``), their first frame in it (``source_frame`` or ``sub_start_frame``, from 0) and the frames
per second to which they were thinned out (``target_fps``). A frame of a clip stands for the frames of the video until
the next one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from ethonight.annotations.bouts import SCORED, in_order, merge
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.frames import bouts_of, frames_of
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges, rate_of
from ethonight.interchange.label import label_text
from ethonight.interchange.losses import losses, sole
from ethonight.interchange.observation import Format, Imported, Observation
from ethonight.interchange.per_frame import joined, labels_of, marked, needed, without_frames
from ethonight.interchange.single_behavior_clips import Clip, Marks, read_clips
from ethonight.words import count


class _SingleBehaviorLab:
    """Time without a label is time that nobody watched. One observation for each source video."""

    name = "singlebehaviorlab"
    title = "SingleBehaviorLab"
    endings: tuple[str, ...] = (".json",)
    counts_frames = True

    def recognises(self, path: Path, head: str) -> bool:
        return head.lstrip("\ufeff \t\r\n").startswith("{") and '"classes"' in head and '"clips"' in head

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read the labels of all clips of which the file says where in a video they begin."""
        found = read_clips(path)
        edges = needed(edges, self.title)
        placed: defaultdict[str, list[Clip]] = defaultdict(list)
        for clip in found.clips:
            placed[clip.video].append(clip)
        observations = tuple(_observation(video, clips, edges) for video, clips in placed.items())
        notes = []
        if found.nowhere:
            clips = count(found.nowhere, "labelled clip")
            notes.append(f"{clips} left out: the file does not say from where in which video they were taken.")
        return Imported(observations, Ethogram().with_labels(map(label_text, found.classes)), tuple(notes))

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write a clip for each bout, with a label for each of its frames. See the protocol."""
        edges = needed(edges, self.title)
        observation = sole(observations, self.title)
        bouts = in_order(bout for bout in observation.bouts if bout.label != SCORED)
        labels = labels_of(observation, ethogram)
        video = Path(observation.media[0]).name if observation.media else observation.name or path.stem
        spans = [(bout.label, frames_of(bout, edges)) for bout in bouts]
        rate = max(1, round(rate_of(edges)))
        clips = [_clip(label, span, video, rate) for label, span in spans if span.start < span.stop]
        document = {"clips": clips, "classes": labels}
        replace_atomically(path, json.dumps(document, ensure_ascii=False, indent=2).encode())
        on = marked(observation, labels, edges)
        told = losses(observation, self.title, ())
        told += [*without_frames(bouts, edges), *joined(observation, on, edges)]
        if clips:
            told.append(f"SingleBehaviorLab trains on clip files: cut {count(len(clips), 'clip')} there by this list.")
        return tuple(told)


def _observation(video: str, clips: Sequence[Clip], edges: Edges) -> Observation:
    """Return what the clips of a video say: its bouts, and as watched what has any label."""
    marks = Marks.of(clips, edges)
    bouts = [bout for label, mask in marks.on.items() for bout in bouts_of(mask, edges, label_text(label))]
    watched = bouts_of(marks.watched, edges, SCORED)
    media = (video,) if video else ()
    return Observation(Path(video).stem, media, (*watched, *merge(bouts)), duration=None)


def _clip(label: str, span: slice, video: str, rate: int) -> dict[str, object]:
    frames = span.stop - span.start
    return {
        "id": f"{Path(video).stem}_frame_{span.start}_{label}.mp4",
        "label": label,
        "labels": [label],
        "meta": {
            "source_video": video,
            "source_frame": span.start,
            "target_fps": rate,
            "clip_length": frames,
        },
        "frame_labels": [label] * frames,
    }


SINGLE_BEHAVIOR_LAB: Format = _SingleBehaviorLab()
