"""The two clocks of a case as stretches of time: who had it when, when it waited, and what each clock counted meanwhile.

The customer's clock runs from the answer to the end. The team's runs in its working hours, and stands still while the
customer has to act and while the case is over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts.rules import business_time
from accounts.rules.business_time import Calendar

RUN, WAIT, OVER = "RUN", "WAIT", "OVER"
WAITING, RESUMED, ENDED, REOPENED = "WAITING", "RESUMED", "ENDED", "REOPENED"
_STATES = {WAITING: WAIT, RESUMED: RUN, ENDED: OVER, REOPENED: RUN}


@dataclass(frozen=True)
class Turn:
    """Something changed: the state (one of _STATES), the owner (`owner` not None), or the hours (`calendar` not None)."""

    at: datetime
    state: str = ""
    owner: str | None = None
    calendar: int | None = None


@dataclass(frozen=True)
class Stretch:
    """From `start` to `end` nothing changed. `team` is the working time in it, also while it waits (then it is not used)."""

    start: datetime
    end: datetime
    state: str
    owner: str
    calendar: int | None
    team: timedelta = timedelta(0)

    @property
    def customer(self) -> timedelta:
        """What passed for the customer."""
        return self.end - self.start


@dataclass(frozen=True)
class Bar:
    """A part of a lane, in thousandths of its width."""

    x: float
    width: float
    kind: str
    title: str = ""


def stretches(
    turns: Sequence[Turn],
    *,
    start: datetime,
    end: datetime,
    hours: Callable[[int | None], Calendar],
) -> list[Stretch]:
    """The stretches from `start` to `end`; `turns` are in order, and those at or before `start` say how it begins."""
    found: list[Stretch] = []
    current = Stretch(start, start, RUN, "", None)
    for turn in [*turns, Turn(end)]:
        at = min(max(turn.at, start), end)
        if at > current.start:
            found.append(_counted(replace(current, end=at), hours))
            current = replace(current, start=at)
        current = replace(
            current,
            state=_STATES.get(turn.state, current.state),
            owner=current.owner if turn.owner is None else turn.owner,
            calendar=current.calendar if turn.calendar is None else turn.calendar,
        )
    return found


def _counted(stretch: Stretch, hours: Callable[[int | None], Calendar]) -> Stretch:
    if stretch.state == OVER:
        return stretch
    team = business_time.time_between(hours(stretch.calendar), stretch.start, stretch.end)
    return replace(stretch, team=team)


def team_bars(
    found: Sequence[Stretch], *, start: datetime, end: datetime, hours: Callable[[int | None], Calendar]
) -> list[Bar]:
    """The lane of the team's clock: its open times, and where it stood still. Bars too thin to see are joined."""
    bars: list[Bar] = []
    for stretch in found:
        if stretch.state == OVER:
            continue
        for opens, closes in business_time.open_windows(hours(stretch.calendar), stretch.start, stretch.end):
            bars.append(bar(opens, closes, stretch.state, start=start, end=end))
    return joined(bars)


def owner_bars(found: Sequence[Stretch], *, start: datetime, end: datetime) -> list[Bar]:
    """The lane of owners: one bar for each time somebody had the case, with the name."""
    bars: list[Bar] = []
    for stretch in found:
        if not stretch.owner:
            continue
        drawn = bar(stretch.start, stretch.end, "OWNER", start=start, end=end, title=stretch.owner)
        last = bars[-1] if bars else None
        if last is not None and last.title == drawn.title and abs(last.x + last.width - drawn.x) < 0.01:
            bars[-1] = replace(last, width=round(last.width + drawn.width, 3))
        else:
            bars.append(drawn)
    return bars


def bar(
    opens: datetime, closes: datetime, kind: str, *, start: datetime, end: datetime, title: str = ""
) -> Bar:
    """A bar between two moments of the lane from `start` to `end`."""
    whole = max(end - start, timedelta(seconds=1))
    x, width = (opens - start) / whole * 1000, (closes - opens) / whole * 1000
    return Bar(round(x, 3), round(width, 3), kind, title)


def joined(bars: Sequence[Bar], gap: float = 1.0) -> list[Bar]:
    """Bars of one kind less than `gap` apart as one: hundreds of days in one picture stay a picture."""
    found: list[Bar] = []
    for one in bars:
        last = found[-1] if found else None
        if last is not None and last.kind == one.kind and one.x - (last.x + last.width) < gap:
            found[-1] = replace(last, width=round(one.x + one.width - last.x, 3))
        else:
            found.append(one)
    return found
