"""Cells survive the way to the file and back, in every dialect, whatever is in them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ethonight.ledger.cells import escape, parse_int, same_cell, unescape
from ethonight.ledger.dialect import DEFAULT, DELIMITERS, Dialect, detect
from ethonight.ledger.row import COLUMNS
from ethonight.ledger.table_text import (
    TableUnreadable,
    complete_columns,
    parse_table,
    render_table,
    shown_name,
)

ENCODINGS = ("ascii", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252")
dialects = st.builds(
    Dialect,
    st.sampled_from(ENCODINGS),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.booleans(),
    st.booleans(),
)
nasty = st.text(st.sampled_from("=+-@'\"\t\r\n,;| 1.5aÃ¤äłﬁ\u2028\x00\x1f\x81\ufeff"), max_size=8)
texts = st.one_of(nasty, st.text(max_size=12), st.sampled_from(["-3", "-3,5", "'-3", "sep=;", "settings", "Status"]))


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The table's own columns in any order, columns of a person between them, rows with any text."""
    own = draw(st.lists(texts.filter(lambda name: name.strip("\ufeff \r\n\t").lower() not in COLUMNS), max_size=3))
    own = [name for name in dict.fromkeys(own) if name and "\x1f" not in name]
    columns = tuple(draw(st.permutations([*COLUMNS, *own])))
    rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, texts)), max_size=4))
    return columns, [{**row, "settings": f"settings/{n}.toml", "minutes": "12.5"} for n, row in enumerate(rows)]


@given(tables(), dialects)
def test_cells_come_back_in_every_dialect(
    table: tuple[tuple[str, ...], list[dict[str, str]]], dialect: Dialect
) -> None:
    columns, rows = table
    data = render_table(columns, rows, dialect)
    found = parse_table(data)
    assert (found.columns, list(found.rows), found.problems) == (columns, rows, ())
    assert render_table(found.columns, found.rows, found.dialect) == data
    same = (dialect.delimiter, dialect.line_end, dialect.quote_all, dialect.sep_line)
    assert (found.dialect.delimiter, found.dialect.line_end, found.dialect.quote_all, found.dialect.sep_line) == same
    if dialect.encoding in ("utf-8-sig", "utf-16-le", "utf-16-be"):
        assert detect(data) == dialect


LINES = st.lists(st.lists(st.one_of(texts, st.sampled_from(COLUMNS)), max_size=16), max_size=5)


@given(LINES, st.sampled_from(DELIMITERS), st.sampled_from(ENCODINGS), st.booleans())
@example([["settings"], ["", "=1"]], ",", "utf-8", True)
@example([['"', ""], ['1"\r']], ",", "ascii", False)
@example(
    [["settings", "", "a", "A", "a", "STATUS", "status"], ["x", "1", "2", "3", "4", "5", "6", "7"]], ";", "ascii", 0
)
def test_whatever_is_read_is_written_and_read_as_the_same(
    lines: list[list[str]], delimiter: str, encoding: str, ended: bool
) -> None:
    text = "\r\n".join(delimiter.join(cells) for cells in [["settings", "notes"], *lines]) + "\r\n" * ended
    try:
        found = parse_table(text.encode(encoding, "replace"))
    except TableUnreadable as error:
        assert "tracking_status.csv" in str(error)
        return
    full = complete_columns(found.columns)
    again = parse_table(render_table(found.columns, found.rows, found.dialect))
    assert [shown_name(name) for name in again.columns] == [shown_name(name) for name in full]
    kept = [{name: row.get(name, "") for name in full} for row in found.rows]
    assert [list(row.values()) for row in again.rows] == [list(row.values()) for row in kept if any(row.values())]


@given(st.binary(max_size=200), st.sampled_from([b"", b"settings,rev\r\n", b"\xef\xbb\xbfsettings;rev\r\n", b"PK\3\4"]))
def test_no_bytes_end_in_anything_but_a_clear_message(tail: bytes, start: bytes) -> None:
    try:
        table = parse_table(start + tail)
    except TableUnreadable as error:
        assert str(error).startswith("tracking_status.csv")
    else:
        assert "settings" in table.columns
        assert all(tuple(row) == table.columns for row in table.rows)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\r\n;;;\r\n", "is empty"),
        (b"PK\x03\x04 sheet", "saved as a workbook"),
        (b"\xd0\xcf\x11\xe0 sheet", "old Excel workbook"),
        (b"\r\nname,age\r\n", "line 2: no column is named 'settings' (found: name, age)"),
        (b'settings,notes\r\na,b\r\nc,"d\r\ne,f\r\n', "line 3"),
        (b'"settings,notes\r\na,b\r\n', "never closed"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, words: str) -> None:
    with pytest.raises(TableUnreadable, match=r"^tracking_status\.csv") as caught:
        parse_table(data)
    assert words in str(caught.value)


def test_a_cell_of_any_length_is_read() -> None:
    long = "x" * 200_000
    assert parse_table(render_table(COLUMNS, [{"settings": "a", "notes": long}], DEFAULT)).rows[0]["notes"] == long


def test_names_of_known_columns_are_recognised_in_any_case() -> None:
    table = parse_table(b"\xef\xbb\xbf Settings ,STATUS,My Column\r\na,skip,x\r\n")
    assert table.columns == ("settings", "status", "My Column")
    assert table.rows == ({"settings": "a", "status": "skip", "My Column": "x"},)


