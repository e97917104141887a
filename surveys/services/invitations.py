"""Asking one person: the invitation is planned or refused with its one reason, sent when due, followed to its end."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from accounts.models import User
from core.queue import nudge_on_commit
from outbox.enums import State
from outbox.models import OutboundMessage
from surveys.enums import InvitationStatus, Purpose, ResponseChannel
from surveys.models import Campaign, Contact, ContactEvent, Invitation, Survey, Touchpoint
from surveys.queries import asking
from surveys.queries.settled import has_answer
from surveys.rules.sending_hours import Window
from surveys.services import contacts, mailing
from surveys.services.following import follow_mail
from surveys.services.sending import send_due

__all__ = ["expire_due", "follow_mail", "invite", "note_undeliverable", "send_due"]

log = structlog.get_logger(__name__)

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
    event: ContactEvent | None = None,
    override_note: str = "",
    override_by: User | None = None,
    of_round: int = 1,
) -> Invitation:
    """Ask `contact` at `due_at` (default `now`): PLANNED, or NOT_SENT with its reason.

    With `send=False` the link is for others to hand out: it is SENT at once and never mailed. `facts` are words only
    this mail needs (`what_was_done` of a second question). The policy is checked again at the moment of sending. With an
    `override_note` the waits and hours of the policy do not hold: `override_by` answers for it, and both are kept.
    """
    due = max(due_at or now, now)
    values = asking.merge_values(
        survey=survey, contact=contact, touchpoint=touchpoint.name if touchpoint else ""
    )
    face = mailing.face_of(survey=survey, campaign=campaign, language=contact.language)
    verdict = asking.verdict(
        survey=survey,
        contact=contact,
        now=due,
        missing=asking.missing_fields(face=face, values=values, channel=channel),
        purpose=purpose,
        channel=channel,
        is_mailed=send,
        window=Window.from_json(campaign.window) if campaign else None,
        overruled=bool(override_note),
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
        event=event,
        language=contact.language,
        round=of_round,
        override_note=override_note[:300],
        override_by=override_by if override_note else None,
        due_at=due,
        expires_at=due + survey.link_lifetime,
        created_at=now,
    )
    if verdict.is_delay and verdict.until is not None:
        invitation.wait_because, invitation.askable_at = verdict.reason or "", verdict.until
        invitation.due_at, invitation.expires_at = verdict.until, verdict.until + survey.link_lifetime
    elif not verdict.allowed:
        invitation.status = InvitationStatus.NOT_SENT
        invitation.not_sent_because = verdict.reason or ""
        invitation.askable_at = verdict.until
    elif not send:
        invitation.status = InvitationStatus.SENT
        invitation.sent_at = invitation.follow_at = now
        contacts.note_asked(contact=contact, now=now)
    invitation.save()
    if override_note:
        log.info(
            "contact_policy_overruled", invitation=invitation.pk, by=override_by.pk if override_by else None
        )
    if invitation.status == InvitationStatus.PLANNED and invitation.due_at <= now:
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
