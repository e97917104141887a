from datetime import UTC, datetime, time, timedelta

import pytest

from outbox.enums import Kind, State, SuppressionScope
from outbox.rules import (
    MAX_ATTEMPTS,
    UNREACHABLE_DELAY,
    Outcome,
    Pace,
    Step,
    Verdict,
    blocks,
    expires,
    judge_http,
    judge_smtp,
    next_daily,
    next_step,
    why_not,
)
from tests.conftest import MONDAY_9AM

QUICK, SLOW = Pace.QUICK, Pace.SLOW


@pytest.mark.parametrize(
    ("code", "text", "outcome", "pace", "is_dead"),
    [
        (550, "5.1.1 no such user", Outcome.REFUSED, QUICK, True),
        (550, "5.1.10 null MX", Outcome.REFUSED, QUICK, True),
        (550, "5.7.1 relaying denied", Outcome.REFUSED, QUICK, False),
        (550, "no such user here", Outcome.REFUSED, QUICK, False),
        (554, "5.15.1 not a code of a mailbox", Outcome.REFUSED, QUICK, False),
        (552, "5.2.2 mailbox full", Outcome.REFUSED, QUICK, False),
        (421, "4.7.0 closing", Outcome.DEFERRED, QUICK, False),
        (450, "4.7.1 greylisted", Outcome.DEFERRED, QUICK, False),
        (452, "4.2.2 mailbox full", Outcome.DEFERRED, SLOW, False),
        (450, "4.2.2 mailbox full", Outcome.DEFERRED, SLOW, False),
        (530, "5.7.0 authentication required", Outcome.DEFERRED, SLOW, False),
        (535, "5.7.8 bad credentials", Outcome.DEFERRED, SLOW, False),
    ],
)
def test_a_reply_of_a_mail_server_is_sorted(
    code: int, text: str, outcome: Outcome, pace: Pace, is_dead: bool
) -> None:
    assert judge_smtp(code=code, text=text) == Verdict(
        outcome, f"{code} {text}", pace, is_dead_address=is_dead
    )


def test_a_refused_sender_is_our_setting_not_the_receivers_fault() -> None:
    assert judge_smtp(code=550, text="5.1.1 sender unknown", is_about_us=True).outcome == Outcome.DEFERRED
    assert judge_smtp(code=421, text="too many messages", is_about_us=True).pace == QUICK


@pytest.mark.parametrize(
    ("status", "retry_after", "outcome"),
    [
        (400, False, Outcome.REFUSED),
        (422, False, Outcome.REFUSED),
        (401, False, Outcome.DEFERRED),
        (429, False, Outcome.DEFERRED),
        (503, True, Outcome.DEFERRED),
        (503, False, Outcome.UNKNOWN),
        (500, False, Outcome.UNKNOWN),
        (502, True, Outcome.UNKNOWN),
    ],
)
def test_an_answer_of_a_provider_is_sorted(status: int, retry_after: bool, outcome: Outcome) -> None:
    assert judge_http(status=status, has_retry_after=retry_after, why="").outcome == outcome


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.SURVEY, State.UNKNOWN),
        (Kind.CUSTOMER, State.UNKNOWN),
        (Kind.STAFF, State.QUEUED),
        (Kind.ACCOUNT, State.QUEUED),
    ],
)
def test_what_may_have_been_sent_is_sent_again_only_to_staff(kind: Kind, state: State) -> None:
    assert next_step(kind=kind, verdict=Verdict(Outcome.UNKNOWN), attempts=1).state == state


def test_the_pauses_grow_and_the_fifth_attempt_is_the_last() -> None:
    steps = [next_step(kind=Kind.SURVEY, verdict=Verdict(Outcome.DEFERRED), attempts=n) for n in range(1, 6)]
    assert [step.after for step in steps] == [
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
        None,
    ]
    assert [step.state for step in steps] == [State.QUEUED] * 4 + [State.DEAD]
    slow = next_step(kind=Kind.SURVEY, verdict=Verdict(Outcome.DEFERRED, pace=SLOW), attempts=1)
    assert slow == Step(State.QUEUED, timedelta(minutes=15))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_server_that_is_away_costs_no_attempt(kind: Kind) -> None:
    step = next_step(kind=kind, verdict=Verdict(Outcome.UNREACHABLE), attempts=MAX_ATTEMPTS)
    assert step == Step(State.QUEUED, UNREACHABLE_DELAY, gives_attempt_back=True)


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [
        (None, []),
        (SuppressionScope.SURVEYS, [Kind.SURVEY]),
        (SuppressionScope.ALL, [Kind.SURVEY, Kind.CUSTOMER]),
    ],
)
def test_a_suppression_stops_what_its_scope_says(scope: str | None, stopped: list[Kind]) -> None:
    assert [kind for kind in Kind if blocks(scope=scope, kind=kind)] == stopped


def test_too_late_begins_at_the_very_moment() -> None:
    moments = [MONDAY_9AM - timedelta(seconds=1), MONDAY_9AM]
    reasons = [why_not(kind=Kind.STAFF, scope=None, expires_at=MONDAY_9AM, now=now) for now in moments]
    assert reasons == ["", "TOO_LATE"]


def test_mail_without_an_end_lives_as_long_as_its_kind() -> None:
    lives = [expires(kind=kind, leaves_at=MONDAY_9AM, given=None) - MONDAY_9AM for kind in Kind]
    assert lives == [timedelta(days=3), timedelta(days=3), timedelta(days=1), timedelta(hours=1)]
    assert expires(kind=Kind.STAFF, leaves_at=MONDAY_9AM, given=MONDAY_9AM) == MONDAY_9AM


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "found"), [(utc(2, 7, 59), utc(2, 8)), (utc(2, 8), utc(3, 8)), (utc(2, 23), utc(3, 8))]
)
def test_the_next_time_of_a_clock_lies_ahead(after: datetime, found: datetime) -> None:
    assert next_daily(time(8), zone="UTC", after=after) == found
