"""The promise keeper: what a customer was promised becomes a task, and its owner hears of it before it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case, CaseEvent, Task
from detractors.queries import promised as queries
from detractors.rules import promised
from detractors.rules.promised import Promise
from detractors.services import tasks, telling, timeline
from detractors.services.errors import Incomplete, MoveNotAllowed
from detractors.services.locking import save

BATCH = 200
MOST = 10  # promises of one reply or call
REASON_LENGTH = 300  # characters, as the column


@dataclass(frozen=True)
class Kept:
    """A promise somebody wants to keep as a task; `due_at` is aware."""

    title: str
    due_at: datetime

    @property
    def as_json(self) -> dict[str, str]:
        """As a reply that waits remembers it."""
        return {"title": self.title, "due_at": self.due_at.isoformat()}

    @classmethod
    def of(cls, row: dict[str, Any]) -> Kept:
        """From what a reply that waits remembers."""
        return cls(str(row["title"]), datetime.fromisoformat(str(row["due_at"])))


def read(*, case: Case, text: str, zone: str, now: datetime) -> list[Promise]:
    """What these words promise the customer of the case; times are meant in `zone`."""
    return promised.found(
        text,
        language=queries.language_of(case),
        now=now,
        time_zone=str(ZoneInfo(zone)),
        calendar=queries.usual_hours(workspace=case.workspace_id),
    )


def check(promises: Sequence[Kept], *, now: datetime) -> None:
    """Raises Incomplete for a promise without words, one whose time is over, and for too many."""
    if len(promises) > MOST:
        raise Incomplete(_("%(most)s promises are enough for one message.") % {"most": MOST}, field="promise")
    for promise in promises:
        if not promise.title.strip():
            raise Incomplete(_("Please say what you promise."), field="promise")
        if promise.due_at <= now:
            raise Incomplete(
                _("The time of the promise “%(title)s” is over already.") % {"title": promise.title},
                field="promise",
            )
        tasks.check_due(promise.due_at, now=now, field="promise")


@transaction.atomic
def keep(
    *, case: Case, by: User, promises: Sequence[Kept], now: datetime, event: CaseEvent | None = None
) -> list[Task]:
    """Each promise as a task of who gave it, tied to the reply or call of `event`. Raises what `tasks.add` raises."""
    check(promises, now=now)
    return [
        tasks.add(
            case=case,
            by=by,
            owner=by,
            title=promise.title,
            due_at=promise.due_at,
            is_promise=True,
            event=event,
            now=now,
        )
        for promise in promises
    ]


@transaction.atomic
def kept(*, task: Task, by: User, now: datetime) -> Task:
    """It is kept; twice is once. Raises MoveNotAllowed for one that was given up."""
    _case, task = tasks.locked(task)
    if task.broken_at is not None:
        raise MoveNotAllowed(_("Somebody said that this promise is not kept: open it again first."))
    return tasks.done(task=task, by=by, now=now)


@transaction.atomic
def move(*, task: Task, due_at: datetime, by: User, now: datetime, reason: str = "") -> Task:
    """Another time was agreed with the customer: its owner is reminded anew. The same time again changes nothing.

    Raises Incomplete (a time that is over) and MoveNotAllowed (no open promise).
    """
    case, task = tasks.locked(task)
    _check_open(task)
    tasks.check_due(due_at, now=now)
    if task.due_at == due_at:
        return task
    before = task.due_at.isoformat() if task.due_at else ""
    task.due_at, task.overdue_told_at = due_at, None
    task.remind_at = promised.remind_at(made_at=now, due_at=due_at)
    task.save(update_fields=["due_at", "overdue_told_at", "remind_at"])
    timeline.write(
        case=case, kind=EventKind.TASK_MOVED, by=by, now=now, note=_reason(reason, required=False), title=task.title,
        task=task.public_id, due_at=due_at.isoformat(), day_before=before,
    )  # fmt: skip
    save(case, now=now)
    return task


@transaction.atomic
def give_up(*, task: Task, reason: str, by: User, now: datetime) -> Task:
    """It will not be kept, and why: done with, and counted as not kept. Twice is once.

    Raises Incomplete without a reason and MoveNotAllowed (no open promise).
    """
    case, task = tasks.locked(task)
    if task.broken_at is not None:
        return task
    _check_open(task)
    why = _reason(reason, required=True)
    task.done_at = task.broken_at = now
    task.done_by, task.broken_because, task.remind_at = by, why, None
    task.save()
    timeline.write(
        case=case,
        kind=EventKind.PROMISE_BROKEN,
        by=by,
        now=now,
        note=why,
        title=task.title,
        task=task.public_id,
    )
    save(case, now=now)
    return task


@transaction.atomic
def untold(*, case: Case, event_id: int, reason: str, now: datetime) -> list[Task]:
    """The reply of `event_id` did not arrive, so nobody was told what it promised: what was done is to be done again.

    Each promise of it has a line that says so, and its owner hears of it; returns them.
    """
    rows = Task.objects.of(case.workspace_id).filter(case=case, event=event_id, is_promise=True)
    found = []
    for row in rows.select_related("case").order_by("pk"):
        locked, task = tasks.locked(row)
        if task.broken_at is not None:
            continue
        if task.is_done:
            task.done_at = task.done_by = None
            task.save(update_fields=["done_at", "done_by"])
        event = timeline.write(
            case=locked,
            kind=EventKind.PROMISE_UNTOLD,
            now=now,
            note=reason,
            title=task.title,
            task=task.public_id,
        )
        save(locked, now=now)
        people = [task.owner] if task.owner else [task.author, locked.owner]
        telling.tell(
            case=locked, users=[user for user in people if user is not None], kind=NotificationKind.UNTOLD,
            key=f"event:{event.pk}:untold", event=event, task=task, now=now,
        )  # fmt: skip
        found.append(task)
    return found


def _check_open(task: Task) -> None:
    if not task.is_promise:
        raise MoveNotAllowed(_("This is a task, not a promise to the customer."))
    if task.is_done:
        raise MoveNotAllowed(_("This promise is done with already."))


def _reason(text: str, *, required: bool) -> str:
    words = " ".join(text.replace("\x00", "").split())
    if required and not words:
        raise Incomplete(_("Please say why it is not kept."), field="reason")
    if len(words) > REASON_LENGTH:
        raise Incomplete(
            _("Please keep it under %(most)s characters.") % {"most": REASON_LENGTH}, field="reason"
        )
    return words


def remind(*, now: datetime) -> int:
    """Tell the owner of each promise or gesture that is nearly due, once; returns how many. One that is over is told as overdue only."""
    told = 0
    while True:
        with transaction.atomic():
            near = queries.to_remind_of(now=now, limit=BATCH)
            for task in near:
                task.remind_at = None
                task.save(update_fields=["remind_at"])
                if task.is_done or task.due_at is None or task.due_at <= now:
                    continue
                people = [task.owner] if task.owner else [task.author, task.case.owner]
                telling.tell(
                    case=task.case,
                    users=[user for user in people if user is not None],
                    kind=NotificationKind.PROMISE_SOON if task.is_promise else NotificationKind.TASK_SOON,
                    key=f"task:{task.pk}:soon",
                    task=task,
                    now=now,
                )
                told += 1
        if len(near) < BATCH:
            return told
