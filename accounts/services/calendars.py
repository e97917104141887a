"""Working hours and holidays: one calendar for everybody, and others for teams that work at other hours.

Every edit notes when it was made and is told (signals.hours_changed) inside the transaction, so that promises that are
running follow.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays as public_holidays
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from redis import RedisError

from accounts import signals
from accounts.models import BusinessCalendar, Holiday, Team, User, Workspace
from accounts.models.calendar import office_hours
from accounts.rules.business_time import Calendar, CalendarError, NoOpenHours

MAX_HOLIDAYS = 1_000  # of one calendar: some twenty years of the longest national list
MAX_CALENDARS = 100
LONGEST_CLOSURE = 366  # days


class UnknownCountry(ValueError):
    """There is no list of public holidays for this country or region."""


class TooManyHolidays(ValueError):
    """The calendar is full."""


class CalendarInUse(ValueError):
    """Something still counts by these hours; the text says what to do."""


@dataclass(frozen=True)
class Closure:
    """Days in a row that bear one name: a holiday, or weeks in which nobody works."""

    days: tuple[Holiday, ...]

    @property
    def first(self) -> Holiday:
        return self.days[0]

    @property
    def last(self) -> Holiday:
        return self.days[-1]

    @property
    def is_worked(self) -> bool:
        """Unticked: the week holds on these days."""
        return self.first.is_worked


@transaction.atomic
def create(
    *, workspace: Workspace, name: str, like: BusinessCalendar | None, by: User | None, now: datetime
) -> BusinessCalendar:
    """Further hours, with the zone, week and holidays of `like`. Raises ValidationError for the name."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    if BusinessCalendar.objects.of(workspace).count() >= MAX_CALENDARS:
        raise ValidationError({"name": _("%(most)s calendars are enough.") % {"most": MAX_CALENDARS}})
    calendar = BusinessCalendar(
        workspace=workspace,
        time_zone=like.time_zone if like else workspace.time_zone,
        week=like.week if like else office_hours(),
        created_at=now,
        changed_at=now,
    )
    _name(calendar, name)
    if like is not None:
        add_holidays(
            calendar=calendar,
            days={day.holiday_on: day.name for day in like.holidays.filter(is_worked=False)},
            by=by,
            now=now,
        )
    return calendar


def held(*, calendar: BusinessCalendar) -> BusinessCalendar:
    """The calendar as it is stored, locked until the transaction ends: for whoever changes a part of it and keeps the rest."""
    rows = BusinessCalendar.objects.of(calendar.workspace_id).select_related("workspace")
    row: BusinessCalendar = rows.select_for_update(of=("self",), no_key=True).get(pk=calendar.pk)
    return row


@transaction.atomic
def rename(*, calendar: BusinessCalendar, name: str) -> BusinessCalendar:
    """Call it otherwise; nothing else changes. Raises ValidationError."""
    _name(calendar, name)
    return calendar


def _name(calendar: BusinessCalendar, name: str) -> None:
    calendar.name = name.strip()
    if not calendar.name:
        raise ValidationError({"name": _("Please give the hours a name.")})
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        raise ValidationError({"name": _("There are hours of this name already.")}) from None


@transaction.atomic
def remove(*, calendar: BusinessCalendar) -> None:
    """Nobody works by these hours and no promise ever ran by them: they go. Raises CalendarInUse."""
    if calendar.is_default:
        raise CalendarInUse(_("These are the usual hours: everybody else works by them."))
    try:
        with transaction.atomic():
            calendar.delete()
    except (ProtectedError, IntegrityError):
        raise CalendarInUse(
            _(
                "A team, a promise or a case counts by these hours. Give them others first; hours of old cases stay."
            )
        ) from None


def checked(*, time_zone: str, week: dict[str, list[list[str]]], days: Iterable[date] = ()) -> Calendar:
    """The hours as the rules read them; raises ValidationError naming the field."""
    pairs = {day: [(start, end) for start, end in parts] for day, parts in week.items()}
    try:
        return Calendar(time_zone=time_zone, week=pairs, holidays=frozenset(days))
    except CalendarError as error:
        is_closed = isinstance(error, NoOpenHours)
        text = (
            _("the week has no open hours; give at least one day some")
            if is_closed
            else error.sentence.say(_)
        )
        raise ValidationError({_place(error.field): text[:1].upper() + text[1:] + "."}) from error


