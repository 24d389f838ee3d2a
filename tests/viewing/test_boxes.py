"""Who is where: from cached features and from sessions, frame by frame."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import h5py
import numpy as np
import pytest

from ethonight.arena.numbered import Numbered, write_numbered
from ethonight.features.store import About, Layout, Piece, write_features
from ethonight.recipe.stream import Recipe
from ethonight.settings.recording import add_recording
from ethonight.subjects.boxes import Located, Scene
from ethonight.viewing.boxes import boxes
from ethonight.workspace import Workspace

FRAMES, STRIDE = 11, 2


@pytest.fixture
def video(tmp_path: Path) -> tuple[Workspace, str]:
    workspace = Workspace.open(tmp_path)
    path = tmp_path / "mouse.mp4"
    write_numbered(path, Numbered.constant(FRAMES))
    return workspace, add_recording(workspace, [path]).name


def store(workspace: Workspace, video: str, name: str, kind: str = "blobs") -> None:
    """Store places of two subjects at every second frame; the second subject is out of sight at step 3."""
    steps = -(-FRAMES // STRIDE)
    recipe = Recipe.read({"features": "motion", "subjects": {"kind": kind}})
    about = About(video, "0" * 32, recipe, STRIDE, FRAMES)
    scene = Scene(("1", "2"), 320, 240, 20.0, 40.0)
    layout = Layout(about, scene, np.arange(steps + 1) * float(Fraction(STRIDE, 30)), ("a",))
    at = np.arange(steps, dtype=np.float32)
    centers = np.stack([np.stack([at, at * 2], axis=1), np.stack([at + 100, at], axis=1)])
    found = np.ones((2, steps), np.bool_)
    found[1, 3] = False
    located = Located(centers, np.full((2, steps, 2), 9, np.float32), np.zeros((2, steps), np.float32), found)
    path = workspace.features / video / f"{name}.h5"
    path.parent.mkdir(exist_ok=True)
    write_features(path, layout, [Piece(located, np.zeros((2, steps, 1), np.float16))])


def track(workspace: Workspace, name: str, videos: list[str], frames: int = FRAMES) -> None:
    path = workspace.sessions / f"session_{name}" / "trajectories" / "trajectories.h5"
    path.parent.mkdir(parents=True)
    positions = np.arange(frames * 4, dtype=np.float64).reshape(frames, 2, 2)
    positions[4, 1] = np.nan
    with h5py.File(path, "w") as file:
        file["trajectories"] = positions
        file.attrs.update(video_paths=videos, body_length=30.0, width=320, height=240)
        file.attrs["identities_labels"] = ["ann", "bob"]


def test_a_place_holds_until_the_next_step(video: tuple[Workspace, str]) -> None:
    store(*video, "motion")
    (source,) = boxes(*video)
    places = source.places(1, 8)
    assert (source.name, places.subjects) == ("motion", ("1", "2"))
    assert places.x[0].tolist() == [0, 1, 1, 2, 2, 3, 3]
    assert places.y[0].tolist() == [0, 2, 2, 4, 4, 6, 6]
    assert np.isnan(places.x[1]).tolist() == [False] * 5 + [True] * 2
    assert places.long.shape == places.short.shape == places.angle.shape == (2, 7)


def test_places_end_with_the_last_step(video: tuple[Workspace, str]) -> None:
    store(*video, "motion")
    (source,) = boxes(*video)
    assert source.places(FRAMES - 1, FRAMES + 3).x[0].tolist()[:2] == [5, 5]
    assert np.isnan(source.places(FRAMES + 1, FRAMES + 9).x).all()
    assert source.places(FRAMES + 1, FRAMES + 9).angle.shape == (2, 8)


def test_no_frames_have_no_places(video: tuple[Workspace, str]) -> None:
    store(*video, "motion")
    assert boxes(*video)[0].places(3, 3).x.shape == (2, 0)


def test_the_whole_frame_is_no_box(video: tuple[Workspace, str]) -> None:
    store(*video, "motion", kind="frame")
    assert boxes(*video) == ()


def test_a_session_belongs_to_the_video_that_it_tracked(video: tuple[Workspace, str]) -> None:
    workspace, name = video
    track(workspace, "mine", ["D:\\videos\\mouse.mp4"])
    track(workspace, "other", ["/videos/other.mp4"])
    (source,) = boxes(workspace, name)
    places = source.places(3, 6)
    assert (source.name, source.subjects) == ("session_mine", ("ann", "bob"))
    assert places.x[0].tolist() == [12, 16, 20]
    assert np.isnan(places.y[1]).tolist() == [False, True, False]


def test_trajectories_may_end_before_the_video(video: tuple[Workspace, str]) -> None:
    workspace, name = video
    track(workspace, "short", ["mouse.mp4"], frames=6)
    assert np.isnan(boxes(workspace, name)[0].places(4, 8).x[0]).tolist() == [False, False, True, True]


def test_damaged_files_are_left_out(video: tuple[Workspace, str]) -> None:
    workspace, name = video
    store(workspace, name, "good")
    (workspace.features / name / "bad.h5").write_bytes(b"no HDF5")
    track(workspace, "cut", ["mouse.mp4"])
    path = workspace.sessions / "session_cut" / "trajectories" / "trajectories.h5"
    path.write_bytes(path.read_bytes()[:100])
    assert [source.name for source in boxes(workspace, name)] == ["good"]
