"""BORIS projects (``.boris``): JSON with the ethogram, the subjects and any number of observations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.numbers import DECIMALS
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges
from ethonight.interchange.boris_document import (
    BEHAVIOURS,
    VERSION,
    read_boris,
)
from ethonight.interchange.boris_ethogram import boris_ethogram
from ethonight.interchange.boris_types import BorisObservation, BorisProject
from ethonight.interchange.boris_writing import boris_document
from ethonight.interchange.label import label_text
from ethonight.interchange.observation import Format, Imported, Observation
from ethonight.interchange.pairing import POINT, START, STOP, Event, paired
from ethonight.interchange.seen import ethogram_seen
from ethonight.words import count


class _Boris:
    """Starts and stops are not told apart in the file: they alternate, per behaviour, subject and modifiers."""

    name = "boris"
    title = "BORIS project"
    endings: tuple[str, ...] = (".boris",)
    counts_frames = False

    def recognises(self, path: Path, head: str) -> bool:
        opened = head.lstrip("\ufeff \t\r\n").startswith("{")
        return opened and (path.suffix.lower() == ".boris" or any(f'"{key}"' in head for key in (VERSION, BEHAVIOURS)))

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read all observations; times are seconds of the first player's media, one after another."""
        project = read_boris(path)
        ethogram, notes = boris_ethogram(project.behaviours, project.subjects)
        told = list(notes)
        observations = []
        for found in project.observations:
            if why := _unusable(found):
                told.append(f"'{found.name}' is left out: {why}.")
                continue
            observation, more = _observation(found, project)
            observations.append(observation)
            told += more
        bouts = (bout for observation in observations for bout in observation.bouts)
        return Imported(tuple(observations), ethogram_seen(bouts, ethogram), tuple(told))

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write a project of version 7, which BORIS 7 and later open, with times in milliseconds."""
        data, lost = boris_document(path.stem, observations, ethogram, edges)
        replace_atomically(path, data)
        return lost


def _unusable(found: BorisObservation) -> str:
    if found.kind.upper() == "IMAGES":
        return "it was made from pictures, which have no times of a video"
    if found.on_the_clock:
        return "its times count from the date at which the media were made"
    if any(not math.isfinite(event.second) for event in found.events):
        return "it has events without a time"
    return ""


def _observation(found: BorisObservation, project: BorisProject) -> tuple[Observation, list[str]]:
    events, unknown = _events(found, project)
    pairs = paired(events)
    duration = sum(found.lengths) if found.lengths else None
    observation = Observation(
        found.name,
        found.media,
        (*_scored(found, duration), *pairs.bouts),
        tuple(pairs.unpaired),
        found.fps,
        duration,
    )
    notes = [*pairs.notes(found.name)]
    if unknown:
        names = ", ".join(f"'{code}'" for code in dict.fromkeys(unknown))
        notes.append(f"'{found.name}': {names} not among the project's behaviours; taken as point events.")
    if found.other_media:
        files = count(found.other_media, "media file")
        notes.append(f"'{found.name}': {files} of further players, which show the same time, left out.")
    return observation, notes


def _events(found: BorisObservation, project: BorisProject) -> tuple[list[Event], list[str]]:
    """Return the events in the order of time, each with what it is, and the codes that the project does not know."""
    lasting = {one.code: one.lasts for one in project.behaviours}
    running: set[tuple[str, str, str]] = set()
    events, unknown = [], []
    for at, event in sorted(enumerate(found.events, 1), key=lambda one: one[1].second):
        which = POINT
        if lasting.get(event.code):
            key = (event.code, event.subject, event.modifiers)
            which = STOP if key in running else START
            running ^= {key}
        elif event.code not in lasting:
            unknown.append(event.code)
        second = round(event.second - found.offset, DECIMALS)
        texts = label_text(event.code), event.subject, event.modifiers, event.comment
        events.append(Event(second, *texts, which, f"event {at}"))
    return events, unknown


def _scored(found: BorisObservation, duration: float | None) -> tuple[Bout, ...]:
    """Return the row for the time to which the observation is limited, if it is."""
    if found.interval is None:
        return ()
    start, end = found.interval
    stop = end if end > start else duration
    return (Bout(SCORED, start, stop),) if stop is not None and 0 <= start < stop else ()


BORIS: Format = _Boris()
