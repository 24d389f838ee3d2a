"""Keeping the computer awake while jobs run."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)


@contextmanager
def kept_awake() -> Iterator[None]:
    """Keep the computer from sleeping; where the system offers no way to, say so and go on."""
    from wakepy import keep

    with keep.running(
        on_fail=lambda _: log.info("This system offers no way to keep it awake; see that it does not sleep.")
    ):
        yield
