"""A lab for each test of the runner."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what these tests share lies in modules beside them

from lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A workspace without jobs; what is still running in it ends with the test."""
    made = Lab(tmp_path)
    yield made
    made.clean_up()
