"""Writing an ELAN document, as the schema EAF 3.0 has it."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PureWindowsPath
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ethonight.annotations.bouts import Bout
from ethonight.annotations.numbers import number_text
from ethonight.interchange.lanes import free_name
from ethonight.interchange.xml_text import printable_xml

STATE, POINT, NOTE = "state event", "point event", "note"
"""The linguistic types of written tiers: behaviours that last, events, and what is said of either."""
COMMENT, SCORE, TIER = "comment", "score", "tier"
"""The cells of a bout that are no column of the file they came from."""

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ASSOCIATION = "Symbolic_Association"


@dataclass
class _Tier:
    """A tier to be written; its annotations must not overlap, and ``end`` (ms) is where the last of them ends."""

    name: str
    kind: str
    subject: str
    bouts: list[tuple[str, Bout]] = field(default_factory=list)
    """Each with the identity of its annotation."""
    end: int = -1


def tier_name(bout: Bout) -> str:
    """Return the tier for a bout: the one that it came from, else its label, with the subject behind it."""
    return dict(bout.extra).get(TIER) or ", ".join(filter(None, (bout.label, bout.subject)))


def span(bout: Bout) -> tuple[int, int]:
    """Return start and end in whole milliseconds; ELAN has no annotation shorter than one."""
    start = round(bout.start * 1000)
    return start, max(round(bout.end * 1000), start + 1)


def elan_document(bouts: Iterable[Bout], media: Sequence[str]) -> bytes:
    """Return the file: a tier for each behaviour and subject, and tiers ``comment@tier`` for what is said of bouts."""
    tiers = _tiers(bouts)
    root = Element(
        "ANNOTATION_DOCUMENT",
        {"AUTHOR": "", "DATE": datetime.now(UTC).isoformat(timespec="seconds"), "FORMAT": "3.0", "VERSION": "3.0"}
        | {"xmlns:xsi": _XSI, "xsi:noNamespaceSchemaLocation": _SCHEMA},
    )
    header = SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    for name in media:
        kind = mimetypes.guess_type(name)[0] or "unknown"
        SubElement(header, "MEDIA_DESCRIPTOR", MEDIA_URL=_url(name), MIME_TYPE=kind)
    slots = _time_order(root, tiers)
    names = [tier.name for tier in tiers]
    for tier in tiers:
        _write(root, tier, slots, names)
    _types(root)
    indent(root, "    ")
    document: bytes = tostring(root, "UTF-8", xml_declaration=True)
    return document + b"\n"


def _tiers(bouts: Iterable[Bout]) -> list[_Tier]:
    """Return the tiers; a bout that overlaps what its tier holds goes to ``tier (2)``."""
    tiers: dict[str, _Tier] = {}
    for number, bout in enumerate(sorted(bouts, key=span), 1):
        kind = POINT if bout.is_point else STATE
        passed: list[str] = []
        while True:
            name = free_name(printable_xml(tier_name(bout)), passed)
            tier = tiers.setdefault(name, _Tier(name, kind, bout.subject))
            if (tier.kind, tier.subject) == (kind, bout.subject) and tier.end <= span(bout)[0]:
                break
            passed.append(name)
        tier.bouts.append((f"a{number}", bout))
        tier.end = span(bout)[1]
    return list(tiers.values())


def _time_order(root: Element, tiers: Iterable[_Tier]) -> dict[tuple[str, int], str]:
    """Write the time slots, in order, and return the slot of each annotation's start (0) and end (1)."""
    times = sorted(
        (time, identity, at) for tier in tiers for identity, bout in tier.bouts for at, time in enumerate(span(bout))
    )
    order = SubElement(root, "TIME_ORDER")
    slots: dict[tuple[str, int], str] = {}
    for number, (time, identity, at) in enumerate(times, 1):
        slots[identity, at] = f"ts{number}"
        SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"ts{number}", TIME_VALUE=str(time))
    return slots


def _write(root: Element, tier: _Tier, slots: Mapping[tuple[str, int], str], names: list[str]) -> None:
    """Write a tier and those that hang on it, and add their names to ``names``."""
    participant = {"PARTICIPANT": printable_xml(tier.subject)} if tier.subject else {}
    own = SubElement(root, "TIER", {"TIER_ID": tier.name, "LINGUISTIC_TYPE_REF": tier.kind} | participant)
    said: dict[str, list[tuple[str, str]]] = {}
    for identity, bout in tier.bouts:
        places = {"TIME_SLOT_REF1": slots[identity, 0], "TIME_SLOT_REF2": slots[identity, 1]}
        _annotate(own, "ALIGNABLE_ANNOTATION", {"ANNOTATION_ID": identity, **places}, bout.label)
        for column, text in _cells(bout):
            said.setdefault(column, []).append((identity, text))
    for column, texts in said.items():
        name = free_name(f"{column}@{tier.name}", names)
        names.append(name)
        attributes = {"TIER_ID": name, "LINGUISTIC_TYPE_REF": NOTE, "PARENT_REF": tier.name}
        child = SubElement(root, "TIER", attributes | participant)
        for identity, text in texts:
            key = {"ANNOTATION_ID": f"{identity}_{len(names)}", "ANNOTATION_REF": identity}
            _annotate(child, "REF_ANNOTATION", key, text)


def _annotate(tier: Element, kind: str, attributes: dict[str, str], text: str) -> None:
    annotation = SubElement(SubElement(tier, "ANNOTATION"), kind, attributes)
    SubElement(annotation, "ANNOTATION_VALUE").text = printable_xml(text)


def _cells(bout: Bout) -> Iterator[tuple[str, str]]:
    """Yield what is said of a bout besides label, subject and times, as (column, text)."""
    if bout.comment:
        yield COMMENT, bout.comment
    if bout.score is not None:
        yield SCORE, number_text(bout.score)
    yield from ((printable_xml(column), text) for column, text in bout.extra if text.strip() and column != TIER)


def _types(root: Element) -> None:
    for kind in (STATE, POINT):
        SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=kind, TIME_ALIGNABLE="true", GRAPHIC_REFERENCES="false")
    of_parent = {"CONSTRAINTS": _ASSOCIATION, "TIME_ALIGNABLE": "false", "GRAPHIC_REFERENCES": "false"}
    SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=NOTE, attrib=of_parent)
    SubElement(root, "CONSTRAINT", STEREOTYPE=_ASSOCIATION, DESCRIPTION="1-1 association with a parent annotation")


def _url(name: str) -> str:
    """Return the address of a media file: a path from the root becomes ``file://``, any other stays as it is."""
    if PureWindowsPath(name).drive:
        return "file:///" + PureWindowsPath(name).as_posix()
    return f"file://{name}" if name.startswith("/") else printable_xml(name)
