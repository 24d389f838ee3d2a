"""The way a table was saved is recognised, and kept."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.ledger.dialect import DEFAULT, Dialect, decode, detect, encode
from ethonight.ledger.row import COLUMNS


def header(delimiter: str = ",", end: str = "\r\n", quote: str = "") -> str:
    return delimiter.join(f"{quote}{name}{quote}" for name in COLUMNS) + end


def test_a_new_table_is_what_excel_opens_right() -> None:
    assert Dialect("utf-8-sig", ",", "\r\n", False) == DEFAULT
    assert DEFAULT.decimal == "."


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_way_to_save_is_recognised(encoding: str, delimiter: str, end: str, quote: str) -> None:
    line = delimiter.join(["Mäuse.avi", "settings/a.toml", *[""] * 11]) + end
    data = encode(header(delimiter, end, quote) + line, encoding)
    assert detect(data) == Dialect(encoding, delimiter, end, bool(quote))


def test_a_decimal_comma_goes_with_semicolons_only() -> None:
    assert detect(header(";").encode()).decimal == ","
    assert detect(header("\t").encode()).decimal == "."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised_by_its_zero_bytes(encoding: str) -> None:
    data = header("\t").encode(encoding)
    assert detect(data).encoding == encoding
    assert decode(data)[0] == header("\t")


def test_a_file_of_plain_ascii_gets_a_mark_once_it_needs_one() -> None:
    assert detect(header().encode()).encoding == "ascii"
    assert encode("a", "ascii") == b"a"
    assert encode("ä", "ascii") == codecs.BOM_UTF8 + "ä".encode()


def test_bytes_that_cp1252_leaves_undefined_are_not_lost() -> None:
    data = header().encode() + bytes(range(0x80, 0x100))
    text, encoding = decode(data)
    assert encoding == "cp1252"
    assert text.endswith("ÿ") and "\x81" in text and "\x9d" in text
    assert decode(encode(text, encoding)) == (text, "utf-8-sig")


def test_stray_bytes_in_a_marked_file_leave_the_other_umlauts_alone() -> None:
    data = codecs.BOM_UTF8 + "Mäuse ".encode() + "Käfig".encode("cp1252")
    assert decode(data) == ("Mäuse Käfig", "utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le"])
def test_a_character_cut_off_at_the_end_does_not_change_the_encoding(encoding: str) -> None:
    data = encode(header() + "Mäuse Käfig ü", encoding)
    text, found = decode(data[:-1])
    assert (found, text) == (encoding, header() + "Mäuse Käfig ")


def test_cp1252_that_would_be_taken_for_utf8_is_written_as_utf8() -> None:
    assert encode("Ã¤", "cp1252") == codecs.BOM_UTF8 + "Ã¤".encode()
    assert encode("ä", "cp1252") == b"\xe4"


def test_half_a_character_becomes_visible() -> None:
    assert decode(encode("broken \udcfc", "utf-16-le"))[0] == "broken \\udcfc"


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\r\n", '"sep=;"\r\n'])
def test_the_sep_line_of_excel_decides(line: str) -> None:
    found = detect((line + header(";")).encode())
    assert (found.delimiter, found.sep_line, found.line_end) == (";", True, "\r\n")


def test_the_header_decides_and_not_the_data() -> None:
    text = header(";") + "a,b,c;settings/a,b.toml;,,,,;,,,,,;1\r\n" * 50
    assert detect(text.encode()).delimiter == ";"


def test_the_first_line_with_text_is_the_header() -> None:
    assert detect((";;;\r\n\r\n" + header(";").upper()).encode()).delimiter == ";"


def test_a_line_end_inside_a_column_name_is_not_the_line_end() -> None:
    assert detect(('"my\ncolumn",' + header(",", "\r\n")).encode()).line_end == "\r\n"


def test_quotes_that_a_name_needs_are_no_sign_of_quoting_all() -> None:
    assert not detect(('"a ""settings"" b",' + header()).encode()).quote_all


@given(st.binary(max_size=300), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "cp1252"]))
def test_no_bytes_are_beyond_reading(tail: bytes, encoding: str) -> None:
    for data in (tail, encode(header(), encoding) + tail):
        text, found = decode(data)
        assert detect(data).encoding == found
        assert decode(encode(text, found))[0] == text


@given(st.text(), st.sampled_from(["ascii", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]))
def test_every_text_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    assert decode(encode(text, encoding))[0] == text
