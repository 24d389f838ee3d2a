"""The evening check, with job kinds that need what the test says."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight import preflight
from ethonight.config import Config
from ethonight.errors import SettingsError
from ethonight.jobs.protocol import Inputs, Interval, Site
from ethonight.preflight import CudaOnce, Problem, check_inputs, check_jobs, outside
from ethonight.settings.job_file import JobFile
from ethonight.video.probe import Probe
from ethonight.workspace import Workspace


@dataclass
class Kind:
    """A job kind of which the check needs three answers; the document says what two of them are."""

    name: str = "made up"
    own_place: bool = True
    targets: Mapping[str, str] = field(default_factory=dict)

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        needed = job.document["inputs"]
        if isinstance(needed, SettingsError):
            raise needed
        assert isinstance(needed, Inputs)
        return needed

    def target(self, job: JobFile, site: Site) -> Path:
        return site.workspace.sessions / self.targets.get(job.key, job.path.stem)


def kind(**targets: str) -> Any:
    return Kind(targets={f"settings/{stem}.toml": target for stem, target in targets.items()})


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(Workspace.open(tmp_path), Config())


def job(name: str = "a", inputs: Inputs | SettingsError | None = None) -> JobFile:
    return JobFile(f"settings/{name}.toml", Path(f"settings/{name}.toml"), {"inputs": inputs or Inputs()})


def recording(*frames: int, size: tuple[int, int] = (640, 480)) -> dict[Path, Probe]:
    """Return the probes of a recording in several sound files."""
    paths = [Path(f"part {number}.avi") for number in range(len(frames))]
    return {path: Probe(path, *size, 25.0, count, count / 25) for path, count in zip(paths, frames, strict=True)}


def texts(problems: list[Problem], *, fatal: bool) -> list[str]:
    return [problem.text for problem in problems if problem.fatal is fatal]


def no_cuda() -> str | None:
    raise AssertionError("nobody needs CUDA here")


def test_a_job_with_all_it_needs_has_no_problems(site: Site) -> None:
    probes = recording(100, 50)
    inputs = Inputs(videos=tuple(probes), intervals=(Interval(0, 150),))
    assert check_inputs(inputs, site, probes, no_cuda) == []


def test_settings_that_cannot_be_are_one_fatal_problem(site: Site) -> None:
    (check,) = check_jobs([(job(inputs=SettingsError("zero animals", 3)), kind())], site).values()
    assert check.problems == [Problem("line 3: zero animals", fatal=True)]


def test_every_bad_video_is_named_and_once(site: Site) -> None:
    probes = {Path(name): Probe(Path(name), problem=f"{name} is cut off.") for name in ("a.avi", "b.avi")}
    found = check_inputs(Inputs(videos=(*probes, *probes)), site, probes, no_cuda)
    assert texts(found, fatal=True) == ["a.avi is cut off.", "b.avi is cut off."]


def test_a_warning_about_a_video_does_not_stop_the_job(site: Site) -> None:
    probes = {Path("a.mkv"): Probe(Path("a.mkv"), 640, 480, 25.0, 100, 4.0, warning="It is in AV1.")}
    found = check_inputs(Inputs(videos=(Path("a.mkv"),)), site, probes, no_cuda)
    assert found == [Problem("It is in AV1.", fatal=False)]


def test_files_of_one_recording_must_have_one_picture_size(site: Site) -> None:
    probes = recording(100) | {Path("b.avi"): Probe(Path("b.avi"), 800, 600, 25.0, 100, 4.0)}
    found = check_inputs(Inputs(videos=tuple(probes)), site, probes, no_cuda)
    (text,) = texts(found, fatal=True)
    assert "part 0.avi has 640 x 480 pixels, b.avi has 800 x 600 pixels" in text


def test_intervals_count_over_all_files_of_a_recording(site: Site) -> None:
    probes = recording(100, 50)
    inputs = Inputs(videos=tuple(probes), intervals=(Interval(90, 150), Interval(120, 151)))
    (text,) = texts(check_inputs(inputs, site, probes, no_cuda), fatal=True)
    assert "[120, 151] is not inside the video, which has 150 frames" in text


def test_intervals_are_left_alone_where_the_length_is_not_known(site: Site) -> None:
    probes = recording(100, 0)
    inputs = Inputs(videos=tuple(probes), intervals=(Interval(0, 99999),))
    assert check_inputs(inputs, site, probes, no_cuda) == []


@given(st.integers(-5, 200), st.integers(-5, 200), st.integers(1, 150))
def test_an_interval_is_inside_when_all_its_frames_are_and_it_has_some(start: int, end: int, frames: int) -> None:
    needed = set(range(start, end))
    inside = bool(needed) and needed <= set(range(frames))
    assert (outside(Interval(start, end), frames) == "") is inside


def test_a_missing_background_is_named_as_it_lies_in_the_workspace(site: Site) -> None:
    there, gone = site.workspace.backgrounds / "a.png", site.workspace.backgrounds / "b.png"
    there.touch()
    (text,) = texts(check_inputs(Inputs(files=(there, gone)), site, {}, no_cuda), fatal=True)
    assert text.startswith("The file backgrounds/b.png, named in the settings, is not there.")


def test_cuda_is_asked_about_only_for_jobs_that_need_it(site: Site) -> None:
    needing = Inputs(needs_cuda=True)
    assert check_inputs(Inputs(), site, {}, no_cuda) == []
    assert check_inputs(needing, site, {}, lambda: None) == []
    assert check_inputs(needing, site, {}, lambda: "No GPU.") == [Problem("No GPU.", fatal=True)]


def test_good_news_about_cuda_is_remembered_and_bad_news_is_not() -> None:
    answers = iter(["No GPU.", None])
    cuda = CudaOnce(lambda: next(answers))
    assert [cuda(), cuda(), cuda(), cuda()] == ["No GPU.", None, None, None]


def test_the_second_job_with_one_target_is_refused(site: Site) -> None:
    shared = kind(a="session_x", b="session_x", c="session_y")
    checks = check_jobs([(job("a"), shared), (job("b"), shared), (job("c"), shared)], site)
    assert {key: bool(check.refused) for key, check in checks.items()} == {
        "settings/a.toml": False,
        "settings/b.toml": True,
        "settings/c.toml": False,
    }
    assert "would write to sessions/session_x, where settings/a.toml writes" in checks["settings/b.toml"].refused[0]


def test_a_target_is_shared_whatever_the_case_of_its_letters(site: Site) -> None:
    shared = kind(a="session_x", b="session_X")
    checks = check_jobs([(job("a"), shared), (job("b"), shared)], site)
    assert [bool(check.refused) for check in checks.values()] == [False, True]


def test_what_another_job_has_written_is_not_replaced(site: Site) -> None:
    shared = kind(a="session_x", b="session_y")
    written = {"sessions/session_x": "settings/old.toml", "sessions/session_y": "settings/b.toml"}
    checks = check_jobs([(job("a"), shared), (job("b"), shared)], site, written=written)
    assert [bool(check.refused) for check in checks.values()] == [True, False]
    assert "where settings/old.toml writes or has written" in checks["settings/a.toml"].refused[0]


def test_a_refused_job_does_not_keep_its_target_from_others(site: Site) -> None:
    shared = kind(a="session_x", b="session_x")
    checks = check_jobs([(job("a", SettingsError("zero animals")), shared), (job("b"), shared)], site)
    assert [bool(check.refused) for check in checks.values()] == [True, False]


def write_video(path: Path, frames: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 64, 48
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        container.mux(stream.encode())
    return path


def test_all_videos_are_opened_with_progress_and_their_frames_are_known(site: Site, tmp_path: Path) -> None:
    good, missing = write_video(tmp_path / "good.avi", 30), tmp_path / "missing.avi"
    told: list[Path] = []
    checks = check_jobs(
        [
            (job("a", Inputs(videos=(good,), intervals=(Interval(0, 30),))), kind()),
            (job("b", Inputs(videos=(good, missing))), kind()),
            (job("c", Inputs(videos=(good, good))), kind()),
        ],
        site,
        lambda done, all_, path: told.append(path),
    )
    assert told == [good, missing]
    assert [check.frames for check in checks.values()] == [30, 30, 60]
    assert [len(check.refused) for check in checks.values()] == [0, 1, 0]
    assert "There is no video at" in checks["settings/b.toml"].refused[0]


def free_space(gigabytes: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=gigabytes * 1e9))


@pytest.mark.parametrize(
    ("gigabytes", "fatal", "words"),
    [(1.0, True, "at least 2 GB are needed (min_free_gb)"), (5.0, False, "100,000 frames may need up to 4 GB")],
)
def test_a_disk_that_is_full_or_may_fill_up(
    gigabytes: float, fatal: bool, words: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes = recording(100_000)
    monkeypatch.setattr(preflight, "probe_videos", lambda *_, **__: probes)
    free_space(gigabytes, monkeypatch)
    (check,) = check_jobs([(job(inputs=Inputs(videos=tuple(probes))), kind())], site).values()
    (problem,) = check.problems
    assert problem.fatal is fatal
    assert words in problem.text


def test_a_disk_with_room_is_no_news(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    probes = recording(100_000)
    monkeypatch.setattr(preflight, "probe_videos", lambda *_, **__: probes)
    free_space(7.0, monkeypatch)
    (check,) = check_jobs([(job(inputs=Inputs(videos=tuple(probes))), kind())], site).values()
    assert check.problems == []


@pytest.mark.parametrize(("frames", "takes_damaged", "fatal"), [(50, True, False), (50, False, True), (0, True, True)])
def test_a_damaged_video_is_a_warning_only_for_jobs_that_use_what_can_be_read(
    site: Site, frames: int, takes_damaged: bool, fatal: bool
) -> None:
    video = Path("damaged.mp4")
    probes = {video: Probe(video, 640, 480, 30.0, frames, problem="It is damaged.")}
    inputs = Inputs((video,), takes_damaged=takes_damaged)
    assert check_inputs(inputs, site, probes) == [Problem("It is damaged.", fatal=fatal)]


def test_a_job_that_adds_to_anothers_folder_is_not_refused(site: Site) -> None:
    inside = kind(b="session_a/evaluations")
    inside.own_place = False
    checks = check_jobs([(job("a"), kind(a="session_a")), (job("b"), inside)], site)
    assert not checks["settings/b.toml"].refused
