"""Hours as they would be after an edit, unsaved: for saying before it what open cases would do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from accounts.models import BusinessCalendar, Team
from accounts.rules.business_time import Calendar
from accounts.services import calendars


def laid_over(
    *,
    calendar: BusinessCalendar,
    time_zone: str | None = None,
    week: dict[str, list[list[str]]] | None = None,
    closed: Iterable[date] = (),
    opened: Iterable[date] = (),
) -> Calendar:
    """The calendar with another zone or week, further days off, and days on which the week holds again.

    A day that is known stays as it is when it is `closed`, also unticked, as it does when it is entered. Raises
    ValidationError naming the field.
    """
    known = {row.holiday_on: row.is_worked for row in calendar.holidays.all()}
    off = {day for day, is_worked in known.items() if not is_worked}
    return calendars.checked(
        time_zone=calendar.time_zone if time_zone is None else time_zone,
        week=calendar.week if week is None else week,
        days=(off | (set(closed) - set(known))) - set(opened),
    )


def with_teams(
    *, calendar: BusinessCalendar, teams: Iterable[Team], wanted: Collection[int]
) -> dict[int, int | None]:
    """Of `teams`, by id, those that would work by these hours (`wanted`) and those that no longer would (None)."""
    return {
        team.pk: calendar.pk if team.pk in wanted else None
        for team in teams
        if team.pk in wanted or team.calendar_id == calendar.pk
    }
