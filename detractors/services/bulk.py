"""One act on many cases, and the way back.

Each case makes its own move through services.cases, so every rule of a single move holds for it; what a case does not
allow is left, with the reason. What the cases were before is remembered in one row; undoing puts back what nobody has
touched since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.rules.sight import Sight
from detractors.enums import BulkAct, Category
from detractors.models import BulkAction, Case, CaseEvent
from detractors.queries import pages
from detractors.queries.sight import cases as visible
from detractors.services import cases, moving
from detractors.services.errors import CaseError, MoveNotAllowed

MOST = 200  # cases in one request


@dataclass(frozen=True)
class Left:
    """A case that was not moved, and why."""

    number: int
    why: str


@dataclass(frozen=True)
class Result:
    """What became of an act: its row, which remembers all cases so far, and those left out of this part of it."""

    action: BulkAction
    done: int
    left: list[Left]


@transaction.atomic
def act(
    *,
    workspace: Workspace,
    by: User,
    sight: Sight,
    numbers: Collection[int],
    act: str,
    given: Mapping[str, Any],
    now: datetime,
    action: BulkAction | None = None,
) -> Result:
    """Do `act` to the visible ones of these cases, at most MOST; the others are as if they did not exist.

    `given` is what the move needs: {"owner"} to assign (the actor's own id is a claim), {"waiting_for"},
    {"team", "because"} to move, or {"root_cause", "resolution"}. `action` is the row of an act that goes on. A case may be left; the act as a whole stands.
    """
    found = (
        Case.objects.of(workspace)
        .filter(visible(workspace=workspace, sight=sight), number__in=sorted(numbers)[:MOST])
        .order_by("pk")
    )
    changes, left = [], []
    for case in found:
        before = {"owner": case.owner_id, "team": case.team_id}
        try:
            with transaction.atomic():
                _move(case, act, given, by, now)
        except CaseError as error:
            left.append(Left(case.number, error.sentence))
            continue
        event = pages.last_event_id(case=case)
        changes.append({"case": case.pk, "number": case.number, "event": event, **before})
    if action is None:
        action = BulkAction(workspace=workspace, act=act, done_at=now, done_by=by)
    action.changes = [*action.changes, *changes]
    action.save()
    return Result(action, len(changes), left)


def _move(case: Case, act: str, given: Mapping[str, Any], by: User, now: datetime) -> None:
    if act == BulkAct.ASSIGN:
        owner: User | None = given["owner"]
        if owner == by and case.owner_id is None:
            cases.claim(case=case, by=by, now=now)
        elif case.owner_id == (owner.pk if owner else None):
            raise MoveNotAllowed(_("It is theirs already."))
        else:
            cases.assign(case=case, owner=owner, by=by, now=now)
    elif act == BulkAct.WAIT:
        cases.wait(case=case, by=by, waiting_for=given["waiting_for"], now=now)
    elif act == BulkAct.TEAM:
        moving.to_team(case=case, team=given["team"], by=by, now=now, because=given["because"])
    else:
        cases.resolve(
            case=case, by=by, root_cause=given["root_cause"], resolution=given["resolution"], now=now
        )


@transaction.atomic
def undo(*, action: BulkAction, by: User, sight: Sight, now: datetime) -> Result:
    """Put back what nobody has touched since; done twice, it changes once. Raises MoveNotAllowed for others than the doer."""
    action = BulkAction.objects.of(action.workspace_id).select_for_update().get(pk=action.pk)
    if action.done_by_id != by.pk:
        raise MoveNotAllowed(_("Only who did this takes it back."))
    if action.undone_at is not None:
        return Result(action, 0, [])
    left, done = [], 0
    for change in sorted(action.changes, key=lambda one: int(one["case"])):
        case = (
            Case.objects.of(action.workspace_id)
            .filter(visible(workspace=action.workspace, sight=sight), pk=change["case"])
            .first()
        )
        if case is None:
            left.append(Left(change["number"], _("It is no longer to be seen.")))
            continue
        try:
            with transaction.atomic():
                _take_back(case, action.act, change, by, now)
        except CaseError as error:
            left.append(Left(case.number, error.sentence))
        else:
            done += 1
    action.undone_at, action.undone_by = now, by
    action.save(update_fields=["undone_at", "undone_by"])
    return Result(action, done, left)


def _take_back(case: Case, act: str, change: Mapping[str, Any], by: User, now: datetime) -> None:
    Case.objects.of(case.workspace_id).filter(pk=case.pk).select_for_update().values_list("pk").get()
    since = CaseEvent.objects.of(case.workspace_id).filter(case=case, pk__gt=change["event"])
    if toucher := since.filter(by__isnull=False).select_related("by").order_by("-pk").first():
        name = toucher.by.display_name if toucher.by else ""
        raise MoveNotAllowed(_("%(name)s has worked on it since.") % {"name": name})
    if act in (BulkAct.ASSIGN, BulkAct.TEAM):
        former = User.objects.filter(pk=change["owner"]).first() if change["owner"] else None
        cases.give_back(case=case, owner=former, team_id=change["team"], by=by, now=now)
    elif act == BulkAct.WAIT and case.category == Category.WAITING:
        cases.resume(case=case, by=by, now=now)
    elif act == BulkAct.RESOLVE and case.category == Category.RESOLVED:
        cases.reopen(case=case, by=by, reason=_("Taken back right after resolving."), now=now)
    else:
        raise MoveNotAllowed(_("It has moved on by itself."))


def said(left: Sequence[Left], most: int = 3) -> str:
    """The first reasons in one line."""
    shown = [f"#{one.number}: {one.why}" for one in left[:most]]
    if len(left) > most:
        shown.append(_("and %(n)d more") % {"n": len(left) - most})
    return " · ".join(shown)
