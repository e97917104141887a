"""Working hours over the API: the week, the days off and the teams of each calendar, and what an edit would do before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.api.effects import ClockEndpoint
from accounts.hours_serializers import (
    CalendarBody,
    CalendarChange,
    CalendarRow,
    CalendarTry,
    EffectRow,
    EnteredRow,
    HolidayChange,
    HolidayQuery,
    HolidayRow,
    HolidaysBody,
    as_day,
)
from accounts.models import BusinessCalendar, Holiday
from accounts.rules.business_time import WEEKDAYS
from accounts.services import calendars, checklist, trying_hours
from core.api_fields import all_shown, rows_serializer, shown
from core.numbers import whole
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, conflict, invalid, not_found

CalendarPage = rows_serializer("CalendarPage", CalendarRow)
HolidayPage = rows_serializer("HolidayPage", HolidayRow)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the services refuse, at the field of the body."""
    try:
        yield
    except ValidationError as error:
        found = [
            FieldError(f"week.{field}" if field in WEEKDAYS else field, "INVALID", text)
            for field, texts in error.message_dict.items()
            for text in texts
        ]
        raise invalid(*found) from None
    except calendars.UnknownCountry as error:
        raise invalid(FieldError("holiday_region", "INVALID", str(error))) from None
    except calendars.TooManyHolidays as error:
        raise conflict("TOO_MANY_HOLIDAYS", str(error)) from None
    except calendars.CalendarInUse as error:
        raise conflict("IN_USE", str(error)) from None


def _checked_place(country: str, region: str, *, field: str) -> None:
    """Raises Problem (400) where there is no list of public holidays; `field` begins the names of both fields."""
    known = calendars.countries().get(country)
    if known is None:
        sentence = _("There is no list of public holidays for this country.")
        raise invalid(FieldError(f"{field}country", "UNKNOWN", sentence))
    if region and region not in known[1]:
        sentence = _("This country has no such region.")
        raise invalid(FieldError(f"{field}region", "UNKNOWN", sentence))


class _CalendarEndpoint(ClockEndpoint):
    def calendar(self, ident: str) -> BusinessCalendar:
        """The hours of this id; raises Problem (404)."""
        pk = whole(ident)
        found = queries.calendars(workspace=self.workspace).filter(pk=pk).first() if pk is not None else None
        if found is None:
            raise not_found()
        return found

    def rows(self, found: Sequence[BusinessCalendar]) -> list[dict[str, Any]]:
        """Calendars as the API shows them, with the names of their teams."""
        names: dict[int | None, list[str]] = {}
        for team in queries.teams(workspace=self.workspace):
            names.setdefault(team.calendar_id, []).append(team.name)
        for row in found:
            row.teams = names.get(row.pk, [])  # type: ignore[attr-defined]  # what the row shows beside it
        return all_shown(CalendarRow, found)

    def one(self, calendar: BusinessCalendar, status: int = 200) -> Response:
        """The hours as they are stored now."""
        return Response(self.rows([self.calendar(str(calendar.pk))])[0], status=status)

    def change_hours(self, calendar: BusinessCalendar, given: dict[str, Any]) -> bool:
        """Another zone or week, where the body names one; whether it does. What it leaves out stays."""
        if "time_zone" not in given and "week" not in given:
            return False
        calendars.change(
            calendar=calendar,
            time_zone=given.get("time_zone", calendar.time_zone),
            week=given.get("week", calendar.week),
            by=self.author,
            now=self.now,
        )
        return True

    def place(self, given: dict[str, Any]) -> tuple[str, str] | None:
        """(country, region) whose holidays are to be kept, ("", "") for none; None where the body does not say. Raises Problem."""
        if "holiday_country" not in given:
            if given.get("holiday_region"):
                sentence = _("Name the country of the region.")
                raise invalid(FieldError("holiday_country", "REQUIRED", sentence))
            return None
        country, region = (given.get(f"holiday_{part}") or "" for part in ("country", "region"))
        if country:
            _checked_place(country, region, field="holiday_")
        return country, region if country else ""


