"""Campaigns: one survey to many people, each asked at most once a round, each one left out for one written reason.

A draft is written and changed, started, paused, resumed, stopped. What it asks by itself, once it runs: services/preparing.py
(everybody of its audience), services/events.py (whom something happened to), services/reminders.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.links import absolute_url
from core.queue import nudge_on_commit
from core.tokens import NONCE_LENGTH
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services.messages import queue_email
from surveys import wording
from surveys.enums import CampaignKind, CampaignStatus, InvitationStatus, NotSentBecause
from surveys.models import Campaign, Contact, Invitation, InvitationReminder, Survey
from surveys.queries import asking, audiences
from surveys.services import campaign_plans, mailing, texting, touchpoints
from surveys.services.campaign_plans import BadCampaign, CampaignError, Reminder

__all__ = [
    "BadCampaign", "CampaignError", "Reminder", "change", "create", "discard", "pause", "resume", "sample", "sample_text",
    "send_test", "start", "stop",
]  # fmt: skip

log = structlog.get_logger(__name__)

SWEEP = "surveys.prepare_campaigns"


def create(
    *,
    workspace: Workspace,
    name: str,
    survey: Survey,
    audience: dict[str, Any],
    by: User | None,
    now: datetime,
    touchpoint: str = "",
    reminders: Sequence[Reminder] = (),
    **schedule: Any,
) -> Campaign:
    """A draft that asks `survey` of `audience` (see Campaign); `touchpoint` is made if it is new. Nothing is sent.

    `schedule` are fields of Campaign (campaign_plans.FIELDS). Raises BadCampaign, which names the fields.
    """
    with transaction.atomic():
        campaign = Campaign(workspace=workspace, created_by=by, created_at=now)
        campaign_plans.apply(
            campaign,
            {**campaign_plans.EMPTY, "name": name, "survey": survey, "audience": audience, **schedule},
        )
        campaign.touchpoint = _moment(workspace, touchpoint, now)
        campaign_plans.write(campaign=campaign, reminders=reminders, now=now)
    return campaign


@transaction.atomic
def change(
    *, campaign: Campaign, now: datetime, touchpoint: str, reminders: Sequence[Reminder], **fields: Any
) -> Campaign:
    """Set the fields of a draft. Raises BadCampaign, which names the fields, and CampaignError once it was started."""
    row = _locked(campaign)
    campaign_plans.apply(row, fields)
    row.touchpoint = _moment(row.workspace, touchpoint, now)
    return campaign_plans.write(campaign=row, reminders=reminders, now=now)


def _moment(workspace: Workspace, name: str, now: datetime) -> Any:
    return touchpoints.ensure(workspace=workspace, name=name, now=now) if name.strip() else None


@transaction.atomic
def discard(*, campaign: Campaign) -> None:
    """Throw a draft away. Raises CampaignError once it was started."""
    row = _locked(campaign)
    if not row.is_draft:
        raise CampaignError(_("This campaign was started; it stays as a record of who was asked."))
    row.delete()


@transaction.atomic
def start(*, campaign: Campaign, by: User, now: datetime) -> Campaign:
    """Begin now, or at the campaign's own moment; a second call changes nothing. Raises CampaignError."""
    row = _locked(campaign)
    if row.is_under_way or row.status in (CampaignStatus.FINISHED, CampaignStatus.PAUSED):
        return row
    if not row.is_draft:
        raise CampaignError(_("This campaign was stopped. Make a new one to ask again."))
    if not row.survey.is_active:
        raise CampaignError(
            _("The survey “%(name)s” is not active. Activate it first.") % {"name": row.survey.name}
        )
    campaign_plans.check(campaign=row, reminders=campaign_plans.reminders_of(campaign=row), now=now)
    if row.kind == CampaignKind.ONCE and not audiences.people_of(campaign=row, now=now).exists():
        raise CampaignError(_("Nobody is in this audience. Choose other people, or add contacts first."))
    if row.starts_at is not None and row.starts_at > now:
        row.status, row.next_at = CampaignStatus.SCHEDULED, row.starts_at
        row.save(update_fields=["status", "next_at"])
    else:
        begin(row, now)
    log.info("campaign_started", campaign_id=row.pk, by=by.pk)
    nudge_on_commit(SWEEP)
    return row


def begin(row: Campaign, now: datetime) -> None:
    """The moment has come; the row is locked."""
    row.started_at, row.next_at = now, now
    if row.kind == CampaignKind.ONCE:
        last = audiences.people_of(campaign=row, now=now).aggregate(last=Max("pk"))["last"]
        row.status, row.audience_to = CampaignStatus.PREPARING, last or 0
    else:
        row.status = CampaignStatus.RUNNING
    row.save(update_fields=["status", "started_at", "audience_to", "next_at"])


@transaction.atomic
def pause(*, campaign: Campaign, by: User, now: datetime) -> int:
    """Ask nobody until it is resumed; returns how many wait. Mail already handed over still leaves."""
    row = _locked(campaign)
    if not row.is_under_way:
        return 0
    row.status, row.paused_at = CampaignStatus.PAUSED, now
    row.save(update_fields=["status", "paused_at"])
    log.info("campaign_paused", campaign_id=row.pk, by=by.pk)
    waiting: int = _planned(row).update(wait_because=NotSentBecause.CAMPAIGN_PAUSED, askable_at=None)
    return waiting


