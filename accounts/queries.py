"""Reads about people and workspaces. Who is deactivated is nobody here, except where a page lists everybody."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts import signals
from accounts.enums import Act, Role
from accounts.models import (
    AuditEvent,
    BusinessCalendar,
    Holiday,
    IdentityProvider,
    MemberInvite,
    Membership,
    Team,
    User,
    Workspace,
)
from accounts.rules import absence
from accounts.rules.business_time import Calendar
from core.written import ANY_TEXT, Written, any_id

CASE_ROLES = [Role.OWNER, Role.ADMIN, Role.MANAGER, Role.AGENT]  # an analyst only reads


def membership_of(*, user: Any, slug: str) -> Membership | None:
    """The membership of `user` in the workspace `slug`, with both loaded; None for strangers and unknown slugs."""
    found: Membership | None = _membership().first(user=user.pk, slug=slug)
    if found is not None:
        found.user = user
    return found


@cache
def _membership() -> Written:
    user = any_id()
    rows = (
        Membership.objects.across_workspaces()
        .select_related("workspace", "team")
        .filter(user=user, workspace__slug=ANY_TEXT, user__is_active=True, deactivated_at__isnull=True)
    )
    return Written(rows, user=user, slug=ANY_TEXT)


def memberships_of(*, user: Any) -> QuerySet[Membership]:
    """All workspaces of a person, by name."""
    return (
        Membership.objects.across_workspaces()
        .select_related("workspace")
        .filter(user=user, deactivated_at__isnull=True)
        .order_by("workspace__name")
    )


def workspaces_of(*, user: User) -> tuple[tuple[str, str], ...]:
    """Slug and name of all workspaces of a person, by name: for a list on every page."""
    return tuple(_workspaces().rows(user=user.pk))


@cache
def _workspaces() -> Written:
    user = User(pk=any_id())
    return Written(memberships_of(user=user).values_list("workspace__slug", "workspace__name"), user=user.pk)


def active(*, workspace: Any) -> QuerySet[Membership]:
    """Everybody who can get into `workspace` (a Workspace or its id), in no order."""
    return Membership.objects.of(workspace).filter(user__is_active=True, deactivated_at__isnull=True)


def members(*, workspace: Workspace) -> QuerySet[Membership]:
    """The people of a workspace, by name, without the deactivated ones."""
    return everybody(workspace=workspace).filter(deactivated_at__isnull=True)


def everybody(*, workspace: Workspace) -> QuerySet[Membership]:
    """The people of a workspace, by name; the deactivated ones at the end."""
    return (
        Membership.objects.of(workspace)
        .select_related("user", "team")
        .order_by(F("deactivated_at").asc(nulls_first=True), "user__name", "user__email")
    )


def case_takers(*, workspace: Workspace, now: datetime) -> list[Membership]:
    """Members in the round robin at `now`, the one who waited longest first; who is away in their own zone is left out."""
    found = (
        active(workspace=workspace)
        .select_related("user", "team")
        .filter(takes_cases=True, role__in=CASE_ROLES)
        .order_by(F("last_assigned_at").asc(nulls_first=True), "id")
    )
    return [member for member in found if not _is_away(member, workspace, now)]


def case_workers(*, workspace: Workspace, now: datetime) -> list[Membership]:
    """Everybody who may work on cases and is there at `now`, in the round robin or not, by id."""
    found = active(workspace=workspace).select_related("user", "team").filter(role__in=CASE_ROLES)
    return [member for member in found.order_by("pk") if not _is_away(member, workspace, now)]


def away_days(*, workspace: Workspace, now: datetime) -> dict[int, date]:
    """The last day away by the user's id, of everybody who is away at `now` in their own zone: one query."""
    found = active(workspace=workspace).select_related("user").filter(away_until__isnull=False)
    return {
        member.user_id: member.away_until
        for member in found
        if member.away_until is not None and _is_away(member, workspace, now)
    }


def _is_away(member: Membership, workspace: Workspace, now: datetime) -> bool:
    today = absence.local_day(now=now, zone=member.user.time_zone or workspace.time_zone)
    return absence.is_away(first=member.away_from, last=member.away_until, today=today)


def with_role(*, workspace: Workspace, roles: list[str]) -> list[User]:
    """Active people who have one of `roles`, by id."""
    return list(
        User.objects.filter(
            pk__in=active(workspace=workspace).filter(role__in=roles).values("user")
        ).order_by("pk")
    )


def role_of(*, workspace: Any, user: User) -> str | None:
    """The role of `user` in `workspace`; None for strangers and the deactivated."""
    found: str | None = active(workspace=workspace).filter(user=user).values_list("role", flat=True).first()
    return found


def teams(*, workspace: Workspace) -> QuerySet[Team]:
    """The teams of a workspace by name, each with its lead and `size`, the number of its active members."""
    there = Q(members__deactivated_at__isnull=True, members__user__is_active=True)
    return (
        Team.objects.of(workspace)
        .select_related("lead")
        .annotate(size=Count("members", filter=there))
        .order_by("name")
    )


