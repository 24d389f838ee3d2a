"""Features that are being made: finished parts on the disk, from which a job that was killed goes on."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ethonight.features.store import Piece
from ethonight.files import replace_atomically
from ethonight.subjects.boxes import Located

State = dict[str, NDArray[np.float64]]
_STATE = "state "
_BOXES = ("centers", "axes", "angles", "found")
_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, eq=False)
class Part:
    """Places of some time steps and features of as many, which lag behind; and how the locator goes on."""

    piece: Piece
    state: State


class Parts:
    """The finished parts of one extraction, numbered from 0. ``key`` names everything that decides about the numbers.

    Each part is there complete or not at all, and one that was damaged counts as not there.
    """

    def __init__(self, folder: Path, key: object) -> None:
        digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
        self.folder = folder / digest[:16]

    def save(self, number: int, part: Part) -> None:
        """Write one part. Raises OSError, for example when the disk is full."""
        self.folder.mkdir(parents=True, exist_ok=True)
        located = part.piece.located
        arrays: dict[str, NDArray[np.generic]] = {name: getattr(located, name) for name in _BOXES}
        arrays |= {_STATE + name: values for name, values in part.state.items()}
        content = io.BytesIO()
        np.savez(content, features=part.piece.features, **arrays)  # type: ignore[arg-type]
        replace_atomically(self._path(number), content.getvalue())

    def load(self, number: int) -> Part | None:
        """Return a part; None where it is missing or damaged."""
        try:
            with self._path(number).open("rb") as stream, np.load(stream, allow_pickle=False) as held:
                state = {name.removeprefix(_STATE): held[name] for name in held.files if name.startswith(_STATE)}
                located = Located(*(held[name] for name in _BOXES))
                return Part(Piece(located, held["features"]), state)
        except _DAMAGED:
            return None

    def finished(self) -> int:
        """Return how many parts are there and sound, from the first on without a gap."""
        count = 0
        while self.load(count) is not None:
            count += 1
        return count

    def discard(self) -> None:
        """Delete the parts."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.npz"
