"""When steps are due, and what ends a run before its last step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followups.rules import playbook_runs as rules
from followups.rules.playbook_runs import CaseNow, Delay, Facts, due_times, end_of
from followups.rules.playbook_steps import length

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def after(start: datetime, amount: int, unit: str, clock: str) -> datetime:
    return start + length(amount, unit)


def due(*delays: tuple[int, str, str], **more: Any) -> list[timedelta]:
    found = due_times(
        [Delay(amount, unit, "CALENDAR", since) for amount, unit, since in delays],
        **{"event_at": NINE, "before": NINE, "after": after, **more},
    )
    return [at - NINE for at in found]


def test_a_delay_is_counted_from_the_event_or_the_step_before() -> None:
    assert due((1, "HOURS", "EVENT"), (1, "HOURS", "STEP"), (1, "DAYS", "EVENT"), (1, "HOURS", "STEP")) == [
        HOUR, 2 * HOUR, DAY, DAY + HOUR,
    ]  # fmt: skip


def test_no_step_comes_before_the_one_before_it() -> None:
    assert due((5, "DAYS", "EVENT"), (1, "HOURS", "EVENT")) == [5 * DAY, 5 * DAY]


def test_done_late_what_follows_the_step_moves_and_what_follows_the_event_does_not() -> None:
    late = {"before": NINE + 3 * DAY, "floor": NINE}
    assert due((1, "HOURS", "STEP"), **late) == [3 * DAY + HOUR]
    assert due((1, "DAYS", "EVENT"), (1, "DAYS", "STEP"), **late) == [DAY, 2 * DAY]


def test_only_what_the_playbook_says_ends_it() -> None:
    facts = {"event": "CASE_OPENED", "has_written": True, "is_answered": True, "is_opted_out": True}
    assert [end_of(Facts(stops=stops, **facts)) for stops in ([], ["OPTED_OUT"], ["PERSON_REPLIED", "CUSTOMER_WROTE"])] == [
        "", "OPTED_OUT", "CUSTOMER_WROTE",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        ({"is_called_off": True, "is_erased": True}, "CALLED_OFF"),
        ({"is_erased": True, "holds": False}, "ERASED"),
        ({"is_true": False, "holds": False}, "NO_LONGER_TRUE"),
        ({"holds": False}, "CONDITIONS"),
        ({"is_closed": True, "stops": ["RESOLVED"]}, "RESOLVED"),
        ({"is_resolved": True, "stops": ["CLOSED"]}, ""),
    ],
)
def test_the_first_reason_is_the_one_that_is_written(facts: dict[str, Any], because: str) -> None:
    assert end_of(Facts(event="CASE_OPENED", **facts)) == because


@pytest.mark.parametrize(
    ("event", "case", "is_so"),
    [
        ("CASE_OPENED", {}, True),
        ("CASE_OPENED", {"is_merged": True}, False),
        ("CASE_OPENED", {"outcome": "DISMISSED"}, False),
        ("NO_COMMENT", {"has_words": True}, False),
        ("SILENCE", {"has_written_since": True}, False),
        ("WAITING", {"category": "WAITING", "waiting_since": NINE}, True),
        ("WAITING", {"category": "WAITING", "waiting_since": NINE + HOUR}, False),
        ("RESOLVED", {"category": "RESOLVED"}, True),
        ("RESOLVED", {"category": "RESOLVED", "reopened": 1}, False),
        ("RECOVERED", {"category": "CLOSED", "outcome": "CONVERTED"}, True),
        ("RECOVERED", {"category": "OPEN"}, False),
        ("NOT_RECOVERED", {"category": "OPEN", "reopened": 1}, True),
        ("NOT_RECOVERED", {"category": "CLOSED", "outcome": "RECOVERED"}, False),
    ],
)
def test_whether_it_is_still_so(event: str, case: dict[str, Any], is_so: bool) -> None:
    now = {"category": "OPEN", "outcome": "", "reopened": 0, "is_merged": False, **case}
    assert rules.is_still_so(event, CaseNow(**now), episode=0, wait=NINE) is is_so
