"""How many people a campaign may ask now: its cap for a day, and what the team can answer.

Whoever sends holds the lock of a campaign with such a limit, so that two of them together keep it. The lock is taken before
those of invitations and contacts, as by whoever pauses or stops a campaign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db.models import Q

from outbox import queries as outbox
from outbox import text_rules
from outbox.channels.sms import Gateway
from outbox.services import text_limits
from outbox.services.texts import TextRequest
from surveys.enums import CampaignStatus, NotSentBecause
from surveys.models import Campaign, Invitation
from surveys.queries import asking, capacity

log = structlog.get_logger(__name__)

AGAIN = timedelta(hours=1)  # the team's room is looked at again
_SENDING = (CampaignStatus.PREPARING, CampaignStatus.SENDING, CampaignStatus.RUNNING)
_LIMITED = Q(daily_cap__isnull=False) | Q(keeps_capacity=True)


@dataclass
class Limit:
    """How many people a campaign may still ask, and why no more, until when."""

    left: int
    because: str
    until: datetime

    def take(self) -> bool:
        """Ask one more; False when none is left."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True


class TextRoom:
    """How many parts of texts each workspace may still hand over today: what left, what waits and this batch count.

    The outbox counts again, under a lock, when a text leaves; this is so that people wait here for the next day instead of
    being refused there.
    """

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._left: dict[int, int] = {}

    def wait_for(self, request: TextRequest, gateway: Gateway | None) -> Limit | None:
        """None when there is room, which is then taken; else the wait."""
        workspace, parts = request.workspace, text_rules.size(request.text).parts
        if workspace.pk not in self._left:
            most = gateway.limits.per_day if gateway else 0
            used = text_limits.used(workspace=workspace, now=self._now).day
            self._left[workspace.pk] = most - used - outbox.parts_under_way(workspace=workspace)
        if self._left[workspace.pk] >= parts:
            self._left[workspace.pk] -= parts
            return None
        today = text_limits.day_of(workspace=workspace, now=self._now)
        # Twenty-six hours on it is the next day, whatever the clocks did; its beginning is what is meant.
        until = text_limits.day_of(workspace=workspace, now=today + timedelta(hours=26))
        return Limit(0, NotSentBecause.SMS_LIMIT, until)


def locked(*, now: datetime) -> tuple[dict[int, Limit], list[int]]:
    """(limits by campaign, campaigns that somebody else is sending): call it first in a transaction."""
    campaigns = Campaign.objects.across_workspaces().filter(_LIMITED, status__in=_SENDING)
    due = Invitation.objects.across_workspaces().filter(
        status="PLANNED", due_at__lte=now, campaign__isnull=False
    )
    wanted = set(campaigns.filter(pk__in=due.values("campaign")).values_list("pk", flat=True))
    if not wanted:
        return {}, []
    mine = campaigns.filter(pk__in=wanted).select_related("workspace").order_by("pk")
    held = list(mine.select_for_update(skip_locked=True, of=("self",)))
    limits = {campaign.pk: of(campaign=campaign, now=now) for campaign in held}
    return limits, sorted(wanted - set(limits))


def of(*, campaign: Campaign, now: datetime) -> Limit:
    """The campaign's narrowest limit at `now`; `campaign.workspace` is loaded."""
    found = []
    if campaign.daily_cap is not None:
        start, end = day_of(campaign=campaign, now=now)
        asked = Invitation.objects.of(campaign.workspace_id).filter(campaign=campaign, queued_at__gte=start)
        found.append(Limit(max(campaign.daily_cap - asked.count(), 0), NotSentBecause.DAILY_CAP, end))
    if campaign.keeps_capacity:
        policy = asking.policy_of(workspace=campaign.workspace)
        room = capacity.room(policy=policy, workspace=campaign.workspace, now=now)
        found.append(Limit(room.people, NotSentBecause.CAPACITY, now + AGAIN))
        log.info(
            "campaign_fits_capacity",
            campaign=campaign.pk,
            people=room.people,
            cases=round(room.cases, 1),
            minutes=room.minutes,
            taken=room.taken,
        )
    return min(found, key=lambda limit: limit.left)


def day_of(*, campaign: Campaign, now: datetime) -> tuple[datetime, datetime]:
    """The workspace's day around `now`: its beginning and its end, in UTC."""
    zone = ZoneInfo(campaign.workspace.time_zone)
    day = now.astimezone(zone).date()
    start, end = (datetime.combine(one, time(0), zone) for one in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)
