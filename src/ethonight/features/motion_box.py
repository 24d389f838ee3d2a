"""How a subject's place and shape change, in body lengths and seconds; numpy only.

All functions are local: what is said of a step depends on no more than ``reach`` steps before and after it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethonight.features.around import SCALES, Around, drawn_in, reach_of_scales, turning, typical_axes
from ethonight.features.symmetry import Dimension
from ethonight.subjects.boxes import Located, Scene

Array = NDArray[np.float64]
_WALL = 3.0
"""Body lengths from the picture's edge beyond which it no longer matters how far."""

DIMENSIONS: tuple[Dimension, ...] = (
    *(Dimension(f"speed {name}") for name in ("one step", *(f"{scale} s" for scale in SCALES))),
    *(Dimension(f"velocity {scale} s", direction=axis) for scale in SCALES[:2] for axis in "xy"),
    *(Dimension(f"straightness {scale} s") for scale in SCALES[1:]),
    Dimension("acceleration"),
    Dimension("speeding up"),
    Dimension("turning", direction="turn"),
    Dimension("turning size"),
    Dimension("jerk of the centre"),
    Dimension("fast oscillation of the centre"),
    *(Dimension(kind) for kind in ("area", "long axis", "short axis", "elongation")),
    *(Dimension(f"{kind} change {scale} s") for scale in SCALES for kind in ("long axis", "short axis")),
    *(Dimension(f"fast oscillation of the {kind} axis") for kind in ("long", "short")),
    Dimension("axis", direction="cos2"),
    Dimension("axis", direction="sin2"),
    *(Dimension(f"turn of the axis {scale} s", direction="turn") for scale in SCALES[:2]),
    *(Dimension(f"turn of the axis size {scale} s") for scale in SCALES[:2]),
    Dimension("moves along its axis"),
    Dimension("distance to the edge"),
    Dimension("found"),
    Dimension("found lately"),
)


def reach(rate: float) -> int:
    """Return how many steps before and after a step are looked at."""
    return reach_of_scales(rate)


def describe(located: Located, scene: Scene, rate: float, inner: slice) -> NDArray[np.float32]:
    """Return (n, len(DIMENSIONS)) for the ``inner`` steps of one subject; ``reach`` more lie on both sides."""
    around = Around(rate, inner)
    places = located.centers[0].astype(np.float64) / scene.body
    columns = [*_of_movement(places, around)]
    columns += _of_shape(located.axes[0] / typical_axes(scene), around)
    columns += _of_direction(located, places, around)
    edge = np.minimum(places, np.array([scene.width, scene.height]) / scene.body - places).min(axis=1)
    columns.append(np.clip(edge[inner], 0, _WALL))
    found = located.found[0].astype(np.float64)
    columns += [found[inner], around.mean(found)]
    return np.stack(columns, axis=1).astype(np.float32)


def _of_movement(places: Array, around: Around) -> list[Array]:
    inner, steps = around.inner, around.steps(places)
    velocity = {scale: around.change(places, scale) for scale in SCALES}
    columns = [drawn_in(np.linalg.norm(steps[inner], axis=1))]
    columns += [drawn_in(np.linalg.norm(velocity[scale], axis=1)) for scale in SCALES]
    columns += [drawn_in(velocity[scale][:, axis]) for scale in SCALES[:2] for axis in (0, 1)]
    lengths = np.linalg.norm(steps, axis=1)
    for scale in SCALES[1:]:
        walked = around.mean(lengths, scale)
        columns.append(np.linalg.norm(velocity[scale], axis=1) / (walked + 0.1))
    before, after = around.velocities(places)
    columns.append(drawn_in(np.linalg.norm(after - before, axis=1)))
    columns.append(drawn_in(np.linalg.norm(after, axis=1) - np.linalg.norm(before, axis=1)))
    turn = turning(before, after)
    columns += [turn, np.abs(turn)]
    columns.append(drawn_in(around.jerk(places)))
    columns.append(drawn_in(10 * np.linalg.norm(around.fast(places), axis=1)))
    return columns


def _of_shape(axes: Array, around: Around) -> list[Array]:
    known = np.asarray(np.all(axes > 0, axis=1), np.bool_)
    logs = np.where(known[:, None], np.log(np.maximum(axes, 1e-3)), 0.0)
    long, short = logs[around.inner].T
    columns = [long + short, long, short, long - short]
    for scale in SCALES:
        before, after, _ = around.ends(known.astype(np.float64), scale)
        both = (before * after)[:, None]
        columns += list(drawn_in(around.change(logs, scale) * both).T)
    columns += list(drawn_in(10 * around.fast(logs)).T)
    return [np.asarray(column, np.float64) for column in columns]


def _of_direction(located: Located, places: Array, around: Around) -> list[Array]:
    """A line has no front, so that its doubled angle is what counts; round subjects have no direction either."""
    axes = located.axes[0].astype(np.float64)
    stretch = 1 - axes[:, 1] / np.maximum(axes[:, 0], 1e-3)
    doubled = 2 * located.angles[0].astype(np.float64)
    line = np.stack([np.cos(doubled), np.sin(doubled)], axis=1) * np.where(axes[:, 0] > 0, stretch, 0.0)[:, None]
    columns = list(line[around.inner].T)
    turns = []
    for scale in SCALES[:2]:
        before, after, _ = around.ends(line, scale)
        turns.append(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    columns += turns + [np.abs(turn) for turn in turns]
    x, y = around.change(places, 0.3).T
    square = x * x + y * y
    along = (x * x - y * y) * line[around.inner, 0] + 2 * x * y * line[around.inner, 1]
    columns.append(along / (square + 0.05))
    return columns
