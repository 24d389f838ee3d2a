"""Repairing paths in settings files: what changes, what must not, and what is only reported."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from ethonight.config import Config
from ethonight.settings.paths import PathReport, fix_paths
from ethonight.settings.scan import scan_settings
from ethonight.settings.toml_file import read_toml
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="about paths that are foreign to this system")


@dataclass
class Lab:
    """A workspace, and a disk beside it that may be named in ``video_roots``."""

    workspace: Workspace
    disk: Path

    def video(self, path: str) -> Path:
        """Make a file, on the disk or (with a path from ``workspace/``) in the workspace."""
        made = self.disk.parent / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.touch()
        return made

    def settings(self, content: str, name: str = "mouse/night.toml") -> Path:
        path = self.workspace.settings / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
        return path

    def fix(self, dryrun: bool = False, roots: tuple[str, ...] | None = None) -> list[PathReport]:
        return fix_paths(
            self.workspace, Config(video_roots=(str(self.disk),) if roots is None else roots), None, dryrun
        )


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    for name in ("workspace", "disk"):
        (tmp_path / name).mkdir()
    return Lab(Workspace.open(tmp_path / "workspace"), tmp_path / "disk")


FAULTY = {
    "doubled backslashes": "['C:\\\\U\\\\lab 1\\\\x.avi']",
    "share with four backslashes": "['\\\\\\\\srv\\\\share\\\\x.avi']",
    "backslashes in double quotes": '"C:\\Users\\x.avi"',
    "share in double quotes": '["\\\\srv\\share\\x.avi"]',
    "tab and line break": '["C:\\temp\\new\\x.avi"]',
    "letter by number": '["D:\\u2024\\x.avi"]',
    "drive letter": "'D:\\videos\\x.avi'",
    "drive letter with slashes": '["D:/videos/x.avi"]',
    "another Linux": "['/media/old disk/x.avi']",
    "relative": "['videos/x.avi']",
}


@posix
@pytest.mark.parametrize("value", FAULTY.values(), ids=FAULTY)
def test_a_moved_video_is_found_by_name_whatever_the_spelling(lab: Lab, value: str) -> None:
    video = lab.video("disk/deep/er/x.avi")
    before = f"# notes\nname = 'a'\nvideo_paths = {value}  # the video\narea_ths = [1.0, inf]\n"
    path = lab.settings(before)
    (report,) = lab.fix()
    assert report.fine
    assert [change.new for change in report.changes] == [video.as_posix()]
    quote = value.strip("[")[0]
    wrapped = f"{quote}{video.as_posix()}{quote}"
    new = f"[{wrapped}]" if value.startswith("[") else wrapped
    assert path.read_bytes().decode() == before.replace(value, new)
    assert (path.parent / "night.toml.before-fix").read_bytes() == before.encode()
    read_toml(path, both=True)
    assert scan_settings(lab.workspace) == ["settings/mouse/night.toml"]
    (again,) = lab.fix()
    assert not again.changes
    assert again.lines() == []


@posix
def test_names_with_both_quotes_as_the_window_writes_them(lab: Lab) -> None:
    video = lab.video('disk/it\'s "x" & ü#1.avi')
    other = lab.video("disk/plain.avi")
    path = lab.settings(f"video_paths = [\n    {str(video)!r},\n    {str(other)!r}, # 2\n]\nx = 1\n")
    (report,) = lab.fix(roots=())
    assert report.fine
    assert read_toml(path, both=True) == {"video_paths": [str(video), str(other)], "x": 1}
    assert f"    '{other}', # 2\n]\nx = 1\n" in path.read_text("utf-8")


def test_the_unseen_space_in_macos_recording_names_as_the_window_writes_it(lab: Lab) -> None:
    video = lab.video("disk/Recording at 10.32\u202fPM.mov")
    path = lab.settings("video_paths = ['/Users/lab/Recording at 10.32\\u202fPM.mov']\n")
    lab.fix()
    assert read_toml(path, both=True)["video_paths"] == [video.as_posix()]


@posix
@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("'C:\\\\U\\\\x.avi'", "C:/U/x.avi"),
        ("'\\\\\\\\srv\\\\share\\\\x.avi'", "//srv/share/x.avi"),
        ('"C:\\Users\\x.avi"', "C:/Users/x.avi"),
        ("'C:\\\\it\\'s \"x\".avi'", 'C:/it\'s "x".avi'),
    ],
)
def test_a_wrong_spelling_is_repaired_also_where_the_video_is_not_there(lab: Lab, value: str, wanted: str) -> None:
    path = lab.settings(f"video_paths = [{value}]\n")
    (report,) = lab.fix()
    assert read_toml(path, both=True) == {"video_paths": [wanted]}
    assert [problem.path for problem in report.problems] == [wanted]
    assert str(lab.disk) in report.lines()[-1]
    content = path.read_bytes()
    lab.fix()
    assert path.read_bytes() == content


@posix
@pytest.mark.parametrize(
    "value", ['"C:\\temp\\new.avi"', "'D:\\videos\\x.avi'", "'/gone/x.avi'", "'\\\\srv\\share\\x.avi'"]
)
def test_what_may_be_right_elsewhere_stays_and_is_reported(lab: Lab, value: str) -> None:
    path = lab.settings(f"video_paths = [{value}]\n")
    before = path.read_bytes()
    (report,) = lab.fix()
    assert path.read_bytes() == before
    assert not report.changes
    assert len(report.problems) == 1
    assert [p.name for p in path.parent.iterdir()] == ["night.toml"]


@posix
def test_a_file_that_is_right_stays_as_it_is(lab: Lab) -> None:
    odd = lab.video("disk/a\\\\b\tc.avi")
    plain = lab.video("workspace/videos/x.avi")
    beside = lab.video("workspace/settings/mouse/y.avi")
    lab.video("disk/x.avi")
    escaped = str(odd).replace("\\", "\\\\").replace("\t", "\\t")
    path = lab.settings(
        f"\ufeff# ü\r\nVideo_Paths=['''{plain}''' ,\"{escaped}\",'videos/x.avi','{beside.name}']#\r\n"
        "background_subtraction_stat = 'Median'\noutput_dir = \"\"\n"
    )
    before = path.read_bytes()
    (report,) = lab.fix()
    assert path.read_bytes() == before
    assert report == PathReport(report.settings, searched=report.searched)


@posix
def test_relative_backslashes_become_slashes(lab: Lab) -> None:
    lab.video("workspace/videos/x.avi")
    path = lab.settings("video_paths = ['videos\\x.avi']\n")
    lab.fix()
    assert read_toml(path) == {"video_paths": ["videos/x.avi"]}


def test_comments_line_ends_mark_and_order_survive(lab: Lab) -> None:
    video = lab.video("disk/new/x.avi")
    before = (
        "\ufeff# video_paths = '/old/x.avi'\r\n\r\n"
        'text = """\r\nvideo_paths = \'/old/x.avi\'\r\n"""\r\n'
        "note = 'video_paths = \"/old/x.avi\" # [' # ]\r\n"
        'list = [ [1, 2], # [\r\n [\'#\', "]\\""] ]\r\n'
        "a.video_paths = '/old/x.avi'\r\n"
        "  \"VIDEO_paths\"\t= [ # one, 'two'\r\n\t'/old/x.avi' # \"c\"\r\n , # d\r\n ] # e\r\n"
        "[table]\r\nvideo_paths = '/old/x.avi'"
    )
    path = lab.settings(before)
    (report,) = lab.fix()
    assert report.fine
    assert path.read_bytes().decode() == before.replace("\t'/old/x.avi'", f"\t'{video.as_posix()}'")


