"""The changes that a person can ask for, in frames, and how they are read from a page's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ethonight.coding.errors import EditError

_LONGEST_TEXT = 10_000
"""Characters. Programs that read CSV files stop at a cell of more than 131,072."""


@dataclass(frozen=True)
class Add:
    """Mark the frames ``[first, stop)``; a point event has ``stop == first``."""

    label: str
    subject: str
    first: int
    stop: int


@dataclass(frozen=True)
class Toggle:
    """Begin a bout at ``frame``, or end the open one there. A point event is marked at ``frame``."""

    label: str
    subject: str
    frame: int


@dataclass(frozen=True)
class Cancel:
    """Forget an open bout."""

    label: str
    subject: str


@dataclass(frozen=True)
class Move:
    """Give a bout the frames ``[first, stop)``; a point event has ``stop == first``."""

    id: int
    first: int
    stop: int


@dataclass(frozen=True)
class Split:
    """Make two bouts of one; the second begins at ``frame``."""

    id: int
    frame: int


@dataclass(frozen=True)
class Merge:
    """Make one bout of several, with the time between them."""

    ids: tuple[int, ...]


@dataclass(frozen=True)
class Delete:
    """Delete bouts."""

    ids: tuple[int, ...]


@dataclass(frozen=True)
class Relabel:
    """Give bouts another label."""

    ids: tuple[int, ...]
    label: str


@dataclass(frozen=True)
class Assign:
    """Give bouts to another subject; "" is nobody in particular."""

    ids: tuple[int, ...]
    subject: str


@dataclass(frozen=True)
class Comment:
    """Write a comment to a bout."""

    id: int
    text: str


@dataclass(frozen=True)
class Score:
    """Say that the frames ``[first, stop)`` were watched completely for a subject, or (off) that they were not."""

    first: int
    stop: int
    subject: str
    on: bool


Change = Add | Toggle | Cancel | Move | Split | Merge | Delete | Relabel | Assign | Comment | Score


def change_of(document: object) -> Change:
    """Return the change that a page asks for with ``{"do": "move", "id": 3, "first": 10, "stop": 20}``.

    Keys that a change does not have are left out of account. Raises EditError for anything else.
    """
    if not isinstance(document, dict):
        raise EditError("A change must be an object with 'do' and what belongs to it.")
    form = _FORMS.get(document["do"]) if isinstance(document.get("do"), str) else None
    if form is None:
        raise EditError(f"'do' must be one of: {', '.join(_FORMS)}; found {document.get('do')!r:.40}.")
    return form(_Words(document))


@dataclass(frozen=True)
class _Words:
    """What a page said, read word by word."""

    words: Mapping[str, object]

    def text(self, name: str) -> str:
        value = self.words.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        if len(value) > _LONGEST_TEXT:
            raise EditError(f"This {name} is too long: at most {_LONGEST_TEXT:,} characters can be saved.")
        return value.encode("utf-8", "backslashreplace").decode("utf-8")  # Half a character cannot be saved.

    @property
    def subject(self) -> str:
        return self.text("subject").strip() if "subject" in self.words else ""

    def number(self, name: str) -> int:
        value = self.words.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(name, "a whole number")
        return value

    @property
    def ids(self) -> tuple[int, ...]:
        value = self.words.get("ids")
        if not isinstance(value, list) or not value or not all(type(one) is int for one in value):
            raise self._wrong("ids", "a list of numbers of bouts")
        return tuple(dict.fromkeys(value))

    @property
    def on(self) -> bool:
        value = self.words.get("on")
        if not isinstance(value, bool):
            raise self._wrong("on", "true or false")
        return value

    def _wrong(self, name: str, expected: str) -> EditError:
        found = f"found {self.words[name]!r:.40}" if name in self.words else "it is missing"
        return EditError(f"The change '{self.words['do']}' needs '{name}', {expected}; {found}.")


_FORMS: dict[str, Callable[[_Words], Change]] = {
    "add": lambda words: Add(words.text("label"), words.subject, words.number("first"), words.number("stop")),
    "toggle": lambda words: Toggle(words.text("label"), words.subject, words.number("frame")),
    "cancel": lambda words: Cancel(words.text("label"), words.subject),
    "move": lambda words: Move(words.number("id"), words.number("first"), words.number("stop")),
    "split": lambda words: Split(words.number("id"), words.number("frame")),
    "merge": lambda words: Merge(words.ids),
    "delete": lambda words: Delete(words.ids),
    "relabel": lambda words: Relabel(words.ids, words.text("label")),
    "assign": lambda words: Assign(words.ids, words.subject),
    "comment": lambda words: Comment(words.number("id"), words.text("text")),
    "score": lambda words: Score(words.number("first"), words.number("stop"), words.subject, words.on),
}
