"""A recipe leads to its locator, and what was decided is enough to open it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from ethonight.errors import SettingsError, VideoError
from ethonight.recipe.stream import Subjects
from ethonight.subjects.locators import Sources, decide, open_locator
from ethonight.subjects.samples import grey
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline


def film(path: Path, pictures: Any) -> Timeline:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = pictures.shape[2], pictures.shape[1], "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "gray8").reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return Timeline.read([path])


def test_blobs_from_a_video_file(tmp_path: Path, painter: Any, wander: Any) -> None:
    places, angles = wander(2, 80)
    timeline = film(tmp_path / "two.mp4", painter().pictures(places, angles))
    subjects = Subjects("blobs", 2)
    decided = decide(timeline, subjects, Sources())
    np.savez(tmp_path / "decided.npz", **decided)
    kept = dict(np.load(tmp_path / "decided.npz"))
    found = []
    for known in (decided, kept):
        locator, size = open_locator(timeline, subjects, Sources(), known, 64)
        assert locator.needs_pictures and locator.scene.subjects == ("1", "2")
        with FrameReader(timeline, size, decoder="av") as reader:
            found.append(locator.locate(range(80), grey(reader.get(range(80)).frames)))
    assert found[0].found.all() and np.hypot(*np.moveaxis(found[0].centers - places, 2, 0)).max() < 1.5
    assert np.array_equal(found[0].centers, found[1].centers)


def test_a_video_in_which_nothing_moves_says_so(tmp_path: Path, painter: Any) -> None:
    timeline = film(tmp_path / "still.mp4", painter(noise=1.0).pictures(np.full((1, 30, 2), 90.0), np.zeros((1, 30))))
    with pytest.raises(VideoError, match=r"Nothing in still\.mp4 moves"):
        decide(timeline, Subjects("blobs", 1), Sources())


def test_the_whole_frame_needs_nothing(tmp_path: Path, painter: Any, wander: Any) -> None:
    timeline = film(tmp_path / "one.mp4", painter().pictures(*wander(1, 10)))
    assert decide(timeline, Subjects(), Sources()) == {}
    locator, size = open_locator(timeline, Subjects(), Sources(), {}, 64)
    assert size == (64, 48) and not locator.needs_pictures
    located = locator.locate(range(4), None)
    assert located.centers[0].tolist() == [[159.5, 119.5]] * 4 and located.found.all()
    assert locator.scene.side == 320.0


def test_tracks_need_a_session(tmp_path: Path, painter: Any, wander: Any) -> None:
    timeline = film(tmp_path / "one.mp4", painter().pictures(*wander(1, 10)))
    with pytest.raises(SettingsError, match="Track it first"):
        open_locator(timeline, Subjects("tracks"), Sources(), {}, 64)
