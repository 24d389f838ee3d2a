"""Jobs that run any program: which settings are taken, what is started, and when the job counts as done."""

from __future__ import annotations

import os
import sys
import time
import tomllib
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ethonight.config import Config
from ethonight.errors import SettingsError
from ethonight.jobs.command import CommandKind
from ethonight.jobs.protocol import AttemptPaths, Exit, Failure, FailureKind, JobFile, Site, Success
from ethonight.settings.job_file import load_job
from ethonight.workspace import Workspace

KIND = CommandKind()
GOOD: dict[str, object] = {"task": "command", "command": ["python", "step.py"], "outputs": ["{out}/r.csv"]}
ENDED = Exit(code=0, signal=None, started=1000.0, finished=1001.0)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A workspace whose path has a space and letters beyond ASCII, with a recording of two files."""
    root = tmp_path / "my wörkspace"
    folder = root / "settings" / "mouse & co"
    folder.mkdir(parents=True)
    (folder / "video.toml").write_text(tomli_w.dumps({"video_paths": ["first part.avi", "second.avi"]}), "utf-8")
    return Site(Workspace.open(root), Config())


def job_of(site: Site, place: str = "mouse & co/step", **changes: object) -> JobFile:
    """A settings file with good keys and these changes; None takes a key out."""
    document = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    path = site.workspace.settings / f"{place}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(tomli_w.dumps(document), "utf-8")
    return load_job(site.workspace, site.workspace.key(path))


@pytest.fixture
def attempt(tmp_path: Path) -> AttemptPaths:
    paths = AttemptPaths(tmp_path / "attempt 001")
    paths.out.mkdir(parents=True)
    return paths


def failure(found: Success | Failure) -> Failure:
    assert isinstance(found, Failure), found
    return found


@pytest.mark.parametrize(("document", "own"), [(GOOD, True), ({"task": "track"}, False), ({}, False)])
def test_only_the_task_command_is_its_own(document: dict[str, object], own: bool) -> None:
    assert KIND.owns(document) is own


@pytest.mark.parametrize(
    ("place", "video", "target"),
    [("mouse & co/step", "mouse & co", "results/mouse & co/step"), ("step", "", "results/step")],
)
def test_video_and_results_follow_the_settings_folder(site: Site, place: str, video: str, target: str) -> None:
    job = job_of(site, place)
    assert KIND.video(job) == video
    assert KIND.target(job, site) == site.workspace.root / target


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"comand": ["x"]}, "'command'"),
        ({"command": None}, "'command' is missing"),
        ({"command": []}, "'command' is missing"),
        ({"command": [""]}, "'command' is missing"),
        ({"command": ["no-such-program-here"]}, "'no-such-program-here' is not found"),
        ({"command": "python step.py"}, "'command' must be a list of texts"),
        ({"command": ["x", 3]}, "'command' must be a list of texts"),
        ({"outputs": None}, "'outputs' is missing"),
        ({"outputs": "r.csv"}, "'outputs' must be a list of texts"),
        ({"env": ["A=1"]}, "'env' must be a table"),
        ({"env": {"A=B": "1"}}, "'env' cannot set 'A=B'"),
        ({"env": {"": "1"}}, "'env' cannot set ''"),
        ({"env": {"A": [1]}}, "'env' cannot set 'A'"),
        ({"cwd": 3}, "'cwd' must be a folder"),
        ({"cwd": "nobody/made/it"}, "is not there. Make it, or correct 'cwd'"),
        ({"gpu": "yes"}, "'gpu' must be true or false; found 'yes'"),
        ({"cwd": 3}, "'cwd' must be a folder"),
        ({"max_hours": "6"}, "'max_hours' must be a number of hours"),
        ({"max_hours": -1}, "'max_hours' must be a number of hours"),
        ({"max_hours": float("nan")}, "'max_hours' must be a number of hours"),
        ({"max_hours": True}, "'max_hours' must be a number of hours"),
    ],
)
def test_settings_that_cannot_be_say_why(site: Site, changes: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        KIND.inputs(job_of(site, **changes), site)
    assert words in str(caught.value)


def test_videos_are_needed_only_by_who_names_them(site: Site) -> None:
    assert KIND.inputs(job_of(site), site).videos == ()
    videos = KIND.inputs(job_of(site, command=["python", "{video}"]), site).videos
    assert [path.name for path in videos] == ["first part.avi", "second.avi"]


def test_a_folder_within_the_videos_folder_belongs_to_the_video(site: Site) -> None:
    (site.workspace.settings / "mouse & co" / "more").mkdir()
    job = job_of(site, place="mouse & co/more/step", command=["python", "{video}"])
    assert [path.name for path in KIND.inputs(job, site).videos] == ["first part.avi", "second.avi"]


def test_a_job_outside_all_folders_has_no_video(site: Site) -> None:
    with pytest.raises(SettingsError, match=r"Move it into settings/<video>/"):
        KIND.inputs(job_of(site, place="step", command=["python", "{video}"]), site)


def test_a_missing_recording_is_named(site: Site) -> None:
    job = job_of(site, place="nobody/step", command=["python", "{video}"])
    with pytest.raises(SettingsError, match=r"settings/nobody/video\.toml"):
        KIND.inputs(job, site)


@pytest.mark.parametrize("gpu", [True, False])
def test_a_gpu_is_asked_for(site: Site, attempt: AttemptPaths, gpu: bool) -> None:
    job = job_of(site, gpu=gpu)
    assert KIND.inputs(job, site).needs_cuda is gpu
    assert KIND.prepare(job, attempt, site, 0).needs_gpu is gpu


def test_placeholders_are_filled_in_and_each_file_is_an_argument_of_its_own(site: Site, attempt: AttemptPaths) -> None:
    job = job_of(site, command=["python", "step.py", "{video}", "--to={out}/r.csv", "{}", "{other}"])
    launch = KIND.prepare(job, attempt, site, 0)
    program, script, first, second, *rest = launch.argv
    assert (program, script) == (sys.executable, "step.py")
    assert [Path(first).name, Path(second).name] == ["first part.avi", "second.avi"]
    assert rest == [f"--to={attempt.out}/r.csv", "{}", "{other}"]
    snapshot = tomllib.loads(attempt.snapshot.read_text("utf-8"))
    assert snapshot["command"][2:] == [first, second, *rest]
    assert snapshot["outputs"] == [f"{attempt.out}/r.csv"]


def test_environment_limit_and_working_directory_are_taken_over(site: Site, attempt: AttemptPaths) -> None:
    job = job_of(site, env={"MICE": "3"}, max_hours=1.5, cwd="annotations")
    launch = KIND.prepare(job, attempt, site, 0)
    assert launch.env == {"MICE": "3", "PYTHONUNBUFFERED": "1"}
    assert launch.max_hours == 1.5
    assert launch.cwd == site.workspace.root / "annotations"


def test_the_working_directory_is_the_output_folder_unless_told_otherwise(site: Site, attempt: AttemptPaths) -> None:
    assert KIND.prepare(job_of(site), attempt, site, 0).cwd == attempt.out
    assert KIND.prepare(job_of(site, cwd=str(site.workspace.root)), attempt, site, 0).cwd == site.workspace.root


@pytest.mark.parametrize(
    ("log", "stage"),
    [
        ("", None),
        ("\n\n", None),
        ("reading\n", "reading"),
        ("reading\nframe 1\rframe 2", "frame 2"),
        ("  padded  \n", "padded"),
        ("\x1b[31mfailed\x1b[0m\x07\n", "failed"),
        ("x" * 100, "x" * 60),
    ],
)
def test_the_stage_is_the_last_line(log: str, stage: str | None) -> None:
    found = KIND.stage(log)
    assert (found.name if found else None) == stage


@given(st.text())
def test_any_log_has_a_stage_of_one_short_line_or_none(log: str) -> None:
    found = KIND.stage(log)
    assert found is None or (len(found.name) <= 60 and "\n" not in found.name and "\r" not in found.name)


def test_done_when_the_program_ended_well_and_its_outputs_are_there(site: Site, attempt: AttemptPaths) -> None:
    job = job_of(site, outputs=["{out}/r.csv", "plot.png", "{out}/folder"])
    (attempt.out / "folder").mkdir()
    for name in ("r.csv", "plot.png", "folder/x"):
        (attempt.out / name).write_text("x", "utf-8")
    assert KIND.judge(job, attempt, ENDED, site) == Success(attempt.out, KIND.target(job, site))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", None, "{out}/r.csv is not there"),
        ("r.csv", "", "{out}/r.csv is empty"),
        ("d/", None, "{out}/d is empty"),
    ],
)
def test_outputs_that_are_missing_or_empty_are_named(
    site: Site, attempt: AttemptPaths, name: str, content: str | None, words: str
) -> None:
    if name.endswith("/"):
        (attempt.out / name).mkdir()
    elif content is not None:
        (attempt.out / name).write_text(content, "utf-8")
    found = failure(KIND.judge(job_of(site, outputs=[f"{{out}}/{name}"]), attempt, ENDED, site))
    assert found.kind is FailureKind.OUTPUTS_MISSING
    assert words in found.message


def test_an_output_elsewhere_must_be_of_this_run(site: Site, attempt: AttemptPaths, tmp_path: Path) -> None:
    elsewhere = tmp_path / "shared drive.csv"
    elsewhere.write_text("x", "utf-8")
    job = job_of(site, outputs=[str(elsewhere)])
    end = Exit(0, None, started=time.time(), finished=time.time())
    assert isinstance(KIND.judge(job, attempt, end, site), Success)
    os.utime(elsewhere, (end.started - 3600, end.started - 3600))
    assert "is older than this run" in failure(KIND.judge(job, attempt, end, site)).message


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("cannot open camera\n", "exit status 3; its last line: cannot open camera."),
        ("", "status 3 and wrote nothing."),
    ],
)
def test_an_exit_status_is_told_with_the_last_line(site: Site, attempt: AttemptPaths, log: str, words: str) -> None:
    attempt.log.write_text(log, "utf-8")
    found = failure(KIND.judge(job_of(site), attempt, Exit(3, None, 0.0, 1.0), site))
    assert found.kind is FailureKind.CRASHED
    assert not found.kind.may_pass
    assert words in found.message


@pytest.mark.skipif(sys.platform == "win32", reason="holes in files take room on Windows")
def test_of_an_endless_log_only_the_end_is_read(site: Site, attempt: AttemptPaths) -> None:
    with attempt.log.open("wb") as stream:
        stream.truncate(1 << 36)  # A hole that takes no room; read whole, it would take all memory.
        stream.seek(0, os.SEEK_END)
        stream.write(b"\nno camera\n")
    found = failure(KIND.judge(job_of(site), attempt, Exit(3, None, 0.0, 1.0), site))
    assert "its last line: no camera" in found.message


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights of their own on Windows")
def test_an_output_that_is_a_link_must_survive_the_move(site: Site, attempt: AttemptPaths) -> None:
    (attempt.out / "real.csv").write_text("x", "utf-8")
    link = attempt.out / "r.csv"
    link.symlink_to(attempt.out / "real.csv")
    assert "is a link that breaks" in failure(KIND.judge(job_of(site), attempt, ENDED, site)).message
    link.unlink()
    link.symlink_to("real.csv")
    assert isinstance(KIND.judge(job_of(site), attempt, ENDED, site), Success)


def test_the_name_of_the_folder_for_replaced_results_is_taken(site: Site) -> None:
    with pytest.raises(SettingsError, match="give this job another name"):
        KIND.inputs(job_of(site, "mouse & co/replaced"), site)


def test_an_exit_status_without_any_log_is_told(site: Site, attempt: AttemptPaths) -> None:
    assert "wrote nothing" in failure(KIND.judge(job_of(site), attempt, Exit(1, None, 0.0, 1.0), site)).message


@pytest.mark.parametrize(
    ("number", "words"), [(9, "ran out of memory"), (11, "crashed (signal 11)"), (15, "ended by signal 15")]
)
def test_a_killed_program_may_be_tried_again(site: Site, attempt: AttemptPaths, number: int, words: str) -> None:
    found = failure(KIND.judge(job_of(site), attempt, Exit(None, number, 0.0, 1.0), site))
    assert found.kind is FailureKind.KILLED
    assert found.kind.may_pass
    assert words in found.message
