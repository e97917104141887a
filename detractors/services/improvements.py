"""The register of improvements: planned, begun, done or dropped, tied to causes and cases, talked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.queries import active
from detractors.enums import ImprovementKind, ImprovementState
from detractors.models import (
    Case,
    Improvement,
    ImprovementCase,
    ImprovementCause,
    ImprovementComment,
    RootCause,
)

TITLE_LENGTH, TEXT_LENGTH = 160, 10_000  # characters


class ImprovementError(ValueError):
    """Nothing was changed; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def add(
    *, workspace: Workspace, by: User, now: datetime, causes: Iterable[RootCause] = (), **said: Any
) -> Improvement:
    """A planned improvement. `said`: title, about, kind, owner, due_on. Raises ImprovementError."""
    row = Improvement(workspace=workspace, created_at=now, updated_at=now, created_by=by)
    _fill(row, **said)
    row.save(force_insert=True)
    _set_causes(row, causes)
    return row


@transaction.atomic
def change(
    *, improvement: Improvement, now: datetime, causes: Iterable[RootCause], **said: Any
) -> Improvement:
    """Other words, another owner, day or causes. Raises ImprovementError."""
    row = _lock(improvement)
    _fill(row, **said)
    row.updated_at = now
    row.save()
    _set_causes(row, causes)
    return row


def _fill(
    row: Improvement,
    *,
    title: str,
    about: str = "",
    kind: str = ImprovementKind.PROCESS,
    owner: User | None = None,
    due_on: date | None = None,
) -> None:
    title = " ".join(title.split())
    if not title:
        raise ImprovementError(_("Please say in a few words what is to be improved."), field="title")
    if len(title) > TITLE_LENGTH:
        raise ImprovementError(
            _("Please keep it under %(most)s characters.") % {"most": TITLE_LENGTH}, field="title"
        )
    if len(about) > TEXT_LENGTH:
        raise ImprovementError(
            _("Please keep it under %(most)s characters.") % {"most": TEXT_LENGTH}, field="about"
        )
    if kind not in ImprovementKind.values:
        raise ImprovementError(_("Choose what kind of change it is."), field="kind")
    if owner is not None and not active(workspace=row.workspace_id).filter(user=owner).exists():
        raise ImprovementError(
            _("%(name)s does not work here.") % {"name": owner.display_name}, field="owner"
        )
    row.title, row.about, row.kind, row.owner, row.due_on = title, about.strip(), kind, owner, due_on


def _set_causes(row: Improvement, causes: Iterable[RootCause]) -> None:
    wanted = {cause.pk for cause in causes if cause.workspace_id == row.workspace_id}
    links = ImprovementCause.objects.of(row.workspace_id).filter(improvement=row)
    links.exclude(cause__in=wanted).delete()
    there = set(links.values_list("cause", flat=True))
    ImprovementCause.objects.of(row.workspace_id).bulk_create(
        [
            ImprovementCause(workspace_id=row.workspace_id, improvement=row, cause_id=pk)
            for pk in sorted(wanted - there)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def start(*, improvement: Improvement, now: datetime) -> Improvement:
    """Work on it began; twice is once. Raises ImprovementError when it is over."""
    row = _lock(improvement)
    if row.is_over:
        raise ImprovementError(_("It is over: open it again first."))
    if row.state != ImprovementState.STARTED:
        row.state, row.started_at, row.updated_at = ImprovementState.STARTED, row.started_at or now, now
        row.save()
    return row


@transaction.atomic
def finish(*, improvement: Improvement, outcome: str, now: datetime) -> Improvement:
    """It is done. `outcome` says what was changed, in words customers can read. Raises ImprovementError without."""
    row = _lock(improvement)
    outcome = outcome.strip()
    if not outcome:
        raise ImprovementError(
            _("Please say what was changed, in words a customer can read."), field="outcome"
        )
    if len(outcome) > TEXT_LENGTH:
        raise ImprovementError(
            _("Please keep it under %(most)s characters.") % {"most": TEXT_LENGTH}, field="outcome"
        )
    row.state, row.outcome, row.updated_at = ImprovementState.DONE, outcome, now
    row.started_at, row.ended_at = row.started_at or now, now
    row.save()
    return row


@transaction.atomic
def drop(*, improvement: Improvement, now: datetime) -> Improvement:
    """It will not be done."""
    row = _lock(improvement)
    row.state, row.ended_at, row.updated_at = ImprovementState.DROPPED, now, now
    row.save()
    return row


@transaction.atomic
def open_again(*, improvement: Improvement, now: datetime) -> Improvement:
    """Done or dropped too early: it is worked on again, its words stay."""
    row = _lock(improvement)
    row.state, row.ended_at, row.updated_at = ImprovementState.STARTED, None, now
    row.started_at = row.started_at or now
    row.save()
    return row


def tie(*, improvement: Improvement, case: Case, by: User, now: datetime) -> None:
    """The case belongs to the improvement, whatever its cause; twice is once."""
    if case.workspace_id != improvement.workspace_id:
        raise ImprovementError(_("There is no such case here."), field="case")
    ImprovementCase.objects.of(improvement.workspace_id).bulk_create(
        [ImprovementCase(workspace_id=case.workspace_id, improvement=improvement, case=case, at=now, by=by)],
        ignore_conflicts=True,
    )


def untie(*, improvement: Improvement, case: Case) -> None:
    """It no longer belongs to it by hand; by its cause it still may."""
    ImprovementCase.objects.of(improvement.workspace_id).filter(improvement=improvement, case=case).delete()


def comment(*, improvement: Improvement, by: User, text: str, now: datetime) -> ImprovementComment:
    """What somebody says about it. Raises ImprovementError without words."""
    text = text.strip()
    if not text:
        raise ImprovementError(_("Please write something first."), field="text")
    row = ImprovementComment(
        workspace_id=improvement.workspace_id,
        improvement=improvement,
        author=by,
        text=text[:TEXT_LENGTH],
        at=now,
    )
    row.save(force_insert=True)
    return row


def _lock(improvement: Improvement) -> Improvement:
    rows = Improvement.objects.of(improvement.workspace_id)
    row: Improvement = rows.select_for_update(of=("self",)).get(pk=improvement.pk)
    return row
