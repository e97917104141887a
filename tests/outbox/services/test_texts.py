"""Texts leave by the outbox like mail: once, within limits, and never after a STOP."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.models import Workspace
from outbox.channels import sms
from outbox.enums import Kind, State
from outbox.models import OutboundMessage
from outbox.rules import Outcome, Pace, Verdict
from outbox.services import deliveries, text_limits
from outbox.services.suppressions import suppress
from outbox.text_rules import Used
from tests.conftest import MONDAY_9AM
from tests.texts import DORAS, TWILIO, fresh, queued, set_up

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Provider:
    """Stands for the provider of every workspace: remembers what it got, answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.verdict = Verdict(Outcome.ACCEPTED)
        self.by_address: dict[str, Verdict] = {}

    def __call__(self, gateway: sms.Gateway) -> Any:
        self.verdict_of = self.by_address.get(gateway.address, self.verdict)
        return self

    def send(self, message: OutboundMessage) -> Verdict:
        self.got.append(message.to)
        return self.verdict_of


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    monkeypatch.setitem(sms._WAYS, sms.APPRISE, made)
    return made


def test_the_console_keeps_a_text_as_delivered(acme: Workspace) -> None:
    set_up(acme)
    message = queued(acme)
    assert (message.state, message.parts, message.channel) == (State.QUEUED, 1, "SMS")
    assert deliveries.sweep_texts(now=MONDAY_9AM) == 1
    assert deliveries.sweep_texts(now=MONDAY_9AM) == 0
    sent = fresh(message)
    assert (sent.state, sent.attempts, sent.text) == (State.SENT, 1, "Acme: how did we do?")
    assert sent.delivered_at == sent.sent_at is not None


def test_mail_and_texts_have_a_sweep_each(acme: Workspace, provider: Provider) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO)
    message = queued(acme)
    assert deliveries.sweep(now=MONDAY_9AM) == 0
    assert fresh(message).state == State.QUEUED
    assert deliveries.deliver(message_id=message.pk, workspace_id=acme.pk, now=MONDAY_9AM) is True
    assert provider.got == [DORAS]


def test_the_same_key_is_one_text(acme: Workspace) -> None:
    set_up(acme)
    assert queued(acme, key="one").pk == queued(acme, "+447700900123", key="one").pk
    assert OutboundMessage.objects.of(acme).count() == 1


@pytest.mark.parametrize(
    ("verdict", "kind", "state", "minutes"),
    [
        (Verdict(Outcome.UNKNOWN), Kind.SURVEY, State.UNKNOWN, None),  # at most once
        (Verdict(Outcome.UNKNOWN), Kind.STAFF, State.QUEUED, 1),
        (Verdict(Outcome.REFUSED), Kind.SURVEY, State.FAILED, None),
        (Verdict(Outcome.DEFERRED), Kind.SURVEY, State.QUEUED, 1),
        (Verdict(Outcome.DEFERRED, pace=Pace.SLOW), Kind.SURVEY, State.QUEUED, 15),
        (Verdict(Outcome.UNREACHABLE), Kind.SURVEY, State.QUEUED, 0.5),
    ],
)
def test_what_is_not_accepted_follows_the_rules_of_mail(
    acme: Workspace, provider: Provider, verdict: Verdict, kind: Kind, state: str, minutes: float | None
) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO)
    provider.verdict = verdict
    message = queued(acme, kind=kind)
    deliveries.sweep_texts(now=MONDAY_9AM)
    after = fresh(message)
    assert after.state == state
    if minutes is None:
        assert after.next_at is None
    else:
        assert after.next_at is not None
        assert timedelta(0) <= after.next_at - MONDAY_9AM - minutes * MINUTE < MINUTE / 6
    assert deliveries.sweep_texts(now=MONDAY_9AM) == 0
    assert provider.got == [DORAS]


def test_a_gateway_that_is_away_makes_no_other_wait(
    acme: Workspace, globex: Workspace, provider: Provider
) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO)
    other = TWILIO.replace("AC0", "AC1")
    set_up(globex, provider="APPRISE", address=other)
    provider.by_address = {TWILIO: Verdict(Outcome.UNREACHABLE)}
    ours = [queued(acme, f"+49151123456{n:02}") for n in range(3)]
    theirs = queued(globex, "+447700900123")
    deliveries.sweep_texts(now=MONDAY_9AM)
    assert {fresh(row).state for row in ours} == {State.QUEUED}
    assert {fresh(row).attempts for row in ours} == {0}
    assert fresh(theirs).state == State.SENT
    assert provider.got == ["+4915112345600", "+447700900123"]  # one try told enough


