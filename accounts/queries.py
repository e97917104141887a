"""Reads about people and workspaces."""

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.enums import Role
from accounts.models import BusinessCalendar, Membership, User, Workspace
from accounts.rules.business_time import Calendar


def membership_of(*, user: Any, slug: str) -> Membership | None:
    """The membership of `user` in the workspace `slug`, with both loaded; None for strangers and unknown slugs."""
    return (
        Membership.objects.across_workspaces()
        .select_related("workspace", "user", "team")
        .filter(user=user, workspace__slug=slug, user__is_active=True)
        .first()
    )


def memberships_of(*, user: Any) -> QuerySet[Membership]:
    """All workspaces of a person, by name."""
    return (
        Membership.objects.across_workspaces()
        .select_related("workspace")
        .filter(user=user)
        .order_by("workspace__name")
    )


def members(*, workspace: Workspace) -> QuerySet[Membership]:
    """The people of a workspace, by name."""
    return (
        Membership.objects.of(workspace).select_related("user", "team").order_by("user__name", "user__email")
    )


def case_takers(*, workspace: Workspace, today: date) -> list[Membership]:
    """Members in the round robin today, the one who waited longest first."""
    return list(
        Membership.objects.of(workspace)
        .select_related("user", "team")
        .filter(
            takes_cases=True,
            user__is_active=True,
            role__in=[Role.OWNER, Role.ADMIN, Role.MANAGER, Role.AGENT],
        )
        .filter(Q(away_until__isnull=True) | Q(away_until__lt=today))
        .order_by(F("last_assigned_at").asc(nulls_first=True), "id")
    )


def with_role(*, workspace: Workspace, roles: list[str]) -> list[User]:
    """Active people who have one of `roles`, by id."""
    return list(
        User.objects.filter(
            pk__in=Membership.objects.of(workspace).filter(role__in=roles).values("user"), is_active=True
        ).order_by("pk")
    )


def calendar(*, row: BusinessCalendar) -> Calendar:
    """The rule's calendar of a stored one (its holidays are prefetched if the caller did so)."""
    return Calendar.from_json(
        {
            "time_zone": row.time_zone,
            "week": row.week,
            "holidays": sorted(holiday.holiday_on.isoformat() for holiday in row.holidays.all()),
        }
    )
