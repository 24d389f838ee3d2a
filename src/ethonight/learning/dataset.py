"""Sequences from cached features, with what somebody marked on them."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.checks import unknown_subjects
from ethonight.annotations.frames import frames_in, frames_of
from ethonight.annotations.problems import refuse
from ethonight.features.store import FeaturesError, FeaturesFile
from ethonight.frame_times import Edges, frames_shown
from ethonight.recipe.stream import Recipe
from ethonight.temporal.sequence import Sequence


def read_sequences(video: str, files: Several[Path], streams: Several[Recipe]) -> list[Sequence]:
    """Return one sequence for each subject, with the features of all files (one for each stream) side by side.

    Raises FeaturesError for files that are damaged, made with other settings, or do not belong together.
    """
    stored: list[list[Sequence]] = []
    for path, stream in zip(files, streams, strict=True):
        with FeaturesFile(path, stream) as features:
            stored.append(_sequences(video, features))
    for path, others in zip(files[1:], stored[1:], strict=True):
        if not _fits(stored[0], others):
            raise FeaturesError(f"{path.name} and {files[0].name} have other subjects or times. Run embed again.")
    return [_side_by_side(parts) for parts in zip(*stored, strict=True)]


def _sequences(video: str, features: FeaturesFile) -> list[Sequence]:
    return [
        Sequence(video, name, features.features(place), features.located(place).found[0], features.edges)
        for place, name in enumerate(features.scene.subjects)
    ]


def _fits(first: Several[Sequence], others: Several[Sequence]) -> bool:
    same = [one.subject for one in first] == [other.subject for other in others]
    return same and all(np.array_equal(a.edges, b.edges) for a, b in zip(first, others, strict=True))


def _side_by_side(parts: Several[Sequence]) -> Sequence:
    if len(parts) == 1:
        return parts[0]
    return replace(parts[0], features=np.concatenate([part.features for part in parts], axis=1))


def marked(
    sequences: Several[Sequence], annotation: Annotation, labels: Several[str], group: str = ""
) -> list[Sequence]:
    """Return the sequences with what ``annotation`` says of them.

    A bout without a subject is every subject's. A recording's only subject has the bouts of all subjects. Raises
    AnnotationError for a subject that the features do not know.
    """
    names = [sequence.subject for sequence in sequences]
    if len(names) > 1:
        refuse(annotation.name, unknown_subjects(annotation, names))
    return [_marked(sequence, annotation, labels, len(names) == 1, group) for sequence in sequences]


def _marked(sequence: Sequence, annotation: Annotation, labels: Several[str], alone: bool, group: str) -> Sequence:
    bouts = annotation.bouts_for(sequence.subject, alone)
    end = float(sequence.edges[-1])
    scored = frames_in(annotation.scored(end, None if alone else sequence.subject), sequence.edges)
    targets = active_steps(bouts, labels, sequence.edges)
    wanted = tuple(bout for bout in bouts if bout.label in labels)
    return replace(sequence, targets=targets, scored=scored, bouts=wanted, group=group)


def active_steps(bouts: Several[Bout], labels: Several[str], edges: Edges) -> NDArray[np.bool_]:
    """Return which labels are active in which steps: (T, C). A bout shorter than a step has the step it begins in."""
    column = {label: place for place, label in enumerate(labels)}
    result = np.zeros((len(edges) - 1, len(labels)), dtype=np.bool_)
    for bout in bouts:
        if bout.label in column:
            steps = frames_of(bout, edges)
            if steps.stop <= steps.start:
                first = int(frames_shown(edges, bout.start))
                steps = slice(first, first + 1)
            result[steps, column[bout.label]] = True
    return result
