"""Several coders of one video: their files, and the frames as each of them saw them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.bouts_writing import write_annotation
from ethonight.annotations.coders import coder_file, coder_frames, list_coders, read_coder
from ethonight.annotations.problems import AnnotationError
from ethonight.errors import UsageError
from ethonight.frame_times import frame_edges
from ethonight.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Two coders of one video, beside files that are nobody's bouts."""
    workspace = Workspace.open(tmp_path)
    for coder, start in (("ben", 2.0), ("anna", 1.0)):
        write_annotation(coder_file(workspace, "mouse & cage", coder), Annotation((Bout("groom", start, 4),)))
    folder = workspace.annotations / "mouse & cage"
    (folder / ".anna.csv.x.tmp").touch()
    (folder / "~$anna.csv").touch()
    (folder / "notes.txt").touch()
    (folder / "old.csv").mkdir()
    return workspace


def test_the_coders_of_a_video_are_found(workspace: Workspace) -> None:
    assert list_coders(workspace, "mouse & cage") == ["anna", "ben"]
    assert list_coders(workspace, "unseen") == []
    assert read_coder(workspace, "mouse & cage", "anna").bouts == (Bout("groom", 1, 4),)
    assert read_coder(workspace, "mouse & cage", "ben").bouts == (Bout("groom", 2, 4),)


def test_a_coder_who_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="did you mean 'anna'"):
        read_coder(workspace, "mouse & cage", "ana")
    with pytest.raises(UsageError, match="there are bouts of: nobody"):
        read_coder(workspace, "unseen", "anna")


def test_a_wrong_file_is_named_as_in_the_workspace(workspace: Workspace) -> None:
    coder_file(workspace, "mouse & cage", "ben").write_text("labelId,timestamp,endTimestamp\na,x,1\n")
    with pytest.raises(AnnotationError, match=r"^annotations/mouse & cage/ben\.csv, line 2, timestamp: "):
        read_coder(workspace, "mouse & cage", "ben")


@pytest.mark.parametrize("name", ["", "..", ".", "../secret", "a/b", "a\\b", "C:", ".hidden", " x", "a\nb", "a*"])
def test_names_that_lead_elsewhere_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        coder_file(workspace, "mouse", name)
    with pytest.raises(UsageError, match="cannot be the name"):
        coder_file(workspace, name, "anna")


@pytest.mark.parametrize("name", ["nul", "CON", "Com1", "aux.old", "lpt9 .2"])
def test_names_of_devices_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(UsageError, match="device"):
        coder_file(workspace, "mouse", name)
    assert coder_file(workspace, "mouse", f"{name[:3]}rad").name == f"{name[:3]}rad.csv"


def test_frames_of_several_coders() -> None:
    edges = frame_edges(np.arange(4.0), 4.0)
    anna = Annotation((Bout("groom", 1, 3), Bout("rear", 0, 1, "left")))
    ben = Annotation((Bout("groom", 2, 4), Bout(SCORED, 1, 4)))
    frames = coder_frames({"anna": anna, "ben": ben}, ["groom", "rear"], edges)
    assert frames.coders == ("anna", "ben")
    assert frames.active[:, :, 0].astype(int).tolist() == [[0, 1, 1, 0], [0, 0, 1, 1]]
    assert frames.active[:, :, 1].astype(int).tolist() == [[1, 0, 0, 0], [0, 0, 0, 0]]
    assert frames.scored.astype(int).tolist() == [[1, 1, 1, 1], [0, 1, 1, 1]]
    assert not coder_frames({"anna": anna}, ["rear"], edges, subject="").active.any()
    assert coder_frames({}, ["rear"], edges).active.shape == (0, 4, 1)
