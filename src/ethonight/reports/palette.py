"""The colours of labels: the same label order gives the same colours in every picture."""

from __future__ import annotations

from collections.abc import Sequence

RGB = tuple[int, int, int]
"""0 to 255 each."""

COLOURS = (
    "#0a6fb3", "#e59a0c", "#0a8f69", "#d07aaa", "#5cb6ea", "#cf5208", "#4a3a9c", "#8f1f14", "#8f7aff", "#99cca3",
    "#704766", "#c2997a", "#a34733", "#25c4cf", "#d67a00", "#99478f", "#5c99d6", "#7066e0", "#1f52c2", "#c2c266",
)  # fmt: skip
"""Each is far from those before it, to people with normal and with each kind of reduced colour vision."""

INK = "#1f242d"
DIM = "#5f6672"
LINE = "#d5d9e0"
PAPER = "#ffffff"
LIGHT = "#f1f3f6"

_STEPS = (1.0, 0.62, 1.38)
"""Lightness of the first, second and third round through the colours."""


def label_colours(labels: Sequence[str]) -> dict[str, str]:
    """Return a colour ``#rrggbb`` for each label, by its place."""
    return {label: colour_at(place) for place, label in enumerate(labels)}


def colour_at(place: int) -> str:
    """Return the colour of the label at ``place``; after 20 they come darker, then lighter, then again."""
    turn, index = divmod(place, len(COLOURS))
    step = _STEPS[turn % len(_STEPS)]
    if step > 1:
        return mixed(COLOURS[index], PAPER, step - 1)
    return mixed(COLOURS[index], "#000000", 1 - step)


def rgb(colour: str) -> RGB:
    """Return ``#rrggbb`` as numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: str, share: float) -> str:
    """Return ``colour`` with ``share`` (0 to 1) of ``other`` in it."""
    parts = zip(rgb(colour), rgb(other), strict=True)
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in parts)


def text_on(colour: str) -> str:
    """Return white or ink, whichever is easier to read on ``colour``."""
    return PAPER if contrast(colour, PAPER) >= contrast(colour, INK) else INK


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _unit(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _unit(colour: str) -> list[float]:
    return [part / 255 for part in rgb(colour)]
