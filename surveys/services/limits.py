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
