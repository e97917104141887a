from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.business_time import Calendar
from detractors.rules.escalation import (
    DEFAULT_STEPS,
    DueStep,
    Step,
    chain,
    due_steps,
    lateness,
    next_step_at,
    steps_at,
)

OFFICE = Calendar("UTC", {day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})
FRIDAY_4PM = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
MONDAY_9AM = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STEPS = [
    DueStep("LEAD", FRIDAY_4PM),
    DueStep("MANAGER", MONDAY_9AM + 30 * MINUTE),
    DueStep("EXECUTIVE", MONDAY_9AM + 450 * MINUTE),
]


def test_delays_are_working_minutes():
    assert list(chain(DEFAULT_STEPS, OFFICE, due_at=FRIDAY_4PM)) == STEPS


def test_the_chain_is_ordered_by_delay_and_then_by_level():
    steps = [Step("EXECUTIVE", 5), Step("MANAGER", 5), Step("LEAD", 9)]
    assert [step.level for step in chain(steps, OFFICE, due_at=FRIDAY_4PM)] == [
        "MANAGER",
        "EXECUTIVE",
        "LEAD",
    ]


def test_the_first_step_comes_at_the_due_moment_even_at_the_end_of_the_day():
    closing = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert list(chain([Step("LEAD", 0)], OFFICE, due_at=closing)) == [DueStep("LEAD", closing)]


@pytest.mark.parametrize(
    ("now", "taken", "expected"),
    [
        (FRIDAY_4PM - MINUTE, set(), []),
        (FRIDAY_4PM, set(), STEPS[:1]),
        (FRIDAY_4PM, {"LEAD"}, []),
        (MONDAY_9AM + 29 * MINUTE, {"LEAD"}, []),
        (MONDAY_9AM + 30 * MINUTE, {"LEAD"}, STEPS[1:2]),
        (MONDAY_9AM + 450 * MINUTE, set(), STEPS),
        (MONDAY_9AM + 450 * MINUTE, {"LEAD", "MANAGER", "EXECUTIVE"}, []),
    ],
)
def test_each_step_is_due_once_and_missed_ones_come_together(now, taken, expected):
    assert due_steps(DEFAULT_STEPS, OFFICE, due_at=FRIDAY_4PM, taken=taken, now=now) == expected


@pytest.mark.parametrize(
    ("taken", "moment"),
    [((), STEPS[0].due_at), (("LEAD",), STEPS[1].due_at), (("LEAD", "MANAGER", "EXECUTIVE"), None)],
)
def test_the_next_step_is_known_until_the_chain_ends(taken, moment):
    assert next_step_at(DEFAULT_STEPS, OFFICE, due_at=FRIDAY_4PM, taken=taken) == moment


@pytest.mark.parametrize(
    ("now", "taken", "due", "next_at"),
    [
        (FRIDAY_4PM - MINUTE, (), [], FRIDAY_4PM),
        (FRIDAY_4PM, (), STEPS[:1], STEPS[1].due_at),
        (FRIDAY_4PM, ("LEAD",), [], STEPS[1].due_at),
        (STEPS[2].due_at - MINUTE, (), STEPS[:2], STEPS[2].due_at),
        (STEPS[2].due_at, ("MANAGER",), [STEPS[0], STEPS[2]], None),
        (STEPS[2].due_at, ("LEAD", "MANAGER", "EXECUTIVE"), [], None),
    ],
)
def test_what_is_due_and_what_comes_after_it_meet_without_gap(now, taken, due, next_at):
    found = steps_at(DEFAULT_STEPS, OFFICE, due_at=FRIDAY_4PM, taken=taken, now=now)
    assert found == (due, next_at)


def test_a_step_needs_a_known_level():
    with pytest.raises(ValueError, match="choose one of AGENT, LEAD, MANAGER, EXECUTIVE"):
        Step("CEO", 0)


@pytest.mark.parametrize(
    ("minutes", "clock", "moment"),
    [
        (-30, "WORKING", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        (-31, "WORKING", datetime(2026, 11, 20, 16, 59, tzinfo=UTC)),  # over the weekend
        (-31, "CALENDAR", datetime(2026, 11, 23, 8, 59, tzinfo=UTC)),
        (-30 - 5 * 480, "WORKING", datetime(2026, 11, 16, 9, 0, tzinfo=UTC)),
        (60, "CALENDAR", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_step_may_come_before_the_due_moment_and_around_the_clock(minutes, clock, moment):
    due_at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert list(chain([Step("LEAD", minutes, clock)], OFFICE, due_at=due_at)) == [DueStep("LEAD", moment)]


def test_before_a_promise_is_missed_only_early_steps_count():
    due_at, steps = MONDAY_9AM + 60 * MINUTE, [Step("LEAD", 0), Step("AGENT", -15), Step("MANAGER", -5)]
    found = steps_at(steps, OFFICE, due_at=due_at, taken=(), now=due_at - 10 * MINUTE, is_missed=False)
    assert found == ([DueStep("AGENT", due_at - 15 * MINUTE)], due_at - 5 * MINUTE)
    late = steps_at(steps, OFFICE, due_at=due_at, taken=(), now=due_at, is_missed=False)
    assert late == ([DueStep("AGENT", due_at - 15 * MINUTE), DueStep("MANAGER", due_at - 5 * MINUTE)], None)


def test_two_steps_of_one_level_are_told_apart_by_their_key():
    steps = [Step("MANAGER", 0, key=1), Step("MANAGER", 5, key=2), Step("LEAD", 0, key=3)]
    due = due_steps(steps, OFFICE, due_at=MONDAY_9AM, taken={1, "LEAD"}, now=MONDAY_9AM + 5 * MINUTE)
    assert [found.step.key for found in due] == [2]


def test_a_step_that_was_added_later_says_nothing_of_the_past():
    step = Step("LEAD", 31, key=1, since=MONDAY_9AM)
    assert due_steps([step], OFFICE, due_at=FRIDAY_4PM, taken=(), now=MONDAY_9AM + 60 * MINUTE) != []
    earlier = Step("LEAD", 30, key=1, since=MONDAY_9AM)
    assert due_steps([earlier], OFFICE, due_at=FRIDAY_4PM, taken=(), now=MONDAY_9AM + 60 * MINUTE) == []


@pytest.mark.parametrize(("minutes", "late"), [(0, 0), (2, 0), (65, 65)])
def test_a_step_is_late_when_nothing_took_it_for_minutes(minutes, late):
    assert lateness(due_at=MONDAY_9AM, at=MONDAY_9AM + minutes * MINUTE) == late * MINUTE
