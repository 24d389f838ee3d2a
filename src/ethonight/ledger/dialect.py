"""How a table is written: encoding, delimiter, line ends, quoting. Found in the file, and kept when writing."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ethonight.ledger.row import COLUMNS

DELIMITERS = (",", ";", "\t", "|")

_KEY = "settings"
_SEP_LINE = re.compile(r'(?:"sep=([,;:|\t#~^!*/$%&])"|sep=([,;:|\t#~^!*/$%&]))(\r\n|\r|\n|\Z)', re.IGNORECASE)
_FIRST_LINE_END = re.compile(r'(?:[^"\r\n]|"[^"]*")*+(\r\n|\r|\n)')
_ANY_LINE_END = re.compile(r"\r\n|\r|\n")
_UNDEFINED_IN_CP1252 = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_STRAY_IN_UTF8 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
_UTF16_BOMS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@dataclass(frozen=True)
class Dialect:
    """How one table file is written. The defaults are for a table that does not exist yet: Excel opens it right.

    ``encoding`` is ``utf-8``, ``utf-8-sig`` (with byte order mark), ``utf-16-le`` or ``utf-16-be`` (both always
    written with their mark), ``cp1252``, or ``ascii``. The last stands for a file that shows nothing of its encoding:
    as soon as a character needs more, it is written as ``utf-8-sig``.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    line_end: str = "\r\n"
    quote_all: bool = False
    sep_line: bool = False
    """Whether the file begins with Excel's ``sep=;`` line."""

    @property
    def decimal(self) -> str:
        """The decimal sign of numbers: a comma where the delimiter is a semicolon, as spreadsheets have it."""
        return "," if self.delimiter == ";" else "."


DEFAULT = Dialect()


def detect(data: bytes) -> Dialect:
    """Return the dialect of a table file; never raises. What the bytes do not show is as in a new table."""
    text, encoding = decode(data)
    return detect_text(text, encoding)


def detect_text(text: str, encoding: str) -> Dialect:
    """Return the dialect of a table's text (the byte order mark taken off), found in its header."""
    sep = _SEP_LINE.match(text)
    body = without_sep_line(text)
    delimiter = (sep[1] or sep[2]) if sep else _delimiter(body)
    line_end = (sep[3] if sep else "") or _line_end(body)
    return Dialect(encoding, delimiter, line_end, _quotes_all(body, delimiter), sep is not None)


def without_sep_line(text: str) -> str:
    """Return ``text`` without Excel's ``sep=;`` line at its start."""
    sep = _SEP_LINE.match(text)
    return text[sep.end() :] if sep else text


def known_column(cell: str) -> str | None:
    """Return the table's own column that a header cell names, whatever its case and blanks, or None."""
    name = cell.strip().strip("\ufeff").strip().lower()
    return name if name in COLUMNS else None


def decode(data: bytes) -> tuple[str, str]:
    """Return a file's text and its encoding as in ``Dialect``; never raises.

    Bytes that are no UTF-8 are read as cp1252; the five bytes that cp1252 leaves undefined become the control
    characters U+0081, U+008D, U+008F, U+0090 and U+009D (and the table is written in UTF-8 from then on). Stray
    bytes in a file that is marked as UTF-8 are read as cp1252 each. A character that is cut off at the end of the
    file is left out.
    """
    if data.startswith(codecs.BOM_UTF8):
        return _marked_utf8(data[3:]), "utf-8-sig"
    for encoding, mark in _UTF16_BOMS.items():
        if data.startswith(mark):
            return _utf16(data[2:], encoding), encoding
    for encoding in _UTF16_BOMS:
        if data[:65536].lower().find(_KEY.encode(encoding)) % 2 == 0:
            return _utf16(data, encoding), encoding
    if data.isascii():
        return data.decode("ascii"), "ascii"
    try:
        return _utf8(data), "utf-8"
    except UnicodeDecodeError:
        return _cp1252(data), "cp1252"


def encode(text: str, encoding: str) -> bytes:
    """Return the bytes of a table's text, byte order mark included; never raises.

    Where the encoding cannot hold the text, or the bytes would be taken for another encoding when they are read, the
    result is ``utf-8-sig``. A lone surrogate (half a character: a broken file name) becomes a visible ``\\udc80``.
    """
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        data = _UTF16_BOMS.get(encoding, b"") + whole.encode(encoding)
    except UnicodeEncodeError:
        return whole.encode("utf-8-sig")
    if encoding == "utf-8-sig" or _reads_back(data, whole, encoding):
        return data
    return whole.encode("utf-8-sig")


def _reads_back(data: bytes, text: str, encoding: str) -> bool:
    return decode(data) == (text, "ascii" if data.isascii() else encoding)


def _utf8(data: bytes) -> str:
    """Decode UTF-8 of which the end may be cut off, if there is any other character that speaks for UTF-8."""
    text = codecs.getincrementaldecoder("utf-8")().decode(data)
    return text if not text.isascii() else data.decode("utf-8")


def _marked_utf8(data: bytes) -> str:
    try:
        return _utf8(data)
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape").translate(_STRAY_IN_UTF8)


def _cp1252(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("cp1252", "surrogateescape").translate(_UNDEFINED_IN_CP1252)


def _utf16(data: bytes, encoding: str) -> str:
    return data[: len(data) // 2 * 2].decode(encoding, "replace")


def _delimiter(body: str) -> str:
    """Return the delimiter with which the header names the most of the known columns, ``settings`` above all."""

    def score(delimiter: str) -> tuple[bool, int]:
        names = {known_column(cell) for cell in _header(body, delimiter)} - {None}
        return _KEY in names, len(names)

    return max(DELIMITERS, key=score)


def _header(body: str, delimiter: str) -> list[str]:
    """Return the cells of the first line that is not empty; none where the quotes are beyond reading."""

    def filled() -> Iterator[list[str]]:
        for cells in csv.reader(io.StringIO(body, newline=""), delimiter=delimiter):
            if any(map(str.strip, cells)):
                yield cells

    try:
        return next(filled(), [])
    except csv.Error:
        return []


def _quotes_all(body: str, delimiter: str) -> bool:
    """Whether the header's ``settings`` stands in quotes, which it does not need."""
    start = body.lstrip(f"\r\n {delimiter}")
    end = _FIRST_LINE_END.match(start)
    mark = re.escape(delimiter)
    quoted = rf'(?:^|{mark})"\s*{_KEY}\s*"(?:{mark}|[\r\n]|\Z)'
    return re.search(quoted, start[: end.end()] if end else start, re.IGNORECASE) is not None


def _line_end(body: str) -> str:
    first = _FIRST_LINE_END.match(body)
    if first:
        return first[1]
    anywhere = _ANY_LINE_END.search(body)
    return anywhere[0] if anywhere else Dialect.line_end