class Calendars(_CalendarEndpoint):
    @extend_schema(
        operation_id="calendars_list",
        summary="The working hours of the workspace",
        description="Their days off are lists of their own.",
        parameters=PAGE_PARAMETERS,
        responses=CalendarPage,
        tags=["clock"],
    )
    def get(self, request: Request) -> Response:
        found = queries.calendars(workspace=self.workspace).prefetch_related(None)
        return paged(request, found, ordering=["id"], show=self.rows)

    @extend_schema(
        operation_id="calendars_make",
        summary="Make further hours",
        request=CalendarBody,
        responses={201: CalendarRow},
        tags=["clock"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(CalendarBody)
        with _refusals():
            calendar = calendars.create(
                workspace=self.workspace,
                name=given["name"],
                like=given.get("like") or self.usual(),
                by=self.author,
                now=self.now,
            )
            self.change_hours(calendar, given)
        return self.one(calendar, status=201)

    def usual(self) -> BusinessCalendar | None:
        """The hours that hold where nobody says otherwise."""
        return queries.calendars(workspace=self.workspace).filter(is_default=True).first()


class CalendarDetail(_CalendarEndpoint):
    @extend_schema(
        operation_id="calendars_read", summary="Working hours", responses=CalendarRow, tags=["clock"]
    )
    def get(self, request: Request, id: str) -> Response:
        return self.one(self.calendar(id))

    @extend_schema(
        operation_id="calendars_change",
        summary="Change working hours",
        description="What is left out stays. Promises that run by them follow within seconds: hours are taken as they are now, what "
        "was missed stays missed. Of teams that come or go only what is left is counted in the new hours.",
        request=CalendarChange,
        responses=CalendarRow,
        tags=["clock"],
    )
    def patch(self, request: Request, id: str) -> Response:
        calendar, given = calendars.held(calendar=self.calendar(id)), self.read(CalendarChange)
        by, now, place = self.author, self.now, self.place(given)
        with _refusals():
            if "name" in given:
                calendars.rename(calendar=calendar, name=given["name"])
            if self.change_hours(calendar, given):
                checklist.confirm(workspace=self.workspace, code="HOURS", by=by, now=now)
            if place is not None:
                calendars.keep_public(calendar=calendar, country=place[0], region=place[1], by=by, now=now)
            if "teams" in given:
                calendars.set_teams(calendar=calendar, teams=given["teams"], by=by, now=now)
        return self.one(calendar)

    @extend_schema(
        operation_id="calendars_remove",
        summary="Remove working hours nobody needs",
        description="409 IN_USE for the usual ones, and where a team, a promise or a case counts by them.",
        responses={204: None},
        tags=["clock"],
    )
    def delete(self, request: Request, id: str) -> Response:
        with _refusals():
            calendars.remove(calendar=self.calendar(id))
        return Response(status=204)


class CalendarPreview(_CalendarEndpoint):
    @extend_schema(
        operation_id="calendars_preview",
        summary="What an edit of working hours would do to the open cases",
        description="Of the week, the zone, days off, public holidays and teams at once; nothing is written. 403 LIMITED_SIGHT for a "
        "key whose maker sees only some cases.",
        request=CalendarTry,
        responses=EffectRow,
        tags=["clock"],
    )
    def post(self, request: Request, id: str) -> Response:
        calendar = self.calendar(id)
        self.refuse_with_limits()
        given = self.read(CalendarTry)
        place = self.place(given)
        closed: set[date] = set(given.get("closed_days", ()))
        if place is not None and place[0]:
            closed |= set(calendars.kept_days(country=place[0], region=place[1], now=self.now))
        teams = None
        if "teams" in given:
            wanted = {team.pk for team in given["teams"]}
            every = queries.teams(workspace=self.workspace)
            teams = trying_hours.with_teams(calendar=calendar, teams=every, wanted=wanted)
        with _refusals():
            hours = trying_hours.laid_over(
                calendar=calendar,
                time_zone=given.get("time_zone"),
                week=given.get("week"),
                closed=closed,
                opened=given.get("open_days", ()),
            )
        tried = calendars.preview(
            workspace=self.workspace, now=self.now, calendars={calendar.pk: hours}, teams=teams
        )
        return self.effect(tried)


class CalendarHolidays(_CalendarEndpoint):
    @extend_schema(
        operation_id="calendar_holidays_list",
        summary="The days off of working hours, the earliest first",
        description="The unticked ones too: `is_worked`.",
        parameters=[HolidayQuery, *PAGE_PARAMETERS],
        responses=HolidayPage,
        tags=["clock"],
    )
    def get(self, request: Request, id: str) -> Response:
        calendar, wanted = self.calendar(id), self.query(HolidayQuery)
        found = queries.holidays(calendar=calendar)
        if "since" in wanted:
            found = found.filter(holiday_on__gte=wanted["since"])
        if "until" in wanted:
            found = found.filter(holiday_on__lte=wanted["until"])
        return paged(request, found, ordering=["holiday_on"], show=lambda page: all_shown(HolidayRow, page))

    @extend_schema(
        operation_id="calendar_holidays_add",
        summary="Enter days off",
        description="One day, days in a row, or the public holidays of a country or region in one year. A day that is known stays as "
        "it is, also unticked. Open cases follow.",
        request=HolidaysBody,
        responses={201: EnteredRow},
        tags=["clock"],
    )
    def post(self, request: Request, id: str) -> Response:
        calendar, given = self.calendar(id), self.read(HolidaysBody)
        by, now = self.author, self.now
        with _refusals():
            if "country" in given:
                days = self.public(given)
                added = calendars.add_holidays(calendar=calendar, days=days, by=by, now=now)
            elif "region" in given or "year" in given:
                raise invalid(FieldError("country", "REQUIRED", _("Of which country?")))
            elif "first" in given:
                first = given["first"]
                added = calendars.add_closure(
                    calendar=calendar,
                    first=first,
                    last=given.get("last", first),
                    name=given.get("name", ""),
                    by=by,
                    now=now,
                )
            else:
                raise invalid(FieldError("first", "REQUIRED", _("Name a day, or a country and a year.")))
        return Response(shown(EnteredRow, {"added": added}), status=201)

    def public(self, given: dict[str, Any]) -> dict[date, str]:
        """The public holidays that are asked for. Raises Problem (400)."""
        if odd := next((field for field in ("first", "last", "name") if field in given), ""):
            raise invalid(FieldError(odd, "INVALID", _("Name either days or a country, not both.")))
        if "year" not in given:
            raise invalid(FieldError("year", "REQUIRED", _("Of which year?")))
        country, region = given["country"], given.get("region", "")
        _checked_place(country, region, field="")
        return calendars.public(country=country, region=region, year=given["year"])


class CalendarHoliday(_CalendarEndpoint):
    def holiday(self, ident: str, day: str) -> Holiday:
        """The day off of these hours; raises Problem (404)."""
        calendar, found = self.calendar(ident), as_day(day)
        row = queries.holidays(calendar=calendar).filter(holiday_on=found).first() if found else None
        if row is None:
            raise not_found()
        return row

    @extend_schema(
        operation_id="calendar_holidays_change",
        summary="Untick a day off, or tick it again",
        description="The days next to it that bear its name and state are one closure and go with it. Open cases follow.",
        request=HolidayChange,
        responses=HolidayRow,
        tags=["clock"],
    )
    def patch(self, request: Request, id: str, day: str) -> Response:
        holiday, given = self.holiday(id, day), self.read(HolidayChange)
        calendars.tick_holiday(holiday=holiday, is_worked=given["is_worked"], by=self.author, now=self.now)
        return Response(shown(HolidayRow, self.holiday(id, day)))

    @extend_schema(
        operation_id="calendar_holidays_remove",
        summary="Remove a day off",
        description="The days next to it that bear its name and state are one closure and go with it. A public holiday that is kept "
        "every year may be entered anew: untick it instead.",
        responses={204: None},
        tags=["clock"],
    )
    def delete(self, request: Request, id: str, day: str) -> Response:
        calendars.remove_holiday(holiday=self.holiday(id, day), by=self.author, now=self.now)
        return Response(status=204)
