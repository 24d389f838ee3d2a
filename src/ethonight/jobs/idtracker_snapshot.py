"""The settings that one attempt runs with: every path absolute, every file its own, readable by idtracker.ai."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Callable, Mapping
from math import isinf
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.files import replace_atomically
from ethonight.jobs.idtracker_settings import TrackSettings
from ethonight.jobs.protocol import AttemptPaths
from ethonight.settings.toml_file import check_with_old_reader, parse_toml

CONTRASTIVE_BATCH = 400
PREDICTION_BATCH = 1000
"""Defaults of idtracker.ai."""

_LEAST_BATCH = 50
_MOST_WORKERS = 4


def write_snapshot(settings: TrackSettings, attempt: AttemptPaths, shrink: int) -> None:
    """Write the attempt's settings and copy the background image to it.

    ``shrink`` counts earlier failures for lack of memory. Raises SettingsError when the background cannot be copied,
    or a path cannot be written such that idtracker.ai's reader understands it.
    """
    values = snapshot_values(settings, attempt)
    if settings.background is not None:
        values["background_subtraction_stat"] = _copied(settings.background, attempt).as_posix()
    if shrink:
        values.update(_smaller(values, shrink))
    text = "".join(written(key, value) for key, value in values.items())
    check_with_old_reader(text, parse_toml(text))
    replace_atomically(attempt.snapshot, text.encode())


def read_snapshot(attempt: AttemptPaths) -> Mapping[str, object]:
    """Return the settings that an attempt ran with. Raises SettingsError where they cannot be read."""
    try:
        return tomllib.loads(attempt.snapshot.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"the settings of this attempt cannot be read ({error}).") from error


def snapshot_values(settings: TrackSettings, attempt: AttemptPaths) -> dict[str, object]:
    """Return the settings as given, but for names and places.

    idtracker.ai moves the window's background image and trips over it in a settings file, so the image is given as
    ``background_subtraction_stat``, which means the same. ``trajectories.h5`` is always among the formats.
    """
    values = {key: value for key, value in settings.values.items() if key != "background_from_segmentation_gui"}
    if not settings.values.get("use_bkg"):
        values.pop("background_subtraction_stat", None)
    values["video_paths"] = [video.as_posix() for video in settings.videos]
    if settings.intervals:
        values["tracking_intervals"] = [[interval.start, interval.end] for interval in settings.intervals]
    if settings.network is not None:
        values["knowledge_transfer_folder"] = settings.network.as_posix()
    formats = values.get("trajectories_formats")
    if isinstance(formats, list) and not {"h5", "hdf5"} & {str(name).lower() for name in formats}:
        values["trajectories_formats"] = ["h5", *formats]
    return {**values, "name": settings.name, "output_dir": attempt.out.as_posix()}


def written(key: str, value: object) -> str:
    """Return one line of TOML that both readers understand alike, or several. Raises SettingsError where none is.

    Numbers of a list are all of one type and infinity is a number too large, as the old reader wants it. It trips over
    some texts in one spelling and not in another.
    """
    for text in (f"{key} = {_spelled(value, quote, gap)}\n" for gap in (" ", "\n    ") for quote in _QUOTES):
        try:
            document = parse_toml(text)
            check_with_old_reader(text, document)
        except SettingsError:
            continue
        if document == {key: value}:
            return text
    raise SettingsError(f"idtracker.ai's reader cannot read '{key}' in any spelling: {value!r}. Choose a simpler name.")


def _spelled(value: object, quote: Callable[[str], str], gap: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, float):
        return f"{'-' if value < 0 else ''}1e999" if isinf(value) else repr(value)
    if isinstance(value, list):
        return f"[{f',{gap}'.join(_spelled(item, quote, ' ') for item in _of_one_type(value))}]"
    return str(value)


def _with_escapes(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _as_it_is(text: str) -> str:
    return f"'{text}'"


_QUOTES = (_with_escapes, _as_it_is)


def _of_one_type(values: list[object]) -> list[object]:
    if any(isinstance(value, float) for value in values):
        return [float(value) if isinstance(value, int) else value for value in values]
    return values


def _copied(image: Path, attempt: AttemptPaths) -> Path:
    copy = attempt.folder / f"background{image.suffix}"
    try:
        shutil.copyfile(image, copy)
    except OSError as error:
        raise SettingsError(f"the background image cannot be copied: {image} ({error.strerror}).") from error
    return copy


def _smaller(values: Mapping[str, object], shrink: int) -> dict[str, object]:
    """Return what an attempt after a lack of memory has smaller. None of it changes what is computed but the batch."""
    workers = values.get("number_of_parallel_workers", 0)
    assert isinstance(workers, int)
    present = workers if workers > 0 else min(((os.cpu_count() or 1) + 1) // 2, _MOST_WORKERS)
    return {
        "contrastive_batchsize": _halved(values.get("contrastive_batchsize", CONTRASTIVE_BATCH), shrink),
        "batch_size_predictions": _halved(values.get("batch_size_predictions", PREDICTION_BATCH), shrink),
        "number_of_parallel_workers": max(1, present >> shrink),
        "bounding_box_images_in_ram": False,
    }


def _halved(batch: object, times: int) -> int:
    assert isinstance(batch, int)
    return max(min(batch, _LEAST_BATCH), batch >> times)