def _place(field: str) -> str:
    """`week.mon[1]` is said where Monday is typed; what concerns all days is said of the week."""
    if field.startswith("week."):
        return field.removeprefix("week.").partition("[")[0]
    return field if field == "time_zone" else "week"


@transaction.atomic
def change(
    *,
    calendar: BusinessCalendar,
    time_zone: str,
    week: dict[str, list[list[str]]],
    now: datetime,
    by: User | None = None,
) -> BusinessCalendar:
    """Set zone and opening hours (`{"mon": [["09:00", "17:00"]]}`); raises ValidationError naming the field."""
    stored = checked(time_zone=time_zone, week=week).to_json()
    calendar.time_zone, calendar.week = stored["time_zone"], stored["week"]
    calendar.save(update_fields=["time_zone", "week"])
    _tell(calendar, by=by, now=now)
    return calendar


@transaction.atomic
def set_teams(*, calendar: BusinessCalendar, teams: Collection[Team], by: User | None, now: datetime) -> int:
    """Exactly these teams work by these hours; one that does no longer works by those of its promise. How many changed."""
    wanted = {team.pk for team in teams if team.workspace_id == calendar.workspace_id}
    rows = Team.objects.of(calendar.workspace_id)
    changed = 0
    for team in rows.select_for_update().order_by(
        "pk"
    ):  # one by one: each change is remembered with its team
        target = calendar.pk if team.pk in wanted else None
        if team.calendar_id != target and (target is not None or team.calendar_id == calendar.pk):
            team.calendar_id = target
            team.save(update_fields=["calendar"])
            changed += 1
    if changed:
        _tell(calendar, by=by, now=now, is_edited=False)
    return changed


def _tell(calendar: BusinessCalendar, *, by: User | None, now: datetime, is_edited: bool = True) -> None:
    if is_edited:
        calendar.changed_at = now
        calendar.save(update_fields=["changed_at"])
    signals.hours_changed.send(
        sender=BusinessCalendar, workspace=calendar.workspace, what=calendar.name, by=by, now=now
    )


def preview(
    *,
    workspace: Workspace,
    now: datetime,
    calendars: dict[int, Calendar],
    teams: dict[int, int | None] | None = None,
) -> Any:
    """What open cases would do by such hours (of such teams: None for no longer any of their own), from the app that knows them;
    None if nobody does."""
    answers = signals.hours_tried.send(
        sender=BusinessCalendar, workspace=workspace, calendars=calendars, teams=teams or {}, now=now
    )
    return next((answer for _receiver, answer in answers if answer is not None), None)


# --- Holidays -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_holidays(
    *, calendar: BusinessCalendar, days: dict[date, str], now: datetime, by: User | None = None
) -> int:
    """Close on `days` (day -> name); days already known stay as they are, also unticked. Returns how many are new."""
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
    if fresh:
        _tell(calendar, by=by, now=now)
    return len(fresh)


def add_closure(
    *,
    calendar: BusinessCalendar,
    first: date,
    last: date,
    name: str,
    now: datetime,
    by: User | None = None,
) -> int:
    """Close from `first` to `last`, both included; returns how many days are new. Raises ValidationError, TooManyHolidays."""
    count = (last - first).days + 1
    if not 1 <= count <= LONGEST_CLOSURE:
        raise ValidationError(
            {
                "last": _("A closure ends after it begins, and within %(most)s days.")
                % {"most": LONGEST_CLOSURE}
            }
        )
    days = {first + timedelta(days=step): name for step in range(count)}
    return add_holidays(calendar=calendar, days=days, by=by, now=now)


def closures(rows: Iterable[Holiday]) -> list[Closure]:
    """Days in a row of one name and state together, the earliest first."""
    found: list[list[Holiday]] = []
    for row in sorted(rows, key=lambda row: row.holiday_on):
        last = found[-1][-1] if found else None
        if (
            last is not None
            and row.name
            and (last.name, last.is_worked) == (row.name, row.is_worked)
            and (row.holiday_on - last.holiday_on).days == 1
        ):
            found[-1].append(row)
        else:
            found.append([row])
    return [Closure(tuple(days)) for days in found]


