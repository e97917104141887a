"""The sweep that plans whom campaigns ask: those of an audience once, or again and again; and that begins and ends them.

Safe to run twice and in parallel: a campaign is locked for a batch, its progress is in the batch's transaction, and a
person's place in a round is unique in the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from core.queue import nudge_on_commit
from surveys.enums import CampaignKind, CampaignStatus, InvitationStatus
from surveys.models import Campaign, Contact, Invitation, InvitationReminder
from surveys.queries import asking, audiences
from surveys.queries.asking import Ground
from surveys.rules import campaign_schedule, sampling, sending_hours
from surveys.rules.sending_hours import Hours, Window
from surveys.services import campaigns

SWEEP = "surveys.prepare_campaigns"
BATCH = 500  # people a transaction
WORK_SECONDS = 60.0  # of one run of the sweep; the next goes on
LOOK_AGAIN = timedelta(hours=1)  # a recurring campaign, for those whose day has come
_UNDER_WAY = (InvitationStatus.PLANNED, InvitationStatus.QUEUED)
_ENDING = (
    CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING, CampaignStatus.RUNNING,
    CampaignStatus.PAUSED,
)  # fmt: skip


def prepare(*, now: datetime) -> int:
    """Begin what is due, write invitations batch by batch, end what is over; returns how many people were planned."""
    began = time.monotonic()
    people = 0
    _each(_to_begin(now), lambda row: campaigns.begin(row, now))
    _each(_to_end(now), lambda row: campaigns.end(row, now, CampaignStatus.FINISHED))
    for step in (_prepare_batch, _recur_batch):
        while time.monotonic() - began < WORK_SECONDS:
            done = step(now)
            if done is None:
                break
            people += done
        else:
            nudge_on_commit(SWEEP)
    if people:
        nudge_on_commit("surveys.send_due")
    _finish(now)
    return people


def _rows() -> Any:
    return (
        Campaign.objects.across_workspaces()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("workspace", "survey__workspace", "touchpoint", "saved_audience")
    )


def _to_begin(now: datetime) -> Q:
    return Q(status=CampaignStatus.SCHEDULED, starts_at__lte=now)


def _to_end(now: datetime) -> Q:
    return Q(status__in=_ENDING, ends_at__lte=now)


def _each(which: Q, act: Callable[[Campaign], Any]) -> None:
    ids = list(Campaign.objects.across_workspaces().filter(which).values_list("pk", flat=True))
    for pk in ids:
        with transaction.atomic():
            row = _rows().filter(which, pk=pk).first()
            if row is not None:
                act(row)


def _prepare_batch(now: datetime) -> int | None:
    """One batch of the oldest campaign nobody else works on; None when there is none."""
    with transaction.atomic():
        campaign: Campaign | None = _rows().filter(status=CampaignStatus.PREPARING).order_by("pk").first()
        if campaign is None:
            return None
        batch = list(
            audiences.judged_audience(campaign=campaign, now=now)
            .filter(pk__gt=campaign.prepared_to, pk__lte=campaign.audience_to)
            .order_by("pk")[:BATCH]
        )
        _write(campaign, [(contact, 1) for contact in batch], now)
        if len(batch) < BATCH:
            campaign.status = CampaignStatus.SENDING
        campaign.prepared_to = batch[-1].pk if batch else campaign.audience_to
        campaign.save(update_fields=["status", "prepared_to"])
    return len(batch)


def _recur_batch(now: datetime) -> int | None:
    """One batch of a recurring campaign that is to be looked at; None when there is none."""
    with transaction.atomic():
        due = Q(status=CampaignStatus.RUNNING, kind=CampaignKind.RECURRING, next_at__lte=now)
        campaign: Campaign | None = _rows().filter(due).order_by("next_at", "pk").first()
        if campaign is None:
            return None
        batch = list(_whose_turn(campaign, now).order_by("pk")[:BATCH])
        rounds = [(contact, (contact.last_round or 0) + 1) for contact in batch]
        _write(campaign, rounds, now)
        campaign.round = max([campaign.round, *(number for _contact, number in rounds)])
        campaign.next_at = now if len(batch) == BATCH else now + LOOK_AGAIN
        campaign.save(update_fields=["round", "next_at"])
    return len(batch)


def _whose_turn(campaign: Campaign, now: datetime) -> Any:
    """The people of the audience whose day has come: the first time, the next round, or the end of what kept them out."""
    mine = Invitation.objects.of(campaign.workspace_id).filter(campaign=campaign, contact=OuterRef("pk"))
    last = mine.order_by("-round")
    rows = audiences.judged_audience(campaign=campaign, now=now)
    if campaign.first_after_days:
        rows = rows.filter(created_at__lte=now - timedelta(days=campaign.first_after_days))
    rows = rows.annotate(
        last_round=Subquery(last.values("round")[:1]),
        last_at=Subquery(last.values("created_at")[:1]),
        last_status=Subquery(last.values("status")[:1]),
        last_askable=Subquery(last.values("askable_at")[:1]),
    )
    turn = Q(last_round__isnull=True) | Q(last_status=InvitationStatus.NOT_SENT, last_askable__lte=now)
    if campaign.every_days is not None:
        turn |= Q(last_at__lte=now - timedelta(days=campaign.every_days))
    is_settled = Q(last_status__isnull=True) | ~Q(last_status__in=_UNDER_WAY)
    return rows.filter(turn & is_settled)


def _write(campaign: Campaign, people: list[tuple[Contact, int]], now: datetime) -> None:
    """The invitations of these people, planned for their moment or refused with their reason."""
    if not people:
        return
    policy = asking.policy_of(workspace=campaign.workspace)
    hours = Ground(settings=policy, holidays=asking.holidays_of(policy=policy, now=now)).hours(
        Window.from_json(campaign.window)
    )
    mine = Invitation.objects.of(campaign.workspace_id).filter(campaign=campaign)
    number = mine.exclude(status=InvitationStatus.NOT_SENT).count() if campaign.spread_days else 0
    rows = []
    for contact, of_round in people:
        row = _invitation(campaign, contact, of_round, now)
        if row.status == InvitationStatus.PLANNED:
            _place(row, campaign, contact, number, hours, now)
            number += 1
        rows.append(row)
    mine.bulk_create(rows, ignore_conflicts=True)


def _invitation(campaign: Campaign, contact: Contact, of_round: int, now: datetime) -> Invitation:
    because = getattr(contact, "because", "")  # annotated by the query
    return Invitation(
        workspace_id=campaign.workspace_id,
        survey_id=campaign.survey_id,
        campaign=campaign,
        touchpoint_id=campaign.touchpoint_id,
        contact=contact,
        channel=campaign.channel,
        language=contact.language,
        round=of_round,
        status=InvitationStatus.NOT_SENT if because else InvitationStatus.PLANNED,
        not_sent_because=because,
        askable_at=getattr(contact, "until", None),
        due_at=now,
        expires_at=now + campaign.survey.link_lifetime,
        created_at=now,
    )


def _place(
    row: Invitation, campaign: Campaign, contact: Contact, number: int, hours: Hours, now: datetime
) -> None:
    """When this person is asked, and what for they wait until then."""
    begins = (
        max(campaign.started_at or now, now) if campaign.kind != CampaignKind.ONCE else campaign.started_at
    )
    zone = asking.zone_of(contact=contact, workspace=campaign.workspace)
    row.due_at = campaign_schedule.due_at(
        begins=begins or now,
        number=number,
        share=sampling.lot(seed=f"{campaign.public_id}:hour", contact=contact.pk) / 100,
        spread_days=campaign.spread_days,
        hours=hours,
        zone=zone,
        hour=send_hour(campaign, contact),
    )
    row.expires_at = row.due_at + campaign.survey.link_lifetime
    held = sending_hours.delay(hours, zone=zone, moment=now) if row.due_at > now else None
    if held is not None:
        row.wait_because, row.askable_at = held.because, row.due_at


def send_hour(campaign: Campaign, contact: Contact) -> int | None:
    """The hour of their day at which this person tends to answer, if the campaign goes by it."""
    if not campaign.uses_send_hour:
        return None
    return contact.send_hour if contact.chosen_send_hour is None else contact.chosen_send_hour


def _finish(now: datetime) -> None:
    """Campaigns of which nothing is planned, on its way or to be reminded of any more."""
    under_way = Invitation.objects.across_workspaces().filter(campaign=OuterRef("pk"), status__in=_UNDER_WAY)
    reminders = InvitationReminder.objects.across_workspaces().filter(
        invitation__campaign=OuterRef("pk"), sent_at__isnull=True, skipped_because=""
    )
    Campaign.objects.across_workspaces().filter(status=CampaignStatus.SENDING).exclude(
        Exists(under_way)
    ).exclude(Exists(reminders)).update(status=CampaignStatus.FINISHED, finished_at=now, next_at=None)
