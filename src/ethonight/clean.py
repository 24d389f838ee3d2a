"""Removing cached features that nothing refers to, and unfinished work that no job goes on with."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ethonight.clean_references import References, has_recording, read_references
from ethonight.disk import files_below, size_of
from ethonight.errors import SettingsError, WorkspaceError
from ethonight.jobs.pairs import read_pairs
from ethonight.jobs.train import partial_key
from ethonight.ledger.holder import read_holder
from ethonight.ledger.lease import Lease
from ethonight.ledger.row import Row, State
from ethonight.ledger.view import read_rows
from ethonight.recipe.stream import BACKBONES, WEIGHTS_FREE, Recipe
from ethonight.recipe.training import TrainingRecipe
from ethonight.settings.job_file import load_job
from ethonight.settings.recording import recording_of
from ethonight.workspace import Workspace

NO_VIDEO = "its video is not in settings/ any more"
NO_REFERENCE = "no model, training or embed settings name it"
NO_JOB = "unfinished work that no job goes on with"
AUTOMATIC = "the settings that made it, written for another job's sake"

_RECIPE = re.compile(rf"(?:{'|'.join((*WEIGHTS_FREE, *BACKBONES))})-(?:frame|tracks|blobs[0-9]+)-[0-9a-f]{{8}}")


@dataclass(frozen=True)
class Removal:
    """A file that is removed, or would be."""

    path: Path
    size: int
    """Bytes."""
    why: str
    follows: Path | None = None
    """The file that this one belongs to: it stays where that one could not be removed."""
    problem: str = ""
    """Why it could not be removed; empty when it was."""


@dataclass(frozen=True)
class Cleaning:
    """What ``clean`` removes, or would remove."""

    removals: tuple[Removal, ...]
    foreign: tuple[Path, ...]
    """HDF5 files among the features that no job has made; they are left alone."""
    elsewhere: bool = False
    """Whether ``features`` is a link out of the workspace, which is not followed."""

    @property
    def freed(self) -> int:
        """Bytes."""
        return sum(removal.size for removal in self.removals if not removal.problem)

    @property
    def refused(self) -> tuple[Removal, ...]:
        return tuple(removal for removal in self.removals if removal.problem)


def clean(workspace: Workspace, dryrun: bool = False) -> Cleaning:
    """Remove what nothing needs; with ``dryrun`` only find it. A file that cannot be removed is told.

    Raises WorkspaceError while a run is at work, and where a model or settings file cannot be read.
    """
    holder = read_holder(workspace.lease)
    if holder is not None and not holder.left_behind:
        raise WorkspaceError(f"{holder} is at work and needs its features. Run clean again when it has finished.")
    if dryrun:
        return _planned(workspace)
    lease = Lease(workspace.lease, "clean")
    lease.acquire()
    try:
        planned = _planned(workspace)
        return replace(planned, removals=tuple(_removed(planned.removals, lease, workspace)))
    finally:
        lease.release()


def _planned(workspace: Workspace) -> Cleaning:
    references = read_references(workspace)
    removals: list[Removal] = []
    foreign: list[Path] = []
    if here := _inside(workspace, workspace.features):
        for entry in files_below(workspace.features):
            path, size = Path(entry.path), size_of(entry)
            if _is_cache(workspace, path):
                removals += _unneeded(workspace, references, path, size)
            elif path.suffix == ".h5" and not path.name.startswith("."):
                foreign.append(path)
    removals.sort(key=lambda removal: ((removal.follows or removal.path).parts, removal.follows is not None))
    return Cleaning((*removals, *_unfinished(workspace)), tuple(sorted(foreign)), not here)


def _is_cache(workspace: Workspace, path: Path) -> bool:
    """Whether this is a file of features by its name and place, whatever is in it."""
    in_folder = path.parent != workspace.features
    return in_folder and path.suffix == ".h5" and _RECIPE.fullmatch(path.stem) is not None


def _unneeded(workspace: Workspace, references: References, path: Path, size: int) -> Iterator[Removal]:
    """Yield the file and its settings, unless something refers to it."""
    video, recipe = path.parent.relative_to(workspace.features).as_posix(), path.stem
    there = has_recording(workspace, video)
    if there and references.keep(video, recipe):
        return
    yield Removal(path, size, NO_REFERENCE if there else NO_VIDEO)
    for settings in references.automatic.get((video, recipe), []):
        if _inside(workspace, settings.parent):
            yield Removal(settings, settings.lstat().st_size, AUTOMATIC, follows=path)


def _unfinished(workspace: Workspace) -> list[Removal]:
    """Return the files of unfinished work that no pending, running or failed job goes on with."""
    if not _inside(workspace, workspace.partial):
        return []
    wanted = tuple(_wanted(workspace, read_rows(workspace)))
    found = [(Path(entry.path), size_of(entry)) for entry in files_below(workspace.partial)]
    return [
        Removal(path, size, NO_JOB)
        for path, size in sorted(found)
        if not path.relative_to(workspace.partial).as_posix().startswith(wanted)
    ]


def _wanted(workspace: Workspace, rows: Iterable[Row]) -> Iterator[str]:
    """Yield how the names of unfinished work begin, below ``partial``, that jobs will go on with."""
    for row in rows:
        if row.state is State.DONE or not workspace.settings_file(row.settings).is_file():
            continue
        if row.task == "embed":
            yield _of_embedding(workspace, row.settings)
        elif row.task == "train":
            yield _of_training(workspace, row.settings)


def _of_embedding(workspace: Workspace, key: str) -> str:
    try:
        job = load_job(workspace, key)
        return f"features/{recording_of(workspace, job.path).name}-{Recipe.read(job.document).digest}-"
    except SettingsError:
        return "features/"  # nobody knows which: all of it is kept


def _of_training(workspace: Workspace, key: str) -> str:
    try:
        recipe = TrainingRecipe.read(load_job(workspace, key).document)
        return f"models/{partial_key(recipe, read_pairs(workspace, recipe.pairs))}/"
    except (SettingsError, OSError):
        return "models/"


def _removed(removals: Iterable[Removal], lease: Lease, workspace: Workspace) -> Iterator[Removal]:
    """Remove the files, and the folders that are empty then."""
    stayed: set[Path] = set()
    for removal in removals:
        lease.beat()
        if removal.follows in stayed:
            yield replace(removal, problem="It stays with its features.")
            continue
        try:
            removal.path.unlink(missing_ok=True)
            yield removal
        except OSError as error:
            stayed.add(removal.path)
            yield replace(removal, problem=_refused(removal.path, error))
        if removal.follows is None:
            _remove_empty(removal.path.parent, (workspace.features, workspace.partial))


def _remove_empty(folder: Path, roots: tuple[Path, ...]) -> None:
    """Remove a folder and those around it, as far as they are empty and below one of ``roots``."""
    with contextlib.suppress(OSError):  # not empty
        while any(root in folder.parents for root in roots):
            folder.rmdir()
            folder = folder.parent


def _refused(path: Path, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"{path.name} may not be removed: it is open in another program, or protected. Close it there."
    return f"{path.name} could not be removed: {error.strerror or error}."


def _inside(workspace: Workspace, folder: Path) -> bool:
    """Whether a folder really lies in the workspace: no link leads out of it."""
    real = Path(os.path.realpath(folder))
    return real.is_relative_to(os.path.realpath(workspace.root))
