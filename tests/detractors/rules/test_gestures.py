"""The day of a gesture: days off are kept where they are meant, and its owner hears of it on a working day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.rules.business_time import Calendar
from detractors.rules import gestures

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Calendar(
    time_zone="Europe/Berlin",
    week={day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")},
    holidays=frozenset({date(2026, 3, 9)}),  # a Monday
)
SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "calendar", "any_day", "kept"),
    [
        (SATURDAY, WEEK, True, "2026-03-07T11:00"),
        (SATURDAY, WEEK, False, "2026-03-10T11:00"),
        (SATURDAY, None, False, "2026-03-09T11:00"),
        (datetime(2026, 3, 6, 10, tzinfo=UTC), WEEK, False, "2026-03-06T11:00"),
        (datetime(2026, 3, 28, 10, tzinfo=UTC), WEEK, False, "2026-03-30T11:00"),  # over the change of clocks
        (SATURDAY, Calendar(time_zone="UTC", week={"sat": [("10:00", "12:00")]}), False, "2026-03-07T11:00"),
    ],
)
def test_a_day_off_is_kept_only_where_it_is_meant(
    at: datetime, calendar: Calendar | None, any_day: bool, kept: str
) -> None:
    found = gestures.kept_day(at, calendar=calendar, zone=BERLIN, any_day=any_day)
    assert found.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M") == kept


def test_the_owner_is_reminded_on_the_working_day_before() -> None:
    friday = datetime(2026, 3, 6, 8, tzinfo=UTC)
    asked = {"calendar": WEEK, "zone": BERLIN}
    assert gestures.remind_at(SATURDAY, now=datetime(2026, 3, 2, tzinfo=UTC), **asked) == friday
    assert gestures.remind_at(SATURDAY, now=friday, **asked) is None
