"""Campaigns: one survey to many people, each asked at most once, each one left out for one written reason."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.links import absolute_url
from core.queue import nudge_on_commit
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services.messages import queue_email
from surveys import wording
from surveys.enums import CampaignStatus, InvitationStatus, NotSentBecause
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.queries import asking, audiences, faces
from surveys.services import sending, touchpoints

log = structlog.get_logger(__name__)

SWEEP = "surveys.prepare_campaigns"
BATCH = 500  # people a transaction
WORK_SECONDS = 60.0  # of one run of the sweep; the next goes on
_UNDER_WAY = (InvitationStatus.PLANNED, InvitationStatus.QUEUED)


class CampaignError(ValueError):
    """The campaign cannot do this; the text says why."""


def create(
    *,
    workspace: Workspace,
    name: str,
    survey: Survey,
    audience: dict[str, Any],
    by: User,
    now: datetime,
    touchpoint: str = "",
) -> Campaign:
    """A draft that asks `survey` of `audience` (see Campaign); `touchpoint` is made if it is new. Nothing is sent."""
    with transaction.atomic():
        moment = (
            touchpoints.ensure(workspace=workspace, name=touchpoint, now=now) if touchpoint.strip() else None
        )
        campaign = Campaign(
            workspace=workspace,
            name=name,
            survey=survey,
            touchpoint=moment,
            audience=audience,
            created_by=by,
            created_at=now,
        )
        campaign.save()
    return campaign


@transaction.atomic
def discard(*, campaign: Campaign) -> None:
    """Throw a draft away. Raises CampaignError once it was started."""
    row = _locked(campaign)
    if not row.is_draft:
        raise CampaignError(_("This campaign was started; it stays as a record of who was asked."))
    row.delete()


@transaction.atomic
def start(*, campaign: Campaign, by: User, now: datetime) -> Campaign:
    """Ask everybody who is in the audience now; a second call changes nothing. Raises CampaignError."""
    row = _locked(campaign)
    if row.is_running or row.status == CampaignStatus.FINISHED:
        return row
    if not row.is_draft:
        raise CampaignError(_("This campaign was stopped. Make a new one to ask again."))
    if not row.survey.is_active:
        raise CampaignError(
            _("The survey “%(name)s” is not active. Activate it first.") % {"name": row.survey.name}
        )
    people = audiences.audience_of(workspace=row.workspace, audience=row.audience)
    last = people.aggregate(last=Max("pk"))["last"]
    if last is None:
        raise CampaignError(_("Nobody is in this audience."))
    row.status, row.started_at, row.audience_to = CampaignStatus.PREPARING, now, last
    row.save(update_fields=["status", "started_at", "audience_to"])
    log.info("campaign_started", campaign_id=row.pk, by=by.pk)
    nudge_on_commit(SWEEP)
    return row


@transaction.atomic
def stop(*, campaign: Campaign, now: datetime) -> int:
    """Ask nobody who was not asked yet; returns how many that are. Mail already handed over still leaves."""
    row = _locked(campaign)
    if not row.is_running:
        return 0
    row.status, row.finished_at = CampaignStatus.STOPPED, now
    row.save(update_fields=["status", "finished_at"])
    stopped: int = (
        Invitation.objects.of(row.workspace_id)
        .filter(campaign=row, status=InvitationStatus.PLANNED)
        .update(status=InvitationStatus.NOT_SENT, not_sent_because=NotSentBecause.CAMPAIGN_STOPPED)
    )
    return stopped


def sample(*, campaign: Campaign, contact: Contact | None, link: str) -> tuple[str | None, dict[str, Any]]:
    """Subject (None: the mail's own) and context of the mail to `contact`, or to a made-up customer.

    All its links lead to `link`.
    """
    survey = campaign.survey
    moment = campaign.touchpoint.name if campaign.touchpoint else ""
    if contact is None:
        values = wording.values(company=survey.workspace.name, name=_("Maya Keller"), touchpoint=moment)
    else:
        values = asking.merge_values(survey=survey, contact=contact, touchpoint=moment)
    face = faces.make(survey=survey)
    context = sending.mail_context(face=face, values=values, link=link, facts={})
    return wording.fill(face.subject, values) or None, context


def send_test(*, campaign: Campaign, contact: Contact | None, to: User, now: datetime) -> OutboundMessage:
    """The mail as `contact` would get it, to a colleague; its links open the preview, so nothing is counted.

    Pressed twice within a minute it leaves once.
    """
    workspace = campaign.workspace
    link = absolute_url("surveys:survey_preview", slug=workspace.slug, public_id=campaign.survey.public_id)
    subject, context = sample(campaign=campaign, contact=contact, link=link)
    return queue_email(
        mail="survey_invitation",
        to=to.email,
        to_name=to.name,
        from_name=workspace.from_name,
        context={**context, "unsubscribe_url": link},
        subject=_("Test: %(subject)s") % {"subject": subject or context["question"]},
        dedupe_key=f"campaign_test:{campaign.pk}:{to.pk}:{now:%Y%m%d%H%M}",
        kind=Kind.STAFF,
        workspace=workspace,
        about=f"campaign:{campaign.pk}",
        now=now,
    )


def prepare(*, now: datetime) -> int:
    """Write the invitations of started campaigns, batch by batch, and finish the sent ones; returns how many people.

    Safe to run twice and in parallel: a campaign is locked for a batch, its progress is in the batch's transaction.
    """
    began = time.monotonic()
    people = 0
    while time.monotonic() - began < WORK_SECONDS:
        done = _prepare_batch(now)
        if done is None:
            break
        people += done
    else:
        nudge_on_commit(SWEEP)
    if people:
        nudge_on_commit("surveys.send_due")
    _finish_sent(now)
    return people


def _prepare_batch(now: datetime) -> int | None:
    """One batch of the oldest campaign nobody else works on; None when there is none."""
    with transaction.atomic():
        campaign: Campaign | None = (
            Campaign.objects.across_workspaces()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("workspace", "survey__workspace", "touchpoint")
            .filter(status=CampaignStatus.PREPARING)
            .order_by("pk")
            .first()
        )
        if campaign is None:
            return None
        batch = list(
            audiences.judged_audience(campaign=campaign, now=now)
            .filter(pk__gt=campaign.prepared_to, pk__lte=campaign.audience_to)
            .order_by("pk")[:BATCH]
        )
        Invitation.objects.of(campaign.workspace_id).bulk_create(
            [_invitation(campaign, contact, now) for contact in batch], ignore_conflicts=True
        )
        if len(batch) < BATCH:
            campaign.status = CampaignStatus.SENDING
        campaign.prepared_to = batch[-1].pk if batch else campaign.audience_to
        campaign.save(update_fields=["status", "prepared_to"])
    return len(batch)


def _invitation(campaign: Campaign, contact: Contact, now: datetime) -> Invitation:
    because = getattr(contact, "because", "")  # annotated by the query
    return Invitation(
        workspace_id=campaign.workspace_id,
        survey_id=campaign.survey_id,
        campaign=campaign,
        touchpoint_id=campaign.touchpoint_id,
        contact=contact,
        status=InvitationStatus.NOT_SENT if because else InvitationStatus.PLANNED,
        not_sent_because=because,
        askable_at=getattr(contact, "until", None),
        due_at=now,
        expires_at=now + campaign.survey.link_lifetime,
        created_at=now,
    )


def _finish_sent(now: datetime) -> None:
    """Campaigns of which nothing is planned or on its way any more."""
    under_way = Invitation.objects.across_workspaces().filter(campaign=OuterRef("pk"), status__in=_UNDER_WAY)
    Campaign.objects.across_workspaces().filter(status=CampaignStatus.SENDING).exclude(
        Exists(under_way)
    ).update(status=CampaignStatus.FINISHED, finished_at=now)


def _locked(campaign: Campaign) -> Campaign:
    row: Campaign = (
        Campaign.objects.of(campaign.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace", "survey")
        .get(pk=campaign.pk)
    )
    return row
