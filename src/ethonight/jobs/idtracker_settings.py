"""idtracker.ai settings as a person saved them: checked, with every path found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1
from importlib.util import find_spec
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.jobs.idtracker_keys import PAIR, is_integer, shown, unknown_key, wrong_value
from ethonight.jobs.protocol import Interval
from ethonight.settings.job_file import JobFile
from ethonight.settings.recording import recording_of
from ethonight.settings.toml_file import line_of
from ethonight.settings.videos import resolve_video
from ethonight.workspace import Workspace

STATISTICS = ("median", "mean", "max", "min")
"""The ways in which idtracker.ai computes a background; any other text in its place is an image's path."""

_NEEDED = ("intensity_ths", "area_ths")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_LONGEST_NAME = 150
"""In UTF-8 bytes: file systems take 255, and ``session_``, a date and ``.h5`` are added to it."""


@dataclass(frozen=True)
class TrackSettings:
    """One checked settings file. ``values`` has keys in small letters, without ``task`` and without empty values."""

    values: Mapping[str, object]
    videos: tuple[Path, ...]
    intervals: tuple[Interval, ...]
    background: Path | None
    """The image that is subtracted, or None."""
    network: Path | None
    """``knowledge_transfer_folder``, or None."""
    name: str
    """Of the session, fit for a folder on every system."""

    @property
    def needs_cuda(self) -> bool:
        return str(self.values.get("device", "")).lower().startswith("cuda")


def read_settings(job: JobFile, workspace: Workspace) -> TrackSettings:
    """Check one settings file and find what it names; videos and background need not exist.

    Raises SettingsError with the line for an unknown, removed or missing key, or a value that cannot be.
    """
    values = _known_values(job)
    _check_needed(values)
    _check_animals(job, values)
    _check_order_of_thresholds(job, values)
    _check_formats(job, values)
    if values.get("exclusive_rois") and "roi_list" not in values:
        raise _error(job, "exclusive_rois", "'exclusive_rois' needs regions: draw them in idtracker.ai (roi_list).")
    return TrackSettings(
        values,
        _videos(job, values, workspace),
        _intervals(job, values),
        _background(job, values, workspace),
        _network(job, values, workspace),
        session_name(job, workspace),
    )


def session_name(job: JobFile, workspace: Workspace) -> str:
    """Return the name of a job's session: its ``name``, or what its place under ``settings/`` says. Never raises."""
    for key, value in job.document.items():
        if key.lower() == "name" and isinstance(value, str) and value.strip():
            return safe_name(value)
    inside = job.path.is_relative_to(workspace.settings)
    parts = list(job.path.relative_to(workspace.settings).parent.parts) if inside else []
    if not parts or parts[-1] != job.path.stem:
        parts.append(job.path.stem)
    return safe_name("_".join(parts))


def safe_name(text: str) -> str:
    """Return ``text`` as part of a folder's name on every system; a very long one is cut and marked with a hash."""
    name = _UNSAFE.sub("_", text).strip(" .") or "unnamed"
    encoded = name.encode("utf-8", "replace")
    if len(encoded) <= _LONGEST_NAME:
        return name
    return encoded[: _LONGEST_NAME - 9].decode("utf-8", "ignore") + "-" + sha1(encoded).hexdigest()[:8]


def video_texts(document: Mapping[str, object]) -> list[str]:
    """Return the videos as the settings name them, one or several; empty where they name none."""
    for key, value in document.items():
        if key.lower() == "video_paths":
            items = value if isinstance(value, list) else [value]
            return [item for item in items if isinstance(item, str) and item]
    return []


def _known_values(job: JobFile) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in job.document.items():
        if key == "task":
            continue
        if problem := unknown_key(key):
            raise _error(job, key, problem)
        if key.lower() in values:
            raise _error(job, key, f"'{key}' is there twice (capital letters do not matter). Keep one of them.")
        if value == "":
            continue
        if problem := wrong_value(key, value):
            raise _error(job, key, problem)
        values[key.lower()] = value
    return values


def _check_needed(values: Mapping[str, object]) -> None:
    for key in _NEEDED:
        if key not in values:
            raise SettingsError(f"'{key}' is missing. Set the thresholds in idtracker.ai's window and save again.")


