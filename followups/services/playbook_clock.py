"""Delays of playbooks in a workspace's hours: around the clock, or only while the case's team works."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from accounts.models import Workspace
from accounts.rules import business_time
from accounts.rules.business_time import Calendar
from detractors.services.promising import Book
from followups.rules import playbook_steps as steps
from followups.rules.playbook_runs import After


class Clock:
    """The hours of one workspace, read once."""

    def __init__(self, *, workspace: Workspace, now: datetime) -> None:
        self._book = Book(workspace=workspace, now=now)

    @cached_property
    def _usual(self) -> Calendar | None:
        usual: Calendar | None = getattr(self._book.calendars, "usual", None)
        return usual

    def of(self, *, team: int | None) -> After:
        """How delays are counted for a case of this team."""
        calendar = self._book.calendars.get(self._book.team_calendars.get(team or 0) or 0) or self._usual

        def after(start: datetime, amount: int, unit: str, clock: str) -> datetime:
            if clock != steps.WORKING or calendar is None:
                return start + steps.length(amount, unit)
            if not amount:
                return business_time.at_latest(calendar, start, timedelta(0))
            minutes = (
                amount * calendar.working_day_minutes
                if unit == steps.DAYS
                else steps.length(amount, unit) / timedelta(minutes=1)
            )
            return business_time.at_latest(calendar, start, timedelta(minutes=minutes))

        return after
