"""Reminders: asking again those who have not answered, in the campaign's own words, at hours that are open.

Each reminder is a row that is sent once or skipped for one written reason. Being asked before is no obstacle: a reminder is
part of the same request; but it counts in the budget of messages, and a refusal since then ends it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from outbox.services.texts import TextRequest
from surveys.enums import CampaignStatus, InvitationStatus, NotSentBecause, Purpose, ResponseChannel
from surveys.models import CampaignReminder, Invitation, InvitationReminder, Response
from surveys.queries import asking
from surveys.rules.sending_hours import Window
from surveys.services import limits, mailing, texting

log = structlog.get_logger(__name__)

MOST = 5_000  # in one turn; the next goes on
RETRY_AFTER = timedelta(
    minutes=10
)  # a row that raised, or whose first mail has not left, is left alone so long
_ON_ITS_WAY = (InvitationStatus.PLANNED, InvitationStatus.QUEUED)


def send_due(*, now: datetime) -> int:
    """Send every reminder that is due, or write why not; returns how many. Safe to run twice and in parallel."""
    due = (
        InvitationReminder.objects.across_workspaces()
        .filter(sent_at__isnull=True, skipped_because="", due_at__lte=now)
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
        .exclude(invitation__campaign__status=CampaignStatus.PAUSED)
    )
    done = 0
    for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:MOST]):
        try:
            done += _send(pk, now)
        except Exception:  # whatever one reminder brings up must not stop the others
            log.exception("reminder_not_sent", reminder=pk)
            InvitationReminder.objects.across_workspaces().filter(pk=pk).update(retry_at=now + RETRY_AFTER)
    return done


@transaction.atomic
def _send(pk: int, now: datetime) -> bool:
    row: InvitationReminder | None = (
        InvitationReminder.objects.across_workspaces()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("invitation__survey__workspace", "invitation__contact", "invitation__touchpoint")
        .select_related("invitation__campaign")
        .filter(pk=pk, sent_at__isnull=True, skipped_because="")
        .first()
    )
    if row is None:
        return False
    invitation = row.invitation
    plan = CampaignReminder.objects.of(row.workspace_id).filter(
        campaign=invitation.campaign_id, number=row.number
    )
    wording_of = plan.first()
    if invitation.status in _ON_ITS_WAY:
        return _later(row, now + RETRY_AFTER)
    if because := _ended(invitation, now, has_plan=wording_of is not None):
        return _skip(row, because)
    assert wording_of is not None
    survey, contact = invitation.survey, invitation.contact
    language = invitation.language or contact.language  # as the mail it reminds of
    face = mailing.face_of(survey=survey, campaign=invitation.campaign, language=language)
    if invitation.channel == ResponseChannel.SMS:
        face = replace(face, sms_text=wording_of.intro or face.sms_text)
    else:
        face = mailing.reminding(face, wording_of)
    moment = invitation.touchpoint.name if invitation.touchpoint else ""
    values = asking.merge_values(survey=survey, contact=contact, touchpoint=moment)
    is_text = invitation.channel == ResponseChannel.SMS
    found = asking.ground(workspace=survey.workspace, contacts=[contact], now=now, by_text=is_text)
    verdict = asking.verdict(
        survey=survey,
        contact=contact,
        now=now,
        found=found,
        missing=asking.missing_fields(face=face, values=values, channel=invitation.channel),
        purpose=Purpose.RESURVEY,  # like a second question: part of a request, so it keeps no quiet period
        channel=invitation.channel,
        window=Window.from_json(invitation.campaign.window) if invitation.campaign else None,
    )
    if verdict.is_delay and verdict.until is not None:
        return _later(row, verdict.until)
    if not verdict.allowed:
        return _skip(row, verdict.reason or "")
    message = texting.request_of(
        row=invitation, survey=survey, contact=contact, face=face, values=values, campaign=invitation.campaign,
        dedupe_key=f"reminder:{row.pk}", gateway=found.gateway,
    )  # fmt: skip
    if isinstance(message, TextRequest):
        wait = limits.TextRoom(now=now).wait_for(message, found.gateway)
        if wait is not None:
            return _later(row, wait.until)
    [row.message] = texting.queue([message], now=now)
    row.sent_at, row.retry_at = now, None
    row.save(update_fields=["message", "sent_at", "retry_at"])
    _plan_next(row, invitation, now)
    return True


def _ended(invitation: Invitation, now: datetime, *, has_plan: bool) -> str:
    """Why this request needs no reminder any more; empty if it does."""
    if Response.objects.of(invitation.workspace_id).filter(invitation=invitation).exists():
        return NotSentBecause.ALREADY_ANSWERED
    declined_at = invitation.contact.last_declined_at
    if declined_at and invitation.queued_at and declined_at >= invitation.queued_at:
        return NotSentBecause.DECLINED_RECENTLY
    if invitation.status == InvitationStatus.NOT_SENT:
        return invitation.not_sent_because
    if not has_plan or (invitation.campaign and invitation.campaign.status == CampaignStatus.STOPPED):
        return NotSentBecause.CAMPAIGN_STOPPED
    return NotSentBecause.SURVEY_CLOSED if invitation.expires_at <= now else ""


def _later(row: InvitationReminder, until: datetime) -> bool:
    row.retry_at = until
    row.save(update_fields=["retry_at"])
    return False


def _skip(row: InvitationReminder, because: str) -> bool:
    row.skipped_because, row.retry_at = because, None
    row.save(update_fields=["skipped_because", "retry_at"])
    return True


def _plan_next(row: InvitationReminder, invitation: Invitation, now: datetime) -> None:
    following = CampaignReminder.objects.of(row.workspace_id).filter(
        campaign=invitation.campaign_id, number=row.number + 1
    )
    for plan in following:
        later = InvitationReminder(
            workspace_id=row.workspace_id,
            invitation=invitation,
            number=plan.number,
            due_at=now + timedelta(days=plan.after_days),
            created_at=now,
        )
        InvitationReminder.objects.of(row.workspace_id).bulk_create([later], ignore_conflicts=True)
