"""What would come of an import, as the page shows it before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.frame_times import Edges, frames_shown
from ethonight.interchange.observation import Format, Observation, Unpaired


def format_json(format: Format) -> dict[str, object]:
    return {
        "name": format.name,
        "title": format.title,
        "endings": list(format.endings),
        "counts_frames": format.counts_frames,
    }


def observation_json(observation: Observation) -> dict[str, object]:
    """Return what a person chooses an observation by."""
    return {
        "name": observation.name,
        "media": list(observation.media),
        "bouts": sum(bout.label != SCORED for bout in observation.bouts),
        "unpaired": len(observation.unpaired),
    }


def rows_json(bouts: Iterable[Bout], known: Sequence[str]) -> list[dict[str, object]]:
    """Return one row for each label and subject: how many bouts, seconds in all, and whether the label is new here."""
    rows: dict[tuple[str, str], list[Bout]] = {}
    for bout in bouts:
        if bout.label != SCORED:
            rows.setdefault((bout.label, bout.subject), []).append(bout)
    return [
        {
            "label": label,
            "subject": subject,
            "bouts": len(own),
            "events": sum(bout.is_point for bout in own),
            "seconds": sum(bout.duration for bout in own),
            "new": label not in known,
        }
        for (label, subject), own in rows.items()
    ]


def unpaired_json(event: Unpaired, place: int, edges: Edges) -> dict[str, object]:
    """Return an event without its other end, with the frame that is shown at its time."""
    return {
        "place": place,
        "label": event.label,
        "subject": event.subject,
        "which": event.which,
        "second": event.second,
        "frame": int(frames_shown(edges, event.second)),
        "where": event.where,
        "comment": event.comment,
    }
