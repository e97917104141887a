"""The clock of a case: start, meet, pause and resume its promises.

Locks are always taken in the order case, then timers; the sweep over what is due (services/enforcing.py) takes timers first
but only with SKIP LOCKED.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.rules.business_time import ALWAYS, Calendar
from core.announce import announce
from core.rows import Mold
from detractors.enums import Category, Clock, EventKind, RecountReason, TimerKind
from detractors.models import Case, SlaTimer
from detractors.queries import clock as clock_queries
from detractors.queries.cases import contacts, failed_contacts
from detractors.rules import clock, sla
from detractors.rules.clock import Terms
from detractors.rules.sla import JUST_AFTER
from detractors.services import ranking, snoozing, timeline
from detractors.services.enforcing import RETRY_AFTER, Enforced, enforce
from detractors.services.locking import save
from detractors.services.promising import Book, stood
from detractors.signals import case_wrote

_TIMERS = Mold(SlaTimer)


def new_timer(*, case: Case, terms: Terms, hours: Calendar, kind: str, start: datetime) -> SlaTimer:
    """An unsaved running timer of what `terms` promise, counted from `start` in the working `hours` of their calendar."""
    span = terms.spans[kind]
    plan = sla.plan(
        ALWAYS if span.clock == Clock.CALENDAR else hours,
        start=start,
        minutes=span.minutes,
        warn_percent=terms.warn_percent,
    )
    return _TIMERS.make(
        workspace_id=case.workspace_id,
        case=case,
        policy_id=terms.policy,
        calendar_id=terms.calendar,
        clock=span.clock,
        kind=kind,
        promised_minutes=span.minutes,
        started_at=start,
        warn_at=plan.warn_at,
        due_at=plan.due_at,
        next_at=start if terms.looks_ahead else plan.warn_at,
    )


def promise(*, case: Case, now: datetime) -> tuple[Terms, Calendar] | None:
    """The policy that holds for the case now is set on it (not saved); its terms and hours, None if nothing is promised."""
    book = Book(workspace=case.workspace, now=now)
    policy = book.policy_of(case)
    if policy is None:
        return None
    case.policy = policy
    terms = book.terms(policy, team=case.team_id)
    return terms, book.calendars[terms.calendar]


def start(*, case: Case, kind: str, terms: Terms, hours: Calendar, now: datetime) -> SlaTimer | None:
    """Start a timer at `now`; None when the terms promise nothing of this kind or one runs already."""
    if kind not in terms.spans or _running(case, kind):
        return None
    timer = new_timer(case=case, terms=terms, hours=hours, kind=kind, start=now)
    timer.save()
    return timer


def _running(case: Case, kind: str | None = None) -> list[SlaTimer]:
    timers = (
        SlaTimer.objects.of(case.workspace_id)
        .select_related("policy")
        .filter(case=case, met_at__isnull=True, cancelled_at__isnull=True)
    )
    return list((timers.filter(kind=kind) if kind else timers).select_for_update(of=("self",)).order_by("pk"))


def _mark_late(case: Case, timer: SlaTimer, now: datetime) -> None:
    """A promise that is past due when it is met or paused was missed, whether or not the sweep has seen it."""
    if timer.breached_at is None and timer.is_past_due(now):
        timer.breached_at = now
        timeline.write(
            case=case, kind=EventKind.BREACHED, now=now, timer=timer.kind, due_at=timer.due_at.isoformat()
        )


def meet(*, case: Case, kind: str, now: datetime) -> None:
    """The promise of this kind is kept at `now`; late is still a breach. Does nothing if none is running."""
    for timer in _running(case, kind):
        _mark_late(case, timer, now)
        timer.met_at, timer.next_at = now, None
        timer.paused_at = timer.remaining_seconds = timer.warn_remaining_seconds = None
        timer.save()
    refresh(case=case)


def reopen(*, case: Case, kind: str, met_at: datetime | None = None) -> None:
    """The last met timer of this kind (or the one met at `met_at`) runs again as if it had never been met: a reply that did
    not arrive."""
    met = SlaTimer.objects.of(case.workspace_id).filter(case=case, kind=kind, met_at__isnull=False)
    if met_at is not None:
        met = met.filter(met_at=met_at)
    timer = met.select_for_update().order_by("-met_at").first()
    if timer is None or _running(case, kind):
        return
    was_met_at, timer.met_at = timer.met_at, None
    timer.next_at = was_met_at if timer.policy.looks_ahead else _next_after_reopen(timer)
    timer.save()
    refresh(case=case)


def _next_after_reopen(timer: SlaTimer) -> datetime:
    if timer.breached_at is None and timer.warned_at is None:
        return timer.warn_at
    return timer.due_at + JUST_AFTER  # at once if that is past: the sweep finds which steps are missing


def answered_later(*, case: Case, kind: str, before: datetime | None, at: datetime | None) -> None:
    """The promise kept at `before` was not, for that reply did not arrive; it was kept at `at`, or runs on with None."""
    if before is None:
        return
    reopen(case=case, kind=kind, met_at=before)
    if at is not None:
        for timer in _running(case, kind):
            if timer.started_at <= at:
                meet(case=case, kind=kind, now=at)


def cancel(*, case: Case, now: datetime, kind: str | None = None) -> None:
    """What was promised (of this kind, or at all) no longer matters; what was missed until now stays missed."""
    for timer in _running(case, kind):
        _mark_late(case, timer, now)
        timer.cancelled_at, timer.next_at = now, None
        timer.paused_at = timer.remaining_seconds = timer.warn_remaining_seconds = None
        timer.save()
    refresh(case=case)


def as_its_lines_say(*, case: Case, now: datetime) -> None:
    """Promises run, or run no longer, as the lines of the case say, the one that was written last among them."""
    again = clock_queries.replayed(workspace=case.workspace_id, case=case.pk)
    runs = {(run.kind, run.started_at): run for run in again.runs}
    rows = {(timer.kind, timer.started_at): timer for timer in again.timers}
    for key, timer in rows.items():  # ends first: of each kind one runs at most
        run = runs.get(key)
        if timer.is_running and (run is None or not run.is_running):
            timer.met_at, timer.next_at = (run.met_at if run else None), None
            timer.cancelled_at = None if timer.met_at else (run.cancelled_at if run else None) or now
            timer.paused_at = timer.remaining_seconds = timer.warn_remaining_seconds = None
            timer.save()
    for key, run in runs.items():
        found = rows.get(key)
        if found is None or not run.is_running:
            continue
        if found.is_running and (found.breached_at or clock_queries.agrees(found, run)):
            continue
        found.met_at = found.cancelled_at = None
        found.breached_at = found.breached_at or (now if run.is_breached else None)
        as_told(found, run)
        set_next(found, now=now, looks_ahead=found.policy.looks_ahead)
        found.save()
    refresh(case=case)


def as_told(timer: SlaTimer, run: clock.Run) -> None:
    """The stored promise becomes (not saved) what the lines of its case say."""
    timer.policy_id, timer.calendar_id = run.terms.policy, run.calendar
    timer.promised_minutes, timer.clock = run.span.minutes, run.span.clock
    timer.warn_at, timer.due_at, timer.paused_at = run.warn_at, run.due_at, run.paused_at
    timer.remaining_seconds = run.left.remaining_seconds if run.left else None
    timer.warn_remaining_seconds = run.left.warn_remaining_seconds if run.left else None


def pause(*, case: Case, now: datetime) -> None:
    """Waiting for the customer stops the clocks of clock.STOPPED_BY_WAITING; what was left is kept in seconds of theirs."""
    for timer in _running(case):
        if timer.paused_at is not None or timer.kind not in clock.STOPPED_BY_WAITING:
            continue
        calendar = clock_queries.hours_of(timer=timer)
        _mark_late(case, timer, now)
        left = sla.pause(calendar, warn_at=timer.warn_at, due_at=timer.due_at, now=now)
        timer.remaining_seconds = left.remaining_seconds
        timer.warn_remaining_seconds = left.warn_remaining_seconds
        timer.paused_at, timer.next_at = now, None
        timer.save()
    refresh(case=case)


def resume(*, case: Case, now: datetime) -> None:
    """The clocks that stood still go on with what was left; a missed promise stays missed."""
    for timer in _running(case):
        if timer.paused_at is None:
            continue
        if timer.breached_at is None:
            calendar = clock_queries.hours_of(timer=timer)
            left = sla.Left(timer.remaining_seconds or 0, timer.warn_remaining_seconds or 0)
            timer.warn_at, timer.due_at = sla.resume(calendar, left, now=now)
        timer.paused_at = timer.remaining_seconds = timer.warn_remaining_seconds = None
        set_next(timer, now=now, looks_ahead=timer.policy.looks_ahead)
        timer.save()
    refresh(case=case)


def refresh(*, case: Case) -> None:
    """Copy what the queue needs from the timers to the case (not saved): next promise and rank."""
    ticking = [timer for timer in _running(case) if timer.paused_at is None]
    case.next_due_at = min((timer.due_at for timer in ticking), default=None)
    ranking.apply(case=case)


def working_minutes(*, case: Case, start: datetime, end: datetime) -> int:
    """Working minutes between two moments in whose hours the case was when, begun ones as whole; calendar minutes if nothing
    was promised."""
    again = clock_queries.replayed(workspace=case.workspace_id, case=case.pk)
    return clock_queries.working_minutes(again.told, again.calendars, start=start, end=end)


# --- The customer writes, the team changes --------------------------------------------------------------------


@transaction.atomic
def customer_wrote(*, case: Case, at: datetime, now: datetime) -> Case:
    """The customer's own words reached us at `at`: a wait for them and a snooze are over, and after our first response the
    next is owed.

    Returns the case as it is then, changed and saved under its lock; a case that is over only remembers the moment.
    Whoever keeps the words writes their line; this writes what it does to the clock. Automatic answers are no words.
    """
    Case.objects.of(case.workspace_id).select_for_update().values_list("pk").get(pk=case.pk)
    related = ("workspace", "owner", "policy", "team", "survey", "contact")
    case = Case.objects.of(case.workspace_id).select_related(*related).get(pk=case.pk)
    case.customer_wrote_at = max(case.customer_wrote_at or at, at)
    if case.is_waiting:
        case.category, case.waiting_since, case.waiting_for = Category.OPEN, None, ""
        resume(case=case, now=now)
        timeline.write(case=case, kind=EventKind.RESUMED, now=now)
    if case.is_open and case.contacted_at is not None:
        _owe_next_response(case, at, now)
    save(case, now=now)
    announce(case_wrote, sender=Case, case=case, now=now)
    return snoozing.wake(case=case, now=now, because=snoozing.ANSWER) if case.is_snoozed else case


def owe_for_duplicate(*, case: Case, since: datetime | None, merge: int, now: datetime) -> None:
    """A case takes in a duplicate whose customer waits for an answer `since` then: it owes them one, unless we spoke to them
    later than that or its first response is owed anyway. The case is not saved.
    """
    if since is None or case.contacted_at is None:
        return
    failed = set(failed_contacts(case))
    if any(event.at >= since for event in contacts(case) if event.pk not in failed):
        return
    _owe_next_response(case, since, now, merge=merge)


def _owe_next_response(case: Case, at: datetime, now: datetime, **more: Any) -> None:
    """One next response is owed at a time, from the first words that have none."""
    given = promise(case=case, now=now)
    if given is None:
        return
    terms, hours = given
    timer = start(case=case, kind=TimerKind.NEXT_RESPONSE, terms=terms, hours=hours, now=at)
    if timer is None:
        return
    timeline.write(
        case=case,
        kind=EventKind.PROMISED,
        now=now,
        why=RecountReason.WROTE,
        starts=timer.kind,
        since=at.isoformat(),
        due_at=timer.due_at.isoformat(),
        promise=terms.to_json(),
        stood=stood(case),
        **more,
    )
    refresh(case=case)


def follow_team(*, case: Case, before: int | None, now: datetime) -> None:
    """The case went from team `before` to another: what is left of its working time is counted in that team's hours."""
    if case.policy is None or before == case.team_id:
        return
    book = Book(workspace=case.workspace, now=now)
    terms = book.terms(case.policy, team=case.team_id)
    moved = []
    for timer in _running(case):
        hours = timer.calendar_id or timer.policy.calendar_id
        is_missed = timer.breached_at is not None or timer.is_past_due(now)
        if is_missed or hours == terms.calendar:  # the sweep marks what it has not seen, and tells of it
            continue
        was = timer.due_at
        timer.calendar_id = terms.calendar
        if timer.clock == Clock.WORKING and timer.paused_at is None:
            timer.warn_at, timer.due_at = clock.moved(
                book.calendars[hours],
                book.calendars[terms.calendar],
                warn_at=timer.warn_at,
                due_at=timer.due_at,
                now=now,
            )
            set_next(timer, now=now, looks_ahead=terms.looks_ahead)
        timer.save()
        moved.append({"timer": timer.kind, "from": was.isoformat(), "to": timer.due_at.isoformat()})
    if moved:
        timeline.write(
            case=case,
            kind=EventKind.PROMISED,
            now=now,
            why=RecountReason.TEAM,
            promise=terms.to_json(),
            stood=stood(case),
            moved=moved,
        )
        refresh(case=case)


def set_next(timer: SlaTimer, *, now: datetime, looks_ahead: bool) -> None:
    """After its moments moved: when the sweep must act, and a warning that came too early for them is taken back.

    With `looks_ahead` a step of the chain may come before the warning: the sweep looks at once and finds when.
    """
    if timer.warned_at is not None and timer.breached_at is None and timer.warn_at > now:
        timer.warned_at = None
    if timer.paused_at is not None or not timer.is_running:
        timer.next_at = None
    elif looks_ahead:
        timer.next_at = now
    else:
        timer.next_at = timer.warn_at if timer.warned_at is None else timer.due_at + JUST_AFTER


__all__ = [
    "JUST_AFTER", "RETRY_AFTER", "Enforced", "answered_later", "as_its_lines_say", "as_told", "cancel", "customer_wrote", "enforce", "follow_team", "meet",
    "new_timer", "owe_for_duplicate", "pause", "promise", "refresh", "reopen", "resume", "set_next", "start", "working_minutes",
]  # fmt: skip
