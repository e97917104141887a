import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from accounts.rules import business_time
from accounts.rules.business_time import (
    WEEKDAYS,
    Calendar,
    CalendarError,
    NoOpenHours,
    NotReachable,
    add_minutes,
    add_time,
    explain,
    is_open,
    minutes_between,
    next_open,
    seconds_between,
    time_between,
)

MINUTE = timedelta(minutes=1)
OFFICE_DAYS = ("mon", "tue", "wed", "thu", "fri")
FOREVER = dict.fromkeys(WEEKDAYS, (("00:00", "24:00"),))


def office(zone: str = "Europe/Berlin", *holidays: date) -> Calendar:
    return Calendar(
        zone, dict.fromkeys(OFFICE_DAYS, (("09:00", "12:00"), ("13:00", "17:00"))), frozenset(holidays)
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


# The slow reference: walks minute by minute and only asks the wall clock ------------------------------------------------


def slow_open(data: dict, moment: datetime) -> bool:
    wall = moment.astimezone(ZoneInfo(data["time_zone"]))
    if wall.date().isoformat() in data["holidays"]:
        return False
    clock = f"{wall:%H:%M}"
    return any(start <= clock < end for start, end in data["week"].get(WEEKDAYS[wall.weekday()], []))


def slow_add(data: dict, start: datetime, minutes: int, limit: int) -> datetime | None:
    """Exact for whole-minute starts in zones whose offset is whole minutes; None when further than `limit` minutes."""
    moment, left = start, minutes
    for _ in range(limit):
        if slow_open(data, moment):
            if left <= 1:
                return moment + left * MINUTE
            left -= 1
        moment += MINUTE
    return None


def slow_between(data: dict, start: datetime, end: datetime) -> int:
    return sum(slow_open(data, start + step * MINUTE) for step in range((end - start) // MINUTE))


@st.composite
def day_intervals(draw):
    cuts = sorted(draw(st.sets(st.integers(0, 96), min_size=0, max_size=6)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [[f"{a // 4:02}:{a % 4 * 15:02}", f"{b // 4:02}:{b % 4 * 15:02}"] for a, b in pairs]


AWKWARD = [
    ("Europe/Berlin", "2026-03-29T00:00"),
    ("Europe/Berlin", "2026-10-25T00:00"),
    ("America/New_York", "2026-03-08T05:00"),
    ("America/New_York", "2026-11-01T05:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:30"),
    ("Pacific/Apia", "2011-12-30T10:00"),
    ("America/St_Johns", "2010-11-07T02:31"),
    ("America/Sao_Paulo", "2018-11-04T03:00"),
    ("America/Sao_Paulo", "2018-02-18T02:00"),
    ("Africa/Casablanca", "2026-02-15T02:00"),
    ("Africa/Cairo", "2026-04-23T22:00"),
    ("Asia/Kathmandu", "2026-01-01T00:00"),
    ("Asia/Pyongyang", "2018-05-04T15:00"),
    ("Pacific/Kiritimati", "2026-12-31T10:00"),
    ("Asia/Gaza", "2026-03-27T22:00"),
    ("UTC", "2028-02-29T00:00"),
]


@st.composite
def calendars(draw, zones, near=None):
    week = {day: draw(day_intervals()) for day in WEEKDAYS}
    assume(any(week.values()))
    day = (near or utc("2026-03-29T00:00")).date()
    holidays = draw(st.sets(st.integers(-2, 4), max_size=2))
    dates = [(day + timedelta(days=shift)).isoformat() for shift in sorted(holidays)]
    return {"time_zone": draw(zones), "week": week, "holidays": dates}


@st.composite
def near_a_change(draw):
    zone, text = draw(st.sampled_from(AWKWARD))
    change = utc(text)
    data = draw(calendars(zones=st.just(zone), near=change))
    start = change + draw(st.integers(-2 * 1440, 1440)) * MINUTE
    return data, start


quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@settings(quick, max_examples=60)
@given(near_a_change(), st.integers(0, 1500))
def test_adding_agrees_with_counting_minute_by_minute_around_every_kind_of_clock_change(case, minutes):
    data, start = case
    expected = slow_add(data, start, minutes, limit=6 * 1440)
    assume(expected is not None)
    assert add_minutes(Calendar.from_json(data), start, minutes) == expected


@settings(quick, max_examples=60)
@given(near_a_change(), st.integers(0, 3 * 1440))
def test_measuring_agrees_with_counting_minute_by_minute_around_every_kind_of_clock_change(case, length):
    data, start = case
    end = start + length * MINUTE
    assert minutes_between(Calendar.from_json(data), start, end) == slow_between(data, start, end)


starts = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))
any_zone = st.sampled_from(sorted(available_timezones()))


@settings(quick, max_examples=60)
@given(calendars(zones=any_zone), starts, st.integers(1, 20_000))
def test_what_was_added_is_what_is_measured_in_any_zone_between_2000_and_2050(data, start, minutes):
    calendar = Calendar.from_json(data)
    assert minutes_between(calendar, start, add_minutes(calendar, start, minutes)) == minutes


@settings(quick, max_examples=60)
@given(calendars(zones=any_zone), starts, st.integers(1, 5_000), st.integers(1, 5_000))
def test_adding_in_two_parts_gives_the_same_moment_and_more_is_never_earlier(data, start, first, second):
    calendar = Calendar.from_json(data)
    whole = add_minutes(calendar, start, first + second)
    halfway = add_minutes(calendar, start, first)
    assert add_minutes(calendar, halfway, second) == whole
    assert start < halfway < whole


@settings(quick, max_examples=60)
@given(calendars(zones=any_zone), starts, st.integers(0, 5_000), st.integers(0, 5_000))
def test_a_later_start_is_never_due_earlier(data, start, later, minutes):
    calendar = Calendar.from_json(data)
    assert add_minutes(calendar, start, minutes) <= add_minutes(calendar, start + later * MINUTE, minutes)


@settings(quick, max_examples=60)
@given(calendars(zones=any_zone), starts, st.integers(0, 5_000))
def test_nothing_is_ever_due_outside_the_opening_hours(data, start, minutes):
    calendar = Calendar.from_json(data)
    due = add_minutes(calendar, start, minutes)
    # The end of an interval belongs to it: the instant just before it is open.
    assert is_open(calendar, due - timedelta(microseconds=1)) if minutes else is_open(calendar, due)


@settings(quick, max_examples=60)
@given(calendars(zones=any_zone), starts, st.integers(0, 10_000), st.integers(0, 10_000))
def test_splitting_a_span_never_changes_its_working_time(data, start, first, second):
    calendar = Calendar.from_json(data)
    middle = start + first * MINUTE
    end = middle + second * MINUTE
    assert time_between(calendar, start, middle) + time_between(calendar, middle, end) == time_between(
        calendar, start, end
    )


@settings(quick, max_examples=60)
@given(calendars(zones=any_zone), starts, st.integers(0, 3_000))
def test_the_explained_steps_join_up_and_add_up_to_the_answer(data, start, minutes):
    calendar = Calendar.from_json(data)
    steps = explain(calendar, start, minutes)
    assert steps[-1].kind == "DUE"
    assert steps[-1].end == add_minutes(calendar, start, minutes)
    assert [step.start for step in steps[1:]] == [step.end for step in steps[:-1]]
    assert steps[0].start == start
    assert (
        sum((step.end - step.start for step in steps if step.kind == "WORK"), timedelta()) == minutes * MINUTE
    )


# Known days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23T08:00", 60, "2026-11-23T09:00"),  # Monday 09:00 in Berlin
        ("2026-11-20T15:00", 120, "2026-11-23T09:00"),  # Friday 16:00, one hour on Friday, one on Monday
        ("2026-11-23T10:30", 60, "2026-11-23T12:30"),  # 11:30 across lunch
        ("2026-11-21T12:00", 60, "2026-11-23T09:00"),  # Saturday
        ("2026-11-23T08:00", 180, "2026-11-23T11:00"),  # ends at noon, stays at noon
        ("2026-11-23T08:00", 420, "2026-11-23T16:00"),  # ends at closing, stays at closing
        ("2026-11-23T08:00", 421, "2026-11-24T08:01"),
        ("2026-11-23T16:00", 0, "2026-11-24T08:00"),  # nothing to do, but closed: the next opening
        ("2026-11-23T08:30", 0, "2026-11-23T08:30"),
    ],
)
def test_office_hours_are_added_by_hand(start, minutes, due):
    assert add_minutes(office(), utc(start), minutes) == utc(due)


def test_holidays_are_skipped_by_local_date():
    calendar = office("Europe/Berlin", date(2026, 12, 25), date(2026, 12, 28))
    assert add_minutes(calendar, utc("2026-12-24T15:30"), 60) == utc("2026-12-29T08:30")


def test_a_day_of_25_hours_has_25_working_hours():
    calendar = Calendar("Europe/Berlin", FOREVER)
    assert add_minutes(calendar, local("Europe/Berlin", "2026-10-25T00:00"), 25 * 60) == utc(
        "2026-10-25T23:00"
    )


def test_a_day_of_23_hours_has_23_working_hours():
    calendar = Calendar("Europe/Berlin", FOREVER)
    assert add_minutes(calendar, local("Europe/Berlin", "2026-03-29T00:00"), 23 * 60) == utc(
        "2026-03-29T22:00"
    )


def test_an_interval_inside_the_repeated_hour_is_open_twice():
    calendar = Calendar("Europe/Berlin", {"sun": [("02:00", "02:30")]})
    assert time_between(calendar, utc("2026-10-24T22:00"), utc("2026-10-25T23:00")) == timedelta(hours=1)
    assert add_minutes(calendar, utc("2026-10-24T22:00"), 31) == utc("2026-10-25T01:01")


def test_an_interval_inside_the_skipped_hour_does_not_exist_that_day():
    calendar = Calendar("Europe/Berlin", {"sun": [("02:00", "03:00")]})
    assert next_open(calendar, utc("2026-03-28T00:00")) == utc("2026-04-05T00:00")


def test_the_second_half_past_two_of_autumn_is_an_hour_later_than_the_first():
    calendar = Calendar("Europe/Berlin", FOREVER)
    first, second = (local("Europe/Berlin", "2026-10-25T02:30", fold) for fold in (0, 1))
    assert minutes_between(calendar, first, second) == 60
    assert add_minutes(calendar, second, 30) == utc("2026-10-25T02:00")


def test_lord_howe_moves_its_clocks_by_half_an_hour():
    calendar = Calendar("Australia/Lord_Howe", FOREVER)
    start = local("Australia/Lord_Howe", "2026-10-04T00:00")
    assert minutes_between(calendar, start, local("Australia/Lord_Howe", "2026-10-05T00:00")) == 23 * 60 + 30
    start = local("Australia/Lord_Howe", "2026-04-05T00:00")
    assert minutes_between(calendar, start, local("Australia/Lord_Howe", "2026-04-06T00:00")) == 24 * 60 + 30


def test_apia_had_no_30th_of_december_2011():
    calendar = Calendar(
        "Pacific/Apia",
        {"thu": [("16:00", "24:00")], "fri": [("00:00", "24:00")], "sat": [("08:00", "12:00")]},
    )
    # Thursday the 29th 22:00 is followed, two hours later, by Saturday the 31st.
    assert add_minutes(calendar, local("Pacific/Apia", "2011-12-29T22:00"), 180) == local(
        "Pacific/Apia", "2011-12-31T09:00"
    )


def test_clocks_set_back_over_midnight_give_one_evening_twice():
    # At 00:01 of 7 November 2010 clocks in St. John's went back to 23:01 of the 6th.
    calendar = Calendar("America/St_Johns", {"sat": [("23:00", "24:00")]})
    assert time_between(calendar, utc("2010-11-06T12:00"), utc("2010-11-07T12:00")) == timedelta(
        minutes=60 + 59
    )


def test_the_29th_of_february_is_a_day_like_any_other():
    assert add_minutes(office("UTC"), utc("2028-02-28T16:30"), 60) == utc("2028-02-29T09:30")


def test_intervals_that_meet_at_midnight_are_one_shift():
    calendar = Calendar("Europe/Berlin", {"mon": [("22:00", "24:00")], "tue": [("00:00", "06:00")]})
    assert add_minutes(calendar, utc("2026-11-23T21:00"), 180) == utc("2026-11-24T00:00")
    assert [step.kind for step in explain(calendar, utc("2026-11-23T21:00"), 180)] == ["WORK", "DUE"]


def test_microseconds_of_the_start_are_kept():
    start = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
    assert add_minutes(office(), start, 60) == start + timedelta(hours=1)


def test_begun_minutes_and_seconds_count_in_both_directions():
    start, end = utc("2026-11-23T08:00:00"), datetime(2026, 11, 23, 9, 0, 0, 1, tzinfo=UTC)
    assert (minutes_between(office(), start, end), minutes_between(office(), end, start)) == (61, -61)
    assert (seconds_between(office(), start, end), seconds_between(office(), end, start)) == (3601, -3601)
    assert (minutes_between(office(), start, start), seconds_between(office(), start, start)) == (0, 0)
    assert minutes_between(office(), start, utc("2026-11-23T09:00")) == 60


def test_open_begins_at_the_start_and_ends_before_the_end():
    calendar = office("UTC")
    moments = ["2026-11-23T08:59:59", "2026-11-23T09:00", "2026-11-23T11:59:59", "2026-11-23T12:00"]
    assert [is_open(calendar, utc(text)) for text in moments] == [False, True, True, False]


def test_the_explanation_names_the_holiday_and_the_local_time():
    calendar = office("Europe/Berlin", date(2026, 11, 23))
    assert [str(step.sentence) for step in explain(calendar, utc("2026-11-20T15:30"), 90)] == [
        "Fri 2026-11-20 16:30 to Fri 2026-11-20 17:00: open, 30 working minutes used, 60 left",
        "Fri 2026-11-20 17:00 to Tue 2026-11-24 09:00: closed (holidays: 2026-11-23)",
        "Tue 2026-11-24 09:00 to Tue 2026-11-24 10:00: open, 60 working minutes used, 0 left",
        "due at Tue 2026-11-24 10:00 (Europe/Berlin)",
    ]


def test_a_working_day_is_the_median_open_day():
    week = {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu")} | {"fri": [("09:00", "13:00")]}
    assert Calendar("UTC", week).working_day_minutes == 480
    assert office().working_day_minutes == 420
    assert (
        Calendar("UTC", {"mon": [("09:00", "12:00")], "tue": [("09:00", "10:15")]}).working_day_minutes == 127
    )


# Refusals -------------------------------------------------------------------------------------------------------------


def test_a_calendar_that_is_closed_for_ten_years_is_refused_in_words():
    # Only Mondays are open, and ten years of Mondays are holidays.
    mondays = frozenset(date(2026, 1, 5) + timedelta(weeks=week) for week in range(540))
    with pytest.raises(NotReachable, match="check the opening hours and holidays"):
        add_minutes(Calendar("UTC", {"mon": [("09:00", "10:00")]}, mondays), utc("2026-01-05T00:00"), 1)


@pytest.mark.parametrize("minutes", [float("nan"), float("inf"), 10**12])
def test_more_than_ten_years_of_minutes_are_refused(minutes):
    with pytest.raises(NotReachable, match="are more than 10 years"):
        add_minutes(office(), utc("2026-11-23T08:00"), minutes)


def test_the_end_of_the_calendar_is_refused_and_not_an_overflow():
    with pytest.raises(NotReachable, match="the calendar ends"):
        add_minutes(office("UTC"), utc("9999-12-31T12:00"), 6000)


def test_negative_time_and_moments_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        add_time(office(), utc("2026-11-23T08:00"), timedelta(minutes=-1))
    with pytest.raises(ValueError, match="needs a time zone"):
        add_minutes(office(), datetime(2026, 11, 23, 8), 1)


GOOD = {"time_zone": "UTC", "week": {"mon": [["09:00", "17:00"]]}, "holidays": []}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"time_zone": "Europe/Berln"}, "time_zone", "'Europe/Berln' is no time zone; give an IANA name"),
        ({"time_zone": "Europe"}, "time_zone", "is no time zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone", "is no time zone"),
        ({"time_zone": None}, "time_zone", "None is no time zone"),
        ({"week": []}, "week", "give an object of weekdays"),
        ({"week": {"monday": []}}, "week.monday", "is no weekday"),
        ({"week": {"mon": "09:00-17:00"}}, "week.mon", "give an object of weekdays"),
        ({"week": {"mon": ["09:00"]}}, "week.mon[0]", "give a pair of times"),
        ({"week": {"mon": [["9:00", "17:00"]]}}, "week.mon[0]", "'9:00' is no time"),
        ({"week": {"mon": [["09:00", "24:01"]]}}, "week.mon[0]", "'24:01' is no time"),
        ({"week": {"mon": [["24:00", "24:00"]]}}, "week.mon[0]", "'24:00' is no time"),
        ({"week": {"mon": [["22:00", "06:00"]]}}, "week.mon[0]", "ends at 06:00, not after its start 22:00"),
        ({"week": {"mon": [["09:00", "09:00"]]}}, "week.mon[0]", "ends at 09:00, not after its start"),
        (
            {"week": {"mon": [["12:00", "17:00"], ["09:00", "13:00"]]}},
            "week.mon",
            "12:00-17:00 overlaps 09:00-13:00",
        ),
        ({"holidays": "2026-12-25"}, "holidays", "give a list of dates"),
        ({"holidays": ["2026-12-25", "2026-02-30"]}, "holidays[1]", "'2026-02-30' is no date"),
        ({"holidays": ["20261225"]}, "holidays[0]", "'20261225' is no date"),
        ({"zone": "UTC"}, "zone", "is not known"),
    ],
)
def test_a_bad_calendar_names_the_field_and_the_cure(change, field, words):
    with pytest.raises(CalendarError) as caught:
        Calendar.from_json(GOOD | change)
    assert caught.value.field == field
    assert words in str(caught.value)


