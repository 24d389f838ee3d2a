"""Text files with cells, as spreadsheets save them: their encoding, and what marks them as something else."""

from __future__ import annotations

import codecs
import re

_SEP_LINE = re.compile(r'(?:"sep=([,;:|\t#~^!*/$%&])"|sep=([,;:|\t#~^!*/$%&]))(\r\n|\r|\n|\Z)', re.IGNORECASE)
_UNDEFINED_IN_CP1252 = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_STRAY_IN_UTF8 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
_UTF16_BOMS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_NOT_TEXT = {b"PK\x03\x04": "a workbook", b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF"}


def not_text(data: bytes) -> str:
    """Return what a file is that is no text (``a workbook``), or "" for what may be one."""
    return next((kind for magic, kind in _NOT_TEXT.items() if data.startswith(magic)), "")


def sep_line(text: str) -> tuple[str, str] | None:
    """Return the delimiter and the line end in Excel's ``sep=;`` line at the start of ``text``, or None."""
    sep = _SEP_LINE.match(text)
    return (sep[1] or sep[2], sep[3]) if sep else None


def without_sep_line(text: str) -> str:
    """Return ``text`` without Excel's ``sep=;`` line at its start."""
    sep = _SEP_LINE.match(text)
    return text[sep.end() :] if sep else text


def decode(data: bytes, known: str) -> tuple[str, str]:
    """Return a file's text and its encoding; never raises.

    The encoding is ``utf-8``, ``utf-8-sig`` (with byte order mark), ``utf-16-le`` or ``utf-16-be``, ``cp1252``, or
    ``ascii`` for a file that shows nothing of its encoding. ``known`` is a word of the header in small letters: UTF-16
    without a mark is found by it.

    Bytes that are no UTF-8 are read as cp1252; the five bytes that cp1252 leaves undefined become the control
    characters U+0081, U+008D, U+008F, U+0090 and U+009D (and ``encode`` writes the text in UTF-8 from then on). Stray
    bytes in a file that is marked as UTF-8 are read as cp1252 each. A character that is cut off at the end of the
    file is left out.
    """
    if data.startswith(codecs.BOM_UTF8):
        return _marked_utf8(data[3:]), "utf-8-sig"
    for encoding, mark in _UTF16_BOMS.items():
        if data.startswith(mark):
            return _utf16(data[2:], encoding), encoding
    for encoding in _UTF16_BOMS:
        if data[:65536].lower().find(known.encode(encoding)) % 2 == 0:
            return _utf16(data, encoding), encoding
    if data.isascii():
        return data.decode("ascii"), "ascii"
    try:
        return _utf8(data), "utf-8"
    except UnicodeDecodeError:
        return _cp1252(data), "cp1252"


def encode(text: str, encoding: str, known: str) -> bytes:
    """Return the bytes of a text, byte order mark included (always with UTF-16); never raises.

    Where the encoding cannot hold the text, or the bytes would be taken for another encoding when they are read, the
    result is ``utf-8-sig``. A lone surrogate (half a character: a broken file name) becomes a visible ``\\udc80``.
    """
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        data = _UTF16_BOMS.get(encoding, b"") + whole.encode(encoding)
    except UnicodeEncodeError:
        return whole.encode("utf-8-sig")
    if encoding == "utf-8-sig" or _reads_back(data, whole, encoding, known):
        return data
    return whole.encode("utf-8-sig")


def _reads_back(data: bytes, text: str, encoding: str, known: str) -> bool:
    return decode(data, known) == (text, "ascii" if data.isascii() else encoding)


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
