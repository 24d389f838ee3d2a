"""Questions to the reviewer as the page gets them, and its answers as they are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ethonight.frame_times import Edges
from ethonight.labeler.answers import value_of
from ethonight.labeler.refusal import Refusal
from ethonight.review.decisions import Decision, latest
from ethonight.review.estimate import seconds_each, sentence
from ethonight.review.item import Item, Key
from ethonight.review.questions import beside
from ethonight.review.signs import priority, reasons
from ethonight.review.verdict import REACH_SECONDS, Labelled


def item_json(item: Item, others: Sequence[Item], edges: Edges) -> dict[str, object]:
    """Return a question. ``beside`` is what else is predicted near it, as far as an edge may be moved."""
    reach = int(np.ceil(REACH_SECONDS * (len(edges) - 1) / float(edges[-1] - edges[0])))
    return key_json(item.key) | {
        "kind": item.kind,
        "score": round(item.chance, 4),
        "priority": round(priority(item.signs), 4),
        "reasons": reasons(item),
        "watched": item.watched,
        "beside": [
            {
                "label": other.label,
                "first": other.first,
                "stop": other.stop,
                "kind": other.kind,
                "score": round(other.chance, 4),
            }
            for other in beside(item, others, reach)
        ],
    }


def key_json(key: Key) -> dict[str, object]:
    """Return what tells an item apart."""
    video, subject, label, first, stop = key
    return {"video": video, "subject": subject, "label": label, "first": first, "stop": stop}


def counts_json(items: Sequence[Item], decisions: Sequence[Decision]) -> dict[str, object]:
    """Return how the review goes."""
    counted = latest(decisions)
    answered = [one for one in counted if not one.is_skip]
    each = seconds_each(decisions)
    return {
        "left": len(items),
        "reviewed": len(answered),
        "right": sum(one.was_right for one in answered),
        "skipped": len(counted) - len(answered),
        "per_minute": None if each is None else round(60 / each, 1),
        "sentence": sentence(items, decisions),
    }


def key_of(document: object) -> Key:
    """Read which item is meant. Raises Refusal."""
    if not isinstance(document, dict):
        raise Refusal("'item' must say which question is answered.")
    labelled = labelled_of(document)
    video, subject = value_of(document, "video", str), value_of(document, "subject", str)
    return video, subject, labelled.label, labelled.first, labelled.stop


def labelled_of(document: object) -> Labelled:
    """Read a behaviour in some frames. Raises Refusal."""
    if not isinstance(document, dict):
        raise Refusal("A behaviour must be an object with label, first and stop.")
    return Labelled(
        value_of(document, "label", str).strip(), value_of(document, "first", int), value_of(document, "stop", int)
    )
