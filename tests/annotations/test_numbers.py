"""Numbers in cells are read as people mean them, and written without needless digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.numbers import number_text, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.430", 12.43), ("12,43", 12.43), (".5", 0.5), ("5.", 5), ("+1", 1), ("1e-3", 0.001), ("-2", -2), ("007", 7)],
)
def test_numbers(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "x", "nan", "inf", "1e999", "1_0", "1.2.3", "1,234.5", "0x10", "\u0661", "1 2", ".", "1s"]
)
def test_no_numbers(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [(12.43, "12.43"), (2.0, "2"), (0.1 + 0.2, "0.3"), (1001 / 30000, "0.033367"), (-0.0, "0"), (1e-9, "0")],
)
def test_no_needless_digits(number: float, text: str) -> None:
    assert number_text(number) == text
    assert number_text(number, ",") == text.replace(".", ",")


@given(st.floats(0, 10_000_000))
def test_a_written_number_is_written_the_same_way_from_then_on(number: float) -> None:
    text = number_text(number)
    again = parse_number(text)
    assert again is not None
    assert abs(again - number) < 1e-6
    assert number_text(again) == text
