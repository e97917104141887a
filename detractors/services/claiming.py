"""Rows that wait for a decision (`decide_at`), claimed in batches: what the sweeps over answers and over mentions share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

log = structlog.get_logger(__name__)

BATCH = 1_000  # rows a transaction
PART = 100  # and where that fails
RETRY_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Waiting:
    """The waiting rows of `model`. `decide` is given the ids of a batch, in the transaction that claimed them."""

    model: Any
    noun: str  # in the log
    decide: Callable[[Sequence[int], datetime], None]

    def all_due(self, *, now: datetime, batches: int) -> int:
        """Decide every row that waits; returns how many. Safe to run twice, in parallel and late.

        A batch that raises is gone through in parts, and a part one by one, so that one bad row stops no other; it is tried
        again later.
        """
        total = 0
        for _batch in range(batches):
            count = self._next(now, BATCH)
            total += count
            if count == 0:
                break
        return total

    def _due(self, now: datetime) -> Any:
        return self.model.objects.across_workspaces().filter(decide_at__lte=now).order_by("decide_at", "pk")

    def _next(self, now: datetime, limit: int) -> int:
        try:
            return self._claim(now, limit)
        except Exception:
            log.exception("decide_batch_failed", rows=self.noun, limit=limit)
        if limit <= PART:
            return self._singly(now, limit)
        return sum(self._next(now, PART) for _part in range(limit // PART))

    def _singly(self, now: datetime, limit: int) -> int:
        count = 0
        for pk in list(self._due(now).values_list("pk", flat=True)[:limit]):
            try:
                count += self._claim(now, 1, only=pk)
            except Exception:
                log.exception("decide_failed", **{self.noun: pk})
                self._due(now).filter(pk=pk).update(decide_at=now + RETRY_AFTER)
        return count

    @transaction.atomic
    def _claim(self, now: datetime, limit: int, only: int | None = None) -> int:
        claim = self._due(now).select_for_update(skip_locked=True, no_key=True)
        ids = list((claim.filter(pk=only) if only else claim).values_list("pk", flat=True)[:limit])
        if ids:
            self.decide(ids, now)
            self.model.objects.across_workspaces().filter(pk__in=ids).update(decide_at=None)
        return len(ids)
