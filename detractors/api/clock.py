"""The clock over the API: how a due moment is found, step by step, and the two clocks of a case. Read only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import business_time
from accounts.rules.business_time import NotReachable, Step
from core.api import Endpoint
from core.api_fields import shown
from core.numbers import whole
from core.problems import FieldError, invalid, not_found
from detractors.api.cases import CaseEndpoint
from detractors.clock_serializers import CaseClocksRow, ClockQuery, ClockRow
from detractors.enums import Clock, TimerKind
from detractors.models import SlaTimer
from detractors.queries import clock as clock_queries
from detractors.queries import pages, promises, rows, told
from detractors.rules.clock import Span, hours_of
from detractors.services.promising import spans_of

MOST_STEPS = (
    1_000  # the first and the last ones; a promise in few hours a week walks through thousands of days
)
EXCLUSIVE = ("case", "sla_policy", "minutes")
GOES_WITH = {"at": ("sla_policy", "minutes"), "calendar": ("minutes",), "kind": ("sla_policy", "case")}


class AskClock(Endpoint):
    resource = "clock"

    @extend_schema(
        operation_id="clock_ask",
        summary="When something is due, and each step by which that is found",
        description="Of a promise (`sla_policy` and `kind`) or of any `minutes` from a moment on, or of a promise of a `case`: then with "
        "its pauses and hand-overs, as its timeline tells them. Moments of the answer are UTC.",
        parameters=[ClockQuery],
        responses=ClockRow,
        tags=["clock"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(ClockQuery)
        named = [field for field in EXCLUSIVE if field in wanted]
        if len(named) != 1:
            sentence = _("Name a case, a promise or a number of minutes: one of them.")
            raise invalid(
                FieldError(named[1] if named else "sla_policy", "INVALID" if named else "REQUIRED", sentence)
            )
        if odd := next(
            (field for field in GOES_WITH if field in wanted and named[0] not in GOES_WITH[field]), ""
        ):
            raise invalid(FieldError(odd, "INVALID", _("This does not go with the other parameters.")))
        wanted.setdefault("kind", TimerKind.FIRST_RESPONSE.value)
        if named[0] == "case":
            self.require_scope("cases", write=False)
            return Response(shown(ClockRow, self.of_case(wanted["case"], wanted["kind"])))
        return Response(shown(ClockRow, self.of_moment(wanted)))

    def of_moment(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """A length from a moment on. Raises Problem (400)."""
        at, kind = wanted.get("at", self.now), None
        row, ident = wanted.get("calendar"), wanted.get("sla_policy")
        span = Span(wanted.get("minutes", 0), str(Clock.WORKING if row is not None else Clock.CALENDAR))
        calendar: int | None = row.pk if row is not None else None
        if ident is not None:
            pk = whole(ident)
            policy = promises.one(workspace=self.workspace, pk=pk) if pk is not None else None
            if policy is None:
                raise invalid(FieldError("sla_policy", "UNKNOWN", _("There is no such promise.")))
            kind, calendar = wanted["kind"], policy.calendar_id
            found = spans_of(policy).get(kind)
            if found is None:
                raise invalid(FieldError("kind", "INVALID", _("This promise says nothing of that.")))
            span = found
        return {**self.counted(at, span, calendar), "sla_policy": ident, "kind": kind}

    def of_case(self, number: int, kind: str) -> dict[str, Any]:
        """A promise of a case that may be seen. Raises Problem (404)."""
        case = rows.case(workspace=self.workspace, number=number, sight=self.sight)
        timers = pages.timers(case=case) if case is not None else []
        timer = next((timer for timer in timers if timer.kind == kind), None)
        if timer is None:
            raise not_found()
        span = Span(timer.promised_minutes, timer.clock)
        facts = self.counted(timer.started_at, span, timer.calendar_id or timer.policy.calendar_id)
        due, steps = told.walked(timer=timer)
        if steps:
            state = "STILL" if due is None else "DUE"
            facts |= {"state": state, "due_at": due, **_cut(steps)}
        return {
            **facts,
            "sla_policy": timer.policy_id,
            "case": number,
            "kind": kind,
            "stored_due_at": timer.due_at,
            "is_as_stored": facts["state"] == "STILL" or not told.is_other(timer.due_at, facts["due_at"]),
        }

    def counted(self, start: datetime, span: Span, calendar: int | None) -> dict[str, Any]:
        """The walk of a length from `start` on in these hours (None: all hours)."""
        calendars = clock_queries.calendars_of(workspace=self.workspace)
        is_working = span.clock == Clock.WORKING and calendar is not None
        hours = hours_of(calendars, calendar or 0, span.clock)
        facts: dict[str, Any] = {
            "state": "NEVER", "start": start, "minutes": span.minutes, "clock": span.clock,
            "calendar": calendar if is_working else None, "time_zone": hours.time_zone, "due_at": None,
            "sla_policy": None, "case": None, "kind": None, "stored_due_at": None, "is_as_stored": None, **_cut([]),
        }  # fmt: skip
        try:
            steps = business_time.explain(hours, start, span.minutes)
        except NotReachable:
            return facts
        return {**facts, "state": "DUE", "due_at": steps[-1].end, **_cut(steps)}


def _cut(steps: list[Step]) -> dict[str, Any]:
    """The steps that are shown, and how many in the middle are not."""
    if len(steps) <= MOST_STEPS:
        return {"steps": steps, "steps_left_out": 0}
    half = MOST_STEPS // 2
    return {"steps": [*steps[:half], *steps[-half:]], "steps_left_out": len(steps) - MOST_STEPS}


class CaseClocks(CaseEndpoint):
    @extend_schema(
        operation_id="case_clocks_read",
        summary="The two clocks of a case",
        description="The customer's time and the team's working time in stretches within which nothing changed, and every promise with "
        "what happened to it. A promise from before terms were written down has no moves.",
        responses=CaseClocksRow,
        tags=["clock"],
    )
    def get(self, request: Request, number: int) -> Response:
        case = self.case(number)
        again = clock_queries.replayed(workspace=self.workspace, case=case.pk)
        clocks = told.two_clocks(case=case, lines=again.lines, calendars=again.calendars, now=self.now)
        facts = {
            "start": clocks.start,
            "end": clocks.end,
            "is_over": clocks.is_over,
            "customer_minutes": clocks.customer,
            "working_minutes": clocks.team,
            "waited_minutes": clocks.waited,
            "stretches": [
                {
                    "start": one.start,
                    "end": one.end,
                    "state": one.state,
                    "owner": one.owner or None,
                    "calendar": one.calendar or (case.policy.calendar_id if case.policy else None),
                    "time_zone": clocks.hours(one.calendar).time_zone,
                    "customer_minutes": one.customer,
                    "working_minutes": told.used(one),
                }
                for one in clocks.stretches
            ],
            "promises": [_promise(timer, again) for timer in again.timers],
        }
        return Response(shown(CaseClocksRow, facts))


def _promise(timer: SlaTimer, again: clock_queries.Replayed) -> dict[str, Any]:
    run = told.run_of(timer, again.runs)
    moves = run.moves if run is not None else []
    return {
        "kind": timer.kind,
        "sla_policy": timer.policy_id,
        "minutes": timer.promised_minutes,
        "clock": timer.clock,
        "started_at": timer.started_at,
        "warn_at": timer.warn_at,
        "due_at": timer.due_at,
        "met_at": timer.met_at,
        "breached_at": timer.breached_at,
        "cancelled_at": timer.cancelled_at,
        "paused_at": timer.paused_at,
        "left_seconds": timer.remaining_seconds,
        "moves": [{"what": what, "at": at, "calendar": calendar} for what, at, calendar in moves],
    }
