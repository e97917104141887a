from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.sending_hours import Hours, Window, ever_opens, holding, next_moment

BERLIN, TOKYO, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo"), ZoneInfo("UTC")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NIGHT = Hours(quiet_from=time(21), quiet_to=time(8))
OFFICE = Hours(window=Window.from_json({"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00"}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "moment", "because", "until"),
    [
        (NIGHT, UTC_ZONE, "2026-03-02T22:00", "QUIET_HOURS", "2026-03-03T08:00"),
        (NIGHT, UTC_ZONE, "2026-03-02T03:00", "QUIET_HOURS", "2026-03-02T08:00"),
        (NIGHT, TOKYO, "2026-03-02T13:00", "QUIET_HOURS", "2026-03-02T23:00"),  # 22:00 there
        (Hours(quiet_from=time(12), quiet_to=time(13)), UTC_ZONE, "2026-03-02T12:30", "QUIET_HOURS", "2026-03-02T13:00"),
        (OFFICE, UTC_ZONE, "2026-03-02T17:00", "OUTSIDE_WINDOW", "2026-03-03T09:00"),
        (OFFICE, UTC_ZONE, "2026-03-06T18:00", "OUTSIDE_WINDOW", "2026-03-09T09:00"),  # Friday evening
        (OFFICE, BERLIN, "2026-03-02T07:59", "OUTSIDE_WINDOW", "2026-03-02T08:00"),
        (Hours(holidays=frozenset({date(2026, 3, 2)})), BERLIN, "2026-03-02T12:00", "HOLIDAY", "2026-03-02T23:00"),
    ],
)  # fmt: skip
def test_a_delay_says_why_and_until_when_on_the_persons_own_clock(hours, zone, moment, because, until):
    found = holding(hours, zone=zone, moment=at(moment))
    assert found is not None
    assert (found.because, found.until) == (because, at(until))


def test_a_moment_that_is_open_is_not_delayed():
    for hours in (Hours(), NIGHT, OFFICE):
        assert holding(hours, zone=UTC_ZONE, moment=MONDAY) is None


def test_one_delay_that_ends_in_another_ends_with_the_last():
    hours = Hours(
        quiet_from=time(20), quiet_to=time(8), holidays=frozenset({date(2026, 3, 6)}), window=OFFICE.window
    )
    found = holding(hours, zone=UTC_ZONE, moment=at("2026-03-05T21:00"))  # night, holiday, weekend
    assert found is not None
    assert (found.because, found.until) == ("QUIET_HOURS", at("2026-03-09T09:00"))


@given(
    st.sampled_from([NIGHT, OFFICE, Hours(quiet_from=time(12), quiet_to=time(13), window=OFFICE.window)]),
    st.sampled_from([UTC_ZONE, BERLIN, TOKYO, ZoneInfo("America/St_Johns")]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.one_of(st.none(), st.integers(0, 23)),
)
def test_the_next_moment_is_open_and_never_earlier(hours, zone, moment, hour):
    found = next_moment(hours, zone=zone, moment=moment, hour=hour)
    assert found >= moment
    assert holding(hours, zone=zone, moment=found) is None


def test_a_wished_hour_is_kept_within_the_window_and_not_outside():
    assert next_moment(OFFICE, zone=UTC_ZONE, moment=MONDAY, hour=14) == at("2026-03-02T14:00")
    assert next_moment(OFFICE, zone=UTC_ZONE, moment=at("2026-03-02T15:00"), hour=14) == at(
        "2026-03-03T14:00"
    )
    assert next_moment(OFFICE, zone=UTC_ZONE, moment=MONDAY, hour=22) == at("2026-03-03T09:00")


def test_hours_that_never_open_are_known_and_looked_at_again_a_day_later():
    never = Hours(quiet_from=time(8), quiet_to=time(20), window=OFFICE.window)
    assert [ever_opens(one) for one in (never, NIGHT, OFFICE)] == [False, True, True]
    found = holding(never, zone=UTC_ZONE, moment=MONDAY)
    assert found is not None
    assert found.until == MONDAY + timedelta(days=1)


def test_the_hour_that_does_not_exist_in_spring_delays_forward():
    quiet = Hours(quiet_from=time(1), quiet_to=time(2, 30))
    found = holding(
        quiet, zone=BERLIN, moment=at("2026-03-29T00:30")
    )  # clocks go from 02:00 to 03:00 at 01:00 UTC
    assert found is not None
    assert at("2026-03-29T00:30") < found.until <= at("2026-03-29T01:30")
