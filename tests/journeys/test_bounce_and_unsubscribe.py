"""An address that does not work and a customer who wants no more surveys: both are heard, and remembered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from core.tokens import link_token
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, SlaTimer
from followups.services import replies
from outbox.enums import State, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage, Suppression
from outbox.services import deliveries
from surveys.enums import InvitationStatus, NotSentBecause
from surveys.models import Contact, Invitation
from surveys.services import contacts, invitations
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db(transaction=True)

LATER = MONDAY_9AM + timedelta(minutes=20)
NEXT_QUARTER = MONDAY_9AM + timedelta(days=91)  # beyond any quiet period


@pytest.fixture
def gustav(acme: Workspace) -> Contact:
    """His mailbox is gone: the mail server says 550 5.1.1."""
    return contacts.upsert(
        workspace=acme, email="gone-gustav@customer.example", name="Gustav", now=MONDAY_9AM
    )[0]


def suppressed(workspace: Workspace) -> list[tuple[str, str, str]]:
    rows = Suppression.objects.of(workspace).filter(lifted_at__isnull=True).order_by("id")
    return list(rows.values_list("address", "scope", "reason"))


def test_a_survey_to_a_dead_address_marks_the_contact_and_is_never_tried_again(
    acme: Workspace, gustav: Contact, ask: Callable[..., Invitation], postman: Any
) -> None:
    first = ask(gustav, send=True)
    deliveries.sweep(now=MONDAY_9AM)
    invitations.follow_mail(now=LATER)
    first.refresh_from_db()
    gustav.refresh_from_db()
    assert OutboundMessage.objects.of(acme).get(about=f"invitation:{first.pk}").state == State.FAILED
    assert (first.status, first.not_sent_because) == (InvitationStatus.NOT_SENT, NotSentBecause.UNDELIVERABLE)
    assert gustav.undeliverable_at is not None
    assert suppressed(acme) == [(gustav.email, SuppressionScope.ALL, SuppressionReason.BOUNCED)]
    second = ask(gustav, now=NEXT_QUARTER, send=True)
    assert second.status == InvitationStatus.NOT_SENT
    assert second.not_sent_because in (NotSentBecause.UNDELIVERABLE, NotSentBecause.SUPPRESSED)
    deliveries.sweep(now=NEXT_QUARTER)
    assert postman.addresses == []


def test_a_reply_that_bounces_is_no_first_response(
    acme: Workspace, bob: User, gustav: Contact, unhappy: Callable[..., Case], postman: Any
) -> None:
    case = unhappy(now=MONDAY_9AM, contact=gustav)
    replies.send(
        case=case,
        by=bob,
        subject="Your answer",
        body="Hello Gustav, I am sorry that nobody called back. I will call you today.",
        now=LATER,
        submission="once",
        anyway=True,
    )
    case.refresh_from_db()
    assert case.first_responded_at == LATER
    deliveries.sweep(now=LATER)
    case.refresh_from_db()
    first = SlaTimer.objects.of(acme).get(
        case=case, kind=TimerKind.FIRST_RESPONSE, met_at__isnull=True, cancelled_at__isnull=True
    )
    failures = CaseEvent.objects.of(acme).filter(case=case, kind=EventKind.REPLY_FAILED)
    assert (case.first_responded_at, case.contacted_at, case.is_open) == (None, None, True)
    assert first.due_at == MONDAY_9AM + timedelta(hours=1)
    assert failures.count() == 1
    with pytest.raises(replies.RefusesMail):
        replies.send(
            case=case, by=bob, subject="", body="Once more.", now=LATER, submission="twice", anyway=True
        )


def test_one_press_in_the_mail_program_ends_the_surveys_but_not_the_help(
    acme: Workspace,
    bob: User,
    ines: Contact,
    ask: Callable[..., Invitation],
    unhappy: Callable[..., Case],
    postman: Any,
) -> None:
    ask(ines, send=True)
    deliveries.sweep(now=MONDAY_9AM)
    [(address, mail)] = postman.received
    link = str(mail["List-Unsubscribe"]).strip("<>").split(">")[0]
    path = link[link.index("/u/") :]
    stranger = Client(enforce_csrf_checks=True)
    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert stranger.get(path).status_code == 200
    assert suppressed(acme) == []  # a scanner's visit changes nothing
    posted = stranger.post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    again = stranger.post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert (address, posted.status_code, again.status_code) == (ines.email, 200, 200)
    assert suppressed(acme) == [(ines.email, SuppressionScope.SURVEYS, SuppressionReason.UNSUBSCRIBED)]

    refused = ask(ines, now=NEXT_QUARTER, send=True)
    assert refused.status == InvitationStatus.NOT_SENT
    assert refused.not_sent_because in (NotSentBecause.SUPPRESSED, NotSentBecause.OPTED_OUT)

    case = unhappy(now=NEXT_QUARTER)
    replies.send(
        case=case,
        by=bob,
        subject="",
        body="I am sorry. It is repaired now.",
        now=NEXT_QUARTER,
        submission="a",
        anyway=True,
    )
    deliveries.sweep(now=NEXT_QUARTER)
    assert [to for to, mail in postman.received[1:] if to == ines.email] == [
        ines.email
    ]  # a person's reply arrives


def test_a_survey_already_queued_does_not_leave_after_the_unsubscribe(
    acme: Workspace, ines: Contact, ask: Callable[..., Invitation], postman: Any
) -> None:
    waiting = ask(ines, send=True)
    message = OutboundMessage.objects.of(acme).get(about=f"invitation:{waiting.pk}")
    token = link_token("unsubscribe", message.unsubscribe_nonce)
    assert Client().post(f"/u/{token}/").status_code == 200
    deliveries.sweep(now=LATER)
    message.refresh_from_db()
    assert (postman.addresses, message.state) == ([], State.SKIPPED)
    invitations.follow_mail(now=LATER)
    waiting.refresh_from_db()
    assert waiting.status == InvitationStatus.NOT_SENT
