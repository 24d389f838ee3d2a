"""How one run of the queue was asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Options of ``track`` and its relatives; 0 and None mean: as ``ethonight.toml`` says."""

    tasks: frozenset[str]
    """The job kinds this run takes on."""
    keys: frozenset[str] | None = None
    """The settings files this run takes on; None: all."""
    slots: tuple[str, ...] = ("",)
    """One job at a time for each; the names are GPUs as in CUDA_VISIBLE_DEVICES, empty: as the system has it."""
    max_hours: float = 0.0
    """Longest time that one job may run, in hours."""
    retries: int | None = None
    """How often a failure that may pass is tried again within the run."""
    watch: bool = False
    """Stay when the queue is empty, and take up settings as they are saved."""
