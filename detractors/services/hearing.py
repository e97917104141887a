"""The customer speaks, by mail or on their own page of the case: kept, told to whose case it is, and acted on.

Only a person's own words come here; automatic answers, bounces and the like are none (see followups). Words to a case that
is over open it again: nobody who answers is met with silence.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from detractors.enums import EventKind, NotificationKind
from detractors.models import Case, CaseEvent
from detractors.services import cases, sla, telling, timeline
from detractors.services.locking import lock, save

MAIL, PAGE, FORM = "MAIL", "PAGE", "FORM"  # by which way the words came
NOTE_LENGTH = 10_000  # characters of a timeline line; the whole is in the conversation


@transaction.atomic
def wrote(
    *, case: Case, text: str, now: datetime, by_way: str, at: datetime | None = None, **facts: Any
) -> CaseEvent:
    """The customer's words, said at `at` (default: now), reach the case.

    A wait and a snooze are over, a next response is owed, the owner and who watches are told; a case that is over opens
    again. `facts` are kept with the line (the id of the mail). Raises MoveNotAllowed and OtherCaseOpen when a case that
    is over cannot open again; nothing is kept then, and the caller decides where the words go.
    """
    case = lock(case)
    if not case.is_open:
        case = cases.reopen(case=case, by=None, reason="", now=now)
    case = sla.customer_wrote(case=case, at=at or now, now=now)
    event = timeline.write(
        case=case,
        kind=EventKind.CUSTOMER_WROTE,
        now=now,
        note=text.strip()[:NOTE_LENGTH],
        way=by_way,
        **facts,
    )
    tell_owner(case=case, event=event, kind=NotificationKind.WROTE, now=now)
    return event


@transaction.atomic
def said(*, case: Case, is_solved: bool, text: str, now: datetime) -> CaseEvent:
    """The customer says whether it is solved. Not solved opens a case that is over again, with their words.

    Raises MoveNotAllowed and OtherCaseOpen as `cases.reopen` does.
    """
    case = lock(case)
    if not is_solved:
        if not case.is_open:
            case = cases.reopen(case=case, by=None, reason=text.strip()[:NOTE_LENGTH], now=now)
        case = sla.customer_wrote(case=case, at=now, now=now)
    event = timeline.write(
        case=case, kind=EventKind.CUSTOMER_SAID, now=now, note=text.strip()[:NOTE_LENGTH], solved=is_solved
    )
    tell_owner(case=case, event=event, kind=NotificationKind.SAID, now=now)
    if is_solved:  # else it was saved when its clock heard of it
        save(case, now=now)
    return event


def tell_owner(*, case: Case, event: CaseEvent, kind: str, now: datetime) -> None:
    """Whose case it is hears of the line, once."""
    if case.owner is not None:
        telling.tell(
            case=case, users=[case.owner], kind=kind, key=f"event:{event.pk}:customer", event=event, now=now
        )
