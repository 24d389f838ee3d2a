"""Computing with a single thread of torch. Loads torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread within the ``with`` block, and with as many as before behind it.

    For small pieces of work several threads mostly wait for each other, and another part of the job can use their
    processors; and numbers do not depend on how many processors there are.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
