"""What a TOML reader complains about, in a biologist's words."""

from __future__ import annotations

import re
from collections.abc import Mapping

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_STATEMENT = re.compile(r"[ \t]*([\w.\-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*=")

_SLASHES = "Write the path with forward slashes, like C:/videos/mouse.avi, or run fix-paths."

_LINE_HINTS = (
    (re.compile(r"\r."), "the lines end in an old way (CR only). Save the file with Windows or Unix line ends."),
    (
        re.compile(r"'[^'\n]*\\'|=\s*\[?\s*'[^'\n]*'\w"),
        f"a text in single quotes must not hold a single quote. Put the path in double quotes. {_SLASHES}",
    ),
    (
        re.compile(r"\"[^\"\n]*\\"),
        f"in double quotes a backslash starts a special character. {_SLASHES}",
    ),
    (re.compile(r"=\s*(True|False)\b"), "write true and false in small letters."),
    (re.compile(r"=\s*None\b"), 'there is no None in TOML. Remove the line, or write "".'),
    (re.compile(r"=\s*\[?\s*[-+]?\d+,\d+\s*(#.*)?$"), "write decimal numbers with a point: 0.5, not 0,5."),
    (re.compile(r"=\s*\[?\s*([A-Za-z]:[\\/]|/|\\\\)"), "a path must stand in quotes, like 'C:/videos/mouse.avi'."),
    (re.compile(r"=\s*(#.*)?$"), 'the value after = is missing. Remove the line, or write "".'),
)
"""Mistakes that the faulty line shows, most telling first."""

_MESSAGE_HINTS = (
    ("Cannot overwrite a value", "this key is in the file twice. Keep one of them."),
    ("Cannot declare", "this table is in the file twice. Keep one of them."),
    ("Illegal character '\\n'", "a quote that opens on this line is not closed."),
    ("Illegal character '\\r'", "a quote that opens on this line is not closed."),
    ("Unterminated string", "a quote that opens here is not closed."),
    ("Unclosed array", "the parts of a list need commas between them, and the list a ] at its end."),
    ("Expected '='", "a line must be  key = value,  a comment (#) or a [table]."),
)


def standard_problem(text: str, error: Exception) -> tuple[int | None, str]:
    """Return the 1-based line and a sentence for what ``tomllib`` refused."""
    message = str(error)
    found = _AT_LINE.search(message)
    if isinstance(error, RecursionError) or found is None:
        return None, "This is no settings file: brackets nested too deeply, or a number that is too long."
    reason = message[: found.start()]
    line = int(found.group(1)) if found.group(1) else None
    unclosed = _unclosed_list(text, line)
    if unclosed is not None:
        return unclosed, "the list that starts here is not closed with ]."
    if line is None:
        line = text.rstrip().count("\n") + 1
    return line, _explained(_line(text, line), reason)


def old_reader_problem(text: str, error: Exception, document: Mapping[str, object]) -> tuple[int | None, str]:
    """Return the 1-based line and a sentence for what idtracker.ai's old reader refused in valid TOML."""
    line = getattr(error, "lineno", None)
    if not isinstance(line, int):
        return None, f"idtracker.ai's reader cannot read this file ({type(error).__name__}). Write its values simpler."
    if "homogeneous" in str(error):
        return line, _mixed_list(_line(text, line), document)
    reason = str(getattr(error, "msg", error)).rstrip(". ")
    return line, f"idtracker.ai's reader refuses this line ({reason}). Write it simpler."


def _explained(line: str, reason: str) -> str:
    for pattern, words in _LINE_HINTS:
        if pattern.search(line):
            return words
    for start, words in _MESSAGE_HINTS:
        if reason.startswith(start):
            return words
    return f"this is no valid TOML ({reason})."


def _mixed_list(line: str, document: Mapping[str, object]) -> str:
    found = _STATEMENT.match(line)
    key = found.group(1).strip("\"'") if found else ""
    value = document.get(key)
    words = "idtracker.ai's reader refuses a list with whole and decimal numbers (inf is one) together."
    if isinstance(value, list) and all(isinstance(item, float) or _exact(item) for item in value):
        return f"{words} Write  {key} = {[float(item) for item in value]!r}"
    return f"{words} Write all of them as decimals, like [150.0, inf]."


def _exact(item: object) -> bool:
    """Whether a whole number stays itself as a decimal number."""
    return isinstance(item, int) and not isinstance(item, bool) and abs(item) < 2**53


def _unclosed_list(text: str, line: int | None) -> int | None:
    """Return the line of a statement whose list is still open where the reader gave up, or None."""
    lines = text.split("\n")
    last = len(lines) if line is None else line
    for number in range(last, 0, -1):
        found = _STATEMENT.match(lines[number - 1])
        if not found or (number == line and not _opens(lines[number - 1][found.end() :])):
            continue
        between = "\n".join(lines[number - 1 : last])[found.end() :]
        later = line is None or number < line
        return number if later and _opens(between) else None
    return None


def _opens(value: str) -> bool:
    """Whether a value starts a list that is not closed in it; quoted text and comments do not count."""
    bare = re.sub(r"\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|#[^\n]*", "", value)
    return bare.lstrip().startswith("[") and bare.count("[") > bare.count("]")


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""
