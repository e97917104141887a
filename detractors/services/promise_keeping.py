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
from detractors.enums import NotificationKind
from detractors.models import Case, CaseEvent, Task
from detractors.queries import promised as queries
from detractors.rules import promised
from detractors.rules.promised import Promise
from detractors.services import tasks, telling
from detractors.services.errors import Incomplete

BATCH = 200
MOST = 10  # promises of one reply or call


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


def remind(*, now: datetime) -> int:
    """Tell the owner of each promise that is nearly due, once; returns how many. One that is over is told as overdue only."""
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
                    kind=NotificationKind.PROMISE_SOON,
                    key=f"task:{task.pk}:soon",
                    task=task,
                    now=now,
                )
                told += 1
        if len(near) < BATCH:
            return told
