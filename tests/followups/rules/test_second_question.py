from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.business_time import WEEKDAYS, Calendar
from followups.rules import second_question
from followups.rules.second_question import due_at, is_too_late, outcome
from tests.conftest import MONDAY_9AM

OFFICE = Calendar(time_zone="UTC", week={day: [("09:00", "17:00")] for day in WEEKDAYS[:5]})


def test_two_weeks_later_at_the_same_hour_when_that_is_a_working_hour() -> None:
    assert due_at(resolved_at=MONDAY_9AM, days=14, calendar=OFFICE) == MONDAY_9AM + timedelta(days=14)


def test_a_moment_in_the_night_waits_for_the_morning_and_a_weekend_for_monday() -> None:
    late = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert due_at(resolved_at=late, days=1, calendar=OFFICE) == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    assert due_at(resolved_at=MONDAY_9AM, days=5, calendar=OFFICE) == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def test_no_days_at_all_means_at_once_whatever_the_hour() -> None:
    night = datetime(2026, 3, 7, 3, 0, tzinfo=UTC)
    assert due_at(resolved_at=night, days=0, calendar=OFFICE) == night


def test_without_opening_hours_the_day_alone_counts() -> None:
    assert due_at(resolved_at=MONDAY_9AM, days=5, calendar=None) == MONDAY_9AM + timedelta(days=5)


def test_thirty_days_late_is_still_asked_and_later_not() -> None:
    latest = MONDAY_9AM + second_question.TOO_LATE_AFTER
    assert (
        is_too_late(due_at=MONDAY_9AM, now=latest),
        is_too_late(due_at=MONDAY_9AM, now=latest + timedelta(seconds=1)),
    ) == (False, True)


@pytest.mark.parametrize(
    ("segment", "meaning"),
    [
        ("PROMOTER", "CONVERTED"), ("PASSIVE", "RECOVERED"), ("DETRACTOR", "NOT_RECOVERED"),
        ("SATISFIED", "CONVERTED"), ("NEUTRAL", "RECOVERED"), ("DISSATISFIED", "NOT_RECOVERED"),
    ],
)  # fmt: skip
def test_the_segment_of_the_second_answer_says_what_became_of_the_customer(
    segment: str, meaning: str
) -> None:
    assert outcome(segment) == meaning
