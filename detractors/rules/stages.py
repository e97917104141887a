"""How long a case spent in which stage, read from its timeline.

At each moment a case is in one stage, the first of these that holds:

    resolved      it is resolved, and not closed yet
    for_customer  we wait for the customer
    for_others    a question to somebody outside, or a task of a colleague, is open
    untaken       nobody owns it
    unanswered    somebody owns it, nobody has spoken to the customer yet
    at_work       all the rest: the ball is with its owner

Idle is the part of the last three in which nobody did anything although the ball was with us: of each pause between two acts of
people (or the begin and the end of such a stretch), what goes beyond IDLE_AFTER of working time. A stage counts in whole
minutes, a begun one as one, in the team's working time and around the clock. `untaken` and `unanswered` are known once the case
left them; the others once it is resolved or closed, because until then it may come back to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

UNTAKEN, UNANSWERED, AT_WORK = "untaken", "unanswered", "at_work"
FOR_CUSTOMER, FOR_OTHERS, RESOLVED, IDLE = "for_customer", "for_others", "resolved", "idle"
HANDLED, MAILED, CALLED = (
    "handled",
    "mailed",
    "called",
)  # from the opening to the first act, mail, call that reached them
STAGES = (UNTAKEN, UNANSWERED, AT_WORK, FOR_CUSTOMER, FOR_OTHERS, RESOLVED)
OURS = (UNTAKEN, UNANSWERED, AT_WORK)
FIRSTS = (HANDLED, MAILED, CALLED)
COLUMNS = (*STAGES, IDLE, *FIRSTS)
IDLE_AFTER = timedelta(hours=4)  # half a working day: reading, thinking and asking around are no idling

TOOK, LET_GO = "TOOK", "LET_GO"
WROTE, SPOKE = "WROTE", "SPOKE"  # a mail of ours that arrived; a call that reached the customer
WAIT, GO_ON = "WAIT", "GO_ON"
SOLVED, REOPENED, CLOSED = "SOLVED", "REOPENED", "CLOSED"
OTHER = "OTHER"  # anything else; it matters only if a person did it


@dataclass(frozen=True)
class Act:
    """One thing that happened; `by_person` if somebody of ours did it."""

    at: datetime
    kind: str
    by_person: bool = False


@dataclass(frozen=True)
class Hours:
    """Working time by the hours the case had when: `between` and `after` (so much later)."""

    between: Callable[[datetime, datetime], timedelta]
    after: Callable[[datetime, timedelta], datetime]


@dataclass(frozen=True)
class Span:
    """Minutes in working time and around the clock."""

    working: int
    calendar: int


@dataclass(frozen=True)
class Stretch:
    """A stage without a break; `end` is None while it lasts."""

    stage: str
    start: datetime
    end: datetime | None


def stretches(
    *, opened_at: datetime, acts: Sequence[Act], asked: Iterable[tuple[datetime, datetime | None]] = ()
) -> list[Stretch]:
    """The stages of a case one after the other. `acts` are in order; `asked` are the times others had something to do."""
    marks: list[tuple[datetime, int, str]] = [(act.at, place, act.kind) for place, act in enumerate(acts)]
    for begin, end in asked:
        marks.append((begin, len(acts), "ASKED"))
        if end is not None:
            marks.append((end, len(acts), "TOLD"))
    is_taken = is_answered = is_waiting = is_solved = is_closed = False
    others, found = 0, [Stretch(UNTAKEN, opened_at, None)]
    for at, _place, kind in sorted(marks, key=lambda mark: mark[:2]):
        if kind in (TOOK, LET_GO):
            is_taken = kind == TOOK
        elif kind in (WROTE, SPOKE):
            is_answered = True
        elif kind in (WAIT, GO_ON):
            is_waiting = kind == WAIT
        elif kind == SOLVED:
            is_solved, is_waiting = True, False
        elif kind == REOPENED:
            is_solved = is_closed = is_waiting = False
        elif kind == CLOSED:
            is_closed = True
        elif kind in ("ASKED", "TOLD"):
            others += 1 if kind == "ASKED" else -1
        stage = (
            "" if is_closed
            else RESOLVED if is_solved
            else FOR_CUSTOMER if is_waiting
            else FOR_OTHERS if others > 0
            else UNTAKEN if not is_taken
            else UNANSWERED if not is_answered
            else AT_WORK
        )  # fmt: skip
        at = max(at, found[-1].start)
        if stage != found[-1].stage:
            found[-1] = Stretch(found[-1].stage, found[-1].start, at)
            found.append(Stretch(stage, at, None))
    return [one for one in found if one.stage and one.end != one.start]


def spent(
    *,
    opened_at: datetime,
    acts: Sequence[Act],
    hours: Hours,
    asked: Iterable[tuple[datetime, datetime | None]] = (),
) -> dict[str, Span]:
    """What is known of each of COLUMNS; one that is not over, or never was, is missing."""
    runs = stretches(opened_at=opened_at, acts=acts, asked=asked)
    now_in = next((run.stage for run in runs if run.end is None), "")
    is_done = now_in in ("", RESOLVED)
    found: dict[str, Span] = {}
    for stage in STAGES:
        mine = [run for run in runs if run.stage == stage]
        early = stage in (UNTAKEN, UNANSWERED)
        if mine and stage != now_in and (early or is_done):
            found[stage] = _sum(mine, hours)
    if is_done:
        found[IDLE] = _idle([run for run in runs if run.stage in OURS], acts, hours)
    for name, first in (
        (HANDLED, next((act.at for act in acts if act.by_person), None)),
        (MAILED, next((act.at for act in acts if act.kind == WROTE), None)),
        (CALLED, next((act.at for act in acts if act.kind == SPOKE), None)),
    ):
        if first is not None:
            found[name] = _sum([Stretch(name, opened_at, max(first, opened_at))], hours)
    return found


def _sum(runs: Iterable[Stretch], hours: Hours) -> Span:
    working = calendar = timedelta(0)
    for run in runs:
        if run.end is not None:
            working += hours.between(run.start, run.end)
            calendar += run.end - run.start
    return Span(_minutes(working), _minutes(calendar))


def _idle(ours: Sequence[Stretch], acts: Sequence[Act], hours: Hours) -> Span:
    still = []
    for run in _joined(ours):
        touched = [act.at for act in acts if act.by_person and run.start < act.at < (run.end or run.start)]
        edges = [run.start, *touched, run.end or run.start]
        for before, after in itertools.pairwise(edges):
            if hours.between(before, after) > IDLE_AFTER:
                still.append(Stretch(IDLE, hours.after(before, IDLE_AFTER), after))
    return _sum(still, hours)


def _joined(runs: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that follow each other at once are one: that the case was taken ends no pause unless a person took it."""
    found: list[Stretch] = []
    for run in runs:
        if found and found[-1].end == run.start:
            found[-1] = Stretch(IDLE, found[-1].start, run.end)
        else:
            found.append(run)
    return found


def _minutes(length: timedelta) -> int:
    return ceil(length / timedelta(minutes=1))
