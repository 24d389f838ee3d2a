"""What holds for all tests."""

from __future__ import annotations

import os

import hypothesis


def pytest_configure() -> None:
    # A task is told from which folder it was called; the scripts that tests start are called from the tests' own.
    os.environ.pop("INIT_CWD", None)
    # No test depends on how fast the machine is.
    hypothesis.settings.register_profile(
        "ethonight", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("ethonight")
