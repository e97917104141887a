"""Changing what is promised and to whom. Open cases follow (services.recounting); who hears of a missed promise: chains.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import BusinessCalendar, User, Workspace
from accounts.queries import calendar as rule_calendar
from accounts.rules.business_time import ALWAYS, HORIZON_DAYS, Calendar
from detractors.enums import Clock, Priority, RecountReason
from detractors.models import SlaPolicy
from detractors.rules import sla
from detractors.rules.clock import Span
from detractors.services import recounting
from surveys.models import Audience, Touchpoint

LONGEST_MINUTES = 366 * 24 * 60  # a promise further away than a year is a typing mistake
MOST_POLICIES = 100  # of a workspace; nobody can remember what more of them say
LAST_PLACE = 32_767


class PolicyError(ValueError):
    """The policy stays as it was; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str) -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A promise as somebody wants it. Without `next_response` only the first answer is promised.

    It is made for one of `priority`, `touchpoint` and `audience`; for none, only cells of the matrix choose it. The
    workspace's usual promise is for everybody.
    """

    first_response: Span
    resolution: Span
    next_response: Span | None = None
    warn_percent: int = sla.WARN_PERCENT
    calendar: BusinessCalendar
    name: str = ""
    priority: str = ""
    touchpoint: Touchpoint | None = None
    audience: Audience | None = None


@transaction.atomic
def add(*, workspace: Workspace, wanted: Wanted, by: User | None, now: datetime) -> SlaPolicy:
    """A further promise, behind those made for the same; open cases it fits follow. Raises PolicyError."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    rows = SlaPolicy.objects.of(workspace)
    if rows.count() >= MOST_POLICIES:
        raise PolicyError(_("%(most)s promises are enough.") % {"most": MOST_POLICIES}, field="name")
    place = (rows.aggregate(last=Max("place"))["last"] or 0) + 1
    policy = SlaPolicy(workspace=workspace, place=place, created_at=now)
    return _save(policy, wanted, by=by, now=now)


@transaction.atomic
def change(*, policy: SlaPolicy, wanted: Wanted, by: User | None, now: datetime) -> SlaPolicy:
    """The policy as wanted from now on; open cases that run by it follow. Raises PolicyError."""
    policy = held(policy=policy)
    return _save(policy, wanted, by=by, now=now)


def held(*, policy: SlaPolicy) -> SlaPolicy:
    """The policy as it is stored, locked until the transaction ends: for whoever changes a part of it and keeps the rest."""
    row: SlaPolicy = (
        SlaPolicy.objects.of(policy.workspace_id).select_for_update(of=("self",)).get(pk=policy.pk)
    )
    return row


def tried(*, policy: SlaPolicy, wanted: Wanted) -> SlaPolicy:
    """The policy as it would be, unsaved: for a preview. Raises PolicyError."""
    policy = SlaPolicy.objects.of(policy.workspace_id).select_related("audience").get(pk=policy.pk)
    _check(policy, wanted)
    _fill(policy, wanted)
    return policy


def drafted(*, workspace: Workspace, wanted: Wanted) -> SlaPolicy:
    """A further promise as it would be, unsaved and behind all others. Raises PolicyError."""
    policy = SlaPolicy(workspace=workspace, place=LAST_PLACE)
    _check(policy, wanted)
    _fill(policy, wanted)
    return policy


@transaction.atomic
def retire(*, policy: SlaPolicy, by: User | None, now: datetime) -> SlaPolicy:
    """No case is promised this any more; open ones that were get what holds without it. Raises PolicyError for the usual one."""
    policy = held(policy=policy)
    check_retirable(policy)
    if policy.retired_at is None:
        policy.retired_at = now
        policy.save(update_fields=["retired_at"])
        _recount(policy, by=by, now=now)
    return policy


def check_retirable(policy: SlaPolicy) -> None:
    """Raises PolicyError for the usual promise."""
    if policy.is_default:
        raise PolicyError(_("The usual promise is for everybody: change it instead."), field="name")


