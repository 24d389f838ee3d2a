"""Errors that a person can act on: each message says what was found, where, and what to do next."""

from __future__ import annotations


class EthonightError(Exception):
    """Base of all errors that are shown to a person as one sentence, without a traceback."""


class UsageError(EthonightError):
    """The command line asks for something that does not exist or cannot be combined. Exit status 2."""


class WorkspaceError(EthonightError):
    """The workspace cannot be used as it is: damaged, locked by another runner, not writable. Exit status 2."""


class VideoError(EthonightError):
    """A video file that cannot be opened or read at all."""


class SettingsError(EthonightError):
    """A settings file that cannot be used.

    ``line`` is the 1-based line in the file, or None where the problem has no single line.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.line = line


class WeightsError(EthonightError):
    """A pretrained network whose weights cannot be had or do not fit."""
