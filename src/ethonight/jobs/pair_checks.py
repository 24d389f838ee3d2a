"""Bouts against videos, labels, subjects and each other, checked before any hour is spent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.checks import (
    beyond_video,
    nothing_scored,
    overlapping_exclusive,
    unknown_labels,
    unknown_subjects,
)
from ethonight.annotations.problems import AnnotationError, Problem, refuse
from ethonight.errors import SettingsError
from ethonight.jobs.feature_source import known_subjects
from ethonight.jobs.groups import group_warnings
from ethonight.jobs.pairs import MarkedVideo, labels_of, split_of
from ethonight.jobs.protocol import Site
from ethonight.recipe.split import Fold, Plan
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import TrainingRecipe
from ethonight.settings.recording import list_recordings
from ethonight.suggest import closest
from ethonight.video.probe import Probe, probe_videos
from ethonight.words import count

_DECLARED_SLACK = 1.0
"""Seconds by which a declared length may be wrong; the exact one is checked when the frames' times are read."""


@dataclass(frozen=True)
class Wanted:
    """What a model is to find: its labels, whether at most one is true at a time, and where it looks."""

    labels: Sequence[str]
    exclusive: bool
    streams: Sequence[Recipe]


def check_pairs(site: Site, recipe: TrainingRecipe, videos: Sequence[MarkedVideo]) -> list[str]:
    """Check bouts against videos, labels and each other. Returns warnings. Raises SettingsError."""
    workspace, labels = site.workspace, labels_of(recipe, videos)
    if not labels:
        raise SettingsError("No bouts are marked in any of the pairs: there is nothing to learn.")
    warnings = check_videos(site, Wanted(labels, recipe.exclusive, recipe.streams), videos)
    watched = {video.name: video.watched_labels for video in videos}
    warnings += group_warnings(workspace, recipe.split.group, list(watched), list_recordings(workspace))
    plan = split_of(workspace, recipe.split, videos)
    return list(dict.fromkeys([*warnings, *_plan_warnings(plan), *_check_labels(labels, watched, plan)]))


def check_videos(site: Site, wanted: Wanted, videos: Sequence[MarkedVideo]) -> list[str]:
    """Check each video's bouts against the labels, the subjects and the video's declared length. Returns warnings.

    Raises SettingsError for bouts that cannot be used.
    """
    files = [file for video in videos for file in video.recording.files]
    probes = probe_videos(files, cache=site.workspace.probes)
    warnings: list[str] = []
    for video in videos:
        parts = [probes[file] for file in video.recording.files]
        seconds = _seconds(parts)
        subjects = known_subjects(site, video.name, wanted.streams[0])
        _check_annotation(video.annotation, wanted, subjects, seconds)
        warnings += [text for part in parts if (text := part.problem or part.warning)]
        if not video.annotation.bouts:
            name = video.annotation.name
            warnings.append(f"{name} marks no bout: all its watched time counts as none of the behaviours.")
    return warnings + _left_out([video.annotation for video in videos], wanted.labels)


def _check_annotation(
    annotation: Annotation, wanted: Wanted, subjects: Sequence[str] | None, seconds: float | None
) -> None:
    """Raise SettingsError for bouts that cannot be used. None: the subjects, or the length, are not known yet."""
    problems = mistyped(annotation, wanted.labels)
    if subjects is not None and len(subjects) > 1:
        problems += unknown_subjects(annotation, subjects)
    if wanted.exclusive:
        problems += _overlaps(annotation, wanted.labels, subjects)
    if seconds is not None:
        problems += beyond_video(annotation, seconds, _DECLARED_SLACK) + nothing_scored(annotation, seconds)
    try:
        refuse(annotation.name, sorted(problems, key=lambda problem: problem.line or 0))
    except AnnotationError as error:
        raise SettingsError(str(error)) from error


