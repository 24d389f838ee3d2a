"""Adding recordings to a workspace, with the module and with the script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ethonight.errors import SettingsError, UsageError
from ethonight.settings.recording import Recording, add_recording, list_recordings, read_recording
from ethonight.settings.scan import scan_settings
from ethonight.settings.toml_file import read_toml
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
WINDOWS = sys.platform == "win32"
ODD_NAMES = [
    "mouse 1.avi",
    "Mäuse & Käfer #2.mp4",
    "it's.avi",
    "a, b = [1] {c}.avi",
    "100 % café 日本.mkv",
    "no suffix",
    *(
        []
        if WINDOWS
        else ['say "hi".avi', 'it\'s "both".avi', "back\\slash.avi", "C:\\temp\\new.avi", "'''.avi", '"""'],
    ),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder = tmp_path / "work space"
    folder.mkdir()
    return Workspace.open(folder)


def video(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"video")
    return path


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_file_name_comes_back_from_both_readers(tmp_path: Path, workspace: Workspace, name: str) -> None:
    file = video(tmp_path, f"videos/{name}")
    added = add_recording(workspace, [file])
    assert added == Recording(file.stem.strip(" ."), (file,))
    assert read_recording(workspace, added.name) == added
    assert read_toml(workspace.settings / added.name / "video.toml", both=True) == {"video_paths": [file.as_posix()]}
    assert (workspace.backgrounds / added.name).is_dir()
    assert list_recordings(workspace) == [added.name]
    assert scan_settings(workspace) == []


def test_several_files_are_one_recording_in_their_order(tmp_path: Path, workspace: Workspace) -> None:
    files = [video(tmp_path, "b.avi"), video(tmp_path, "a.avi")]
    added = add_recording(workspace, files)
    assert added.name == "b&a"
    assert read_recording(workspace, "b&a").files == tuple(files)
    assert add_recording(workspace, files[::-1]).name == "a&b"


def test_adding_again_changes_nothing_not_even_notes(tmp_path: Path, workspace: Workspace) -> None:
    file = video(tmp_path, "mouse.avi")
    added = add_recording(workspace, [file])
    path = workspace.settings / "mouse" / "video.toml"
    path.write_text(f"# my notes\nvideo_paths = '{file.as_posix()}'  # cage 3\n")
    before = path.read_bytes()
    assert add_recording(workspace, [file]) == added
    assert path.read_bytes() == before
    assert list_recordings(workspace) == ["mouse"]


def test_two_videos_with_one_stem_get_names_that_do_not_depend_on_the_order(tmp_path: Path) -> None:
    files = [video(tmp_path, f"{folder}/mouse.avi") for folder in "abc"]
    names = []
    for order in ([0, 1, 2], [0, 2, 1]):
        folder = tmp_path / f"workspace {order}"
        folder.mkdir()
        workspace = Workspace.open(folder)
        added = {i: add_recording(workspace, [files[i]]).name for i in order}
        assert {i: add_recording(workspace, [files[i]]).name for i in reversed(order)} == added
        assert len(set(added.values())) == 3
        names.append(added)
    assert names[0] == names[1]
    assert names[0][0] == "mouse"
    assert all(name.startswith("mouse-") for name in (names[0][1], names[0][2]))


def test_same_stem_in_one_folder_is_two_recordings(tmp_path: Path, workspace: Workspace) -> None:
    files = [video(tmp_path, f"mouse.{suffix}") for suffix in ("avi", "mp4", "mov")]
    names = [add_recording(workspace, [file]).name for file in files]
    assert len(set(names)) == 3
    assert [read_recording(workspace, name).files for name in names] == [(file,) for file in files]


def test_a_settings_folder_made_by_hand_is_taken_up(tmp_path: Path, workspace: Workspace) -> None:
    job = workspace.settings / "mouse" / "night.toml"
    job.parent.mkdir()
    job.write_text("x = 1\n")
    assert add_recording(workspace, [video(tmp_path, "mouse.avi")]).name == "mouse"
    assert scan_settings(workspace) == ["settings/mouse/night.toml"]


def test_what_is_no_video_is_refused_with_a_hint(tmp_path: Path, workspace: Workspace) -> None:
    file = video(tmp_path, "mouse.avi")
    for files, words in (
        ([], "No video"),
        ([tmp_path], "folder"),
        ([tmp_path / "gone.avi"], "gone.avi"),
        ([video(tmp_path, "a.toml")], "settings file"),
        ([file, file], "twice"),
    ):
        with pytest.raises(UsageError, match=words):
            add_recording(workspace, files)
    assert list_recordings(workspace) == []


@pytest.mark.skipif(WINDOWS, reason="Windows has no such names")
def test_a_name_with_a_line_break_is_refused(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="Rename"):
        add_recording(workspace, [video(tmp_path, "a\nb.avi")])


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "Add the video again"), ("video_paths = 3", "must list"), ("video_paths = [", "line 1"), ("", "must list")],
)
def test_a_damaged_video_file_is_named(workspace: Workspace, content: str | None, words: str) -> None:
    path = workspace.settings / "mouse" / "video.toml"
    path.parent.mkdir()
    if content is not None:
        path.write_text(content)
    with pytest.raises(SettingsError, match=words) as caught:
        read_recording(workspace, "mouse")
    assert "settings/mouse/video.toml" in str(caught.value)


def script(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY / "scripts" / "add.py"), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def test_the_script_adds_what_is_there_and_says_what_is_not(tmp_path: Path, workspace: Workspace) -> None:
    good, umlaut = video(tmp_path, "v/good.avi"), video(tmp_path, "v/Mäuse 'x' & #1.avi")
    done = script("--workspace", workspace.root, good, tmp_path / "gone.avi", umlaut)
    assert done.returncode == 2
    assert "gone.avi" in done.stderr
    assert "Traceback" not in done.stderr
    assert "settings/good" in done.stdout
    assert list_recordings(workspace) == sorted(["good", umlaut.stem])
    assert script("--workspace", workspace.root, tmp_path / "v" / "*.avi").returncode == 0
    assert len(list_recordings(workspace)) == 2


def test_the_script_joins_files_of_one_recording(tmp_path: Path, workspace: Workspace) -> None:
    parts = [video(tmp_path, "part1.avi"), video(tmp_path, "part2.avi")]
    assert script("--workspace", workspace.root, "--together", *parts).returncode == 0
    assert read_recording(workspace, "part1&part2").files == tuple(parts)
    assert "gui" in script("--workspace", workspace.root, "--together", *parts).stdout
