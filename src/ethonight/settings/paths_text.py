"""Path values in the text of a settings file, valid TOML or not: where they stand, what they say, how to write one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from ethonight.errors import SettingsError

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_END_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")
_KEY_PART = r"(?:[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')"
_KEY = re.compile(rf"(?P<first>{_KEY_PART})(?P<rest>(?:[ \t]*\.[ \t]*{_KEY_PART})*)[ \t]*=[ \t]*")
_TOML_TEXT = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"{3,5}(?!")'
    r"|'''[\s\S]*?'{3,5}(?!')"
    r'|"(?:\\[^\n]|[^"\\\n])*"'
    r"|'[^'\n]*'"
)
_PYTHON_TEXT = re.compile(r'"(?:\\[^\n]|[^"\\\n])*"|\'(?:\\[^\n]|[^\'\\\n])*\'')


@dataclass(frozen=True)
class PathText:
    """One quoted text in the value of a path key: ``text[start:end]``, quotes included, of a settings file."""

    key: str
    """In small letters."""
    start: int
    end: int
    raw: str
    """The text with its quotes, as it stands in the file."""
    value: str | None
    """What TOML reads, or None where the text is no valid TOML."""

    @property
    def quote(self) -> str:
        return self.raw[0]

    @property
    def inner(self) -> str:
        """What stands between the quotes, letter by letter."""
        width = 3 if self.raw[:3] in ('"""', "'''") and len(self.raw) >= 6 else 1
        return self.raw[width:-width]


def path_texts(text: str, keys: Collection[str]) -> list[PathText]:
    """Return all texts in the values of the top-level ``keys`` (small letters), in the order of the file.

    A value that is neither a text nor a list of texts gives none. Python's way of quoting, which idtracker.ai's
    window writes, is understood where TOML's does not fit.
    """
    found: list[PathText] = []
    for key, start in _statements(text):
        if key in keys:
            found += [_path_text(key, text, span) for span in _spans(text, start)]
    return found


def spelled(path: str, quote: str = '"') -> str:
    """Return ``path`` as a quoted text that both TOML readers understand, with this quote where possible.

    Raises SettingsError where there is none.
    """
    escaped = path.replace("\\", "\\\\")
    ways = {
        "'": f"'{path}'",
        '"': f'"{path}"' if escaped == path else "",
        "escaped": '"' + escaped.replace('"', '\\"') + '"',
        "numbered": '"' + escaped.replace('"', "\\u0022").replace("'", "\\u0027") + '"',
    }
    for way in dict.fromkeys((quote, '"', "'", *ways)):
        if ways[way] and _both_read(ways[way], path):
            return ways[way]
    raise SettingsError(f"idtracker.ai's reader cannot read the path {path!r} in any spelling. Rename the file.")


def _both_read(token: str, path: str) -> bool:
    import toml

    readers: tuple[Callable[[str], object], ...] = (tomllib.loads, toml.loads)
    try:
        return all(read(f"v = {token}\n") == {"v": path} for read in readers) and all(
            read(f"v = [\n    {token},\n]\n") == {"v": [path]} for read in readers
        )
    except (ValueError, LookupError, TypeError):
        return False


def _path_text(key: str, text: str, span: tuple[int, int]) -> PathText:
    raw = text[slice(*span)]
    try:
        value = tomllib.loads(f"v = {raw}")["v"]
    except tomllib.TOMLDecodeError:
        value = None
    return PathText(key, *span, raw, value)


def _statements(text: str) -> Iterator[tuple[str, int]]:
    """Yield key (small letters) and the start of the value for each statement above the first table."""
    position = 1 if text.startswith("\ufeff") else 0
    while (position := _blank(text, position)) < len(text):
        if text[position] == "[":
            return
        found = _KEY.match(text, position)
        if found is None:
            position = _next_line(text, position)
            continue
        if not found["rest"]:
            yield found["first"].strip("\"'").lower(), found.end()
        position = _after_value(text, found.end())


def _after_value(text: str, position: int) -> int:
    """Return where the statement ends whose value starts at ``position``."""
    spans, end = _sequence(text, position, _TOML_TEXT) or _sequence(text, position, _PYTHON_TEXT) or ([], -1)
    if spans:
        return end
    depth = 0
    while position < len(text) and (depth > 0 or text[position] != "\n"):
        letter = text[position]
        quoted = _TOML_TEXT.match(text, position) if letter in "\"'" else None
        if quoted is not None:
            position = quoted.end()
            continue
        if letter == "#":
            position = _next_line(text, position) - 1
            continue
        depth += (letter in "[{") - (letter in "]}")
        position += 1
    return position


def _spans(text: str, position: int) -> list[tuple[int, int]]:
    """Return the spans of the quoted texts in a value: one text, or a list of texts."""
    found = _sequence(text, position, _TOML_TEXT) or _sequence(text, position, _PYTHON_TEXT)
    return found[0] if found else []


def _sequence(text: str, position: int, quoted: re.Pattern[str]) -> tuple[list[tuple[int, int]], int] | None:
    """Return the spans of the quoted texts and the end of the statement, or None where the value is not made so."""
    if text[position : position + 1] != "[":
        only = quoted.match(text, position)
        end = _END_OF_LINE.match(text, only.end()) if only else None
        return ([only.span()], end.end()) if only and end else None
    spans: list[tuple[int, int]] = []
    position = _blank(text, position + 1)
    while item := quoted.match(text, position):
        spans.append(item.span())
        position = _blank(text, item.end())
        if text[position : position + 1] != ",":
            break
        position = _blank(text, position + 1)
    closed = _END_OF_LINE.match(text, position + 1) if text[position : position + 1] == "]" else None
    return (spans, closed.end()) if closed else None


def _blank(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _next_line(text: str, position: int) -> int:
    """Return the start of the next line, or one beyond the end of the text."""
    end = text.find("\n", position)
    return len(text) + 1 if end < 0 else end + 1
