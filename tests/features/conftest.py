"""A short made video for the tests of extraction."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what these tests share lies in modules beside them

import extraction_lab


@pytest.fixture(scope="session")
def squares_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dark squares on a light ground, 700 frames of 192x128."""
    return extraction_lab.write_video(tmp_path_factory.mktemp("video") / "squares.mp4", 700)
