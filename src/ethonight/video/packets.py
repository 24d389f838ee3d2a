"""Which frames a file shows and when, from its packets; decoded only where these do not tell. Loads PyAV."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
from av.video.stream import VideoStream

from ethonight.errors import VideoError
from ethonight.video import sentences
from ethonight.video.decoding import NO_LABEL, jump, label, open_video, packets, sound_frames
from ethonight.video.timestamp_table import Ints, Progress, Timestamps

_HEAD_FRAMES = 32
"""So many frames at the start are decoded to see whether packets tell the truth: more than any decoder holds back."""
_USUAL_RATE = 25
_TOLD_EVERY = 1000
"""Packets between two words about how far the reading is."""


@dataclass(frozen=True)
class Listing:
    """The packets of a file that are to be shown, in file order, in ticks of ``time_base``; see ``NO_LABEL``."""

    labels: Ints
    """(n,) pts, or dts where there is none."""
    dts: Ints
    durations: Ints
    keys: Ints
    """(k, 2) label and dts of key frames, those included that are not to be shown, by label."""
    has_pts: bool
    declared: int
    """Frames that the file says it shows; 0 where it does not say."""
    time_base: Fraction
    rate: Fraction
    size: tuple[int, int]


def timestamps_of(path: Path, progress: Progress | None = None) -> Timestamps:
    """Return the timestamps of the file's frames. Raises VideoError when there is none, or no video.

    ``progress`` is told how much of the file has been read, from 0 to 1.
    """
    listing = _list_packets(path, progress)
    expected = np.sort(listing.labels)
    head, rotation = _head(path, listing)
    if len(head) == 0:
        raise VideoError(sentences.no_frame(path))
    if not (np.array_equal(head, expected[:_HEAD_FRAMES]) and _end_is_as_expected(path, listing, expected)):
        expected = _decoded_labels(path, listing, progress)
    ticks = _ticks(listing, expected)
    turned = round(rotation) % 360
    width, height = listing.size if turned % 180 == 0 else listing.size[::-1]
    return Timestamps(
        time_base=listing.time_base,
        ticks=ticks,
        end_tick=int(ticks[-1]) + _last_duration(listing, expected, ticks),
        labels=expected,
        keyframes=_keyframes(listing, expected),
        width=width,
        height=height,
        rotation=turned if turned % 90 == 0 else 0,
        declared=max(listing.declared, len(listing.labels)),
    )


def _list_packets(path: Path, progress: Progress | None) -> Listing:
    labels, stamps, durations, keys = array("q"), array("q"), array("q"), array("q")
    discarded, has_pts = 0, True
    container, stream = open_video(path)
    with container:
        for at, packet in enumerate(packets(container, stream)):
            if packet.size == 0:
                continue
            if progress and at % _TOLD_EVERY == 0 and packet.pos is not None and container.size > 0:
                progress(min(1.0, packet.pos / container.size))
            dts = NO_LABEL if packet.dts is None else packet.dts
            shown = dts if packet.pts is None else packet.pts
            if packet.is_keyframe:
                keys.extend((shown, dts))
            if packet.is_discard:
                discarded += 1
                continue
            has_pts &= packet.pts is not None
            labels.append(shown)
            stamps.append(dts)
            durations.append(packet.duration or 0)
        return Listing(
            labels=np.array(labels, np.int64),
            dts=np.array(stamps, np.int64),
            durations=np.array(durations, np.int64),
            keys=_by_label(np.array(keys, np.int64).reshape(-1, 2)),
            has_pts=has_pts,
            declared=max(0, stream.frames - discarded),
            time_base=_time_base(stream),
            rate=stream.codec_context.framerate or stream.average_rate or Fraction(_USUAL_RATE),
            size=(stream.width, stream.height),
        )


def _time_base(stream: VideoStream) -> Fraction:
    assert stream.time_base is not None  # every video stream that could be opened has one
    return stream.time_base


def _by_label(keys: Ints) -> Ints:
    return keys[np.argsort(keys[:, 0], kind="stable")]


def _head(path: Path, listing: Listing) -> tuple[Ints, float]:
    """Return the labels of the first frames, and the rotation flag in degrees."""
    container, stream = open_video(path)
    with container:
        frames = list(islice(sound_frames(container, stream, listing.keys[:, 0]), _HEAD_FRAMES))
        return np.array([label(frame) for frame in frames], np.int64), frames[0].rotation if frames else 0.0


def _end_is_as_expected(path: Path, listing: Listing, expected: Ints) -> bool:
    """Whether the frames from the last key frame on come out one for each packet."""
    if len(listing.keys) == 0 or NO_LABEL in listing.keys[-1]:
        return False
    begin, tick = listing.keys[-1].tolist()
    container, stream = open_video(path)
    with container:
        if not jump(container, stream, tick):
            return False
        found = [label(frame) for frame in sound_frames(container, stream, listing.keys[:, 0])]
    return np.array_equal([each for each in found if each >= begin], expected[expected >= begin])


def _decoded_labels(path: Path, listing: Listing, progress: Progress | None) -> Ints:
    """Decode the whole file and return the labels in the order in which frames come out.

    How many frames a damage costs may depend on the number of threads; the answer must not.
    """
    labels = _decoded_with(path, listing, progress, threads=0)
    return labels if len(labels) >= len(listing.labels) else _decoded_with(path, listing, progress, threads=1)


def _decoded_with(path: Path, listing: Listing, progress: Progress | None, threads: int) -> Ints:
    labels = array("q")
    container, stream = open_video(path, threads)
    with container:
        for frame in sound_frames(container, stream, listing.keys[:, 0]):
            if progress and len(labels) % _TOLD_EVERY == 0:
                progress(min(1.0, len(labels) / max(1, len(listing.labels))))
            labels.append(label(frame))
    return np.array(labels, np.int64)


def _ticks(listing: Listing, labels: Ints) -> Ints:
    """Return when each frame is shown; ``labels`` are in the order in which frames come out.

    Where labels do not rise with the frames, the file (an AVI) knows no times of presentation: its packets are then
    shown at a steady pace, and the frames take the packets' times of decoding in order. A bare stream without any
    times has its rate only.
    """
    if listing.has_pts and np.all(np.diff(labels) >= 0):
        return labels
    if NO_LABEL in labels or NO_LABEL in listing.dts:
        step = 1 / (listing.rate * listing.time_base)
        return np.array([round(at * step) for at in range(len(labels))], np.int64)
    if len(labels) == len(listing.dts):
        return np.sort(listing.dts)
    return np.asarray(np.sort(labels) - labels.min() + listing.dts.min(), np.int64)


def _last_duration(listing: Listing, labels: Ints, ticks: Ints) -> int:
    """Return how long the last frame is shown, in ticks: as its packet says, else as long as the others usually."""
    own = listing.durations[listing.labels == labels[-1]]
    if len(own) == 1 and own[0] > 0:
        return int(own[0])
    steps = np.diff(ticks)
    usual = float(np.median(steps)) if len(steps) else 1 / float(listing.rate * listing.time_base)
    return max(1, round(usual))


def _keyframes(listing: Listing, labels: Ints) -> Ints:
    """Return (k, 2): the index of the first frame shown from each key frame on, and the tick to jump to.

    Key frames that are not shown themselves count for the frame after them.
    """
    order = np.argsort(labels, kind="stable")
    begins, ticks = listing.keys[:, 0], np.where(listing.keys[:, 1] == NO_LABEL, listing.keys[:, 0], listing.keys[:, 1])
    place = np.searchsorted(labels[order], begins)
    inside = (place < len(labels)) & (begins != NO_LABEL)
    found = np.stack([order[place[inside]], ticks[inside]], axis=1)
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    last_of_each = np.append(np.diff(found[:, 0]) > 0, True) if len(found) else np.empty(0, bool)
    return np.asarray(found[last_of_each], np.int64)
