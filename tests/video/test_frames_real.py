"""Real recordings, among them odd ones: the same frames in order, by number, and from both decoders."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from ethonight.errors import VideoError
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
VIDEOS = sorted((SHARED / "video_odd").glob("*")) + sorted((SHARED / "video_lab").glob("*"))
FRAMES = {
    "decord_corrupted.mp4": 28,
    "decord_flipping_a_pancake.mkv": 310,
    "decord_unordered.mov": 4,
    "decord_video_0.mov": 3,
    "decord_video_180.mov": 3,
    "decord_video_90.mov": 3,
    "flies_in_tubes.mp4": 1200,
    "mouse_bottom_view.mp4": 749,
    "mouse_openfield.mp4": 2330,
    "reachingvideoS.avi": 21,
    "torchcodec_av1_video.mkv": 125,
    "torchcodec_bt709_full_range.mp4": 30,
    "torchcodec_h265_10bits.mp4": 30,
    "torchcodec_h265_video.mp4": 10,
    "torchcodec_var_fps_video.mp4": 300,
    "vid.avi": 256,
    "vid1.mov": 31,
    "vid1_DLC_3D.mpg": 5,
}
MOST = 220
SIZE = (160, 120)
needs_shared = pytest.mark.skipif(not VIDEOS, reason="the folder with real videos is not here")


def shared(name: str) -> Path:
    return SHARED / "video_odd" / name


@pytest.mark.parametrize("path", VIDEOS, ids=lambda path: path.name)
def test_frames_are_the_same_in_order_by_number_and_from_both_decoders(path: Path) -> None:
    timeline = Timeline.read([path])
    assert len(timeline) == FRAMES[path.name]
    assert np.all(np.diff(timeline.times) > 0)
    assert timeline.end > timeline.times[-1]
    count = min(MOST, len(timeline))
    wanted = np.random.default_rng(3).integers(0, count, 8)
    with FrameReader(timeline, SIZE, decoder="av") as trusted, FrameReader(timeline, SIZE) as usual:
        expected = np.concatenate([batch.frames for batch in trusted.batches(32, range(count))])
        got = np.concatenate([batch.frames for batch in usual.batches(32, range(count))])
        np.testing.assert_array_equal(trusted.get(wanted).frames, expected[wanted])
        np.testing.assert_array_equal(usual.get(wanted).frames, expected[wanted])
    assert len(expected) == count
    assert np.abs(expected.astype(np.int16) - got).mean() < 0.5


@needs_shared
@pytest.mark.parametrize("grey", [False, True])
def test_a_fresh_reader_may_begin_far_in_a_file_whose_first_frame_says_how_to_decode_it(grey: bool) -> None:
    """4:4:4 colour of an old x264: the same pictures, whether the frames before were read or not."""
    timeline = Timeline.read([SHARED / "video_lab" / "mouse_openfield.mp4"])
    with FrameReader(timeline, SIZE, decoder="av", grey=grey) as from_start:
        expected = np.concatenate([batch.frames for batch in from_start.batches(32, range(230))])
    with FrameReader(timeline, SIZE, decoder="av", grey=grey) as fresh:
        np.testing.assert_array_equal(fresh.get([200, 225]).frames, expected[[200, 225]])


@pytest.mark.parametrize("path", VIDEOS, ids=lambda path: path.name)
def test_pictures_are_those_that_simple_decoding_gives(path: Path) -> None:
    """Upright, in the right colours: compared with PyAV's own conversion of the first frames, in file order."""
    timeline = Timeline.read([path])
    with av.open(str(path)) as container:
        plain = [frame.to_ndarray(format="rgb24") for frame in islice(container.decode(video=0), 3)]
        turned = round(next(av.open(str(path)).decode(video=0)).rotation) // 90
    expected = np.stack([np.rot90(picture, turned) for picture in plain]).astype(np.int16)
    with FrameReader(timeline) as reader:
        got = reader.get(range(3))
    assert got.frames.shape == expected.shape
    assert np.abs(got.frames - expected).mean() < 3


@needs_shared
def test_gaps_of_a_variable_rate_are_kept() -> None:
    steps = np.diff(Timeline.read([shared("torchcodec_var_fps_video.mp4")]).times)
    assert sorted(set(np.round(steps * 1000).astype(int))) == [33, 67, 533]


@needs_shared
def test_a_first_timestamp_above_zero_is_kept() -> None:
    timeline = Timeline.read([shared("vid1_DLC_3D.mpg")])
    assert timeline.start == 48000 / 90000
    assert timeline.frame_at(timeline.start) == timeline.frame_at(0.0) == 0


@needs_shared
def test_frames_of_an_avi_with_b_frames_follow_at_a_steady_pace() -> None:
    np.testing.assert_array_equal(Timeline.read([shared("vid.avi")]).times, np.arange(256) / 30)


@needs_shared
def test_a_corrupt_file_gives_what_there_is_and_says_so() -> None:
    timeline = Timeline.read([shared("decord_corrupted.mp4")])
    with FrameReader(timeline, SIZE) as reader:
        assert sum(len(batch) for batch in reader.batches()) == 28
        (note,) = reader.notes
    assert "decord_corrupted.mp4 says that it has 50 frames, but only 28" in note
    assert "2.70 s" in note


def test_the_videos_of_idtracker_are_read(idtracker_video: Callable[[str], Path]) -> None:
    timeline = Timeline.read([idtracker_video("test_A.avi"), idtracker_video("test_B.avi")])
    assert [part.first for part in timeline.parts] == [0, 501]
    with FrameReader(timeline, (116, 94)) as reader:
        around = reader.get(range(498, 504))
        assert reader.decoders == ("decord", "decord")
    assert around.indices.tolist() == list(range(498, 504))


@pytest.mark.parametrize(("content", "words"), [(b"", "empty"), (b"not a video at all" * 99, "not a video")])
def test_what_is_no_video_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoError, match=words):
        Timeline.read([path], tmp_path / "cache")


def test_a_missing_video_is_refused_in_words(tmp_path: Path) -> None:
    for cache in (None, tmp_path / "cache"):
        with pytest.raises(VideoError, match=r"There is no video at .*gone\.mp4"):
            Timeline.read([tmp_path / "gone.mp4"], cache)
