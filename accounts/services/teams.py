"""Teams: who belongs together, and who hears first when a promise is broken."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import queries, signals
from accounts.models import Membership, Team, User, Workspace


class TeamError(ValueError):
    """The team cannot be so; the text says why."""


class NameTaken(TeamError):
    """Another team of the workspace has this name."""


class NotAMember(TeamError):
    """Only a member can lead a team or be in it."""


class LastTeam(TeamError):
    """A workspace keeps one team at least: cases belong to it."""


class NeedsHeir(TeamError):
    """The team is not empty, and nothing was said about where its cases and members go."""


@transaction.atomic
def create(*, workspace: Workspace, name: str, now: datetime, lead: User | None = None) -> Team:
    """A new team without members. Raises NameTaken, NotAMember."""
    _refuse_stranger(workspace.pk, lead)
    return _save(Team(workspace=workspace, name=name.strip(), lead=lead, created_at=now))


@transaction.atomic
def change(*, team: Team, name: str, lead: User | None) -> Team:
    """Set name and lead (an active member, or nobody). Raises NameTaken, NotAMember."""
    _refuse_stranger(team.workspace_id, lead)
    team.name, team.lead = name.strip(), lead
    return _save(team)


@transaction.atomic
def set_members(*, team: Team, members: Collection[Membership]) -> int:
    """Exactly `members` belong to the team from now on: the chosen leave theirs, the others have none.

    Their cases stay with the team they belong to. Returns how many people moved. Raises NotAMember.
    """
    wanted = {member.pk for member in members}
    rows = Membership.objects.of(team.workspace_id)
    if rows.filter(pk__in=wanted, deactivated_at__isnull=True).count() != len(wanted):
        raise NotAMember(_("Only members of the workspace can be in the team."))
    came = rows.filter(pk__in=wanted).exclude(team=team).update(team=team)
    went = rows.filter(team=team, deactivated_at__isnull=True).exclude(pk__in=wanted).update(team=None)
    return int(came + went)


@transaction.atomic
def dissolve(*, team: Team, into: Team | None, now: datetime) -> int:
    """Delete the team; its members, cases and open invitations go to `into`, without which it must be empty.

    Returns how many cases moved. Raises LastTeam, NeedsHeir.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=team.workspace_id)
    others = Team.objects.of(team.workspace_id).exclude(pk=team.pk)
    if not others.exists():
        raise LastTeam(_("This is the only team. Rename it instead."))
    if into is not None and not others.filter(pk=into.pk).exists():
        raise NeedsHeir(_("Choose another team of this workspace."))
    members = Membership.objects.of(team.workspace_id).filter(team=team)
    if into is None and members.exists():
        raise NeedsHeir(_("The team has members. Say which team they go to."))
    answers: Any = signals.team_dissolved.send(
        sender=Team, workspace=team.workspace, team=team, to=into, now=now
    )
    moved = sum(int(count) for _receiver, count in answers)
    if into is None and moved:
        raise NeedsHeir(_("The team has cases. Say which team they go to."))
    if into is not None:
        members.update(team=into)
        queries.open_invites(workspace=team.workspace).filter(team=team).update(team=into)
    team.delete()
    return moved


def _save(team: Team) -> Team:
    if not team.name:
        raise TeamError(_("A team needs a name."))
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise NameTaken(_("There is a team “%(name)s” already.") % {"name": team.name}) from None
    return team


def _refuse_stranger(workspace_id: int, lead: User | None) -> None:
    if lead is not None and queries.role_of(workspace=workspace_id, user=lead) is None:
        raise NotAMember(_("Only a member of the workspace can lead the team."))
