"""The videos that idtracker.ai brings along."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture
def idtracker_video() -> Callable[[str], Path]:
    """Return a video of the installed idtracker.ai by name; idtracker.ai itself is not imported."""
    spec = find_spec("idtrackerai")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("idtracker.ai is not installed")
    folder = Path(next(iter(spec.submodule_search_locations))) / "data"
    return lambda name: folder / name
