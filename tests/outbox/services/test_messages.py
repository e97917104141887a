import re
from datetime import timedelta

import pytest
from django.db import DataError, transaction

from accounts.models import Workspace
from outbox.enums import Kind, State, SuppressionScope
from outbox.models import OutboundMessage
from outbox.queries import of_object
from outbox.rendering import UnknownMail
from outbox.services import forgetting, messages
from tests.conftest import MONDAY_9AM
from tests.outbox.conftest import FACTS, Postman, queued


def request(workspace: Workspace, to: str, **more: object) -> messages.EmailRequest:
    return messages.EmailRequest(
        mail="survey_invitation",
        to=to,
        context=FACTS,
        dedupe_key=f"k:{to}",
        kind=Kind.SURVEY,
        workspace=workspace,
        **more,
    )  # type: ignore[arg-type]  # keywords of the dataclass


def test_a_mail_is_queued_once_per_key(acme: Workspace, postman: Postman) -> None:
    first, second = (
        queued(acme),
        queued(acme, "other@customer.example", dedupe_key="test:SURVEY:maya@customer.example"),
    )
    assert (first.pk, second.to) == (second.pk, "maya@customer.example")
    assert (first.state, first.next_at, first.attempts) == (State.QUEUED, MONDAY_9AM, 0)


def test_the_words_are_frozen_when_queued(acme: Workspace, postman: Postman) -> None:
    pk = queued(acme).pk
    acme.name = "Renamed"
    acme.save()
    message = OutboundMessage.objects.of(acme).get(pk=pk)
    assert ("Renamed" in message.html, "Acme" in message.html) == (False, True)


