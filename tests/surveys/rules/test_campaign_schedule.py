from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from surveys.rules.campaign_schedule import Schedule, due_at, is_event_name, last_day, problems
from surveys.rules.sending_hours import Hours, Window

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UTC_ZONE, TOKYO = ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")
OFFICE = Window(frozenset({1, 2, 3, 4, 5}), time(9), time(17))


def fields(chosen: Schedule, hours: Hours = Hours()) -> list[str]:  # noqa: B008  it never changes
    return [name for name, _sentence in problems(chosen, hours=hours, now=MONDAY)]


def test_a_plain_schedule_has_no_problem():
    assert fields(Schedule()) == []
    assert fields(Schedule(kind="RECURRING", first_after_days=0)) == []
    assert fields(Schedule(kind="TRIGGERED", trigger="order.delivered", delay_seconds=60)) == []


def test_every_problem_is_found_at_once():
    chosen = Schedule(
        kind="TRIGGERED", trigger="", ends_at=MONDAY, window_days=frozenset(), sample_percent=101, daily_cap=0,
        spread_days=0, reminders=[1] * 6,
    )  # fmt: skip
    assert fields(chosen) == [
        "ends_at", "trigger", "window_days", "sample_percent", "daily_cap", "spread_days", "reminders",
    ]  # fmt: skip


def test_a_window_within_the_quiet_hours_of_the_policy_is_told():
    never = Schedule(window_from=time(22), window_to=time(23))
    assert fields(never) == []
    assert fields(never, Hours(quiet_from=time(21), quiet_to=time(8))) == ["window_from"]


def test_a_sentence_names_what_was_chosen_and_the_cure():
    [(_field, sentence)] = problems(
        Schedule(window_from=time(17), window_to=time(9)), hours=Hours(), now=MONDAY
    )
    assert str(sentence) == "Mails may leave from 17:00 until 09:00: choose an end after the beginning."


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("support.ticket_closed", True),
        ("a-1", True),
        ("", False),
        ("a b", False),
        ("ä", False),
        ("a" * 81, False),
    ],
)
def test_names_of_events(name, is_one):
    assert is_event_name(name) is is_one


def test_spread_people_fall_on_the_days_that_are_open_and_within_the_window():
    hours = Hours(window=OFFICE, holidays=frozenset({date(2026, 3, 3)}))
    found = [
        due_at(begins=MONDAY, number=n, share=n / 10, spread_days=5, hours=hours, zone=UTC_ZONE)
        for n in range(10)
    ]
    days = [moment.date().day for moment in found]
    assert days == [2, 4, 5, 6, 9] * 2  # the 3rd is a holiday, the 7th and 8th a weekend
    assert all(time(9) <= moment.time() < time(17) for moment in found)


def test_the_day_begins_where_the_person_is():
    moment = due_at(
        begins=MONDAY, number=0, share=0, spread_days=None, hours=Hours(window=OFFICE), zone=TOKYO
    )
    assert moment == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)  # 18:00 there now: 09:00 of the next day


@pytest.mark.parametrize(
    ("people", "cap", "spread", "window", "day"),
    [
        (10, None, None, Window(), date(2026, 3, 2)),
        (10, 4, None, Window(), date(2026, 3, 4)),
        (10, 2, None, OFFICE, date(2026, 3, 6)),
        (12, 2, None, OFFICE, date(2026, 3, 9)),
        (100, None, 7, OFFICE, date(2026, 3, 10)),
        (100, 10, 5, Window(), date(2026, 3, 11)),
    ],
)
def test_the_last_day_follows_from_cap_spread_and_window(people, cap, spread, window, day):
    found = last_day(
        people=people, begins=MONDAY, zone=UTC_ZONE, window=window, daily_cap=cap, spread_days=spread
    )
    assert found == day


def test_after_the_hours_of_today_the_first_day_is_tomorrow():
    evening = MONDAY + timedelta(hours=9)
    assert last_day(
        people=1, begins=evening, zone=UTC_ZONE, window=OFFICE, daily_cap=None, spread_days=None
    ) == date(2026, 3, 3)
