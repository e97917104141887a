"""What the API takes and shows of working hours, and what it says an edit of the clock would do."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import queries
from accounts.models import BusinessCalendar, Team
from accounts.rules.business_time import WEEKDAYS, Calendar
from core.api_fields import EARLIEST, LATEST, Body, Flag, Row, Text, Whole

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOST_INTERVALS = 24  # a day
MOST_DAYS = 400  # of one preview
WEEK_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        day: {
            "type": "array",
            "maxItems": MOST_INTERVALS,
            "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
        }
        for day in WEEKDAYS
    },
    "example": {"mon": [["09:00", "12:00"], ["13:00", "17:30"]]},
}


class Reference(serializers.Field[Any, Any, Any, Any]):
    """Something of the workspace by what the API calls it."""

    def known(self) -> dict[str, Any]:
        """What there is, by its name or id."""
        raise NotImplementedError

    def to_internal_value(self, data: Any) -> Any:
        context: Any = self.context
        read = context.setdefault("known", {})  # once for a body, however many it names
        if type(self) not in read:
            read[type(self)] = self.known()
        known = read[type(self)]
        if not isinstance(data, str) or data not in known:
            self.fail("unknown")
        return known[data]


@extend_schema_field({"type": "string", "description": "Id of a calendar (see calendars/)."})
class CalendarReference(Reference):
    default_error_messages = {"unknown": _("There is no such calendar.")}

    def known(self) -> dict[str, BusinessCalendar]:
        rows = queries.calendars(workspace=self.context["workspace"]).prefetch_related(None)
        return {str(row.pk): row for row in rows}


@extend_schema_field({"type": "string", "description": "Name of a team."})
class TeamName(Reference):
    default_error_messages = {"unknown": _("There is no such team.")}

    def known(self) -> dict[str, Team]:
        return {team.name: team for team in queries.teams(workspace=self.context["workspace"])}


@extend_schema_field({"type": "string", "format": "date"})
class Day(serializers.Field[Any, Any, Any, Any]):
    """A day of the calendar's own time zone, like 2026-12-24."""

    default_error_messages = {
        "day": _("Write a day like 2026-12-24."),
        "range": _("Choose a day from 1970 to 2199."),
    }

    def to_internal_value(self, data: Any) -> date:
        found = as_day(data)
        if found is None:
            self.fail("day")
        if not EARLIEST.year <= found.year < LATEST.year:
            self.fail("range")
        return found

    def to_representation(self, value: date) -> str:
        return value.isoformat()


