"""What the tests of behaviour's jobs work in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what these tests share lies in modules beside them

from study import Study


@pytest.fixture(scope="session")
def _study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study.make(tmp_path_factory.mktemp("study") / "workspace")


@pytest.fixture
def study(_study: Study, tmp_path: Path) -> Study:
    """Four marked videos, in a workspace of this test alone."""
    return _study.copy(tmp_path / "workspace")
