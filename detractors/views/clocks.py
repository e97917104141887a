"""The two clocks of a case, drawn: lanes for the customer's time, the team's and the owners, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.rules.business_time import ALWAYS, Calendar
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent
from detractors.queries import clock as clock_queries
from detractors.rules import stretches
from detractors.rules.stretches import Bar, Stretch, Turn

MOST_ROWS = 60


@dataclass(frozen=True)
class Mark:
    """A moment on the lanes, in thousandths of their width."""

    x: float
    title: str
    is_missed: bool


@dataclass(frozen=True)
class Row:
    """A stretch with the word for its clock."""

    start: datetime
    end: datetime
    word: str
    owner: str
    customer: timedelta
    team: timedelta


@dataclass(frozen=True)
class Clocks:
    """What is drawn, what it adds up to, and the rows of the table."""

    start: datetime
    end: datetime
    is_over: bool
    customer: timedelta
    team: timedelta
    waited: timedelta
    team_bars: Sequence[Bar]
    owner_bars: Sequence[Bar]
    marks: Sequence[Mark]
    rows: Sequence[Row]
    more: int
    zones: str
    owners: str  # in their order, from the first to the last


def clocks(case: Case, promises: Sequence[Any], *, now: datetime) -> Clocks:
    """The clocks of `case` until its end or `now`, in three queries."""
    lines = clock_queries.lines_of(workspace=case.workspace_id, cases=[case.pk]).get(case.pk, [])
    calendars = clock_queries.calendars_of(workspace=case.workspace_id)
    usual = case.policy.calendar_id if case.policy else None

    def hours(calendar: int | None) -> Calendar:
        calendar = calendar or usual
        return calendars[calendar] if calendar else ALWAYS

    ended = case.resolved_at or case.closed_at
    start, end = case.opened_at, max(ended or now, case.opened_at)
    turns = sorted([*_turns(lines), *_owners(case)], key=lambda turn: turn.at)
    found = stretches.stretches(turns, start=start, end=end, hours=hours)
    used = [one for one in found if one.state == stretches.RUN]
    waits = [one for one in found if one.state == stretches.WAIT]
    zones = {hours(one.calendar).time_zone for one in found}
    owners = stretches.owner_bars(found, start=start, end=end)
    return Clocks(
        owners=" → ".join(one.title for one in owners[-6:]),
        start=start,
        end=end,
        is_over=ended is not None,
        customer=sum((one.customer for one in found), timedelta(0)),
        team=sum((one.team for one in used), timedelta(0)),
        waited=sum((one.customer for one in waits), timedelta(0)),
        team_bars=stretches.team_bars(found, start=start, end=end, hours=hours),
        owner_bars=owners,
        marks=_marks(promises, start=start, end=end),
        rows=[_row(one) for one in found[-MOST_ROWS:]],
        more=max(0, len(found) - MOST_ROWS),
        zones=", ".join(sorted(zones)),
    )


def _row(one: Stretch) -> Row:
    words = {
        stretches.RUN: _("runs"),
        stretches.WAIT: _("stands still: waiting for the customer"),
        stretches.OVER: _("over"),
    }
    team = one.team if one.state == stretches.RUN else timedelta(0)
    return Row(one.start, one.end, words[one.state], one.owner, one.customer, team)


def _turns(lines: Sequence[clock_queries.Line]) -> list[Turn]:
    """What the lines say of the state and of the hours."""
    states = {
        EventKind.WAITING: stretches.WAITING,
        EventKind.RESUMED: stretches.RESUMED,
        EventKind.RESOLVED: stretches.ENDED,
        EventKind.DISMISSED: stretches.ENDED,
        EventKind.REOPENED: stretches.REOPENED,
    }
    turns = []
    for line in lines:
        terms = line.facts.get("promise") or {}
        state = states.get(EventKind(line.kind), "")
        if state or terms:
            turns.append(Turn(line.at, state=state, calendar=terms.get("calendar")))
    return turns


def _owners(case: Case) -> list[Turn]:
    """Who had the case from when on; "" is nobody."""
    rows = (
        CaseEvent.objects.of(case.workspace_id)
        .select_related("by")
        .filter(case=case, kind__in=[EventKind.ASSIGNED, EventKind.CLAIMED])
        .order_by("at", "pk")
    )
    return [
        Turn(event.at, owner=event.by.display_name if event.by else "")
        if event.kind == EventKind.CLAIMED
        else Turn(event.at, owner=str(event.facts.get("to") or ""))
        for event in rows
    ]


def _marks(promises: Sequence[Any], *, start: datetime, end: datetime) -> list[Mark]:
    """Due moments within the picture."""
    found = []
    for one in promises:
        if start <= one.due_at <= end and not one.is_cancelled:
            x = stretches.bar(one.due_at, one.due_at, "", start=start, end=end).x
            title = _("%(promise)s was due") % {"promise": one.word}
            found.append(Mark(x, title, one.was_breached))
    return found
