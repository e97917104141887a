from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, SlaTimer
from followups.enums import SkippedBecause
from followups.models import Conversation, FollowUp, Mail
from followups.services import conversations, followups
from outbox.enums import State
from outbox.models import OutboundMessage
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER
from tests.followups.services.test_replies import send, sent_to

pytestmark = pytest.mark.django_db


def test_later_mails_name_the_first_and_the_one_before(case: Case, bob: User) -> None:
    first = send(case, bob, submission="1").message
    second = send(case, bob, submission="2", subject="").message
    third = send(case, bob, submission="3", subject="").message
    assert first is not None
    assert second is not None
    assert third is not None
    assert ("In-Reply-To" in first.headers, "References" in first.headers) == (False, False)
    assert (second.headers["In-Reply-To"], second.headers["References"]) == (
        first.message_id,
        first.message_id,
    )
    assert (third.headers["In-Reply-To"], third.headers["References"], third.subject) == (
        second.message_id, f"{first.message_id} {second.message_id}", "Re: Your parcel",
    )  # fmt: skip
    thread = Conversation.objects.of(case.workspace_id).get(case=case)
    assert (thread.root_message_id, thread.last_message_id) == (first.message_id, third.message_id)
    assert len({message.message_id for message in (first, second, third)}) == 3


def test_a_long_thread_names_its_first_mail_and_the_last_ten(case: Case, bob: User) -> None:
    ids = [send(case, bob, submission=str(turn)).message.message_id for turn in range(14)]  # type: ignore[union-attr]
    last = send(case, bob, submission="last").message
    assert last is not None
    assert last.headers["References"].split() == [ids[0], *ids[4:]]


def test_an_automatic_mail_answers_the_same_thread(case: Case, bob: User, acme: Workspace, news: Any) -> None:
    followups.send_due(now=MONDAY_9AM + timedelta(minutes=10))
    [automatic] = sent_to("ines@customer.example")
    reply = send(case, bob, subject="", now=MONDAY_9AM + timedelta(minutes=20)).message
    assert reply is not None
    assert (reply.headers["In-Reply-To"], reply.subject) == (automatic.message_id, "Re: Acme has your answer")
    assert automatic.headers["Auto-Submitted"] == "auto-generated"


# --- A mail that does not arrive ------------------------------------------------------------------------------


def lost(mail: Mail) -> OutboundMessage:
    message = mail.message
    assert message is not None
    message.state, message.bounced_at = State.SENT, LATER
    message.sent_at, message.last_error = LATER, "550 no such user"
    message.save()
    return message


def test_a_first_reply_that_bounces_starts_the_first_response_clock_again(
    case: Case, bob: User, acme: Workspace
) -> None:
    message = lost(send(case, bob))
    after = LATER + timedelta(minutes=1)
    assert conversations.notice_failure(message=message, now=after) is True
    assert conversations.notice_failure(message=message, now=after) is False
    case.refresh_from_db()
    timer = SlaTimer.objects.of(acme).get(case=case, kind=TimerKind.FIRST_RESPONSE)
    failed = CaseEvent.objects.of(acme).filter(case=case, kind=EventKind.REPLY_FAILED)
    assert (case.contacted_at, case.first_responded_at, timer.met_at) == (None, None, None)
    assert [event.note for event in failed] == ["The mail server said: 550 no such user"]


def test_the_news_of_a_bounce_that_got_lost_is_found_by_the_sweep(case: Case, bob: User) -> None:
    lost(send(case, bob))
    after = LATER + timedelta(minutes=1)
    assert (conversations.notice_failures(now=after), conversations.notice_failures(now=after)) == (1, 0)
    case.refresh_from_db()
    assert case.contacted_at is None


def test_a_second_reply_that_bounces_leaves_the_first_response_as_it_was(case: Case, bob: User) -> None:
    send(case, bob, submission="1")
    message = lost(send(case, bob, submission="2", now=LATER + timedelta(minutes=9)))
    conversations.notice_failure(message=message, now=LATER + timedelta(minutes=10))
    case.refresh_from_db()
    assert (case.contacted_at, case.first_responded_at) == (LATER, LATER)


def test_a_closing_mail_that_bounces_no_longer_counts_as_having_told_the_customer(
    case: Case, resolve: Callable[..., Case], acme: Workspace
) -> None:
    resolve(case)
    followups.send_due(now=LATER + timedelta(minutes=2))
    case.refresh_from_db()
    told = case.told_back_at
    mail = Mail.objects.of(acme).get(conversation__case=case)
    conversations.notice_failure(message=lost(mail), now=LATER + timedelta(minutes=3))
    case.refresh_from_db()
    notes = (
        CaseEvent.objects.of(acme)
        .filter(case=case, facts__lost=mail.public_id)
        .values_list("note", flat=True)
    )
    assert (told, case.told_back_at) == (LATER + timedelta(minutes=2), None)
    assert list(notes) == ["“What Acme did about it” did not arrive. The mail server said: 550 no such user"]
    assert conversations.notice_failures(now=LATER + timedelta(minutes=4)) == 0


def test_what_was_written_to_an_erased_person_is_forgotten(
    case: Case, bob: User, ines: Contact, news: Any
) -> None:
    send(case, bob)
    with news():
        contacts.erase(contact=ines, now=LATER)
    mail = Mail.objects.of(case.workspace_id).get()
    assert (mail.subject, mail.body, mail.at) == ("", "", LATER)


def test_a_reply_makes_the_automatic_acknowledgement_unneeded(case: Case, bob: User, news: Any) -> None:
    with news():
        send(case, bob)
    row = FollowUp.objects.of(case.workspace_id).get(case=case)
    assert row.skipped_because == SkippedBecause.ALREADY_ANSWERED