def test_nothing_leaves_after_a_stop(acme: Workspace, provider: Provider) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO)
    message = queued(acme)
    suppress(workspace=acme, address=DORAS, scope="ALL", reason="UNSUBSCRIBED", source="text", now=MONDAY_9AM)
    deliveries.sweep_texts(now=MONDAY_9AM)
    assert (fresh(message).state, fresh(message).skipped_because, provider.got) == (
        "SKIPPED",
        "SUPPRESSED",
        [],
    )


@pytest.mark.parametrize(
    ("limits", "numbers", "reasons"),
    [
        ({"per_day": 2}, ["+4915112345671", "+4915112345672", "+4915112345673"], ["", "", "SMS_LIMIT"]),
        ({"per_number": 1}, [DORAS, DORAS, "+4915112345672"], ["", "SMS_NUMBER_LIMIT", ""]),
        ({"per_country": 1}, [DORAS, "+4915112345672", "+447700900123"], ["", "SMS_COUNTRY_LIMIT", ""]),
        ({"countries": "DE"}, [DORAS, "+447700900123"], ["", "SMS_COUNTRY"]),
        ({"is_active": False}, [DORAS], ["SMS_OFF"]),
    ],
)
def test_over_a_limit_a_text_is_not_sent_and_says_which(
    acme: Workspace, provider: Provider, limits: dict[str, Any], numbers: list[str], reasons: list[str]
) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO, **limits)
    rows = [queued(acme, number, key=f"k{at}") for at, number in enumerate(numbers)]
    deliveries.sweep_texts(now=MONDAY_9AM)
    assert [fresh(row).skipped_because for row in rows] == reasons
    assert len(provider.got) == reasons.count("")


def test_parts_are_what_is_counted_and_a_new_day_begins_at_midnight(
    acme: Workspace, provider: Provider
) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO, per_day=3)
    queued(acme, key="long", text="a" * 320)  # three parts
    deliveries.sweep_texts(now=MONDAY_9AM)
    assert text_limits.used(workspace=acme, number=DORAS, now=MONDAY_9AM) == Used(day=3, country=3, number=1)
    tomorrow = MONDAY_9AM + timedelta(hours=15)
    assert text_limits.used(workspace=acme, number=DORAS, now=tomorrow) == Used()


def test_a_test_to_ourselves_counts_for_the_day_alone(acme: Workspace, provider: Provider) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO, per_number=1)
    rows = [queued(acme, key=f"t{at}", kind=Kind.STAFF) for at in range(2)]
    deliveries.sweep_texts(now=MONDAY_9AM)
    assert [fresh(row).state for row in rows] == ["SENT", "SENT"]
    assert text_limits.used(workspace=acme, now=MONDAY_9AM).day == 2


@pytest.mark.django_db(transaction=True)
def test_racing_workers_send_each_text_once_and_keep_the_limit(acme: Workspace, provider: Provider) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO, per_day=7)
    for n in range(12):
        queued(acme, f"+49151123456{n:02}", key=f"k{n}")
    start = threading.Barrier(4)

    def run(_turn: int) -> None:
        try:
            start.wait(timeout=10)
            deliveries.sweep_texts(now=MONDAY_9AM)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    states = list(OutboundMessage.objects.of(acme).values_list("state", "skipped_because"))
    assert (states.count(("SENT", "")), states.count(("SKIPPED", "SMS_LIMIT"))) == (7, 5)
    assert len(provider.got) == len(set(provider.got)) == 7


@pytest.mark.django_db(transaction=True)
def test_two_who_queue_the_same_text_at_once_queue_one(acme: Workspace) -> None:
    set_up(acme)
    start = threading.Barrier(2)

    def run(_turn: int) -> int:
        try:
            start.wait(timeout=10)
            return queued(acme, key="same").pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(run, range(2)))) == 1
    assert OutboundMessage.objects.of(acme).count() == 1
