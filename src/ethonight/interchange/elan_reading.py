"""Reading an ELAN document: its tiers, and when each annotation is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from ethonight.interchange.observation import FormatError

_DRIVE = re.compile("/[A-Za-z]:/")
MILLISECONDS = "milliseconds"


@dataclass(frozen=True)
class Aligned:
    """An annotation with times of its own, in milliseconds of the document. ``notes`` hang on it, as (tier, text)."""

    value: str
    start: float
    end: float
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tier:
    """A tier with annotations that have times."""

    name: str
    kind: str
    """The name of its linguistic type."""
    participant: str
    annotations: tuple[Aligned, ...]


@dataclass(frozen=True)
class Media:
    """A media file; the document's time 0 is its ``origin`` (milliseconds)."""

    name: str
    """Its path or address."""
    origin: float


def media_of(root: Element, name: str) -> tuple[Media, ...]:
    """Return the media files. Raises FormatError for a document that does not count milliseconds."""
    header = root.find("HEADER")
    units = header.get("TIME_UNITS", MILLISECONDS) if header is not None else MILLISECONDS
    if units != MILLISECONDS:
        raise FormatError(f"{name} counts {units}, not milliseconds. Save it anew in ELAN.")
    return tuple(
        Media(_path(media.get("MEDIA_URL", "")), _number(media.get("TIME_ORIGIN", "0"), f"{name}, TIME_ORIGIN"))
        for media in root.iterfind("HEADER/MEDIA_DESCRIPTOR")
    )


def _path(url: str) -> str:
    """Return the path in a ``file://`` address; ELAN leaves blanks in it as they are."""
    path = url.removeprefix("file://")
    return path[1:] if _DRIVE.match(path) else path


def tiers_of(root: Element, name: str) -> tuple[Tier, ...]:
    """Return the tiers whose annotations have times, each with what other tiers say of them.

    Raises FormatError for an annotation whose time or parent is not in the document.
    """
    times = _times(root, name)
    notes = _notes(root, name)
    return tuple(
        Tier(
            tier.get("TIER_ID", ""),
            tier.get("LINGUISTIC_TYPE_REF", ""),
            tier.get("PARTICIPANT", "").strip(),
            tuple(_aligned(one, tier, times, notes, name) for one in tier.iter("ALIGNABLE_ANNOTATION")),
        )
        for tier in root.iterfind("TIER")
        if tier.find("ANNOTATION/ALIGNABLE_ANNOTATION") is not None
    )


def _aligned(
    one: Element, tier: Element, times: Mapping[str, float], notes: Mapping[str, list[tuple[str, str]]], name: str
) -> Aligned:
    identity = one.get("ANNOTATION_ID", "")
    where = f"{name}, tier '{tier.get('TIER_ID', '')}', annotation '{identity}'"
    start, end = (_slot(one.get(reference, ""), times, where) for reference in ("TIME_SLOT_REF1", "TIME_SLOT_REF2"))
    if end < start:
        raise FormatError(f"{where}: it ends at {end:.0f} ms, before it starts at {start:.0f} ms.")
    return Aligned(one.findtext("ANNOTATION_VALUE", ""), start, end, tuple(notes.get(identity, ())))


def _slot(slot: str, times: Mapping[str, float], where: str) -> float:
    if slot not in times:
        raise FormatError(f"{where}: its time slot '{slot}' is not in the file, or has no time.")
    return times[slot]


def _times(root: Element, name: str) -> dict[str, float]:
    """Return the time of every slot, those without one at even distances between their neighbours on their tier."""
    order = root.findall("TIME_ORDER/TIME_SLOT")
    times = {
        slot.get("TIME_SLOT_ID", ""): _number(value, f"{name}, time slot '{slot.get('TIME_SLOT_ID', '')}'")
        for slot in order
        if (value := slot.get("TIME_VALUE")) is not None
    }
    for tier in root.iterfind("TIER"):
        chain = [
            one.get(at, "") for one in tier.iter("ALIGNABLE_ANNOTATION") for at in ("TIME_SLOT_REF1", "TIME_SLOT_REF2")
        ]
        _fill(list(dict.fromkeys(chain)), times)
    _fill([slot.get("TIME_SLOT_ID", "") for slot in order], times)
    return times


def _fill(slots: Sequence[str], times: dict[str, float]) -> None:
    """Give times to the slots that have none and stand between two that have."""
    known = [place for place, slot in enumerate(slots) if slot in times]
    for left, right in pairwise(known):
        start, end = times[slots[left]], times[slots[right]]
        for place in range(left + 1, right):
            times[slots[place]] = start + (end - start) * (place - left) / (right - left)


def _notes(root: Element, name: str) -> dict[str, list[tuple[str, str]]]:
    """Return what tiers without times say of each annotation that has one, under its identity."""
    parents: dict[str, str] = {}
    said: list[tuple[str, str, str]] = []
    for tier, one in _references(root):
        identity, parent = one.get("ANNOTATION_ID", ""), one.get("ANNOTATION_REF", "")
        parents[identity] = parent
        said.append((identity, _note_name(tier), one.findtext("ANNOTATION_VALUE", "")))
    notes: dict[str, list[tuple[str, str]]] = {}
    for identity, column, text in said:
        if text.strip():
            notes.setdefault(_root_of(identity, parents, name), []).append((column, text))
    return notes


def _references(root: Element) -> Iterator[tuple[Element, Element]]:
    for tier in root.iterfind("TIER"):
        for one in tier.iter("REF_ANNOTATION"):
            yield tier, one


def _note_name(tier: Element) -> str:
    """Return the tier's name, without the ``@parent`` that ELAN's users put behind it."""
    return tier.get("TIER_ID", "").removesuffix(f"@{tier.get('PARENT_REF', '')}")


def _root_of(identity: str, parents: Mapping[str, str], name: str) -> str:
    """Return the annotation with times on which this one hangs, perhaps by way of others."""
    passed = [identity]
    while passed[-1] in parents:
        passed.append(parents[passed[-1]])
        if len(passed) > len(parents) + 1:
            raise FormatError(f"{name}: annotation '{identity}' hangs on itself.")
    return passed[-1]


def _number(text: str, where: str) -> float:
    try:
        return float(int(text))
    except ValueError:
        raise FormatError(f"{where}: expected whole milliseconds, found '{text[:30]}'.") from None
