from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rules.business_time import Calendar, add_time, time_between
from detractors.rules import sla
from detractors.rules.sla import DEFAULT_POLICY, Left, Plan, Policy, Promise, Timer, state_at

MONDAY_9AM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE_DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Calendar("UTC", {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in OFFICE_DAYS})
BERLIN = Calendar("Europe/Berlin", {day: [("08:00", "20:00")] for day in (*OFFICE_DAYS, "sun")})


def test_a_first_response_is_promised_within_sixty_working_minutes_and_warned_of_after_45():
    plan = sla.start(DEFAULT_POLICY, OFFICE, kind="FIRST_RESPONSE", priority="HIGH", opened_at=MONDAY_9AM)
    assert plan == Plan(60, MONDAY_9AM + 45 * MINUTE, MONDAY_9AM + HOUR)


def test_a_resolution_is_promised_within_two_working_days():
    plan = sla.start(DEFAULT_POLICY, OFFICE, kind="RESOLUTION", priority="HIGH", opened_at=MONDAY_9AM)
    # 16 working hours of two 8-hour days, warned of after 12.
    assert plan == Plan(960, MONDAY_9AM + 29 * HOUR, MONDAY_9AM + 33 * HOUR)


def test_friday_16_00_becomes_monday():
    friday = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    plan = sla.start(DEFAULT_POLICY, OFFICE, kind="FIRST_RESPONSE", priority="HIGH", opened_at=friday)
    assert (plan.warn_at, plan.due_at) == (MONDAY_9AM + 15 * MINUTE, MONDAY_9AM + 30 * MINUTE)


def test_a_timer_without_a_promise_is_not_started():
    assert (
        sla.start(DEFAULT_POLICY, OFFICE, kind="NEXT_RESPONSE", priority="HIGH", opened_at=MONDAY_9AM) is None
    )


def test_a_priority_may_have_its_own_promise():
    policy = Policy(
        {"FIRST_RESPONSE": Promise(minutes=60)},
        {("URGENT", "FIRST_RESPONSE"): Promise(minutes=15)},
        warn_percent=50,
    )
    moments = [
        sla.start(policy, OFFICE, kind="FIRST_RESPONSE", priority=priority, opened_at=MONDAY_9AM)
        for priority in ("URGENT", "LOW")
    ]
    assert moments == [
        Plan(15, MONDAY_9AM + timedelta(minutes=7, seconds=30), MONDAY_9AM + 15 * MINUTE),
        Plan(60, MONDAY_9AM + 30 * MINUTE, MONDAY_9AM + HOUR),
    ]


def test_working_days_may_be_halves_and_carry_minutes():
    assert Promise(minutes=10, working_days=Decimal("1.5")).minutes_in(OFFICE) == 730


@pytest.mark.parametrize("promise", [{}, {"minutes": -1}, {"minutes": 5, "working_days": Decimal(-1)}])
def test_a_promise_of_nothing_is_refused(promise):
    with pytest.raises(ValueError, match="positive number"):
        Promise(**promise)


@pytest.mark.parametrize("percent", [0, 100])
def test_a_warning_at_the_start_or_the_end_is_refused(percent):
    with pytest.raises(ValueError, match="between 1 and 99"):
        Policy({}, warn_percent=percent)


def test_a_pause_over_night_and_lunch_costs_nothing():
    plan = sla.plan(OFFICE, start=MONDAY_9AM, minutes=240)  # warned of at 12:00, due at 14:00
    left = sla.pause(OFFICE, warn_at=plan.warn_at, due_at=plan.due_at, now=MONDAY_9AM + HOUR)
    assert left == Left(remaining_seconds=3 * 3600, warn_remaining_seconds=2 * 3600)
    # Tuesday 11:00 and three hours with lunch between: 15:00; the warning two hours in: 14:00.
    tuesday = MONDAY_9AM + timedelta(days=1)
    assert sla.resume(OFFICE, left, now=tuesday + 2 * HOUR) == (tuesday + 5 * HOUR, tuesday + 6 * HOUR)


def test_after_the_warning_share_is_used_a_resumed_timer_is_due_soon_at_once():
    now = MONDAY_9AM + timedelta(days=1)
    assert sla.resume(OFFICE, Left(900, 0), now=now) == (now, now + 15 * MINUTE)


