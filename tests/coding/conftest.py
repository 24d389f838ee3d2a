"""A coder for each test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what these tests share lies in modules beside them

from coder_at_work import Coder


@pytest.fixture
def make_coder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Coder]]:
    """Return a function that makes a coder in a workspace of her own."""
    coders: list[Coder] = []

    def make() -> Coder:
        coders.append(Coder(tmp_path_factory.mktemp("workspace")))
        return coders[-1]

    yield make
    for coder in coders:
        coder.desk.close()


@pytest.fixture
def anna(make_coder: Callable[[], Coder]) -> Coder:
    """A coder who has not begun yet."""
    return make_coder()
