"""Signs and colours: told apart without colour, and readable."""

from __future__ import annotations

import tkinter as tk

import pytest

from ethonight.gui.icons import ICONS, png
from ethonight.gui.palette import COLOURS, FIELD, SELECTED, STRIPE

_GREY = {"#ffffff": "#ffffff"}
"""White stays white; every other colour is shown black."""


def brightness(colour: str) -> float:
    """Return the relative luminance as WCAG 2 defines it, 0 to 1."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("background", [FIELD, STRIPE])
@pytest.mark.parametrize("state", COLOURS)
def test_coloured_text_is_readable(state: str, background: str) -> None:
    contrast = (brightness(background) + 0.05) / (brightness(COLOURS[state]) + 0.05)
    assert contrast >= 4.5


def test_the_selected_line_differs_from_the_others() -> None:
    assert SELECTED not in (FIELD, STRIPE)


def test_every_state_has_a_sign_of_its_own_without_colour(display: str) -> None:
    root = tk.Tk(screenName=display)
    states = ("done", "failed", "running", "pending", "skip", "new", "gone", "unknown", "video", "missing")
    pictures = {}
    for name in states:
        grey = tuple(layer._replace(colour=_GREY.get(layer.colour, "#000000")) for layer in ICONS[name])
        picture = tk.PhotoImage(master=root, data=png(grey, 16))
        assert (picture.width(), picture.height()) == (16, 16)
        pictures[name] = [(picture.get(x, y), picture.transparency_get(x, y)) for x in range(16) for y in range(16)]
    root.destroy()
    assert len({tuple(pixels) for pixels in pictures.values()}) == len(states)
