"""Did a run of idtracker.ai give a session that can be used?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ethonight.config import Thresholds
from ethonight.jobs.idtracker_failures import explain
from ethonight.jobs.idtracker_log import Findings
from ethonight.jobs.idtracker_session import Incomplete, Session, doubts, known_fraction, read_session
from ethonight.jobs.protocol import Exit, Failure, FailureKind, Success


@dataclass(frozen=True)
class Evidence:
    """What is known of a run besides its session."""

    found: Findings
    """In the whole log."""
    end: Exit
    prepared: float
    """Modification time of the attempt's settings, by the clock of the disk: seconds since the epoch."""


def judge_session(folder: Path, target: Path, evidence: Evidence, limits: Thresholds) -> Success | Failure:
    """Return the session in ``folder``, with what makes it suspicious, or why there is none."""
    found = evidence.found
    if found.interrupted:
        words = "The training was interrupted, so the identities mean nothing. Run track again."
        return Failure(FailureKind.KILLED, words)
    try:
        session = read_session(folder, evidence.prepared, evidence.end.started)
        fraction = known_fraction(session)
    except Incomplete as error:
        return _without_session(evidence, error)
    unread = _unread(found, f" of {session.tracked_frames}")
    if fraction == 0.0:
        words = "No position of any animal was found: check number_of_animals and the thresholds in idtracker.ai."
        return Failure(FailureKind.OUTPUTS_MISSING, " ".join([*unread, words]))
    message = " ".join([*unread, *doubts(session, _of_readable(fraction, session, found), limits)])
    return Success(folder, target, message)


def _without_session(evidence: Evidence, error: Incomplete) -> Failure:
    found = evidence.found
    if found.success and not found.critical:
        words = f"idtracker.ai reported success, but its session is not complete: {error}. Run track again."
        return Failure(FailureKind.OUTPUTS_MISSING, words)
    unread = " ".join(_unread(found, ""))
    if unread and "No animals detected" in found.critical:
        return Failure(FailureKind.BAD_INPUT, unread)
    return explain(found, evidence.end, unread)


def _unread(found: Findings, of_all: str) -> list[str]:
    count = found.unreadable_frames
    if not count:
        return []
    return [
        f"{count}{of_all} frames could not be read: the video is damaged or cut off. Copy it again from the camera, "
        "or convert it (ffmpeg -i OLD NEW.mp4)."
    ]


def _of_readable(fraction: float, session: Session, found: Findings) -> float:
    """Return the fraction of known positions in the frames that could be read, so that nothing is told twice."""
    readable = session.tracked_frames - found.unreadable_frames
    return min(1.0, fraction * session.tracked_frames / readable) if readable > 0 else fraction
