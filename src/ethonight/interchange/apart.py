"""Bouts as starts and stops: what formats can hold that write an event for each end of a bout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ethonight.annotations.bouts import Bout, in_order
from ethonight.words import count

Key = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Apart:
    """Bouts of which no two with one label, subject and modifiers overlap. ``lost`` says how many were united."""

    bouts: tuple[Bout, ...]
    lost: tuple[str, ...]


def united(bouts: Iterable[Bout], rounded: Callable[[float], float]) -> Apart:
    """Unite bouts that starts and stops could not tell apart; times become what ``rounded`` makes of them.

    Bouts that only touch stay two. In order of start.
    """
    by_key: defaultdict[Key, list[Bout]] = defaultdict(list)
    number = 0
    for bout in in_order(replace(bout, start=rounded(bout.start), end=rounded(bout.end)) for bout in bouts):
        own = by_key[bout.label, bout.subject, bout.extra]
        number += 1
        if own and bout.start < own[-1].end:
            own[-1] = _joined(own[-1], bout)
        else:
            own.append(bout)
    kept = in_order(bout for own in by_key.values() for bout in own)
    lost = number - len(kept)
    told = f"{count(lost, 'bout')} overlap another one of their label and subject and become one with it."
    return Apart(tuple(kept), (told,) if lost else ())


def _joined(first: Bout, second: Bout) -> Bout:
    return replace(first, end=max(first.end, second.end), comment=joined_text(first.comment, second.comment))


def joined_text(*texts: str) -> str:
    """Return the texts that say something, each once, with ``; `` between."""
    return "; ".join(dict.fromkeys(text for text in texts if text))
