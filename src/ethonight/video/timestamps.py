"""Reading the time of every frame of one video file."""

from __future__ import annotations

from pathlib import Path

from ethonight.video.content import content_key
from ethonight.video.timestamp_cache import load, save
from ethonight.video.timestamp_table import Progress, Timestamps

__all__ = ["Timestamps", "read_timestamps"]


def read_timestamps(path: Path, cache: Path | None = None, progress: Progress | None = None) -> Timestamps:
    """Return the timestamps of all frames of the file's video stream.

    ``cache`` is a folder where they are kept under the file's content; a damaged entry is made again. The file is
    read through once without decoding it, and decoded once where its packets do not tell which frames come out.
    ``progress`` is told how much of the file has been read, from 0 to 1; nothing where the times were kept.
    Raises VideoError when it cannot be opened or not one frame of it can be decoded.
    """
    if cache is None:
        return _read(path, progress)
    file = cache / f"{content_key(path)}.npz"
    known = load(file)
    if known is None:
        known = _read(path, progress)
        save(file, known)
    return known


def _read(path: Path, progress: Progress | None) -> Timestamps:
    from ethonight.video.packets import timestamps_of  # loads PyAV

    return timestamps_of(path, progress)
