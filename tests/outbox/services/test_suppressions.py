import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Workspace
from core.tokens import BadToken, link_token
from outbox import queries
from outbox.models import Suppression
from outbox.services import suppressions
from tests.conftest import MONDAY_9AM
from tests.outbox.conftest import queued

TUESDAY = MONDAY_9AM + timedelta(days=1)


def put(workspace: Workspace, scope: str, reason: str, **more: Any) -> Suppression:
    facts = {"address": " Maya@Customer.Example ", "source": "test", "now": MONDAY_9AM, **more}
    return suppressions.suppress(workspace=workspace, scope=scope, reason=reason, **facts)


def test_an_address_is_kept_in_small_letters_once_per_workspace(acme: Workspace, globex: Workspace) -> None:
    put(acme, "SURVEYS", "UNSUBSCRIBED")
    put(acme, "SURVEYS", "MANUAL")
    assert queries.suppressed(workspace=acme, addresses=["MAYA@customer.example", "x@y.example"]) == {
        "maya@customer.example": "SURVEYS"
    }
    assert queries.suppressed(workspace=globex, addresses=["maya@customer.example"]) == {}
    assert [row.reason for row in Suppression.objects.of(acme)] == ["UNSUBSCRIBED"]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (("SURVEYS", "UNSUBSCRIBED"), ("ALL", "BOUNCED"), ("ALL", "BOUNCED")),
        (("ALL", "COMPLAINED"), ("SURVEYS", "UNSUBSCRIBED"), ("ALL", "COMPLAINED")),
    ],
)
def test_the_wider_scope_stays(acme: Workspace, first: Any, second: Any, kept: Any) -> None:
    put(acme, *first)
    row = put(acme, *second)
    assert (row.scope, row.reason) == kept


def test_an_address_is_taken_off_with_a_note_and_can_come_back(acme: Workspace, owner: Any) -> None:
    put(acme, "ALL", "BOUNCED")
    lift = {"workspace": acme, "address": "maya@customer.example", "by": owner, "now": TUESDAY}
    with pytest.raises(suppressions.NoteMissing):
        suppressions.unsuppress(**lift, note="  ")
    row = suppressions.unsuppress(**lift, note="She called: the address works again.")
    assert (row.lifted_at, row.lifter, row.lift_note) == (
        TUESDAY,
        owner,
        "She called: the address works again.",
    )
    assert queries.suppressed(workspace=acme, addresses=["maya@customer.example"]) == {}
    with pytest.raises(suppressions.NotSuppressed):
        suppressions.unsuppress(**lift, note="again")
    put(acme, "SURVEYS", "UNSUBSCRIBED", now=TUESDAY)
    assert len(Suppression.objects.of(acme)) == 2


def test_a_link_unsubscribes_its_receiver_once(acme: Workspace, kept_mail: None) -> None:
    message = queued(acme)
    token = link_token("unsubscribe", message.unsubscribe_nonce)
    rows = [suppressions.unsubscribe(token=token, now=now) for now in (MONDAY_9AM, TUESDAY)]
    assert [row.pk for row in rows] == [rows[0].pk] * 2
    assert (rows[1].address, rows[1].scope, rows[1].reason, rows[1].created_at, rows[1].source) == (
        "maya@customer.example", "SURVEYS", "UNSUBSCRIBED", MONDAY_9AM, f"message:{message.public_id}",
    )  # fmt: skip


def test_a_token_for_something_else_does_nothing(acme: Workspace, kept_mail: None) -> None:
    message = queued(acme)
    with pytest.raises(BadToken):
        suppressions.unsubscribe(token=link_token("survey", message.unsubscribe_nonce), now=MONDAY_9AM)
    with pytest.raises(suppressions.UnknownMessage):
        suppressions.unsubscribe(token=link_token("unsubscribe", "A" * 22), now=MONDAY_9AM)
    assert Suppression.objects.of(acme).count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_address_that_somebody_takes_off_meanwhile_is_on_the_list_first(
    acme: Workspace, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lifting starts between the writing of the row and its reading, and has to wait for both."""
    put(acme, "ALL", "MANUAL", address="ines@x.example")
    plain, here, calls = suppressions.normal, threading.get_ident(), []

    def lift() -> None:
        try:
            suppressions.unsuppress(
                workspace=acme, address="ines@x.example", by=owner, note="She asked.", now=MONDAY_9AM
            )
        finally:
            connection.close()

    lifter = threading.Thread(target=lift)

    def normal(address: str) -> str:
        if threading.get_ident() == here:
            calls.append(address)
            if len(calls) == 2:  # the row is written, and is about to be read
                lifter.start()
                lifter.join(0.5)
        return plain(address)

    monkeypatch.setattr(suppressions, "normal", normal)
    row = put(acme, "ALL", "MANUAL", address="Ines@x.example")
    lifter.join()
    assert len(calls) == 2
    assert (row.address, row.lifted_at) == ("ines@x.example", None)
    row.refresh_from_db()
    assert row.lifted_at == MONDAY_9AM
