"""Who works here, as what, and who leads."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members


class PeopleError(ValueError):
    """The change would leave the workspace without what it needs; the text says what."""


class AlreadyMember(PeopleError):
    """The person is in the workspace already."""


class LastOwner(PeopleError):
    """Somebody must own the workspace."""


class NotAMember(PeopleError):
    """Only a member can lead a team."""


@transaction.atomic
def invite(
    *,
    workspace: Workspace,
    email: str,
    name: str,
    role: str,
    team: Team | None,
    takes_cases: bool,
    now: datetime,
) -> Membership:
    """Let the person with this address in, made if unknown (without a password yet). Raises AlreadyMember."""
    user = members.ensure_user(email=email, name=name, now=now)
    if Membership.objects.of(workspace).filter(user=user).exists():
        raise AlreadyMember(_("%(name)s is in this workspace already.") % {"name": user.display_name})
    return members.add(workspace=workspace, user=user, role=role, team=team, takes_cases=takes_cases, now=now)


@transaction.atomic
def change(
    *, membership: Membership, role: str, takes_cases: bool, away_until: date | None, team: Team | None
) -> Membership:
    """Set role, round robin and absence of a member. Raises LastOwner."""
    if membership.role == Role.OWNER and role != Role.OWNER:
        _refuse_if_last_owner(membership)
    membership.role, membership.takes_cases = role, takes_cases
    membership.away_until, membership.team = away_until, team
    membership.save(update_fields=["role", "takes_cases", "away_until", "team"])
    return membership


@transaction.atomic
def remove(*, membership: Membership) -> None:
    """Take the person out of the workspace; what they did stays theirs. Raises LastOwner."""
    if membership.role == Role.OWNER:
        _refuse_if_last_owner(membership)
    Team.objects.of(membership.workspace_id).filter(lead=membership.user_id).update(lead=None)
    membership.workspace.executives.remove(membership.user_id)
    membership.delete()


@transaction.atomic
def set_lead(*, team: Team, lead: User | None) -> Team:
    """Make `lead` (a member, or nobody) the one who hears of breaches first. Raises NotAMember."""
    if lead is not None and not Membership.objects.of(team.workspace_id).filter(user=lead).exists():
        raise NotAMember(_("Only a member of the workspace can lead the team."))
    team.lead = lead
    team.save(update_fields=["lead"])
    return team


@transaction.atomic
def change_profile(*, user: User, name: str, time_zone: str) -> User:
    """Set one's own name and time zone (empty: the workspace's)."""
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    return user


def _refuse_if_last_owner(membership: Membership) -> None:
    """The workspace row is locked, so that two owners cannot leave at the same moment."""
    Workspace.objects.select_for_update().get(pk=membership.workspace_id)
    others = Membership.objects.of(membership.workspace_id).filter(role=Role.OWNER).exclude(pk=membership.pk)
    if not others.exists():
        raise LastOwner(_("A workspace needs an owner. Make somebody else an owner first."))
