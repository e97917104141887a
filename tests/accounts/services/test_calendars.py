"""Working hours and holidays are checked before they are kept."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts import queries
from accounts.models import BusinessCalendar, Holiday, Team, Workspace
from accounts.services import calendars, teams
from tests.conftest import MONDAY_9AM

XMAS = date(2026, 12, 25)


@pytest.fixture
def calendar(acme: Workspace) -> BusinessCalendar:
    return BusinessCalendar.objects.of(acme).get()


def test_a_week_with_several_intervals_is_kept(calendar: BusinessCalendar) -> None:
    week = {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]}
    calendars.change(calendar=calendar, time_zone="Europe/Berlin", week=week, now=MONDAY_9AM)
    calendar.refresh_from_db()
    assert (calendar.time_zone, calendar.week) == ("Europe/Berlin", week)


@pytest.mark.parametrize(
    ("zone", "week", "field"),
    [
        ("Nowhere/City", {"mon": [["09:00", "17:00"]]}, "time_zone"),
        ("UTC", {"mon": [["17:00", "09:00"]]}, "mon"),
        ("UTC", {"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}, "mon"),
        ("UTC", {"mon": [["09:00", "25:00"]]}, "mon"),
        ("UTC", {}, "week"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(
    calendar: BusinessCalendar, zone: str, week: dict[str, list[list[str]]], field: str
) -> None:
    before = calendar.week
    with pytest.raises(ValidationError) as refusal:
        calendars.change(calendar=calendar, time_zone=zone, week=week, now=MONDAY_9AM)
    assert list(refusal.value.message_dict) == [field]
    calendar.refresh_from_db()
    assert calendar.week == before


def test_a_day_is_a_holiday_once(calendar: BusinessCalendar) -> None:
    assert calendars.add_holidays(calendar=calendar, days={XMAS: "Christmas"}, now=MONDAY_9AM) == 1
    assert (
        calendars.add_holidays(
            calendar=calendar, days={XMAS: "Again", date(2026, 12, 26): "Boxing Day"}, now=MONDAY_9AM
        )
        == 1
    )
    assert list(
        Holiday.objects.of(calendar.workspace_id).order_by("holiday_on").values_list("name", flat=True)
    ) == [
        "Christmas",
        "Boxing Day",
    ]


def test_a_full_calendar_says_so(calendar: BusinessCalendar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MAX_HOLIDAYS", 1)
    calendars.add_holidays(calendar=calendar, days={XMAS: ""}, now=MONDAY_9AM)
    with pytest.raises(calendars.TooManyHolidays):
        calendars.add_holidays(calendar=calendar, days={date(2026, 1, 1): ""}, now=MONDAY_9AM)


def test_public_holidays_differ_between_regions() -> None:
    everywhere = calendars.public(country="DE", year=2026)
    bavaria = calendars.public(country="DE", year=2026, region="BY")
    assert XMAS in everywhere
    assert {day.isoformat() for day in set(bavaria) - set(everywhere)} == {
        "2026-01-06",
        "2026-06-04",
        "2026-11-01",
    }


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(calendars.UnknownCountry):
        calendars.public(country="XX", year=2026)


def test_countries_have_readable_names_and_their_regions() -> None:
    known = calendars.countries()
    assert known["GB"][0] == "United Kingdom"
    assert "BY" in known["DE"][1]
    assert [name for name, _regions in known.values()] == sorted(name for name, _regions in known.values())


def test_unticked_days_are_worked_on_and_stay_unticked_when_the_list_comes_again(
    calendar: BusinessCalendar,
) -> None:
    calendars.add_holidays(calendar=calendar, days={XMAS: "Christmas"}, now=MONDAY_9AM)
    calendars.tick_holiday(holiday=calendar.holidays.get(), is_worked=True, now=MONDAY_9AM)
    assert queries.calendar(row=calendar).holidays == frozenset()
    assert calendars.add_holidays(calendar=calendar, days={XMAS: "Christmas"}, now=MONDAY_9AM) == 0
    assert queries.calendar(row=calendar).holidays == frozenset()
    calendars.tick_holiday(holiday=calendar.holidays.get(), is_worked=False, now=MONDAY_9AM)
    assert queries.calendar(row=calendar).holidays == {XMAS}


def test_a_closure_of_months_is_one_line_and_goes_as_one(calendar: BusinessCalendar) -> None:
    whole = {"first": date(2026, 7, 1), "last": date(2026, 9, 30), "name": "Season"}
    assert calendars.add_closure(calendar=calendar, now=MONDAY_9AM, **whole) == 92
    calendars.add_holidays(calendar=calendar, days={date(2026, 10, 1): "Founders' day"}, now=MONDAY_9AM)
    shown = calendars.closures(calendar.holidays.all())
    assert [(one.first.holiday_on, one.last.holiday_on, one.first.name) for one in shown] == [
        (date(2026, 7, 1), date(2026, 9, 30), "Season"), (date(2026, 10, 1), date(2026, 10, 1), "Founders' day"),
    ]  # fmt: skip
    assert calendars.remove_holiday(holiday=shown[0].days[40], now=MONDAY_9AM) == 92
    assert [row.name for row in calendar.holidays.all()] == ["Founders' day"]


@pytest.mark.parametrize("last", [date(2026, 6, 30), date(2027, 7, 3)])
def test_a_closure_ends_after_it_begins_and_within_a_year(calendar: BusinessCalendar, last: date) -> None:
    with pytest.raises(ValidationError):
        calendars.add_closure(calendar=calendar, first=date(2026, 7, 1), last=last, name="", now=MONDAY_9AM)
    assert not calendar.holidays.exists()


def test_public_holidays_that_are_kept_are_entered_before_each_year(calendar: BusinessCalendar) -> None:
    calendars.keep_public(calendar=calendar, country="DE", region="BY", now=MONDAY_9AM)
    years = {day.holiday_on.year for day in calendar.holidays.all()}
    assert (years, calendars.keep_holidays(now=MONDAY_9AM)) == ({2026, 2027}, 0)
    new_year = datetime(2027, 1, 1, 1, tzinfo=UTC)
    assert calendars.keep_holidays(now=new_year) > 10
    assert calendar.holidays.filter(holiday_on=date(2028, 1, 6)).exists()
    calendar.refresh_from_db()
    calendars.keep_public(calendar=calendar, country="", region="", now=new_year)
    assert calendars.keep_holidays(now=datetime(2028, 1, 1, 1, tzinfo=UTC)) == 0


def test_further_hours_begin_as_a_copy_and_a_team_works_by_them(
    acme: Workspace, calendar: BusinessCalendar
) -> None:
    calendars.add_holidays(calendar=calendar, days={XMAS: "Christmas"}, now=MONDAY_9AM)
    night = calendars.create(workspace=acme, name="Night", like=calendar, by=None, now=MONDAY_9AM)
    assert queries.calendar(row=night) == queries.calendar(row=calendar)
    team = teams.create(workspace=acme, name="Night team", now=MONDAY_9AM)
    assert calendars.set_teams(calendar=night, teams=[team], by=None, now=MONDAY_9AM) == 1
    assert calendars.set_teams(calendar=night, teams=[team], by=None, now=MONDAY_9AM) == 0
    with pytest.raises(calendars.CalendarInUse):
        calendars.remove(calendar=night)
    assert calendars.set_teams(calendar=night, teams=[], by=None, now=MONDAY_9AM) == 1
    assert Team.objects.of(acme).get(pk=team.pk).calendar_id is None
    calendars.remove(calendar=night)
    assert list(BusinessCalendar.objects.of(acme)) == [calendar]


def test_the_usual_hours_stay_and_a_name_is_used_once(acme: Workspace, calendar: BusinessCalendar) -> None:
    with pytest.raises(calendars.CalendarInUse):
        calendars.remove(calendar=calendar)
    for name in (calendar.name, " "):
        with pytest.raises(ValidationError):
            calendars.create(workspace=acme, name=name, like=None, by=None, now=MONDAY_9AM)
