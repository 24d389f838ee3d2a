"""Recordings: one video, in one or several files, with a folder for its settings and one for its backgrounds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ethonight.errors import SettingsError, UsageError
from ethonight.files import replace_atomically
from ethonight.settings.paths_text import spelled
from ethonight.settings.toml_file import read_toml
from ethonight.settings.videos import resolve_video, video_name
from ethonight.workspace import Workspace

VIDEO_FILE = "video.toml"


@dataclass(frozen=True)
class Recording:
    """One recording: its name (that of its folders) and its absolute video files, in the order of recording."""

    name: str
    files: tuple[Path, ...]


def list_recordings(workspace: Workspace) -> list[str]:
    """Return the names of all recordings, sorted: the folders in ``settings/`` with a ``video.toml``."""
    with os.scandir(workspace.settings) as entries:
        return sorted(e.name for e in entries if not e.name.startswith(".") and os.path.isfile(_file_in(e.path)))


def read_recording(workspace: Workspace, name: str) -> Recording:
    """Return the recording with this name; its files need not exist.

    Raises SettingsError when its ``video.toml`` is missing or does not list the files; the message names the file.
    """
    path = workspace.settings / name / VIDEO_FILE
    shown = workspace.shown(path)
    if not path.is_file():
        raise SettingsError(f"There is no {shown}, which says which video this is. Add the video again.")
    try:
        texts = read_toml(path).get("video_paths")
    except SettingsError as error:
        raise SettingsError(f"{shown}: {error}") from error
    if isinstance(texts, str):
        texts = [texts]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise SettingsError(f'{shown} must list the video\'s files: video_paths = ["D:/videos/mouse.avi"]')
    return Recording(name, tuple(resolve_video(text, path, workspace) for text in texts))


def recording_of(workspace: Workspace, settings_file: Path) -> Recording:
    """Return the recording of a settings file: that of the nearest folder above it with a ``video.toml``.

    Raises SettingsError where there is none, or where it does not list the files.
    """
    folders = [folder for folder in settings_file.parents if folder.is_relative_to(workspace.settings)]
    names = [folder.relative_to(workspace.settings).as_posix() for folder in folders[:-1]]
    if not names:
        raise SettingsError("It lies in no video's folder. Move it into settings/<video>/, beside the video.toml.")
    there = [name for name in names if (workspace.settings / name / VIDEO_FILE).is_file()]
    return read_recording(workspace, (there or names)[0])


def add_recording(workspace: Workspace, files: Sequence[Path]) -> Recording:
    """Make the folders and the ``video.toml`` of a recording, given by its files in the order of recording.

    The name is the file's stem (several joined with ``&``). When another recording has it, a short suffix is added
    that depends only on where the files lie. Adding the same files again changes nothing and returns what is there.
    Raises UsageError for a file that is missing, a folder or no video, and SettingsError when a ``video.toml`` with
    this name cannot be read.
    """
    chosen = tuple(Path(os.path.abspath(file.expanduser())) for file in files)
    _check(chosen)
    name = _name(workspace, chosen)
    path = workspace.settings / name / VIDEO_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    (workspace.backgrounds / name).mkdir(parents=True, exist_ok=True)
    if not path.exists():
        replace_atomically(path, _document(chosen).encode())
    return Recording(name, chosen)


def _check(files: Sequence[Path]) -> None:
    if not files:
        raise UsageError("No video was given.")
    for file in files:
        if file.is_dir():
            raise UsageError(f"{file} is a folder. Give the video files in it, like {file / '*.avi'}.")
        if not file.is_file():
            raise UsageError(f"There is no video {file}. Check the spelling, and that its disk is connected.")
        if file.suffix.lower() == ".toml":
            raise UsageError(f"{file} is a settings file. Give the video, and put this file into its settings folder.")
        if not str(file).isprintable():
            raise UsageError(
                f"The name {str(file)!r} holds characters that cannot be shown. Rename the file or folder."
            )
    if len(set(map(_same_file_key, files))) < len(files):
        raise UsageError("One video file was given twice for the same recording.")


def _name(workspace: Workspace, files: Sequence[Path]) -> str:
    """Return the name under which these files stand, or the free one that they get."""
    plain = video_name(files)
    digest = hashlib.sha1("\n".join(map(_same_file_key, files)).encode()).hexdigest()
    candidates = [plain, *(f"{plain}-{digest[:length]}" for length in range(4, len(digest)))]
    taken = [_files_of(workspace, candidate) for candidate in candidates[:2]]
    wanted = list(map(_same_file_key, files))
    for candidate, there in zip(candidates, taken, strict=False):
        if there == wanted:
            return candidate
    return next(c for c in candidates if _files_of(workspace, c) in ([], wanted))


def _files_of(workspace: Workspace, name: str) -> list[str]:
    if not (workspace.settings / name / VIDEO_FILE).exists():
        return []
    return [_same_file_key(file) for file in read_recording(workspace, name).files]


def _same_file_key(file: Path) -> str:
    """Return a text that is equal for two paths of one file."""
    return os.path.normcase(os.path.realpath(file))


def _document(files: Sequence[Path]) -> str:
    lines = "".join(f"    {spelled(file.as_posix())},\n" for file in files)
    return (
        "# The file(s) of this recording, in the order of recording. Your own notes here are kept.\n"
        f"video_paths = [\n{lines}]\n"
    )


def _file_in(folder: str) -> str:
    return os.path.join(folder, VIDEO_FILE)
