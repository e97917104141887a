"""Working hours and holidays are checked before they are kept."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.models import BusinessCalendar, Holiday, Workspace
from accounts.services import calendars

XMAS = date(2026, 12, 25)


@pytest.fixture
def calendar(acme: Workspace) -> BusinessCalendar:
    return BusinessCalendar.objects.of(acme).get()


def test_a_week_with_several_intervals_is_kept(calendar: BusinessCalendar) -> None:
    week = {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]}
    calendars.change(calendar=calendar, time_zone="Europe/Berlin", week=week)
    calendar.refresh_from_db()
    assert (calendar.time_zone, calendar.week) == ("Europe/Berlin", week)


@pytest.mark.parametrize(
    ("zone", "week", "field"),
    [
        ("Nowhere/City", {"mon": [["09:00", "17:00"]]}, "time_zone"),
        ("UTC", {"mon": [["17:00", "09:00"]]}, "week"),
        ("UTC", {"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}, "week"),
        ("UTC", {"mon": [["09:00", "25:00"]]}, "week"),
        ("UTC", {}, "week"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(
    calendar: BusinessCalendar, zone: str, week: dict[str, list[list[str]]], field: str
) -> None:
    before = calendar.week
    with pytest.raises(ValidationError) as refusal:
        calendars.change(calendar=calendar, time_zone=zone, week=week)
    assert list(refusal.value.message_dict) == [field]
    calendar.refresh_from_db()
    assert calendar.week == before


def test_a_day_is_a_holiday_once(calendar: BusinessCalendar) -> None:
    assert calendars.add_holidays(calendar=calendar, days={XMAS: "Christmas"}) == 1
    assert (
        calendars.add_holidays(calendar=calendar, days={XMAS: "Again", date(2026, 12, 26): "Boxing Day"}) == 1
    )
    assert list(
        Holiday.objects.of(calendar.workspace_id).order_by("holiday_on").values_list("name", flat=True)
    ) == [
        "Christmas",
        "Boxing Day",
    ]


def test_a_full_calendar_says_so(calendar: BusinessCalendar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MAX_HOLIDAYS", 1)
    calendars.add_holidays(calendar=calendar, days={XMAS: ""})
    with pytest.raises(calendars.TooManyHolidays):
        calendars.add_holidays(calendar=calendar, days={date(2026, 1, 1): ""})


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
