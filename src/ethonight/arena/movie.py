"""Making the recording of an arena: a video file, and everything that is true of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout, in_order
from ethonight.annotations.frames import bouts_of
from ethonight.annotations.intervals import Interval
from ethonight.arena.director import Filmed, film
from ethonight.arena.drawing import draw, outline
from ethonight.arena.floor import draw_floor, draw_light
from ethonight.arena.ground import Ground
from ethonight.arena.look import Look, draw_ground, draw_look
from ethonight.arena.scenario import Arena
from ethonight.errors import VideoError
from ethonight.frame_times import Edges, frame_edges

Frame = NDArray[np.uint8]

_CODECS = ("libx264", "mpeg4")
_MOST_UNKNOWN = 0.15
"""Share of the recording that one unscored stretch may take."""
_NOISE_FRAMES = 12


@dataclass(frozen=True, eq=False)
class Made:
    """A recording and its truth. S animals, T frames; pixels with x to the right and y down."""

    arena: Arena
    video: Path
    subjects: tuple[str, ...]
    """"" for the only animal; of two, "1" is the one further left in the first frame."""
    bouts: tuple[Bout, ...]
    """All bouts, sorted, ``[start, end)`` exactly at edges of frames; those in time that nobody scored too."""
    scored: tuple[Interval, ...]
    """The time that the coder watched, seconds."""
    centers: NDArray[np.float32]
    """(S, T, 2) the middle of each animal's area (torso and head) as it is drawn."""
    angles: NDArray[np.float32]
    """(S, T) where each animal heads, radians in [-pi, pi)."""
    edges: Edges
    """(T + 1,) when each frame appears, then when the last one ends; seconds."""
    lengths: tuple[float, ...]
    """From nose to rump, for each animal, pixels."""
    ground: Ground

    @property
    def times(self) -> NDArray[np.float64]:
        """(T,) when each frame appears, seconds."""
        return self.edges[:-1]


