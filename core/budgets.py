"""How long one turn of a sweep may take: what is left is the next turn's, which is asked for at once.

A turn ends long before the limit of a task, and what else a worker has to do comes between two of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from core.queue import enqueue_on_commit

T = TypeVar("T")

SECONDS = 10.0


class Budget:
    """The time of one turn of `sweep`."""

    def __init__(self, sweep: str, *, seconds: float | None = None) -> None:
        self._sweep = sweep
        self._ends_at = time.monotonic() + (SECONDS if seconds is None else seconds)
        self._handed_over = False

    @property
    def is_over(self) -> bool:
        """Whether the turn has to end; then the next one has been asked for, behind what waits already."""
        if time.monotonic() < self._ends_at:
            return False
        if not self._handed_over:
            self._handed_over = True
            enqueue_on_commit(self._sweep)
        return True

    def spend(self, items: Iterable[T]) -> Iterator[T]:
        """`items` one by one, at least one, as long as there is time."""
        for item in items:
            yield item
            if self.is_over:
                return
