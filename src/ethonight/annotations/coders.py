"""Several people, one video: whose bouts there are, and the same frames seen through each one's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.frames import active, frames_in
from ethonight.errors import UsageError
from ethonight.frame_times import Edges
from ethonight.suggest import closest
from ethonight.workspace import Workspace

_NOT_IN_NAMES = frozenset('/\\:*?"<>|')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))})
"""What is written to a file of this name, whatever its ending, never reaches a disk on Windows."""


@dataclass(frozen=True)
class CoderFrames:
    """Frames as several coders marked them.

    ``active`` is bool (K, T, C): coder, frame, label. ``scored`` is bool (K, T): which frames each coder watched;
    where that is false, ``active`` says nothing.
    """

    coders: tuple[str, ...]
    labels: tuple[str, ...]
    active: NDArray[np.bool_]
    scored: NDArray[np.bool_]


def coder_file(workspace: Workspace, video: str, coder: str) -> Path:
    """Return where the bouts of a coder for a video (by its name) stand, or would stand.

    Raises UsageError for a name that cannot be a file's, or would lead out of the video's folder.
    """
    for kind, name in (("video", video), ("coder", coder)):
        if not name.strip(". ") or name.startswith(".") or name != name.strip() or not _is_file_name(name):
            raise UsageError(f"'{name}' cannot be the name of a {kind}: it names a file. Use letters, digits, - and _.")
    if coder.partition(".")[0].rstrip().lower() in _DEVICES:
        raise UsageError(f"'{coder}' cannot be the name of a coder: Windows has a device of this name. Use another.")
    return workspace.annotations / video / f"{coder}.csv"


def list_coders(workspace: Workspace, video: str) -> list[str]:
    """Return the coders with a bouts file for this video, sorted; hidden and temporary files are left out."""
    return list(coder_files(coder_file(workspace, video, "any").parent))


def coder_files(folder: Path) -> dict[str, Path]:
    """Return the bouts file of each coder in the folder of a video's annotations, sorted by coder."""
    if not folder.is_dir():
        return {}
    files = (path for path in folder.iterdir() if path.suffix == ".csv" and path.is_file())
    return {path.stem: path for path in sorted(files) if not path.name.startswith((".", "~"))}


def read_coder(workspace: Workspace, video: str, coder: str) -> Annotation:
    """Read one coder's bouts of a video.

    Raises UsageError when there is no such file, AnnotationError when it cannot be used.
    """
    path = coder_file(workspace, video, coder)
    if not path.is_file():
        present = list_coders(workspace, video)
        close = closest(coder, present)
        there = f"did you mean '{close}'?" if close else f"there are bouts of: {', '.join(present) or 'nobody'}."
        raise UsageError(f"There is no {workspace.shown(path)}; {there}")
    return read_annotation(path, workspace.shown(path))


def coder_frames(
    annotations: Mapping[str, Annotation], labels: Sequence[str], edges: Edges, subject: str | None = None
) -> CoderFrames:
    """Return what each coder marked and watched, frame by frame, for one subject or (None) for all together."""
    duration = float(edges[-1])
    seen, watched = [], []
    for annotation in annotations.values():
        bouts = [bout for bout in annotation.bouts if subject is None or bout.subject == subject]
        seen.append(active(bouts, labels, edges))
        watched.append(frames_in(annotation.scored(duration, subject), edges))
    shape = (len(annotations), len(edges) - 1)
    together = np.asarray(seen, dtype=np.bool_).reshape(*shape, len(labels))
    return CoderFrames(tuple(annotations), tuple(labels), together, np.asarray(watched, dtype=np.bool_).reshape(shape))


def _is_file_name(name: str) -> bool:
    return name.isprintable() and not _NOT_IN_NAMES.intersection(name)
