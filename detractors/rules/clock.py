"""The clock of a case, told again from its beginning.

`replay` takes everything that happened to a case, in order, and says how its promises stand: when each began, stood still,
went on, was kept or given up, and when it is due. The services write the same on the timers as things happen; this is the
proof that they are right, and the way open cases follow when hours or promises are edited.

What an edit does is decided here:

- The length of a promise, its clock and its warning hold from its beginning: the terms that are in force last count.
- The hours of a calendar are taken as they are now, for the whole of a promise that is still running.
- Another calendar (the case went to a team with other hours) counts from that moment on; what was used before stays used.
- A promise that was missed stays missed, with the moment it was due, also where nobody has written that down yet; one that
  was kept or given up stays as it was.
- A case we open again ourselves, without a word of the customer since it was over, goes on with what was left then: ending
  a case and opening it again wins no time. The customer's words are a new case for the clock: a new promise begins.
- A case that takes in a duplicate goes on with the time the duplicate has used, where that is more: merging wins no time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.rules.business_time import ALWAYS, Calendar
from detractors.rules import sla
from detractors.rules.sla import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, Left

WORKING, CALENDAR = "WORKING", "CALENDAR"

# While the case waits for the customer nobody can put it right, but somebody can answer.
STOPPED_BY_WAITING = frozenset({RESOLUTION})

OPENED, CONTACTED, WROTE = "OPENED", "CONTACTED", "WROTE"
WAITING, RESUMED = "WAITING", "RESUMED"
RESOLVED, REOPENED, DISMISSED = "RESOLVED", "REOPENED", "DISMISSED"
TERMS, BREACHED = "TERMS", "BREACHED"
MERGED, UNMERGED = "MERGED", "UNMERGED"


Move = tuple[
    str, datetime, int
]  # what happens to a run: START, PAUSE, RESUME, HOURS; when; whose hours it has from then on
OWN = 0  # the lane of a run that began with this case; others are named by their merge


@dataclass(frozen=True)
class Span:
    """A promised length: `minutes` of the working hours, or of the customer's calendar."""

    minutes: int
    clock: str = WORKING


