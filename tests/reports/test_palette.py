"""Colours of labels: stable, and told apart by people who see fewer of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from ethonight.reports.palette import COLOURS, INK, PAPER, colour_at, contrast, label_colours, mixed, rgb, text_on

SIMULATED = {
    "normal": np.eye(3),
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritan": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}
"""How colours look to people with and without a kind of cone, in linear RGB (Machado, Oliveira & Fernandes 2009)."""


def oklab(colour: str, seen_by: str) -> NDArray[np.float64]:
    part = np.array(rgb(colour)) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIMULATED[seen_by] @ linear, 0, 1)
    cones = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]) @ seen
    return np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]) @ np.cbrt(cones)


@pytest.mark.parametrize("seen_by", SIMULATED)
def test_the_first_ten_colours_are_told_apart_by_everyone(seen_by: str) -> None:
    seen = [oklab(colour, seen_by) for colour in COLOURS[:10]]
    least = 0.045 if seen_by == "tritan" else 0.065  # a just noticeable difference is about 0.02
    assert min(float(np.linalg.norm(one - two)) for one, two in combinations(seen, 2)) > least


def test_a_label_keeps_its_colour_when_labels_are_added_behind_it() -> None:
    few, more = label_colours(["a", "b"]), label_colours(["a", "b", "c"])
    assert few == {label: more[label] for label in few}


def test_sixty_labels_have_sixty_colours() -> None:
    colours = [colour_at(place) for place in range(60)]
    assert len(set(colours)) == 60
    assert colours[:20] == list(COLOURS)


def test_text_can_be_read_on_every_colour() -> None:
    assert all(contrast(colour, text_on(colour)) >= 4 for colour in COLOURS)


def test_contrast_and_mixing_agree_with_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(PAPER, PAPER) == 1
    assert contrast(INK, PAPER) > 12
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
