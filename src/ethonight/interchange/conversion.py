"""One annotation file made from another one of a different format; a coder's bouts of a video count as a file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ethonight.annotations.coders import coder_file
from ethonight.annotations.ethogram import read_ethogram
from ethonight.errors import UsageError
from ethonight.files import dated_sibling, sync_tree
from ethonight.frame_times import rate_of
from ethonight.interchange.bouts_file import BOUTS
from ethonight.interchange.clock import Clock, clock_of
from ethonight.interchange.formats import HOLD_SEVERAL, format_named, format_of_ending, recognised
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.seen import ethogram_seen
from ethonight.settings.recording import list_recordings
from ethonight.suggest import closest
from ethonight.workspace import Workspace

_DAY = 24 * 3600
_PAIR = "="


@dataclass(frozen=True)
class Asked:
    """What a person asks for. ``source`` and ``target`` are paths, or ``video01=anna``; "" and None: not said.

    ``video`` is the recording whose frames count; ``fps`` stands for it where frames last equally long.
    """

    source: str
    target: str
    source_format: str = ""
    target_format: str = ""
    video: str = ""
    fps: float | None = None
    observation: str = ""
    replace: bool = False


@dataclass(frozen=True)
class Converted:
    """What became of it. ``notes`` are about what was read, ``lost`` about what could not be written."""

    source: Format
    target: Format
    path: Path
    observations: tuple[Observation, ...]
    notes: tuple[str, ...]
    lost: tuple[str, ...]
    kept: Path | None
    """Where the file is that stood there before."""


@dataclass(frozen=True)
class _Place:
    """A file. ``video`` is "" unless it holds a coder's bouts of that recording."""

    path: Path
    video: str = ""


def convert(workspace: Workspace, asked: Asked) -> Converted:
    """Read one file and write the other. Raises UsageError and FormatError; nothing is written then."""
    source, target = _place(workspace, asked.source), _place(workspace, asked.target)
    _check_target(target.path, source.path, asked.replace)
    reading = _reading_format(source, asked.source_format)
    writing = _writing_format(target, asked.target_format)
    if asked.video and asked.fps is not None:
        raise UsageError("Say either --video or --fps.")
    clock = clock_of(workspace, asked.video or source.video or target.video, asked.fps)
    found = _read(reading, source.path, clock)
    chosen = _chosen(found.observations, asked.observation, writing)
    chosen = tuple(_completed(one, clock, source.video) for one in chosen)
    edges = clock.lasting(_end(chosen))
    if writing.counts_frames and edges is None:
        raise UsageError(f"{writing.title} counts frames: say of which video with --video NAME, or --fps N.")
    ethogram = found.ethogram
    if reading is BOUTS:
        ethogram = ethogram_seen((bout for one in chosen for bout in one.bouts), read_ethogram(workspace.ethogram))
    target.path.parent.mkdir(parents=True, exist_ok=True)
    kept = _set_aside(workspace, target)
    try:
        lost = writing.write(target.path, chosen, ethogram, edges)
    except FormatError:
        if kept:
            kept.unlink()
        raise
    return Converted(reading, writing, target.path, chosen, _notes_about(chosen, found), lost, kept)


def _place(workspace: Workspace, text: str) -> _Place:
    """Return the file that a text names: a path, or ``video01=anna``."""
    video, sign, coder = text.partition(_PAIR)
    if not sign or Path(text).exists() or Path(text).name != text:
        return _Place(Path(text))
    known = list_recordings(workspace)
    if video not in known:
        close = closest(video, known)
        hint = f"did you mean '{close}'?" if close else "add it first with the task add."
        raise UsageError(f"There is no video '{video}' in the workspace; {hint}")
    return _Place(coder_file(workspace, video, coder), video)


def _check_target(target: Path, source: Path, may_replace: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name the file in it.")
    if not target.exists():
        return
    if source.exists() and target.samefile(source):
        raise UsageError(f"{target.name} would be written over itself: name another file.")
    if not may_replace:
        raise UsageError(f"{target} is there already. Name another file, or say --replace: the old one is kept then.")


def _reading_format(source: _Place, name: str) -> Format:
    if source.video and name not in ("", BOUTS.name):
        raise UsageError("A coder's bouts of a video are a bouts CSV: leave --from out.")
    return format_named(name) if name else recognised(source.path)


def _writing_format(target: _Place, name: str) -> Format:
    if target.video and name not in ("", BOUTS.name):
        raise UsageError("A coder's bouts of a video are a bouts CSV: leave --to out, or name a file.")
    if target.video:
        return BOUTS
    return format_named(name) if name else format_of_ending(target.path)


def _read(reading: Format, path: Path, clock: Clock) -> Imported:
    """Read a file. Where frames last equally long, a first reading tells how many of them there are."""
    if not reading.counts_frames or clock.fps is None:
        return reading.read(path, clock.edges)
    first = reading.read(path, clock.lasting(_DAY))
    return reading.read(path, clock.lasting(_end(first.observations)))


def _end(observations: Sequence[Observation]) -> float:
    """Return when the last bout or recording ends, in seconds."""
    ends = [bout.end for one in observations for bout in one.bouts]
    return max([*ends, *(one.duration for one in observations if one.duration is not None)], default=0.0)


def _chosen(found: Sequence[Observation], name: str, writing: Format) -> tuple[Observation, ...]:
    """Return the observations that are meant. Raises UsageError where a name is needed, or is none of theirs."""
    names = [one.name for one in found]
    if name:
        if name not in names:
            close = closest(name, names)
            hint = f"did you mean '{close}'?" if close else f"there are: {_listed(names)}."
            raise UsageError(f"There is no observation '{name}'; {hint}")
        return tuple(one for one in found if one.name == name)
    if len(found) > 1 and writing not in HOLD_SEVERAL:
        raise UsageError(f"{writing.title} holds one observation: choose with --observation from {_listed(names)}.")
    return tuple(found)


def _notes_about(chosen: Sequence[Observation], found: Imported) -> tuple[str, ...]:
    """Return the notes without those about observations that were not chosen; such begin with their names."""
    others = {one.name for one in found.observations} - {one.name for one in chosen}
    starts = tuple(f"'{name}'" for name in others)
    return tuple(note for note in found.notes if not note.startswith(starts))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _completed(observation: Observation, clock: Clock, video: str) -> Observation:
    """Return the observation with what is known of its recording, where the file did not say it."""
    named = observation.name or video
    if clock.edges is None:
        return replace(observation, name=named, fps=observation.fps or clock.fps)
    return replace(
        observation,
        name=named,
        media=observation.media or clock.media,
        fps=observation.fps or rate_of(clock.edges),
        duration=observation.duration or float(clock.edges[-1]),
    )


def _set_aside(workspace: Workspace, target: _Place) -> Path | None:
    """Copy the file that is to be replaced to one that bears the date, and return it.

    It stays beside the new one; but not among a video's coders, where it would be one of them.
    """
    if not target.path.exists():
        return None
    beside = target.path
    if target.video:
        workspace.kept_tables.mkdir(parents=True, exist_ok=True)
        beside = workspace.kept_tables / f"{target.video} {target.path.name}"
    kept = dated_sibling(beside, datetime.now())
    shutil.copy2(target.path, kept)
    sync_tree(kept)
    return kept
