"""Files that are no videos, or not any more, made on the spot."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from ethonight.video import probe_child
from ethonight.video.probe import Probe, probe_videos


def write_video(path: Path, frames: int = 75, size: tuple[int, int] = (64, 48), **options: str) -> Path:
    """Write a video of noise at 25 frames per second, a key frame every 10 frames."""
    noise = np.random.default_rng(0)
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = size
        stream.gop_size = 10
        for _ in range(frames):
            pixels = noise.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def write_cut(source: Path, share: float) -> Path:
    content = source.read_bytes()
    target = source.with_stem(f"{source.stem}_cut")
    target.write_bytes(content[: int(len(content) * share)])
    return target


def problem_of(path: Path) -> str:
    return probe_videos([path])[path].problem


@pytest.mark.parametrize("name", ["a.avi", "a.mp4", "a.mov", "a.mkv", "a.ts", "a.mpg"])
def test_a_whole_video_is_sound_in_every_container(name: str, tmp_path: Path) -> None:
    path = write_video(tmp_path / name)
    probe = probe_videos([path])[path]
    assert (probe.problem, probe.warning) == ("", "")
    assert (probe.width, probe.height, probe.fps) == (64, 48, pytest.approx(25))
    assert probe.frames == pytest.approx(75, abs=1)  # MPEG files do not say it: length times rate
    assert probe.seconds == pytest.approx(3.0, abs=0.05)


def frames_inside(path: Path) -> int:
    """Count by reading from the start up to the first failure."""
    count = 0
    with av.open(str(path)) as container:
        try:
            for _ in container.decode(container.streams.video[0]):
                count += 1
        except av.error.FFmpegError:
            pass
    return count


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.9])
@pytest.mark.parametrize("name", ["a.avi", "a.mkv", "a.mp4"])
def test_a_cut_off_video_is_found_with_its_last_frame(name: str, share: float, tmp_path: Path) -> None:
    """The MP4 has its index in front, as cameras for streaming write it."""
    options = {"movflags": "faststart"} if name == "a.mp4" else {}
    cut = write_cut(write_video(tmp_path / name, **options), share)
    problem = problem_of(cut)
    found = re.search(r"ends after (\d+) of 75 frames \(([\d.]+) of 3\.0 s\)", problem)
    assert found, problem
    assert int(found[1]) == pytest.approx(frames_inside(cut), abs=1)  # the last one may be there in part
    assert float(found[2]) == pytest.approx(int(found[1]) / 25, abs=0.1)


def test_a_copy_that_was_filled_with_zeros_is_found(tmp_path: Path) -> None:
    """Some programs give a copy its full size first; what has not arrived is zeros."""
    path = write_video(tmp_path / "a.mp4", movflags="faststart")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3] + bytes(len(content) - len(content) * 2 // 3))
    assert "is damaged: frames cannot be decoded" in problem_of(path)


@pytest.mark.parametrize(("start", "end"), [(0.0, 0.1), (0.45, 0.6), (0.93, 1.0)])
@pytest.mark.parametrize("name", ["a.avi", "a.mkv", "a.mp4"])
def test_damage_at_the_start_middle_or_end_is_found(name: str, start: float, end: float, tmp_path: Path) -> None:
    """Headers and index stay whole: only pictures are overwritten, as by sectors of a disk that went bad."""
    path = write_video(tmp_path / name)
    with av.open(str(path)) as container:
        pictures = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    content = path.read_bytes()
    for picture in pictures[int(len(pictures) * start) : int(len(pictures) * end)]:
        content = content.replace(picture, bytes(len(picture)))
    path.write_bytes(content)
    problem = problem_of(path)
    assert ("not one frame of it can be decoded" if start == 0.0 else "frames cannot be decoded") in problem


def test_a_video_without_a_declared_length_gets_a_warning(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", live="1")
    probe = probe_videos([path])[path]
    assert (probe.problem, probe.frames) == ("", 0)
    assert "does not say how long it is" in probe.warning


def test_an_avi_that_declares_too_many_frames_gets_a_warning(tmp_path: Path) -> None:
    """Putting an MP4's pictures into an AVI as they are gives an AVI that counts in the MP4's fine clock ticks."""
    source, target = write_video(tmp_path / "a.mp4"), tmp_path / "a.avi"
    with av.open(str(source)) as reading, av.open(str(target), "w") as writing:
        stream = writing.add_stream_from_template(reading.streams.video[0])
        for packet in reading.demux(reading.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                writing.mux(packet)
    probe = probe_videos([target])[target]
    assert (probe.problem, probe.frames > 75) == ("", True)
    assert f"says that it has {probe.frames} frames but holds 75" in probe.warning


def test_a_missing_video(tmp_path: Path) -> None:
    assert f"There is no video at {tmp_path / 'gone.avi'}" in problem_of(tmp_path / "gone.avi")


def test_a_video_whose_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "disk").write_text("")
    assert "There is no video at" in problem_of(tmp_path / "disk" / "a.avi")


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder, not a video" in problem_of(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.avi").touch()
    assert "The video a.avi is empty (0 bytes)" in problem_of(tmp_path / "a.avi")


@pytest.mark.parametrize("content", ["frame,x,y\n1,2,3\n" * 500, "a"])
def test_a_text_file_with_the_name_of_a_video(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.avi").write_text(content)
    assert "The file a.avi is not a video" in problem_of(tmp_path / "a.avi")


@pytest.mark.parametrize("name", ["a.avi", "a.mkv"])
def test_a_video_of_which_only_the_first_bytes_are_there(name: str, tmp_path: Path) -> None:
    path = write_video(tmp_path / name)
    path.write_bytes(path.read_bytes()[:100])
    assert "is damaged: it cannot be opened" in problem_of(path)


def test_a_sound_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 8000), dtype=np.float32), format="fltp", layout="mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode())
    assert "holds no pictures" in problem_of(path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="every file can be read by this user")
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi")
    path.chmod(stat.S_IWUSR)
    assert "may not be read by this user account" in problem_of(path)


@pytest.mark.parametrize(
    ("error", "words"),
    [(PermissionError(13, "Permission denied"), "may not be read"), (OSError(5, "Input/output error"), "Input/output")],
)
def test_a_disk_that_refuses_to_open_the_file(
    error: OSError, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_video(tmp_path / "a.avi")

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    answer = probe_child.answer(path, 1.0, None, lambda path, patience: Probe(path))
    assert words in str(answer["facts"])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_something_that_is_no_ordinary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.avi")
    assert "is not an ordinary file" in problem_of(tmp_path / "a.avi")


def test_a_path_that_cannot_exist() -> None:
    assert "cannot be read" in problem_of(Path("a\0b.avi"))


@pytest.mark.parametrize(
    "name", ["with space.avi", "ünï 鼠.avi", "%03d [1] {x}.avi", "a&b;'c'.avi", "-i.avi", "12:30.avi"]
)
@pytest.mark.skipif(sys.platform == "win32", reason="not all of these are names there")
def test_unusual_names(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "plain.avi").rename(tmp_path / name)
    assert problem_of(Path(name)) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="about paths that are foreign to this system")
def test_a_path_of_another_system_is_named_as_it_was_written() -> None:
    assert "There is no video at D:/videos/mouse.avi." in problem_of(Path("D:/videos/mouse.avi"))
