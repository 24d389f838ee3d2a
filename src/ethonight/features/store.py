"""The cached features of one recording: one HDF5 file, there complete or not at all. Loads h5py.

Format 1. Attributes ``format``, ``video``, ``content`` (what the video's content is called), ``recipe`` (JSON),
``stride``, ``frames``, ``version``. Datasets ``edges`` (T + 1,) seconds, ``features`` (S, T, D) float16,
``names`` (D,), ``subjects`` (S,); group ``boxes`` with ``centers`` (S, T, 2), ``axes`` (S, T, 2), ``angles`` (S, T),
``found`` (S, T) and attributes ``width``, ``height``, ``body``, ``side``, ``short`` in pixels.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import NDArray

from ethonight.errors import EthonightError, SettingsError
from ethonight.files import sync_folder, temporary_beside
from ethonight.frame_times import Edges
from ethonight.recipe.stream import Recipe
from ethonight.subjects.boxes import Located, Scene

FORMAT = 1
_CHUNK = 1024
_LIBRARY = ("v110", "v110")
"""What HDF5 1.10 and later read; their files have checksums in all that is not data, too."""
_LARGEST = float(np.finfo(np.float16).max)
_BOX_SHAPES: dict[str, tuple[tuple[int, ...], str]] = {
    "centers": ((2,), "f4"),
    "axes": ((2,), "f4"),
    "angles": ((), "f4"),
    "found": ((), "bool"),
}
_DAMAGED = (OSError, KeyError, ValueError, TypeError, RuntimeError, SettingsError)
"""What h5py and the conversions raise for a file that is not what it should be."""


class FeaturesError(EthonightError):
    """A file of cached features that cannot be used: damaged, foreign, or made in another way."""


@dataclass(frozen=True)
class About:
    """Where cached features come from."""

    video: str
    content: str
    """Hexadecimal name of the recording's content."""
    recipe: Recipe
    stride: int
    """Every how many frames there is a time step."""
    frames: int
    """How many frames the recording has."""

    @property
    def steps(self) -> int:
        """T, how many time steps there are."""
        return -(-self.frames // self.stride)


@dataclass(frozen=True, eq=False)
class Piece:
    """Places and features of consecutive time steps of all S subjects; the features may lag behind the places."""

    located: Located
    """S subjects at n steps."""
    features: NDArray[np.float16]
    """(S, m, D)."""


@dataclass(frozen=True, eq=False)
class Layout:
    """What belongs to all time steps of a file."""

    about: About
    scene: Scene
    edges: Edges
    """(T + 1,) seconds."""
    names: Sequence[str]
    """(D,) what the dimensions are called."""


def compact(vectors: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return vectors as they are stored. Raises FeaturesError where one is not a number."""
    if not np.isfinite(vectors).all():
        raise FeaturesError("Some features are not numbers. The video may be damaged; please report this with its log.")
    return np.clip(vectors, -_LARGEST, _LARGEST).astype(np.float16)


def write_features(path: Path, layout: Layout, pieces: Iterable[Piece]) -> None:
    """Write a whole file: beside its place first, then renamed into it. ``pieces`` follow each other from step 0 on,
    their places and their features each without a gap.

    Raises FeaturesError unless they are exactly as many steps as the recording has.
    """
    temporary = temporary_beside(path)
    try:
        with h5py.File(temporary, "w", libver=_LIBRARY) as file:
            _write_frame(file, layout)
            written = (0, 0)
            for piece in pieces:
                written = _write_piece(file, piece, *written)
            if written != (layout.about.steps, layout.about.steps):
                raise FeaturesError(f"There are features for {written[1]} of {layout.about.steps} time steps.")
        _sync(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _write_frame(file: Any, layout: Layout) -> None:
    about, scene = layout.about, layout.scene
    if layout.edges.shape != (about.steps + 1,):
        raise FeaturesError(f"There are {len(layout.edges)} edges for {about.steps} time steps.")
    file.attrs.update(
        format=FORMAT,
        video=about.video,
        content=about.content,
        recipe=json.dumps(about.recipe.table(), sort_keys=True),
        stride=about.stride,
        frames=about.frames,
        version=_version(),
    )
    subjects, steps, text = len(scene.subjects), about.steps, h5py.string_dtype()
    file.create_dataset("edges", data=np.asarray(layout.edges, np.float64), chunks=True, fletcher32=True)
    file.create_dataset("names", data=list(layout.names), dtype=text)
    file.create_dataset("subjects", data=list(scene.subjects), dtype=text)
    shape = (subjects, steps, len(layout.names))
    file.create_dataset("features", shape, "f2", chunks=(1, min(_CHUNK, steps), len(layout.names)), fletcher32=True)
    boxes = file.create_group("boxes")
    boxes.attrs.update(width=scene.width, height=scene.height, body=scene.body, side=scene.side, short=scene.short)
    for name, (tail, kind) in _BOX_SHAPES.items():
        boxes.create_dataset(
            name, (subjects, steps, *tail), kind, chunks=(1, min(_CHUNK, steps), *tail), fletcher32=True
        )


def _write_piece(file: Any, piece: Piece, place: int, first: int) -> tuple[int, int]:
    """Write places from step ``place`` and features from step ``first`` on; return the steps after the last ones."""
    after, stop = place + len(piece.located), first + piece.features.shape[1]
    if max(after, stop) > len(file["edges"]) - 1:
        raise FeaturesError(f"There are more features than the {len(file['edges']) - 1} time steps of the recording.")
    file["features"][:, first:stop] = piece.features
    for name in _BOX_SHAPES:
        file["boxes"][name][:, place:after] = getattr(piece.located, name)
    return after, stop


def _version() -> str:
    try:
        return version("ethonight")
    except PackageNotFoundError:
        return ""


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


class FeaturesFile:
    """Cached features, checked when opened and read a subject at a time.

    Raises FeaturesError for a file that is missing, damaged or of another program; with ``recipe`` or ``content``
    also for one that was made with other settings or from another video.
    """

    def __init__(self, path: Path, recipe: Recipe | None = None, content: str | None = None) -> None:
        self.path = path
        self._file = _opened(path)
        try:
            self.layout = _checked_layout(path, self._file)
            _require_same(path, self.layout.about, recipe, content)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    @property
    def about(self) -> About:
        return self.layout.about

    @property
    def scene(self) -> Scene:
        return self.layout.scene

    @property
    def edges(self) -> Edges:
        """(T + 1,) seconds."""
        return self.layout.edges

    def features(self, subject: int, steps: slice = slice(None)) -> NDArray[np.float16]:
        """Return (n, D) of one subject. Raises FeaturesError where the file cannot be read."""
        return np.asarray(self._read("features", subject, steps), np.float16)

    def located(self, subject: int, steps: slice = slice(None)) -> Located:
        """Return where one subject is (S = 1). Raises FeaturesError where the file cannot be read."""
        return Located(*(self._read(f"boxes/{name}", subject, steps)[None] for name in _BOX_SHAPES))

    def _read(self, name: str, subject: int, steps: slice) -> NDArray[Any]:
        try:
            return np.asarray(self._file[name][subject, steps])
        except _DAMAGED as error:
            raise FeaturesError(_damaged(self.path, str(error))) from error


def matches(path: Path, recipe: Recipe, content: str) -> bool:
    """Whether a sound file is there that was made in this way from this video."""
    try:
        FeaturesFile(path, recipe, content).close()
    except FeaturesError:
        return False
    return True


def _opened(path: Path) -> Any:
    if not path.is_file():
        raise FeaturesError(f"There are no cached features at {path}. Run 'embed' to make them.")
    try:
        return h5py.File(path, "r", locking=False)
    except OSError as error:
        raise FeaturesError(_damaged(path, str(error))) from error


def _checked_layout(path: Path, file: Any) -> Layout:
    """Return what the attributes and small datasets say, when all shapes agree with it."""
    try:
        found = file.attrs["format"]
        if int(found) != FORMAT:
            raise FeaturesError(f"{path} has format {found}; this version reads format {FORMAT}. Run 'embed' again.")
        layout = _layout(file)
        shapes = _shapes(layout)
        for name, shape in shapes.items():
            if file[name].shape != shape:
                raise FeaturesError(_damaged(path, f"'{name}' has the shape {file[name].shape}, not {shape}"))
    except _DAMAGED as error:
        raise FeaturesError(_damaged(path, str(error))) from error
    return layout


def _layout(file: Any) -> Layout:
    attributes, boxes = file.attrs, file["boxes"].attrs
    recipe = Recipe.read(json.loads(attributes["recipe"]))
    about = About(
        str(attributes["video"]),
        str(attributes["content"]),
        recipe,
        int(attributes["stride"]),
        int(attributes["frames"]),
    )
    subjects = tuple(str(name) for name in file["subjects"].asstr()[()])
    scene = Scene(
        subjects,
        int(boxes["width"]),
        int(boxes["height"]),
        float(boxes["body"]),
        float(boxes["side"]),
        float(boxes["short"]),
    )
    edges = np.asarray(file["edges"][()], np.float64)
    return Layout(about, scene, edges, tuple(str(name) for name in file["names"].asstr()[()]))


def _shapes(layout: Layout) -> dict[str, tuple[int, ...]]:
    subjects, steps, names = len(layout.scene.subjects), layout.about.steps, len(layout.names)
    boxes = {f"boxes/{name}": (subjects, steps, *tail) for name, (tail, _) in _BOX_SHAPES.items()}
    return {"edges": (steps + 1,), "features": (subjects, steps, names), **boxes}


def _require_same(path: Path, about: About, recipe: Recipe | None, content: str | None) -> None:
    if recipe is not None and about.recipe != recipe:
        raise FeaturesError(
            f"{path} was made with other settings ({about.recipe.name}) than are wanted ({recipe.name})."
            " Run 'embed' again."
        )
    if content is not None and about.content != content:
        raise FeaturesError(
            f"{path} was made from a video with other content than {about.video} has now. Run 'embed' again."
        )


def _damaged(path: Path, reason: str) -> str:
    return f"{path} cannot be read as cached features ({reason}). Delete it and run 'embed' again."
