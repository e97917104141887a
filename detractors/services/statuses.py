"""Keeping the workspace's own names of statuses, and giving a case one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from detractors.enums import Category, EventKind
from detractors.models import Case, CaseStatus
from detractors.services import timeline
from detractors.services.errors import MoveNotAllowed
from detractors.services.locking import lock, save

NAME_LENGTH = 60  # characters, as the column
MOST = 40  # statuses in use: more than anybody can choose from
# The words of the product itself: a status of the same name in another category would mislead.
TAKEN = ("NEW", "CONTACTED", "OPEN", "WAITING", "RESOLVED", "CLOSED")


class StatusError(ValueError):
    """Nothing was changed; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "name") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def add(*, workspace: Workspace, name: str, category: str, now: datetime) -> CaseStatus:
    """A status at the end of its category. Raises StatusError: no name, a name in use, too many."""
    rows = _lock(workspace)
    name = _free_name(rows, name)
    if category not in Category.values:
        raise StatusError(_("Choose what it stands for."), field="category")
    if sum(row.retired_at is None for row in rows) >= MOST:
        raise StatusError(_("%(most)s statuses are enough: retire one that is not used.") % {"most": MOST})
    last = max((row.position for row in rows if row.category == category), default=0)
    status = CaseStatus(workspace=workspace, name=name, category=category, position=last + 1, created_at=now)
    status.save(force_insert=True)
    return status


@transaction.atomic
def rename(*, status: CaseStatus, name: str) -> CaseStatus:
    """Another name; cases that have the status show it too. Raises StatusError."""
    rows = _lock(status.workspace)
    status.name = _free_name([row for row in rows if row.pk != status.pk], name)
    status.save(update_fields=["name"])
    return status


@transaction.atomic
def make_default(*, status: CaseStatus, is_default: bool) -> CaseStatus:
    """Cases of the category for which nobody has chosen a status show this one; or, without one, the product's own word.

    Raises StatusError for a retired one.
    """
    _lock(status.workspace)
    status.refresh_from_db()
    if is_default and status.retired_at is not None:
        raise StatusError(_("“%(name)s” is retired: bring it back first.") % {"name": status.name}, field="")
    same = CaseStatus.objects.of(status.workspace_id).filter(category=status.category, is_default=True)
    for other in same.exclude(pk=status.pk):
        other.is_default = False
        other.save(update_fields=["is_default"])
    status.is_default = is_default
    status.save(update_fields=["is_default"])
    return status


@transaction.atomic
def move(*, status: CaseStatus, up: bool) -> CaseStatus:
    """One place up or down among those of its category that are in use; at the end it stays."""
    rows = _lock(status.workspace)
    same = [row for row in rows if row.category == status.category and row.retired_at is None]
    same.sort(key=lambda row: (row.position, row.pk))
    place = next((index for index, row in enumerate(same) if row.pk == status.pk), None)
    target = None if place is None else place + (-1 if up else 1)
    if place is None or target is None or not 0 <= target < len(same):
        return status
    same[place], same[target] = same[target], same[place]
    for position, row in enumerate(same, start=1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
    status.refresh_from_db()
    return status


@transaction.atomic
def retire(*, status: CaseStatus, now: datetime) -> CaseStatus:
    """No longer offered, and no longer the usual one; cases that have it keep it until they are moved."""
    _lock(status.workspace)
    status.refresh_from_db()
    status.retired_at, status.is_default = now, False
    status.save(update_fields=["retired_at", "is_default"])
    return status


@transaction.atomic
def bring_back(*, status: CaseStatus) -> CaseStatus:
    """Offered again, at the end of its category."""
    rows = _lock(status.workspace)
    last = max((row.position for row in rows if row.category == status.category), default=0)
    status.retired_at, status.position = None, last + 1
    status.save(update_fields=["retired_at", "position"])
    return status


@transaction.atomic
def put(*, case: Case, status: CaseStatus | None, by: User | None, now: datetime) -> Case:
    """Give the case a status of the category it is in, or with None the usual one.

    From one category to another a case is moved (wait, resolve, reopen): then the status of before is left behind.
    Raises MoveNotAllowed.
    """
    case = lock(case)
    status = fitting(status=status, workspace=case.workspace_id, category=case.category)
    if case.status_id == (status.pk if status else None):
        return case
    facts = {"before": case.status.name if case.status else "", "to": status.name if status else ""}
    case.status = status
    timeline.write(case=case, kind=EventKind.STATUS_CHANGED, by=by, now=now, **facts)
    save(case, now=now)
    return case


def fitting(*, status: CaseStatus | None, workspace: int, category: str) -> CaseStatus | None:
    """The status as it is now, if a case of `category` can be given it. Raises MoveNotAllowed; None stays None."""
    if status is None:
        return None
    fresh: CaseStatus | None = CaseStatus.objects.of(workspace).filter(pk=status.pk).first()
    if fresh is None or fresh.retired_at is not None:
        raise MoveNotAllowed(_("This status is no longer offered."))
    if fresh.category != category:
        raise MoveNotAllowed(
            _("“%(name)s” is a status for cases that are %(other)s, and this one is %(present)s.")
            % {
                "name": fresh.name,
                "other": Category(fresh.category).label,
                "present": Category(category).label,
            }
        )
    return fresh


def _lock(workspace: Workspace) -> list[CaseStatus]:
    """All statuses; two editors at once take turns."""
    Workspace.objects.select_for_update(no_key=True).values_list("pk").get(pk=workspace.pk)
    return list(CaseStatus.objects.of(workspace).order_by("category", "position", "pk"))


def _free_name(others: Sequence[CaseStatus], name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise StatusError(_("Please give it a name."))
    if len(name) > NAME_LENGTH:
        raise StatusError(_("Please keep it under %(most)s characters.") % {"most": NAME_LENGTH})
    if name.upper() in TAKEN:
        raise StatusError(
            _("“%(name)s” is a word of Amends itself: choose one of your own.") % {"name": name}
        )
    for other in others:
        if other.name.casefold() == name.casefold():
            sentence = _("“%(name)s” is there already.")
            if other.retired_at is not None:
                sentence = _("“%(name)s” is there already, retired: bring it back instead.")
            raise StatusError(sentence % {"name": other.name})
    return name
