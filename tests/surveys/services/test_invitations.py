from datetime import timedelta

import pytest

from accounts.models import Workspace
from outbox.enums import State, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage
from outbox.services.messages import suppress
from surveys.enums import Purpose
from surveys.models import Contact, Invitation, Survey
from surveys.services import contacts, invitations, surveys, touchpoints
from tests.conftest import MONDAY_9AM

DAY = timedelta(days=1)


def ask(survey: Survey, contact: Contact, **more: object) -> Invitation:
    facts = {"workspace": survey.workspace, "survey": survey, "contact": contact, "now": MONDAY_9AM} | more
    return invitations.invite(**facts)  # type: ignore[arg-type]  # facts of many kinds


def test_who_may_be_asked_is_planned_with_a_link_that_ends(survey: Survey, dora: Contact) -> None:
    place = touchpoints.ensure(workspace=survey.workspace, name="Checkout", now=MONDAY_9AM)
    row = ask(survey, dora, touchpoint=place, due_at=MONDAY_9AM + DAY)
    assert (row.status, row.not_sent_because, row.is_mailed) == ("PLANNED", "", True)
    assert (row.touchpoint, row.due_at, row.expires_at) == (place, MONDAY_9AM + DAY, MONDAY_9AM + 61 * DAY)


def test_a_due_moment_in_the_past_is_now(survey: Survey, dora: Contact) -> None:
    assert ask(survey, dora, due_at=MONDAY_9AM - DAY).due_at == MONDAY_9AM


def test_the_quiet_period_is_measured_at_the_due_moment_and_names_its_end(
    survey: Survey, dora: Contact
) -> None:
    contacts.note_asked(contact=dora, now=MONDAY_9AM)
    dora.refresh_from_db()
    early = ask(survey, dora, due_at=MONDAY_9AM + 30 * DAY - timedelta(seconds=1))
    assert (early.status, early.not_sent_because) == ("NOT_SENT", "ASKED_RECENTLY")
    assert early.askable_at == MONDAY_9AM + 30 * DAY
    assert ask(survey, dora, due_at=MONDAY_9AM + 30 * DAY).status == "PLANNED"


def test_every_refusal_has_its_one_reason(acme: Workspace, survey: Survey, dora: Contact) -> None:
    nameless, _ = contacts.upsert(workspace=acme, external_id="C-1", now=MONDAY_9AM)
    assert ask(survey, nameless).not_sent_because == "NO_ADDRESS"
    contacts.note_undeliverable(workspace=acme, address=dora.email, now=MONDAY_9AM)
    dora.refresh_from_db()
    assert ask(survey, dora).not_sent_because == "UNDELIVERABLE"
    dora = contacts.opt_out(contact=dora, now=MONDAY_9AM)
    assert ask(survey, dora).not_sent_because == "OPTED_OUT"
    suppress(
        workspace=acme, address=dora.email, scope=SuppressionScope.SURVEYS, reason=SuppressionReason.UNSUBSCRIBED,
        source="test", now=MONDAY_9AM,
    )  # fmt: skip
    assert ask(survey, dora).not_sent_because == "SUPPRESSED"
    closed = surveys.close(survey=survey, now=MONDAY_9AM)
    assert ask(closed, dora).not_sent_because == "SURVEY_CLOSED"
    dora = contacts.erase(contact=dora, now=MONDAY_9AM)
    assert ask(closed, dora).not_sent_because == "ERASED"


def test_a_mail_with_a_hole_is_not_sent(acme: Workspace, survey: Survey) -> None:
    survey = surveys.change(
        survey=survey, question="{{ first_name }}, would you recommend us?", now=MONDAY_9AM
    )
    nameless, _ = contacts.upsert(workspace=acme, email="x@customer.example", now=MONDAY_9AM)
    assert ask(survey, nameless).not_sent_because == "MISSING_FIELD"
    named, _ = contacts.upsert(workspace=acme, email="x@customer.example", name="Xenia", now=MONDAY_9AM)
    assert ask(survey, named).status == "PLANNED"


def test_a_second_question_keeps_no_quiet_period_but_an_opt_out(survey: Survey, dora: Contact) -> None:
    contacts.note_asked(contact=dora, now=MONDAY_9AM)
    dora.refresh_from_db()
    assert ask(survey, dora, purpose=Purpose.RESURVEY, facts={"what_was_done": "Fixed"}).status == "PLANNED"
    dora = contacts.opt_out(contact=dora, now=MONDAY_9AM)
    assert ask(survey, dora, purpose=Purpose.RESURVEY).not_sent_because == "OPTED_OUT"


def test_a_link_for_others_to_hand_out_is_sent_at_once_and_counts_as_asked(
    survey: Survey, dora: Contact
) -> None:
    row = ask(survey, dora, send=False)
    assert (row.status, row.is_mailed, row.sent_at) == ("SENT", False, MONDAY_9AM)
    dora.refresh_from_db()
    assert dora.last_asked_at == MONDAY_9AM
    assert ask(survey, dora, send=False).status == "SENT"
    assert ask(survey, dora).not_sent_because == "ASKED_RECENTLY"


def test_a_link_ends_when_it_says(survey: Survey, dora: Contact, invitation: Invitation) -> None:
    end = invitation.expires_at
    assert invitations.expire_due(now=end - timedelta(seconds=1)) == 0
    assert invitations.expire_due(now=end) == 1
    assert invitations.expire_due(now=end) == 0
    invitation.refresh_from_db()
    assert (invitation.status, invitation.follow_at) == ("EXPIRED", None)


@pytest.mark.parametrize(
    ("change", "is_marked"),
    [({"state": State.FAILED}, True), ({"bounced_at": MONDAY_9AM}, True), ({"state": State.DEAD}, False)],
)
def test_only_an_address_that_does_not_work_is_remembered(
    survey: Survey, dora: Contact, change: dict[str, object], is_marked: bool
) -> None:
    row = ask(survey, dora)
    invitations.send_due(now=MONDAY_9AM)
    row.refresh_from_db()
    Invitation.objects.of(survey.workspace).update(follow_at=None)
    OutboundMessage.objects.across_workspaces().filter(pk=row.message_id).update(**change)
    invitations.note_undeliverable(
        message=OutboundMessage.objects.across_workspaces().get(pk=row.message_id), now=MONDAY_9AM
    )
    row.refresh_from_db()
    dora.refresh_from_db()
    assert (row.follow_at, dora.undeliverable_at is not None) == (MONDAY_9AM, is_marked)
