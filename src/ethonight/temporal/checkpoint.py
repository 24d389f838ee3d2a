"""Where a training has got to, so that it goes on after a kill and ends with the same numbers."""

from __future__ import annotations

import io
import logging
import pickle
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ethonight.files import replace_atomically
from ethonight.recipe.training import Training
from ethonight.temporal.sequence import Sequence

_FORMAT = 1
_log = logging.getLogger(__name__)

Weights = dict[str, Tensor]


@dataclass
class State:
    """After a whole number of epochs. ``finished`` are the networks that are done; the rest is of the one at work."""

    finished: list[Weights] = field(default_factory=list)
    epoch: int = 0
    network: Weights = field(default_factory=dict)
    average: Weights = field(default_factory=dict)
    """The moving mean of the weights."""
    optimiser: dict[str, Any] = field(default_factory=dict)
    best: Weights = field(default_factory=dict)
    best_score: float = -1.0
    best_epoch: int = 0
    log: list[dict[str, Any]] = field(default_factory=list)
    """One entry for each epoch so far, of all networks."""


def save(path: Path, state: State, key: str) -> None:
    """Write the state of the training ``key``; the file is there complete, or as it was before."""
    stream = io.BytesIO()
    torch.save({"format": _FORMAT, "key": key, **vars(state)}, stream)
    replace_atomically(path, stream.getvalue())


def load(path: Path, key: str) -> State | None:
    """Return the state of the training ``key``; None where there is none, or one of other data or settings.

    A file that cannot be read costs only time: it is reported in the log, and the training starts anew.
    """
    if not path.is_file():
        return None
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile, KeyError, ValueError) as problem:
        _log.warning("%s cannot be read (%s): the training starts anew.", path, problem)
        return None
    if not isinstance(held, dict) or held.pop("format", None) != _FORMAT or held.pop("key", None) != key:
        _log.info("%s is of another training: this one starts anew.", path)
        return None
    return State(**held)


def training_key(sequences: Iterable[Sequence], training: Training, about: object) -> str:
    """Return a text that two trainings share only where they learn the same from the same."""
    held = zlib.crc32(repr((sorted(asdict(training).items()), about, torch.__version__)).encode())
    for sequence in sequences:
        held = zlib.crc32(f"{sequence.video}\0{sequence.subject}\0{sequence.features.shape}".encode(), held)
        for array in (sequence.features, sequence.found, sequence.targets, sequence.scored):
            if array is not None:
                held = zlib.crc32(np.ascontiguousarray(array).view(np.uint8).data, held)
    return f"{held:08x}"