def test_doubled_and_unnamed_columns_are_kept_and_written_as_they_were() -> None:
    data = b"settings,mine,,Status,mine,status\r\na,1,2,skip,3,4\r\n"
    table = parse_table(data)
    assert len(set(table.columns)) == 6
    assert table.rows[0]["status"] == "skip"
    assert [shown_name(name) for name in table.columns] == ["settings", "mine", "", "status", "mine", "status"]
    written = render_table(table.columns, table.rows, table.dialect).decode().splitlines()
    assert written[0] == (
        "video,settings,task,mine,,status,priority,attempts,started,finished,minutes,output,message,notes,mine,status,rev"
    )
    assert written[1] == ",a,,1,2,skip,,,,,,,,,3,4,"


def test_cells_beyond_the_header_are_kept_and_reported() -> None:
    table = parse_table(b"settings,rev\r\na,1,,lost\r\nb,2\r\nc\r\n")
    assert [shown_name(name) for name in table.columns] == ["settings", "rev", "", ""]
    assert list(table.rows[0].values()) == ["a", "1", "", "lost"]
    assert list(table.rows[2].values()) == ["c", "", "", ""]
    assert table.problems == (
        "tracking_status.csv, line 2: more cells than the header; kept in a column without a name.",
    )


def test_empty_rows_and_empty_columns_at_the_end_are_dropped() -> None:
    table = parse_table(b"settings;rev;;\r\na;1;;\r\n;;;\r\n \r\n;;;\r\n")
    assert table.columns == ("settings", "rev")
    assert table.rows == ({"settings": "a", "rev": "1"},)
    assert table.problems == ()


def test_a_row_that_is_cut_off_is_not_read() -> None:
    table = parse_table(b"settings,status,rev\r\na,pending,1\r\nb,pen")
    assert [row["settings"] for row in table.rows] == ["a"]
    assert "line 3: the last row is cut off" in table.problems[0]
    assert len(parse_table(b"settings,status,rev\r\na,pending,1").rows) == 1


def test_a_row_that_another_delimiter_made_one_cell_is_read() -> None:
    """German Excel shows a table with commas in one column, and saves such a row in quotes."""
    table = parse_table(b'settings,message,rev\r\n"a,""b, c"",3"\r\nd,e,4\r\n')
    assert table.rows[0] == {"settings": "a", "message": "b, c", "rev": "3"}


def test_missing_columns_return_to_their_places() -> None:
    assert complete_columns(()) == COLUMNS
    mixed = complete_columns(("mine", "status", "settings", "yours"))
    assert mixed[0] == "video" and mixed[-2:] == ("yours", "rev")
    assert mixed.index("priority") == mixed.index("status") + 1
    assert [name for name in mixed if name in ("mine", "status", "settings", "yours")] == [
        "mine",
        "status",
        "settings",
        "yours",
    ]


def test_a_character_that_the_encoding_lacks_changes_the_encoding() -> None:
    data = render_table(COLUMNS, [{"settings": "a", "notes": "łódź"}], Dialect("cp1252", ";"))
    assert detect(data) == Dialect("utf-8-sig", ";")
    assert parse_table(data).rows[0]["notes"] == "łódź"


def test_minutes_have_the_decimal_sign_of_the_dialect() -> None:
    row = {"settings": "a", "minutes": "12.5", "notes": "12.5"}
    data = render_table(COLUMNS, [row], Dialect(delimiter=";"))
    assert b";12,5;;;12.5;" in data
    assert parse_table(data).rows[0]["minutes"] == "12.5"
    assert b",12.5," in render_table(COLUMNS, [row], DEFAULT)


@pytest.mark.parametrize("text", ["=1+1", "+5", "-x", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1", "''-1-1", "-1-1"])
def test_nothing_is_written_that_a_spreadsheet_computes(text: str) -> None:
    assert escape(text) == "'" + text
    assert unescape(escape(text)) == text


@pytest.mark.parametrize("text", ["-3", "-3.5", "-3,5", "'quoted'", "'", "a=1", "", "3"])
def test_harmless_texts_are_written_as_they_are(text: str) -> None:
    assert escape(text) == text


@given(texts)
def test_the_apostrophe_is_taken_off_exactly_where_it_was_put(text: str) -> None:
    assert unescape(escape(text)) == text
    assert unescape(escape(unescape(text))) == unescape(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("3.0", 3), ("3,00", 3), (" 3 ", 3), ("-2", -2), ("+2", 2), ("3.", 3), ("1000", 1000), ("0.000", 0)]
    + [(text, None) for text in ("", "3.5", "1.000", "1,000", "three", "3 4", "1e3", "9" * 5000)],
)
def test_whole_numbers_are_read_as_spreadsheets_write_them(text: str, number: int | None) -> None:
    assert parse_int(text) == number


@pytest.mark.parametrize(
    ("written", "saved"),
    [
        ("1.0", "1"),
        ("12.5", "12,50"),
        ("007", "7"),
        ("1e5", "1.00E+05"),
        ("true", "TRUE"),
        ("a\r\nb", "a\nb"),
        (" x", "x "),
        ("2026-03-01 22:04", "2026-03-01 22:04:00"),
        ("2026-03-01 22:04", "01.03.2026 22:04"),
        ("2026-03-01 22:04", "3/1/2026 10:04 PM"),
        ("2026-03-01", "3/1/26"),
        ("łódź 1", "?ód? 1"),
    ],
)
def test_what_a_spreadsheet_changes_by_itself_is_the_same_cell(written: str, saved: str) -> None:
    assert same_cell(written, saved)


@pytest.mark.parametrize(
    ("written", "saved"),
    [("1.0", "2"), ("skip", "pending"), ("", "x"), ("x", ""), ("abc", "ab?"), ("2026-03-01", "2026-03-02"), ("1", "x")],
)
def test_an_edit_is_not_the_same_cell(written: str, saved: str) -> None:
    assert not same_cell(written, saved)
