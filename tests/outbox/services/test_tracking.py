from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from outbox import queries
from outbox.enums import Kind, State
from outbox.models import OutboundMessage, Suppression, TrackingEvent
from outbox.services.tracking import Report, record_tracking
from outbox.signals import message_undeliverable
from tests.conftest import MONDAY_9AM
from tests.outbox.conftest import queued

MINUTE = timedelta(minutes=1)


@pytest.fixture
def message(acme: Workspace, kept_mail: None) -> OutboundMessage:
    row = queued(acme)
    OutboundMessage.objects.of(acme).update(delivered_at=None, provider_id="esp-1")
    return fresh(row)


def fresh(message: OutboundMessage) -> OutboundMessage:
    return OutboundMessage.objects.across_workspaces().get(pk=message.pk)


def report(message: OutboundMessage, kind: str, **more: Any) -> Report:
    facts = {
        "provider": "Test",
        "kind": kind,
        "recipient": message.to,
        "happened_at": MONDAY_9AM,
        "event_id": f"{kind}-1",
        "public_id": message.public_id,
        **more,
    }
    return Report(**facts)


def scope_of(message: OutboundMessage) -> str | None:
    return queries.suppressed(workspace=message.workspace_id, addresses=[message.to]).get(message.to)


def test_delivered_is_noted_once(message: OutboundMessage) -> None:
    assert record_tracking(report=report(message, "delivered"), now=MONDAY_9AM + MINUTE) is not None
    assert record_tracking(report=report(message, "delivered"), now=MONDAY_9AM + MINUTE) is None
    assert (fresh(message).delivered_at, TrackingEvent.objects.count()) == (MONDAY_9AM, 1)


@pytest.mark.parametrize(
    ("kind", "reason", "is_soft", "scope"),
    [
        ("bounced", "bounced", False, "ALL"),
        ("bounced", "invalid", False, "ALL"),
        ("bounced", "bounced", True, None),
        ("bounced", "other", False, None),
        ("rejected", "bounced", False, "ALL"),
        ("rejected", "blocked", False, None),
        ("rejected", "unsubscribed", False, "SURVEYS"),
        ("rejected", "spam", False, "ALL"),
        ("complained", "spam", False, "ALL"),
        ("unsubscribed", "", False, "SURVEYS"),
        ("deferred", "", False, None),
        ("opened", "", False, None),
    ],
)
def test_what_a_report_does_to_the_address(
    message: OutboundMessage, kind: str, reason: str, is_soft: bool, scope: str | None
) -> None:
    record_tracking(report=report(message, kind, reason=reason, is_soft=is_soft), now=MONDAY_9AM)
    assert scope_of(message) == scope


@pytest.mark.django_db(transaction=True)
def test_a_bounce_is_told_once(message: OutboundMessage) -> None:
    heard: list[Any] = []

    def hear(sender: Any, *, message: OutboundMessage, now: Any, **_: Any) -> None:
        heard.append((message.pk, now))

    message_undeliverable.connect(hear)
    try:
        for number in (1, 2):
            record_tracking(
                report=report(message, "bounced", reason="bounced", event_id=f"b{number}"), now=MONDAY_9AM
            )
    finally:
        message_undeliverable.disconnect(hear)
    assert (heard, fresh(message).bounced_at) == ([(message.pk, MONDAY_9AM)], MONDAY_9AM)


@pytest.mark.parametrize(
    "forged",
    [
        {"recipient": "somebody@else.example"},
        {"public_id": "A" * 22},
        {"public_id": "", "provider_id": "never-seen"},
        {"public_id": "", "provider_id": ""},
        {"happened_at": MONDAY_9AM - timedelta(hours=50)},
    ],
)
def test_a_report_that_does_not_fit_is_stored_and_changes_nothing(
    message: OutboundMessage, forged: dict[str, Any]
) -> None:
    event = record_tracking(report=report(message, "bounced", reason="bounced", **forged), now=MONDAY_9AM)
    assert event is not None
    assert (event.message_id is None) == ("happened_at" not in forged)
    assert (fresh(message).bounced_at, Suppression.objects.across_workspaces().count()) == (None, 0)


@pytest.mark.parametrize("found_by", [{"provider_id": "esp-1"}, {"provider_id": "OURS"}])
def test_a_report_without_our_id_is_found_by_the_providers_or_the_message_id(
    message: OutboundMessage, found_by: Any
) -> None:
    found_by = {"provider_id": message.message_id} if found_by["provider_id"] == "OURS" else found_by
    event = record_tracking(report=report(message, "delivered", public_id="", **found_by), now=MONDAY_9AM)
    assert event is not None
    assert event.message_id == message.pk


def test_the_receivers_address_is_compared_in_any_case(message: OutboundMessage) -> None:
    record_tracking(report=report(message, "delivered", recipient="MAYA@Customer.example"), now=MONDAY_9AM)
    assert fresh(message).delivered_at == MONDAY_9AM


def test_an_event_without_an_id_counts_once(message: OutboundMessage) -> None:
    first = record_tracking(report=report(message, "delivered", event_id=""), now=MONDAY_9AM)
    second = record_tracking(report=report(message, "delivered", event_id=""), now=MONDAY_9AM)
    assert (first is not None, second) == (True, None)


@pytest.mark.parametrize("kind", ["queued", "sent", "delivered", "bounced"])
def test_a_report_settles_what_nobody_knew(message: OutboundMessage, kind: str) -> None:
    OutboundMessage.objects.across_workspaces().filter(pk=message.pk).update(
        state=State.UNKNOWN, sent_at=None
    )
    record_tracking(report=report(message, kind, reason="other"), now=MONDAY_9AM)
    assert (fresh(message).state, fresh(message).sent_at) == (State.SENT, MONDAY_9AM)


def test_a_staff_mail_about_to_be_sent_again_is_not_when_it_arrived(acme: Workspace, kept_mail: None) -> None:
    row = queued(acme, kind=Kind.STAFF)
    OutboundMessage.objects.of(acme).update(
        state=State.QUEUED, attempts=1, next_at=MONDAY_9AM + MINUTE, delivered_at=None
    )
    record_tracking(report=report(row, "delivered"), now=MONDAY_9AM)
    assert (fresh(row).state, fresh(row).next_at) == (State.SENT, None)


def test_the_fifth_soft_bounce_in_thirty_days_counts_as_dead(acme: Workspace, kept_mail: None) -> None:
    rows = [queued(acme, dedupe_key=f"soft:{n}") for n in range(6)]
    old = report(rows[0], "bounced", is_soft=True, event_id="old")
    record_tracking(report=old, now=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(days=31)
    seen = []
    for row in rows[1:]:
        soft = report(row, "bounced", is_soft=True, event_id=f"s{row.pk}", happened_at=later)
        record_tracking(report=soft, now=later)
        seen.append(scope_of(row))
    assert seen == [None, None, None, None, "ALL"]


def test_strange_characters_of_a_provider_are_stored_without_harm(message: OutboundMessage) -> None:
    event = record_tracking(
        report=report(message, "delivered", detail="a\x00b\ud83d", event_id="x\x00" * 200), now=MONDAY_9AM
    )
    assert event is not None
    assert event.detail == "a b?"
