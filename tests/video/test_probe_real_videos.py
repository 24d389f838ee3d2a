"""Real recordings, whole, odd and damaged, through the real child process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import av
import pytest

from ethonight.video.probe import Probe, probe_videos

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
DAMAGED = "decord_corrupted.mp4"
ODD = sorted(path for path in (SHARED / "video_odd").glob("*") if path.name != DAMAGED)
LAB = sorted((SHARED / "video_lab").glob("*"))
needs_shared = pytest.mark.skipif(not ODD, reason="the folder with real videos is not here")

COUNT_WITH_OPENCV = """
import cv2, json, sys
found = {}
for path in sys.argv[1:]:
    video = cv2.VideoCapture(path)
    found[path] = [int(video.get(cv2.CAP_PROP_FRAME_COUNT)), int(video.get(cv2.CAP_PROP_FRAME_WIDTH)),
                   int(video.get(cv2.CAP_PROP_FRAME_HEIGHT)), video.get(cv2.CAP_PROP_FPS)]
print(json.dumps(found))
"""


def write_cut(source: Path, target: Path, share: float) -> Path:
    content = source.read_bytes()
    target.write_bytes(content[: int(len(content) * share)])
    return target


def probed(path: Path) -> Probe:
    return probe_videos([path])[path]


def frames_that_decode(path: Path) -> int:
    """Count by decoding everything from the start, up to the first failure."""
    count = 0
    with av.open(str(path)) as container:
        try:
            for _ in container.decode(container.streams.video[0]):
                count += 1
        except av.error.FFmpegError:
            pass
    return count


def test_the_videos_of_idtracker_are_sound(idtracker_video: Callable[[str], Path]) -> None:
    a, b = idtracker_video("test_A.avi"), idtracker_video("test_B.avi")
    found = probe_videos([a, b])
    assert [probe.problem + probe.warning for probe in found.values()] == ["", ""]
    assert (found[a].frames, found[b].frames) == (501, 508)
    assert (found[a].width, found[a].height, found[a].fps) == (1160, 938, pytest.approx(28.07))
    assert found[a].seconds == pytest.approx(501 / 28.07)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9, 0.99])
def test_a_cut_off_avi_is_found_with_its_last_frame(
    share: float, tmp_path: Path, idtracker_video: Callable[[str], Path]
) -> None:
    cut = write_cut(idtracker_video("test_A.avi"), tmp_path / "night.avi", share)
    problem = probed(cut).problem
    found = re.search(r"ends after (\d+) of 501 frames \(([\d.]+) of 17\.8 s\)", problem)
    assert found, problem
    assert abs(int(found[1]) - frames_that_decode(cut)) <= 1  # the last one may be there in part
    assert float(found[2]) == pytest.approx(int(found[1]) / 28.07, abs=0.1)


@needs_shared
@pytest.mark.parametrize("path", [*ODD, *LAB], ids=lambda path: path.name)
def test_odd_but_good_videos_are_usable(path: Path) -> None:
    probe = probed(path)
    assert probe.problem == ""
    assert probe.frames > 0
    assert probe.seconds > 0


@needs_shared
def test_a_damaged_video_is_found_with_the_place() -> None:
    path = SHARED / "video_odd" / DAMAGED
    probe = probed(path)
    assert (probe.frames, frames_that_decode(path)) == (50, 28)
    found = re.search(r"is damaged: frames cannot be decoded at about ([\d.]+) s of 5\.0 s", probe.problem)
    assert found, probe.problem
    assert 2.6 <= float(found[1]) <= 2.8  # the last good frame is number 27, at 10 frames per second


@needs_shared
@pytest.mark.skipif(find_spec("cv2") is None, reason="OpenCV is not installed")
def test_frames_sizes_and_rates_are_those_that_opencv_reports() -> None:
    paths = [*ODD, *LAB, SHARED / "video_odd" / DAMAGED]
    command = [sys.executable, "-c", COUNT_WITH_OPENCV, *map(str, paths)]
    reported = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = {str(path): [p.frames, p.width, p.height, p.fps] for path, p in probe_videos(paths).items()}
    assert found == {path: [*whole, pytest.approx(rate)] for path, (*whole, rate) in reported.items()}


@needs_shared
@pytest.mark.parametrize("name", ["mouse_bottom_view.mp4", "flies_in_tubes.mp4"])
def test_an_mp4_that_lost_its_index_says_so(name: str, tmp_path: Path) -> None:
    cut = write_cut(SHARED / "video_lab" / name, tmp_path / name, 0.5)
    assert "index ('moov atom')" in probed(cut).problem
