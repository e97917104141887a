"""Where a new case goes: placed, opened or not, weighed and given to somebody, each in words on the case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import BusinessCalendar, Membership, Team, User, Workspace
from accounts.services import members
from dashboards.queries import invariants
from detractors.models import Case, CaseDecision, CaseEvent, CaseRule, CaseTag, SlaPolicy, SlaTimer, Tag
from detractors.services import decisions, planning, ruling
from surveys.models import Contact, Response, Survey
from surveys.services import contacts, questions, touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

LOW_SCORE = [{"field": "score", "op": "at_most", "value": "2"}]


@pytest.fixture
def rule(acme: Workspace) -> Callable[..., CaseRule]:
    """rule("ROUTING", {...}, [conditions]) makes a rule and switches it on."""

    def make(kind: str, effect: dict[str, Any], conditions: Any = (), name: str = "") -> CaseRule:
        count = CaseRule.objects.of(acme).count()
        groups = [{"match": "all", "conditions": list(conditions)}] if conditions else []
        row = ruling.keep(
            workspace=acme, rule=None, kind=kind, name=name or f"Rule {count + 1}", stated={"groups": groups},
            effect=effect, now=MONDAY_9AM,
        )  # fmt: skip
        ruling.switch(rule=row, on=True, now=MONDAY_9AM)
        return row

    return make


@pytest.fixture
def person(acme: Workspace) -> Callable[..., User]:
    """person("ana", languages=["de"]) joins the round robin."""

    def make(name: str, *, team: Team | None = None, takes_cases: bool = True, **facts: Any) -> User:
        user = members.ensure_user(
            email=f"{name}@acme.example", name=name.title(), password="pw-of-somebody-26", now=MONDAY_9AM
        )
        team = team or Team.objects.of(acme).earliest("pk")
        members.add(
            workspace=acme, user=user, role=Role.AGENT, team=team, takes_cases=takes_cases, now=MONDAY_9AM
        )
        Membership.objects.of(acme).filter(user=user).update(**facts)
        return user

    return make


def customer(acme: Workspace, name: str, **facts: Any) -> Contact:
    return contacts.upsert(
        workspace=acme, email=f"{name}@customer.example", name=name, now=MONDAY_9AM, **facts
    )[0]


def outcome(acme: Workspace) -> tuple[str, str]:
    row = CaseDecision.objects.of(acme).latest("pk")
    return row.outcome, row.reason


def lines(case: Case, kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (event.note, event.facts)
        for event in CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=kind)
    ]


# --- The matrix ---------------------------------------------------------------------------------------------


@pytest.fixture
def planned(acme: Workspace) -> dict[str, Any]:
    """Delivery x Late is planned with minutes, a faster promise, a team and a playbook."""
    team = Team(workspace=acme, name="Logistics", created_at=MONDAY_9AM)
    team.save()
    policy = SlaPolicy(
        workspace=acme, name="Fast", calendar=BusinessCalendar.objects.of(acme).get(), first_response_minutes=20,
        resolution_minutes=120, created_at=MONDAY_9AM,
    )  # fmt: skip
    policy.save()
    scenario = planning.add_scenario(workspace=acme, name="Get the parcel", now=MONDAY_9AM)
    late = planning.add_failure(workspace=acme, name="Late", words=["late", "never came"], now=MONDAY_9AM)
    broken = planning.add_failure(workspace=acme, name="Broken", words=["broken"], now=MONDAY_9AM)
    cell = planning.plan_cell(
        scenario=scenario, failure=late, priority_minutes=45, policy=policy, playbook="Call the carrier", team=team,
        now=MONDAY_9AM,
    )  # fmt: skip
    touchpoint = touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    planning.map_touchpoint(touchpoint=touchpoint, scenario=scenario, team=None, now=MONDAY_9AM)
    return {
        "team": team, "policy": policy, "scenario": scenario, "late": late, "broken": broken, "cell": cell,
        "touchpoint": touchpoint,
    }  # fmt: skip


def test_a_case_lands_in_its_cell_with_promise_minutes_and_team(
    acme: Workspace,
    bob: User,
    person: Callable[..., User],
    planned: dict[str, Any],
    open_case: Callable[..., Case],
) -> None:
    lea = person("lea", team=planned["team"])
    case = open_case(3, comment="It NEVER came!", touchpoint=planned["touchpoint"])
    assert (case.cell, case.policy, case.owner, case.team) == (
        planned["cell"], planned["policy"], lea, planned["team"],
    )  # fmt: skip
    assert case.assigned_because == "In Logistics, the only one"
    assert {timer.kind: timer.promised_minutes for timer in SlaTimer.objects.of(acme)} == {
        "FIRST_RESPONSE": 20, "RESOLUTION": 120,
    }  # fmt: skip
    parts = {part["code"]: part["minutes"] for part in case.rank_parts}
    assert parts == {"SCORE": 90, "CELL": 45}
    assert case.rank_at == MONDAY_9AM + timedelta(minutes=20 - 135)
    assert lines(case, "PLACED") == [
        ("By the touchpoint, and the words “never came”.", {"cell": "Get the parcel: Late"})
    ]


def test_an_unplanned_cell_is_there_once_a_case_landed_in_it(
    acme: Workspace, bob: User, planned: dict[str, Any], open_case: Callable[..., Case]
) -> None:
    case = open_case(3, comment="broken", touchpoint=planned["touchpoint"])
    assert case.cell is not None
    assert (str(case.cell), case.cell.is_planned, case.owner) == ("Get the parcel: Broken", False, bob)


def test_what_no_sign_points_to_is_unmapped_and_says_so(
    acme: Workspace, bob: User, planned: dict[str, Any], open_case: Callable[..., Case]
) -> None:
    case = open_case(3, comment="Hm.", touchpoint=planned["touchpoint"])
    assert case.cell is None
    assert lines(case, "PLACED") == [("Unmapped: neither answers nor words point to a failure.", {})]


def test_a_chosen_answer_places_before_words(
    acme: Workspace, bob: User, survey: Survey, planned: dict[str, Any], answer: Callable[..., Response]
) -> None:
    question = questions.add(
        survey=survey, kind="SINGLE", text="What?", options=["Slow", "In pieces"], now=MONDAY_9AM
    )
    option = question.options[1]["id"]
    planning.change_failure(
        failure=planned["broken"], name="Broken", words=[], options=[f"{question.public_id}:{option}"], now=MONDAY_9AM
    )  # fmt: skip
    response = answer(
        2, comment="late", touchpoint=planned["touchpoint"], answers={question.public_id: option}
    )
    decisions.decide_pending(now=MONDAY_9AM)
    assert str(Case.objects.of(acme).get(response=response).cell) == "Get the parcel: Broken"


def test_without_a_matrix_the_timeline_says_nothing_of_it(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    kinds = CaseEvent.objects.of(acme).filter(case=open_case(3)).values_list("kind", flat=True)
    assert list(kinds) == ["OPENED", "ASSIGNED"]


# --- One-off or long-standing -------------------------------------------------------------------------------


def test_the_history_makes_a_case_long_standing_and_a_join_counts_it_anew(
    acme: Workspace, bob: User, answer: Callable[..., Response], open_case: Callable[..., Case]
) -> None:
    answer(9, now=MONDAY_9AM - timedelta(days=200))
    case = open_case(3)
    assert (case.is_chronic, case.rank_facts["standing"]["code"]) == (False, "ONE_OFF")
    minutes = sum(part["minutes"] for part in case.rank_parts)
    later = MONDAY_9AM + timedelta(days=30)
    answer(2, now=later)
    decisions.decide_pending(now=later)
    case.refresh_from_db()
    assert (case.is_chronic, case.rank_facts["standing"]["in_a_row"]) == (True, 2)
    assert (
        sum(part["minutes"] for part in case.rank_parts) == minutes + 60 + 60
    )  # once before, and long-standing
    assert case.rank_at == (case.next_due_at or later) - timedelta(
        minutes=sum(part["minutes"] for part in case.rank_parts)
    )


# --- Opening ------------------------------------------------------------------------------------------------


def test_a_rule_opens_no_case_and_the_decision_names_it(
    acme: Workspace, bob: User, rule: Callable[..., CaseRule], answer: Callable[..., Response]
) -> None:
    rule(
        "OPENING", {"do": "DO_NOT_OPEN"}, [{"field": "words", "op": "contains", "value": "test"}], "Our tests"
    )
    answer(1, comment="This is a TEST")
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcome(acme) == ("NOT_OPENED", "RULE")
    assert CaseDecision.objects.of(acme).get().evidence == {"rule": "Our tests"}
    unheard = next(one for one in invariants.CHECKS if one.code == "detractor-unheard")
    found = list(invariants.find(now=MONDAY_9AM + timedelta(days=9), checks=(unheard,)))
    assert [(one.check.code, one.count) for one in found] == [("detractor-unheard", 0)]


def test_a_rule_opens_a_case_for_a_passive_of_worth(
    acme: Workspace, bob: User, rule: Callable[..., CaseRule], answer: Callable[..., Response]
) -> None:
    rule("OPENING", {"do": "OPEN"}, [
        {"field": "segment", "op": "is", "value": "PASSIVE"},
        {"field": "account_value", "op": "at_least", "value": "10000"},
    ], "Large passives")  # fmt: skip
    answer(7, contact=customer(acme, "small", account_value=500))
    answer(7, contact=customer(acme, "large", account_value=10_000))
    answer(9, contact=customer(acme, "happy", account_value=90_000))
    decisions.decide_pending(now=MONDAY_9AM)
    case = Case.objects.of(acme).get()
    assert case.contact is not None
    assert case.contact.name == "large"
    assert outcomes_by_score(acme) == [("NOT_OPENED", 7), ("OPENED", 7), ("NOT_OPENED", 9)]
    assert lines(case, "RULED") == [("", {"rule": "Large passives", "do": "OPEN"})]


def outcomes_by_score(acme: Workspace) -> list[tuple[str, int]]:
    rows = CaseDecision.objects.of(acme).select_related("response").order_by("response__id")
    return [(row.outcome, row.response.score) for row in rows]


def test_the_first_rule_that_fits_decides(
    acme: Workspace, bob: User, rule: Callable[..., CaseRule], answer: Callable[..., Response]
) -> None:
    first = rule("OPENING", {"do": "OPEN"}, LOW_SCORE)
    rule("OPENING", {"do": "DO_NOT_OPEN"}, [{"field": "score", "op": "at_most", "value": "4"}])
    answer(2, contact=customer(acme, "one"))
    answer(3, contact=customer(acme, "two"))
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcomes_by_score(acme) == [("OPENED", 2), ("NOT_OPENED", 3)]
    ruling.move(rule=first, up=False, now=MONDAY_9AM)
    answer(2, contact=customer(acme, "three"))
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcomes_by_score(acme)[-1] == ("NOT_OPENED", 2)


def test_a_held_answer_opens_by_itself_when_its_hours_are_over(
    acme: Workspace, bob: User, rule: Callable[..., CaseRule], answer: Callable[..., Response]
) -> None:
    rule("OPENING", {"do": "HOLD", "hours": 3}, LOW_SCORE, "Look first")
    answer(1)
    decisions.decide_pending(now=MONDAY_9AM)
    held = CaseDecision.objects.of(acme).get()
    assert (held.outcome, held.reason, held.decide_at) == ("HELD", "RULE", MONDAY_9AM + timedelta(hours=3))
    assert decisions.decide_pending(now=MONDAY_9AM + timedelta(hours=2, minutes=59)) == 0
    assert decisions.decide_pending(now=MONDAY_9AM + timedelta(hours=3)) == 1
    assert outcome(acme) == ("OPENED", "DETRACTOR")


def test_longer_hours_hold_it_on_rather_than_for_ever(
    acme: Workspace, bob: User, rule: Callable[..., CaseRule], answer: Callable[..., Response]
) -> None:
    row = rule("OPENING", {"do": "HOLD", "hours": 3}, LOW_SCORE)
    answer(1)
    decisions.decide_pending(now=MONDAY_9AM)
    row.effect = {"do": "HOLD", "hours": 5}
    row.save()
    decisions.decide_pending(now=MONDAY_9AM + timedelta(hours=3))
    held = CaseDecision.objects.of(acme).get()
    assert (held.outcome, held.decide_at) == ("HELD", MONDAY_9AM + timedelta(hours=5))


def test_somebody_opens_a_held_answer_now_and_only_once(
    acme: Workspace, bob: User, rule: Callable[..., CaseRule], answer: Callable[..., Response]
) -> None:
    rule("OPENING", {"do": "HOLD", "hours": 3}, LOW_SCORE)
    answer(1)
    decisions.decide_pending(now=MONDAY_9AM)
    held = CaseDecision.objects.of(acme).get()
    assert ruling.release(decision=held, now=MONDAY_9AM) is True
    decisions.decide_pending(now=MONDAY_9AM)
    assert outcome(acme) == ("OPENED", "DETRACTOR")
    assert ruling.release(decision=held, now=MONDAY_9AM) is False


# --- Priority -----------------------------------------------------------------------------------------------


def test_a_rule_gives_minutes_and_another_promise(
    acme: Workspace,
    bob: User,
    planned: dict[str, Any],
    rule: Callable[..., CaseRule],
    open_case: Callable[..., Case],
) -> None:
    rule("PRIORITY", {"minutes": 30, "policy": planned["policy"].pk}, LOW_SCORE, "Very low")
    case = open_case(2)
    assert case.policy == planned["policy"]
    assert {part["code"]: part["minutes"] for part in case.rank_parts} == {"SCORE": 120, "RULE": 30}
    assert lines(case, "RULED") == [("", {"rule": "Very low", "minutes": 30, "policy": "Fast"})]


def test_a_rule_tags_its_cases_and_a_tag_that_is_gone_stops_nothing(
    acme: Workspace, bob: User, rule: Callable[..., CaseRule], open_case: Callable[..., Case], answer: Callable[..., Response]
) -> None:  # fmt: skip
    rule("PRIORITY", {"minutes": "0", "tags": "at risk, Churn"}, LOW_SCORE)
    case = open_case(2)
    assert sorted(row.tag.name for row in CaseTag.objects.of(acme).filter(case=case)) == ["Churn", "at risk"]
    Tag.objects.of(acme).filter(name="Churn").delete()
    answer(2, contact=customer(acme, "next"))
    decisions.decide_pending(now=MONDAY_9AM)
    later = Case.objects.of(acme).latest("number")
    assert [row.tag.name for row in CaseTag.objects.of(acme).filter(case=later)] == ["at risk"]


# --- Whose it is --------------------------------------------------------------------------------------------


def test_language_and_load_choose_in_words(
    acme: Workspace,
    bob: User,
    person: Callable[..., User],
    rule: Callable[..., CaseRule],
    answer: Callable[..., Response],
) -> None:
    ana = person("ana", languages=["de"])
    ben = person("ben", languages=["de", "fr"])
    rule("ROUTING", {"to": "ANYBODY", "speaks": "1", "by": "LEAST_LOADED"}, name="Their language")
    for name in ("eins", "zwei", "drei"):
        answer(2, contact=customer(acme, name, language="de-AT"))
    decisions.decide_pending(now=MONDAY_9AM)
    cases = list(Case.objects.of(acme).order_by("number"))
    assert [case.owner for case in cases] == [ana, ben, ana]
    assert cases[1].assigned_because == "Rule “Their language”, speaks German, fewest open cases of 2 (0)"
    assert cases[2].assigned_because == "Rule “Their language”, speaks German, fewest open cases of 2 (1)"


def test_a_named_person_need_not_be_in_the_round_robin_but_there(
    acme: Workspace, bob: User, person: Callable[..., User], rule: Callable[..., CaseRule], open_case: Callable[..., Case],
    answer: Callable[..., Response],
) -> None:  # fmt: skip
    vip = person("vip", takes_cases=False)
    rule("ROUTING", {"to": "MEMBER", "member": str(vip.pk)}, name="VIP desk")
    case = open_case(2)
    assert (case.owner, case.assigned_because) == (vip, "Rule “VIP desk”, the rule names them")
    Membership.objects.of(acme).filter(user=vip).update(away_until=MONDAY_9AM.date())
    answer(2, contact=customer(acme, "other"))
    decisions.decide_pending(now=MONDAY_9AM)
    other = Case.objects.of(acme).latest("number")
    assert (other.owner, other.assigned_because) == (
        bob, "Rule “VIP desk”, whom the rule names is not there, the only one",
    )  # fmt: skip


def test_who_may_not_see_the_case_is_passed_over(
    acme: Workspace,
    bob: User,
    person: Callable[..., User],
    rule: Callable[..., CaseRule],
    open_case: Callable[..., Case],
) -> None:
    blind = person("blind", only_touchpoints=["somewhere-else"], skills=["Billing"])
    rule("ROUTING", {"to": "ANYBODY", "skill": "billing"})
    case = open_case(2)
    assert case.owner == bob != blind
    assert case.assigned_because == "Rule “Rule 1”, nobody who is there knows billing, the only one"


@pytest.mark.parametrize("named", [True, False])
def test_the_owner_of_the_customer_gets_it(
    acme: Workspace, bob: User, person: Callable[..., User], rule: Callable[..., CaseRule], answer: Callable[..., Response],
    named: bool,
) -> None:  # fmt: skip
    ana = person("ana")
    contact = customer(acme, "ours", attributes={"owner": "ANA@acme.example"} if named else {})
    if not named:  # then it is who had their last case
        answer(1, contact=contact)
        decisions.decide_pending(now=MONDAY_9AM)
        Case.objects.of(acme).update(owner=ana, category="CLOSED", closed_at=MONDAY_9AM, outcome="DISMISSED")
    rule("ROUTING", {"to": "CONTACT_OWNER"}, name="Theirs")
    later = MONDAY_9AM + timedelta(days=60)
    response = answer(2, contact=contact, now=later)
    decisions.decide_pending(now=later)
    case = Case.objects.of(acme).get(response=response)
    assert (case.owner, case.assigned_because) == (ana, "Rule “Theirs”, the customer is theirs")


def test_a_rule_whose_team_is_gone_still_finds_somebody(
    acme: Workspace,
    bob: User,
    planned: dict[str, Any],
    rule: Callable[..., CaseRule],
    open_case: Callable[..., Case],
) -> None:
    row = rule("ROUTING", {"to": "TEAM", "team": str(planned["team"].pk)})
    row.effect = {**row.effect, "team": 999_999}
    row.save()
    assert open_case(2).owner == bob
