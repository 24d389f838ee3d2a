"""Why a coder's change was not made."""

from __future__ import annotations

from collections.abc import Sequence

from ethonight.annotations.problems import Problem
from ethonight.errors import EthonightError


class EditError(EthonightError):
    """A change that cannot be made; nothing was changed."""


class Gone(EditError):
    """A change to something that is no longer there: what the person sees is out of date."""


class Unreadable(EthonightError):
    """The coder's file cannot be read, so it is shown as it is known and not changed. ``problems`` are all found."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
