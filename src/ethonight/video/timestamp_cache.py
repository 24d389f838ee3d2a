"""Timestamps on disk: one small file for each video, named after the video's content."""

from __future__ import annotations

import contextlib
import hashlib
import io
from fractions import Fraction
from pathlib import Path

import numpy as np

from ethonight.files import replace_atomically
from ethonight.video.timestamp_table import Ints, Timestamps

_VERSION = b"1"
"""Changes when reading learns something, so that old entries are made again."""
_DIGEST_BYTES = hashlib.sha256().digest_size


def save(file: Path, stamps: Timestamps) -> None:
    """Write ``stamps``, complete or not at all. A cache that cannot be written costs time, nothing else."""
    content = io.BytesIO()
    np.savez_compressed(
        content,
        time_base=np.array(stamps.time_base.as_integer_ratio(), np.int64),
        ticks=_steps(stamps.ticks),
        labels=_steps(stamps.labels),
        keyframes=stamps.keyframes,
        numbers=np.array([stamps.end_tick, stamps.width, stamps.height, stamps.rotation, stamps.declared], np.int64),
    )
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_atomically(file, _digest(content.getvalue()) + content.getvalue())


def load(file: Path) -> Timestamps | None:
    """Return what ``save`` wrote; None for a file that is missing, damaged, or of another version."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    digest, body = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if digest != _digest(body):
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as entry:
        numerator, denominator = entry["time_base"].tolist()
        end_tick, width, height, rotation, declared = entry["numbers"].tolist()
        return Timestamps(
            time_base=Fraction(numerator, denominator),
            ticks=np.cumsum(entry["ticks"]),
            end_tick=end_tick,
            labels=np.cumsum(entry["labels"]),
            keyframes=entry["keyframes"],
            width=width,
            height=height,
            rotation=rotation,
            declared=declared,
        )


def _steps(values: Ints) -> Ints:
    """Return the first value and the differences: hours at a constant rate become a few kilobytes."""
    return np.diff(values, prepend=np.int64(0))


def _digest(body: bytes) -> bytes:
    """Return what stands before the content, so that damage anywhere is seen before anything is believed."""
    return hashlib.sha256(_VERSION + body).digest()
