"""Drawing an animal at sub-pixel places: on a patch four times as fine, which is then made smaller."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.arena.animal import Pose, Tail, rump_of
from ethonight.arena.look import Coat
from ethonight.arena.style import Style

Points = NDArray[np.float64]
Picture = NDArray[np.float32]

_FINE = 4
_SHIFT = 4
"""Bits behind the point in OpenCV's coordinates."""
_ALONG = np.linspace(0.0, 1.0, 15)
_TORSO = np.sqrt(np.maximum(0.0, 1 - np.where(_ALONG < 0.42, (_ALONG - 0.42) / 0.42, (_ALONG - 0.42) / 0.78) ** 2))
_HEAD = 0.13 * (1 - _ALONG**1.7) ** 0.55 * np.where(_ALONG < 0.2, 0.75 + 1.25 * _ALONG, 1.0)
_TORSO_LENGTH, _HEAD_LENGTH, _HALF_WIDTH = 0.74, 0.33, 0.2


@dataclass(frozen=True, eq=False)
class Outline:
    """The parts of an animal in one frame, in pixels of the picture."""

    torso: Points
    head: Points
    spine: Points
    ears: Points
    forepaws: Points
    hind_paws: Points
    nose: Points
    center: Points
    """(2,) the middle of the area of torso and head."""


def outline(pose: Pose, style: Style) -> Outline:
    """Return where the parts of an animal are."""
    size = style.length * pose.stretch
    turns = pose.heading + pose.bend * (_ALONG - 0.5)
    steps = np.stack([np.cos(turns), np.sin(turns)], 1) * (_TORSO_LENGTH * size * (_ALONG[1] - _ALONG[0]))
    spine = np.array(rump_of(pose, style.length)) + np.cumsum(steps, 0) - steps[0]
    aside = np.stack([-np.sin(turns), np.cos(turns)], 1)
    wide = _HALF_WIDTH * style.length * style.girth * pose.girth
    torso = _band(spine, aside, wide * _TORSO)
    ahead = _direction(turns[-1] + pose.head)
    across = np.array([-ahead[1], ahead[0]])
    base = spine[-1] + style.length * ((pose.nod - 0.07) * ahead + pose.sway * across)
    reach = _HEAD_LENGTH * style.length * (1 - 0.35 * pose.height)
    skull = base + ahead * (_ALONG * reach)[:, None]
    head = _band(skull, np.broadcast_to(across, skull.shape), style.length * _HEAD)
    ears = skull[4] + np.stack([across, -across]) * 0.125 * style.length
    return Outline(
        torso=torso,
        head=head,
        spine=spine,
        ears=ears,
        forepaws=_forepaws(pose, style, spine, aside, skull, across, ahead),
        hind_paws=_feet(pose, spine[4], aside[4], _direction(turns[4]), 0.6 * style.length, 0.92 * wide, 0.0),
        nose=skull[-1],
        center=_middle(torso, head),
    )


def draw(picture: Picture, pose: Pose, tail: Tail, style: Style, coat: Coat) -> None:
    """Draw an animal on a picture of what gives back how much light (height, width), 0 to 1."""
    parts = outline(pose, style)
    ends = np.concatenate([parts.torso, parts.head, parts.ears, parts.forepaws, parts.hind_paws, tail])
    pad = 0.12 * style.length + 2
    low = np.floor(ends.min(0) - pad).astype(int)
    high = np.ceil(ends.max(0) + pad).astype(int)
    low, high = np.maximum(low, 0), np.minimum(high, [picture.shape[1], picture.shape[0]])
    if (high <= low).any():
        return
    patch = _Patch(low, high - low)
    _draw_parts(patch, parts, tail, style, _lit(coat, pose.height))
    region = picture[low[1] : high[1], low[0] : high[0]]
    cover, paint, shade = patch.shrunk(style.length, pose.height)
    region *= 1 - 0.3 * shade * (1 - cover)
    region += cover * (paint - region)


