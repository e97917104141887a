"""Ninety days are lived through the real services, then rehearsed: every case must come out as it did.

Longer and with figures: make prove-rehearsal.
"""

import heapq
import os
import random
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import BusinessCalendar, Membership, Team, User, Workspace
from accounts.services import calendars, members, teams
from detractors.enums import DecisionOutcome
from detractors.models import (
    Case,
    CaseDecision,
    CaseEvent,
    MatrixCell,
    Rehearsal,
    RehearsedCase,
    RootCause,
    SlaPolicy,
    SlaTimer,
)
from detractors.rules import rehearsing as rules
from detractors.rules.clock import Span
from detractors.services import (
    cases,
    decisions,
    drafts,
    planning,
    policies,
    recounting,
    rehearsing,
    ruling,
    sla,
)
from detractors.services.errors import CaseError
from surveys.models import Survey
from surveys.services import contacts, responses, touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS = int(os.environ.get("AMENDS_REHEARSAL_DAYS", "90"))
CASES = int(os.environ.get("AMENDS_REHEARSAL_ANSWERS", "45"))
EVERY = 2 * HOUR  # the sweep
REPORT = os.environ.get("AMENDS_REHEARSAL_REPORT", "")
WORDS = (
    "The invoice is wrong again", "Nobody called back", "Delivery came late", "Only a test, ignore", "I will cancel",
    "Die Rechnung ist falsch", "It broke after a week", "",
)  # fmt: skip
LATE = {day: [["12:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}


def conditions(*rows: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "match": "all",
        "groups": [
            {"match": "all", "conditions": [{"field": f, "op": op, "value": value} for f, op, value in rows]}
        ],
    }


class Life:
    """A workspace with everything that decides about cases, and ninety days of it by a seeded script."""

    def __init__(self, workspace: Workspace, bob: User, seed: int) -> None:
        self.workspace, self.rng, self.start = workspace, random.Random(seed), MONDAY_9AM
        self.survey = Survey.objects.of(workspace).get()
        self.done: Counter[str] = Counter()
        self.turn = 0
        self.queue: list[tuple[datetime, int, Any]] = []
        self._people(bob)
        self._plan()

    # --- What holds ---------------------------------------------------------------------------------------------

    def _people(self, bob: User) -> None:
        now = self.start - DAY
        hours = calendars.create(workspace=self.workspace, name="Late", like=None, by=None, now=now)
        hours = calendars.change(calendar=hours, time_zone="Europe/Berlin", week=LATE, now=now)
        self.usual = Team.objects.of(self.workspace).get()
        self.late = teams.create(workspace=self.workspace, name="Late shift", now=now)
        Team.objects.of(self.workspace).filter(pk=self.late.pk).update(calendar=hours)
        self.late.refresh_from_db()
        self.people = [bob]
        for name, team in (("dora", self.late), ("emil", self.late), ("fay", self.usual)):
            user = members.ensure_user(
                email=f"{name}@acme.example", name=name.title(), password="pw-2026-long", now=now
            )
            members.add(workspace=self.workspace, user=user, role=Role.AGENT, team=team, now=now)
            self.people.append(user)
        Membership.objects.of(self.workspace).filter(user=self.people[1]).update(
            skills=["Billing"], languages=["de"]
        )

    def policy(self, name: str, first: Span, resolution: Span, **more: Any) -> SlaPolicy:
        wanted = policies.Wanted(
            name=name, first_response=first, resolution=resolution, calendar=self.calendar, **more
        )
        return policies.add(workspace=self.workspace, wanted=wanted, by=None, now=self.start - DAY)

    def _plan(self) -> None:
        now, workspace = self.start - DAY, self.workspace
        self.calendar = BusinessCalendar.objects.of(workspace).get(is_default=True)
        usual = SlaPolicy.objects.of(workspace).get(is_default=True)
        policies.change(
            policy=usual,
            wanted=policies.Wanted(
                first_response=Span(60), next_response=Span(120), resolution=Span(960), calendar=self.calendar,
                    ),
            by=None,
            now=now,
        )  # fmt: skip
        self.shop = touchpoints.ensure(workspace=workspace, name="Shop", now=now)
        self.help = touchpoints.ensure(workspace=workspace, name="Help line", now=now)
        strict = self.policy("Strict", Span(30), Span(480), next_response=Span(60))
        round_the_clock = self.policy("Around the clock", Span(600, "CALENDAR"), Span(2880, "CALENDAR"))
        self.policy("Urgent ones", Span(20), Span(300), next_response=Span(45), priority="URGENT")
        self.policy("Help line", Span(90), Span(600), touchpoint=self.help)
        buys = planning.add_scenario(workspace=workspace, name="Buys", now=now)
        asks = planning.add_scenario(workspace=workspace, name="Asks", now=now, team=self.late)
        bill = planning.add_failure(workspace=workspace, name="Bill", words=["invoice", "rechnung*"], now=now)
        slow = planning.add_failure(workspace=workspace, name="Slow", words=["late", "called back"], now=now)
        planning.map_touchpoint(touchpoint=self.shop, scenario=buys, team=None, now=now)
        planning.map_touchpoint(touchpoint=self.help, scenario=asks, team=None, now=now)
        for scenario, failure, minutes, policy, team in (
            (buys, bill, 90, strict, self.late), (asks, slow, 240, None, None), (buys, slow, 0, round_the_clock, None),
        ):  # fmt: skip
            planning.plan_cell(
                scenario=scenario, failure=failure, priority_minutes=minutes, policy=policy, playbook="", team=team,
                now=now,
            )  # fmt: skip
        for kind, name, said, effect in (
            ("OPENING", "No tests", conditions(("words", "contains", "only a test")), {"do": "DO_NOT_OPEN"}),
            ("OPENING", "Hold", conditions(("words", "contains", "broke"), ("score", "at_least", "5")), {"do": "HOLD", "hours": 5}),
            ("OPENING", "Goes", conditions(("words", "contains", "cancel")), {"do": "OPEN"}),
            ("ROUTING", "German", conditions(("words", "contains", "rechnung")), {"to": "TEAM", "team": self.late.pk}),
            ("ROUTING", "Bills", conditions(("words", "contains", "invoice")), {"to": "ANYBODY", "skill": "Billing", "by": "LEAST_LOADED"}),
            ("PRIORITY", "Worst", conditions(("score", "at_most", "1")), {"minutes": 150}),
            ("PRIORITY", "Leaving", conditions(("words", "contains", "cancel")), {"minutes": 10, "policy": strict.pk}),
        ):  # fmt: skip
            rule = ruling.keep(
                workspace=workspace, rule=None, kind=kind, name=name, stated=said, effect=effect, now=now
            )
            ruling.switch(rule=rule, on=True, now=now)
        recounting.work(now=now)

    # --- What happens -------------------------------------------------------------------------------------------

    def at(self, when: datetime, act: Any) -> None:
        self.turn += 1
        heapq.heappush(self.queue, (when, self.turn, act))

    def live(self, days: int, answers: int) -> datetime:
        end = self.start + days * DAY
        for _n in range(answers):
            self.at(self.start + self.rng.random() * (days - 2) * DAY, self.answer)
        hour = self.start
        while self.queue and self.queue[0][0] < end:
            when, _turn, act = heapq.heappop(self.queue)
            while hour + EVERY <= when:
                hour += EVERY
                self.sweep(hour)
            act(when)
        while hour + EVERY <= end:
            hour += EVERY
            self.sweep(hour)
        return hour

    def sweep(self, now: datetime) -> None:
        """What runs by itself: promises that are due are marked."""
        sla.enforce(now=now)

    def answer(self, now: datetime) -> None:
        rng = self.rng
        email = f"c{rng.randrange(CASES)}@customer.example"
        contact, _made = contacts.upsert(
            workspace=self.workspace, email=email, name="Cleo", company="Ibex", now=now
        )
        responses.record(
            workspace=self.workspace, survey=self.survey, contact=contact, touchpoint=rng.choice([self.shop, self.help, None]),
            score=rng.choice([0, 1, 2, 3, 4, 5, 6, 6, 7, 9]), comment=rng.choice(WORDS), now=now,
        )  # fmt: skip
        decisions.decide_pending(now=now)
        if decisions_held(self.workspace):
            self.at(now + 5 * HOUR + MINUTE, lambda when: decisions.decide_pending(now=when))
        for _act in range(rng.randrange(2, 7)):
            self.at(now + MINUTE * rng.choice([5, 25, 40, 70, 200, 700, 1500, 4000]) * rng.uniform(0.6, 1.4),
                    lambda when, contact=contact: self.act(contact, when))  # fmt: skip

    def act(self, contact: Any, now: datetime) -> None:
        found = Case.objects.of(self.workspace).filter(contact=contact).order_by("-pk").first()
        if found is None:
            return
        name = self.rng.choices(
            ["reply", "attempt", "wait", "resume", "resolve", "reopen", "dismiss", "assign", "place", "answer"],
            [7, 1, 3, 2, 4, 2, 0.3, 2, 1.5, 2],
        )[0]  # fmt: skip
        try:
            getattr(self, f"do_{name}")(found, now)
        except CaseError:
            return
        self.done[name] += 1

    def by(self) -> User:
        return self.rng.choice(self.people)

    def do_reply(self, case: Case, now: datetime) -> None:
        cases.record_contact(case=case, by=self.by(), channel="REPLY", note="Hello", now=now)

    def do_attempt(self, case: Case, now: datetime) -> None:
        cases.record_contact(case=case, by=self.by(), channel="CALL", note="", outcome="NO_ANSWER", now=now)

    def do_wait(self, case: Case, now: datetime) -> None:
        cases.wait(case=case, by=self.by(), waiting_for="A photo", now=now)

    def do_resume(self, case: Case, now: datetime) -> None:
        cases.resume(case=case, by=self.by(), now=now)

    def do_resolve(self, case: Case, now: datetime) -> None:
        cause = RootCause.objects.of(self.workspace).filter(children__isnull=True).first()
        cases.resolve(case=case, by=self.by(), root_cause=cause, resolution="Put right", now=now)

    def do_reopen(self, case: Case, now: datetime) -> None:
        cases.reopen(case=case, by=self.by(), reason="Not solved", now=now)

    def do_dismiss(self, case: Case, now: datetime) -> None:
        cases.dismiss(case=case, by=self.by(), reason="A mistake", now=now)

    def do_assign(self, case: Case, now: datetime) -> None:
        cases.assign(case=case, owner=self.by(), by=self.by(), now=now)

    def do_place(self, case: Case, now: datetime) -> None:
        cells = list(MatrixCell.objects.of(self.workspace).order_by("pk"))
        planning.place_case(case=case, cell=self.rng.choice([None, *cells]), by=self.by(), now=now)

    def do_answer(self, case: Case, now: datetime) -> None:
        responses.record(
            workspace=self.workspace, survey=self.survey, contact=case.contact, touchpoint=None,
            score=self.rng.randrange(7), comment=f"More {self.turn}: {self.rng.choice(WORDS)}", now=now,
        )  # fmt: skip
        decisions.decide_pending(now=now)


def decisions_held(workspace: Workspace) -> bool:
    return CaseDecision.objects.of(workspace).filter(decide_at__isnull=False).exists()


def differences(workspace: Workspace, until: datetime) -> tuple[int, list[tuple[Any, ...]], Counter[str]]:
    """(cases compared, what differs, promises by kind and state) of a rehearsal of what holds."""
    found: list[tuple[Any, ...]] = []
    seen: Counter[str] = Counter()
    opened = list(CaseDecision.objects.of(workspace).filter(outcome=DecisionOutcome.OPENED).order_by("pk"))
    stage = rehearsing.Stage(workspace, draft=None, until=until)
    pairs = stage.play(opened)
    for decision, was, would in pairs:
        assert was["asked"] is not None
        if parts := rules.parts(was, would):
            found.append((decision.case.number, parts, was, would))
        seen.update(f"{run['kind']} {run['state']}" for run in was["runs"])
    promised = (
        CaseEvent.objects.of(workspace).filter(kind__in=("OPENED", "PROMISED")).values_list("case_id", "at")
    )
    for timer in SlaTimer.objects.of(workspace).filter(breached_at__isnull=False):
        since = max(at for case, at in promised if case == timer.case_id and at <= timer.breached_at)
        known = max(timer.due_at, since)  # hours of another team, or a held answer, can make it late at once
        if not timer.due_at < timer.breached_at <= known + EVERY:  # marked by the next sweep
            found.append((timer.case_id, timer.kind, timer.due_at, timer.breached_at))
    return len(pairs), found, seen


def test_ninety_days_rehearsed_are_ninety_days_lived(acme: Workspace, bob: User) -> None:
    began = time.monotonic()
    life = Life(acme, bob, seed=12)
    end = life.live(DAYS, CASES)
    lived = time.monotonic() - began
    began = time.monotonic()
    count, found, seen = differences(acme, end)
    rehearsed = time.monotonic() - began
    assert found == []
    assert count == Case.objects.of(acme).count()
    assert count > CASES // 3
    for what in (
        "FIRST_RESPONSE KEPT",
        "FIRST_RESPONSE MISSED",
        "NEXT_RESPONSE MISSED",
        "RESOLUTION KEPT",
        "RESOLUTION MISSED",
    ):
        assert seen[what] > 0, (what, seen)

    # The same through the service: a draft of what holds differs in nothing, another one does, and nothing is touched.
    usual = SlaPolicy.objects.of(acme).get(is_default=True)
    untouched = (CaseEvent.objects.of(acme).count(), list(Case.objects.of(acme).order_by("pk").values_list("pk", "version")),
                 list(SlaTimer.objects.of(acme).order_by("pk").values()), MatrixCell.objects.of(acme).count())  # fmt: skip
    kept = policies.Wanted(
        first_response=Span(60),
        next_response=Span(120),
        resolution=Span(960),
        calendar=life.calendar,
    )
    same = drafts.of_policy(workspace=acme, policy=usual, wanted=kept)
    row = rehearsing.ask(workspace=acme, draft=same, by=bob, now=end, days=DAYS + 1)
    rehearsing.work(now=end)
    row.refresh_from_db()
    assert (row.state, row.figures["cases"], row.figures["differ"], row.percent) == ("DONE", count, 0, 100)
    assert RehearsedCase.objects.of(acme).count() == 0
    other = policies.Wanted(first_response=Span(1), resolution=Span(30), calendar=life.calendar)
    row = rehearsing.ask(
        workspace=acme,
        draft=drafts.of_policy(workspace=acme, policy=usual, wanted=other),
        by=bob,
        now=end,
        days=DAYS + 1,
    )
    rehearsing.work(now=end)
    row.refresh_from_db()
    assert row.figures["parts"]["DUE"] > 0
    assert RehearsedCase.objects.of(acme).filter(rehearsal=row).count() == row.figures["differ"] > 0
    assert untouched == (CaseEvent.objects.of(acme).count(), list(Case.objects.of(acme).order_by("pk").values_list("pk", "version")),
                         list(SlaTimer.objects.of(acme).order_by("pk").values()), MatrixCell.objects.of(acme).count())  # fmt: skip
    assert Rehearsal.objects.of(acme).count() == 2
    if REPORT:
        _report(count, life.done, seen, lived, rehearsed, row)


def _report(
    count: int, done: Counter[str], seen: Counter[str], lived: float, rehearsed: float, row: Rehearsal
) -> None:
    acts = ", ".join(f"{n} {name}" for name, n in done.most_common())
    promises = "\n".join(f"| {what} | {n:,} |" for what, n in sorted(seen.items()))
    Path(REPORT).write_text(
        f"""# Rehearsal

`make prove-rehearsal` lives {DAYS} days through the real services (answers, decisions, rules, matrix, promises, a sweep every two hours, people who
act by a seeded script), rehearses what holds over the same days and compares case by case: cell, priority, promise, rule,
what was asked of the owner, every due moment, kept or missed. Each missed promise must have been marked by the next sweep
after its due moment.

| | |
|---|--:|
| cases compared | {count:,} |
| **differences** | **0** |
| lived in | {lived:,.0f} s |
| rehearsed in | {rehearsed:.1f} s ({count / rehearsed:,.0f} cases a second) |

Acts of people: {acts}.

| promise and how it ended | |
|---|--:|
{promises}

With one minute to the first response and thirty to the resolution in place of what holds, {row.figures["differ"]:,} of {row.figures["cases"]:,} cases would be treated otherwise.
""",
        encoding="utf-8",
    )
