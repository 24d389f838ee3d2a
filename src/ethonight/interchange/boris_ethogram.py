"""Between a BORIS project's list of behaviours and an ethogram: keys, colours, which behaviours end one another."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from ethonight.annotations.bouts import SCORED
from ethonight.annotations.ethogram import POINT, STATE, Behaviour, Ethogram
from ethonight.interchange.boris_types import BorisBehaviour
from ethonight.interchange.label import label_text

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def boris_ethogram(listed: Sequence[BorisBehaviour], subjects: Sequence[str]) -> tuple[Ethogram, tuple[str, ...]]:
    """Return the ethogram, and sentences about what of the list it cannot hold."""
    by_label = {label_text(one.code): one for one in reversed(listed)}
    labels = [label for label in dict.fromkeys(label_text(one.code) for one in listed) if label != SCORED]
    keys = _keys({label: by_label[label].key for label in labels})
    rivals = {label: {label_text(code) for code in by_label[label].excluded} for label in labels}
    groups, unclear = exclusive_groups(rivals)
    behaviours = tuple(
        Behaviour(
            label,
            keys[label],
            by_label[label].colour if _COLOUR.fullmatch(by_label[label].colour) else "",
            STATE if by_label[label].lasts else POINT,
            groups.get(label, ""),
            by_label[label].description,
        )
        for label in labels
    )
    notes = [*_key_notes(by_label, keys), *_unclear_notes(unclear)]
    if any(one.category for one in listed):
        notes.append("Categories of behaviours are left out.")
    return Ethogram(behaviours, tuple(dict.fromkeys(subjects))), tuple(notes)


def exclusive_groups(rivals: Mapping[str, Collection[str]]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the group of each label, and the labels whose exclusions are no group.

    A group is a set of labels each of which excludes all the others. Labels that exclude one another only in one
    direction, or in chains, are in none.
    """
    mutual = {
        label: {other for other in others if other != label and label in rivals.get(other, ())}
        for label, others in rivals.items()
    }
    groups: dict[str, str] = {}
    unclear: list[str] = []
    number = 0
    for label, others in rivals.items():
        team = mutual[label] | {label}
        whole = others and set(others) - {label} == mutual[label]
        if whole and all(mutual[one] | {one} == team and set(rivals[one]) - {one} == mutual[one] for one in team):
            if label not in groups:
                number += 1
                groups |= dict.fromkeys(team, f"group {number}")
        elif set(others) - {label}:
            unclear.append(label)
    return groups, tuple(unclear)


def _keys(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the key of each label, "" for keys that are no letter or sign, or that another label has already."""
    keys: dict[str, str] = {}
    for label, key in wanted.items():
        usable = len(key) == 1 and key.isprintable() and not key.isspace() and not key.isdigit()
        keys[label] = key if usable and key not in keys.values() else ""
    return keys


def _key_notes(listed: Mapping[str, BorisBehaviour], keys: Mapping[str, str]) -> list[str]:
    without = [f"{listed[label].key} ({label})" for label, key in keys.items() if not key and listed[label].key]
    if not without:
        return []
    return [f"Keys that are taken, or no letter or sign, are left out: {', '.join(without)}."]


def _unclear_notes(unclear: Sequence[str]) -> list[str]:
    if not unclear:
        return []
    names = ", ".join(f"'{label}'" for label in unclear)
    return [f"Exclusions of {names} are not the same in both directions, and left out. Set exclusive groups again."]
