"""How much time a team has for cases, for whoever plans how many people are asked."""

from datetime import datetime, timedelta

from accounts import queries as accounts
from accounts.models import Workspace
from accounts.rules.business_time import minutes_between
from detractors.enums import Category, Clock
from detractors.models import Case, SlaPolicy


def of_team(*, workspace: Workspace, now: datetime) -> dict[str, int]:
    """`minutes`: working minutes of everybody who takes cases at `now` until a case opened now must be resolved by the
    usual promise. `open_cases`: those that are theirs to work on; one that waits for the customer takes no time.
    """
    promise = SlaPolicy.objects.of(workspace).select_related("calendar").filter(is_default=True).first()
    people = len(accounts.case_takers(workspace=workspace, now=now))
    return {
        "minutes": people * (_working_minutes(promise, now) if promise else 0),
        "open_cases": Case.objects.of(workspace).filter(category=Category.OPEN).count(),
    }


def _working_minutes(promise: SlaPolicy, now: datetime) -> int:
    """The working time within the promise: all of it, or what of it falls into the hours of its calendar."""
    if promise.resolution_clock == Clock.WORKING:
        return int(promise.resolution_minutes)
    hours = accounts.calendar(row=promise.calendar)
    return minutes_between(hours, now, now + timedelta(minutes=promise.resolution_minutes))
