"""Which job writes where: no folder may be two jobs', nor lie inside another job's."""

from __future__ import annotations

from collections.abc import Iterator


class Claims:
    """The folders that jobs write to, as paths relative to the workspace, with ``/``.

    Names that differ only in the case of letters count as one, as they do on Windows and macOS.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._around: dict[str, str] = {}
        """Every folder around a claimed one, with the job that claimed the inner one."""

    def claim(self, folder: str, key: str) -> str:
        """Note that the job ``key`` writes to ``folder``.

        Returns the key of another job whose folder is the same, lies inside, or lies around; the folder is then not
        claimed. An empty text means that it was free.
        """
        place = folder.casefold()
        around = list(_around(place))
        owner = self._around.get(place) or next((self._owners[p] for p in (place, *around) if p in self._owners), "")
        if owner and owner != key:
            return owner
        self._owners[place] = key
        for outer in around:
            self._around[outer] = key
        return ""


def _around(place: str) -> Iterator[str]:
    """Yield the folders around ``place``, the innermost first."""
    while place := place.rpartition("/")[0]:
        yield place
