"""Call-backs agreed with the customer: planned, reminded of, made, missed. A planned call is no first response; a made one is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import active
from detractors.enums import CallOutcome, EventKind, NotificationKind
from detractors.models import CallAppointment, Case
from detractors.queries import tasks as queries
from detractors.services import cases, telling, timeline
from detractors.services.errors import Incomplete, MoveNotAllowed, NotAMember
from detractors.services.locking import lock, save

NOTE_LENGTH = 300  # characters, as the column
FURTHEST = timedelta(days=366)
BATCH = 200  # call-backs a transaction


@transaction.atomic
def plan(
    *,
    case: Case,
    at: datetime,
    by: User | None,
    now: datetime,
    owner: User | None = None,
    minutes: int = 15,
    remind_minutes: int = 15,
    note: str = "",
) -> CallAppointment:
    """A call at `at`, by `owner` (default: who plans it), who is reminded `remind_minutes` before.

    `by` None is the customer; then a call without `owner` is whoever's case it will be.

    Raises Incomplete (a time that is over, or more than a year away), NotAMember, MoveNotAllowed for a closed case.
    """
    case = lock(case)
    if case.is_closed:
        raise MoveNotAllowed(_("The case is closed: open it again first."))
    if at <= now:
        raise Incomplete(_("This time is over already."), field="at")
    if at - now > FURTHEST:
        raise Incomplete(_("This is more than a year away."), field="at")
    owner = owner or by
    if owner is not None and not active(workspace=case.workspace_id).filter(user=owner).exists():
        raise NotAMember(_("%(name)s does not work here.") % {"name": owner.display_name}, field="owner")
    call = CallAppointment(
        workspace_id=case.workspace_id,
        case=case,
        owner=owner,
        at=at,
        minutes=minutes,
        remind_minutes=remind_minutes,
        note=" ".join(note.split())[:NOTE_LENGTH],
        created_at=now,
        next_at=max(at - timedelta(minutes=remind_minutes), now),
    )
    call.save(force_insert=True)
    timeline.write(
        case=case, kind=EventKind.CALL_PLANNED, by=by, now=now, note=call.note, due_at=at.isoformat(),
        to=owner.display_name if owner else "",
    )  # fmt: skip
    save(case, now=now)
    return call


@transaction.atomic
def made(*, call: CallAppointment, by: User, now: datetime, outcome: str, note: str) -> CallAppointment:
    """The call took place: it is logged with its outcome, as any other (one that reached the customer is a contact).

    Raises MoveNotAllowed when it was made or dropped already.
    """
    case, call = _locked(call)
    if call.done_at is not None or call.dropped_at is not None:
        raise MoveNotAllowed(_("This call-back is over already."))
    if outcome not in CallOutcome.values:
        raise Incomplete(_("Please say how the call went."), field="outcome")
    call.done_at, call.next_at = now, None
    call.save(update_fields=["done_at", "next_at"])
    cases.record_contact(case=case, by=by, channel="CALL", note=note, outcome=outcome, now=now)
    return call


@transaction.atomic
def drop(*, call: CallAppointment, by: User | None, now: datetime) -> CallAppointment:
    """The call need not be made; twice is once."""
    case, call = _locked(call)
    if call.done_at is not None or call.dropped_at is not None:
        return call
    call.dropped_at, call.next_at = now, None
    call.save(update_fields=["dropped_at", "next_at"])
    timeline.write(
        case=case, kind=EventKind.CALL_DROPPED, by=by, now=now, note=call.note, due_at=call.at.isoformat()
    )
    save(case, now=now)
    return call


def sweep(*, now: datetime) -> int:
    """Remind of calls that are near and mark those that were missed, each once and in order; returns how many steps.

    Found late, both at once: a reminder for a time that is over would help nobody, so only the miss is told.
    """
    steps = 0
    while True:
        with transaction.atomic():
            due = queries.calls_due(now=now, limit=BATCH)
            for call in due:
                _step(call, now)
        steps += len(due)
        if len(due) < BATCH:
            return steps


def _step(call: CallAppointment, now: datetime) -> None:
    ends_at = call.at + timedelta(minutes=call.minutes)
    users = [user for user in (call.owner or call.case.owner,) if user is not None]
    if now >= ends_at:
        call.missed_at, call.next_at = now, None
        call.save(update_fields=["missed_at", "next_at"])
        timeline.write(
            case=call.case, kind=EventKind.CALL_MISSED, now=now, note=call.note, due_at=call.at.isoformat()
        )
        kind = NotificationKind.CALL_MISSED
        if call.case.owner is not None:
            users = [*users, call.case.owner]
    else:
        call.reminded_at, call.next_at = now, ends_at
        call.save(update_fields=["reminded_at", "next_at"])
        kind = NotificationKind.CALL_SOON
    telling.tell(
        case=call.case, users=users, kind=kind, key=f"call:{call.pk}:{kind}", appointment=call, now=now
    )


def _locked(call: CallAppointment) -> tuple[Case, CallAppointment]:
    case = lock(call.case)
    rows = CallAppointment.objects.of(case.workspace_id).select_related("owner")
    fresh: CallAppointment = rows.select_for_update(of=("self",)).get(pk=call.pk)
    fresh.case = case
    return case, fresh
