"""Settings files as dictionaries, read with one or with both TOML readers.

idtracker.ai reads its settings with the old ``toml`` package, which refuses some valid TOML and accepts some that is
not. A file of idtracker.ai's must therefore mean the same to that reader and to Python's own ``tomllib``.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from ethonight.errors import SettingsError
from ethonight.settings.toml_words import old_reader_problem, standard_problem

MAX_BYTES = 5_000_000
"""idtracker.ai refuses settings files larger than this; it is always another file with the wrong name."""

PATH_KEYS = frozenset(
    {
        "video_paths",
        "video",
        "output_dir",
        "knowledge_transfer_folder",
        "background_subtraction_stat",
        "background_from_segmentation_gui",
        "cwd",
        "outputs",
    }
)
"""Keys (in small letters) whose texts are paths, where a tab or a line break is always an accident."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_NAMES = {"\t": "a tab", "\n": "a line break", "\r": "a line break", "\b": "a backspace", "\f": "a form feed"}

_OLD_READER_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    NameError,
    OverflowError,
    RecursionError,
)
"""What the old reader raises on input that it does not expect."""


def read_toml(path: Path, both: bool = False) -> dict[str, object]:
    """Return the content of a TOML file; with ``both``, idtracker.ai's old reader must accept and agree.

    Raises SettingsError (with the line where there is one) for a file that is missing, is no TOML, is not UTF-8, or
    has a path with a tab or line break in it. The message does not name the file.
    """
    return parse_toml(read_text(path), both)


def parse_toml(text: str, both: bool = False) -> dict[str, object]:
    """Like ``read_toml``, for text without a byte order mark."""
    document = parse_standard(text)
    _check_paths(text, document)
    if both:
        check_with_old_reader(text, document)
    return document


def parse_standard(text: str) -> dict[str, object]:
    """Return what ``tomllib`` reads, whatever the paths are. Raises SettingsError with the line."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line, words = standard_problem(text, error)
        raise SettingsError(words, line) from error


def read_text(path: Path) -> str:
    """Return the file's text without a byte order mark, line ends as they are.

    Raises SettingsError for a file that cannot be opened, is too large for settings, or is not UTF-8.
    """
    return decode(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes. Raises SettingsError for a file that cannot be opened or is too large for settings."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB: this is no settings file.")
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be opened: {error.strerror}.") from error


def decode(data: bytes) -> str:
    """Return UTF-8 bytes as text, without a byte order mark. Raises SettingsError with the line that is not UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SettingsError("The file is saved as UTF-16. Save it as UTF-8 in your editor.")
    if b"\0" in data:
        raise SettingsError("This is no text file, or one saved as UTF-16. If it is text, save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        words = "a letter here (often ä, é or µ) is not saved as UTF-8. Save the file as UTF-8 in your editor."
        raise SettingsError(words, line) from error


def line_of(text: str, key: str) -> int | None:
    """Return the 1-based line that starts with ``key =`` or ``[key``, in any case and with or without quotes."""
    found = re.search(
        rf"^[ \t]*(?:\[+[ \t]*)?[\"']?{re.escape(key)}[\"']?[ \t]*[].=]", text, re.IGNORECASE | re.MULTILINE
    )
    return text.count("\n", 0, found.start()) + 1 if found else None


def has_control_character(text: str) -> bool:
    return _CONTROL.search(text) is not None


def check_with_old_reader(text: str, document: Mapping[str, object]) -> None:
    """Raise SettingsError unless idtracker.ai's reader finds in ``text`` what is in ``document``.

    Also when one key is there twice in different case, which are one key for idtracker.ai.
    """
    import toml

    as_idtracker_opens_it = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        other = cast(dict[str, object], toml.loads(as_idtracker_opens_it))
        differing = [key for key in [*document, *other] if not _same(document.get(key), other.get(key))]
    except _OLD_READER_ERRORS as error:
        line, words = old_reader_problem(as_idtracker_opens_it, error, document)
        raise SettingsError(words, line) from error
    if differing:
        key = differing[0]
        words = f"idtracker.ai's reader understands '{key}' differently from what TOML says. Write its value simpler."
        raise SettingsError(words, line_of(text, key))
    _check_case(text, document)


def _check_case(text: str, document: Mapping[str, object]) -> None:
    seen: dict[str, str] = {}
    for key in document:
        earlier = seen.setdefault(key.lower(), key)
        if earlier != key:
            raise SettingsError(f"'{earlier}' and '{key}' are the same key for idtracker.ai. Keep one of them.")


def _same(a: object, b: object) -> bool:
    """Whether two parsed values are equal in type and value; nan equals nan."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(value, b[key]) for key, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    both_nan = a != a and b != b
    return type(a) is type(b) and (a == b or both_nan)


def _check_paths(text: str, document: Mapping[str, object]) -> None:
    for key, value in document.items():
        if key.lower() not in PATH_KEYS:
            continue
        for path in _texts(value):
            if found := _CONTROL.search(path):
                raise SettingsError(_control_problem(key, path, found), line_of(text, key))


def _control_problem(key: str, path: str, found: re.Match[str]) -> str:
    name = _CONTROL_NAMES.get(found.group(), "a control character")
    shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", path)
    return (
        f"the path in '{key}' holds {name}: {shown}. In double quotes a backslash starts a special character. "
        "Write the path with forward slashes, like C:/temp/new.avi, or run fix-paths."
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))
