"""Timestamps are kept under the video's content, and a bad entry is made again."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.video import timestamps
from ethonight.video.content import content_key
from ethonight.video.timestamp_cache import load, save
from ethonight.video.timestamp_table import Timestamps
from ethonight.video.timestamps import read_timestamps

Writer = Callable[..., Path]


def same(one: Timestamps | None, other: Timestamps) -> bool:
    if one is None:
        return False
    numbers = ("time_base", "end_tick", "width", "height", "rotation", "declared")
    arrays = ("ticks", "labels", "keyframes")
    return all(getattr(one, name) == getattr(other, name) for name in numbers) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays
    )


def video(writer: Writer, path: Path, frames: int = 30) -> Path:
    return writer(path, list(range(frames)), Fraction(1, 30), codec="mpeg4")


class Opened(Exception):
    pass


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> Timestamps:
        raise Opened(str(path))

    monkeypatch.setattr(timestamps, "_read", refuse)


def test_a_moved_copy_is_known(numbered_video: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, path = tmp_path / "state" / "timestamps", video(numbered_video, tmp_path / "a.mp4")
    first = read_timestamps(path, cache)
    other = path.rename(tmp_path / "other name.mp4")
    os.utime(other, (1, 1))
    forbid_reading(monkeypatch)
    assert same(read_timestamps(other, cache), first)


def test_changed_content_is_read_again(numbered_video: Writer, tmp_path: Path) -> None:
    path = video(numbered_video, tmp_path / "a.mp4", 30)
    assert len(read_timestamps(path, tmp_path / "cache")) == 30
    video(numbered_video, path, 31)
    assert len(read_timestamps(path, tmp_path / "cache")) == 31


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_a_damaged_entry_is_made_again(numbered_video: Writer, tmp_path: Path, share: float) -> None:
    path = video(numbered_video, tmp_path / "a.mp4")
    expected = read_timestamps(path, tmp_path / "cache")
    (entry,) = (tmp_path / "cache").iterdir()
    content = entry.read_bytes()
    cut = content[: int(len(content) * share)] if share < 1 else b"\0" + content[1:]
    entry.write_bytes(cut)
    assert load(entry) is None
    assert same(read_timestamps(path, tmp_path / "cache"), expected)
    assert entry.read_bytes() != cut
    assert same(load(entry), expected)


def test_no_single_damaged_byte_changes_what_is_read(numbered_video: Writer, tmp_path: Path) -> None:
    path = video(numbered_video, tmp_path / "a.mp4")
    expected = read_timestamps(path, tmp_path / "cache")
    (entry,) = (tmp_path / "cache").iterdir()
    content = entry.read_bytes()
    for at in range(0, len(content), 7):
        entry.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        found = load(entry)
        assert found is None or same(found, expected), f"byte {at}"


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(numbered_video: Writer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", "utf-8")
    assert len(read_timestamps(video(numbered_video, tmp_path / "a.mp4"), tmp_path / "file" / "cache")) == 30


def test_an_hour_at_250_frames_per_second_takes_little_room(tmp_path: Path) -> None:
    ticks = np.arange(900_000, dtype=np.int64) * 360
    save(tmp_path / "a.npz", Timestamps(Fraction(1, 90000), ticks, int(ticks[-1]) + 360, ticks))
    assert (tmp_path / "a.npz").stat().st_size < ticks.nbytes / 100


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=60),
    st.integers(-50, 10**9),
    st.fractions(Fraction(1, 10**6), Fraction(1, 10), max_denominator=10**6),
)
def test_seconds_rise_strictly_and_keep_every_tick(steps: list[int], first: int, base: Fraction) -> None:
    ticks = first + np.cumsum(np.array(steps, np.int64))
    stamps = Timestamps(base, ticks, int(ticks[-1]) + 1, ticks)
    assert np.all(np.diff(stamps.seconds) > 0)
    assert stamps.end > stamps.seconds[-1]
    for tick in set(ticks.tolist()):
        at = int(np.searchsorted(ticks, tick))
        assert stamps.seconds[at] == pytest.approx(float(tick * base), rel=1e-15, abs=1e-15)
        if np.all(np.diff(ticks) > 0):
            assert stamps.seconds[at] == float(tick * base)


@pytest.mark.parametrize("at", [0, 500_000, 4_999_999, 9_999_999])
def test_the_key_sees_the_size_and_the_ends_of_a_large_file(tmp_path: Path, at: int) -> None:
    content = bytearray(np.random.default_rng(0).bytes(10_000_000))
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    before = content_key(path)
    content[at] ^= 1
    path.write_bytes(content)
    assert content_key(path) != before
    path.write_bytes(content[:-1])
    assert content_key(path) != before


def test_the_key_sees_the_whole_index_of_a_large_mp4(tmp_path: Path) -> None:
    """The index is larger than what is hashed at the ends, and lies behind the pictures."""
    noise = np.random.default_rng(0)
    head = (20).to_bytes(4, "big") + b"ftypisom" + bytes(8)
    pictures = (8 + 12_000_000).to_bytes(4, "big") + b"mdat" + noise.bytes(12_000_000)
    index = bytearray((8 + 4_000_000).to_bytes(4, "big") + b"moov" + noise.bytes(4_000_000))
    path = tmp_path / "a.mp4"
    keys = set()
    for at in range(8, len(index), 800_001):
        path.write_bytes(head + pictures + index[:at] + bytes([index[at] ^ 1]) + index[at + 1 :])
        keys.add(content_key(path))
    assert len(keys) == len(range(8, len(index), 800_001))
