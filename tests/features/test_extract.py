"""From a video to cached features: the same numbers whichever way they were worked out, and however often killed."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from extraction_lab import SCENE, SIZE, Squares, job_for, write_video

from ethonight.errors import VideoError
from ethonight.features import extract as extraction
from ethonight.features.extract import ExtractJob, extract, part_steps
from ethonight.features.extract_window import SMOOTHING, smoothed
from ethonight.features.motion import Motion
from ethonight.features.store import FeaturesFile
from ethonight.subjects.boxes import Located, Scene
from ethonight.subjects.crops import crop, in_picture, side_in_picture
from ethonight.video.frames import FrameReader

LAB = Path(__file__).with_name("extraction_lab.py")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "LONGEST_PART", 64)


def padded(values: np.ndarray, before: int, after: int) -> np.ndarray:
    """The first and last step (second axis) repeated."""
    return np.concatenate([values[:, :1].repeat(before, 1), values, values[:, -1:].repeat(after, 1)], axis=1)


def at_once(job: ExtractJob) -> tuple[Located, np.ndarray]:
    """Places and features of a whole recording, worked out in one go."""
    steps = range(0, len(job.timeline), job.about.stride)
    with FrameReader(job.timeline, job.size, grey=True) as reader:
        pictures = reader.get(steps).frames
    located = Squares().locate(steps, pictures)
    motion = job.describer
    assert isinstance(motion, Motion)
    reach = round(SMOOTHING * motion.rate)
    centers = in_picture(smoothed(padded(located.centers, reach, reach), reach), SCENE, SIZE)
    side = side_in_picture(SCENE, SIZE)
    crops = np.stack([crop(pictures, each, side, motion.pixels) for each in centers])
    vectors = []
    for subject in range(2):
        names = ("centers", "axes", "angles", "found")
        own = (padded(getattr(located, name)[subject : subject + 1], motion.before, motion.after) for name in names)
        wide = padded(crops[subject : subject + 1], motion.before, motion.after)[0]
        vectors.append(motion.compute(wide, Located(*own), SCENE))
    return located, np.stack(vectors)


@pytest.mark.parametrize("stride", [1, 3])
def test_parts_and_blocks_leave_no_trace(squares_video: Path, tmp_path: Path, stride: int, small_parts: None) -> None:
    job = job_for([squares_video], tmp_path, stride=stride)
    done: list[tuple[int, int]] = []
    assert extract(job, lambda *now: done.append(now)) == ()
    located, vectors = at_once(job)
    with FeaturesFile(job.out, job.about.recipe, job.about.content) as stored:
        assert (stored.about, stored.scene) == (job.about, SCENE)
        np.testing.assert_array_equal(stored.edges, np.append(job.timeline.times[::stride], job.timeline.end))
        for subject in (0, 1):
            np.testing.assert_array_equal(stored.located(subject).centers[0], located.centers[subject])
            np.testing.assert_allclose(stored.features(subject), vectors[subject], atol=4e-3)
            assert stored.located(subject).found.all()
    assert done[-1] == (job.about.steps, job.about.steps)
    assert [steps for steps, _ in done] == sorted({steps for steps, _ in done})
    assert list(job.partial.iterdir()) == []


@pytest.mark.parametrize("frames", [1, 2, 20, 64, 65])
def test_recordings_shorter_than_what_is_looked_at(tmp_path: Path, frames: int, small_parts: None) -> None:
    job = job_for([write_video(tmp_path / "short.mp4", frames)], tmp_path)
    extract(job)
    with FeaturesFile(job.out) as stored:
        assert stored.features(1).shape == (frames, Motion.dimensions)


def test_two_files_are_one_recording(tmp_path: Path, small_parts: None) -> None:
    whole = write_video(tmp_path / "whole.mp4", 150)
    halves = [write_video(tmp_path / "a.mp4", 70), write_video(tmp_path / "b.mp4", 80, first=70)]
    jobs = [job_for(files, tmp_path / name) for files, name in (([whole], "one"), (halves, "two"))]
    for job in jobs:
        job.partial.mkdir(parents=True)
        extract(job)
    with FeaturesFile(jobs[0].out) as one, FeaturesFile(jobs[1].out) as two:
        assert np.abs(one.located(0).centers - two.located(0).centers).max() < 3
        assert np.median(np.abs(one.features(0) - two.features(0))) < 0.02


@pytest.mark.parametrize("kind", ["shades", "kinematics"])
def test_a_job_killed_again_and_again_ends_with_the_same_bytes(squares_video: Path, tmp_path: Path, kind: str) -> None:
    def start(out: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, str(LAB), str(out), str(out.parent / "partial"), str(squares_video), kind]
        )

    straight, broken = tmp_path / "straight" / "out.h5", tmp_path / "broken" / "out.h5"
    for out in (straight, broken):
        out.parent.mkdir()
    assert start(straight).wait() == 0
    numbers, kills = np.random.default_rng(11), 0
    while not broken.exists():
        process, partial = start(broken), broken.parent / "partial"
        wanted = len(list(partial.glob("*/*.npz"))) + int(numbers.integers(1, 4))
        while process.poll() is None and len(list(partial.glob("*/*.npz"))) < wanted:
            time.sleep(0.001)
        time.sleep(float(numbers.uniform(0, 0.03)))
        process.kill()
        kills += process.wait() != 0
    assert kills >= 2
    assert broken.read_bytes() == straight.read_bytes()


def test_a_job_goes_on_after_its_last_whole_part(squares_video: Path, tmp_path: Path, small_parts: None) -> None:
    class PlugPulled(Exception):
        pass

    def pull(done: int, total: int) -> None:
        if done >= 5 * 64:
            raise PlugPulled

    whole, job = job_for([squares_video], tmp_path / "whole"), job_for([squares_video], tmp_path)
    whole.partial.mkdir(parents=True)
    extract(whole)
    with pytest.raises(PlugPulled):
        extract(job, pull)
    (folder,) = job.partial.iterdir()
    assert len(list(folder.iterdir())) == 5
    (folder / "000004.npz").write_bytes((folder / "000004.npz").read_bytes()[:-100])  # damaged: made again
    again = job_for([squares_video], tmp_path)
    extract(again)
    assert isinstance(again.locator, Squares)
    assert again.locator.asked == list(range(4 * 64, 700))
    assert again.out.read_bytes() == whole.out.read_bytes()


def test_parts_of_other_settings_are_never_used(squares_video: Path, tmp_path: Path, small_parts: None) -> None:
    first = job_for([squares_video], tmp_path)
    others = [
        replace(first, size=(48, 32)),
        replace(first, about=replace(first.about, content="00" * 16)),
        replace(first, about=replace(first.about, recipe=replace(first.about.recipe, rate=77.0))),
        replace(first, locator=Squares(Scene(("1", "2"), 192, 128, 20.0, 50.0))),
    ]
    keys = {str(extraction.parts_of(job).folder) for job in (first, *others)}
    assert len(keys) == 5
    assert str(extraction.parts_of(job_for([squares_video], tmp_path)).folder) in keys


def test_places_without_pictures_need_no_decoding(squares_video: Path, tmp_path: Path) -> None:
    job = replace(job_for([squares_video], tmp_path, "kinematics"), locator=Squares(needs_pictures=False))
    squares = squares_video.rename(squares_video.with_name("away.mp4"))
    try:
        extract(job)
    finally:
        squares.rename(squares_video)
    with FeaturesFile(job.out) as stored:
        assert stored.features(0).shape == (700, len(job.describer.names))


def test_frames_that_are_damaged_are_gaps(tmp_path: Path, small_parts: None) -> None:
    import av

    path = write_video(tmp_path / "damaged.mp4", 200)
    job = job_for([path], tmp_path)
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    for at, size in packets[100:104]:
        content[at : at + size] = b"\xff" * size
    path.write_bytes(content)
    (note,) = extract(job)
    assert "damaged.mp4" in note
    with FeaturesFile(job.out) as stored:
        found = stored.located(0).found[0]
        assert found[:90].all()
        assert found[130:].all()
        assert not found[100:104].any()
        held = np.flatnonzero(~found)[6:-4]
        change = stored.features(0)[:, stored.layout.names.index("most change since the step before")]
        assert len(held) > 0
        assert change[held].max() < 0.5 < change[:90].mean()  # the last picture is held: nothing moves


def test_a_video_that_is_gone_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    job = job_for([write_video(tmp_path / "gone.mp4", 40)], tmp_path)
    (tmp_path / "gone.mp4").unlink()
    with pytest.raises(VideoError, match=r"gone\.mp4"):
        extract(job)
    assert not job.out.exists()


class Colours:
    """Describes a crop by the mean of its colours."""

    name, names, dimensions, pixels, colour, before, after = "colours", ("red", "green", "blue"), 3, 224, True, 4, 2

    def compute(self, crops: np.ndarray, located: Located, scene: Scene) -> np.ndarray:
        assert crops.shape[1:] == (224, 224, 3)
        return crops[4:-2, ::8, ::8].mean(axis=(1, 2), dtype=np.float32)


def test_extractors_may_ask_for_colour(squares_video: Path, tmp_path: Path) -> None:
    job = replace(job_for([squares_video], tmp_path), describer=Colours(), size=(192, 128))
    assert part_steps(job) < 1000
    extract(job)
    with FeaturesFile(job.out) as stored:
        assert stored.features(0).shape == (700, 3)
        assert stored.features(0).max() > 50


def test_many_subjects_make_shorter_parts(squares_video: Path, tmp_path: Path) -> None:
    few = job_for([squares_video], tmp_path)
    crowd = Squares(Scene(tuple(map(str, range(200))), 192, 128, 20.0, 40.0))
    many = replace(few, locator=crowd, describer=Motion(30.0, pixels=128))
    assert 32 <= part_steps(many) < part_steps(few)
