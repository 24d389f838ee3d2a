"""JSON from elsewhere: whatever is in it, the answer is a document or a ValueError."""

from __future__ import annotations

import json
import re

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Perhaps half of a character, which neither a file nor an answer can hold: it becomes a question mark."""


def parse_json(text: str, *, strict: bool = False) -> object:
    """Return the document. Raises ValueError, also for one that is nested too deeply.

    ``strict`` refuses NaN and Infinity, which JSON does not have and some programs write.
    """
    try:
        document: object = json.loads(text, parse_constant=_no_constant) if strict else json.loads(text)
        if _HALF.search(text):
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return document


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number in JSON")
