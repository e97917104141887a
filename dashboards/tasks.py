"""Tasks of the dashboards."""

from datetime import datetime

from celery import shared_task

from core.sweeps import sweep
from dashboards.services import tallies


@shared_task(name="dashboards.fold_tallies")
@sweep("dashboards.fold_tallies")
def fold_tallies(*, now: datetime) -> int:
    """Take what the ledgers have recorded into the daily tallies; returns how many ledger rows."""
    return tallies.fold_all(now=now)
