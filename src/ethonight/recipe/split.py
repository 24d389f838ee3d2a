"""Which videos teach, which choose, which test: always whole videos, and whole groups where there are groups."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ethonight.errors import SettingsError
from ethonight.recipe.training import Split
from ethonight.suggest import closest

_SHARE = 0.2
"""Of the videos, held out for the test, and again for validation."""
_FEW = 6
"""Below this many groups every one of them is the test once, in place of a few that are held out."""
_DRAWS = 300
"""Random divisions that are compared for how well every label is covered on every side."""


@dataclass(frozen=True)
class Fold:
    """One division of the videos, by name. Teaching videos are seen, validation chooses, test is only measured."""

    teaching: tuple[str, ...]
    validation: tuple[str, ...] = ()
    test: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """How a model is trained and measured.

    One fold: the model is trained on its teaching videos, and that very model is measured. Several: one model for each
    is trained and measured on the fold's test videos, and the model that is kept learns from all videos.
    """

    mode: str
    folds: tuple[Fold, ...]

    @property
    def is_cross_validation(self) -> bool:
        return len(self.folds) > 1


def plan_split(split: Split, labels_of: Mapping[str, Collection[str]], groups: Mapping[str, str]) -> Plan:
    """Divide the videos. ``labels_of``: the labels with bouts in each video. ``groups``: the group of some videos.

    A video without a group is a group of its own. Deterministic. Raises SettingsError for a split that cannot be.
    """
    videos = list(labels_of)
    _check_names(split, videos)
    units = _units(videos, groups, use=split.mode != "leave-one-video-out")
    mode = _mode(split, units)
    if mode == "none":
        return Plan(mode, (Fold(tuple(videos)),))
    if mode.startswith("leave-one"):
        return Plan(mode, tuple(_leave_out(unit, units, labels_of) for unit in units))
    return Plan(mode, (_held_out(split, units, labels_of),))


def _mode(split: Split, units: Sequence[tuple[str, ...]]) -> str:
    chosen = bool(split.test or split.validation)
    if split.mode == "auto":
        if len(units) == 1 and not chosen:
            return "none"
        several = any(len(unit) > 1 for unit in units)
        return "videos" if chosen or len(units) >= _FEW else f"leave-one-{'group' if several else 'video'}-out"
    if chosen and split.mode != "videos":
        raise SettingsError(
            f"[split] names videos to be held out, but its mode is '{split.mode}'. Use mode = \"videos\"."
        )
    if split.mode != "none" and len(units) < 2:
        raise SettingsError(
            f"[split] mode '{split.mode}' needs at least two videos of different groups. Add a pair, or use \"none\"."
        )
    return split.mode


def _check_names(split: Split, videos: Sequence[str]) -> None:
    for side in (split.test, split.validation):
        for name in side:
            if name not in videos:
                close = closest(name, videos)
                hint = f"did you mean '{close}'?" if close else f"the pairs' videos are {', '.join(videos)}."
                raise SettingsError(f"[split] names the video '{name}', which is in no pair; {hint}")
    both = set(split.test) & set(split.validation)
    if both:
        raise SettingsError(f"[split] has {min(both)} both in 'test' and in 'validation'. Take it out of one of them.")


def _units(videos: Sequence[str], groups: Mapping[str, str], use: bool) -> list[tuple[str, ...]]:
    """Return the videos that must stay on one side, together."""
    together: dict[tuple[bool, str], list[str]] = {}
    for video in videos:
        group = groups.get(video, "") if use else ""
        together.setdefault((True, group) if group else (False, video), []).append(video)
    return [tuple(unit) for unit in together.values()]


def _leave_out(
    test: tuple[str, ...], units: Sequence[tuple[str, ...]], labels_of: Mapping[str, Collection[str]]
) -> Fold:
    rest = [unit for unit in units if unit is not test]
    if len(rest) < 2:
        return Fold(rest[0], (), test)
    teaching, validation = _best_draw(rest, max(1, round(_SHARE * len(rest))), labels_of)
    return Fold(teaching, validation, test)


def _held_out(split: Split, units: Sequence[tuple[str, ...]], labels_of: Mapping[str, Collection[str]]) -> Fold:
    test = _side(split.test, units, "test")
    validation = _side(split.validation, units, "validation")
    rest = [unit for unit in units if unit[0] not in (*test, *validation)]
    if not test and len(rest) > 1:
        kept, test = _best_draw(rest, max(1, round(_SHARE * len(units))), labels_of)
        rest = [unit for unit in rest if unit[0] in kept]
    teaching = tuple(video for unit in rest for video in unit)
    if not validation and len(rest) > 1:
        teaching, validation = _best_draw(rest, max(1, round(_SHARE * len(units))), labels_of)
    if not teaching:
        raise SettingsError("[split] leaves no video to learn from. Name fewer videos in 'test' and 'validation'.")
    return Fold(teaching, validation, test)


def _side(names: Sequence[str], units: Sequence[tuple[str, ...]], side: str) -> tuple[str, ...]:
    """Return the named videos. Raises SettingsError where they tear a group apart."""
    for unit in units:
        inside = [video for video in unit if video in names]
        if inside and len(inside) < len(unit):
            other = next(video for video in unit if video not in names)
            raise SettingsError(
                f"[split] has {inside[0]} in '{side}' but not {other}, of the same group. Put both on one side."
            )
    return tuple(names)


def _best_draw(
    units: Sequence[tuple[str, ...]], size: int, labels_of: Mapping[str, Collection[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (kept, drawn) with ``size`` units drawn, so that both sides have as many labels as can be."""
    size = min(size, len(units) - 1)
    draw = random.Random(0)
    best: tuple[int, list[int]] = -1, []
    for _ in range(_DRAWS):
        drawn = sorted(draw.sample(range(len(units)), size))
        sides = [unit for place, unit in enumerate(units) if place not in drawn], [units[place] for place in drawn]
        kept_labels, drawn_labels = ({label for unit in s for v in unit for label in labels_of[v]} for s in sides)
        score = 1000 * len(kept_labels) + len(drawn_labels)
        if score > best[0]:
            best = score, drawn
    kept = tuple(video for place, unit in enumerate(units) if place not in best[1] for video in unit)
    return kept, tuple(video for place in best[1] for video in units[place])
