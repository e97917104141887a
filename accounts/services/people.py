"""Who works here, as what, and what becomes of their cases when they go, for a while or for good.

Every act locks the workspace's row first and reads the membership again, so that two owners cannot leave at the same
moment. Cases belong to an app above: it hears of the hand-over inside the transaction (signals.work_handed_over).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import queries, signals
from accounts.enums import Act, Role
from accounts.models import Membership, Team, User, Workspace
from accounts.rules.permissions import Permission, can, may_grant
from accounts.services import audit


class PeopleError(ValueError):
    """The change would leave the workspace without what it needs, or is not theirs to make; the text says what."""


class LastOwner(PeopleError):
    """Somebody must own the workspace."""


class AboveYou(PeopleError):
    """The role is above the one of the person who acts."""


class NotAMember(PeopleError):
    """The chosen person is not an active member, or is the one who goes."""


class NotYourself(PeopleError):
    """One leaves a workspace, but does not deactivate or remove oneself."""


@dataclass(frozen=True)
class Heirs:
    """Who gets the cases: `to`, or with `in_turn` whoever's turn it is; with neither, nobody."""

    to: User | None = None
    in_turn: bool = False


NOBODY = Heirs()


@transaction.atomic
def change(
    *, membership: Membership, role: str, takes_cases: bool, team: Team | None, by: User | None = None
) -> Membership:
    """Set role, round robin and team of a member. `by` None is a command. Raises LastOwner, AboveYou."""
    membership = _lock(membership)
    if role != membership.role:
        _refuse_above(by, membership, role)
        _refuse_last_owner(membership)
    _refuse_above(by, membership)
    membership.role, membership.takes_cases, membership.team = role, takes_cases, team
    membership.save(update_fields=["role", "takes_cases", "team"])
    return membership


@transaction.atomic
def set_abilities(
    *, membership: Membership, skills: list[str], languages: list[str], by: User | None = None
) -> Membership:
    """What rules can ask for when they look for somebody. People set their own, too. Raises AboveYou."""
    membership = _lock(membership)
    if by is None or by.pk != membership.user_id:
        _refuse_above(by, membership)
    membership.skills, membership.languages = skills, languages
    membership.save(update_fields=["skills", "languages"])
    return membership


@transaction.atomic
def limit(
    *,
    membership: Membership,
    only_own_teams: bool,
    only_touchpoints: list[str],
    only_attribute: str,
    only_values: list[str],
    by: User | None = None,
) -> Membership:
    """Set which cases a member meets; accounts/rules/sight.py says what it means. Raises AboveYou."""
    membership = _lock(membership)
    _refuse_above(by, membership)
    membership.only_own_teams, membership.only_touchpoints = only_own_teams, only_touchpoints
    membership.only_attribute, membership.only_values = only_attribute, only_values
    fields = ["only_own_teams", "only_touchpoints", "only_attribute", "only_values"]
    membership.save(update_fields=fields)
    return membership


@transaction.atomic
def set_away(
    *,
    membership: Membership,
    first: date | None,
    last: date | None,
    now: datetime,
    by: User | None = None,
    heirs: Heirs | None = None,
) -> int:
    """Out of the round robin from `first` (None: at once) to `last`, local days of theirs; back with `last` None.

    With `heirs` their open cases go over at once; returns how many. Raises AboveYou, NotAMember.
    """
    membership = _lock(membership)
    if by is None or by.pk != membership.user_id:
        _refuse_above(by, membership)
    membership.away_from, membership.away_until = (first if last else None), last
    membership.save(update_fields=["away_from", "away_until"])
    return _hand_over(membership, heirs, by, now) if heirs and last else 0


@transaction.atomic
def deactivate(*, membership: Membership, by: User | None, heirs: Heirs, now: datetime) -> int:
    """They get in no more from the next request on; what they did stays theirs, and they can be let in again.

    Returns how many cases went to `heirs`. Raises LastOwner, AboveYou, NotAMember, NotYourself.
    """
    membership = _lock(membership)
    if membership.deactivated_at is not None:
        return 0
    moved = _go(membership, by, heirs, now)
    membership.deactivated_at = now
    membership.save(update_fields=["deactivated_at"])
    _record(Act.MEMBER_DEACTIVATED, membership, by, now)
    return moved


@transaction.atomic
def reactivate(*, membership: Membership, by: User | None, now: datetime) -> Membership:
    """Let somebody in again with the role they had; cases and lead roles stay where they went. Raises AboveYou."""
    membership = _lock(membership)
    _refuse_above(by, membership)
    if membership.deactivated_at is not None:
        membership.deactivated_at = None
        membership.save(update_fields=["deactivated_at"])
        _record(Act.MEMBER_REACTIVATED, membership, by, now)
    return membership


@transaction.atomic
def remove(*, membership: Membership, by: User | None, heirs: Heirs, now: datetime) -> int:
    """Take the person out of the workspace for good; what they did stays theirs.

    Returns how many cases went to `heirs`. Raises LastOwner, AboveYou, NotAMember, NotYourself.
    """
    membership = _lock(membership)
    moved = _go(membership, by, heirs, now)
    _record(Act.MEMBER_REMOVED, membership, by, now)
    membership.delete()
    return moved


