"""One act on chosen cases, and the way back. What a case does not allow is left, with the reason.

What the cases were before is remembered in parts; undoing puts back what nobody has touched since. An act on all cases that
fit a filter works by the same steps in the background: services/bulk_runs.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.rules.sight import Sight
from detractors.enums import BulkStatus
from detractors.models import BulkAction, BulkPart, Case
from detractors.queries.sight import cases as visible
from detractors.services import bulk_moves
from detractors.services.errors import CaseError, MoveNotAllowed

MOST = 200  # cases in one request


@dataclass(frozen=True)
class Left:
    """A case that was not moved, and why."""

    number: int
    why: str

    @property
    def plain(self) -> dict[str, Any]:
        return {"number": self.number, "why": self.why}


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

    `given` is what the move needs (see bulk_moves.move). `action` is the row of an act that goes on. A case may be left; the
    act as a whole stands.
    """
    found = (
        Case.objects.of(workspace)
        .filter(visible(workspace=workspace, sight=sight), number__in=sorted(numbers)[:MOST])
        .order_by("pk")
    )
    if action is None:
        action = BulkAction(workspace=workspace, act=act, done_at=now, done_by=by, finished_at=now)
        action.given = {"tag": given["tag"]} if "tag" in given else None
        action.save(force_insert=True)
    part = do(action=action, found=found, given=given, by=by, now=now)
    action.save()
    return Result(action, len(part.changes), [Left(**one) for one in part.left])


def do(
    *, action: BulkAction, found: Iterable[Case], given: Mapping[str, Any], by: User, now: datetime
) -> BulkPart:
    """Move these cases, remember them as one part and count them in the act (not saved). Call it in a transaction."""
    changes, left = [], []
    for case in found:
        try:
            with transaction.atomic():
                changes.append(bulk_moves.move(case=case, act=action.act, given=given, by=by, now=now))
        except CaseError as error:
            left.append(Left(case.number, error.sentence).plain)
    part = BulkPart(workspace_id=action.workspace_id, action=action, changes=changes, left=left)
    part.save(force_insert=True)
    action.rows_done += len(changes) + len(left)
    action.rows_changed += len(changes)
    action.rows_left += len(left)
    return part


@transaction.atomic
def undo(*, action: BulkAction, by: User, sight: Sight, now: datetime) -> Result:
    """Put back what nobody has touched since; done twice, it changes once. Raises MoveNotAllowed for others than the doer."""
    action = BulkAction.objects.of(action.workspace_id).select_for_update().get(pk=action.pk)
    check_undo(action=action, by=by)
    if action.undone_at is not None:
        return Result(action, 0, [])
    if action.changes:  # an act older than its parts
        BulkPart(workspace_id=action.workspace_id, action=action, changes=action.changes).save()
        action.changes = []
    left: list[Left] = []
    for part in BulkPart.objects.of(action.workspace_id).filter(action=action).order_by("pk"):
        left += put_back(action=action, part=part, by=by, sight=sight, now=now)
    action.undone_at, action.undone_by, action.status = now, by, BulkStatus.UNDONE
    action.save()
    return Result(action, action.rows_restored, left)


def check_undo(*, action: BulkAction, by: User) -> None:
    """Raises MoveNotAllowed unless `by` is who did it."""
    if action.done_by_id != by.pk:
        raise MoveNotAllowed(_("Only who did this takes it back."))


def put_back(*, action: BulkAction, part: BulkPart, by: User, sight: Sight, now: datetime) -> list[Left]:
    """Take the cases of a part back as far as that goes, and count them in the act (not saved); those that stay."""
    left: list[Left] = []
    tag = str((action.given or {}).get("tag", ""))
    for change in sorted(part.changes, key=lambda one: int(one["case"])):
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
                bulk_moves.take_back(case=case, act=action.act, change=change, tag=tag, by=by, now=now)
        except CaseError as error:
            left.append(Left(case.number, error.sentence))
        else:
            action.rows_restored += 1
    part.kept = [one.plain for one in left]
    part.save(update_fields=["kept"])
    return left


def said(left: Sequence[Left], most: int = 3) -> str:
    """The first reasons in one line."""
    shown = [f"#{one.number}: {one.why}" for one in left[:most]]
    if len(left) > most:
        shown.append(_("and %(n)d more") % {"n": len(left) - most})
    return " · ".join(shown)
