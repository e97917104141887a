"""At most once, whatever happens."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Workspace
from outbox.enums import Kind, State, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage, Suppression
from outbox.services import deliveries, messages
from outbox.signals import message_undeliverable
from outbox.words import Writer
from tests.conftest import MONDAY_9AM
from tests.outbox.conftest import Postman, queued

MINUTE = timedelta(minutes=1)


def fresh(message: OutboundMessage) -> OutboundMessage:
    return OutboundMessage.objects.across_workspaces().get(pk=message.pk)


def listen(signal: Any) -> list[OutboundMessage]:
    heard: list[OutboundMessage] = []

    def hear(sender: Any, *, message: OutboundMessage, **_: Any) -> None:
        heard.append(message)

    signal.connect(hear, weak=False)
    return heard


@pytest.fixture
def undeliverable() -> Any:
    before = list(message_undeliverable.receivers)
    yield listen(message_undeliverable)
    message_undeliverable.receivers = before
    message_undeliverable.sender_receivers_cache.clear()


def suppress(workspace: Workspace, address: str, scope: str) -> None:
    messages.suppress(
        workspace=workspace, address=address, scope=scope, reason="MANUAL", source="test", now=MONDAY_9AM
    )


def test_what_is_due_leaves_once_and_is_recorded(acme: Workspace, postman: Postman) -> None:
    due, later = queued(acme), queued(acme, "later@x.example", send_at=MONDAY_9AM + MINUTE)
    assert deliveries.sweep(now=MONDAY_9AM) == 1
    assert deliveries.sweep(now=MONDAY_9AM) == 0
    sent, waiting = fresh(due), fresh(later)
    assert (sent.state, sent.attempts, sent.next_at, sent.lease_until) == (State.SENT, 1, None, None)
    assert sent.sent_at is not None
    assert MONDAY_9AM <= sent.sent_at < MONDAY_9AM + MINUTE
    assert (waiting.state, waiting.attempts) == (State.QUEUED, 0)
    assert postman.addresses == ["maya@customer.example"]


def test_one_message_can_be_delivered_by_its_id(acme: Workspace, postman: Postman) -> None:
    message, other = queued(acme), queued(acme, "other@x.example")
    which = {"message_id": message.pk, "workspace_id": acme.pk}
    assert deliveries.deliver(**which, now=MONDAY_9AM) is True
    assert deliveries.deliver(**which, now=MONDAY_9AM) is False
    assert (postman.addresses, fresh(other).state) == (["maya@customer.example"], State.QUEUED)


@pytest.mark.parametrize("other", ["globex", "nobody"])
def test_a_message_named_with_another_workspace_is_not_sent(
    acme: Workspace, globex: Workspace, postman: Postman, other: str
) -> None:
    message = queued(acme)
    workspace_id = globex.pk if other == "globex" else None
    assert deliveries.deliver(message_id=message.pk, workspace_id=workspace_id, now=MONDAY_9AM) is False
    assert (postman.addresses, fresh(message).state) == ([], State.QUEUED)


def test_a_poison_message_stops_nobody(acme: Workspace, postman: Postman) -> None:
    rows = [queued(acme, f"m{n}@x.example") for n in range(3)]
    OutboundMessage.objects.of(acme).filter(pk=rows[1].pk).update(to="not an address")
    assert deliveries.sweep(now=MONDAY_9AM) == 3
    assert [fresh(row).state for row in rows] == [State.SENT, State.FAILED, State.SENT]
    assert sorted(postman.addresses) == ["m0@x.example", "m2@x.example"]


@pytest.mark.django_db(transaction=True)
def test_a_dead_address_is_suppressed_and_told(
    acme: Workspace, postman: Postman, undeliverable: list[Any]
) -> None:
    message = queued(acme, "gone@x.example")
    deliveries.sweep(now=MONDAY_9AM)
    assert (fresh(message).state, fresh(message).last_error) == (State.FAILED, "550 5.1.1 no such mailbox")
    [row] = Suppression.objects.of(acme)
    assert (row.address, row.scope, row.reason) == (
        "gone@x.example",
        SuppressionScope.ALL,
        SuppressionReason.BOUNCED,
    )
    assert [told.pk for told in undeliverable] == [message.pk]


def test_a_refusal_for_another_reason_suppresses_nobody(acme: Workspace, postman: Postman) -> None:
    message = queued(acme, "refuse@x.example")
    deliveries.sweep(now=MONDAY_9AM)
    assert (fresh(message).state, Suppression.objects.of(acme).count()) == (State.FAILED, 0)


@pytest.mark.django_db(transaction=True)
def test_a_deferred_message_is_tried_five_times(
    acme: Workspace, postman: Postman, undeliverable: list[Any]
) -> None:
    message, now, waits = queued(acme, "defer@x.example"), MONDAY_9AM, []
    for _ in range(5):
        assert deliveries.sweep(now=now) == 1
        row = fresh(message)
        waits.append(None if row.next_at is None else round((row.next_at - now) / MINUTE))
        now = row.next_at or now
    assert waits == [1, 5, 15, 60, None]
    assert (fresh(message).state, fresh(message).attempts) == (State.DEAD, 5)
    assert [told.pk for told in undeliverable] == [message.pk]


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.SURVEY, State.UNKNOWN),
        (Kind.CUSTOMER, State.UNKNOWN),
        (Kind.STAFF, State.QUEUED),
        (Kind.ACCOUNT, State.QUEUED),
    ],
)
def test_a_line_that_dies_after_the_message_is_settled_by_kind(
    acme: Workspace, postman: Postman, kind: Kind, state: State
) -> None:
    message = queued(None if kind == Kind.ACCOUNT else acme, "drop@x.example", kind=kind)
    deliveries.sweep(now=MONDAY_9AM)
    assert (fresh(message).state, fresh(message).attempts) == (state, 1)
    deliveries.sweep(now=MONDAY_9AM + timedelta(hours=3))
    expected = (
        1 if state == State.UNKNOWN or kind == Kind.ACCOUNT else 2
    )  # a reset link is too late after an hour
    assert len(postman.received) == expected


@pytest.mark.parametrize("kind", list(Kind))
def test_a_server_that_is_away_costs_no_attempt(acme: Workspace, mail_server_away: None, kind: Kind) -> None:
    message = queued(None if kind == Kind.ACCOUNT else acme, kind=kind)
    assert deliveries.sweep(now=MONDAY_9AM) == 0
    row = fresh(message)
    assert (row.state, row.attempts) == (State.QUEUED, 0)
    assert row.next_at is not None
    assert timedelta(seconds=29) < row.next_at - MONDAY_9AM < timedelta(seconds=60)
    assert "ConnectionRefusedError" in row.last_error


@pytest.mark.parametrize(
    ("kind", "state", "departures"),
    [
        (Kind.SURVEY, State.UNKNOWN, 0),
        (Kind.CUSTOMER, State.UNKNOWN, 0),
        (Kind.STAFF, State.SENT, 1),
        (Kind.ACCOUNT, State.SENT, 1),
    ],
)
def test_a_worker_killed_while_sending_is_settled_by_kind(
    acme: Workspace, postman: Postman, kind: Kind, state: State, departures: int
) -> None:
    message = queued(None if kind == Kind.ACCOUNT else acme, kind=kind)
    [reserved] = deliveries._reserve(MONDAY_9AM, limit=1)
    assert deliveries._record_and_mark(None, reserved, now=MONDAY_9AM)  # and then the process is gone
    assert fresh(message).state == State.SENDING
    assert deliveries.sweep(now=MONDAY_9AM + MINUTE) == 0  # the lease holds
    deliveries.sweep(now=MONDAY_9AM + 2 * MINUTE)
    deliveries.sweep(now=MONDAY_9AM + 4 * MINUTE)
    assert (fresh(message).state, len(postman.received)) == (state, departures)


def test_a_worker_killed_before_sending_leaves_no_doubt(acme: Workspace, postman: Postman) -> None:
    rows = [queued(acme, f"m{n}@x.example") for n in range(3)]
    assert len(deliveries._reserve(MONDAY_9AM, limit=50)) == 3  # and then the process is gone
    assert deliveries.sweep(now=MONDAY_9AM + MINUTE) == 0
    assert deliveries.sweep(now=MONDAY_9AM + 2 * MINUTE) == 3
    assert [fresh(row).state for row in rows] == [State.SENT] * 3


def test_a_late_worker_can_still_record_what_it_sent(acme: Workspace, postman: Postman) -> None:
    message = queued(acme)
    [reserved] = deliveries._reserve(MONDAY_9AM, limit=1)
    deliveries._record_and_mark(None, reserved, now=MONDAY_9AM)
    deliveries.sweep(now=MONDAY_9AM + 2 * MINUTE)
    assert fresh(message).state == State.UNKNOWN
    accepted = deliveries.Verdict(deliveries.Outcome.ACCEPTED)
    deliveries._record_and_mark((reserved, accepted, MONDAY_9AM), None, now=MONDAY_9AM)
    assert fresh(message).state == State.SENT


@pytest.mark.parametrize(
    ("scope", "left"), [(SuppressionScope.SURVEYS, ["CUSTOMER", "STAFF"]), (SuppressionScope.ALL, ["STAFF"])]
)
def test_the_list_is_asked_at_the_moment_of_sending(
    acme: Workspace, postman: Postman, scope: str, left: list[str]
) -> None:
    kinds = [Kind.SURVEY, Kind.CUSTOMER, Kind.STAFF]
    rows = [queued(acme, kind=kind) for kind in kinds]
    suppress(acme, "MAYA@customer.example", scope)
    deliveries.sweep(now=MONDAY_9AM)
    states = {row.kind: (fresh(row).state, fresh(row).skipped_because) for row in rows}
    expected = {kind: (State.SENT, "") if kind in left else (State.SKIPPED, "SUPPRESSED") for kind in kinds}
    assert states == expected
    assert len(postman.received) == len(left)


def test_an_unsubscribe_in_the_middle_of_a_batch_stops_the_rest(acme: Workspace, postman: Postman) -> None:
    rows = [queued(acme, f"m{n}@x.example") for n in range(3)]
    messages_reserved = deliveries._reserve(MONDAY_9AM, limit=50)
    suppress(acme, "m1@x.example", SuppressionScope.SURVEYS)  # after the batch was reserved
    channel = deliveries.connect()
    deliveries._send_batch(messages_reserved, channel, Writer(), deliveries._Clock(MONDAY_9AM))
    channel.close()
    assert [fresh(row).state for row in rows] == [State.SENT, State.SKIPPED, State.SENT]
    assert postman.addresses == ["m0@x.example", "m2@x.example"]


def test_another_workspaces_list_stops_nobody_here(
    acme: Workspace, globex: Workspace, postman: Postman
) -> None:
    message = queued(acme)
    suppress(globex, message.to, SuppressionScope.ALL)
    deliveries.sweep(now=MONDAY_9AM)
    assert fresh(message).state == State.SENT


def test_too_late_is_not_sent(acme: Workspace, postman: Postman) -> None:
    message = queued(acme, expires_at=MONDAY_9AM + MINUTE)
    deliveries.sweep(now=MONDAY_9AM + MINUTE)
    assert (fresh(message).state, fresh(message).skipped_because, postman.received) == (
        State.SKIPPED,
        "TOO_LATE",
        [],
    )


def test_a_campaign_never_goes_before_an_alert(
    acme: Workspace, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "BATCH", 2)
    for n in range(4):
        queued(acme, f"m{n}@x.example")
    queued(acme, "alert@x.example", kind=Kind.STAFF)
    deliveries.sweep(now=MONDAY_9AM)
    assert postman.addresses.index("alert@x.example") == 0


def test_a_batch_that_takes_too_long_gives_the_rest_back(
    acme: Workspace, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [queued(acme, f"m{n}@x.example") for n in range(3)]
    monkeypatch.setattr(deliveries, "BATCH_BUDGET", timedelta())
    monkeypatch.setattr(deliveries, "SWEEP_BUDGET", timedelta(seconds=0.2))
    deliveries.sweep(now=MONDAY_9AM)
    assert [(fresh(row).state, fresh(row).attempts) for row in rows] == [(State.QUEUED, 0)] * 3
    monkeypatch.undo()
    assert deliveries.sweep(now=MONDAY_9AM + MINUTE) == 3


def test_secret_words_are_gone_once_sent(postman: Postman, db: None) -> None:
    message = queued(None, kind=Kind.ACCOUNT, is_secret=True)
    deliveries.sweep(now=MONDAY_9AM)
    row = fresh(message)
    assert (row.state, row.text, row.html) == (State.SENT, "", "")
    body = postman.received[0][1].get_body(("plain",))
    assert body is not None
    assert "https://feedback.example/accounts/password/reset/key/abc/" in body.get_content()


def test_a_person_can_try_again(acme: Workspace, postman: Postman, owner: Any) -> None:
    message = queued(acme, "drop@x.example")
    deliveries.sweep(now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).filter(pk=message.pk).update(to="maya@x.example")
    row = deliveries.retry(message=fresh(message), by=owner, now=MONDAY_9AM + timedelta(days=9))
    assert (row.state, row.attempts) == (State.QUEUED, 0)
    deliveries.sweep(now=MONDAY_9AM + timedelta(days=9))
    assert fresh(message).state == State.SENT
    with pytest.raises(deliveries.NotRetryable):
        deliveries.retry(message=fresh(message), by=owner, now=MONDAY_9AM)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_mail_once(acme: Workspace, postman: Postman) -> None:
    wanted = [f"m{n}@x.example" for n in range(160)]
    for address in wanted:
        queued(acme, address)
    together, failures = threading.Barrier(4), []

    def work() -> None:
        try:
            together.wait()
            deliveries.sweep(now=MONDAY_9AM)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert Counter(postman.addresses) == Counter(wanted)
    assert set(OutboundMessage.objects.of(acme).values_list("state", "attempts")) == {(State.SENT, 1)}
    assert postman.connections >= 2  # more than one of them worked
