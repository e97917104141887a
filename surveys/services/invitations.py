"""Asking one person: the invitation is planned or refused with its one reason, sent when due, followed to its end."""

from datetime import datetime
from typing import Any

from django.db import transaction

from core.queue import nudge_on_commit
from outbox.enums import State
from outbox.models import OutboundMessage
from surveys.enums import InvitationStatus, Purpose, ResponseChannel
from surveys.models import Campaign, Contact, Invitation, Survey, Touchpoint
from surveys.queries import asking, faces
from surveys.queries.settled import has_answer
from surveys.services import contacts
from surveys.services.following import follow_mail
from surveys.services.sending import send_due

__all__ = ["expire_due", "follow_mail", "invite", "note_undeliverable", "send_due"]

EXPIRE_BATCH = 1_000


@transaction.atomic
def invite(
    *,
    workspace: Any,
    survey: Survey,
    contact: Contact,
    now: datetime,
    touchpoint: Touchpoint | None = None,
    campaign: Campaign | None = None,
    purpose: str = Purpose.SURVEY,
    channel: str = ResponseChannel.EMAIL,
    send: bool = True,
    due_at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> Invitation:
    """Ask `contact` at `due_at` (default `now`): PLANNED, or NOT_SENT with its reason.

    With `send=False` the link is for others to hand out: it is SENT at once and never mailed. `facts` are words only
    this mail needs (`what_was_done` of a second question). The policy is checked again at the moment of sending.
    """
    due = max(due_at or now, now)
    suppressed = asking.suppressed_addresses(workspace=workspace, contacts=[contact])
    values = asking.merge_values(
        survey=survey, contact=contact, touchpoint=touchpoint.name if touchpoint else ""
    )
    verdict = asking.verdict(
        survey=survey,
        contact=contact,
        now=due,
        suppressed_because=suppressed.get(contact.email, ""),
        missing=asking.missing_fields(face=faces.make(survey=survey), values=values),
        purpose=purpose,
        is_mailed=send,
    )
    invitation = Invitation(
        workspace=workspace,
        survey=survey,
        contact=contact,
        touchpoint=touchpoint,
        campaign=campaign,
        purpose=purpose,
        channel=channel,
        is_mailed=send,
        facts=facts or {},
        due_at=due,
        expires_at=due + survey.link_lifetime,
        created_at=now,
    )
    if not verdict.allowed:
        invitation.status = InvitationStatus.NOT_SENT
        invitation.not_sent_because = verdict.reason or ""
        invitation.askable_at = verdict.until
    elif not send:
        invitation.status = InvitationStatus.SENT
        invitation.sent_at = invitation.follow_at = now
        contacts.note_asked(contact=contact, now=now)
    invitation.save()
    if invitation.status == InvitationStatus.PLANNED and due <= now:
        nudge_on_commit("surveys.send_due")
    return invitation


@transaction.atomic
def note_undeliverable(*, message: OutboundMessage, now: datetime) -> None:
    """A mail did not arrive: its invitation is looked at, and an address that does not work is remembered."""
    if message.workspace_id is None:
        return
    if message.bounced_at is not None or message.state == State.FAILED:
        contacts.note_undeliverable(workspace=message.workspace_id, address=message.to, now=now)
    if Invitation.objects.of(message.workspace_id).filter(message=message).update(follow_at=now):
        nudge_on_commit("surveys.follow_mail")


def expire_due(*, now: datetime) -> int:
    """Mark invitations whose link ended unanswered; returns how many. Safe to run twice and in parallel."""
    ended = 0
    while True:
        with transaction.atomic():
            due = (
                Invitation.objects.across_workspaces()
                .filter(status__in=["SENT", "DELIVERED", "OPENED"], expires_at__lte=now)
                .exclude(has_answer())
                .order_by("expires_at")
                .select_for_update(skip_locked=True)
                .values_list("pk", flat=True)[:EXPIRE_BATCH]
            )
            ids = list(due)
            Invitation.objects.across_workspaces().filter(pk__in=ids).update(
                status=InvitationStatus.EXPIRED, follow_at=None
            )
        ended += len(ids)
        if len(ids) < EXPIRE_BATCH:
            return ended
