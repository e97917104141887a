"""How many people can be asked so that the team can answer the unhappy ones among them, and what is to be expected.

Who takes cases, and how many there are, is known to an app above; it says so by the signal `case_capacity`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.models import Workspace
from surveys.enums import InvitationStatus, Purpose
from surveys.models import Contact, ContactPolicy, Invitation, Response
from surveys.rules import capacity
from surveys.rules.capacity import Past, Room, Team
from surveys.signals import case_capacity

LATEST = 20_000  # requests and answers that are looked back at: enough for a rate, and read in a moment
ANSWERS_WITHIN = timedelta(days=3)  # most people who answer do so by then
_ASKED = (
    InvitationStatus.QUEUED, InvitationStatus.SENT, InvitationStatus.DELIVERED, InvitationStatus.OPENED,
    InvitationStatus.ANSWERED, InvitationStatus.EXPIRED,
)  # fmt: skip


def team(*, workspace: Workspace, now: datetime) -> Team:
    """Working time within the promise, and open cases; none of both if nobody knows of cases."""
    answers: Any = case_capacity.send(sender=Contact, workspace=workspace, now=now)
    for _receiver, found in answers:
        return Team(minutes=found["minutes"], open_cases=found["open_cases"])
    return Team()


def past(*, workspace: Workspace, now: datetime) -> tuple[Past, int]:
    """What became of those asked before, and how many were asked so lately that they may still answer."""
    latest = (
        Invitation.objects.of(workspace).filter(is_mailed=True, status__in=_ASKED).order_by("-pk")[:LATEST]
    )
    fresh = Q(queued_at__gt=now - ANSWERS_WITHIN)
    answered = Q(status=InvitationStatus.ANSWERED)
    asked = Invitation.objects.of(workspace).filter(pk__in=latest.values("pk")).aggregate(
        old=Count("pk", filter=~fresh),
        old_answered=Count("pk", filter=~fresh & answered),
        waiting=Count("pk", filter=fresh & ~answered),
    )  # fmt: skip
    answers = Response.objects.of(workspace).filter(purpose=Purpose.SURVEY).order_by("-pk")[:LATEST]
    unhappy = Q(segment__in=["DETRACTOR", "DISSATISFIED"])
    given = (
        Response.objects.of(workspace)
        .filter(pk__in=answers.values("pk"))
        .aggregate(n=Count("pk"), unhappy=Count("pk", filter=unhappy))
    )
    share = given["unhappy"] / given["n"] if given["n"] else 0.0
    found = Past(
        asked=asked["old"], answered=asked["old_answered"], detractors=round(asked["old_answered"] * share)
    )
    if not asked["old"]:  # answers came by other ways: their share is known all the same
        found = Past(detractors=given["unhappy"], answered=given["n"])
    return found, asked["waiting"]


def room(*, policy: ContactPolicy, workspace: Workspace, now: datetime) -> Room:
    """How many more people may be asked now."""
    known, waiting = past(workspace=workspace, now=now)
    return capacity.room(
        team=team(workspace=workspace, now=now),
        past=known,
        waiting=waiting,
        minutes_per_case=policy.minutes_per_case,
        share=policy.capacity_share,
    )
