"""A BORIS project as its JSON has it, checked and typed. Versions 4 to 9 of the program."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ethonight.interchange.boris_types import BorisBehaviour, BorisEvent, BorisObservation, BorisProject
from ethonight.interchange.observation import FormatError
from ethonight.interchange.text import text_of
from ethonight.json_text import parse_json

VERSION = "project_format_version"
BEHAVIOURS, SUBJECTS, OBSERVATIONS = "behaviors_conf", "subjects_conf", "observations"
_VERSION = re.compile(r"([0-9]{1,4})(?:\.|\Z)", re.ASCII)
_OLDEST = 4
_FIRST_PLAYER = "1"

Table = Mapping[str, object]


def read_boris(path: Path) -> BorisProject:
    """Read a project. Raises FormatError, which names the file, and the observation and event where it is one."""
    try:
        document = parse_json(text_of(path, VERSION))
    except ValueError as error:
        raise FormatError(f"{path.name} is no BORIS project that can be read: {error}.") from error
    reader = _Reader(path.name)
    project = reader.table(document, "the project")
    version = reader.text(project.get(VERSION, ""), VERSION)
    number = _VERSION.match(version)
    if number is None or int(number[1]) < _OLDEST:
        raise reader.wrong(f"its version is '{version}'; open it in BORIS 7 or later and save it again")
    observations = reader.table(project.get(OBSERVATIONS, {}), OBSERVATIONS)
    return BorisProject(
        version,
        tuple(reader.behaviours(project.get(BEHAVIOURS, {}))),
        tuple(reader.subjects(project.get(SUBJECTS, {}))),
        tuple(reader.observation(name, found) for name, found in observations.items()),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads values of the file ``name``; what is not as it must be becomes a FormatError that says where."""

    name: str

    def wrong(self, message: str) -> FormatError:
        return FormatError(f"{self.name}: {message}.")

    def table(self, value: object, where: str) -> Table:
        if not isinstance(value, dict):
            raise self.wrong(f"{where} must be a table of names and values, found {_short(value)}")
        return value

    def text(self, value: object, where: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, str | int | float):
            raise self.wrong(f"{where} must be a text, found {_short(value)}")
        return str(value)

    def finite(self, value: object, where: str) -> float:
        number = self.number(value, where)
        if not math.isfinite(number):
            raise self.wrong(f"{where} must be a number, found {_short(value)}")
        return number

    def number(self, value: object, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.wrong(f"{where} must be a number, found {_short(value)}")
        try:
            return float(value)
        except (ValueError, OverflowError):
            raise self.wrong(f"{where} must be a number, found {_short(value)}") from None

    def behaviours(self, value: object) -> Iterator[BorisBehaviour]:
        for at, found in _in_order(self.table(value, BEHAVIOURS)):
            where = f"behaviour {at} of {BEHAVIOURS}"
            one = self.table(found, where)
            fields = [
                self.text(one.get(field, ""), f"'{field}' of {where}")
                for field in ("code", "key", "type", "color", "description", "category", "excluded")
            ]
            if not fields[0].strip():
                raise self.wrong(f"{where} has no code")
            excluded = tuple(code.strip() for code in fields[6].split(",") if code.strip())
            yield BorisBehaviour(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], excluded)

    def subjects(self, value: object) -> Iterator[str]:
        for at, found in _in_order(self.table(value, SUBJECTS)):
            where = f"subject {at} of {SUBJECTS}"
            if name := self.text(self.table(found, where).get("name", ""), f"'name' of {where}").strip():
                yield name

    def observation(self, name: str, value: object) -> BorisObservation:
        where = f"observation '{name}'"
        found = self.table(value, where)
        players = self._players(found.get("file", {}), where)
        media = players.pop(_FIRST_PLAYER, ())
        info = self.table(found.get("media_info") or {}, f"media_info of {where}")
        rates = self._of_media(info.get("fps"), media, f"fps of {where}")
        return BorisObservation(
            name,
            self.text(found.get("type", ""), f"type of {where}"),
            tuple(self._events(found.get("events", []), where)),
            self.finite(found.get("time offset") or 0, f"time offset of {where}"),
            bool(found.get("media_creation_date_as_offset")),
            media,
            sum(map(len, players.values())),
            self._of_media(info.get("length"), media, f"length of {where}"),
            next((rate for rate in rates if rate > 0), None),
            self._interval(found.get("observation time interval"), where),
        )

    def _players(self, value: object, where: str) -> dict[str, tuple[str, ...]]:
        """Return the files of each player; live observations have none, as an empty list or table."""
        if not value:
            return {}
        players = self.table(value, f"file of {where}")
        found: dict[str, tuple[str, ...]] = {}
        for player, files in players.items():
            if not isinstance(files, list):
                raise self.wrong(f"the files of player {player} of {where} must be a list, found {_short(files)}")
            found[player] = tuple(self.text(file, f"a file of {where}") for file in files)
        return found

    def _of_media(self, value: object, media: tuple[str, ...], where: str) -> tuple[float, ...]:
        """Return what a table says of each of the media; nothing where it does not know them all."""
        known = self.table(value or {}, where)
        if not media or not all(file in known for file in media):
            return ()
        numbers = tuple(self.number(known[file], where) for file in media)
        return numbers if all(map(math.isfinite, numbers)) else ()

    def _interval(self, value: object, where: str) -> tuple[float, float] | None:
        if not isinstance(value, list) or len(value) != 2:
            return None
        start, end = (self.finite(second, f"observation time interval of {where}") for second in value)
        return (start, end) if (start, end) != (0.0, 0.0) else None

    def _events(self, value: object, where: str) -> Iterator[BorisEvent]:
        if not isinstance(value, list):
            raise self.wrong(f"the events of {where} must be a list, found {_short(value)}")
        for at, event in enumerate(value, 1):
            place = f"event {at} of {where}"
            if not isinstance(event, list) or len(event) < 5:
                raise self.wrong(f"{place} must be a list of time, subject, code, modifiers, comment: {_short(event)}")
            second = self.number(event[0], f"the time of {place}")
            subject, code, modifiers, comment = (self.text(one, f"a text of {place}") for one in event[1:5])
            if not code.strip():
                raise self.wrong(f"{place} has no behaviour")
            yield BorisEvent(second, subject.strip(), code, modifiers, comment)


def _in_order(table: Table) -> list[tuple[str, object]]:
    """Return the entries of a table with numbers as names, in the order of the numbers."""
    return sorted(table.items(), key=lambda entry: (float(entry[0]) if entry[0].isdecimal() else math.inf, entry[0]))


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:40]}..."
