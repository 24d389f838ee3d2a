"""JSON from elsewhere."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.json_text import parse_json


@given(st.text(max_size=50))
def test_any_text_is_a_document_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert repr(parse_json(text)).encode()


def test_half_a_character_becomes_a_question_mark() -> None:
    assert parse_json('{"a": "x\\ud800y", "\\udc00": "\\ud83d\\udc2d"}') == {"a": "x?y", "?": "\U0001f42d"}


def test_what_is_nested_too_deeply_is_a_value_error() -> None:
    with pytest.raises(ValueError):
        parse_json("[" * 200_000)


def test_no_numbers_are_taken_where_nobody_is_strict() -> None:
    found = parse_json("[NaN]")
    assert isinstance(found, list) and math.isnan(found[0])
    with pytest.raises(ValueError, match="NaN is no number"):
        parse_json("[NaN]", strict=True)
