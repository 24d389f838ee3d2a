"""Chooses who decodes a file: decord where it delivers what the timestamps say, else PyAV."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ethonight.video.decoder import Decoder, DecordFailed
from ethonight.video.timestamp_table import Timestamps

_SAMPLES = 5
_MOST_THREADS = 8
"""Each decoding thread holds frames at full size."""
_ALIKE = 1.0
"""Mean absolute difference (of 255) below which two pictures are the same frame: both come from one kind of filter."""
_FLOAT32 = 2.0**-22
"""Twice the relative precision of a 32-bit float."""


def usual_threads() -> int:
    """Return how many threads decode where nobody says otherwise."""
    return min(_MOST_THREADS, os.cpu_count() or 1)


def open_av(path: Path, stamps: Timestamps, size: tuple[int, int], threads: int, *, grey: bool = False) -> Decoder:
    """Return PyAV's decoder. Raises VideoError when the file cannot be opened."""
    from ethonight.video.av_decoder import AvDecoder

    return AvDecoder(path, stamps, size, threads, grey=grey)


def open_decord(path: Path, stamps: Timestamps, size: tuple[int, int], threads: int, *, check: bool = True) -> Decoder:
    """Return decord's decoder. Raises DecordFailed, also where it disagrees with ``stamps`` or with PyAV."""
    try:
        from ethonight.video.decord_decoder import DecordDecoder
    except (ImportError, OSError) as error:
        raise DecordFailed(f"decord cannot be loaded ({error})") from error
    decoder = DecordDecoder(path, size, threads)
    try:
        if check:
            _check_times(len(decoder), decoder.times(), stamps)
            _check_frames(decoder, path, stamps, size)
    except DecordFailed:
        decoder.close()
        raise
    return decoder


def _check_times(count: int, times: NDArray[np.float64], stamps: Timestamps) -> None:
    """Compare decord's own table with ours; decord counts from the first frame in some files."""
    if count != len(stamps):
        raise DecordFailed(f"decord counts {count} frames, the timestamps are of {len(stamps)}")
    ours = stamps.seconds
    difference = np.abs((times - times[0]) - (ours - ours[0]))
    allowed = 1e-4 + _FLOAT32 * np.abs(ours).max()
    if not np.all(difference <= allowed):  # also where decord's times are no numbers
        at = int(np.argmin(difference <= allowed))
        raise DecordFailed(f"decord has frame {at} at {times[at]:g} s, the timestamps at {ours[at]:g} s")


def _check_frames(decoder: Decoder, path: Path, stamps: Timestamps, size: tuple[int, int]) -> None:
    """Compare frames from all over the file with PyAV's, and with PyAV's frames before and after each.

    A resting animal makes all frames alike, so that a frame must also be closest to its own number.
    """
    count = len(stamps)
    trusted = open_av(path, stamps, size, usual_threads())
    samples = _samples(stamps)
    try:
        for at in [*samples[1::2], *samples[::2]]:  # forth and back: both ways to jump
            near = [index for index in (at - 1, at, at + 1) if 0 <= index < count]
            found, pictures = trusted.read(near)
            theirs = decoder.read([at])[1][0].astype(np.int16)
            far = {i: float(np.abs(picture - theirs).mean()) for i, picture in zip(found, pictures, strict=True)}
            if at in far and (far[at] > _ALIKE or far[at] > min(far.values())):
                raise DecordFailed(f"decord's frame {at} is not PyAV's ({far[at]:.1f} of 255 apart)")
    finally:
        trusted.close()


def _samples(stamps: Timestamps) -> list[int]:
    """Return frames from start to end, and those around a key frame, where jumps go wrong first; ascending."""
    count, keys = len(stamps), stamps.keyframes[:, 0].tolist()
    spread = {round(share * (count - 1)) for share in np.linspace(0, 1, _SAMPLES)}
    key = keys[len(keys) // 2] if keys else 0
    return sorted(spread | {at for at in range(key - 2, key + 3) if 0 <= at < count})
