from __future__ import annotations

import re

import pytest

from ethonight.arena.scenario import CHASING, LABELS, Arena, Behaviours


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"seed": 1.5}, "seed must be a whole number from 0"),
        ({"seconds": 1.0}, "seconds must be a number from 2 to 86400; found 1.0"),
        ({"seconds": float("nan")}, "seconds must be a number"),
        ({"fps": 0}, "fps must be a number from 10 to 250; found 0"),
        ({"fps": "30"}, "fps must be a number from 10 to 250; found '30'"),
        ({"size": (321, 240)}, "width must be even"),
        ({"size": (320, 60)}, "height must be a whole number from 120"),
        ({"size": 320}, "size must be width and height, like (320, 240); found 320"),
        ({"animals": 3}, "animals must be 1 or 2; found 3"),
        ({"texture": "carpet"}, "texture must be one of smooth, grid, gradient"),
        ({"polarity": "white"}, "polarity must be one of dark, light; found 'white'"),
        ({"light_drift": 0.7}, "light_drift must be a number from 0 to 0.5; found 0.7"),
        ({"noise": -1}, "noise must be a number from 0 to 30; found -1"),
        ({"compression": 52}, "compression must be a whole number from 0 to 51; found 52"),
        ({"behaviours": Behaviours(0, 0, 0, 0, chasing=1)}, "every behaviour is left out"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_reason(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        Arena(**({"seed": 1} | arguments))  # type: ignore[arg-type]


@pytest.mark.parametrize("frequency", [-1.0, float("inf"), True])
def test_what_is_no_frequency_is_refused(frequency: float) -> None:
    with pytest.raises(ValueError, match="grooming must be a number from 0 to 100"):
        Behaviours(grooming=frequency)


def test_the_share_of_lookalikes_is_at_most_all() -> None:
    with pytest.raises(ValueError, match="lookalikes must be a number from 0 to 1; found 2"):
        Behaviours(lookalikes=2)


def test_only_two_animals_can_chase() -> None:
    assert Arena(1).labels == LABELS
    assert Arena(1, animals=2).labels == (*LABELS, CHASING)
    assert Arena(1, animals=2, behaviours=Behaviours(chasing=0)).labels == LABELS


def test_without_lying_still_there_are_no_twitches() -> None:
    assert Arena(1, behaviours=Behaviours(still=0)).labels == ("locomotion", "grooming", "rearing")