def _overlaps(annotation: Annotation, labels: Sequence[str], subjects: Sequence[str] | None) -> list[Problem]:
    """Return overlaps of exclusive labels as each subject has them: its own bouts, and those of nobody in particular;
    an only subject has all bouts.
    """
    named = [bout.subject for bout in annotation.bouts] if subjects is None else subjects
    alone = subjects is not None and len(subjects) == 1
    found: dict[str, Problem] = {}
    for subject in dict.fromkeys(named):
        own = annotation.bouts_for(subject, alone)
        joined = annotation.with_bouts(replace(bout, subject=subject) for bout in own)
        found |= {str(problem): problem for problem in overlapping_exclusive(joined, labels)}
    return list(found.values())


def mistyped(annotation: Annotation, labels: Sequence[str]) -> list[Problem]:
    """Return the bouts whose label is not in ``labels`` but looks like one of them: they would be taught as none.

    Other labels are meant to be left out.
    """
    bouts = {bout.line: bout.label for bout in reversed(annotation.bouts)}
    return [problem for problem in unknown_labels(annotation, labels) if closest(bouts[problem.line], labels)]


def _left_out(annotations: Sequence[Annotation], labels: Sequence[str]) -> list[str]:
    others = [label for annotation in annotations for label in annotation.labels if label not in labels]
    return [
        f"'{label}' is not in the list of labels: its bouts in {count(others.count(label), 'file')} are left out."
        for label in sorted(set(others))
    ]


def _seconds(parts: Sequence[Probe]) -> float | None:
    """Return how long a recording lasts by what its files declare; None where one does not, or is damaged."""
    lengths = [part.seconds or (part.frames / part.fps if part.fps else 0.0) for part in parts]
    if not all(part.frames for part in parts) and (wrong := next((p.problem for p in parts if p.problem), "")):
        raise SettingsError(wrong)
    return sum(lengths) if all(lengths) and not any(part.problem for part in parts) else None


def _plan_warnings(plan: Plan) -> list[str]:
    if plan.mode == "none":
        return [
            "No video is held out: nothing is measured, and nobody knows how well the model does. Its thresholds are "
            "the usual ones."
        ]
    if any(not fold.validation for fold in plan.folds) and not plan.is_cross_validation:
        return ["No video is left to choose thresholds on: they are the usual ones, and training stops by the clock."]
    return []


def _check_labels(labels: Sequence[str], marked: Mapping[str, Collection[str]], plan: Plan) -> list[str]:
    """``marked``: the labels with bouts in watched time, by video. Returns warnings. Raises SettingsError."""
    warnings: list[str] = []
    for label in labels:
        having = [name for name, found in marked.items() if label in found]
        if not having:
            raise SettingsError(
                f"'{label}' has no bout in the watched time of any of the pairs. Mark some, or take it out of 'labels'."
            )
        for fold in plan.folds:
            warnings += _fold_warnings(label, having, fold, plan.is_cross_validation)
    return warnings


def _fold_warnings(label: str, having: Sequence[str], fold: Fold, passing: bool) -> list[str]:
    """``having``: the videos with bouts of ``label``. ``passing``: the fold's model is not the one that is kept."""

    def lacks(names: Sequence[str]) -> bool:
        return bool(names) and not any(name in having for name in names)

    if lacks(fold.teaching):
        text = f"'{label}' has no bout in the videos that teach ({', '.join(fold.teaching)})"
        if not passing:
            raise SettingsError(f"{text}. Mark some there, or choose other videos in [split].")
        return [f"{text} when {', '.join(fold.test)} is the test: it cannot be found there."]
    if passing:
        return []
    warnings = []
    if lacks(fold.validation):
        names = ", ".join(fold.validation)
        warnings.append(f"'{label}' has no bout in the validation ({names}): its thresholds are the usual ones.")
    if lacks(fold.test):
        warnings.append(f"'{label}' has no bout in the test ({', '.join(fold.test)}): it is not measured there.")
    return warnings
