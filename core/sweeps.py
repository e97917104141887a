"""What every sweep shares: a heartbeat at its end, and how late each may be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from importlib import import_module
from typing import Any

from django.utils import timezone

from core import heartbeat


def allowed_lateness() -> dict[str, timedelta]:
    """For every scheduled sweep how old its last heartbeat may be.

    The schedule stands above this app; it is read by its dotted name, as Django reads the URL configuration.
    """
    schedule = import_module("config.schedule")
    return {sweep.task: sweep.late_after for sweep in schedule.SWEEPS}


def sweep(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a task body: read the clock once, call it with `now`, and beat as `name` when it went well."""

    def decorate(work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def run(**_kwargs: Any) -> Any:
            now: datetime = timezone.now()
            outcome = work(now=now)
            heartbeat.beat(name=name, now=timezone.now())
            return outcome

        return run

    return decorate
