"""What a format has no place for, in sentences for the person who writes the file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from ethonight.annotations.bouts import SCORED
from ethonight.interchange.observation import FormatError, Observation
from ethonight.words import count


class Part(StrEnum):
    """Something of an observation that only some formats can carry."""

    SUBJECTS = "subjects"
    POINTS = "point events"
    COMMENTS = "comments"
    SCORES = "scores"
    EXTRA = "modifiers and other columns"
    SCORED = "which time was watched"
    UNPAIRED = "unpaired events"


def losses(observation: Observation, title: str, carried: Collection[Part]) -> list[str]:
    """Return one sentence for each part of the observation that is there and not among ``carried``."""
    found = {
        Part.SUBJECTS: sum(bool(bout.subject) for bout in observation.bouts),
        Part.POINTS: sum(bout.is_point for bout in observation.bouts),
        Part.COMMENTS: sum(bool(bout.comment) for bout in observation.bouts),
        Part.SCORES: sum(bout.score is not None for bout in observation.bouts),
        Part.EXTRA: sum(any(text for _, text in bout.extra) for bout in observation.bouts),
        Part.SCORED: sum(bout.label == SCORED for bout in observation.bouts),
        Part.UNPAIRED: len(observation.unpaired),
    }
    return [_sentence(part, number, title) for part, number in found.items() if number and part not in carried]


def _sentence(part: Part, number: int, title: str) -> str:
    match part:
        case Part.SUBJECTS:
            return f"{title} does not tell subjects apart: those of {count(number, 'bout')} are not in the file."
        case Part.POINTS:
            return f"{title} has no point events: {count(number, 'event')} as long as one frame in the file."
        case Part.SCORED:
            return f"{title} cannot say which time was watched: that is left out."
        case Part.UNPAIRED:
            return f"{count(number, 'event')} without its other end left out."
        case _:
            return f"{title} has no place for {part}: left out at {count(number, 'bout')}."


def sole(observations: Sequence[Observation], title: str) -> Observation:
    """Return the one observation of a file that can hold one. Raises FormatError for none and for several."""
    if len(observations) != 1:
        found = count(len(observations), "observation")
        raise FormatError(f"A {title} file holds one observation, here are {found}. Write each into its own file.")
    return observations[0]