def test_ambiguous_names_are_reported_and_not_guessed(lab: Lab) -> None:
    places = [lab.video("disk/a/x.avi"), lab.video("disk/b/x.avi")]
    path = lab.settings("video_paths = ['/old/x.avi']\n")
    before = path.read_bytes()
    (report,) = lab.fix()
    assert path.read_bytes() == before
    assert [problem.candidates for problem in report.problems] == [tuple(places)]
    assert all(str(place) in report.lines()[0] for place in places)


@pytest.mark.parametrize(
    ("old", "others", "wanted"),
    [
        ("/old/lab/day 1/x.avi", ["disk/day 1/x.avi", "disk/day 2/x.avi"], "disk/day 1/x.avi"),
        ("D:/lab/day 1/x.avi", ["disk/backup/lab/day 1/x.avi", "disk/x.avi"], "disk/backup/lab/day 1/x.avi"),
        ("D:/lab/day 1/x.avi", ["disk/other/day 1/x.avi", "disk/y/x.avi"], None),
        ("/old/day 1/x.avi", ["disk/day 1/x.avi", "workspace/day 1/x.avi"], None),
        ("/old/x.avi", ["disk/x.avi", "disk/b/x.avi"], None),
        ("D:/lab/day 1/x.avi", ["disk/day 1/x.avi", "disk/old/lab/day 1/x.avi"], None),
    ],
)
def test_one_of_several_is_taken_only_where_all_but_the_root_agrees(
    lab: Lab, old: str, others: list[str], wanted: str | None
) -> None:
    made = {other: lab.video(other) for other in others}
    path = lab.settings(f"video_paths = ['{old}']\n")
    (report,) = lab.fix()
    assert read_toml(path)["video_paths"] == [made[wanted].as_posix() if wanted else old]
    assert report.fine == (wanted is not None)


