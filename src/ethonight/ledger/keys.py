"""Which row the settings cell of a saved table means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_LOSSY = "cp1252"
"""What Excel saves in when it is not told otherwise; letters that it does not have become ``?``."""


class Keys:
    """The keys of ``rows``, found again after a spreadsheet has written them its own way."""

    def __init__(self, rows: Mapping[str, object]) -> None:
        self._rows = rows
        self._mangled: dict[str, str] | None = None

    def of(self, cell: str) -> str:
        """Return the key that ``cell`` means; where it means none, the cell with forward slashes.

        Blanks around it and backslashes are forgiven, and ``?`` for letters that the file's encoding does not have,
        where only one key fits.
        """
        key = cell.strip()
        if key in self._rows:
            return key
        key = normal_key(key)
        if key in self._rows or "?" not in key:
            return key
        if self._mangled is None:
            self._mangled = _mangled(self._rows)
        return self._mangled.get(key, key)


def normal_key(cell: str) -> str:
    """Return a settings cell as a key: forward slashes, no surrounding blanks."""
    return cell.strip().replace("\\", "/")


def _mangled(keys: Iterable[str]) -> dict[str, str]:
    """Return the keys by what is left of them in the lossy encoding; two that look the same there are left out."""
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for key in keys:
        left = key.encode(_LOSSY, "replace").decode(_LOSSY)
        if left in found:
            doubled.add(left)
        found[left] = key
    return {left: key for left, key in found.items() if left not in doubled}