def _check_animals(job: JobFile, values: Mapping[str, object]) -> None:
    if values.get("track_wo_identities") or values.get("number_of_animals"):
        return
    way_out = "Set how many animals are in the video, or track_wo_identities = true."
    if "number_of_animals" in values:
        raise _error(job, "number_of_animals", f"'number_of_animals' is 0. {way_out}")
    raise SettingsError(f"'number_of_animals' is missing. {way_out}")


def _check_order_of_thresholds(job: JobFile, values: Mapping[str, object]) -> None:
    """With a background the two intensities are no range: the second one is the difference from the background."""
    low, high = _pair(values["intensity_ths"])
    if low >= high and not values.get("use_bkg"):
        raise _error(
            job, "intensity_ths", f"'intensity_ths' must have the smaller number first; found [{low}, {high}]."
        )


def _pair(value: object) -> tuple[float, float]:
    assert isinstance(value, list)
    return value[0], value[1]


def _check_formats(job: JobFile, values: Mapping[str, object]) -> None:
    formats = values.get("trajectories_formats", [])
    assert isinstance(formats, list)
    missing = [name for name in ("pandas", "pyarrow") if find_spec(name) is None]
    if missing and "parquet" in [str(name).lower() for name in formats]:
        words = f"the format 'parquet' needs {' and '.join(missing)}, which is not installed. Take 'parquet' out."
        raise _error(job, "trajectories_formats", words)


def _videos(job: JobFile, values: Mapping[str, object], workspace: Workspace) -> tuple[Path, ...]:
    texts = video_texts(values)
    if texts:
        return tuple(resolve_video(text, job.path, workspace) for text in texts)
    if job.path.parent == workspace.settings:
        raise SettingsError(
            "'video_paths' is missing: which video? Save the settings again from idtracker.ai's window."
        )
    try:
        return recording_of(workspace, job.path).files
    except SettingsError as error:
        raise SettingsError(f"'video_paths' is missing, and the folder does not say it either. {error}") from error


def _intervals(job: JobFile, values: Mapping[str, object]) -> tuple[Interval, ...]:
    value = values.get("tracking_intervals")
    if value is None:
        return ()
    flat = isinstance(value, list) and len(value) == PAIR and all(map(is_integer, value))
    pairs = [value] if flat else value
    if not isinstance(pairs, list) or not pairs:
        raise _error(
            job, "tracking_intervals", f"{_INTERVALS_ARE}; found {shown(value)}. To track all, delete the line."
        )
    return tuple(_interval(job, pair) for pair in pairs)


_INTERVALS_ARE = "'tracking_intervals' must be pairs of frames, like [[0, 1000], [2000, 3000]]"


def _interval(job: JobFile, pair: object) -> Interval:
    if not isinstance(pair, list) or len(pair) != PAIR or not all(map(is_integer, pair)):
        raise _error(job, "tracking_intervals", f"{_INTERVALS_ARE}; found {shown(pair)}.")
    start, end = pair
    if not 0 <= start < end:
        words = f"the tracking interval {shown(pair)} must start at 0 or later and end after its start."
        raise _error(job, "tracking_intervals", words)
    return Interval(start, end)


def _background(job: JobFile, values: Mapping[str, object], workspace: Workspace) -> Path | None:
    """Return the image to subtract: that of the window first, as in idtracker.ai. Without ``use_bkg`` there is none."""
    if not values.get("use_bkg"):
        return None
    text = str(values.get("background_from_segmentation_gui", ""))
    statistic = str(values.get("background_subtraction_stat", STATISTICS[0]))
    if not text and statistic.lower() not in STATISTICS:
        if not re.search(r"[./\\]", statistic):
            words = f"'background_subtraction_stat' must be one of {', '.join(STATISTICS)}, or an image's path"
            raise _error(job, "background_subtraction_stat", f"{words}; found {shown(statistic)}.")
        text = statistic
    return resolve_video(text, job.path, workspace) if text else None


def _network(job: JobFile, values: Mapping[str, object], workspace: Workspace) -> Path | None:
    if "knowledge_transfer_folder" not in values:
        return None
    folder = resolve_video(str(values["knowledge_transfer_folder"]), job.path, workspace)
    if not folder.is_dir():
        words = f"'knowledge_transfer_folder' is not there: {folder}. Name a session's folder, or delete the line."
        raise _error(job, "knowledge_transfer_folder", words)
    return folder


def _error(job: JobFile, key: str, message: str) -> SettingsError:
    """Return the error with the line of ``key``, where the file can still be read."""
    try:
        text = job.path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return SettingsError(message)
    return SettingsError(message, line_of(text, key))
