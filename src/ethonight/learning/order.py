"""What a child process is asked to do: the snapshot of its attempt, read with types."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Order:
    """One job's order. Reading a name that is not there is a programming error."""

    values: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Order:
        return cls(tomllib.loads(path.read_text("utf-8")))

    def text(self, name: str) -> str:
        return str(self.values[name])

    def path(self, name: str) -> Path:
        return Path(self.text(name))

    def paths(self, name: str) -> list[Path]:
        return [Path(text) for text in self.values[name]]

    def number(self, name: str) -> float:
        return float(self.values[name])

    def whole(self, name: str) -> int:
        return int(self.values[name])

    def flag(self, name: str) -> bool:
        return bool(self.values[name])

    def document(self, name: str) -> dict[str, Any]:
        """Return what is held as JSON: it may have values that TOML has not."""
        found: dict[str, Any] = json.loads(self.text(name))
        return found

    def orders(self, name: str) -> list[Order]:
        return [Order(values) for values in self.values[name]]
