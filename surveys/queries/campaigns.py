"""What a campaign comes to: its funnel by day and by reminder, the reasons that add up, and what is to be expected."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from accounts.rules.sight import EVERYTHING, Sight
from surveys.enums import CampaignKind, InvitationStatus, NotSentBecause
from surveys.models import Audience, Campaign, CampaignReminder, Invitation, InvitationReminder, Survey
from surveys.queries import asking, capacity, settled
from surveys.queries import sight as sights
from surveys.rules import campaign_schedule
from surveys.rules import capacity as capacity_rules
from surveys.rules.sending_hours import Window

DAYS_SHOWN = 31


@dataclass(frozen=True)
class Expectation:
    """What a campaign will bring if it starts now; `last_day` is None where it never ends or is too far away."""

    answers: int
    detractors: int
    free_cases: int
    last_day: date | None
    last_reminder: date | None

    @property
    def is_too_much(self) -> bool:
        """Whether more unhappy answers are to be expected than the team can take."""
        return self.detractors > self.free_cases


def expectation(*, campaign: Campaign, people: int, now: datetime) -> Expectation:
    """The estimate for `people`: answers, detractors, the team's room, and the day of the last request."""
    workspace, policy = campaign.workspace, asking.policy_of(workspace=campaign.workspace)
    past, _waiting = capacity.past(workspace=workspace, now=now)
    room = capacity.room(policy=policy, workspace=workspace, now=now)
    answers, detractors = capacity_rules.expected(people=people, past=past)
    last = None
    if campaign.kind == CampaignKind.ONCE and people:
        last = campaign_schedule.last_day(
            people=people,
            begins=max(campaign.starts_at or now, now),
            zone=ZoneInfo(workspace.time_zone),
            window=Window.from_json(campaign.window),
            daily_cap=campaign.daily_cap,
            spread_days=campaign.spread_days,
            holidays=asking.holidays_of(policy=policy, now=now),
        )
    days = sum(reminder.after_days for reminder in reminders(campaign=campaign))
    return Expectation(
        answers, detractors, int(room.cases), last, last + timedelta(days=days) if last and days else None
    )


def reminders(*, campaign: Campaign) -> list[CampaignReminder]:
    """The campaign's reminders, in order."""
    rows = CampaignReminder.objects.of(campaign.workspace_id).filter(campaign=campaign)
    return list(rows.order_by("number"))


def _seen(campaign: Campaign, sight: Sight) -> Any:
    return Invitation.objects.of(campaign.workspace_id).filter(
        sights.invitations(workspace=campaign.workspace_id, sight=sight), campaign=campaign
    )


def waits(*, campaign: Campaign, sight: Sight = EVERYTHING) -> dict[str, int]:
    """Why people wait, with how many of them; "" for those whose turn has not come."""
    rows = _seen(campaign, sight).filter(settled.has_status(campaign.workspace_id, InvitationStatus.PLANNED))
    found = rows.order_by().values_list("wait_because").annotate(n=Count("pk")).order_by("-n")
    return {because: n for because, n in found if n}


def engagement(*, campaign: Campaign, sight: Sight = EVERYTHING) -> dict[str, int]:
    """How many opened and clicked, and how many different people were asked."""
    found: dict[str, int] = (
        _seen(campaign, sight)
        .order_by()
        .aggregate(
            opened=Count("pk", filter=Q(opened_at__isnull=False)),
            clicked=Count("pk", filter=Q(clicked_at__isnull=False)),
            unique=Count("contact", distinct=True, filter=Q(queued_at__isnull=False)),
        )
    )
    return found


def measures_opens(*, opened: int) -> bool:
    """Whether "0 opened" means that nobody did: a provider is asked to report, or has reported some.

    Otherwise nobody knows, and nothing is said.
    """
    return opened > 0 or bool(settings.MAIL.tracks_opens)


def by_day(*, campaign: Campaign, sight: Sight = EVERYTHING) -> list[dict[str, Any]]:
    """For each day of the workspace on which requests left, the latest days first: sent, delivered, opened, answered."""
    zone = ZoneInfo(campaign.workspace.time_zone)
    rows = (
        _seen(campaign, sight)
        .filter(sent_at__isnull=False)
        .annotate(day=TruncDate("sent_at", tzinfo=zone))
        .order_by()
        .values("day")
        .annotate(
            sent=Count("pk"),
            delivered=Count("pk", filter=Q(delivered_at__isnull=False)),
            opened=Count("pk", filter=Q(opened_at__isnull=False)),
            clicked=Count("pk", filter=Q(clicked_at__isnull=False)),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
        )
        .order_by("-day")
    )
    return list(rows[:DAYS_SHOWN])


def by_reminder(*, campaign: Campaign, sight: Sight = EVERYTHING) -> list[dict[str, Any]]:
    """For each reminder: how many wait, were sent, were skipped, and how many answered after it and before the next."""
    seen = _seen(campaign, sight)
    rows = InvitationReminder.objects.of(campaign.workspace_id).filter(invitation__in=seen.values("pk"))
    after = Q(sent_at__isnull=False, invitation__answered_at__gte=F("sent_at"))
    counts = {
        row["number"]: row
        for row in rows.order_by()
        .values("number")
        .annotate(
            sent=Count("pk", filter=Q(sent_at__isnull=False)),
            skipped=Count("pk", filter=~Q(skipped_because="")),
            waiting=Count("pk", filter=Q(sent_at__isnull=True, skipped_because="")),
            answered=Count("pk", filter=after),
        )
    }
    none = {"sent": 0, "skipped": 0, "waiting": 0, "answered": 0}
    found = [
        {**none, **counts.get(plan.number, {}), "number": plan.number, "after_days": plan.after_days}
        for plan in reminders(campaign=campaign)
    ]
    for this, following in itertools.pairwise(found):
        this["answered"] -= following[
            "answered"
        ]  # who answered after the next one answered after this one too
    return found


def audiences(*, workspace: Any) -> list[Audience]:
    """The saved audiences, by name."""
    return list(Audience.objects.of(workspace).order_by("name"))


def askable(*, workspace: Any) -> list[tuple[str, str]]:
    """What one person can be asked by hand: campaigns by hand that run, then active surveys; ("campaign:id", name)."""
    by_hand = (
        Campaign.objects.of(workspace).filter(kind=CampaignKind.MANUAL, status="RUNNING").order_by("name")
    )
    surveys = Survey.objects.of(workspace).filter(status="ACTIVE").order_by("name")
    return [
        *((f"campaign:{row.public_id}", row.name) for row in by_hand),
        *((f"survey:{row.public_id}", row.name) for row in surveys),
    ]


def reason(code: str) -> str:
    """A reason in words."""
    return str(dict(NotSentBecause.choices).get(code, code))
