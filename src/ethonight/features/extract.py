"""One pass over a recording: decode, find the subjects, crop, describe, and keep the result as cached features.

The recording is worked through in parts. Each finished part is on the disk, and a job that was killed goes on after
the last one, with the same numbers to the bit as without the interruption: a part depends only on the places found
before it, on the locator's state after them, and on frames, which are decoded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ethonight.features.extract_parts import Part, Parts
from ethonight.features.extract_pictures import Block, blocks, no_pictures
from ethonight.features.extract_window import Window
from ethonight.features.extractor import Extractor
from ethonight.features.kinematics import Kinematics
from ethonight.features.store import About, Layout, Piece, write_features
from ethonight.subjects.boxes import Located, Locator
from ethonight.subjects.samples import grey
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline

_MEMORY = 256 << 20
"""Bytes of crops that are held at a time, about."""
LONGEST_PART = 512
_VERSION = 2
"""Grows when extraction gives other numbers for the same settings, so that parts of both are never joined."""


@dataclass(frozen=True, eq=False)
class ExtractJob:
    """What is extracted from one recording, and where it goes."""

    timeline: Timeline
    about: About
    locator: Locator
    """New; it has located nothing yet."""
    describer: Extractor | Kinematics
    size: tuple[int, int]
    """Width and height of the pictures that are decoded, the size for which the locator was made."""
    out: Path
    """The file of cached features."""
    partial: Path
    """A folder for unfinished work, on the disk of ``out``."""


def extract(job: ExtractJob, progress: Callable[[int, int], None] = lambda done, total: None) -> tuple[str, ...]:
    """Write the cached features of a recording and return sentences about frames that were missing.

    ``progress`` is told how many of all time steps are done. Raises VideoError, FeaturesError and OSError.
    """
    parts = parts_of(job)
    done = parts.finished()
    reader = FrameReader(job.timeline, job.size, grey=not _colour(job))
    for number, part in enumerate(_remaining(job, parts, done, reader), start=done):
        parts.save(number, part)
        progress(min((number + 1) * part_steps(job), job.about.steps), job.about.steps)
    edges = np.append(job.timeline.times[:: job.about.stride], job.timeline.end)
    layout = Layout(job.about, job.locator.scene, edges, job.describer.names)
    write_features(job.out, layout, _pieces(parts, _count(job)))
    parts.discard()
    return reader.notes


def part_steps(job: ExtractJob) -> int:
    """Return how many time steps a part has: as many as memory allows, and enough to be worth a file."""
    if isinstance(job.describer, Kinematics):
        return 8 * LONGEST_PART
    crop = job.describer.pixels**2 * (3 if job.describer.colour else 1)
    most = _MEMORY // (crop * len(job.locator.scene.subjects))
    return max(32, min(LONGEST_PART, most))


def parts_of(job: ExtractJob) -> Parts:
    """Return the finished parts of this job; their folder is named by everything that decides about the numbers."""
    scene, about = job.locator.scene, job.about
    key = [
        _VERSION,
        about.content,
        about.recipe.table(),
        about.recipe.digest,
        [about.stride, about.frames, *job.size, part_steps(job)],
        [scene.width, scene.height, scene.body, scene.side, scene.short, *scene.subjects],
        list(job.describer.names),
    ]
    return Parts(job.partial, key)


def _count(job: ExtractJob) -> int:
    """Return how many parts there are."""
    return -(-job.about.steps // part_steps(job))


def _colour(job: ExtractJob) -> bool:
    return not isinstance(job.describer, Kinematics) and job.describer.colour


def _pieces(parts: Parts, count: int) -> Iterator[Piece]:
    for number in range(count):
        part = parts.load(number)
        if part is None:
            raise OSError(f"a part that had been written to {parts.folder} cannot be read any more")
        yield part.piece


def _remaining(job: ExtractJob, parts: Parts, done: int, reader: FrameReader) -> Iterator[Part]:
    """Yield the parts from number ``done`` on."""
    if done == _count(job):
        return
    length, steps = part_steps(job), job.about.steps
    rate = steps / (job.timeline.end - job.timeline.start)
    window = Window(job.describer, job.locator.scene, job.size, steps, rate)
    begin = done * length
    first = window.resume(begin, _places(parts, done, begin - window.reach, length))
    if done:
        before = parts.load(done - 1)
        assert before is not None
        job.locator.restore(before.state)
    for block in _blocks(job, reader, range(first, steps)):
        for piece in _cut(block, begin, length):
            located = _locate(job, piece) if piece.first >= begin else None
            window.add(piece, located)
            if piece.first >= begin and (piece.stop % length == 0 or piece.stop == steps):
                yield Part(window.part(), job.locator.state())


def _places(parts: Parts, done: int, first: int, length: int) -> Located | None:
    """Return the places of the steps from ``first`` on, or a little earlier, from finished parts."""
    held = [parts.load(number) for number in range(max(0, first // length), done)]
    found = [part.piece.located for part in held if part is not None]
    if not found:
        return None
    columns = ([getattr(each, name) for each in found] for name in ("centers", "axes", "angles", "found"))
    return Located(*(np.concatenate(column, axis=1) for column in columns))


def _blocks(job: ExtractJob, reader: FrameReader, steps: range) -> Iterator[Block]:
    if isinstance(job.describer, Kinematics) and not job.locator.needs_pictures:
        return no_pictures(steps)
    return blocks(reader, steps, job.about.stride)


def _cut(block: Block, begin: int, length: int) -> Iterator[Block]:
    """Yield the block cut at ``begin`` and at the ends of parts."""
    first = block.first
    while first < block.stop:
        stop = min(block.stop, begin if first < begin else (first // length + 1) * length)
        inside = slice(first - block.first, stop - block.first)
        pictures = None if block.pictures is None else block.pictures[inside]
        yield Block(first, pictures, block.present[inside])
        first = stop


def _locate(job: ExtractJob, block: Block) -> Located:
    """Find the subjects; where a frame is missing, nobody was seen."""
    stride = job.about.stride
    frames = range(block.first * stride, block.stop * stride, stride)
    pictures = block.pictures if job.locator.needs_pictures else None
    if pictures is not None and pictures.ndim == 4:
        pictures = grey(pictures)
    located = job.locator.locate(frames, pictures)
    return Located(located.centers, located.axes, located.angles, located.found & block.present)