def test_many_are_queued_with_one_insert(
    acme: Workspace, postman: Postman, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    wanted = [request(acme, f"m{n}@x.example", about=f"invitation:{n}") for n in range(100)]
    with django_assert_num_queries(2):  # which are known, the insert
        rows = messages.queue_emails(wanted, now=MONDAY_9AM)
    assert [row.to for row in rows] == [item.to for item in wanted]
    with django_assert_num_queries(1):
        again = messages.queue_emails(wanted, now=MONDAY_9AM)
    assert [row.pk for row in again] == [row.pk for row in rows]
    assert [row.pk for row in of_object(about="invitation:7")] == [rows[7].pk]


def test_a_crowd_is_inserted_by_the_hundreds_all_or_none(
    acme: Workspace, postman: Postman, django_assert_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(messages, "INSERTED_AT_ONCE", 3)
    wanted = [request(acme, f"m{n}@x.example") for n in range(7)]
    with django_assert_num_queries(4):  # which are known, three inserts
        rows = messages.queue_emails([*wanted, wanted[0]], now=MONDAY_9AM)
    assert [row.to for row in rows] == [*(item.to for item in wanted), wanted[0].to]
    assert len({row.pk for row in rows}) == OutboundMessage.objects.of(acme).count() == 7
    spoiled = [
        *(request(acme, f"n{n}@x.example") for n in range(6)), request(acme, "o@x.example", about="x" * 61)
    ]  # fmt: skip
    with pytest.raises(DataError), transaction.atomic():
        messages.queue_emails(spoiled, now=MONDAY_9AM)
    assert OutboundMessage.objects.of(acme).count() == 7


def test_the_rows_given_back_are_the_rows_there_are(acme: Workspace, postman: Postman) -> None:
    given = messages.queue_emails(
        [request(acme, "a@x.example", to_name="Maya"), request(acme, "b@x.example")], now=MONDAY_9AM
    )
    names = [field.attname for field in OutboundMessage._meta.concrete_fields]
    for row in given:
        found = OutboundMessage.objects.of(acme).get(pk=row.pk)
        assert [getattr(row, name) for name in names] == [getattr(found, name) for name in names]
        row.last_error = "changed"
        row.save(update_fields=["last_error"])  # it is the row, not a new one
    assert OutboundMessage.objects.of(acme).filter(last_error="changed").count() == 2


def test_a_value_too_long_for_its_column_is_an_error_and_not_cut(acme: Workspace, postman: Postman) -> None:
    with pytest.raises(DataError), transaction.atomic():
        messages.queue_emails([request(acme, "a@x.example", about="x" * 61)], now=MONDAY_9AM)


def test_mails_of_one_call_share_nothing_but_what_they_have_in_common(
    acme: Workspace, postman: Postman
) -> None:
    names = ["Maya", "<b>Zoë</b> & {{ question }}", "", "Maya"]
    items = [
        messages.EmailRequest(
            mail="survey_invitation",
            to=f"m{number}@x.example",
            context={**FACTS, "first_name": name, "link": f"https://feedback.example/s/{number}/"},
            dedupe_key=f"k:{number}",
            kind=Kind.SURVEY,
            workspace=acme,
        )
        for number, name in enumerate(names)
    ]
    rows = messages.queue_emails(items, now=MONDAY_9AM)
    assert [row.text.split("\n")[0] for row in rows] == [
        "Hello Maya,",
        "Hello <b>Zoë</b> & {{ question }},",
        "Hello,",
        "Hello Maya,",
    ]
    hello = "Hello &lt;b&gt;Zoë&lt;/b&gt; &amp; {{ question }},"
    assert [hello in row.html for row in rows] == [False, True, False, False]
    for number, row in enumerate(rows):
        links = set(re.findall(r"https://feedback\.example/s/\d/", row.text + row.html))
        assert links == {f"https://feedback.example/s/{number}/"}
        tokens = set(re.findall(r"/u/([\w-]+)/", row.text + row.html))
        assert [token[:22] for token in tokens] == [row.unsubscribe_nonce]


def test_a_key_twice_in_one_call_is_one_mail(acme: Workspace, postman: Postman) -> None:
    rows = messages.queue_emails([request(acme, "a@x.example"), request(acme, "a@x.example")], now=MONDAY_9AM)
    assert (rows[0].pk, OutboundMessage.objects.of(acme).count()) == (rows[1].pk, 1)


def test_kept_mail_has_arrived_at_once(acme: Workspace, kept_mail: None) -> None:
    message = queued(acme)
    assert (message.state, message.sent_at, message.delivered_at, message.next_at) == (
        State.SENT, MONDAY_9AM, MONDAY_9AM, None,
    )  # fmt: skip


def test_kept_mail_planned_for_later_waits(acme: Workspace, kept_mail: None) -> None:
    later = MONDAY_9AM + timedelta(hours=2)
    message = queued(acme, send_at=later)
    assert (message.state, message.next_at) == (State.QUEUED, later)
    assert messages.sweep(now=later - timedelta(minutes=1)) == 0
    assert messages.sweep(now=later) == 1
    message.refresh_from_db()
    assert message.state == State.SENT
    assert message.delivered_at is not None


def test_kept_mail_to_a_suppressed_address_is_skipped(acme: Workspace, kept_mail: None) -> None:
    messages.suppress(
        workspace=acme, address="Maya@Customer.example", scope=SuppressionScope.SURVEYS, reason="UNSUBSCRIBED",
        source="test", now=MONDAY_9AM,
    )  # fmt: skip
    survey, reply = queued(acme), queued(acme, kind=Kind.CUSTOMER)
    assert [(m.state, m.skipped_because) for m in (survey, reply)] == [
        (State.SKIPPED, "SUPPRESSED"),
        (State.SENT, ""),
    ]


@pytest.mark.parametrize("waits", [timedelta(0), timedelta(minutes=1)])
def test_secret_words_of_kept_mail_stay_until_they_expire(
    kept_mail: None, db: None, waits: timedelta
) -> None:
    leaves, expires = MONDAY_9AM + waits, MONDAY_9AM + timedelta(hours=1)
    pk = queued(None, kind=Kind.ACCOUNT, is_secret=True, send_at=leaves, expires_at=expires).pk
    messages.sweep(now=leaves)
    message = OutboundMessage.objects.across_workspaces().get(pk=pk)
    assert (message.state, message.text != "", message.html != "") == (State.SENT, True, True)
    before = MONDAY_9AM - timedelta(days=1)
    assert forgetting.forget_account_words(before=before, now=expires) == 0
    assert forgetting.forget_account_words(before=before, now=expires + timedelta(seconds=1)) == 1
    message.refresh_from_db()
    assert (message.state, message.text, message.html) == (State.SENT, "", "")


def test_an_unknown_mail_is_an_error_at_once(acme: Workspace, kept_mail: None) -> None:
    with pytest.raises(UnknownMail):
        queued(acme, mail="no_such_mail")
