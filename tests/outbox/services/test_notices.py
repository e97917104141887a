"""Notices are queued as facts, told once, and rendered when they leave or are looked at."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User, Workspace
from core.privacy import Person
from outbox import rendering
from outbox.enums import Kind, State
from outbox.models import OutboundMessage
from outbox.services import deliveries, forgetting, messages
from outbox.services.notices import Notice, queue_notices
from outbox.words import Writer
from tests.conftest import MONDAY_9AM, signed_in
from tests.outbox.conftest import Postman

pytestmark = pytest.mark.django_db

FACTS = {
    "case_number": "7", "customer": 'Zoë "Zed" Ångström', "score": "3", "comment": "Nine days <late>.",
    "url": "https://feedback.example/w/acme/cases/7/", "due_at": "Mon 2 Mar", "promise": "First response",
    "level": "", "because": "",
}  # fmt: skip


def notice(workspace: Workspace, to: str = "bob@acme.example", **more: Any) -> Notice:
    facts = {
        "mail": "sla_breach", "to": to, "to_name": "Bob, Brown", "workspace": workspace, "about": "case:7",
        "dedupe_key": f"sla_breach:1:{to}", "facts": FACTS,
    }  # fmt: skip
    return Notice(**{**facts, **more})


def only(workspace: Workspace) -> OutboundMessage:
    return OutboundMessage.objects.of(workspace).get()


def test_it_is_the_row_that_a_mail_queued_with_its_words_would_be(acme: Workspace) -> None:
    assert queue_notices([notice(acme)], now=MONDAY_9AM) == 1
    late = only(acme)
    early = messages.queue_email(
        mail="sla_breach", to="bob@acme.example", to_name="Bob, Brown", context=FACTS, dedupe_key="early",
        kind=Kind.STAFF, workspace=acme, about="case:7", now=MONDAY_9AM,
    )  # fmt: skip
    assert (late.text, late.html, late.facts) == ("", "", {**FACTS, "language": acme.language})
    Writer().write(late)
    apart = {"id", "public_id", "dedupe_key", "message_id", "unsubscribe_nonce", "facts"}
    for column in OutboundMessage._meta.concrete_fields:
        if column.attname not in apart:
            assert (column.attname, getattr(late, column.attname)) == (
                column.attname,
                getattr(early, column.attname),
            )
    assert late.message_id.startswith(f"<{late.public_id}@")


def test_a_key_is_told_once(acme: Workspace) -> None:
    assert queue_notices([notice(acme), notice(acme)], now=MONDAY_9AM) == 1
    assert queue_notices([notice(acme), notice(acme, "alice@acme.example")], now=MONDAY_9AM) == 1
    assert OutboundMessage.objects.of(acme).count() == 2


def test_it_is_rendered_when_it_leaves_and_its_words_are_frozen_then(
    acme: Workspace, postman: Postman
) -> None:
    queue_notices([notice(acme)], now=MONDAY_9AM)
    assert deliveries.sweep(now=MONDAY_9AM) == 1
    [(_to, mail)] = postman.received
    row = only(acme)
    assert (row.state, row.facts) == (State.SENT, None)
    expected = rendering.render(mail="sla_breach", context=FACTS, workspace=acme)
    assert (row.subject, row.text, row.html) == (expected.subject, expected.text, expected.html)
    part = mail.get_body(("plain",))
    assert part is not None
    assert part.get_content().replace("\r\n", "\n") == expected.text


def test_it_speaks_the_language_it_was_queued_in(acme: Workspace) -> None:
    acme.language = "de"
    acme.save()
    queue_notices([notice(acme)], now=MONDAY_9AM)
    expected = rendering.render(mail="sla_breach", context=FACTS, workspace=acme)
    acme.language = "en"
    acme.save()
    row = only(acme)
    Writer().write(row)
    assert (row.subject, row.text) == (expected.subject, expected.text)


def test_one_that_cannot_be_rendered_waits_and_the_others_leave(
    acme: Workspace, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_notices([notice(acme), notice(acme, "alice@acme.example")], now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).filter(to="bob@acme.example").update(mail="taken_away")
    deliveries.sweep(now=MONDAY_9AM)
    bobs = OutboundMessage.objects.of(acme).get(to="bob@acme.example")
    assert (bobs.state, bobs.last_error) == (
        State.QUEUED,
        "it could not be rendered: UnknownMail: taken_away",
    )
    assert bobs.next_at is not None
    assert bobs.next_at >= MONDAY_9AM + timedelta(minutes=15)
    assert postman.addresses == ["alice@acme.example"]


def test_the_mailbox_shows_it(acme: Workspace, alice: User, kept_mail: None) -> None:
    queue_notices([notice(acme)], now=MONDAY_9AM)
    row = only(acme)
    assert (row.state, row.sent_at, row.delivered_at, row.next_at) == (
        State.SENT,
        MONDAY_9AM,
        MONDAY_9AM,
        None,
    )
    browser = signed_in(alice)
    page = browser.get(f"/w/acme/mailbox/{row.public_id}/").content.decode()
    shown = browser.get(f"/w/acme/mailbox/{row.public_id}/html/").content.decode()
    assert "Nine days &lt;late&gt;." in page
    assert "Nine days &lt;late&gt;." in shown
    assert row.subject == 'Case 7 is overdue: Zoë "Zed" Ångström'
    assert only(acme).text == ""  # looking writes nothing


@pytest.mark.parametrize("word", ['Zoë "Zed" Ångström', "Ångström", "Nine days <late>"])
def test_a_person_is_found_in_facts_and_forgotten(acme: Workspace, postman: Postman, word: str) -> None:
    queue_notices([notice(acme, about="")], now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).update(subject="")
    forgetting.forget(
        Person(workspace_id=acme.pk, contact_id=1, public_id="p", words=("Somebody Else",)), MONDAY_9AM
    )
    assert only(acme).facts is not None
    forgetting.forget(Person(workspace_id=acme.pk, contact_id=1, public_id="p", words=(word,)), MONDAY_9AM)
    row = only(acme)
    assert (row.facts, row.state, row.skipped_because, row.forgotten_at) == (
        None,
        State.SKIPPED,
        "ERASED",
        MONDAY_9AM,
    )


def test_old_facts_go_with_old_words(acme: Workspace, kept_mail: None) -> None:
    queue_notices([notice(acme)], now=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(days=2)
    assert forgetting.forget_old_words(acme.pk, later, later, 10) == 1
    assert (only(acme).facts, only(acme).forgotten_at) == (None, later)


@pytest.mark.parametrize("change", [{"kind": Kind.CUSTOMER}, {"is_secret": True}, {"text": "words"}])
def test_only_a_notice_without_words_and_secrets_waits_as_facts(
    acme: Workspace, change: dict[str, Any]
) -> None:
    queue_notices([notice(acme)], now=MONDAY_9AM)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboundMessage.objects.of(acme).update(**change)