def open_invites(*, workspace: Workspace) -> QuerySet[MemberInvite]:
    """Invitations neither accepted nor taken back, the latest first; the expired ones among them."""
    return (
        MemberInvite.objects.of(workspace)
        .select_related("invited_by", "team")
        .filter(accepted_at__isnull=True, revoked_at__isnull=True)
        .order_by("-sent_at", "-id")
    )


def invite_with(*, nonce: str) -> MemberInvite | None:
    """The invitation whose link was mailed with this nonce, whatever became of it."""
    found: MemberInvite | None = (
        MemberInvite.objects.across_workspaces()
        .select_related("workspace", "invited_by", "team")
        .filter(nonce=nonce)
        .first()
    )
    return found


def role_offered(*, workspace: Workspace, about: str) -> str | None:
    """The role in the invitation a mail is about ("invite:<public id>"); None if it is about something else."""
    kind, _colon, public_id = about.partition(":")
    if kind != "invite":
        return None
    found: str | None = (
        MemberInvite.objects.of(workspace).filter(public_id=public_id).values_list("role", flat=True).first()
    )
    return found or Role.OWNER  # a mail whose invitation is unknown is shown to those who may do all


def user_with(*, email: str) -> User | None:
    """The person with this address, in any workspace or none."""
    return User.objects.filter(email__iexact=email.strip()).first()


def work_of(*, workspace: Workspace, users: list[int]) -> dict[int, tuple[int, int]]:
    """(open cases, resolved cases that may open again) by the owner's id; who has none is missing."""
    found: dict[int, tuple[int, int]] = {}
    answers: Any = signals.work_counted.send(sender=Workspace, workspace=workspace, users=users)
    for _receiver, counts in answers:
        for user, (opened, resolved) in counts.items():
            before = found.get(user, (0, 0))
            found[user] = (before[0] + opened, before[1] + resolved)
    return found


def sight_choices(*, workspace: Workspace) -> dict[str, list[Any]]:
    """What a member can be limited to: "touchpoints" as (public id, name), "attributes" as (name, [values])."""
    found: dict[str, list[Any]] = {"touchpoints": [], "attributes": []}
    answers: Any = signals.sight_choices.send(sender=Workspace, workspace=workspace)
    for _receiver, choices in answers:
        for kind in found:
            found[kind] += choices.get(kind, [])
    return found


def calendars(*, workspace: Workspace) -> QuerySet[BusinessCalendar]:
    """The working hours of a workspace with their holidays, the usual ones first."""
    rows: QuerySet[BusinessCalendar] = BusinessCalendar.objects.of(workspace).select_related("workspace")
    return rows.prefetch_related("holidays").order_by("-is_default", "name")


def holidays(*, calendar: BusinessCalendar) -> QuerySet[Holiday]:
    """The days off of these hours, the unticked ones too, the earliest first."""
    rows: QuerySet[Holiday] = Holiday.objects.of(calendar.workspace_id).filter(calendar=calendar)
    return rows.select_related("calendar__workspace").order_by("holiday_on")


def calendar(*, row: BusinessCalendar) -> Calendar:
    """The rule's calendar of a stored one (its holidays are prefetched if the caller did so)."""
    return Calendar.from_json(
        {
            "time_zone": row.time_zone,
            "week": row.week,
            "holidays": sorted(
                holiday.holiday_on.isoformat() for holiday in row.holidays.all() if not holiday.is_worked
            ),
        }
    )


def has_signed_in(*, user: User) -> bool:
    """Whether this person has ever signed in with all the steps."""
    return AuditEvent.objects.across_workspaces().filter(actor=user, act=Act.SIGNED_IN).exists()


def open_provider(*, public_id: str) -> IdentityProvider | None:
    """The single sign-on with this id, with its workspace, while it is in use."""
    found: IdentityProvider | None = (
        IdentityProvider.objects.across_workspaces()
        .select_related("workspace")
        .filter(public_id=public_id, is_active=True)
        .first()
    )
    return found


def provider_is_open(*, public_id: str) -> bool:
    """Whether the single sign-on with this id exists and is in use."""
    found: bool = (
        IdentityProvider.objects.across_workspaces().filter(public_id=public_id, is_active=True).exists()
    )
    return found


def providers_for(*, typed: str) -> list[IdentityProvider]:
    """Single sign-ons in use for a mail domain, an address of it, or the short name of a workspace; by name."""
    word = typed.strip().lower().rpartition("@")[2]
    if not word:
        return []
    return list(
        IdentityProvider.objects.across_workspaces()
        .select_related("workspace")
        .filter(Q(domains__contains=[word]) | Q(workspace__slug=word), is_active=True)
        .order_by("name", "id")[:20]
    )


def providers_of_person(*, user: User) -> list[IdentityProvider]:
    """Single sign-ons of every workspace the person is in, in use or not, by name."""
    return list(
        IdentityProvider.objects.across_workspaces()
        .select_related("workspace")
        .filter(workspace__in=memberships_of(user=user).values("workspace"))
        .order_by("name", "id")
    )


def providers(*, workspace: Workspace) -> QuerySet[IdentityProvider]:
    """The single sign-ons of a workspace, by name."""
    found: QuerySet[IdentityProvider] = IdentityProvider.objects.of(workspace).order_by("name", "id")
    return found
