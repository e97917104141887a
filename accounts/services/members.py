"""People of a workspace."""

from datetime import datetime

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
    """Let `user` into `workspace` as `role` (accounts.enums.Role); an existing membership gets the new role.

    Nobody is asked: for commands and sample data. People invite each other by services/invites.py.
    """
    membership = Membership.objects.of(workspace).filter(user=user).first() or Membership(
        workspace=workspace, user=user, created_at=now
    )
    membership.role, membership.team, membership.takes_cases = role, team, takes_cases
    membership.deactivated_at = None
    membership.save()
    return membership
