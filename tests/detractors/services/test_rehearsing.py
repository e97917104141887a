"""What a draft would have done, switched on and taken back."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Team, User, Workspace
from detractors.models import (
    Case,
    CaseDecision,
    CaseEvent,
    CaseRule,
    Failure,
    MatrixCell,
    Rehearsal,
    RehearsedCase,
    Scenario,
    SlaPolicy,
)
from detractors.rules.clock import Span
from detractors.services import cases, decisions, drafts, planning, policies, rehearsing, ruling
from detractors.services.drafts import Draft, DraftError
from surveys.models import Response
from surveys.services import touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOW = {"groups": [{"conditions": [{"field": "score", "op": "at_most", "value": "3"}]}]}


def rehearse(workspace: Workspace, draft: Draft, by: User) -> tuple[Rehearsal, list[RehearsedCase]]:
    row = rehearsing.ask(workspace=workspace, draft=draft, by=by, now=MONDAY_9AM + DAY)
    rehearsing.work(now=MONDAY_9AM + DAY)
    row.refresh_from_db()
    assert row.state == "DONE"
    return row, list(RehearsedCase.objects.of(workspace).filter(rehearsal=row).order_by("pk"))


def rule_draft(workspace: Workspace, kind: str, effect: dict[str, Any], name: str = "Tried") -> Draft:
    return drafts.of_rule(workspace=workspace, rule=None, kind=kind, name=name, stated=LOW, effect=effect)


@pytest.fixture
def usual(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).select_related("calendar", "workspace").get(is_default=True)


@pytest.fixture
def cell(acme: Workspace, open_case: Callable[..., Case]) -> tuple[Scenario, Failure, Case]:
    shop = touchpoints.ensure(workspace=acme, name="Shop", now=MONDAY_9AM)
    scenario = planning.add_scenario(workspace=acme, name="Buys", now=MONDAY_9AM)
    failure = planning.add_failure(workspace=acme, name="Bill", words=["invoice"], now=MONDAY_9AM)
    planning.map_touchpoint(touchpoint=shop, scenario=scenario, team=None, now=MONDAY_9AM)
    case = open_case(6, touchpoint=shop, comment="The invoice is wrong")
    return scenario, failure, case


def test_a_longer_promise_would_have_been_kept(
    acme: Workspace, bob: User, usual: SlaPolicy, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    now = MONDAY_9AM + 2 * HOUR
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Hello", now=now)
    wanted = policies.Wanted(first_response=Span(180), resolution=Span(960), calendar=usual.calendar)
    row, (found,) = rehearse(acme, drafts.of_policy(workspace=acme, policy=usual, wanted=wanted), bob)
    assert found.parts == ["DUE", "MISSED"]
    assert [run["state"] for run in found.was["runs"] if run["kind"] == "FIRST_RESPONSE"] == ["MISSED"]
    assert [(run["state"], run["due"]) for run in found.would["runs"] if run["kind"] == "FIRST_RESPONSE"] == [
        ("KEPT", (MONDAY_9AM + 3 * HOUR).isoformat())
    ]
    assert row.figures["promises"]["FIRST_RESPONSE"] == {"MISSED": [1, 0], "KEPT": [0, 1]}
    usual.refresh_from_db()
    assert usual.first_response_minutes == 60


def test_a_case_from_before_lines_said_how_it_began_keeps_the_promise_that_was_written_down(
    acme: Workspace, bob: User, usual: SlaPolicy, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    wanted = policies.Wanted(
        name="By priority", first_response=Span(30), resolution=Span(480), calendar=usual.calendar, priority=case.priority
    )  # fmt: skip
    line = case.events.order_by("at", "pk")[0]
    CaseEvent.objects.of(acme).filter(pk=line.pk).update(
        facts={name: line.facts[name] for name in ("score", "promise")}
    )
    policies.add(workspace=acme, wanted=wanted, by=bob, now=MONDAY_9AM + HOUR)
    kept = drafts.Draft("POLICY", usual.name, usual.pk, drafts.snapshot(workspace=acme, kind="POLICY", target=usual.pk, values={}))  # fmt: skip
    _row, (found,) = rehearse(acme, kept, bob)
    assert (found.was["policy"], found.would["policy"]) == (usual.name, "By priority")
    assert "POLICY" in found.parts


def test_another_priority_of_a_cell_moves_its_cases(acme: Workspace, bob: User, cell: Any) -> None:
    scenario, failure, _case = cell
    plan = {"priority_minutes": 600, "policy": None, "playbook": "", "team": None}
    _row, (found,) = rehearse(acme, drafts.of_cell(scenario=scenario, failure=failure, plan=plan), bob)
    assert (found.parts, found.was["priority"], found.would["priority"]) == (["PRIORITY"], "LOW", "URGENT")
    assert MatrixCell.objects.of(acme).get().is_planned is False


def test_other_signs_of_a_failure_unmap_a_case_and_make_no_cell(
    acme: Workspace, bob: User, cell: Any
) -> None:
    _scenario, failure, _case = cell
    draft = drafts.of_failure(failure=failure, name="Bill", words=["refund"], options=[])
    _row, (found,) = rehearse(acme, draft, bob)
    assert (found.parts, found.was["cell"], found.would["cell"]) == (["CELL"], "Buys: Bill", "")
    assert MatrixCell.objects.of(acme).count() == 1


def test_a_routing_rule_says_whom_it_would_ask(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    open_case(2)
    team = Team.objects.of(acme).get()
    row, (found,) = rehearse(acme, rule_draft(acme, "ROUTING", {"to": "TEAM", "team": str(team.pk)}), bob)
    assert found.parts == ["ASKED"]
    assert (found.was["asked"], found.would["asked"]["rule"]) == ({}, "Tried")
    assert row.figures["asked"] == {"": [1, 0], "Tried": [0, 1]}


def test_an_opening_rule_opens_and_closes_both_ways(
    acme: Workspace, bob: User, answer: Callable[..., Response], open_case: Callable[..., Case]
) -> None:
    open_case(2)
    answer(9, contact=None)
    decisions.decide_pending(now=MONDAY_9AM)
    row, (found,) = rehearse(acme, rule_draft(acme, "OPENING", {"do": "DO_NOT_OPEN"}), bob)
    assert (found.parts, found.case_id is not None, row.figures["opens"]) == (["OPENS"], True, [1, 0])
    draft = drafts.of_rule(
        workspace=acme, rule=None, kind="OPENING", name="All", stated={"groups": []}, effect={"do": "OPEN"}
    )
    row, (found,) = rehearse(acme, draft, bob)
    assert (found.parts, found.case_id, found.would["runs"]) == (["OPENS"], None, None)
    assert row.figures["opens"] == [1, 2]
    assert CaseDecision.objects.of(acme).filter(outcome="OPENED").count() == 1


def test_switched_on_it_holds_and_undone_it_does_not(
    acme: Workspace, bob: User, owner: User, open_case: Callable[..., Case], usual: SlaPolicy
) -> None:
    open_case(2)
    row, _found = rehearse(acme, rule_draft(acme, "PRIORITY", {"minutes": 45, "tags": "Gold, New"}), bob)
    row = rehearsing.switch_on(rehearsal=row, by=owner, now=MONDAY_9AM + DAY)
    rule = CaseRule.objects.of(acme).get()
    assert (rule.is_active, rule.effect["minutes"], len(rule.effect["tags"]), row.is_on) == (
        True,
        45,
        2,
        True,
    )
    assert rehearsing.switch_on(rehearsal=row, by=owner, now=MONDAY_9AM + DAY).target == rule.pk  # once
    rehearsing.undo(rehearsal=row, by=owner, now=MONDAY_9AM + DAY)
    rule.refresh_from_db()
    assert rule.is_active is False
    wanted = policies.Wanted(first_response=Span(180), resolution=Span(960), calendar=usual.calendar)
    row, _found = rehearse(acme, drafts.of_policy(workspace=acme, policy=usual, wanted=wanted), bob)
    rehearsing.switch_on(rehearsal=row, by=owner, now=MONDAY_9AM + DAY)
    usual.refresh_from_db()
    assert usual.first_response_minutes == 180
    rehearsing.undo(rehearsal=row, by=owner, now=MONDAY_9AM + DAY)
    usual.refresh_from_db()
    assert usual.first_response_minutes == 60


def test_what_somebody_changed_since_is_not_taken_back(
    acme: Workspace, bob: User, owner: User, open_case: Callable[..., Case]
) -> None:
    open_case(2)
    row, _found = rehearse(acme, rule_draft(acme, "PRIORITY", {"minutes": 45}), bob)
    row = rehearsing.switch_on(rehearsal=row, by=owner, now=MONDAY_9AM + DAY)
    rule = CaseRule.objects.of(acme).get()
    ruling.keep(
        workspace=acme,
        rule=rule,
        kind="PRIORITY",
        name="Tried",
        stated=LOW,
        effect={"minutes": 50},
        now=MONDAY_9AM,
    )
    with pytest.raises(DraftError):
        rehearsing.undo(rehearsal=row, by=owner, now=MONDAY_9AM + DAY)


def test_a_rehearsal_that_was_killed_goes_on_where_it_stood(
    acme: Workspace, bob: User, answer: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(5):
        answer(2, contact=None)
    decisions.decide_pending(now=MONDAY_9AM)
    monkeypatch.setattr(rehearsing, "BATCH", 2)
    draft = rule_draft(acme, "PRIORITY", {"minutes": 400})
    row = rehearsing.ask(workspace=acme, draft=draft, by=bob, now=MONDAY_9AM + DAY)
    assert rehearsing._batch(row.pk, now=MONDAY_9AM + DAY) == 2
    with monkeypatch.context() as patch:  # the next batch dies before its end
        patch.setattr(rehearsing.rules, "counted", lambda *_args: 1 / 0)
        assert rehearsing.work(now=MONDAY_9AM + DAY) == 0
    row.refresh_from_db()
    assert (row.done, row.attempts, row.percent) == (2, 1, 40)
    rehearsing.work(now=MONDAY_9AM + DAY)
    row.refresh_from_db()
    assert (row.state, row.done, row.figures["cases"], row.figures["differ"]) == ("DONE", 5, 5, 5)
    assert RehearsedCase.objects.of(acme).count() == 5


def test_rehearsals_do_not_pile_up(acme: Workspace, bob: User, usual: SlaPolicy) -> None:
    draft = rule_draft(acme, "PRIORITY", {"minutes": 45})
    for n in range(rehearsing.MOST_KEPT + 2):
        rehearsing.ask(workspace=acme, draft=draft, by=bob, now=MONDAY_9AM + n * HOUR)
    assert Rehearsal.objects.of(acme).count() == rehearsing.MOST_KEPT
    rehearsing.work(now=MONDAY_9AM + 200 * DAY)
    assert Rehearsal.objects.of(acme).count() == 0


@pytest.mark.django_db(transaction=True)
def test_one_that_a_worker_is_walking_is_let_go_the_next_time(
    acme: Workspace, bob: User, usual: SlaPolicy
) -> None:
    draft = rule_draft(acme, "PRIORITY", {"minutes": 45})
    first = rehearsing.ask(workspace=acme, draft=draft, by=bob, now=MONDAY_9AM)
    is_held, is_free = Event(), Event()

    def walk() -> None:
        with transaction.atomic():
            Rehearsal.objects.of(acme).select_for_update().get(pk=first.pk)
            is_held.set()
            is_free.wait(30)
        connection.close()

    worker = Thread(target=walk)
    worker.start()
    assert is_held.wait(30)
    for n in range(1, rehearsing.MOST_KEPT + 1):
        rehearsing.ask(workspace=acme, draft=draft, by=bob, now=MONDAY_9AM + n * HOUR)
    is_free.set()
    worker.join()
    assert Rehearsal.objects.of(acme).filter(pk=first.pk).exists()
    rehearsing.ask(workspace=acme, draft=draft, by=bob, now=MONDAY_9AM + 2 * DAY)
    assert Rehearsal.objects.of(acme).filter(pk=first.pk).exists() is False
    assert Rehearsal.objects.of(acme).count() == rehearsing.MOST_KEPT
