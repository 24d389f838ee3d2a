"""The size of the pictures in which subjects are located and from which they are cropped."""

from __future__ import annotations

from ethonight.subjects.boxes import Scene

_LEAST_SHORT = 5.0
"""Pixels across the short axis of an animal that is found by its pixels."""
_CHOICES = 4


def working_size(scene: Scene, pixels: int) -> tuple[int, int]:
    """Return width and height, even numbers, at which the crop's side is about ``pixels``.

    Never larger than the video; larger than ``pixels`` asks for where animals would be too thin to be found. Of a
    few sizes that are nearly the same, the one whose shape is closest to the video's.
    """
    scale = max(pixels / scene.side, _LEAST_SHORT / scene.short if scene.short else 0.0)
    if scale >= 1.0:
        return max(2, scene.width // 2 * 2), max(2, scene.height // 2 * 2)
    first = max(8, 2 * round(scene.width * scale / 2))
    widths = [width for width in range(first, first + 2 * _CHOICES, 2) if width <= scene.width] or [first]
    sizes = [(width, _even(scene.height * width / scene.width)) for width in widths]
    return min(sizes, key=lambda size: abs(size[0] * scene.height / (size[1] * scene.width) - 1))


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))
