"""A workspace with numbered videos, and somebody who looks at them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from ethonight.arena.numbered import Numbered, read_number, write_numbered
from ethonight.settings.recording import add_recording
from ethonight.viewing.viewer import Picture, Reading, Viewed, Viewer
from ethonight.workspace import Workspace

_PATIENCE = 120.0


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.open(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def viewer(workspace: Workspace) -> Iterator[Viewer]:
    viewer = Viewer(workspace)
    yield viewer
    viewer.close()


@pytest.fixture(scope="module")
def add(workspace: Workspace) -> Callable[..., str]:
    """Write numbered videos (file name, how it is made), add them as one recording and return its name."""

    def add(*files: tuple[str, Numbered]) -> str:
        paths = [workspace.root / name for name, _ in files]
        for path, (_, numbered) in zip(paths, files, strict=True):
            write_numbered(path, numbered)
        return add_recording(workspace, paths).name

    return add


@pytest.fixture(scope="module")
def opened(viewer: Viewer) -> Callable[[str], Viewed]:
    """Wait until the times of a recording have been read."""

    def opened(video: str) -> Viewed:
        end = time.monotonic() + _PATIENCE
        while isinstance(found := viewer.recording(video), Reading):
            assert time.monotonic() < end
        return found

    return opened


@pytest.fixture(scope="session")
def number_on() -> Callable[[Picture], int]:
    def number_on(picture: Picture) -> int:
        return read_number(np.asarray(cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_COLOR), np.uint8))

    return number_on
