"""The JSON of a BORIS project for observations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.frame_times import Edges, rate_of
from ethonight.interchange.apart import united
from ethonight.interchange.boris_document import BEHAVIOURS, OBSERVATIONS, SUBJECTS, VERSION
from ethonight.interchange.lanes import free_name
from ethonight.interchange.losses import Part, losses
from ethonight.interchange.modifiers import modifiers_of, plain, without_modifiers
from ethonight.interchange.observation import Observation
from ethonight.interchange.seen import ethogram_seen

_WRITTEN_VERSION = "7.0"
_DECIMALS = 3
_NO_MODIFIER = "None"
_CARRIED = {Part.SUBJECTS, Part.POINTS, Part.COMMENTS}
_EventRow = list[object]


def boris_document(
    name: str, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
) -> tuple[bytes, tuple[str, ...]]:
    """Return the project's bytes, and sentences about what it could not carry."""
    project = _Project.of(observations, ethogram)
    now = datetime.now().isoformat(timespec="seconds")
    named: dict[str, object] = {}
    lost: list[str] = []
    for observation in observations:
        entry, told = _observation(observation, project, edges, now)
        named[free_name(observation.name or name, named)] = entry
        lost += told
    document: dict[str, object] = {
        "time_format": "hh:mm:ss",
        "project_date": now,
        "project_name": name,
        "project_description": "",
        VERSION: _WRITTEN_VERSION,
        SUBJECTS: _subjects(project.ethogram),
        BEHAVIOURS: _behaviours(project),
        OBSERVATIONS: named,
        "behavioral_categories": [],
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode(), tuple(dict.fromkeys(lost))


@dataclass(frozen=True)
class _Project:
    """What all observations share. ``lasting`` are the labels of state events, ``modifiers`` those used, by label."""

    ethogram: Ethogram
    lasting: frozenset[str]
    modifiers: dict[str, list[str]]

    @classmethod
    def of(cls, observations: Iterable[Observation], ethogram: Ethogram) -> _Project:
        bouts = [bout for one in observations for bout in one.bouts if bout.label != SCORED]
        known = ethogram_seen(bouts, ethogram)
        marked = {bout.label for bout in bouts}
        lasting = {bout.label for bout in bouts if not bout.is_point}
        lasting |= {one.label for one in known.behaviours if one.kind == "state" and one.label not in marked}
        modifiers: dict[str, list[str]] = {}
        for bout in bouts:
            if text := modifiers_of(bout):
                modifiers.setdefault(bout.label, []).append(text)
        return cls(known, frozenset(lasting), modifiers)


def _observation(
    observation: Observation, project: _Project, edges: Edges | None, now: str
) -> tuple[dict[str, object], list[str]]:
    scored = [bout for bout in observation.bouts if bout.label == SCORED]
    limited = len(scored) == 1 and not scored[0].subject
    own = [plain(bout) for bout in observation.bouts if bout.label != SCORED]
    apart = united(own, lambda second: round(second, _DECIMALS))
    rows = [row for bout in apart.bouts for row in _rows(bout, project.lasting)]
    carried = _CARRIED | ({Part.SCORED} if limited else set())
    told = losses(without_modifiers(observation), "BORIS", carried)
    entry: dict[str, object] = {
        "file": {"1": list(observation.media)} if observation.media else {},
        "type": "MEDIA" if observation.media else "LIVE",
        "date": now,
        "description": "",
        "time offset": 0.0,
        "events": sorted(rows, key=_second),
        "observation time interval": [scored[0].start, scored[0].end] if limited else [0, 0],
        "independent_variables": {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "close_behaviors_between_videos": False,
        "scan_sampling_time": 0,
        "media_info": _media_info(observation, edges),
    }
    return entry, [*told, *apart.lost]


def _second(row: _EventRow) -> float:
    second = row[0]
    assert isinstance(second, float)
    return second


def _rows(bout: Bout, lasting: frozenset[str]) -> list[_EventRow]:
    """Return the events of a bout: start and stop of a state, one for a point. The comment stands at the start."""
    start: _EventRow = [bout.start, bout.subject, bout.label, modifiers_of(bout), bout.comment]
    return [start, [bout.end, *start[1:4], ""]] if bout.label in lasting else [start]


def _media_info(observation: Observation, edges: Edges | None) -> dict[str, object]:
    """Return length and frame rate of the media. The length is known where there is only one file."""
    media = observation.media
    length = observation.duration or (float(edges[-1]) if edges is not None else None)
    fps = observation.fps or (rate_of(edges) if edges is not None else None)
    return {
        "length": {media[0]: length} if len(media) == 1 and length else {},
        "fps": dict.fromkeys(media, fps) if fps else {},
        "hasVideo": dict.fromkeys(media, True),
        "hasAudio": dict.fromkeys(media, False),
        "offset": {"1": 0.0} if media else {},
    }


def _subjects(ethogram: Ethogram) -> dict[str, object]:
    return {
        str(at): {"key": str(at + 1) if at < 9 else "", "name": name, "description": ""}
        for at, name in enumerate(ethogram.subjects)
    }


def _behaviours(project: _Project) -> dict[str, object]:
    return {
        str(at): {
            "type": "State event" if one.label in project.lasting else "Point event",
            "key": one.key,
            "code": one.label,
            "description": one.description,
            "color": one.colour,
            "category": "",
            "modifiers": _modifier_sets(project.modifiers.get(one.label, [])),
            "excluded": ",".join(sorted(project.ethogram.rivals(one.label))),
            "coding map": "",
        }
        for at, one in enumerate(project.ethogram.behaviours)
    }


def _modifier_sets(used: Sequence[str]) -> dict[str, object]:
    """Return the sets of modifiers of a behaviour, as they were used: ``|`` parts sets, ``,`` several of one set."""
    chosen = [text.split("|") for text in used]
    sets: dict[str, object] = {}
    for at in range(max(map(len, chosen), default=0)):
        texts = [parts[at] for parts in chosen if at < len(parts)]
        values = dict.fromkeys(value for text in texts for value in text.split(",") if value not in ("", _NO_MODIFIER))
        several = any("," in text for text in texts)
        sets[str(at)] = {"name": f"modifier {at + 1}", "description": "", "type": int(several), "values": list(values)}
    return sets
