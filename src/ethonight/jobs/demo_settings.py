"""Settings for the two videos that come with idtracker.ai: real input on every machine where it is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ethonight.errors import WorkspaceError
from ethonight.files import replace_atomically
from ethonight.settings.paths_text import spelled
from ethonight.workspace import Workspace

_THRESHOLDS = """\
intensity_ths = [0, 130]
area_ths = [150, 100000]
number_of_animals = 8
"""

_JOBS = {
    "test_A": "# Eight fish, without identities: a few seconds.\n"
    "video_paths = [{video}]\n" + _THRESHOLDS + "tracking_intervals = [[0, 40]]\ntrack_wo_identities = true\n",
    "test_B": "# Eight fish with identities, small and without the contrastive step: a few minutes without a GPU.\n"
    "video_paths = [{video}]\n"
    + _THRESHOLDS
    + "tracking_intervals = [[0, 150]]\nresolution_reduction = 0.4\ndisable_contrastive = true\n",
}

_VIDEO_FILE = "# The file of this recording.\nvideo_paths = [{video}]\n"


def write_demo(workspace: Workspace) -> list[str]:
    """Make settings for idtracker.ai's own videos and return their keys.

    Settings that are there and name the video keep every letter. Raises WorkspaceError when idtracker.ai or its
    videos are not installed.
    """
    keys = []
    for name, job in _JOBS.items():
        video = spelled(_video(name).as_posix())
        folder = workspace.settings / name
        folder.mkdir(parents=True, exist_ok=True)
        (workspace.backgrounds / name).mkdir(parents=True, exist_ok=True)
        _write(folder / "video.toml", _VIDEO_FILE, video)
        _write(folder / f"{name}.toml", job, video)
        keys.append(workspace.key(folder / f"{name}.toml"))
    return keys


def _video(name: str) -> Path:
    """Return the path of one of the videos. idtracker.ai is found without being loaded."""
    found = find_spec("idtrackerai")
    for folder in (found.submodule_search_locations or []) if found else []:
        video = Path(folder) / "data" / f"{name}.avi"
        if video.is_file():
            return video
    raise WorkspaceError(f"The video {name}.avi of idtracker.ai is missing. Install idtrackerai 6.0 again.")


def _write(path: Path, text: str, video: str) -> None:
    if path.is_file() and video in path.read_text("utf-8", errors="replace"):
        return
    replace_atomically(path, text.replace("{video}", video).encode())
