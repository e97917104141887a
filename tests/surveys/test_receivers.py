from accounts.models import Workspace
from outbox.enums import State
from outbox.models import OutboundMessage
from outbox.signals import message_undeliverable
from surveys.models import Contact, Invitation, Survey
from surveys.services import invitations
from tests.conftest import MONDAY_9AM


def test_a_mail_that_did_not_arrive_marks_its_invitation_and_its_reader(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    row = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    mail = OutboundMessage.objects.of(acme).get()
    OutboundMessage.objects.of(acme).update(state=State.FAILED)
    mail.refresh_from_db()
    message_undeliverable.send(sender=OutboundMessage, message=mail, now=MONDAY_9AM)
    invitations.follow_mail(now=MONDAY_9AM)
    row.refresh_from_db()
    dora.refresh_from_db()
    assert (row.status, row.not_sent_because) == ("NOT_SENT", "UNDELIVERABLE")
    assert dora.undeliverable_at == MONDAY_9AM


def test_mail_about_a_persons_account_is_nothing_to_surveys(db: None) -> None:
    mail = OutboundMessage(workspace=None, to="x@acme.example", state=State.FAILED)
    message_undeliverable.send(sender=OutboundMessage, message=mail, now=MONDAY_9AM)
    assert not Invitation.objects.across_workspaces().exists()
