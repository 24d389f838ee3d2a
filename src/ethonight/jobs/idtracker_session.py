"""A session folder of idtracker.ai: is it complete, and can its trajectories be believed?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ethonight.config import Thresholds
from ethonight.jobs.idtracker_log import read_findings
from ethonight.jobs.idtracker_trajectories import BrokenTrajectories, check_shape, finite_fraction
from ethonight.jobs.protocol import Interval

_CLOCK_TOLERANCE = 2.0
"""Seconds by which two time stamps of one machine may differ: some file systems keep even seconds only."""


class Incomplete(Exception):
    """A session that is not finished. The message completes "The session is not complete: ..."."""


@dataclass(frozen=True)
class Session:
    """A complete session."""

    folder: Path
    frames: int
    """Of the whole recording."""
    intervals: tuple[Interval, ...]
    """The frames that were tracked."""
    with_identities: bool
    accuracy: float | None
    """``estimated_accuracy`` of idtracker.ai, 0 to 1."""
    error_frames: int
    """Frames with more blobs than animals; 0 also where nobody counted."""

    @property
    def trajectories(self) -> Path:
        return trajectories_in(self.folder)

    @property
    def tracked_frames(self) -> int:
        return sum(max(0, min(i.end, self.frames) - i.start) for i in self.intervals)


def trajectories_in(session: Path) -> Path:
    """Return the path of a session folder's trajectories."""
    return session / "trajectories" / "trajectories.h5"


def read_session(folder: Path, prepared: float, launched: float) -> Session:
    """Return the complete session in ``folder``.

    ``prepared`` is the modification time of a file that was written on the same disk before the start; ``launched``
    is the time of the start by this machine's clock. Both in seconds since the epoch.
    Raises Incomplete unless the session was finished after the start and everything in it can be read.
    """
    document = _document(folder / "session.json")
    _check_timer(document, launched)
    log = read_findings(folder / "idtrackerai.log")
    if log.critical:
        raise Incomplete("its log ends with an error")
    if not log.success:
        raise Incomplete("its log does not end with Success")
    session = _session(folder, document)
    _check_trajectories(session, prepared)
    return session


def _document(path: Path) -> Mapping[str, object]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise Incomplete(f"{path.name} is missing") from None
    except (OSError, ValueError) as error:
        raise Incomplete(f"{path.name} cannot be read ({error})") from error
    if not isinstance(document, dict):
        raise Incomplete(f"{path.name} holds something else")
    return document


def _check_timer(document: Mapping[str, object], launched: float) -> None:
    timers = document.get("timers")
    timer = timers.get("Tracking session") if isinstance(timers, dict) else None
    times = timer if isinstance(timer, dict) else {}
    try:
        started = datetime.fromisoformat(str(times.get("start_time")))
        datetime.fromisoformat(str(times.get("finish_time")))
    except ValueError:
        raise Incomplete("tracking was started and not finished") from None
    # The hour that is there twice when summer time ends: take the later reading.
    latest = max(started.timestamp(), started.replace(fold=1).timestamp())
    if latest < launched - _CLOCK_TOLERANCE:
        raise Incomplete("it is from an earlier run")


def _session(folder: Path, document: Mapping[str, object]) -> Session:
    frames, errors = document.get("number_of_frames"), document.get("number_of_error_frames")
    if not isinstance(frames, int):
        raise Incomplete("session.json does not say how many frames there are")
    accuracy = document.get("estimated_accuracy")
    return Session(
        folder,
        frames,
        _intervals(document.get("tracking_intervals"), frames),
        with_identities=not document.get("track_wo_identities"),
        accuracy=float(accuracy) if isinstance(accuracy, (int, float)) else None,
        error_frames=max(0, errors) if isinstance(errors, int) else 0,
    )


def _intervals(value: object, frames: int) -> tuple[Interval, ...]:
    if not isinstance(value, list) or not value:
        return (Interval(0, frames),)
    try:
        return tuple(Interval(int(start), int(end)) for start, end in value)
    except (TypeError, ValueError):
        raise Incomplete("session.json has tracking intervals that are no pairs of frames") from None


def _check_trajectories(session: Session, prepared: float) -> None:
    try:
        frames, _ = check_shape(session.trajectories)
    except BrokenTrajectories as error:
        raise Incomplete(f"its trajectories {error}") from error
    if frames != session.frames:
        raise Incomplete(f"its trajectories have {frames} frames, the video {session.frames}")
    if session.trajectories.stat().st_mtime < prepared - _CLOCK_TOLERANCE:
        raise Incomplete("its trajectories are from an earlier run")


def doubts(session: Session, fraction: float, limits: Thresholds) -> list[str]:
    """Return the sentences on why a complete session should be looked at; empty when nothing is wrong.

    ``fraction`` is the fraction of known positions within the tracking intervals.
    """
    found = []
    if fraction < limits.min_finite_fraction:
        found.append(f"Only {percent(fraction)} of positions were found: check number_of_animals and the thresholds.")
    if session.with_identities and session.accuracy is not None and session.accuracy < limits.min_accuracy:
        found.append(f"Estimated accuracy is only {percent(session.accuracy)}: check identities in the validator.")
    if session.error_frames > limits.max_error_frame_fraction * max(1, session.tracked_frames):
        found.append(
            f"{session.error_frames} of {session.tracked_frames} frames have more blobs than animals: check "
            "number_of_animals, the thresholds and the region of interest."
        )
    return found


def known_fraction(session: Session) -> float:
    """Return the fraction of known positions within the tracking intervals, 0 to 1. Raises Incomplete."""
    try:
        return finite_fraction(session.trajectories, session.intervals)
    except BrokenTrajectories as error:
        raise Incomplete(f"its trajectories {error}") from error


def percent(fraction: float) -> str:
    """Return a fraction as a person reads it: ``0.004`` -> ``0.4 %``. It never rounds up to 100 %."""
    return f"{min(fraction * 100, 99.9) if fraction < 1 else 100:.1f} %"