class _Patch:
    """A fine piece of picture: how much of it is covered, and with what."""

    def __init__(self, corner: NDArray[np.int_], size: NDArray[np.int_]) -> None:
        self._corner, self._size = corner, (int(size[0]), int(size[1]))
        shape = (self._size[1] * _FINE, self._size[0] * _FINE)
        self._cover, self._paint = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)

    def fill(self, value: int) -> None:
        self._paint[:] = value

    def polygon(self, points: Points, value: int, cover: bool = True) -> None:
        fixed = self._fixed(points)
        if cover:
            cv2.fillPoly(self._cover, [fixed], 255, cv2.LINE_8, _SHIFT)
        cv2.fillPoly(self._paint, [fixed], value, cv2.LINE_8, _SHIFT)

    def disc(self, middle: Points, radius: float, value: int) -> None:
        x, y = self._fixed(middle[None])[0].tolist()
        fixed = round(radius * _FINE * (1 << _SHIFT))
        for layer, colour in ((self._cover, 255), (self._paint, value)):
            cv2.circle(layer, (x, y), fixed, colour, -1, cv2.LINE_8, _SHIFT)

    def line(self, points: Points, width: float, value: int) -> None:
        fixed = self._fixed(points)
        thick = max(1, round(width * _FINE))
        for layer, colour in ((self._cover, 255), (self._paint, value)):
            cv2.polylines(layer, [fixed], False, colour, thick, cv2.LINE_8, _SHIFT)

    def shrunk(self, length: float, height: float) -> tuple[Picture, Picture, Picture]:
        """Return cover, paint and shadow in the picture's own pixels, each 0 to 1."""
        cover = _shares(cv2.resize(self._cover, self._size, interpolation=cv2.INTER_AREA))
        paint = cv2.resize(self._paint, self._size, interpolation=cv2.INTER_AREA)
        paint = _shares(cv2.GaussianBlur(paint, (0, 0), 0.015 * length + 0.3))
        away = length * (0.02 + 0.05 * height)
        moved = cv2.warpAffine(cover, np.array([[1.0, 0, away], [0, 1.0, away]]), self._size)
        shade = np.asarray(cv2.GaussianBlur(moved, (0, 0), 0.04 * length), np.float32)
        return cover, paint, shade

    def _fixed(self, points: Points) -> NDArray[np.int32]:
        fine = (points - self._corner) * _FINE - 0.5 + _FINE / 2
        return np.round(fine * (1 << _SHIFT)).astype(np.int32)


def _draw_parts(patch: _Patch, parts: Outline, tail: Tail, style: Style, coat: Coat) -> None:
    size = style.length
    fur, back, skin, head = (_grey(value) for value in (coat.fur, coat.back, coat.skin, coat.head))
    patch.fill(fur)
    points = np.concatenate([parts.spine[:1], tail[1:]])
    for first, width in ((0, 0.06), (3, 0.045), (6, 0.028)):
        patch.line(points[first : first + 4], width * size, _grey(coat.tail))
    for paw in (*parts.hind_paws, *parts.forepaws):
        patch.disc(paw, 0.04 * size, skin)
    patch.polygon(parts.torso, fur)
    inner = parts.spine.mean(0) + 0.6 * (parts.torso - parts.spine.mean(0))
    patch.polygon(inner, back, cover=False)
    patch.polygon(parts.head, head)
    for ear in parts.ears:
        patch.disc(ear, 0.06 * size, skin)


def _lit(coat: Coat, height: float) -> Coat:
    """Return the coat of an animal that stands up, nearer to the lamp."""
    gain = 1 + 0.1 * height
    return Coat(*(min(1.0, value * gain) for value in (coat.fur, coat.back, coat.skin, coat.tail, coat.head)))


def _band(middle: Points, aside: Points, half: NDArray[np.float64]) -> Points:
    """Return the outline of a band around a line."""
    across = aside * half[:, None]
    return np.concatenate([middle + across, (middle - across)[::-1]])


def _forepaws(
    pose: Pose, style: Style, spine: Points, aside: Points, skull: Points, across: Points, ahead: Points
) -> Points:
    """Return both forepaws: on the ground beside the neck, or at the snout."""
    size = style.length
    down = _feet(pose, spine[-3], aside[-3], ahead, size, 0.15 * size, math.pi)
    side = np.stack([across, -across]) * (0.075 + 0.02 * pose.stroke) * size
    beat = np.array([pose.stroke, 0.6 * pose.stroke])[:, None] * 0.07 * size * ahead
    return np.asarray(down + pose.paws * (skull[10] + side + beat - down))


def _feet(pose: Pose, middle: Points, aside: Points, ahead: Points, size: float, wide: float, phase: float) -> Points:
    swing = pose.step * size * np.array([math.sin(pose.gait + phase), -math.sin(pose.gait + phase)])
    return middle + np.stack([aside, -aside]) * wide + swing[:, None] * ahead


def _middle(*polygons: Points) -> Points:
    """Return the middle of the area of polygons; where they overlap it counts twice."""
    total, moment = 0.0, np.zeros(2)
    for points in polygons:
        following = np.roll(points, -1, 0)
        cross = points[:, 0] * following[:, 1] - following[:, 0] * points[:, 1]
        total += float(cross.sum()) / 2
        moment += ((points + following) * cross[:, None]).sum(0) / 6
    return moment / total


def _direction(angle: float) -> Points:
    return np.array([math.cos(angle), math.sin(angle)])


def _grey(value: float) -> int:
    return round(255 * min(1.0, max(0.0, value)))


def _shares(picture: NDArray[np.number]) -> Picture:
    """Return grey levels as numbers from 0 to 1."""
    return np.asarray(picture, np.float32) / np.float32(255)
