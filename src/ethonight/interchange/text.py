"""The text of another program's file."""

from __future__ import annotations

from pathlib import Path

from ethonight.delimited import decode, not_text
from ethonight.interchange.observation import FormatError


def text_of(path: Path, known: str) -> str:
    """Return the text of a file in whatever encoding it was saved, with ``\\n`` at the ends of its lines.

    ``known`` is a word, in small letters, that stands in such files: UTF-16 without a mark is found by it. Raises
    FormatError for a file that cannot be opened, is empty, or is no text.
    """
    data = bytes_of(path)
    if kind := not_text(data):
        raise FormatError(f"{path.name} was saved as {kind}, not as text. Export it again from its program.")
    text, _ = decode(data, known)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def bytes_of(path: Path) -> bytes:
    """Return what is in a file. Raises FormatError for one that cannot be opened or is empty."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise FormatError(f"There is no file {path}.") from None
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {error.strerror}.") from error
    if not data.strip():
        raise FormatError(f"{path.name} is empty.")
    return data
