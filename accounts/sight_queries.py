"""What a member may see, read from their membership; the rule is accounts/rules/sight.py."""

from collections.abc import Iterable

from accounts.models import ApiKey, Membership, Team, Workspace
from accounts.queries import sight_choices
from accounts.rules.sight import EVERYTHING, LIMITED_ROLES, Sight, sight


def sight_of(membership: Membership) -> Sight:
    """What this member may see: no query without a limit to own teams, else one for the teams they lead."""
    return sights_of([membership])[membership.pk]


def sights_of(memberships: Iterable[Membership]) -> dict[int, Sight]:
    """The sight of each member by the membership's id, of any workspaces; one query for all teams they lead."""
    rows = list(memberships)
    by_team = [row for row in rows if row.role in LIMITED_ROLES and row.only_own_teams]
    teams = {row.pk: {row.team_id} if row.team_id is not None else set() for row in by_team}
    if by_team:
        rows_of = {(row.workspace_id, row.user_id): row.pk for row in by_team}
        led = Team.objects.across_workspaces().filter(
            workspace__in={row.workspace_id for row in by_team}, lead__in={row.user_id for row in by_team}
        )
        for workspace_id, user_id, team_id in led.values_list("workspace_id", "lead_id", "pk"):
            if (workspace_id, user_id) in rows_of:  # who leads here may be limited only there
                teams[rows_of[workspace_id, user_id]].add(team_id)
    return {
        row.pk: sight(
            row.role,
            user_id=row.user_id,
            teams=teams.get(row.pk) if row.only_own_teams else None,
            touchpoints=row.only_touchpoints,
            attribute=row.only_attribute,
            values=row.only_values,
        )
        for row in rows
    }


def sight_of_key(key: ApiKey) -> Sight:
    """What a key may see: what its maker may see now; everything once they are no longer of the workspace."""
    if key.created_by_id is None:
        return EVERYTHING
    maker = Membership.objects.of(key.workspace_id).filter(user=key.created_by_id).first()
    return sight_of(maker) if maker else EVERYTHING


def names_of(sight: Sight, *, workspace: Workspace) -> tuple[list[str], list[str]]:
    """The names of the teams and of the touchpoints a sight is limited to; the latter are known to apps above."""
    teams: list[str] = []
    if sight.teams:
        teams = list(Team.objects.of(workspace).filter(pk__in=sight.teams).values_list("name", flat=True))
    touchpoints: list[str] = []
    if sight.touchpoints:
        pairs = sight_choices(workspace=workspace)["touchpoints"]
        touchpoints = [name for public_id, name in pairs if public_id in sight.touchpoints]
    return teams, touchpoints