def test_two_files_of_a_recording_never_become_one(lab: Lab) -> None:
    lab.video("disk/x.avi")
    path = lab.settings("video_paths = ['/old/1/x.avi', '/old/2/x.avi']\n")
    before = path.read_bytes()
    (report,) = lab.fix()
    assert path.read_bytes() == before
    assert len(report.problems) == 2


def test_outputs_are_not_searched(lab: Lab) -> None:
    for folder in ("sessions/session_a", "results/m", ".ethonight/attempts", "tracking", "videos/session_b", ".venv"):
        lab.video(f"workspace/{folder}/x.avi")
    lab.settings("video_paths = ['/old/x.avi']\n")
    (report,) = lab.fix(roots=(str(lab.workspace.root.parent), "not there"))
    assert [problem.candidates for problem in report.problems] == [()]
    assert "not there" in report.lines()[0]


@posix
def test_one_file_reached_in_two_ways_is_one_candidate(lab: Lab) -> None:
    video = lab.video("workspace/videos/x.avi")
    (lab.disk / "link").symlink_to(lab.workspace.root / "videos")
    (lab.disk / "loop").symlink_to(lab.disk)
    (lab.disk / "self").symlink_to("self")
    path = lab.settings("video_paths = ['/old/x.avi']\n")
    lab.fix(roots=(str(lab.disk), "videos"))
    assert read_toml(path)["video_paths"] == [str(video)]


def test_composed_and_split_umlauts_are_one_name(lab: Lab) -> None:
    video = lab.video("disk/Ma\u0308use.avi")
    path = lab.settings("video_paths = ['/old/M\u00e4use.avi']\n")
    lab.fix()
    assert read_toml(path)["video_paths"] == [video.as_posix()]


@posix
def test_other_paths_are_repaired_more_carefully(lab: Lab) -> None:
    image = lab.video("workspace/backgrounds/mouse/bkg.png")
    lab.video("workspace/sessions/session_a/accumulation/model.pt")
    path = lab.settings(
        "background_subtraction_stat = 'D:\\\\ws\\\\backgrounds\\\\mouse\\\\bkg.png'\n"
        "knowledge_transfer_folder = 'D:\\\\ws\\\\sessions\\\\session_a'\n"
        "output_dir = 'D:\\\\ws\\\\out'\nname = 'a\\\\b'\n"
    )
    (report,) = lab.fix()
    assert report.fine
    assert read_toml(path, both=True) == {
        "background_subtraction_stat": str(image),
        "knowledge_transfer_folder": str(lab.workspace.sessions / "session_a"),
        "output_dir": "D:/ws/out",
        "name": "a\\\\b",
    }


def test_a_background_with_the_same_name_alone_is_not_enough(lab: Lab) -> None:
    lab.video("workspace/backgrounds/fly/bkg.png")
    lab.settings("background_subtraction_stat = '/old/mouse/bkg.png'\n")
    (report,) = lab.fix()
    assert not report.changes
    assert not report.fine


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"foo = [1,\nvideo_paths = ['C:\\\\U\\\\x.avi']\n", 1),
        (b"video_paths = ['C:\\\\U\\\\x.avi']\nfoo = [1,\n", 2),
        (b"video_paths = [C:/x.avi]\n", 1),
        (b"video_paths = ['\xe4.avi']\n", 1),
        (b"video_paths = 'it's.avi'\n", 1),
        (b"video_paths = '/old/x.avi'\nvideo_paths = '/old/x.avi'\n", 2),
    ],
)
def test_a_file_that_stays_unreadable_is_reported_and_left(lab: Lab, content: bytes, line: int) -> None:
    lab.video("disk/x.avi")
    path = lab.settings("")
    path.write_bytes(content)
    (report,) = lab.fix()
    assert path.read_bytes() == content
    assert report.unreadable.startswith(f"line {line}: ")
    assert report.lines()[0].startswith("settings/mouse/night.toml: left as it is")


