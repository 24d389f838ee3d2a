"""Behaviours from other programs' files come into the ethogram with what it can hold of them."""

from __future__ import annotations

import pytest

from ethonight.annotations.ethogram import POINT, Behaviour, Ethogram, ethogram_of
from ethonight.labeler.ethogram_growth import grown

HERE = Ethogram((Behaviour("digging", "d"), Behaviour("rest", "r", group="posture")), ("male",))


def test_what_is_known_stays_as_it_is() -> None:
    assert grown(HERE, [Behaviour("rest", "x", kind=POINT)]) == HERE


@pytest.mark.parametrize(
    ("arriving", "expected"),
    [
        (
            Behaviour("squeak", "q", "#00ff00", POINT, "calls", "high"),
            Behaviour("squeak", "q", "#00ff00", POINT, "calls", "high"),
        ),
        (Behaviour("squeak", "d", "#00ff00", POINT), Behaviour("squeak", "s", "#00ff00", POINT)),
        (Behaviour("squeak", "F1", "green", POINT), Behaviour("squeak", "s", "", POINT)),
        (Behaviour("squeak", "7"), Behaviour("squeak", "s")),
        (Behaviour("squeak"), Behaviour("squeak", "s")),
    ],
)
def test_a_new_behaviour_keeps_what_fits_here(arriving: Behaviour, expected: Behaviour) -> None:
    found = grown(HERE, [arriving])
    assert found.behaviours == (*HERE.behaviours, expected)
    assert ethogram_of(found.table()) == found


def test_two_new_ones_do_not_share_a_key() -> None:
    found = grown(HERE, [Behaviour("squeak", "s"), Behaviour("sniff", "s")])
    assert len({one.key for one in found.behaviours}) == 4
