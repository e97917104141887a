"""The sweep that asks: due invitations are checked once more and handed to the outbox, or given their reason.

Claim and effect are one transaction, so killing it anywhere leaves everything as it was or everything done. Locks are
taken in one order: campaigns with a limit, invitations, people in the order of their ids. So two sweeps that hold two
invitations of one person ask once, and a cap is kept by both together.

Who cannot be asked has one reason and is not asked. Who cannot be asked at this hour, or today, stays planned with the
reason of the wait and the moment it ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Q

from outbox import queries as outbox
from outbox.services.messages import EmailRequest
from outbox.services.texts import TextRequest
from surveys.enums import CampaignStatus, InvitationStatus, NotSentBecause, ResponseChannel
from surveys.models import (
    Campaign,
    CampaignReminder,
    Contact,
    Invitation,
    InvitationReminder,
    Survey,
    Touchpoint,
)
from surveys.queries import asking, faces
from surveys.queries.asking import Ground
from surveys.queries.settled import has_answer
from surveys.rules.sending_hours import Window
from surveys.services import limits, mailing, texting
from surveys.services.following import SOON

__all__ = ["send_due"]

log = structlog.get_logger(__name__)

BATCH = 200
MAX_BATCHES = 50  # in one turn; the next turn goes on
AHEAD = 2_000  # surveys that wait in the outbox: no more are handed over, so that a pause or a stop means something
TEXTS_AHEAD = 200  # a provider takes a few texts a second
RETRY_AFTER = timedelta(minutes=10)  # a row that raised is left alone so long, and stops no other


def send_due(*, now: datetime) -> int:
    """Queue or refuse every planned invitation that is due; returns how many. Safe to run twice and in parallel."""
    done = 0
    for _turn in range(MAX_BATCHES):
        full = _full(now)
        if ResponseChannel.EMAIL in full:
            break
        claimed = _send_batch(now, full)
        done += claimed
        if claimed < BATCH:
            break
    return done


def _full(now: datetime) -> list[str]:
    """The channels whose outbox holds as many surveys as are handed over ahead."""
    return [
        channel
        for channel, most in ((ResponseChannel.EMAIL, AHEAD), (ResponseChannel.SMS, TEXTS_AHEAD))
        if outbox.surveys_waiting(now=now, most=most, channel=channel) >= most
    ]


def _send_batch(now: datetime, full: Iterable[str] = ()) -> int:
    claimed: list[int] = []
    try:
        with transaction.atomic():
            left, busy = limits.locked(now=now)
            rows = _claim(now, busy, full)
            claimed += [row.pk for row in rows]
            _send(rows, now, left)
    except Exception:  # whatever one row brings up must not stop the others
        log.exception("batch_not_sent", rows=len(claimed))
        for pk in claimed:
            _send_alone(pk, now)
    return len(claimed)


def _send_alone(pk: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            left, busy = limits.locked(now=now)
            _send(_claim(now, busy, (), pk=pk), now, left)
    except Exception:  # this is the row: it waits, and is tried again
        log.exception("invitation_not_sent", invitation=pk)
        Invitation.objects.across_workspaces().filter(pk=pk, status=InvitationStatus.PLANNED).update(
            retry_at=now + RETRY_AFTER
        )


def _claim(now: datetime, busy: Iterable[int], full: Iterable[str], **only: int) -> list[Invitation]:
    due = (
        Invitation.objects.across_workspaces()
        .filter(status=InvitationStatus.PLANNED, due_at__lte=now, **only)
        .filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))
        .exclude(wait_because=NotSentBecause.CAMPAIGN_PAUSED)  # whoever resumes the campaign wakes them
        .exclude(campaign__in=list(busy))
        .exclude(channel__in=list(full))
        .exclude(has_answer())
    )
    return list(due.order_by("due_at", "pk").select_for_update(skip_locked=True)[:BATCH])


@dataclass
class _Outcome:
    """What a batch comes to."""

    asked: list[tuple[Invitation, EmailRequest | TextRequest]] = field(default_factory=list)
    refused: list[Invitation] = field(default_factory=list)
    held: list[Invitation] = field(default_factory=list)

    def refuse(self, row: Invitation, because: str, until: datetime | None = None) -> None:
        row.not_sent_because, row.askable_at = because, until
        self.refused.append(row)

    def hold(self, row: Invitation, because: str, until: datetime) -> None:
        row.wait_because, row.askable_at, row.due_at = because, until, until
        self.held.append(row)


def _send(rows: list[Invitation], now: datetime, left: dict[int, limits.Limit]) -> None:
    """Check each invitation and queue its mail, write its reason, or the reason of its wait."""
    if not rows:
        return
    people = _locked({row.contact_id for row in rows})
    surveys = (
        Survey.objects.across_workspaces()
        .select_related("workspace")
        .in_bulk({row.survey_id for row in rows})
    )
    touchpoints = Touchpoint.objects.across_workspaces().in_bulk({row.touchpoint_id for row in rows} - {None})
    campaigns = Campaign.objects.across_workspaces().in_bulk({row.campaign_id for row in rows} - {None})
    looks = {pk: faces.Faces(survey) for pk, survey in surveys.items()}
    windows = {pk: Window.from_json(campaign.window) for pk, campaign in campaigns.items()}
    grounds, outcome = _grounds(rows, surveys, people, now), _Outcome()
    texts = limits.TextRoom(now=now)
    for row in rows:
        survey, contact = surveys[row.survey_id], people[row.contact_id]
        campaign = campaigns.get(row.campaign_id or 0)
        face = mailing.in_words_of(looks[row.survey_id].face(row.language or contact.language), campaign)
        if campaign is not None and campaign.status == CampaignStatus.PAUSED:
            outcome.hold(row, NotSentBecause.CAMPAIGN_PAUSED, row.due_at)
            continue
        touchpoint = touchpoints[row.touchpoint_id].name if row.touchpoint_id else ""
        values = asking.merge_values(survey=survey, contact=contact, touchpoint=touchpoint)
        verdict = asking.verdict(
            survey=survey,
            contact=contact,
            now=now,
            found=grounds[row.workspace_id],
            missing=asking.missing_fields(face=face, values=values, channel=row.channel),
            purpose=row.purpose,
            channel=row.channel,
            window=windows.get(row.campaign_id),
            overruled=bool(row.override_note),
        )
        limit = left.get(row.campaign_id or 0)
        if verdict.is_delay and verdict.until is not None:
            outcome.hold(row, verdict.reason or "", verdict.until)
        elif not verdict.allowed:
            outcome.refuse(row, verdict.reason or "", verdict.until)
        elif limit is not None and not row.override_note and not limit.take():
            outcome.hold(row, limit.because, limit.until)
        else:
            row.expires_at = now + survey.link_lifetime
            gateway = grounds[row.workspace_id].gateway
            message = texting.request_of(
                row=row, survey=survey, contact=contact, face=face, values=values, campaign=campaign, gateway=gateway
            )  # fmt: skip
            if isinstance(message, TextRequest) and (wait := texts.wait_for(message, gateway)):
                outcome.hold(row, wait.because, wait.until)
                continue
            contact.last_asked_at = now  # a second invitation to this person in the same batch sees it
            outcome.asked.append((row, message))
    _write_asked(outcome.asked, now)
    _write_refused(outcome.refused)
    _write_held(outcome.held)


def _locked(ids: set[int]) -> dict[int, Contact]:
    people = Contact.objects.across_workspaces().filter(pk__in=ids).order_by("pk").select_for_update()
    return {contact.pk: contact for contact in people}


def _grounds(
    rows: list[Invitation], surveys: dict[int, Survey], people: dict[int, Contact], now: datetime
) -> dict[int, Ground]:
    """By workspace, what its people are judged by: a few queries for each workspace."""
    by_workspace: dict[int, list[Contact]] = defaultdict(list)
    workspaces, by_text = {}, set()
    for row in rows:
        by_workspace[row.workspace_id].append(people[row.contact_id])
        workspaces[row.workspace_id] = surveys[row.survey_id].workspace
        if row.channel == ResponseChannel.SMS:
            by_text.add(row.workspace_id)
    return {
        pk: asking.ground(workspace=workspaces[pk], contacts=contacts, now=now, by_text=pk in by_text)
        for pk, contacts in by_workspace.items()
    }


def _write_asked(asked: list[tuple[Invitation, EmailRequest | TextRequest]], now: datetime) -> None:
    if not asked:
        return
    messages = texting.queue([request for _row, request in asked], now=now)
    by_key = {message.dedupe_key: message.pk for message in messages}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_invitation i SET status = 'QUEUED', queued_at = %(now)s, follow_at = %(look)s,"
            " retry_at = NULL, wait_because = '', askable_at = NULL, message_id = v.message_id, expires_at = v.expires_at"
            " FROM unnest(%(ids)s::bigint[], %(messages)s::bigint[], %(ends)s::timestamptz[])"
            " AS v (id, message_id, expires_at) WHERE i.id = v.id",
            {
                "now": now,
                # Mail that is kept has arrived already; any other is on its way for a moment at least.
                "look": now if all(message.sent_at for message in messages) else now + SOON,
                "ids": [row.pk for row, _request in asked],
                "messages": [by_key[request.dedupe_key] for _row, request in asked],
                "ends": [row.expires_at for row, _request in asked],
            },
        )
    Contact.objects.across_workspaces().filter(pk__in={row.contact_id for row, _request in asked}).update(
        last_asked_at=now
    )
    _plan_reminders([row for row, _request in asked], now)


def _plan_reminders(rows: list[Invitation], now: datetime) -> None:
    """The first reminder of each invitation whose campaign has some; the next is planned when it has left."""
    wanted = {row.campaign_id for row in rows} - {None}
    firsts = {
        reminder.campaign_id: reminder
        for reminder in CampaignReminder.objects.across_workspaces().filter(campaign__in=wanted, number=1)
    }
    InvitationReminder.objects.across_workspaces().bulk_create(
        [
            InvitationReminder(
                workspace_id=row.workspace_id,
                invitation=row,
                number=1,
                due_at=now + timedelta(days=firsts[row.campaign_id].after_days),
                created_at=now,
            )
            for row in rows
            if row.campaign_id in firsts
        ],
        ignore_conflicts=True,
    )


def _write_refused(refused: list[Invitation]) -> None:
    if not refused:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_invitation i SET status = 'NOT_SENT', retry_at = NULL, wait_because = '', not_sent_because = v.reason,"
            " askable_at = v.askable_at"
            " FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS v (id, reason, askable_at) WHERE i.id = v.id",
            [
                [row.pk for row in refused],
                [str(row.not_sent_because) for row in refused],
                [row.askable_at for row in refused],
            ],
        )


def _write_held(held: list[Invitation]) -> None:
    if not held:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_invitation i SET retry_at = NULL, wait_because = v.reason, askable_at = v.until, due_at = v.until"
            " FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS v (id, reason, until) WHERE i.id = v.id",
            [
                [row.pk for row in held],
                [str(row.wait_because) for row in held],
                [row.due_at for row in held],
            ],
        )
