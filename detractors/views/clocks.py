"""The two clocks of a case, drawn: lanes for the customer's time, the team's and the owners, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from detractors.models import Case
from detractors.queries import clock as clock_queries
from detractors.queries import told
from detractors.rules import stretches
from detractors.rules.stretches import Bar, Stretch

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
    told_clocks = told.two_clocks(case=case, lines=lines, calendars=calendars, now=now)
    found, hours = told_clocks.stretches, told_clocks.hours
    start, end = told_clocks.start, told_clocks.end
    zones = {hours(one.calendar).time_zone for one in found}
    owners = stretches.owner_bars(found, start=start, end=end)
    return Clocks(
        owners=" → ".join(one.title for one in owners[-6:]),
        start=start,
        end=end,
        is_over=told_clocks.is_over,
        customer=told_clocks.customer,
        team=told_clocks.team,
        waited=told_clocks.waited,
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
    return Row(one.start, one.end, words[one.state], one.owner, one.customer, told.used(one))


def _marks(promises: Sequence[Any], *, start: datetime, end: datetime) -> list[Mark]:
    """Due moments within the picture."""
    found = []
    for one in promises:
        if start <= one.due_at <= end and not one.is_cancelled:
            x = stretches.bar(one.due_at, one.due_at, "", start=start, end=end).x
            title = _("%(promise)s was due") % {"promise": one.word}
            found.append(Mark(x, title, one.was_breached))
    return found