@transaction.atomic
def leave(*, membership: Membership, heirs: Heirs, now: datetime) -> int:
    """Go oneself, and for good. Returns how many cases went to `heirs`. Raises LastOwner, NotAMember."""
    membership = _lock(membership)
    moved = _clear(membership, membership.user, heirs, now)
    _record(Act.LEFT, membership, membership.user, now)
    membership.delete()
    return moved


@transaction.atomic
def change_profile(*, user: User, name: str, time_zone: str, phone: str | None = None) -> User:
    """Set one's own name, time zone (empty: the workspace's) and number (None leaves it)."""
    user.name, user.time_zone = name, time_zone
    user.phone = user.phone if phone is None else phone
    user.save(update_fields=["name", "time_zone", "phone"])
    return user


def keep_phone(*, user: User, phone: str) -> None:
    """Keep one's own number (E.164, "" for none): where tests of text messages go."""
    if user.phone != phone:
        user.phone = phone
        user.save(update_fields=["phone"])


def _go(membership: Membership, by: User | None, heirs: Heirs, now: datetime) -> int:
    if by is not None and by.pk == membership.user_id:
        raise NotYourself(_("To go yourself, leave the workspace on your own page."))
    _refuse_above(by, membership)
    return _clear(membership, by, heirs, now)


def _clear(membership: Membership, by: User | None, heirs: Heirs, now: datetime) -> int:
    """Everything that rests on the person goes to others."""
    _refuse_last_owner(membership)
    moved = _hand_over(membership, heirs, by, now)
    Team.objects.of(membership.workspace_id).filter(lead=membership.user_id).update(lead=None)
    _dismiss_executive(membership, by, now)
    return moved


def _dismiss_executive(membership: Membership, by: User | None, now: datetime) -> None:
    """Whoever goes is escalated to no more. The list is a table of its own, which no history sees: it is an act."""
    executives = membership.workspace.executives
    if not executives.filter(pk=membership.user_id).exists():
        return
    executives.remove(membership.user_id)
    left = list(executives.order_by("pk").values_list("pk", flat=True))
    audit.record(
        act=Act.EXECUTIVES_CHANGED,
        by=by,
        now=now,
        workspace=membership.workspace,
        subject_kind="member",
        subject_id=membership.pk,
        detail={"removed": membership.user_id, "executives": left},
    )


def _hand_over(membership: Membership, heirs: Heirs, by: User | None, now: datetime) -> int:
    if heirs.to is not None:
        role = queries.role_of(workspace=membership.workspace_id, user=heirs.to)
        if heirs.to.pk == membership.user_id or not can(role, Permission.WORK_CASES):
            raise NotAMember(_("%(name)s cannot take the cases.") % {"name": heirs.to.display_name})
    facts: dict[str, Any] = {"to": heirs.to, "in_turn": heirs.in_turn, "by": by, "now": now}
    answers: Any = signals.work_handed_over.send(
        sender=Membership, workspace=membership.workspace, user=membership.user, **facts
    )
    moved = sum(int(count) for _receiver, count in answers)
    if moved:
        audit.record(
            act=Act.CASES_HANDED_OVER,
            by=by,
            now=now,
            workspace=membership.workspace,
            subject_kind="member",
            subject_id=membership.pk,
            detail={
                "user": membership.user_id,
                "cases": moved,
                "to": heirs.to.pk if heirs.to else "TURNS" if heirs.in_turn else "NOBODY",
            },
        )
    return moved


def _lock(membership: Membership) -> Membership:
    """The membership as it is now, with nobody else changing the people of this workspace meanwhile."""
    # NO KEY: rows that point to the workspace can still be added.
    Workspace.objects.select_for_update(no_key=True).get(pk=membership.workspace_id)
    rows = Membership.objects.of(membership.workspace_id).select_related("workspace", "user", "team")
    try:
        locked: Membership = rows.get(pk=membership.pk)
    except Membership.DoesNotExist:
        raise NotAMember(_("This person is in the workspace no longer.")) from None
    return locked


def _refuse_above(by: User | None, membership: Membership, role: str | None = None) -> None:
    """Raise AboveYou unless `by` may make somebody a `role` (default: the one the member has)."""
    if by is None:
        return
    if not may_grant(queries.role_of(workspace=membership.workspace_id, user=by), role or membership.role):
        raise AboveYou(
            _("Only an owner can change another owner.")
            if membership.role == Role.OWNER
            else _("You cannot give a role above your own.")
        )


def _refuse_last_owner(membership: Membership) -> None:
    """Raise LastOwner if no other owner can get in."""
    if membership.role != Role.OWNER or membership.deactivated_at is not None:
        return
    others = queries.active(workspace=membership.workspace_id).filter(role=Role.OWNER)
    if not others.exclude(pk=membership.pk).exists():
        raise LastOwner(_("A workspace needs an owner. Make somebody else an owner first."))


def _record(act: Act, membership: Membership, by: User | None, now: datetime) -> None:
    audit.record(
        act=act,
        by=by,
        now=now,
        workspace=membership.workspace,
        subject_kind="member",
        subject_id=membership.pk,
        detail={"user": membership.user_id, "role": membership.role},
    )
