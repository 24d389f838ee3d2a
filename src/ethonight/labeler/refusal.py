"""Answers that say no: an error of the package with the HTTP status that fits it."""

from __future__ import annotations

from ethonight.errors import EthonightError


class Refusal(EthonightError):
    """A request that is not done. ``status`` is the HTTP status; the message is a sentence for the person."""

    status = 400


class NotThere(Refusal):
    """What was asked for is not in this workspace."""

    status = 404


class NotAllowed(Refusal):
    """What was asked for must not be shown."""

    status = 403


class Conflict(Refusal):
    """What was asked for does not fit what is there now: look again."""

    status = 409


class NotYet(Refusal):
    """What is needed for it is still being computed: the same request is done a moment later."""

    status = 503