def as_day(text: Any) -> date | None:
    """The day `text` names; None when it names none."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@extend_schema_field(WEEK_SCHEMA)
class Week(serializers.Field[Any, Any, Any, Any]):
    """Intervals a day in the time zone of the calendar; the times themselves are judged by the service."""

    default_error_messages = {
        "week": _('Write a week like {{"mon": [["09:00", "17:00"]]}}; a day that is left out is closed.')
    }

    def to_internal_value(self, data: Any) -> dict[str, list[list[str]]]:
        if not isinstance(data, dict) or not set(data) <= set(WEEKDAYS):
            self.fail("week")
        if not all(self._is_day(parts) for parts in data.values()):
            self.fail("week")
        return data

    def _is_day(self, parts: Any) -> bool:
        return (
            isinstance(parts, list)
            and len(parts) <= MOST_INTERVALS
            and all(
                isinstance(part, list) and len(part) == 2 and all(isinstance(end, str) for end in part)
                for part in parts
            )
        )

    def to_representation(self, value: Any) -> Any:
        return value


class CalendarBody(Body):
    """Further hours, with the zone, week and days off of `like`; `time_zone` and `week` take the place of those."""

    name = Text(max_length=80)
    like = CalendarReference(required=False, help_text="Default: the usual hours.")
    time_zone = Text(required=False, max_length=64, help_text="An IANA name, like Europe/Berlin.")
    week = Week(required=False)


class _CalendarFields(Body):
    time_zone = Text(required=False, max_length=64, help_text="An IANA name, like Europe/Berlin.")
    week = Week(
        required=False, help_text="The whole week in wall-clock times of the zone; an end may be 24:00."
    )
    holiday_country = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=2,
        help_text="ISO 3166-1 code: its public holidays are entered for this year and the next, and every year from then on. "
        "null: no further years; the days that are entered stay.",
    )
    holiday_region = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=40,
        help_text="With `holiday_country`: the holidays of this region, too (BY for Bavaria).",
    )
    teams = serializers.ListField(
        child=TeamName(),
        required=False,
        max_length=500,
        help_text="Exactly these teams work by these hours; others work by those of their promise.",
    )


class CalendarChange(_CalendarFields):
    """What is to change; what is left out stays."""

    name = Text(required=False, max_length=80)


class CalendarTry(_CalendarFields):
    """The edit to try: what PATCH takes, and days off besides."""

    closed_days = serializers.ListField(
        child=Day(), required=False, max_length=MOST_DAYS, help_text="Further days off."
    )
    open_days = serializers.ListField(
        child=Day(),
        required=False,
        max_length=MOST_DAYS,
        help_text="Days off that would be unticked or removed.",
    )


class CalendarRow(Row):
    id = serializers.CharField(source="pk")
    name = serializers.CharField()
    is_usual = serializers.BooleanField(source="is_default")
    time_zone = serializers.CharField(help_text="An IANA name.")
    week = Week(help_text="Intervals a day in wall-clock times of the zone; a missing day is closed.")
    minutes_a_week = serializers.SerializerMethodField(
        help_text="Business minutes of a week without days off."
    )
    holiday_country = serializers.SerializerMethodField(
        help_text="Whose public holidays are entered every year."
    )
    holiday_region = serializers.SerializerMethodField()
    holidays_until = serializers.IntegerField(
        allow_null=True, help_text="The year up to which they are entered."
    )
    teams = serializers.ListField(
        child=serializers.CharField(), help_text="Names of the teams that work by them."
    )
    changed_at = serializers.DateTimeField(
        allow_null=True, help_text="When hours or days off were last edited."
    )

    def get_minutes_a_week(self, row: BusinessCalendar) -> int:
        return Calendar.from_json({"time_zone": row.time_zone, "week": row.week}).week_minutes

    def get_holiday_country(self, row: BusinessCalendar) -> str | None:
        return row.holiday_place.partition("/")[0] or None

    def get_holiday_region(self, row: BusinessCalendar) -> str | None:
        return row.holiday_place.partition("/")[2] or None


class HolidaysBody(Body):
    """Days off: one (`first`), several in a row (`first` to `last`), or the public ones of a `country` in a `year`."""

    first = Day(required=False)
    last = Day(required=False, help_text="Included. Default: the first.")
    name = Text(required=False, allow_blank=True, max_length=120)
    country = Text(required=False, max_length=2, help_text="ISO 3166-1 code.")
    region = Text(required=False, max_length=40)
    year = Whole(required=False, min_value=1970, max_value=2199)


class HolidayChange(Body):
    is_worked = Flag(
        help_text="true: the week holds on this day; its line stays, so that nobody enters it anew."
    )


class HolidayQuery(Body):
    since = Day(required=False)
    until = Day(required=False, help_text="Included.")


class HolidayRow(Row):
    day = Day(source="holiday_on")
    name = serializers.CharField(allow_blank=True)
    is_worked = serializers.BooleanField(help_text="Unticked: the week holds on this day.")


class EnteredRow(Row):
    added = serializers.IntegerField(help_text="Days that are new; a day that is known stays as it is.")


class EffectRow(Row):
    """What an edit would do to the open cases; nothing is changed. The figures are those of the page."""

    open = serializers.IntegerField(help_text="Open cases of the workspace.")
    moved = serializers.IntegerField(help_text="Cases with a promise that would be due at another moment.")
    earlier = serializers.IntegerField(help_text="Of the moved, those due earlier.")
    later = serializers.IntegerField(help_text="Of the moved, those due later.")
    late = serializers.IntegerField(
        help_text="Cases that would breach: a promise in time now would be past due at once."
    )
    is_estimate = serializers.BooleanField(
        help_text="true: of very many open cases an even share was tried, and the figures are about so many."
    )
