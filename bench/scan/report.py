"""The report of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.scan.work import Result


def write(result: Result) -> str:
    return "\n".join(result.failures)
