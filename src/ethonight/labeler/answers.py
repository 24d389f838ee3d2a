"""Between JSON and the package: bodies that are read, values that are sent, errors as sentences."""

from __future__ import annotations

import json
import logging
import math
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ethonight.coding.errors import Gone, Unreadable
from ethonight.errors import EthonightError
from ethonight.json_text import parse_json
from ethonight.labeler.refusal import Refusal
from ethonight.labeler.security import BODY

log = logging.getLogger(__name__)

_Kind = TypeVar("_Kind", str, int, float, bool, list[object])
_WORDS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
}


_LOOK_AGAIN = (Gone, Unreadable)
"""What the page shows is out of date: it asks for everything anew."""


def read_object(request: Request) -> dict[str, object]:
    """Return the JSON object in the body of a request; an empty body is an empty object. Raises Refusal."""
    document = _parse(request.scope[BODY] or b"{}")
    if not isinstance(document, dict):
        raise Refusal("The body must be a JSON object.")
    return document


def _parse(body: bytes) -> object:
    try:
        return parse_json(body.decode("utf-8"), strict=True)
    except ValueError as error:
        raise Refusal(f"The body is not JSON: {error}.") from error


def value_of(document: dict[str, object], name: str, kind: type[_Kind], default: _Kind | None = None) -> _Kind:
    """Return one value of a JSON object. Raises Refusal for another kind, or a missing one without a default."""
    found = document.get(name, default)
    if kind is float and isinstance(found, int) and not isinstance(found, bool):
        found = float(found)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise Refusal(f"'{name}' must be {_WORDS[kind]}; found {json.dumps(found)[:80]}.")
    return found


def texts_of(document: dict[str, object], name: str) -> tuple[str, ...]:
    """Return a list of texts in a JSON object; a missing one is empty. Raises Refusal."""
    found = value_of(document, name, list, [])
    texts = tuple(one for one in found if isinstance(one, str))
    if len(texts) < len(found):
        raise Refusal(f"'{name}' must be a list of texts.")
    return texts


def number_in(request: Request, name: str, default: int | None = None) -> int:
    """Return a whole number of the query. Raises Refusal."""
    text = request.query_params.get(name, "" if default is None else str(default))
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        raise Refusal(f"'{name}' must be a whole number; found '{text[:40]}'.")
    return int(text)


def known_number(value: float) -> float | None:
    """Return what JSON can hold: None for what is not finite."""
    return value if math.isfinite(value) else None


def refused(_: Request, error: Exception) -> Response:
    """Return the answer for an error that a person can act on."""
    assert isinstance(error, EthonightError)
    return JSONResponse({"error": str(error)}, _status(error))


def _status(error: EthonightError) -> int:
    if isinstance(error, Refusal):
        return error.status
    return 409 if isinstance(error, _LOOK_AGAIN) else 400


def not_found(_: Request, error: Exception) -> Response:
    """Return the answer where there is no such address or method."""
    assert isinstance(error, HTTPException)
    sentence = "This cannot be done here." if error.status_code == 405 else "There is nothing at this address."
    return JSONResponse({"error": sentence}, error.status_code, error.headers)


def failed(request: Request, error: Exception) -> Response:
    """Return the answer for a mistake of this program; the terminal shows where it happened."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return JSONResponse({"error": f"Something went wrong here ({error}). The terminal says more."}, 500)
