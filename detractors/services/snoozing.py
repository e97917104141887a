"""Out of sight until a day, or until the customer says something. The clock goes on: a snooze never stops a promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case
from detractors.queries import snoozed as queries
from detractors.services import telling, timeline
from detractors.services.errors import Incomplete, MoveNotAllowed
from detractors.services.locking import lock, save

FURTHEST = timedelta(days=366)
BATCH = 200  # cases a transaction
DATE, ANSWER, PERSON = "DATE", "ANSWER", "PERSON"  # what woke it


@transaction.atomic
def snooze(*, case: Case, until: datetime | None, by: User, now: datetime) -> Case:
    """Hidden from the usual views until `until`, or with None until the customer answers; an answer wakes it in any case.

    Raises MoveNotAllowed for a case that is done, Incomplete for a time that is over or more than a year away.
    """
    case = lock(case)
    if not case.is_open:
        raise MoveNotAllowed(_("Only a case that is open or waits can be snoozed."))
    if until is not None and until <= now:
        raise Incomplete(_("This time is over already."), field="until")
    if until is not None and until - now > FURTHEST:
        raise Incomplete(_("This is more than a year away."), field="until")
    case.snoozed_at, case.snoozed_until = now, until
    timeline.write(
        case=case, kind=EventKind.SNOOZED, by=by, now=now, **({"due_at": until.isoformat()} if until else {})
    )
    save(case, now=now)
    return case


@transaction.atomic
def wake(*, case: Case, now: datetime, by: User | None = None, because: str = PERSON) -> Case:
    """Back in the usual views; a case that is awake stays as it is. Unless a person woke it, its owner is told."""
    case = lock(case)
    if case.snoozed_at is None:
        return case
    case.snoozed_at = case.snoozed_until = None
    event = timeline.write(case=case, kind=EventKind.WOKEN, by=by, now=now, kind_of_waking=because)
    save(case, now=now)
    if because != PERSON and case.owner is not None:
        telling.tell(
            case=case,
            users=[case.owner],
            kind=NotificationKind.WOKEN,
            key=f"event:{event.pk}",
            event=event,
            now=now,
        )
    return case


def sweep(*, now: datetime) -> int:
    """Wake every case whose time has come, the earliest first, each exactly once; returns how many.

    A case somebody works on in this moment is left for the next turn.
    """
    woken = 0
    while True:
        with transaction.atomic():
            due = queries.due(now=now, limit=BATCH)
            for case in due:
                wake(case=case, now=now, because=DATE)
        woken += len(due)
        if len(due) < BATCH:
            return woken
