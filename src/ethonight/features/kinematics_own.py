"""How one subject moves, whatever the others do."""

from __future__ import annotations

import numpy as np

from ethonight.features.around import SCALES, Around, Array, drawn_in, turning, typical_axes
from ethonight.features.symmetry import Dimension
from ethonight.subjects.boxes import Located, Scene

_FAR = 5.0
"""Body lengths from a wall beyond which it no longer matters how far."""

OWN: tuple[Dimension, ...] = (
    *(Dimension(f"speed {name}") for name in ("one step", *(f"{scale} s" for scale in SCALES))),
    *(Dimension(kind) for kind in ("path 0.3 s", "path 1 s", "straightness 0.3 s", "straightness 1 s")),
    Dimension("acceleration"),
    Dimension("speeding up"),
    Dimension("turning", direction="turn"),
    Dimension("turning size"),
    Dimension("turning back"),
    Dimension("jerk"),
    Dimension("fast oscillation"),
    Dimension("distance to the wall"),
    Dimension("speed towards the wall"),
    *(Dimension(kind) for kind in ("area", "long axis", "elongation")),
    *(Dimension(f"{kind} change 0.3 s") for kind in ("long axis", "short axis")),
    *(Dimension(kind) for kind in ("found", "found lately")),
)


def of_subject(places: Array, located: Located, scene: Scene, around: Around, subject: int) -> Array:
    """Return (n, len(OWN)); ``places`` (S, m, 2) are bridged and in body lengths."""
    path = places[subject]
    found = located.found[subject].astype(np.float64)
    columns = [*_speeds(path, around), *_turns(path, around), *_wall(path, scene, around)]
    columns += _shape(located.axes[subject] / typical_axes(scene), around)
    columns += [found[around.inner], around.mean(found)]
    return np.stack(columns, axis=1)


def _speeds(path: Array, around: Around) -> list[Array]:
    steps = around.steps(path)
    lengths = np.linalg.norm(steps, axis=1)
    speeds = {scale: np.linalg.norm(around.change(path, scale), axis=1) for scale in SCALES}
    walked = {scale: around.mean(lengths, scale) for scale in SCALES[1:]}
    columns = [drawn_in(lengths[around.inner]), *(drawn_in(speeds[scale]) for scale in SCALES)]
    columns += [drawn_in(walked[scale]) for scale in SCALES[1:]]
    return columns + [speeds[scale] / (walked[scale] + 0.1) for scale in SCALES[1:]]


def _turns(path: Array, around: Around) -> list[Array]:
    before, after = around.velocities(path)
    turn = turning(before, after)
    sizes = np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)
    back = -(before * after).sum(axis=1) / (sizes[0] * sizes[1] + 0.05)
    columns = [drawn_in(np.linalg.norm(after - before, axis=1)), drawn_in(sizes[1] - sizes[0])]
    columns += [turn, np.abs(turn), back, drawn_in(around.jerk(path))]
    return [*columns, drawn_in(10 * np.linalg.norm(around.fast(path), axis=1))]


def _wall(path: Array, scene: Scene, around: Around) -> list[Array]:
    far = np.array([scene.width, scene.height]) / scene.body
    distance = np.clip(np.minimum(path, far - path).min(axis=1), 0, _FAR)
    return [distance[around.inner], drawn_in(-around.change(distance, 0.3))]


def _shape(axes: Array, around: Around) -> list[Array]:
    known = np.asarray(np.all(axes > 0, axis=1), np.bool_)
    logs = np.where(known[:, None], np.log(np.maximum(axes, 1e-3)), 0.0)
    long, short = logs[around.inner].T
    before, after, _ = around.ends(known.astype(np.float64), 0.3)
    change = drawn_in(around.change(logs, 0.3) * (before * after)[:, None])
    return [long + short, long, long - short, *change.T]