@transaction.atomic
def resume(*, campaign: Campaign, by: User, now: datetime) -> int:
    """Go on where it was paused; returns how many wait to be asked. What was spread over days keeps its distances."""
    row = _locked(campaign)
    if row.status != CampaignStatus.PAUSED or row.paused_at is None:
        return 0
    pause_was = now - row.paused_at
    row.status, row.paused_at = _status_after_pause(row), None
    row.next_at = row.starts_at if row.status == CampaignStatus.SCHEDULED else now
    row.save(update_fields=["status", "paused_at", "next_at"])
    moved = F("due_at") + pause_was if row.spread_days else F("due_at")
    woken: int = (
        _planned(row)
        .filter(wait_because=NotSentBecause.CAMPAIGN_PAUSED)
        .update(wait_because="", askable_at=None, due_at=moved)
    )
    log.info("campaign_resumed", campaign_id=row.pk, by=by.pk)
    nudge_on_commit(SWEEP)
    nudge_on_commit("surveys.send_due")
    return woken


def _status_after_pause(row: Campaign) -> CampaignStatus:
    if row.started_at is None:
        return CampaignStatus.SCHEDULED
    if row.kind != CampaignKind.ONCE:
        return CampaignStatus.RUNNING
    return CampaignStatus.PREPARING if row.prepared_to < row.audience_to else CampaignStatus.SENDING


@transaction.atomic
def stop(*, campaign: Campaign, now: datetime) -> int:
    """Ask nobody who was not asked yet; returns how many that are. Mail already handed over still leaves."""
    row = _locked(campaign)
    if not row.is_under_way and row.status != CampaignStatus.PAUSED:
        return 0
    return end(row, now, CampaignStatus.STOPPED)


def end(row: Campaign, now: datetime, status: CampaignStatus) -> int:
    """Nobody is asked or reminded any more; the row is locked. Returns how many were not asked."""
    row.status, row.finished_at, row.next_at = status, now, None
    row.save(update_fields=["status", "finished_at", "next_at"])
    InvitationReminder.objects.of(row.workspace_id).filter(
        invitation__campaign=row, sent_at__isnull=True, skipped_because=""
    ).update(skipped_because=NotSentBecause.CAMPAIGN_STOPPED)
    stopped: int = _planned(row).update(
        status=InvitationStatus.NOT_SENT,
        not_sent_because=NotSentBecause.CAMPAIGN_STOPPED,
        wait_because="",
        askable_at=None,
    )
    return stopped


def _planned(row: Campaign) -> Any:
    return Invitation.objects.of(row.workspace_id).filter(campaign=row, status=InvitationStatus.PLANNED)


def sample(
    *, campaign: Campaign, contact: Contact | None, link: str, reminder: Reminder | None = None
) -> tuple[str | None, dict[str, Any]]:
    """Subject (None: the mail's own) and context of the mail to `contact`, or to a made-up customer.

    All its links lead to `link`. With `reminder` it is that reminder.
    """
    survey = campaign.survey
    moment = campaign.touchpoint.name if campaign.touchpoint else ""
    if contact is None:
        values = wording.values(company=survey.workspace.name, name=_("Maya Keller"), touchpoint=moment)
    else:
        values = asking.merge_values(survey=survey, contact=contact, touchpoint=moment)
    face = mailing.face_of(survey=survey, campaign=campaign, language=contact.language if contact else "")
    if reminder is not None:
        face = mailing.reminding(face, reminder)
    context = mailing.mail_context(face=face, values=values, link=link, facts={})
    return wording.fill(face.subject, values) or None, context


def sample_text(*, campaign: Campaign, contact: Contact | None) -> str:
    """The text message to `contact`, or to a made-up customer, with a link that leads nowhere."""
    link = texting.short_link(nonce="x" * NONCE_LENGTH)
    return texting.sample(survey=campaign.survey, campaign=campaign, contact=contact, link=link)


def send_test(
    *, campaign: Campaign, contact: Contact | None, to: User, now: datetime, number: int = 0
) -> OutboundMessage:
    """The mail as `contact` would get it, to a colleague; its links open the preview, so nothing is counted.

    `number` is the reminder to be tried, 0 the first mail. Pressed twice within a minute each leaves once. Raises
    CampaignError when the campaign has no such reminder.
    """
    workspace = campaign.workspace
    link = absolute_url("surveys:survey_preview", slug=workspace.slug, public_id=campaign.survey.public_id)
    reminder = campaign_plans.reminder_of(campaign=campaign, number=number) if number else None
    subject, context = sample(campaign=campaign, contact=contact, link=link, reminder=reminder)
    return queue_email(
        mail="survey_invitation",
        to=to.email,
        to_name=to.name,
        from_name=campaign.from_name or workspace.from_name,
        reply_to=campaign.reply_to or workspace.reply_to,
        context={**context, "unsubscribe_url": link},
        subject=_("Test: %(subject)s") % {"subject": subject or context["question"]},
        dedupe_key=f"campaign_test:{campaign.pk}:{number}:{to.pk}:{now:%Y%m%d%H%M}",
        kind=Kind.STAFF,
        workspace=workspace,
        about=f"campaign:{campaign.pk}",
        now=now,
    )


def _locked(campaign: Campaign) -> Campaign:
    row: Campaign = (
        Campaign.objects.of(campaign.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace", "survey__workspace", "touchpoint", "saved_audience")
        .get(pk=campaign.pk)
    )
    return row