@pytest.mark.parametrize("week", [{}, {"mon": []}])
def test_a_week_without_open_hours_is_refused_by_its_own_name(week):
    with pytest.raises(NoOpenHours, match="give at least one weekday an interval"):
        Calendar.from_json(GOOD | {"week": week})


def test_a_calendar_must_be_an_object():
    with pytest.raises(CalendarError, match="give an object with time_zone"):
        Calendar.from_json([GOOD])


def test_a_calendar_survives_json_and_pickle_and_equals_its_twin():
    data = {
        "time_zone": "Europe/Berlin",
        "week": {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]},
        "holidays": ["2026-12-25", "2026-12-26"],
    }
    calendar = Calendar.from_json(data)
    assert calendar.to_json() == data
    assert pickle.loads(pickle.dumps(calendar)) == calendar
    assert (calendar == Calendar.from_json(data), hash(calendar) == hash(Calendar.from_json(data))) == (
        True,
        True,
    )
    assert calendar != Calendar.from_json(data | {"time_zone": "UTC"})


def test_windows_are_found_anew_when_the_cache_is_full(monkeypatch):
    monkeypatch.setattr(business_time, "_CACHED_DAYS", 2)
    calendar = office("Asia/Tashkent")
    first = add_minutes(calendar, utc("2026-11-23T05:00"), 6000)
    assert add_minutes(calendar, utc("2026-11-23T05:00"), 6000) == first