def test_what_was_overdue_when_paused_is_due_at_once_even_on_a_saturday():
    left = sla.pause(OFFICE, warn_at=MONDAY_9AM, due_at=MONDAY_9AM, now=MONDAY_9AM + HOUR)
    assert left == Left(0, 0)
    saturday = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert sla.resume(OFFICE, left, now=saturday) == (saturday, saturday)


def test_a_begun_second_is_kept():
    now = MONDAY_9AM + timedelta(microseconds=1)
    assert sla.pause(OFFICE, warn_at=MONDAY_9AM + MINUTE, due_at=MONDAY_9AM + HOUR, now=now) == Left(3600, 60)


def whole_second(moment):
    return moment.replace(microsecond=0)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)).map(whole_second)


@settings(max_examples=200, deadline=None)
@given(moments, st.integers(1, 3000), st.integers(0, 4000), st.integers(0, 20_000))
def test_a_pause_shifts_the_due_moment_by_exactly_the_working_time_it_lasted(
    opened_at, minutes, until_pause, length
):
    plan = sla.plan(BERLIN, start=opened_at, minutes=minutes)
    paused_at = opened_at + until_pause * MINUTE
    resumed_at = paused_at + length * MINUTE
    left = sla.pause(BERLIN, warn_at=plan.warn_at, due_at=plan.due_at, now=paused_at)
    warn_at, due_at = sla.resume(BERLIN, left, now=resumed_at)
    shift = time_between(BERLIN, paused_at, resumed_at)
    if left.remaining_seconds == 0:
        assert due_at == resumed_at
    elif shift == timedelta(0):
        assert due_at == plan.due_at
    else:
        assert due_at == add_time(BERLIN, plan.due_at, shift)
        used = time_between(BERLIN, opened_at, paused_at) + time_between(BERLIN, resumed_at, due_at)
        assert used == minutes * MINUTE
    assert resumed_at <= warn_at <= due_at


@settings(max_examples=100, deadline=None)
@given(moments, st.integers(1, 3000), st.integers(0, 4000))
def test_pausing_and_resuming_at_once_changes_neither_moment(opened_at, minutes, until_pause):
    plan = sla.plan(BERLIN, start=opened_at, minutes=minutes)
    now = opened_at + until_pause * MINUTE
    left = sla.pause(BERLIN, warn_at=plan.warn_at, due_at=plan.due_at, now=now)
    assert sla.resume(BERLIN, left, now=now) == (
        plan.warn_at if left.warn_remaining_seconds else now,
        plan.due_at if left.remaining_seconds else now,
    )


DUE = MONDAY_9AM + HOUR
WARN = MONDAY_9AM + 45 * MINUTE
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("facts", "now", "state"),
    [
        ({}, MONDAY_9AM, "RUNNING"),
        ({}, WARN - TICK, "RUNNING"),
        ({}, WARN, "DUE_SOON"),
        ({}, DUE, "DUE_SOON"),
        ({}, DUE + TICK, "BREACHED"),
        ({"breached_at": DUE + TICK}, DUE + HOUR, "BREACHED"),
        ({"paused_at": MONDAY_9AM}, DUE + HOUR, "PAUSED"),
        ({"paused_at": DUE + HOUR, "breached_at": DUE + TICK}, DUE + 2 * HOUR, "BREACHED"),
        ({"met_at": DUE}, DUE + HOUR, "MET"),
        ({"met_at": DUE + TICK}, DUE + HOUR, "MET_LATE"),
        ({"met_at": DUE + HOUR, "breached_at": DUE + TICK}, DUE + HOUR, "MET_LATE"),
        ({"met_at": DUE}, MONDAY_9AM, "RUNNING"),
    ],
)
def test_the_state_of_a_timer_at_both_edges_of_every_moment(facts, now, state):
    assert state_at(Timer(warn_at=WARN, due_at=DUE, **facts), now) == state


@pytest.mark.parametrize(("left", "percent"), [(60, 0), (90, 0), (15, 75), (1, 98), (0, 100), (-5, 100)])
def test_the_share_used_stays_between_0_and_100(left, percent):
    assert sla.used_percent(promised_minutes=60, remaining=left * MINUTE) == percent
