"""Working hours and holidays."""

from datetime import date
from typing import Any

import holidays as public_holidays
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessCalendar, Holiday
from accounts.rules.business_time import Calendar, CalendarError

MAX_HOLIDAYS = 1_000  # of one calendar: some twenty years of the longest national list


class UnknownCountry(ValueError):
    """There is no list of public holidays for this country or region."""


class TooManyHolidays(ValueError):
    """The calendar is full."""


@transaction.atomic
def change(
    *, calendar: BusinessCalendar, time_zone: str, week: dict[str, list[list[str]]]
) -> BusinessCalendar:
    """Set zone and opening hours (`{"mon": [["09:00", "17:00"]]}`); raises ValidationError naming the field."""
    pairs = {day: [(start, end) for start, end in parts] for day, parts in week.items()}
    try:
        checked = Calendar(time_zone=time_zone, week=pairs)
    except CalendarError as error:
        field = "time_zone" if error.field == "time_zone" else "week"
        raise ValidationError({field: error.sentence.say(_)}) from error
    stored = checked.to_json()
    calendar.time_zone, calendar.week = stored["time_zone"], stored["week"]
    calendar.save(update_fields=["time_zone", "week"])
    return calendar


@transaction.atomic
def add_holidays(*, calendar: BusinessCalendar, days: dict[date, str]) -> int:
    """Close on `days` (day -> name); days already closed stay as they are. Returns how many are new."""
    known = set(
        Holiday.objects.of(calendar.workspace_id)
        .filter(calendar=calendar)
        .values_list("holiday_on", flat=True)
    )
    fresh = {day: name for day, name in days.items() if day not in known}
    if len(known) + len(fresh) > MAX_HOLIDAYS:
        raise TooManyHolidays(
            _("A calendar holds at most %(n)s holidays. Remove past ones first.") % {"n": MAX_HOLIDAYS}
        )
    Holiday.objects.of(calendar.workspace_id).bulk_create(
        [
            Holiday(workspace_id=calendar.workspace_id, calendar=calendar, holiday_on=day, name=name[:120])
            for day, name in sorted(fresh.items())
        ],
        ignore_conflicts=True,  # two people adding the same list at once: each day once
    )
    return len(fresh)


@transaction.atomic
def remove_holiday(*, holiday: Holiday) -> None:
    """Open again on that day, if the week says so."""
    holiday.delete()


def countries() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Code -> (name, codes of its regions) of every country with a list of public holidays, by name."""
    regions = public_holidays.list_supported_countries(include_aliases=False)
    names = {entry[1]: _spaced(entry[0]) for entry in public_holidays.registry.COUNTRIES.values()}
    known = {code: (names.get(code, code), tuple(regions[code])) for code in regions}
    return dict(sorted(known.items(), key=lambda item: item[1][0]))


def public(*, country: str, year: int, region: str = "") -> dict[date, str]:
    """The public holidays of a country (ISO 3166-1 code) in `year`, with those of a region; raises UnknownCountry."""
    try:
        found: Any = public_holidays.country_holidays(country, subdiv=region or None, years=year)
    except (NotImplementedError, KeyError) as error:
        raise UnknownCountry(
            _("There is no list of public holidays for %(place)s.") % {"place": f"{country} {region}".strip()}
        ) from error
    return {day: str(name) for day, name in sorted(found.items())}


def _spaced(name: str) -> str:
    """`UnitedKingdom` as `United Kingdom`."""
    return "".join(
        f" {letter}" if at and letter.isupper() and not name[at - 1].isupper() else letter
        for at, letter in enumerate(name)
    )
