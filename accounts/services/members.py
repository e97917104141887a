"""People of a workspace."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Membership, Team, User, Workspace


@transaction.atomic
def ensure_user(*, email: str, now: datetime, name: str = "", password: str | None = None) -> User:
    """The person with this address, made if unknown; an existing person's name and password stay."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, joined_at=now)
    return user


@transaction.atomic
def add(
    *,
    workspace: Workspace,
    user: User,
    role: str,
    now: datetime,
    team: Team | None = None,
    takes_cases: bool = True,
) -> Membership:
    """Let `user` into `workspace` as `role` (accounts.enums.Role); an existing membership gets the new role."""
    membership = Membership.objects.of(workspace).filter(user=user).first() or Membership(
        workspace=workspace, user=user, created_at=now
    )
    membership.role, membership.team, membership.takes_cases = role, team, takes_cases
    membership.save()
    return membership


@transaction.atomic
def set_away(*, membership: Membership, until: date | None) -> None:
    """Out of the round robin up to and including `until` (a local day), or back at once with None."""
    membership.away_until = until
    membership.save(update_fields=["away_until"])
