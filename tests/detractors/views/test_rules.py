"""Ranking, rules, matrix and the page of where work arises, as people meet them in the browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Team, User, Workspace
from detractors.models import (
    Case,
    CaseDecision,
    CaseRule,
    Failure,
    MatrixCell,
    RankWeights,
    Scenario,
    SlaPolicy,
)
from detractors.rules.clock import Span
from detractors.services import decisions, planning, policies, ruling, weighing
from detractors.services.opening import cell_at
from surveys.models import Response, Survey
from surveys.services import questions, touchpoints
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


def weights(**more: Any) -> dict[str, Any]:
    usual = {
        "score_minutes": 180, "chronic_minutes": 60, "long_standing_minutes": 60, "one_off_minutes": 0,
        "exposure_minutes": 240, "from_0": 1000, "earns_0": 60,
    }  # fmt: skip
    return {**usual, **more}


# --- Ranking ------------------------------------------------------------------------------------------------


def test_weights_are_saved_and_the_page_tells_of_the_recount(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    open_case(0)
    client = signed_in(owner)
    page = client.post("/w/acme/settings/ranking/", weights(score_minutes=360), follow=True).content.decode()
    assert RankWeights.objects.of(acme).get().score_minutes == 360
    assert "Counting the open cases anew" in page
    weighing.recount(now=MONDAY_9AM)
    told = client.get("/w/acme/settings/ranking/", {"progress": "1"}, **HTMX).content.decode()
    assert "1 open case was counted anew" in told
    assert "hx-trigger" not in told  # done: nobody asks again


def test_typed_weights_show_where_the_next_case_would_stand(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    open_case(0)
    told = signed_in(owner).get("/w/acme/settings/ranking/", weights(score_minutes=360), **HTMX)
    page = told.content.decode()
    assert "Ines Iglesias" in page
    assert "Urgent" in page  # 360 minutes
    assert RankWeights.objects.of(acme).count() == 0


def test_weights_that_make_no_sense_come_back_with_their_sentence(acme: Workspace, owner: User) -> None:
    answer = signed_in(owner).post(
        "/w/acme/settings/ranking/", weights(from_1=5000, earns_1=10)
    )  # the larger account earns less
    assert answer.status_code == 422
    assert "A larger account cannot earn fewer minutes" in answer.content.decode()


def test_the_case_shows_the_subtraction_in_words(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case], answer: Callable[..., Response]
) -> None:
    case = open_case(0)
    page = signed_in(bob).get(f"/w/acme/cases/{case.number}/").content.decode()
    assert "for the score of 0" in page
    assert "3 h earlier" in page
    assert "First answer" in page
    assert "The first answer of this customer in two years" in page


# --- Rules --------------------------------------------------------------------------------------------------


def rule_form(act: str = "save", **more: Any) -> dict[str, Any]:
    usual = {
        "act": act, "name": "Very low", "match": "all", "group_match": ["all"], "group": ["0"], "field": ["score"],
        "op": ["at_most"], "value": ["2"], "do": "HOLD", "hours": "5",
    }  # fmt: skip
    return {**usual, **more}


def test_a_rule_shows_the_expression_it_is_judged_by(acme: Workspace, owner: User) -> None:
    page = signed_in(owner).post("/w/acme/settings/rules/new/?kind=OPENING", rule_form("add-0"))
    assert page.status_code == 200
    assert "Judged as" not in page.content.decode()  # a condition is still to be filled in
    page = signed_in(owner).post("/w/acme/settings/rules/new/?kind=OPENING", rule_form("try"))
    assert '<code dir="ltr">score &lt;= 2</code>' in page.content.decode()


def test_a_rule_is_clicked_together_saved_off_and_switched_on(acme: Workspace, owner: User) -> None:
    client, path = signed_in(owner), "/w/acme/settings/rules/new/?kind=OPENING"
    assert client.get(path).status_code == 200
    more = client.post(path, rule_form("add-0")).content.decode()
    assert more.count('name="field"') == 2
    assert more.count('name="group_match"') == 1
    grouped = client.post(path, rule_form("add-group")).content.decode()
    assert grouped.count('name="group_match"') == 2
    assert client.post(path, rule_form("remove-0-0")).content.decode().count('name="field"') == 0
    assert CaseRule.objects.of(acme).count() == 0
    page = client.post(path, rule_form(), follow=True).content.decode()
    rule = CaseRule.objects.of(acme).get()
    assert (rule.is_active, rule.effect) == (False, {"do": "HOLD", "hours": 5})
    assert "Score is at most “2”" in page
    assert "Hold it for a look: 5 hours, then it opens" in page
    client.post(f"/w/acme/settings/rules/{rule.public_id}/act/", {"act": "on"})
    rule.refresh_from_db()
    assert rule.is_active


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "A name has 1 to 80 characters."),
        ({"value": ["many"]}, "many is no number"),
        ({"field": ["nothing"]}, "Choose what is compared."),
        ({"hours": "0"}, "Hold it for 1 to 720 hours."),
        ({"do": ""}, "Choose what happens."),
    ],
)
def test_what_is_wrong_stands_beside_what_was_typed(
    acme: Workspace, owner: User, more: dict[str, Any], sentence: str
) -> None:
    answer = signed_in(owner).post("/w/acme/settings/rules/new/?kind=OPENING", rule_form(**more))
    assert (answer.status_code, CaseRule.objects.of(acme).count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_a_try_lists_the_very_answers_and_keeps_nothing(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(1, comment="Never again")
    page = (
        signed_in(owner).post("/w/acme/settings/rules/new/?kind=OPENING", rule_form("try")).content.decode()
    )
    assert "1 past answer was read" in page
    assert "It would have decided about 1 of them." in page
    assert f"/w/acme/cases/{case.number}/" in page
    assert "Never again" in page
    assert CaseRule.objects.of(acme).count() == 0


def test_rules_change_places_and_go(acme: Workspace, owner: User) -> None:
    rules = [
        ruling.keep(
            workspace=acme, rule=None, kind="PRIORITY", name=name, stated={"groups": []}, effect={"minutes": 5},
            now=MONDAY_9AM,
        )
        for name in ("One", "Two")
    ]  # fmt: skip
    client = signed_in(owner)
    client.post(f"/w/acme/settings/rules/{rules[1].public_id}/act/", {"act": "up"})
    order = CaseRule.objects.of(acme).order_by("position").values_list("name", flat=True)
    assert list(order) == ["Two", "One"]
    client.post(f"/w/acme/settings/rules/{rules[1].public_id}/act/", {"act": "delete"})
    assert list(order.all()) == ["One"]


def test_a_held_answer_is_listed_and_opened(
    acme: Workspace, owner: User, bob: User, answer: Callable[..., Response]
) -> None:
    client = signed_in(owner)
    client.post("/w/acme/settings/rules/new/?kind=OPENING", rule_form())
    ruling.switch(rule=CaseRule.objects.of(acme).get(), on=True, now=MONDAY_9AM)
    response = answer(1, comment="Please look")
    decisions.decide_pending(now=MONDAY_9AM)
    assert "Please look" in client.get("/w/acme/settings/rules/").content.decode()
    client.post(f"/w/acme/settings/rules/held/{response.public_id}/")
    response.refresh_from_db()
    decisions.decide_pending(now=response.decide_at or MONDAY_9AM)
    assert CaseDecision.objects.of(acme).get().outcome == "OPENED"
    assert client.post("/w/acme/settings/rules/held/unknown/").status_code == 404


# --- The matrix ---------------------------------------------------------------------------------------------


def test_the_matrix_is_built_in_the_browser(acme: Workspace, owner: User, bob: User) -> None:
    client = signed_in(owner)
    assert "No matrix yet" in client.get("/w/acme/matrix/").content.decode()
    client.post("/w/acme/matrix/scenarios/new/", {"name": "Get the parcel", "act": "save"})
    client.post("/w/acme/matrix/failures/new/", {"name": "Late", "words": "late*, never came", "act": "save"})
    scenario, failure = Scenario.objects.of(acme).get(), Failure.objects.of(acme).get()
    assert failure.words == ["late*", "never came"]
    assert "unplanned" in client.get("/w/acme/matrix/").content.decode()
    team = Team.objects.of(acme).get()
    cell_path = f"/w/acme/matrix/cells/{scenario.public_id}/{failure.public_id}/"
    client.post(
        cell_path, {"priority_minutes": "45", "team": str(team.pk), "playbook": "Call", "act": "save"}
    )
    cell = MatrixCell.objects.of(acme).get()
    assert (cell.is_planned, cell.priority_minutes, cell.team, cell.playbook) == (True, 45, team, "Call")
    assert "nobody answered again yet" in client.get(cell_path).content.decode()
    touchpoint = touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    client.post("/w/acme/matrix/journey/", {f"scenario-{touchpoint.public_id}": scenario.public_id})
    assert scenario.steps.get().touchpoint == touchpoint
    page = signed_in(bob).get("/w/acme/matrix/").content.decode()  # an agent reads
    assert "Get the parcel" in page
    assert "Call" in page
    assert "scenarios/new" not in page
    client.post(cell_path, {"act": "unplan"})
    cell.refresh_from_db()
    assert (cell.is_planned, cell.playbook) == (False, "")
    client.post(f"/w/acme/matrix/failures/{failure.public_id}/", {"act": "archive"})
    page = client.get(
        "/w/acme/matrix/"
    ).content.decode()  # rows alone are no grid, and are still within reach
    assert "What can go wrong there?" in page
    assert "No matrix yet" not in page
    assert f'href="/w/acme/matrix/scenarios/{scenario.public_id}/"' in page


def test_another_promise_for_a_cell_says_before_what_open_cases_would_do(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    scenario = planning.add_scenario(workspace=acme, name="Buy", now=MONDAY_9AM)
    failure = planning.add_failure(workspace=acme, name="Late", words=["late"], now=MONDAY_9AM)
    case = open_case(comment="It came late.", now=timezone.now())  # what passed unseen stays missed
    cell = cell_at(workspace=acme, scenario=scenario, failure=failure, now=MONDAY_9AM)
    planning.place_case(case=case, cell=cell, by=bob, now=MONDAY_9AM)
    usual = SlaPolicy.objects.of(acme).get()
    slow = policies.Wanted(
        name="Slow", first_response=Span(480), resolution=Span(4_800), calendar=usual.calendar
    )
    made = policies.add(workspace=acme, wanted=slow, by=None, now=MONDAY_9AM)
    path = f"/w/acme/matrix/cells/{scenario.public_id}/{failure.public_id}/"
    asked = {"priority_minutes": "0", "policy": str(made.pk)}
    said = signed_in(owner).get(path, asked, headers={"HX-Request": "true"}).content.decode()
    assert "<strong>1</strong> of 1 open cases would move" in said
    assert (
        "What is planned" in signed_in(bob).get(path, asked, headers={"HX-Request": "true"}).content.decode()
    )


def test_a_name_twice_comes_back_with_its_sentence(acme: Workspace, owner: User) -> None:
    planning.add_scenario(workspace=acme, name="Buy", now=MONDAY_9AM)
    answer = signed_in(owner).post("/w/acme/matrix/scenarios/new/", {"name": "buy"})
    assert answer.status_code == 422
    assert "“buy” is there already." in answer.content.decode()


def test_a_case_is_placed_by_hand_and_undone_once(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    scenario = planning.add_scenario(workspace=acme, name="Buy", now=MONDAY_9AM)
    failure = planning.add_failure(workspace=acme, name="Late", now=MONDAY_9AM)
    case, client = open_case(3), signed_in(bob)
    place = f"/w/acme/cases/{case.number}/place/"
    page = client.post(
        place, {"cell": f"{scenario.public_id}:{failure.public_id}"}, follow=True
    ).content.decode()
    case.refresh_from_db()
    assert case.cell is not None
    assert "Placed in “Buy: Late”." in page
    assert 'name="expected"' in page
    assert 'name="expected"' not in client.get(f"/w/acme/cases/{case.number}/").content.decode()
    client.post(place, {"cell": "", "expected": case.cell.public_id})
    case.refresh_from_db()
    assert case.cell is None
    assert client.post(place, {"cell": "unknown:unknown"}).status_code == 404


def test_the_queue_filters_by_cell_team_and_long_standing(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(3)
    cell = planning.cell_at(
        workspace=acme,
        scenario=planning.add_scenario(workspace=acme, name="Buy", now=MONDAY_9AM),
        failure=planning.add_failure(workspace=acme, name="Late", now=MONDAY_9AM),
        now=MONDAY_9AM,
    )
    client, queue = signed_in(bob), "/w/acme/cases/?view=open"

    def found(more: str) -> bool:
        return "Ines Iglesias" in client.get(f"{queue}&{more}").content.decode()

    assert not found(f"cell={cell.public_id}")
    assert not found("standing=chronic")
    assert not found("team=999999")
    Case.objects.of(acme).update(cell=cell, is_chronic=True)
    assert found(f"cell={cell.public_id}")
    assert found("standing=chronic")
    assert found(f"team={case.team_id}")
    assert found("team=x")  # no team at all: left out


def test_the_answers_that_point_to_a_failure_stand_below_their_question(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    asked = questions.add(survey=survey, kind="SINGLE", text="What broke?", options=["Slow", "Cold"], now=MONDAY_9AM)  # fmt: skip
    client, slow = signed_in(owner), f"{asked.public_id}:{asked.options[0]['id']}"
    form = {"name": "Late", "words": "", "options": [slow], "act": "save"}
    assert client.post("/w/acme/matrix/failures/new/", form).status_code == 302
    failure = Failure.objects.of(acme).get()
    assert failure.options == [slow]
    failure.options = [slow, "gone:1"]
    failure.save(update_fields=["options"])
    page = client.get(f"/w/acme/matrix/failures/{failure.public_id}/").content.decode()
    assert re.findall(r'<optgroup label="([^"]*)">', page) == ["What broke?", "No longer asked"]
    assert re.findall(r'<option value="[^"]*"( selected)?>([^<]*)<', page) == [(" selected", "Slow"), ("", "Cold"), (" selected", "gone:1")]  # fmt: skip


# --- Where the work arises ----------------------------------------------------------------------------------


def test_each_line_leads_to_its_cases(acme: Workspace, bob: User, answer: Callable[..., Response]) -> None:
    client = signed_in(bob)
    empty = client.get("/w/acme/arising/").content.decode()
    assert "No case in this time, and none is open" in empty
    assert "<table" not in empty
    touchpoint = touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    answer(3, touchpoint=touchpoint)
    decisions.decide_pending(now=MONDAY_9AM)
    page = client.get("/w/acme/arising/?days=365").content.decode()
    assert f"touchpoint={touchpoint.public_id}" in page
    assert "Unmapped" in page
    rates = re.findall(r'data-label="(Missed|Recovered)">(?:<span>\d+ % <small>)?([^<]*)', page)
    assert rates == [("Missed", "0 of 1"), ("Recovered", "–")] * 3, "a rate says of how many"
    assert "Cases opened from" in page


# --- Skills and languages -----------------------------------------------------------------------------------


def test_skills_and_languages_are_set_by_oneself_and_by_an_admin(
    acme: Workspace, owner: User, bob: User
) -> None:
    member = Membership.objects.of(acme).get(user=bob)
    signed_in(bob).post(
        "/w/acme/settings/you/",
        {
            "name": "Bob Brown",
            "time_zone": "",
            "skills": "Billing, billing,  cargo  bikes",
            "languages": "German, pt-BR",
        },
    )
    member.refresh_from_db()
    assert (member.skills, member.languages) == (["Billing", "cargo bikes"], ["de", "pt"])
    path = f"/w/acme/settings/people/{member.pk}/"
    client = signed_in(owner)
    assert client.post(path, {"part": "abilities", "skills": "", "languages": "Klingon"}).status_code == 422
    client.post(path, {"part": "abilities", "skills": "bikes", "languages": "fr"})
    member.refresh_from_db()
    assert (member.skills, member.languages) == (["bikes"], ["fr"])
    page = client.get(f"/w/acme/settings/audit/?thing=member:{member.pk}").content.decode()
    assert "languages" in page
