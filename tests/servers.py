"""The real PostgreSQL and Redis the tests run on, and what to do about a part that is missing.

`ensure()` runs before Django reads its settings. DATABASE_URL and REDIS_URL of the environment are used when set;
otherwise the embedded servers are started on `var/test` (without durability: nothing there must survive a power
cut), shared by all workers of a test run and stopped at its end.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.embedded import environment
from config.embedded.layout import CLONE

DATA = CLONE / "var" / "test"


def ensure() -> None:
    """Set the environment of the tests. A worker of a test run inherits it and starts nothing.

    Raises EmbeddedError when a server cannot be had: without one there is nothing to test.
    """
    data = Path(os.environ.get("AMENDS_TEST_DATA") or DATA)
    environment.prepare_environment(data=data, fast=True, force=True)


def need(part: str, *, found: bool, cure: str) -> None:
    """Skip the test when `part` cannot be had, and say how to get it; with REQUIRE_ALL=1 that is a failure."""
    if found:
        return
    sentence = f"{part} is missing: {cure}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
