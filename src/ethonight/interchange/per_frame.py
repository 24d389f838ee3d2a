"""Files with one row per frame: between their rows and bouts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.frames import Mask, active, bouts_of, frames_in, frames_of
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges
from ethonight.interchange.columns import Columns, Flags
from ethonight.interchange.label import label_text
from ethonight.interchange.observation import FormatError, Observation
from ethonight.words import count


def needed(edges: Edges | None, title: str) -> Edges:
    """Return the edges. Raises FormatError where there are none."""
    if edges is None:
        raise FormatError(f"{title} counts frames: name the video too, so that the times of its frames are known.")
    return edges


def flags_in(table: Columns, places: Iterable[int]) -> dict[str, Flags]:
    """Return the columns of behaviours by label. Raises FormatError for what is no flag, or a name that is twice."""
    flags: dict[str, Flags] = {}
    for place in places:
        label = label_text(table.header[place])
        if label in flags:
            raise FormatError(f"{table.path.name}: two columns are named '{label}'. Rename one.")
        flags[label] = table.flags(place)
    return flags


def bouts_in(flags: Mapping[str, Flags], edges: Edges) -> tuple[Bout, ...]:
    """Return the bouts of each label's rows, of which the first is the first frame; rows after the video are left out.

    Where some rows are -1, or where the rows end before the video, ``_scored`` rows say which frames were watched:
    those that have a value for every label.
    """
    frames = len(edges) - 1
    everywhere = np.ones(frames, dtype=np.bool_)
    seen = _of_length(frames, np.all([column >= 0 for column in flags.values()], axis=0)) if flags else everywhere
    stretches = [] if seen.all() else bouts_of(seen, edges, SCORED)
    bouts = (bouts_of(_of_length(frames, column == 1), edges, label) for label, column in flags.items())
    return (*stretches, *chain.from_iterable(bouts))


def _of_length(frames: int, rows: Mask) -> Mask:
    """Return the rows as frames; those without a row are false."""
    mask = np.zeros(frames, dtype=np.bool_)
    mask[: len(rows)] = rows[:frames]
    return mask


def rows_against_frames(rows: int, edges: Edges) -> tuple[str, ...]:
    """Return the sentence about a file that has more or fewer rows than the video has frames, if it has."""
    frames = len(edges) - 1
    if rows == frames:
        return ()
    told = (
        f"The file has {count(rows, 'row')}, the video {count(frames, 'frame')}: make sure that they belong together."
    )
    what = "Rows after the video are left out." if rows > frames else "Frames without a row count as not watched."
    return (f"{told} {what}",)


def labels_of(observation: Observation, ethogram: Ethogram) -> list[str]:
    """Return the labels of the bouts: those of the ethogram in its order, then the others as they come."""
    used = dict.fromkeys(bout.label for bout in observation.bouts if bout.label != SCORED)
    known = [label for label in ethogram.labels if label in used]
    return [*known, *(label for label in used if label not in known)]


def marked(observation: Observation, labels: Sequence[str], edges: Edges) -> Mask:
    """Return in which frames each label is on: bool of shape (T, C)."""
    return active(observation.bouts, labels, edges)


def watched(observation: Observation, edges: Edges) -> Mask:
    """Return which frames were watched: bool of shape (T,); all of them where the observation does not say."""
    stretches = [bout.interval for bout in observation.bouts if bout.label == SCORED]
    return frames_in(stretches, edges) if stretches else np.ones(len(edges) - 1, dtype=np.bool_)


def write_rows(path: Path, names: Sequence[str], values: NDArray[np.generic]) -> None:
    """Write one row per frame, whole or not at all: its number, then ``values`` (T, len(names)) as whole numbers."""
    table = pl.DataFrame({"": np.arange(len(values))})
    if names:
        table = table.hstack(pl.DataFrame(values.astype(np.int8), schema=list(names)))
    replace_atomically(path, table.write_csv().encode())


def without_frames(bouts: Iterable[Bout], edges: Edges) -> tuple[str, ...]:
    """Return the sentence about bouts that no frame shows, if there are any."""
    lost = sum(frames.start == frames.stop for frames in (frames_of(bout, edges) for bout in bouts))
    return (f"{count(lost, 'bout')} between two frames or after the video left out.",) if lost else ()


def joined(observation: Observation, on: Mask, edges: Edges) -> tuple[str, ...]:
    """Return the sentence about bouts that touch others of their label and become one in ``on`` (T, C), if any do."""
    frames = (frames_of(bout, edges) for bout in observation.bouts if bout.label != SCORED)
    shown = sum(frames.start < frames.stop for frames in frames)
    touching = shown - int((np.diff(on.astype(np.int8), axis=0, prepend=0) == 1).sum())
    return (
        (f"Bouts of one label that touch become one: {count(touching, 'bout')} fewer in the file.",) if touching else ()
    )