@transaction.atomic
def bring_back(*, policy: SlaPolicy, by: User | None, now: datetime) -> SlaPolicy:
    """A retired promise holds again."""
    policy = held(policy=policy)
    if policy.retired_at is not None:
        policy.retired_at = None
        policy.save(update_fields=["retired_at"])
        _recount(policy, by=by, now=now)
    return policy


@transaction.atomic
def move(*, policy: SlaPolicy, up: bool, by: User | None, now: datetime) -> bool:
    """Change places with the neighbour made for the same kind of thing; whether there was one."""
    rows = SlaPolicy.objects.of(policy.workspace_id).select_for_update(of=("self",))
    group = _exchanged(list(rows.filter(retired_at__isnull=True, is_default=False)), policy, up=up)
    if not group:
        return False
    for place, row in enumerate(group, start=1):
        if row.place != place:
            row.place = place
            row.save(update_fields=["place"])
    _recount(policy, by=by, now=now)
    return True


def tried_act(*, policy: SlaPolicy, act: str, now: datetime) -> dict[int, SlaPolicy]:
    """The policies as they would be after `retire`, `bring-back`, `up` or `down`, unsaved: for a preview."""
    rows = SlaPolicy.objects.of(policy.workspace_id).select_related("audience")
    if act in ("retire", "bring-back"):
        row = rows.get(pk=policy.pk)
        row.retired_at = now if act == "retire" else None
        return {row.pk: row}
    group = _exchanged(list(rows.filter(retired_at__isnull=True, is_default=False)), policy, up=act == "up")
    for place, row in enumerate(group, start=1):
        row.place = place
    return {row.pk: row for row in group}


def _exchanged(rows: list[SlaPolicy], policy: SlaPolicy, *, up: bool) -> list[SlaPolicy]:
    """Those made for the same kind of thing, in their order, with `policy` and its neighbour exchanged; empty without one."""
    same = sorted(rows, key=lambda row: (row.place, row.pk))
    group = [row for row in same if made_for(row) == made_for(policy)]
    at = next((index for index, row in enumerate(group) if row.pk == policy.pk), None)
    other = None if at is None else at - 1 if up else at + 1
    if at is None or other is None or not 0 <= other < len(group):
        return []
    group[at], group[other] = group[other], group[at]
    return group


def made_for(policy: SlaPolicy) -> str:
    """DEFAULT, TOUCHPOINT, AUDIENCE, PRIORITY or CELL: the step of the precedence at which it can hold."""
    if policy.is_default:
        return "DEFAULT"
    if policy.touchpoint_id is not None:
        return "TOUCHPOINT"
    if policy.audience_id is not None:
        return "AUDIENCE"
    return "PRIORITY" if policy.priority else "CELL"


def _save(policy: SlaPolicy, wanted: Wanted, *, by: User | None, now: datetime) -> SlaPolicy:
    _check(policy, wanted)
    _fill(policy, wanted)
    if policy.pk is None:
        policy.looks_ahead = _usual_looks_ahead(policy)
    policy.save()
    _recount(policy, by=by, now=now)
    return policy


def _recount(policy: SlaPolicy, *, by: User | None, now: datetime) -> None:
    workspace = policy.workspace
    recounting.ask(workspace=workspace, why=RecountReason.PROMISE, what=policy.name, by=by, now=now)


def _check(policy: SlaPolicy, wanted: Wanted) -> None:
    check_promises(
        first_response=wanted.first_response,
        next_response=wanted.next_response,
        resolution=wanted.resolution,
    )
    if not 1 <= wanted.warn_percent <= 99:
        raise PolicyError(_("Choose between 1 and 99 percent."), field="warn_percent")
    if wanted.calendar.workspace_id != policy.workspace_id:
        raise PolicyError(_("Choose one of this workspace's calendars."), field="calendar")
    _check_reachable(wanted)
    _check_name(policy, wanted.name)
    _check_for_whom(policy, wanted)


