"""Saying whether the customer of a case stayed or left, since when and why; every correction stays in the timeline.

The outcome of a second question suggests it (rules.retention); nothing here is ever set by the product itself.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from detractors.enums import EventKind, Retained
from detractors.models import Case, LossReason, Retention
from detractors.queries import retention as queries
from detractors.rules import retention as rules
from detractors.services import timeline
from detractors.services.errors import Incomplete, MoveNotAllowed
from detractors.services.locking import lock, save

NOTE_LENGTH, NAME_LENGTH = 300, 100  # characters, as the columns
MOST_REASONS = 50  # on offer at once: a longer list is not read


class ReasonError(ValueError):
    """The list of reasons stays as it was; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "name") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def say(
    *,
    case: Case,
    by: User,
    state: str,
    now: datetime,
    on_date: date | None = None,
    reason: LossReason | None = None,
    note: str = "",
) -> Retention:
    """The customer is KEPT or LOST since `on_date` (today); said again it is corrected, and the timeline keeps both.

    The same once more changes nothing. Raises Incomplete (an unknown state, a day of the future, a reason for who was
    kept, one that is not of this workspace, a long note) and MoveNotAllowed for a case that was merged into another.
    """
    case = lock(case)
    if case.merged_into_id is not None:
        raise MoveNotAllowed(_("This case was merged into another: say it there."))
    if state not in Retained.values:
        raise Incomplete(_("Choose whether the customer was kept or lost."), field="state")
    today = now.astimezone(ZoneInfo(case.workspace.time_zone)).date()
    day = on_date or today
    if not rules.is_possible(day, today=today):
        raise Incomplete(_("Choose a day that is not in the future."), field="on_date")
    if reason is not None and (state != Retained.LOST or reason.workspace_id != case.workspace_id):
        raise Incomplete(_("A reason belongs to a customer who was lost."), field="reason")
    note = " ".join(note.replace("\x00", "").split())
    if len(note) > NOTE_LENGTH:
        raise Incomplete(_("Please keep it under %(most)s characters.") % {"most": NOTE_LENGTH}, field="note")
    before = queries.of_case(case=case)
    row = before or Retention(workspace_id=case.workspace_id, case=case)
    said = (state, day, reason.pk if reason else None, note)
    if before is not None and (before.state, before.on_date, before.reason_id, before.note) == said:
        return before
    facts = {"before": before.state, "day_before": before.on_date.isoformat()} if before else {}
    row.state, row.on_date, row.reason, row.note = state, day, reason, note
    row.set_at, row.set_by = now, by
    if before is None:
        row.value = queries.worth_of(case=case)
    row.save()
    timeline.write(
        case=case, kind=EventKind.RETENTION, by=by, now=now, note=note, state=state, day=day.isoformat(),
        **({"loss_reason": reason.name} if reason else {}), **facts,
    )  # fmt: skip
    save(case, now=now)
    return row


@transaction.atomic
def unsay(*, case: Case, by: User, now: datetime) -> None:
    """It is not known after all; the timeline keeps what was said. Nothing said, nothing done."""
    case = lock(case)
    before = queries.of_case(case=case)
    if before is None:
        return
    before.delete()
    timeline.write(
        case=case, kind=EventKind.RETENTION, by=by, now=now, state="", before=before.state,
        day_before=before.on_date.isoformat(),
    )  # fmt: skip
    save(case, now=now)


# --- Reasons ------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_reason(*, workspace: Workspace, name: str, now: datetime) -> LossReason:
    """One more reason to choose from. Raises ReasonError: no name, one in use, too many."""
    _lock(workspace)
    if LossReason.objects.of(workspace).filter(retired_at__isnull=True).count() >= MOST_REASONS:
        raise ReasonError(_("%(most)s reasons are enough: retire one first.") % {"most": MOST_REASONS})
    row = LossReason(workspace=workspace, name=_free_name(workspace, name), created_at=now)
    row.save(force_insert=True)
    return row


@transaction.atomic
def rename_reason(*, reason: LossReason, name: str) -> LossReason:
    """Another name; who was lost for it shows it too. Raises ReasonError."""
    _lock(reason.workspace)
    reason.name = _free_name(reason.workspace, name, but=reason)
    reason.save(update_fields=["name"])
    return reason


def retire_reason(*, reason: LossReason, now: datetime | None) -> None:
    """No longer offered; who was lost for it keeps it. With `now` None it is offered again."""
    LossReason.objects.of(reason.workspace_id).filter(pk=reason.pk).update(retired_at=now)


def _lock(workspace: Workspace) -> None:
    """Two editors at once take turns."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)


def _free_name(workspace: Workspace, name: str, but: LossReason | None = None) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise ReasonError(_("Please give it a name."))
    if len(name) > NAME_LENGTH:
        raise ReasonError(_("Please keep it under %(most)s characters.") % {"most": NAME_LENGTH})
    others = LossReason.objects.of(workspace).filter(name__iexact=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise ReasonError(_("“%(name)s” is there already.") % {"name": name})
    return name
