"""Videos whose frames show their own number: what is delivered under a number must show that number."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from ethonight.video.decoder import DecordFailed
from ethonight.video.frames import Choice, FrameReader
from ethonight.video.timeline import Timeline
from ethonight.video.timestamps import read_timestamps

SIZE = (160, 40)
THIRTIETH = Fraction(1, 30)
STEADY = list(range(100))
GAPS = [0, 1, 2, 3, 19, 20, 21, 60, 61, 62, *range(80, 140, 2), *range(141, 201)]
CLOSED = {"bf": "3", "g": "12", "x264-params": "open-gop=0:scenecut=0"}
OPEN = {"bf": "3", "g": "12", "x264-params": "open-gop=1:scenecut=0"}
KINDS: dict[str, tuple[str, dict[str, object]]] = {
    "B-frames": ("a.mp4", {"ticks": STEADY, "time_base": THIRTIETH, "options": CLOSED}),
    "open groups": ("a.mp4", {"ticks": STEADY, "time_base": THIRTIETH, "options": OPEN}),
    "29.97 per second": ("a.mp4", {"ticks": STEADY, "time_base": Fraction(1001, 30000), "options": OPEN}),
    "variable rate": ("a.mp4", {"ticks": GAPS, "time_base": THIRTIETH, "options": CLOSED}),
    "start at 2 s": ("a.mkv", {"ticks": [60 + t for t in STEADY], "time_base": THIRTIETH, "options": CLOSED}),
    "variable rate from 1 s": ("a.mkv", {"ticks": [30 + t for t in GAPS], "time_base": THIRTIETH, "options": OPEN}),
    "transport stream": ("a.ts", {"ticks": STEADY, "time_base": THIRTIETH, "options": CLOSED}),
    "MPEG program stream": ("a.mpg", {"ticks": STEADY, "time_base": THIRTIETH, "codec": "mpeg2video"}),
    "AVI": ("a.avi", {"ticks": STEADY, "time_base": THIRTIETH, "codec": "mpeg4", "options": {"g": "12"}}),
    "AVI with B-frames": ("a.avi", {"ticks": STEADY, "time_base": THIRTIETH, "options": CLOSED}),
    "motion JPEG": ("a.avi", {"ticks": STEADY, "time_base": THIRTIETH, "codec": "mjpeg", "pixels": "yuvj420p"}),
    "bare H.264": ("a.h264", {"ticks": STEADY, "time_base": THIRTIETH, "options": CLOSED}),
    "ten bits": ("a.mp4", {"ticks": STEADY, "time_base": THIRTIETH, "pixels": "yuv420p10le", "options": OPEN}),
    "gray": ("a.mp4", {"ticks": STEADY, "time_base": THIRTIETH, "pixels": "gray", "options": CLOSED}),
    "coarse clock": ("a.mkv", {"ticks": STEADY, "time_base": Fraction(1, 2000), "options": {**CLOSED, "bf": "0"}}),
}
Writer = Callable[..., Path]


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(writer: Writer, folder: Path, kind: str) -> Path:
    name, how = KINDS[kind]
    return writer(folder / name, **how)


def numbers_in(frames: NDArray[np.uint8]) -> list[int]:
    """Read the numbers that the pictures show, each block at its middle."""
    height, width = frames.shape[1:3]
    rows, columns = (np.arange(2) * 2 + 1) * height // 4, (np.arange(8) * 2 + 1) * width // 16
    bits = frames[:, rows][:, :, columns].mean(axis=3) > 126
    return [int(sum(1 << place for place, bit in enumerate(each.ravel()) if bit)) for each in bits]


def reader(path: Path, choice: Choice = "auto") -> FrameReader:
    return FrameReader(Timeline.read([path]), SIZE, decoder=choice)


@pytest.mark.parametrize("choice", ["av", "auto"])
def test_every_frame_shows_its_number(numbered_video: Writer, tmp_path: Path, kind: str, choice: Choice) -> None:
    path = written(numbered_video, tmp_path, kind)
    wanted = [99, 0, 51, 50, 49, 13, 12, 11, 12, 98, 24, 1, 36, 35, 37]
    with reader(path, choice) as frames:
        batches = list(frames.batches(size=7))
        jumped = frames.get(wanted)
        thinned = list(frames.batches(size=5, frames=range(3, 99, 7)))
        assert frames.notes == ()
    assert [number for batch in batches for number in numbers_in(batch.frames)] == STEADY
    assert [number for batch in batches for number in batch.indices.tolist()] == STEADY
    assert (numbers_in(jumped.frames), jumped.indices.tolist()) == (wanted, wanted)
    assert [number for batch in thinned for number in numbers_in(batch.frames)] == list(range(3, 99, 7))
    assert max(len(batch) for batch in batches) == 7


@pytest.mark.parametrize("sound", ["B-frames", "variable rate", "AVI", "motion JPEG", "start at 2 s"])
def test_decord_reads_what_it_reads_well(numbered_video: Writer, tmp_path: Path, sound: str) -> None:
    path = written(numbered_video, tmp_path, sound)
    with reader(path, "decord") as frames:
        assert numbers_in(np.concatenate([batch.frames for batch in frames.batches(16)])) == STEADY
        assert numbers_in(frames.get(STEADY[::-3]).frames) == STEADY[::-3]
        assert frames.decoders == ("decord",)


def test_both_decoders_give_the_same_pixels(numbered_video: Writer, tmp_path: Path) -> None:
    path = written(numbered_video, tmp_path, "B-frames")
    with reader(path, "decord") as one, reader(path, "av") as other:
        np.testing.assert_array_equal(one.get(STEADY).frames, other.get(STEADY).frames)


@pytest.mark.parametrize("odd", ["AVI with B-frames"])
def test_decord_is_refused_where_its_times_are_wrong(numbered_video: Writer, tmp_path: Path, odd: str) -> None:
    path = written(numbered_video, tmp_path, odd)
    with pytest.raises(DecordFailed), reader(path, "decord") as frames:
        frames.get([0])
    with reader(path) as frames:
        frames.get([0])
        assert (frames.decoders, bool(frames.refused[0])) == (("av",), True)


def test_decord_is_refused_at_sizes_it_cannot_deliver(numbered_video: Writer, tmp_path: Path) -> None:
    path = written(numbered_video, tmp_path, "B-frames")
    with FrameReader(Timeline.read([path]), (96, 24)) as frames:
        assert numbers_in(frames.get([5, 77]).frames) == [5, 77]
        assert frames.get([5]).frames.shape == (1, 24, 96, 3)


def test_times_are_those_that_were_written(numbered_video: Writer, tmp_path: Path, kind: str) -> None:
    how = KINDS[kind][1]
    stamps = read_timestamps(written(numbered_video, tmp_path, kind))
    ticks, base = np.array(how["ticks"]), how["time_base"]
    assert isinstance(base, Fraction)
    if kind == "coarse clock":  # half of the ticks of 0.5 ms are lost in the file's milliseconds
        assert np.all(np.diff(stamps.seconds) > 0)
        assert np.abs(stamps.seconds - ticks * float(base)).max() <= 0.001
        return
    shifted = kind in ("transport stream", "MPEG program stream")  # their writers begin at a time of their own
    expected = (ticks - (ticks[0] if shifted else 0)) * float(base)
    got = stamps.seconds - (stamps.seconds[0] if shifted else 0)
    assert np.abs(got - expected).max() <= (0.0006 if path_is_matroska(kind) else 1e-4)
    assert stamps.end > stamps.seconds[-1]


def path_is_matroska(kind: str) -> bool:
    return KINDS[kind][0].endswith(".mkv")


def test_frames_cut_away_by_an_edit_list_do_not_count(numbered_video: Writer, tmp_path: Path) -> None:
    mux = {"avoid_negative_ts": "disabled", "use_editlist": "1"}
    path = numbered_video(tmp_path / "a.mp4", STEADY, THIRTIETH, options=CLOSED, mux=mux, shift=-17)
    with av.open(str(path)) as container:
        assert sum(packet.is_discard for packet in container.demux(video=0)) == 5  # from the last key frame on
    timeline = Timeline.read([path])
    assert (len(timeline), timeline.start) == (83, 0.0)
    for choice in ("av", "auto"):
        with FrameReader(timeline, SIZE, decoder=choice) as frames:
            assert numbers_in(np.concatenate([batch.frames for batch in frames.batches()])) == STEADY[17:]
            assert numbers_in(frames.get([82, 0, 40, 7]).frames) == [99, 17, 57, 24]


def test_two_files_are_one_recording(numbered_video: Writer, tmp_path: Path) -> None:
    first = numbered_video(tmp_path / "1.mkv", [30 + t for t in GAPS], THIRTIETH, options=CLOSED)
    second = numbered_video(tmp_path / "2.avi", STEADY, THIRTIETH, codec="mpeg4")
    timeline = Timeline.read([first, second])
    with FrameReader(timeline, SIZE) as frames:
        got = list(frames.batches(32))
        mixed = frames.get([150, 0, 100, 99, 199])
        tail = list(frames.batches(64, range(95, 110, 2)))
    assert [number for batch in got for number in numbers_in(batch.frames)] == STEADY * 2
    assert np.concatenate([batch.indices for batch in got]).tolist() == list(range(200))
    assert numbers_in(mixed.frames) == [50, 0, 0, 99, 99]
    assert [number for batch in tail for number in numbers_in(batch.frames)] == [95, 97, 99, 1, 3, 5, 7, 9]
    assert timeline.times[100] == timeline.parts[0].stamps.end
    assert np.all(np.diff(timeline.times) > 0)
    assert [part.first for part in timeline.parts] == [0, 100]
    assert np.concatenate([batch.times for batch in got]).tolist() == timeline.times.tolist()


def test_a_damaged_middle_is_left_out_and_said(numbered_video: Writer, tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "a.mp4", STEADY, THIRTIETH, options=CLOSED)
    timeline = Timeline.read([path])
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    for at, size in places[50:53]:
        content[at : at + size] = b"\xff" * size
    path.write_bytes(content)
    with FrameReader(timeline, SIZE) as frames:
        batches = list(frames.batches(8))
        notes = frames.notes
    kept = np.concatenate([batch.indices for batch in batches]).tolist()
    shown = [number for batch in batches for number in numbers_in(batch.frames)]
    assert shown == kept
    assert set(range(45)) | set(range(60, 100)) <= set(kept)
    assert len(kept) < 100
    assert len(notes) == 1
    assert f"{100 - len(kept)} frames" in notes[0]


def test_a_file_that_ends_early_gives_what_there_is(numbered_video: Writer, tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "a.mp4", STEADY, THIRTIETH, options=CLOSED, mux={"movflags": "faststart"})
    with av.open(str(path)) as container:
        places = sorted(packet.pos for packet in container.demux(video=0) if packet.size)
    path.write_bytes(path.read_bytes()[: places[60]])
    timeline = Timeline.read([path])
    assert 55 <= len(timeline) <= 60
    assert f"has 100 frames, but only {len(timeline)}" in timeline.notes[0]
    with FrameReader(timeline, SIZE) as frames:
        shown = numbers_in(np.concatenate([batch.frames for batch in frames.batches()]))
    assert all(before < after for before, after in pairwise(shown))
    assert shown[:55] == STEADY[:55]
    assert len(shown) == len(timeline)


def test_numbers_outside_are_refused(numbered_video: Writer, tmp_path: Path) -> None:
    path = written(numbered_video, tmp_path, "AVI")
    with reader(path) as frames:
        for wrong in ([100], [-1], [5, 200]):
            with pytest.raises(IndexError, match="not among the 100 frames"):
                frames.get(wrong)
        assert len(frames.get([])) == 0
        assert list(frames.batches(4, range(7, 7))) == []


@pytest.mark.parametrize(
    ("quarters", "matrix"), [(0, (1, 0, 0, 1)), (1, (0, 1, -1, 0)), (2, (-1, 0, 0, -1)), (3, (0, -1, 1, 0))]
)
def test_a_rotation_flag_turns_the_picture(
    numbered_video: Writer, tmp_path: Path, quarters: int, matrix: tuple[int, ...]
) -> None:
    """``quarters`` clockwise, written into the header of the MP4's track."""
    path = numbered_video(tmp_path / "a.mp4", STEADY, THIRTIETH, options=CLOSED)
    plain = FrameReader(Timeline.read([path]), decoder="av").get([77]).frames[0]
    content = path.read_bytes()
    one, nothing, whole = (1 << 16).to_bytes(4, "big"), bytes(4), (1 << 30).to_bytes(4, "big")
    at = content.index(one + nothing * 3 + one + nothing * 3 + whole, content.index(b"tkhd"))
    a, b, c, d = (((value << 16) & 0xFFFFFFFF).to_bytes(4, "big") for value in matrix)
    path.write_bytes(content[:at] + a + b + nothing + c + d + content[at + 20 :])
    timeline = Timeline.read([path])
    shape = (256, 64) if quarters % 2 == 0 else (64, 256)
    assert (timeline.parts[0].stamps.width, timeline.parts[0].stamps.height) == shape
    for choice in ("av", "decord"):
        with FrameReader(timeline, decoder=choice) as frames:
            (turned,) = frames.get([77]).frames
        assert np.abs(np.rot90(turned, quarters).astype(np.int16) - plain).mean() < 1
