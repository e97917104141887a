"""Erased addresses are recognised, and nothing leaves for them; old words go."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Workspace
from core.privacy import Person
from core.tokens import link_token
from outbox import queries
from outbox.enums import Kind, State, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage, Suppression
from outbox.services import deliveries, forgetting, messages, suppressions
from outbox.words import Writer
from tests.conftest import MONDAY_9AM
from tests.outbox.conftest import Postman

pytestmark = pytest.mark.django_db

MAYA = "maya@customer.example"


def queued(
    workspace: Workspace | None, to: str = MAYA, kind: Kind = Kind.CUSTOMER, **more: Any
) -> OutboundMessage:
    return messages.queue_email(
        mail="case_reply", to=to, context={"company": "Acme"}, kind=kind, workspace=workspace, subject="Hello",
        text="Hello", dedupe_key=f"test:{to}:{kind}:{more.get('now', MONDAY_9AM)}", **{"now": MONDAY_9AM, **more},
    )  # fmt: skip


def suppress(workspace: Workspace, address: str = MAYA) -> None:
    suppressions.suppress(
        workspace=workspace, address=address, scope=SuppressionScope.SURVEYS, reason=SuppressionReason.MANUAL,
        source="staff", note="on the phone", now=MONDAY_9AM,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "state"),
    [(Kind.SURVEY, State.SKIPPED), (Kind.CUSTOMER, State.SKIPPED), (Kind.STAFF, State.SENT)],
)
def test_nothing_leaves_for_an_erased_address_even_if_it_was_queued_in_the_same_moment(
    acme: Workspace, globex: Workspace, postman: Postman, kind: Kind, state: State
) -> None:
    here, elsewhere = queued(acme, MAYA.title(), kind), queued(globex, "m@globex.example", kind)
    reserved = deliveries._reserve(MONDAY_9AM, limit=50)
    forgetting.bar(workspace_id=acme.pk, addresses=[MAYA], now=MONDAY_9AM)  # after the batch was reserved
    channel = deliveries.connect()
    deliveries._send_batch(reserved, channel, Writer(), deliveries._Clock(MONDAY_9AM))
    channel.close()
    here.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (here.state, elsewhere.state) == (state, State.SENT)


def test_barring_keeps_hashes_only_and_twice_is_once(acme: Workspace) -> None:
    suppress(acme)
    first = forgetting.bar(workspace_id=acme.pk, addresses=[MAYA.upper(), MAYA], now=MONDAY_9AM)
    second = forgetting.bar(workspace_id=acme.pk, addresses=[MAYA], now=MONDAY_9AM)
    [row] = Suppression.objects.of(acme)
    assert first == second == [row.address_hash]
    assert (row.address, row.note, row.scope, row.reason) == ("", "", "ALL", "ERASED")


def test_an_address_that_comes_back_is_recognised_once(acme: Workspace, globex: Workspace) -> None:
    forgetting.bar(workspace_id=acme.pk, addresses=[MAYA], now=MONDAY_9AM)
    suppress(acme)  # by hand, meanwhile
    assert forgetting.recognise(workspace_id=globex.pk, addresses=[MAYA]) == set()
    assert forgetting.recognise(workspace_id=acme.pk, addresses=["", "x@y.example", MAYA.title()]) == {MAYA}
    assert forgetting.recognise(workspace_id=acme.pk, addresses=[MAYA]) == {MAYA}
    assert queries.standing(workspace=acme, addresses=[MAYA]) == {MAYA: ("ALL", "ERASED")}
    assert list(Suppression.objects.of(acme).values_list("address", "reason")) == [(MAYA, "ERASED")]


def test_the_link_of_an_erased_receiver_names_nobody(acme: Workspace, postman: Postman) -> None:
    message = queued(acme, kind=Kind.SURVEY)
    OutboundMessage.objects.of(acme).update(to="")
    with pytest.raises(suppressions.UnknownMessage):
        suppressions.unsubscribe(token=link_token("unsubscribe", message.unsubscribe_nonce), now=MONDAY_9AM)


def test_old_account_mails_and_late_secrets_are_blanked_and_others_wait_for_their_period(
    acme: Workspace, postman: Postman
) -> None:
    later = MONDAY_9AM + timedelta(days=200)
    rows = {
        "account": queued(None, "a@x.example", Kind.ACCOUNT),
        "secret": queued(acme, "b@x.example", Kind.STAFF, is_secret=True),
        "case": queued(acme, "c@x.example"),
        "young": queued(None, "d@x.example", Kind.ACCOUNT, now=later - timedelta(days=1)),
    }
    OutboundMessage.objects.across_workspaces().update(next_at=None, state=State.DEAD)
    assert forgetting.forget_account_words(before=later - timedelta(days=180), now=later) == 2
    found = dict(OutboundMessage.objects.across_workspaces().values_list("pk", "text"))
    assert {name: bool(found[row.pk]) for name, row in rows.items()} == {
        "account": False, "secret": False, "case": True, "young": True,
    }  # fmt: skip


def test_old_words_are_forgotten_and_the_fact_stays(acme: Workspace, kept_mail: None) -> None:
    day, later = timedelta(days=1), MONDAY_9AM + timedelta(days=200)
    old, new = queued(acme), queued(acme, "b@x.example", now=MONDAY_9AM + 2 * day)
    assert forgetting.forget_old_words(acme.pk, MONDAY_9AM + day, later, 500) == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.text, old.html, old.forgotten_at, old.state) == ("", "", later, State.SENT)
    assert (new.text != "", new.forgotten_at) == (True, None)


def test_mail_that_still_has_to_leave_keeps_its_words(acme: Workspace, postman: Postman) -> None:
    message = queued(acme)
    late = MONDAY_9AM + timedelta(days=200)
    assert forgetting.forget_old_words(acme.pk, MONDAY_9AM + timedelta(days=1), late, 500) == 0
    assert forgetting.forget_account_words(before=MONDAY_9AM + timedelta(days=1), now=late) == 0
    message.refresh_from_db()
    assert message.text != ""


def test_the_mails_of_a_person_are_found_by_indexes_and_those_of_others_are_not_read(acme: Workspace) -> None:
    mine, others = queued(acme, MAYA.title()), queued(acme, "noor@customer.example", Kind.SURVEY)
    columns = [field.column for field in OutboundMessage._meta.concrete_fields]
    own = {"public_id": "n::text", "dedupe_key": "n::text", "to": "n || '@customer.example'"}
    kept = ", ".join(f'"{name}"' for name in columns if name != "id")
    copied = ", ".join(own.get(name, f'"{name}"') for name in columns if name != "id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO outbox_outboundmessage ({kept}) SELECT {copied}"
            " FROM outbox_outboundmessage, generate_series(1, 4000) n WHERE id = %s",
            [others.pk],
        )
        cursor.execute("ANALYZE outbox_outboundmessage")
    person = Person(workspace_id=acme.pk, contact_id=1, public_id="maya", addresses=(MAYA,), words=("Maya",))
    plan = forgetting.messages_of(person).explain()
    used = re.findall(r"Index Scan (?:on|using) (\w+)", plan)
    assert sorted(used) == ["message_to_customer", "message_to_staff_unforgotten"], plan
    assert "Seq Scan" not in plan
    assert list(forgetting.messages_of(person).values_list("pk", flat=True)) == [mine.pk]
