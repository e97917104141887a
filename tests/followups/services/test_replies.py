from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import User, Workspace
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, SlaTimer
from detractors.services import cases, errors
from followups.models import Mail
from followups.services import replies
from outbox.enums import SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage
from outbox.services import messages
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db


def send(case: Case, by: User, body: str = "Dear {{ first_name }}, I am sorry.", **given: Any) -> Mail:
    words = {"subject": "Your parcel", "now": LATER, "submission": "form-1", **given}
    return replies.send(case=case, by=by, body=body, **words)


def sent_to(address: str) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.across_workspaces().filter(to=address).order_by("id"))


def test_a_reply_leaves_with_its_fields_filled_and_counts_as_the_first_response(
    case: Case, bob: User, acme: Workspace
) -> None:
    mail = send(
        case,
        bob,
        "Dear {{ name }} of {{ customer_company }}, {{ company }} is sorry about case {{ case_number }}. {{ agent_name }}",
    )
    case.refresh_from_db()
    message = mail.message
    timer = SlaTimer.objects.of(acme).get(case=case, kind=TimerKind.FIRST_RESPONSE)
    words = "Dear Ines Iglesias of Ibex, Acme is sorry about case 1. Bob Brown"
    assert message is not None
    assert (mail.body, words in message.text, message.subject, message.about) == (
        words, True, "Your parcel", f"case:{case.pk}",
    )  # fmt: skip
    assert (message.from_name, message.reply_to) == ("Bob Brown · Acme", "bob@acme.example")
    assert (case.first_responded_at, timer.met_at, case.first_response_minutes) == (LATER, LATER, 5)


def test_the_answer_to_a_reply_goes_to_the_address_the_workspace_names(
    case: Case, bob: User, acme: Workspace
) -> None:
    acme.reply_to = "care@acme.example"
    acme.save()
    message = send(case, bob).message
    assert message is not None
    assert message.reply_to == "care@acme.example"


def test_a_persons_words_carry_no_mark_of_an_automatic_mail(case: Case, bob: User) -> None:
    message = send(case, bob).message
    assert message is not None
    assert message.headers == {}


def test_an_unfilled_or_unknown_field_is_never_sent_and_each_is_named(
    case: Case, bob: User, ines: Contact
) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, company="")
    with pytest.raises(replies.NotReady) as caught:
        send(case, bob, "Dear {{ nickname }} of {{ customer_company }}", subject="About {{ product }}")
    assert caught.value.fields == ("product", "nickname", "customer_company")
    case.refresh_from_db()
    assert (sent_to("ines@customer.example"), case.contacted_at) == ([], None)


def test_an_empty_field_with_a_fall_back_is_sent_with_the_fall_back(
    case: Case, bob: User, ines: Contact
) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, company="")
    assert send(case, bob, 'At {{ customer_company | "your company" }}').body == "At your company"


def test_attributes_of_the_customer_can_be_named(case: Case, bob: User, ines: Contact) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, attributes={"Product": "Kettle"})
    assert send(case, bob, "About your {{ attribute.product }}.").body == "About your Kettle."


def test_what_a_customer_typed_is_never_read_as_a_field(case: Case, bob: User, ines: Contact) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, company="{{ score }}")
    assert send(case, bob, "Dear {{ customer_company }}").body == "Dear {{ score }}"


def test_a_place_left_to_fill_in_is_sent_only_when_it_is_meant(case: Case, bob: User) -> None:
    with pytest.raises(replies.NotReady) as caught:
        send(case, bob, "You hear from me by [date].")
    assert [(finding.code, finding.is_blocking) for finding in caught.value.findings] == [
        ("LOOKS_UNFILLED", False)
    ]
    assert send(case, bob, "You hear from me by [date].", anyway=True).body == "You hear from me by [date]."


def test_the_same_form_twice_sends_one_mail(case: Case, bob: User) -> None:
    assert send(case, bob).pk == send(case, bob).pk
    assert len(sent_to("ines@customer.example")) == 1
    assert CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=EventKind.REPLIED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_six_clicks_at_once_send_one_mail(case: Case, bob: User) -> None:
    barrier, seen = Barrier(6), []

    def click() -> None:
        barrier.wait()
        try:
            seen.append(send(case, bob).pk)
        finally:
            connection.close()

    threads = [Thread(target=click) for _click in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(seen), len(set(seen)), len(sent_to("ines@customer.example"))) == (6, 1, 1)


def test_nobody_can_write_where_no_address_is_known(case: Case, bob: User, ines: Contact) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, external_id="C-1", email="")
    with pytest.raises(replies.NoAddress):
        send(case, bob)
    case.refresh_from_db()
    assert case.contacted_at is None


@pytest.mark.parametrize(
    ("scope", "is_refused"), [(SuppressionScope.SURVEYS, False), (SuppressionScope.ALL, True)]
)
def test_somebody_who_wants_no_surveys_still_gets_a_personal_answer(
    case: Case, bob: User, acme: Workspace, scope: str, is_refused: bool
) -> None:
    messages.suppress(
        workspace=acme, address="ines@customer.example", scope=scope, reason=SuppressionReason.MANUAL,
        source="staff", now=MONDAY_9AM,
    )  # fmt: skip
    if is_refused:
        with pytest.raises(replies.RefusesMail):
            send(case, bob)
    else:
        send(case, bob)
    assert len(sent_to("ines@customer.example")) == (0 if is_refused else 1)


def test_a_closed_case_is_not_written_to(case: Case, alice: User, bob: User) -> None:
    cases.dismiss(case=case, by=alice, reason="A test of ours.", now=LATER)
    with pytest.raises(errors.MoveNotAllowed):
        send(case, bob)
    assert (sent_to("ines@customer.example"), Mail.objects.of(case.workspace_id).count()) == ([], 0)


def test_more_words_than_a_mail_takes_are_refused_and_nothing_is_sent(case: Case, bob: User) -> None:
    with pytest.raises(replies.TooLong) as caught:
        send(case, bob, "x" * 10_001)
    assert (caught.value.field, sent_to("ines@customer.example")) == ("body", [])
    with pytest.raises(replies.TooLong) as caught:
        send(case, bob, subject="x" * 201)
    assert caught.value.field == "subject"


def test_a_draft_shows_what_is_filled_and_what_is_not(case: Case, bob: User) -> None:
    draft = replies.draft(
        case=case, by=bob, subject="", body="Dear {{ first_name }}, your {{ gift }}", now=LATER
    )
    assert (draft.subject, draft.body, draft.is_blocked) == (
        "Your answer to Acme",
        "Dear Ines, your {{ gift }}",
        True,
    )
    assert draft.said == [
        'There is no value for gift. Write the words yourself or give a fall-back: {{ gift | "there" }}.'
    ]
    broken = replies.draft(case=case, by=bob, subject="Hi", body="Dear {{ first name }}", now=LATER)
    assert (broken.body, broken.is_blocked) == ("Dear {{ first name }}", True)