def _check_reachable(wanted: Wanted) -> None:
    """Raises PolicyError for a promise that these hours would not reach in ten years."""
    weekly = rule_calendar(row=wanted.calendar).week_minutes
    for field, span in _given(wanted.first_response, wanted.next_response, wanted.resolution):
        if span.clock == Clock.WORKING and span.minutes > weekly * HORIZON_DAYS // 7:
            sentence = _(
                "These hours are open %(minutes)s minutes a week: this would be due after more than ten years. "
                "Promise less, choose other hours, or count around the clock."
            )
            raise PolicyError(sentence % {"minutes": f"{weekly:,}"}, field=field)


def _given(first_response: Span, next_response: Span | None, resolution: Span) -> Iterator[tuple[str, Span]]:
    """What is promised, each with the field it is typed in."""
    spans = (("first_response", first_response), ("next_response", next_response), ("resolution", resolution))
    return ((field, span) for field, span in spans if span is not None)


def check_promises(*, first_response: Span, resolution: Span, next_response: Span | None = None) -> None:
    """Raises PolicyError unless each is positive, at most a year, and nothing is resolved before it is answered."""
    for field, span in _given(first_response, next_response, resolution):
        if not 1 <= span.minutes <= LONGEST_MINUTES:
            raise PolicyError(_("A promise is at least a minute and at most a year."), field=field)
        if span.clock not in Clock.values:
            raise PolicyError(_("Choose working time or time around the clock."), field=field)
    if resolution.clock == first_response.clock and resolution.minutes < first_response.minutes:
        raise PolicyError(
            _("Nothing can be resolved before it is answered: promise the resolution later."),
            field="resolution",
        )


def _check_name(policy: SlaPolicy, name: str) -> None:
    name = name.strip()
    if not name and not policy.name:
        raise PolicyError(_("Please give it a name."), field="name")
    others = SlaPolicy.objects.of(policy.workspace_id).exclude(pk=policy.pk).filter(name__iexact=name)
    if name and others.exists():
        raise PolicyError(_("There is a promise of this name already."), field="name")


def _check_for_whom(policy: SlaPolicy, wanted: Wanted) -> None:
    things = [wanted.priority, wanted.touchpoint, wanted.audience]
    if sum(bool(thing) for thing in things) > (0 if policy.is_default else 1):
        raise PolicyError(_("A promise is made for one kind of thing."), field="made_for")
    if wanted.priority and wanted.priority not in Priority.values:
        raise PolicyError(_("There is no such priority."), field="made_for")
    for row in (wanted.touchpoint, wanted.audience):
        if row is not None and row.workspace_id != policy.workspace_id:
            raise PolicyError(_("Choose something of this workspace."), field="made_for")


def _fill(policy: SlaPolicy, wanted: Wanted) -> None:
    policy.name = wanted.name.strip() or policy.name
    policy.first_response_minutes = wanted.first_response.minutes
    policy.first_response_clock = wanted.first_response.clock
    policy.next_response_minutes = wanted.next_response.minutes if wanted.next_response else None
    policy.next_response_clock = wanted.next_response.clock if wanted.next_response else Clock.WORKING
    policy.resolution_minutes, policy.resolution_clock = wanted.resolution.minutes, wanted.resolution.clock
    policy.warn_percent, policy.calendar = wanted.warn_percent, wanted.calendar
    policy.priority, policy.touchpoint, policy.audience = wanted.priority, wanted.touchpoint, wanted.audience


def _usual_looks_ahead(policy: SlaPolicy) -> bool:
    """A new promise escalates as the usual one does."""
    usual = SlaPolicy.objects.of(policy.workspace_id).filter(is_default=True).first()
    return usual is not None and usual.looks_ahead


def example(*, calendar: Calendar, start: datetime, span: Span, warn_percent: int) -> sla.Plan:
    """When a promise given at `start` (aware UTC) warns and is due."""
    hours: Any = ALWAYS if span.clock == Clock.CALENDAR else calendar
    return sla.plan(hours, start=start, minutes=span.minutes, warn_percent=warn_percent)
