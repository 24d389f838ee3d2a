"""Tracking jobs without running them: which settings are taken, and what the attempt gets."""

from __future__ import annotations

import math
import sys
import tomllib
from pathlib import Path

import pytest
import toml
from hypothesis import given
from hypothesis import strategies as st

from ethonight.config import Config
from ethonight.errors import SettingsError
from ethonight.jobs.idtracker_settings import safe_name
from ethonight.jobs.idtracker_snapshot import written
from ethonight.jobs.protocol import AttemptPaths, Exit, Failure, Inputs, Interval, Site
from ethonight.jobs.track import TrackKind
from ethonight.settings.job_file import JobFile, load_job
from ethonight.workspace import Workspace

KIND = TrackKind()
GOOD = """\
video_paths = ["a.avi"]
intensity_ths = [0, 130]
area_ths = [150, 10000]
number_of_animals = 8
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty workspace whose path has a space and letters beyond ASCII."""
    root = tmp_path / "my wörkspace"
    root.mkdir()
    return Site(Workspace.open(root), Config())


def save(site: Site, text: str, key: str = "settings/fish/fish.toml") -> JobFile:
    path = site.workspace.settings_file(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return load_job(site.workspace, key)


def prepared(site: Site, job: JobFile, shrink: int = 0) -> dict[str, object]:
    """Return the snapshot, read by both readers, which must agree."""
    attempt = AttemptPaths(site.workspace.attempts / "x")
    KIND.prepare(job, attempt, site, shrink)
    text = attempt.snapshot.read_text("utf-8")
    assert tomllib.loads(text) == toml.loads(text)
    return tomllib.loads(text)


def refused(site: Site, text: str) -> str:
    job = save(site, text)
    with pytest.raises(SettingsError) as caught:
        KIND.inputs(job, site)
    return str(caught.value)


def test_settings_without_a_task_and_with_task_track_are_tracking_jobs() -> None:
    assert KIND.owns({"video_paths": ["a.avi"]})
    assert KIND.owns({"task": "track"})
    assert not KIND.owns({"task": "command"})


def test_inputs_are_found_beside_the_settings_or_in_the_workspace(site: Site) -> None:
    beside = site.workspace.settings / "fish" / "a.avi"
    beside.parent.mkdir()
    beside.touch()
    job = save(site, GOOD.replace('["a.avi"]', '["a.avi", "videos/b.avi", "/elsewhere/c.avi"]'))
    found = KIND.inputs(job, site)
    assert found == Inputs(videos=(beside, site.workspace.root / "videos" / "b.avi", Path("/elsewhere/c.avi")))


def test_a_missing_video_is_taken_from_the_folder(site: Site) -> None:
    (site.workspace.settings / "fish").mkdir()
    (site.workspace.settings / "fish" / "video.toml").write_text('video_paths = ["/v/fish.avi"]\n', "utf-8")
    job = save(site, GOOD.replace('video_paths = ["a.avi"]\n', ""), "settings/fish/first try.toml")
    assert KIND.inputs(job, site).videos == (Path("/v/fish.avi"),)
    assert KIND.video(job) == "fish"
    assert prepared(site, job)["video_paths"] == ["/v/fish.avi"]


@pytest.mark.parametrize(
    ("line", "intervals"),
    [
        ("", ()),
        ('tracking_intervals = ""', ()),
        ("tracking_intervals = [0, 40]", (Interval(0, 40),)),
        ("tracking_intervals = [[0, 40]]", (Interval(0, 40),)),
        ("TRACKING_INTERVALS = [[0, 40], [100, 200]]", (Interval(0, 40), Interval(100, 200))),
    ],
)
def test_intervals_in_all_forms(site: Site, line: str, intervals: tuple[Interval, ...]) -> None:
    job = save(site, GOOD + line + "\n")
    assert KIND.inputs(job, site).intervals == intervals
    snapshot = prepared(site, job)
    assert snapshot.get("tracking_intervals", []) == [[i.start, i.end] for i in intervals]


@pytest.mark.parametrize(
    ("line", "phrases"),
    [
        ("tracking_intervals = []", ["line 5", "delete the line"]),
        ("tracking_intervals = [40, 0]", ["line 5", "[40, 0]", "after its start"]),
        ("tracking_intervals = [[0, 40], [50, 50]]", ["[50, 50]"]),
        ("tracking_intervals = [[-5, 40]]", ["[-5, 40]"]),
        ("tracking_intervals = [[0, 40, 50]]", ["pairs of frames"]),
        ("tracking_intervals = [0.0, 40.0]", ["pairs of frames"]),
        ("tracking_intervals = 40", ["pairs of frames"]),
        ("number_of_animal = 8", ["line 5", "number_of_animals"]),
        ("Number_Of_Frames = 8", ["line 5", "Number_Of_Frames"]),
        ('use_bkg = "yes"', ["line 5", "true or false"]),
        ("exclusive_rois = true", ["line 5", "roi_list"]),
        ('use_bkg = true\nbackground_subtraction_stat = "medain"', ["line 6", "median, mean", "medain"]),
        ('knowledge_transfer_folder = "sessions/session_x"', ["line 5", "session_x"]),
        ('trajectories_formats = ["h5", "parquet"]', ["line 5", "parquet"]),
    ],
)
def test_what_cannot_work_is_refused_with_its_line(
    site: Site, line: str, phrases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ethonight.jobs.idtracker_settings.find_spec", lambda name: None)
    message = refused(site, GOOD + line + "\n")
    assert all(phrase in message for phrase in phrases), message


@pytest.mark.parametrize("key", ["video_paths", "intensity_ths", "area_ths", "number_of_animals"])
@pytest.mark.parametrize("value", ["gone", '""'])
def test_what_is_needed_and_missing_is_named(site: Site, key: str, value: str) -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith(key)]
    if value != "gone":
        lines.append(f"{key} = {value}")
    assert f"'{key}' is missing" in refused(site, "\n".join(lines))


@pytest.mark.parametrize(("number", "phrase"), [("0", "is 0"), ("-2", "-2")])
def test_no_animals_are_refused(site: Site, number: str, phrase: str) -> None:
    message = refused(site, GOOD.replace("= 8", f"= {number}"))
    assert message.startswith("line 4")
    assert phrase in message


def test_without_identities_the_number_may_be_missing(site: Site) -> None:
    job = save(site, GOOD.replace("number_of_animals = 8", "number_of_animals = 0\ntrack_wo_identities = true"))
    assert KIND.inputs(job, site).videos


def test_thresholds_the_wrong_way_round_are_refused_without_a_background_only(site: Site) -> None:
    text = GOOD.replace("[0, 130]", "[130, 20]")
    assert "smaller number first" in refused(site, text)
    assert KIND.inputs(save(site, text + "use_bkg = true\n"), site)


@pytest.mark.parametrize(("device", "needed"), [("cuda", True), ("CUDA:1", True), ("cpu", False), ("", False)])
def test_a_named_cuda_device_must_be_there(site: Site, device: str, needed: bool) -> None:
    assert KIND.inputs(save(site, f'{GOOD}device = "{device}"\n'), site).needs_cuda is needed


@pytest.mark.parametrize(
    ("key", "line", "folder"),
    [
        ("settings/fish/fish.toml", "", "session_fish"),
        ("settings/fish/second try.toml", "", "session_fish_second try"),
        ("settings/alone.toml", "", "session_alone"),
        ("settings/day1/fish/fish.toml", "", "session_day1_fish"),
        ("settings/fish/fish.toml", 'name = "control: 1/2"', "session_control_ 1_2"),
        ("settings/fish/fish.toml", 'NAME = " trial. "', "session_trial"),
        ("settings/fish/fish.toml", 'name = ""', "session_fish"),
    ],
)
def test_the_session_is_named_after_its_settings(site: Site, key: str, line: str, folder: str) -> None:
    job = save(site, f"{GOOD}{line}\n", key)
    assert KIND.target(job, site) == site.workspace.sessions / folder
    assert f"session_{prepared(site, job)['name']}" == folder


@given(st.text(max_size=400))
def test_any_text_becomes_a_folder_name(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set(name) & set('<>:"/\\|?*\n\r\t\0')
    assert name == name.strip(" .") or len(name.encode("utf-8", "replace")) > 100
    assert len(f"session_{name} 2026-03-01 2204 (2).h5".encode("utf-8", "replace")) <= 255


def test_long_names_that_differ_at_the_end_stay_different() -> None:
    assert safe_name("x" * 300 + "a") != safe_name("x" * 300 + "b")


@pytest.mark.parametrize(
    ("value", "name"),
    [('"/v/a.avi"', "a"), ('["/v/a.avi", "/v/b.avi"]', "a&b"), ("'C:\\\\v\\\\a.b.avi'", "a.b"), ("[1]", "fish")],
)
def test_the_video_column(site: Site, value: str, name: str) -> None:
    assert KIND.video(save(site, f"video_paths = {value}\n")) == name


def test_the_snapshot_is_complete(site: Site) -> None:
    text = GOOD.replace("150, 10000", "150.0, 1e999") + 'ROI_List = "+ Polygon [[0, 0], [9, 0], [9, 9]]"\ndevice = ""\n'
    snapshot = prepared(
        site, save(site, 'task = "track"\n' + text + 'output_dir = "/else"\ntrajectories_formats = ["csv"]\n')
    )
    assert snapshot == {
        "video_paths": [(site.workspace.root / "a.avi").as_posix()],
        "intensity_ths": [0, 130],
        "area_ths": [150.0, math.inf],
        "number_of_animals": 8,
        "roi_list": "+ Polygon [[0, 0], [9, 0], [9, 9]]",
        "trajectories_formats": ["h5", "csv"],
        "name": "fish",
        "output_dir": (site.workspace.attempts / "x" / "out").as_posix(),
    }


def test_how_idtracker_is_started(site: Site) -> None:
    attempt = AttemptPaths(site.workspace.attempts / "x")
    launch = KIND.prepare(save(site, GOOD), attempt, site, 0)
    assert launch.argv[0] == sys.executable
    assert launch.argv[-3:] == ("--load", str(attempt.snapshot), "--track")
    assert launch.cwd == attempt.work
    assert list(attempt.work.iterdir()) == []
    assert attempt.out.is_dir()
    assert launch.env["IDTRACKERAI_DISABLE_ANALYTICS"] == "1"


@pytest.mark.parametrize("key", ["background_from_segmentation_gui", "background_subtraction_stat"])
def test_a_background_image_is_listed_and_copied(site: Site, key: str) -> None:
    image = site.workspace.backgrounds / "fish" / "day 1.png"
    image.parent.mkdir()
    image.write_bytes(b"image")
    job = save(site, f'{GOOD}use_bkg = true\n{key} = "backgrounds/fish/day 1.png"\n')
    assert KIND.inputs(job, site).files == (image,)
    snapshot = prepared(site, job)
    copy = Path(str(snapshot["background_subtraction_stat"]))
    assert copy == site.workspace.attempts / "x" / "background.png"
    assert copy.read_bytes() == image.read_bytes() == b"image"
    assert "background_from_segmentation_gui" not in snapshot


def test_a_background_that_is_not_used_is_not_needed(site: Site) -> None:
    job = save(site, f'{GOOD}background_subtraction_stat = "gone.png"\n')
    assert KIND.inputs(job, site).files == ()
    assert "background_subtraction_stat" not in prepared(site, job)


def test_a_missing_background_stops_the_preparation(site: Site) -> None:
    job = save(site, f'{GOOD}use_bkg = true\nbackground_subtraction_stat = "gone.png"\n')
    with pytest.raises(SettingsError, match=r"gone\.png"):
        KIND.prepare(job, AttemptPaths(site.workspace.attempts / "x"), site, 0)


@pytest.mark.parametrize(
    ("given_batch", "shrink", "batch"),
    [
        ("", 1, 200),
        ("", 3, 50),
        ("", 9, 50),
        ("contrastive_batchsize = 120\n", 1, 60),
        ("CONTRASTIVE_BATCHSIZE = 20\n", 2, 20),
    ],
)
def test_after_a_lack_of_memory_the_batch_is_halved(site: Site, given_batch: str, shrink: int, batch: int) -> None:
    snapshot = prepared(site, save(site, GOOD + given_batch + "bounding_box_images_in_ram = true\n"), shrink)
    assert snapshot["contrastive_batchsize"] == batch
    assert snapshot["bounding_box_images_in_ram"] is False
    assert 1 <= int(str(snapshot["number_of_parallel_workers"])) <= 4


def test_the_first_attempt_runs_with_the_batch_as_given(site: Site) -> None:
    assert "contrastive_batchsize" not in prepared(site, save(site, GOOD))


_NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False)
_LETTERS = "abcÄé µ日'#={}.:/&()+-0"


@given(
    st.booleans()
    | _NUMBERS
    | st.lists(_NUMBERS)
    | st.lists(st.lists(st.integers(0, 10**6), min_size=2, max_size=2), min_size=1)
    | st.text(_LETTERS + "[],\\", max_size=30)
    | st.lists(st.text(_LETTERS, min_size=1, max_size=30).map("/v/{}.avi".format), min_size=1)
)
def test_both_readers_read_what_was_written(value: object) -> None:
    try:
        text = written("key", value)
    except SettingsError as error:
        assert isinstance(value, (str, list))
        assert "'key'" in str(error)
    else:
        assert tomllib.loads(text) == toml.loads(text) == {"key": value}


@pytest.mark.parametrize(
    "value",
    [
        "it's (day 1), #2 [left]",
        "\\\\server\\share\\a.avi",
        ["C:/v/fish, day 1.avi", "C:/v/it's [2].avi"],
        ["+ Polygon [[1.5, 2.0], [3.0, 4.0], [5.0, 6.0]]", "- Ellipse {'center': [5, 5], 'axes': [2, 3], 'angle': 0}"],
        [150, math.inf],
        [[0, 40], [50, 60]],
    ],
)
def test_what_people_write_has_a_spelling(value: object) -> None:
    assert toml.loads(written("key", value)) == {"key": value}


def test_an_attempt_without_its_settings_is_a_failure(site: Site) -> None:
    attempt = AttemptPaths(site.workspace.attempts / "x")
    failure = KIND.judge(save(site, GOOD), attempt, Exit(0, None, 0.0, 1.0), site)
    assert isinstance(failure, Failure)
    assert "Run track again" in failure.message


@pytest.mark.parametrize("package", ["idtrackerai", "torch", "torchvision"])
def test_a_package_that_is_missing_is_told_in_the_evening(
    site: Site, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ethonight.jobs.track.find_spec", lambda name: None if name == package else object())
    with pytest.raises(SettingsError, match=rf"needed for tracking: {package}\. Run pixi install"):
        KIND.inputs(save(site, GOOD), site)
