"""What happened to a customer elsewhere, reported once; campaigns that wait for it ask them.

An event is recorded first and handled after, by news or by the sweep: each campaign asks at most once for one event, which
the database keeps (invitation_once_per_event).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from accounts.models import Workspace
from core.queue import nudge_on_commit
from surveys.enums import CampaignKind, CampaignStatus, InvitationStatus, NotSentBecause
from surveys.models import Campaign, Contact, ContactEvent, Invitation, Touchpoint
from surveys.queries import audiences
from surveys.rules import campaign_schedule, sampling
from surveys.services import invitations

log = structlog.get_logger(__name__)

SWEEP = "surveys.handle_events"
MOST = 2_000  # in one turn; the next goes on
RETRY_AFTER = timedelta(minutes=10)  # an event that raised stands aside so long, and stops no other


class BadEvent(ValueError):
    """The event's name cannot be one; the text says why."""


@transaction.atomic
def record(
    *,
    workspace: Workspace,
    name: str,
    contact: Contact,
    now: datetime,
    external_id: str = "",
    touchpoint: Touchpoint | None = None,
    happened_at: datetime | None = None,
    data: dict[str, Any] | None = None,
) -> tuple[ContactEvent, bool]:
    """The event, and whether it is new: the same `external_id` of the same name is the same event. Raises BadEvent."""
    if not campaign_schedule.is_event_name(name):
        raise BadEvent(campaign_schedule.SENTENCES["BAD_TRIGGER"])
    rows = ContactEvent.objects.of(workspace)
    row = ContactEvent(
        workspace=workspace,
        contact=contact,
        name=name,
        external_id=external_id,
        touchpoint=touchpoint,
        data=data or {},
        happened_at=happened_at or now,
        created_at=now,
        handle_at=now,
    )
    rows.bulk_create([row], ignore_conflicts=True)
    found: ContactEvent = rows.select_related("contact", "touchpoint").get(
        **({"name": name, "external_id": external_id} if external_id else {"public_id": row.public_id})
    )
    is_new = found.public_id == row.public_id
    if is_new:
        nudge_on_commit(SWEEP)
    return found, is_new


def handle(*, now: datetime) -> int:
    """Ask for every event that was not looked at yet; returns how many were. Safe to run twice and in parallel."""
    due = ContactEvent.objects.across_workspaces().filter(handle_at__lte=now).order_by("handle_at", "pk")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:MOST]):
        try:
            done += _handle(pk, now)
        except Exception:  # whatever one event brings up must not stop the others
            log.exception("event_not_handled", event=pk)
            ContactEvent.objects.across_workspaces().filter(pk=pk).update(handle_at=now + RETRY_AFTER)
    return done


@transaction.atomic
def _handle(pk: int, now: datetime) -> bool:
    event: ContactEvent | None = (
        ContactEvent.objects.across_workspaces()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("workspace", "contact", "touchpoint")
        .filter(pk=pk, handle_at__lte=now)
        .first()
    )
    if event is None:
        return False
    for campaign in _waiting_for(event):
        _ask(campaign, event, now)
    event.handle_at = None
    event.save(update_fields=["handle_at"])
    return True


def _waiting_for(event: ContactEvent) -> list[Campaign]:
    """The campaigns that ask after such an event and were started before it was reported."""
    return list(
        Campaign.objects.of(event.workspace_id)
        .filter(
            kind=CampaignKind.TRIGGERED,
            trigger=event.name,
            status__in=[CampaignStatus.RUNNING, CampaignStatus.PAUSED],
            started_at__lte=event.created_at,
        )
        .select_related("workspace", "survey__workspace", "touchpoint", "saved_audience")
        .order_by("pk")
    )


def _ask(campaign: Campaign, event: ContactEvent, now: datetime) -> None:
    asked = Invitation.objects.of(event.workspace_id).filter(campaign=campaign, event=event)
    means = audiences.people_of(campaign=campaign, now=now).filter(pk=event.contact_id)
    if asked.exists() or not means.exists():
        return
    row = invitations.invite(
        workspace=event.workspace,
        survey=campaign.survey,
        contact=event.contact,
        campaign=campaign,
        touchpoint=event.touchpoint or campaign.touchpoint,
        channel=campaign.channel,
        event=event,
        due_at=event.happened_at + timedelta(seconds=campaign.delay_seconds),
        now=now,
    )
    seed = sampling.seed(campaign=campaign.public_id, of_round=event.pk)
    if row.status != InvitationStatus.PLANNED:
        return
    if not sampling.is_drawn(seed=seed, contact=event.contact_id, percent=campaign.sample_percent):
        row.status, row.not_sent_because = InvitationStatus.NOT_SENT, NotSentBecause.NOT_SAMPLED
        row.wait_because, row.askable_at = "", None
    elif campaign.status == CampaignStatus.PAUSED:
        row.wait_because, row.askable_at = NotSentBecause.CAMPAIGN_PAUSED, None
    else:
        return
    row.save(update_fields=["status", "not_sent_because", "wait_because", "askable_at"])
