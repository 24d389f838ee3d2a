"""What a report says about a model besides its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class About:
    """Who made what from what. All texts are plain; they are shown as they are."""

    model: str
    labels: tuple[str, ...]
    """In the order of the classes of scores and masks."""
    made: datetime
    split: str = ""
    """One or two sentences: by which rule videos were held out."""
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What each group of videos was used for, and the videos: ``("taught the model", ("a", "b"))``."""
    warnings: tuple[str, ...] = ()
    """What a reader must know before believing the numbers."""
    notes: tuple[str, ...] = ()
    """What is good to know."""
    settings: str = ""
    """The training file."""
    versions: tuple[tuple[str, str], ...] = ()
    """Programs and their versions; also the device, seeds, hashes."""
    decoding: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """label -> how its scores become bouts: threshold, least duration and so on, by name."""
    training_log: Path | None = None
    """CSV with a row per epoch; left out of the report when it cannot be read."""
