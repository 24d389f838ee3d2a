"""``ethonight.toml``: the workspace's own options, as one frozen value. Defaults live here and nowhere else."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ethonight.errors import WorkspaceError
from ethonight.suggest import unknown_key


@dataclass(frozen=True)
class Thresholds:
    """When a finished tracking is called suspicious (it stays ``done``, with the finding in its message)."""

    min_finite_fraction: float = 0.5
    """Least fraction of finite positions within the tracking intervals, 0 to 1."""
    min_accuracy: float = 0.9
    """Least ``estimated_accuracy`` of idtracker.ai, 0 to 1; only for jobs with identities."""
    max_error_frame_fraction: float = 0.05
    """Largest fraction of frames with more blobs than animals, 0 to 1."""


@dataclass(frozen=True)
class Config:
    """All options of ``ethonight.toml``; every one has a default."""

    video_roots: tuple[str, ...] = ()
    """Folders in which moved videos are looked for, besides the workspace."""
    min_free_gb: float = 2.0
    """The queue stops before a job when less disk space than this is free, in gigabytes (10**9 bytes)."""
    max_hours: float = 0.0
    """Longest time that one job may run, in hours; 0: no limit."""
    retries: int = 1
    """How often a failure that may pass (killed, CUDA, out of memory) is tried again within one run."""
    suspicious: Thresholds = field(default_factory=Thresholds)


def load_config(path: Path) -> Config:
    """Read ``ethonight.toml``; a missing file gives the defaults.

    Raises WorkspaceError for a file that is no TOML, an unknown key (with a suggestion) or a value of a wrong type.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Config()
    except UnicodeDecodeError as error:
        raise WorkspaceError(f"{path.name} is not saved as UTF-8. Save it as UTF-8 in your editor.") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WorkspaceError(
            f"{path.name} cannot be read: {error}. Mend it (paths need forward slashes), or rename it to use the "
            "defaults."
        ) from error
    sub = document.pop("suspicious", {})
    if not isinstance(sub, dict):
        raise WorkspaceError(f"{path.name}: 'suspicious' must be a table: [suspicious].")
    fractions = _checked(Thresholds, sub, f"{path.name}, [suspicious]")
    for key, value in fractions.items():
        if value > 1:
            raise WorkspaceError(f"{path.name}, [suspicious]: '{key}' is a fraction, 0 to 1; found {value:g}.")
    thresholds = Thresholds(**fractions)
    return Config(**_checked(Config, document, path.name), suspicious=thresholds)


def _checked(kind: type, values: Mapping[str, object], where: str) -> dict[str, Any]:
    known = {f.name: f for f in dataclasses.fields(kind) if f.name != "suspicious"}
    checked: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            names = [f.name for f in dataclasses.fields(kind)]
            raise WorkspaceError(f"{where}: {unknown_key(key, names)}")
        checked[key] = _coerced(value, known[key].default, f"{where}: '{key}'")
    return checked


def _coerced(value: object, default: object, where: str) -> object:
    """Return ``value`` as the type of ``default``, or raise."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise WorkspaceError(f'{where} must be a list of texts, like ["D:/videos"]; found {value!r}.')
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(default, int) and isinstance(value, int) and number and value >= 0:
        return value
    if isinstance(default, float) and isinstance(value, (int, float)) and number and value >= 0:
        return float(value)
    kind = "a whole number" if isinstance(default, int) else "a number"
    raise WorkspaceError(f"{where} must be {kind}, 0 or more; found {value!r}.")