def test_the_first_version_is_kept_through_later_repairs(lab: Lab) -> None:
    first = lab.video("disk/x.avi")
    path = lab.settings("video_paths = ['/old/x.avi'] # first\n")
    lab.fix()
    first.replace(lab.video("disk/moved/x.avi"))
    lab.fix()
    assert read_toml(path)["video_paths"] == [(lab.disk / "moved" / "x.avi").as_posix()]
    assert (path.parent / "night.toml.before-fix").read_text() == "video_paths = ['/old/x.avi'] # first\n"


def test_the_recording_file_is_repaired_too(lab: Lab) -> None:
    video = lab.video("disk/x.avi")
    path = lab.settings("video_paths = ['/old/x.avi']\n", "mouse/video.toml")
    lab.fix()
    assert read_toml(path)["video_paths"] == [video.as_posix()]


def test_only_named_files_are_repaired(lab: Lab) -> None:
    lab.video("disk/x.avi")
    one = lab.settings("video_paths = ['/old/x.avi']\n", "a/one.toml")
    two = lab.settings("video_paths = ['/old/x.avi']\n", "a/two.toml")
    reports = fix_paths(
        lab.workspace, Config(video_roots=(str(lab.disk),)), ["settings/a/one.toml", "settings/gone.toml"]
    )
    assert [report.settings for report in reports] == ["settings/a/one.toml", "settings/gone.toml"]
    assert "gone.toml" in reports[1].unreadable
    assert "/old/" not in one.read_text()
    assert "/old/" in two.read_text()


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_cannot_be_written_is_reported(lab: Lab) -> None:
    lab.video("disk/x.avi")
    path = lab.settings("video_paths = ['/old/x.avi']\n")
    path.parent.chmod(0o500)
    try:
        (report,) = lab.fix()
    finally:
        path.parent.chmod(0o700)
    assert "cannot be written" in report.unreadable


def test_a_full_disk_is_reported_and_the_file_stays(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.video("disk/x.avi")
    path = lab.settings("video_paths = ['/old/x.avi']\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ethonight.files.write_durable", full)
    (report,) = lab.fix()
    assert "No space left" in report.unreadable
    assert path.read_text() == "video_paths = ['/old/x.avi']\n"
    assert [p.name for p in path.parent.iterdir()] == ["night.toml"]


def test_the_script_shows_then_repairs(lab: Lab) -> None:
    lab.video("disk/x.avi")
    path = lab.settings("video_paths = ['/old/x.avi']\n")
    lab.workspace.config.write_text(f"video_roots = ['{lab.disk.as_posix()}']\n", "utf-8")
    command = [sys.executable, str(REPOSITORY / "scripts/fix_paths.py"), "--workspace", str(lab.workspace.root)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "PYTHONUTF8": "1"}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], capture_output=True, encoding="utf-8", env=environment, check=False
        )

    shown = call("--dryrun")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "/old/x.avi  would become  " in shown.stdout
    assert "/old/" in path.read_text()
    assert call("settings/mouse").returncode == 0
    assert tomllib.loads(path.read_text("utf-8"))["video_paths"] == [(lab.disk / "x.avi").as_posix()]
    lab.settings("video_paths = ['/old/y.avi']\n", "mouse/lost.toml")
    lost = call()
    assert lost.returncode == 1
    assert "2 settings files: 0 repaired, 1 that need your help." in lost.stdout
    assert call("nobody").returncode == 2


def test_two_files_of_one_recording_never_become_one(lab: Lab) -> None:
    lab.video("disk/part.avi")
    path = lab.settings('video_paths = ["D:/a/part.avi", "E:/b/part.avi"]\n')
    before = path.read_bytes()
    (report,) = lab.fix()
    assert path.read_bytes() == before
    assert all("so would another file of this recording" in line for line in report.lines())
    assert report.repairs() == report.lines()