def closure_of(*, holiday: Holiday) -> Closure:
    """The days in a row to which this one belongs."""
    rows = Holiday.objects.of(holiday.workspace_id).filter(calendar=holiday.calendar_id)
    return next(one for one in closures(rows) if holiday.pk in {day.pk for day in one.days})


@transaction.atomic
def remove_holiday(*, holiday: Holiday, now: datetime, by: User | None = None) -> int:
    """Open again on that day and those of its name next to it, if the week says so; returns how many days went."""
    days = closure_of(holiday=holiday).days
    calendar = holiday.calendar
    for day in days:
        day.delete()
    _tell(calendar, by=by, now=now)
    return len(days)


@transaction.atomic
def tick_holiday(*, holiday: Holiday, is_worked: bool, now: datetime, by: User | None = None) -> int:
    """Untick a holiday (`is_worked`: the week holds on it) or tick it again; its line stays. Returns how many days changed."""
    days = [day for day in closure_of(holiday=holiday).days if day.is_worked != is_worked]
    for day in days:
        day.is_worked = is_worked
        day.save(update_fields=["is_worked"])
    if days:
        _tell(holiday.calendar, by=by, now=now)
    return len(days)


@transaction.atomic
def keep_public(
    *, calendar: BusinessCalendar, country: str, region: str, now: datetime, by: User | None = None
) -> int:
    """Public holidays of this place are entered for this year and the next, and every year from then on; `country` "" ends it.

    Returns how many days are new. Raises UnknownCountry, TooManyHolidays.
    """
    calendar.holiday_place = f"{country}/{region}".rstrip("/")
    if len(calendar.holiday_place) > (BusinessCalendar._meta.get_field("holiday_place").max_length or 0):
        raise UnknownCountry(_("The holidays of this region cannot be kept: enter them year by year."))
    calendar.holidays_until = None
    calendar.save(update_fields=["holiday_place", "holidays_until"])
    return _enter_public(calendar, now=now, by=by) if country else 0


def keep_holidays(*, now: datetime) -> int:
    """The sweep: enter the public holidays of calendars that keep them, before their year begins; how many days are new."""
    waiting = BusinessCalendar.objects.across_workspaces().exclude(holiday_place="")
    total = 0
    for calendar in waiting.exclude(holidays_until__gte=now.year + 1).select_related("workspace")[:1_000]:
        try:
            with transaction.atomic():
                total += _enter_public(calendar, now=now, by=None)
        except (UnknownCountry, TooManyHolidays):  # told on the page; tried again when the calendar is edited
            BusinessCalendar.objects.across_workspaces().filter(pk=calendar.pk).update(
                holidays_until=now.year + 1
            )
    return total


def _enter_public(calendar: BusinessCalendar, *, now: datetime, by: User | None) -> int:
    country, _slash, region = calendar.holiday_place.partition("/")
    days = kept_days(country=country, region=region, now=now)
    count = add_holidays(calendar=calendar, days=days, by=by, now=now)
    calendar.holidays_until = now.year + 1
    calendar.save(update_fields=["holidays_until"])
    return count


def kept_days(*, country: str, region: str, now: datetime) -> dict[date, str]:
    """The days `keep_public` enters for a place: of this year and the next. Raises UnknownCountry."""
    years = (now.year, now.year + 1)
    return {
        day: name for year in years for day, name in public(country=country, region=region, year=year).items()
    }


@lru_cache(maxsize=1)
def countries() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Code -> (name, codes of its regions) of every country with a list of public holidays, by name.

    The package loads the module of every country to know their regions: once for all processes, which find it in the cache.
    """
    key = f"public-holidays:{public_holidays.__version__}"
    with suppress(RedisError):  # without a cache each process looks for itself
        known = cache.get(key)
        if known is not None:
            return dict(known)
    known = _countries()
    with suppress(RedisError):
        cache.set(key, known, timeout=None)
    return known


def _countries() -> dict[str, tuple[str, tuple[str, ...]]]:
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