def make_recording(arena: Arena, video: Path) -> Made:
    """Draw the recording of an arena into a video file (.mp4), whole or not at all, and return what is true of it.

    The same arena gives the same file on one machine. An existing file is replaced. Raises ValueError for another
    ending, VideoError when the file cannot be written.
    """
    if video.suffix.lower() != ".mp4":
        raise ValueError(f"the video's name must end in .mp4; found {video.name}")
    look, ground = draw_look(arena), draw_ground(arena)
    films = _left_to_right(film(arena, ground))
    temporary = video.with_name(f".{video.stem}.part.mp4")
    try:
        _encode(temporary, arena, look, _pictures(arena, look, ground, films))
        os.replace(temporary, video)
    except OSError as error:
        raise VideoError(f"Cannot write {video}: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return _truth(arena, video, ground, films)


def frame_rate(arena: Arena) -> Fraction:
    """Return the frames per second as the file holds them."""
    return Fraction(arena.fps).limit_denominator(1001)


def _truth(arena: Arena, video: Path, ground: Ground, films: tuple[Filmed, ...]) -> Made:
    rate = frame_rate(arena)
    times = np.arange(arena.frames + 1, dtype=np.float64) * rate.denominator / rate.numerator
    edges = frame_edges(times[:-1], float(times[-1]))
    bouts: list[Bout] = []
    for subject, one in zip(arena.subjects, films, strict=True):
        labels = np.array(one.labels)
        for label in arena.labels:
            bouts += bouts_of(labels == label, edges, label, subject)
    centers = [[outline(pose, one.animal.style).center for pose in one.poses] for one in films]
    return Made(
        arena=arena,
        video=video,
        subjects=arena.subjects,
        bouts=tuple(in_order(bouts)),
        scored=_scored(arena, edges),
        centers=np.asarray(centers, np.float32),
        angles=np.asarray([[pose.heading for pose in one.poses] for one in films], np.float32),
        edges=edges,
        lengths=tuple(one.animal.length for one in films),
        ground=ground,
    )


def _scored(arena: Arena, edges: Edges) -> tuple[Interval, ...]:
    """Return the time that is scored: all of it, or all but one or two stretches."""
    rng = np.random.default_rng([arena.seed, 3])
    drawn = rng.random() < 0.35
    if not (drawn if arena.unscored is None else arena.unscored):
        return ((0.0, float(edges[-1])),)
    cuts = [0]
    for part in np.array_split(np.arange(1, arena.frames - 1), int(rng.integers(1, 3))):
        length = max(1, int(len(part) * rng.uniform(0.06, _MOST_UNKNOWN)))
        first = int(part[0]) + int(rng.integers(0, len(part) - length))
        cuts += [first, first + length]
    cuts.append(arena.frames)
    seconds = edges[cuts].tolist()
    return tuple(zip(seconds[::2], seconds[1::2], strict=True))


def _left_to_right(films: tuple[Filmed, ...]) -> tuple[Filmed, ...]:
    return tuple(sorted(films, key=lambda one: float(outline(one.poses[0], one.animal.style).center[0])))


def _pictures(arena: Arena, look: Look, ground: Ground, films: tuple[Filmed, ...]) -> Iterator[Frame]:
    """Yield the frames, grey, (height, width)."""
    rng = np.random.default_rng([arena.seed, 4])
    floor, (lamp, swing) = draw_floor(look, ground, arena.size, rng), draw_light(look, arena.size)
    gains, swings = _light_over_time(arena, look, rng)
    noise = _Noise(arena, look.noise)
    for at in range(arena.frames):
        picture = floor.copy()
        for one, coat in zip(films, look.coats, strict=True):
            draw(picture, one.poses[at], one.tails[at], one.animal.style, coat)
        picture *= lamp * gains[at] + swing * swings[at]
        picture += noise.next()
        yield np.clip(picture + 0.5, 0, 255, out=picture).astype(np.uint8)


class _Noise:
    """Noise of the sensor: each frame's is cut out of one long piece at a random place, which costs little."""

    def __init__(self, arena: Arena, strength: float) -> None:
        self._rng = np.random.default_rng([arena.seed, 5])
        self._shape = (arena.size[1], arena.size[0])
        length = self._shape[0] * self._shape[1]
        self._piece = strength * self._rng.standard_normal(_NOISE_FRAMES * length, np.float32)
        self._places = (_NOISE_FRAMES - 1) * length

    def next(self) -> NDArray[np.float32]:
        """Return the noise of a frame, (height, width), grey levels."""
        first = int(self._rng.integers(0, self._places))
        return self._piece[first : first + self._shape[0] * self._shape[1]].reshape(self._shape)


def _light_over_time(arena: Arena, look: Look, rng: np.random.Generator) -> tuple[NDArray[np.float32], ...]:
    """Return for each frame how bright the lamp is, as a factor, and how far it swings."""
    seconds = np.arange(arena.frames) / arena.fps

    def wave() -> NDArray[np.float64]:
        return np.sin(2 * np.pi * seconds / rng.uniform(25, 120) + rng.uniform(0, 2 * np.pi))

    gains = 1 + look.drift * (0.6 * wave() + 0.4 * wave()) + look.flicker * rng.standard_normal(arena.frames)
    return gains.astype(np.float32), (0.6 * look.drift * wave()).astype(np.float32)


def _encode(path: Path, arena: Arena, look: Look, pictures: Iterator[Frame]) -> None:
    codec = next(name for name in _CODECS if name in av.codecs_available)
    rate, (width, height) = frame_rate(arena), arena.size
    planes = np.empty((height * 3 // 2, width), np.uint8)
    planes[height : height + height // 4] = look.tint[0]
    planes[height + height // 4 :] = look.tint[1]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1  # several threads give other bytes on another machine
        stream.codec_context.time_base = 1 / rate
        stream.codec_context.options = _options(codec, look.compression)
        for at, picture in enumerate(pictures):
            planes[:height] = 16 + (picture.astype(np.uint16) * 219 + 127) // 255
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts, frame.time_base = at, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _options(codec: str, compression: int) -> dict[str, str]:
    if codec == "libx264":
        # The macroblock tree makes other bytes of the same pictures now and then.
        return {"crf": str(compression), "preset": "veryfast", "x264-params": "mbtree=0"}
    return {"flags": "+qscale", "global_quality": str(118 * max(1, compression // 4))}