@dataclass(frozen=True)
class Terms:
    """What a case is promised: by which policy, in whose hours, how long for each kind (a missing kind is not promised).

    `looks_ahead`: its escalation begins before the due moment; no part of the promise itself.
    """

    policy: int
    calendar: int
    warn_percent: int
    spans: Mapping[str, Span]
    looks_ahead: bool = field(default=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for a line of the timeline."""
        return {
            "policy": self.policy,
            "calendar": self.calendar,
            "warn_percent": self.warn_percent,
            "spans": {kind: [span.minutes, span.clock] for kind, span in sorted(self.spans.items())},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Terms:
        """What `to_json` wrote."""
        spans = {kind: Span(minutes, clock) for kind, (minutes, clock) in data["spans"].items()}
        return cls(data["policy"], data["calendar"], data["warn_percent"], spans)


@dataclass(frozen=True)
class Happening:
    """One thing that matters to the clock. `terms` come with OPENED, REOPENED and TERMS, `timer` and `due_at` with BREACHED.

    `goes_on`: REOPENED by ourselves, so that what ran when the case ended runs on. `taken` come with MERGED: what ran in the
    duplicate, as (kind, moves); `merge` names it for UNMERGED, also with WROTE where the words are those of a duplicate.
    """

    at: datetime
    kind: str
    terms: Terms | None = None
    timer: str = ""
    due_at: datetime | None = None
    goes_on: bool = False
    merge: int = 0
    taken: Sequence[tuple[str, Sequence[Move]]] = ()


@dataclass
class Run:
    """One promise as the replay left it; the fields are those of the stored timer."""

    kind: str
    terms: Terms
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    calendar: int  # whose hours it runs by now
    is_breached: bool = False
    met_at: datetime | None = None
    cancelled_at: datetime | None = None
    paused_at: datetime | None = None
    left: Left | None = None
    lanes: dict[int, list[Move]] = field(
        default_factory=lambda: {OWN: []}
    )  # its own moves, and those of duplicates
    lane: int = 0  # the one that counts
    merge: int = 0  # of the duplicate whose customer waits for this answer; else 0

    @property
    def moves(self) -> list[Move]:
        """What happened to it, along the lane that counts."""
        return self.lanes.get(self.lane, self.lanes[OWN])

    def add(self, what: str, at: datetime, calendar: int) -> None:
        """It happens on every lane."""
        for moves in self.lanes.values():
            moves.append((what, at, calendar))

    @property
    def span(self) -> Span:
        return self.terms.spans[self.kind]

    @property
    def is_running(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    def is_missed(self, at: datetime) -> bool:
        """Whether it was missed before `at`, written down or not: the sweep may come late."""
        return self.is_breached or (self.left is None and self.due_at < at)


def hours_of(calendars: Mapping[int, Calendar], calendar: int, clock: str) -> Calendar:
    """The hours a clock runs by: the team's, or all of them."""
    return ALWAYS if clock == CALENDAR else calendars[calendar]


def replay(happenings: Iterable[Happening], calendars: Mapping[int, Calendar]) -> list[Run]:
    """Every promise of a case, in the order in which they began. `happenings` are in the order in which they happened."""
    tape = _Tape(calendars)
    for happening in happenings:
        tape.play(happening)
    return tape.runs


def enforced(
    happenings: Iterable[Happening], calendars: Mapping[int, Calendar], *, until: datetime
) -> list[Run]:
    """The same as `replay`, when nobody has written down yet what was missed: each promise is missed right after its due
    moment, as the sweep does it. What `happenings` say was missed is left aside.
    """
    tape = _Tape(calendars)
    for happening in happenings:
        if happening.kind != BREACHED:
            tape.enforce(happening.at)
            tape.play(happening)
    tape.enforce(until)
    return tape.runs


def running(runs: Sequence[Run], kind: str) -> Run | None:
    """The promise of this kind that is neither kept nor given up."""
    return next((run for run in runs if run.kind == kind and run.is_running), None)


class _Tape:
    def __init__(self, calendars: Mapping[int, Calendar]) -> None:
        self.calendars = calendars
        self.runs: list[Run] = []
        self.terms: Terms | None = None
        self.is_contacted = self.is_waiting = False
        self.contacted_at: datetime | None = None
        self.ended_at: datetime | None = None  # when the case was last over

    def play(self, what: Happening) -> None:
        if what.terms is not None:
            self._change_terms(what.terms, what.at)
        if what.goes_on:
            self._run_on(what.at)
        if what.kind in (OPENED, REOPENED):
            self._start(RESOLUTION, what.at)
            if not self.is_contacted:
                self._start(FIRST_RESPONSE, what.at)
        elif what.kind == CONTACTED:
            self.is_contacted, self.contacted_at = True, what.at
            for kind in (FIRST_RESPONSE, NEXT_RESPONSE):
                self._end(kind, met_at=what.at)
        elif what.kind == WROTE:
            self._start(NEXT_RESPONSE, what.at, merge=what.merge)
        elif what.kind == WAITING:
            self._wait(what.at)
        elif what.kind == RESUMED:
            self._go_on(what.at)
        elif what.kind == RESOLVED:
            self.ended_at = what.at
            self._go_on(what.at)
            self._end(RESOLUTION, met_at=what.at)
            self._end(NEXT_RESPONSE, cancelled_at=what.at)
        elif what.kind == DISMISSED:
            self.ended_at = what.at
            self.is_waiting = False
            for kind in sla.TIMERS:
                self._end(kind, cancelled_at=what.at)
        elif what.kind == MERGED:
            self._take(what)
        elif what.kind == UNMERGED:
            self._give_back(what.merge, what.at)
        elif what.kind == BREACHED:
            self._miss(what.timer, what.due_at)

    def enforce(self, at: datetime) -> None:
        """Whatever was due before `at` and still runs was missed."""
        for run in self.runs:
            if run.is_running and run.is_missed(at):
                run.is_breached = True

    def _start(self, kind: str, at: datetime, *, merge: int = 0) -> None:
        if self.terms is None or kind not in self.terms.spans or running(self.runs, kind):
            return
        run = Run(kind, self.terms, at, at, at, self.terms.calendar, merge=merge)
        run.add("START", at, self.terms.calendar)
        self._count(run)
        self.runs.append(run)

    def _take(self, what: Happening) -> None:
        """What ran in the duplicate runs beside the promises of this case: whichever is due earlier counts."""
        for kind, moves in what.taken:
            run = running(self.runs, kind)
            if run is None or run.is_missed(what.at):
                continue
            lane = [*moves]
            if _stands(lane) and run.paused_at is None:
                lane.append(("RESUME", what.at, lane[-1][2]))
            elif not _stands(lane) and run.paused_at is not None:
                lane.append(("PAUSE", what.at, lane[-1][2]))
            if lane[-1][2] != run.calendar:
                lane.append(("HOURS", what.at, run.calendar))
            run.lanes[what.merge] = lane
            self._count(run)

    def _give_back(self, merge: int, at: datetime) -> None:
        """The duplicate is a case of its own again, with the time it has used and what it owes."""
        for run in self.runs:
            if merge and run.merge == merge and run.is_running and not run.is_breached:
                self._end(run.kind, cancelled_at=at)
            if run.lanes.pop(merge, None) is not None and run.is_running and not run.is_breached:
                self._count(run)

    def _run_on(self, at: datetime) -> None:
        """What the end of the case ended runs on as if it had stood still since; what was answered meanwhile does not."""
        ended_at = self.ended_at
        for kind in sla.TIMERS:
            run = next((run for run in reversed(self.runs) if run.kind == kind), None)
            if run is None or ended_at is None or (run.met_at or run.cancelled_at) != ended_at:
                continue
            is_answered = self.contacted_at is not None and self.contacted_at >= ended_at
            if (kind != RESOLUTION and is_answered) or self.terms is None or kind not in self.terms.spans:
                continue
            run.met_at = run.cancelled_at = None
            if not _stands(run.moves):
                run.add("PAUSE", ended_at, run.calendar)
            if not run.is_breached:
                run.terms = self.terms
                if self.terms.calendar != run.calendar:
                    run.calendar = self.terms.calendar
                    run.add("HOURS", at, run.calendar)
            run.add("RESUME", at, run.calendar)
            self._count(run)

    def _end(
        self, kind: str, *, met_at: datetime | None = None, cancelled_at: datetime | None = None
    ) -> None:
        run = running(self.runs, kind)
        if run is not None:
            run.met_at, run.cancelled_at = met_at, cancelled_at
            run.paused_at = run.left = None

    def _wait(self, at: datetime) -> None:
        self.is_waiting = True
        for kind in STOPPED_BY_WAITING:
            run = running(self.runs, kind)
            if run is not None and run.paused_at is None:
                run.add("PAUSE", at, run.calendar)
                self._count(run, at)

    def _go_on(self, at: datetime) -> None:
        self.is_waiting = False
        for kind in STOPPED_BY_WAITING:
            run = running(self.runs, kind)
            if run is not None and run.paused_at is not None:
                run.add("RESUME", at, run.calendar)
                self._count(run, at)

    def _change_terms(self, terms: Terms, at: datetime) -> None:
        self.terms = terms
        for run in self.runs:
            if not run.is_running or run.is_missed(at):
                continue
            if run.kind not in terms.spans:  # no longer promised at all
                run.cancelled_at, run.paused_at, run.left = at, None, None
                continue
            run.terms = terms
            if terms.calendar != run.calendar:
                run.calendar = terms.calendar
                run.add("HOURS", at, terms.calendar)
            self._count(run)

    def _miss(self, kind: str, due_at: datetime | None) -> None:
        """What the sweep, or whoever came late, has written down: it stands, whatever is edited later."""
        run = next((run for run in reversed(self.runs) if run.kind == kind), None)
        if run is not None and due_at is not None:
            run.is_breached, run.due_at = True, due_at
            if run.left is not None:
                run.left = Left(0, 0)

    def _count(self, run: Run, at: datetime | None = None) -> None:
        """Walk the moves of a run from its start to its due moment; one that was missed only stands still and goes on."""
        if run.is_breached:
            what = run.moves[-1][0]
            run.paused_at, run.left = (at, Left(0, 0)) if what == "PAUSE" else (None, None)
            return
        found = {lane: self._walk(run, moves) for lane, moves in run.lanes.items()}
        run.lane = min(found, key=lambda lane: (found[lane].sooner, lane != run.lane))
        end = found[run.lane]
        run.warn_at, run.due_at, run.paused_at, run.left = end.warn_at, end.due_at, end.paused_at, end.left

    def _walk(self, run: Run, moves: Sequence[Move]) -> _End:
        span, warn_percent = run.span, run.terms.warn_percent
        hours, paused_at, left = ALWAYS, None, None
        warn_at = due_at = run.started_at
        for what, moment, calendar in moves:
            new = hours_of(self.calendars, calendar, span.clock)
            if what == "START":
                plan = sla.plan(new, start=moment, minutes=span.minutes, warn_percent=warn_percent)
                warn_at, due_at = plan.warn_at, plan.due_at
            elif what == "PAUSE":
                paused_at, left = moment, sla.pause(hours, warn_at=warn_at, due_at=due_at, now=moment)
            elif what == "RESUME" and left is not None:
                warn_at, due_at = sla.resume(hours, left, now=moment)
                paused_at = left = None
            elif what == "HOURS" and left is None and new != hours:
                warn_at, due_at = moved(hours, new, warn_at=warn_at, due_at=due_at, now=moment)
            hours = new
        return _End(warn_at, due_at, paused_at, left)


@dataclass(frozen=True)
class _End:
    """Where a walk has come to."""

    warn_at: datetime
    due_at: datetime
    paused_at: datetime | None
    left: Left | None

    @property
    def sooner(self) -> tuple[int, datetime]:
        """What is smaller for the promise that is due first; lanes of one run stand still together."""
        return (self.left.remaining_seconds if self.left else 0, self.due_at)


def _stands(moves: Sequence[Move]) -> bool:
    """Whether it stands still after these moves."""
    last = next((what for what, _at, _calendar in reversed(moves) if what != "HOURS"), "")
    return last == "PAUSE"


def moved(
    old: Calendar, new: Calendar, *, warn_at: datetime, due_at: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """(warn_at, due_at) of a promise that runs by other hours from `now` on: what is left of it is counted in those."""
    return sla.resume(new, sla.pause(old, warn_at=warn_at, due_at=due_at, now=now), now=now)
