"""The card of a case: what playbooks have planned, when and why; skipped and planned again by those who work there."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from detractors.services import closing
from followups.models import PlannedStep, PlaybookRun
from followups.services import planned_steps, playbook_starting, playbooks
from tests.api import Api
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
AS_PART = {"HTTP_HX_REQUEST": "true"}
CALL = {
    "kind": "TASK",
    "required": True,
    "delay": {"amount": 5, "unit": "DAYS", "since": "EVENT"},
    "does": {"what": "CALL", "title": "Call in person", "for": "OWNER"},
}
MAIL = {
    "kind": "MAIL",
    "does": {"subject": "What we did", "body": "Hello"},
    "delay": {"amount": 1, "unit": "DAYS"},
}


@pytest.fixture
def planned(acme: Workspace, case: Case) -> list[PlannedStep]:
    """“Chronic recovery” runs for Ines: a call by Saturday, a mail the day after."""
    row = playbooks.create(
        workspace=acme, name="For the third time", event="CASE_OPENED", steps=[CALL, MAIL],
        conditions={"groups": [{"conditions": [{"field": "earlier_unhappy", "op": "at_most", "value": 5}]}]},
        now=MONDAY_9AM - timedelta(hours=1),
    )  # fmt: skip
    playbooks.switch(playbook=row, on=True, now=MONDAY_9AM - timedelta(hours=1))
    playbook_starting.begin(now=MONDAY_9AM)
    return list(PlannedStep.objects.of(acme).filter(run__case=case).order_by("position"))


def card(case: Case, user: User) -> str:
    return signed_in(user).get(f"/w/acme/cases/{case.number}/planned/", **AS_PART).content.decode()


def test_the_card_says_what_when_and_why(case: Case, planned: list[PlannedStep], bob: User) -> None:
    shown = card(case, bob)
    for words in (
        "For the third time", "because of a first low score", "Task, a call: Call in person", "required",
        "Mail: What we did", "about ",
    ):  # fmt: skip
        assert words in shown
    assert "planned/" in signed_in(bob).get(f"/w/acme/cases/{case.number}/").content.decode()


def test_a_step_is_skipped_and_planned_again(case: Case, planned: list[PlannedStep], bob: User) -> None:
    client, path = signed_in(bob), f"/w/acme/cases/{case.number}/planned/{planned[0].public_id}/"
    assert client.post(path, {"act": "skip"}).status_code == 302
    assert "skipped by Bob Brown" in card(case, bob)
    assert client.post(path, {"act": "plan"}).status_code == 302
    assert "skipped by" not in card(case, bob)
    assert client.post(path, {"act": "dance"}).status_code == 404


def test_a_playbook_is_stopped_for_one_case(case: Case, planned: list[PlannedStep], bob: User) -> None:
    run = PlaybookRun.objects.of(case.workspace_id).get()
    signed_in(bob).post(f"/w/acme/cases/{case.number}/playbooks/{run.public_id}/stop/")
    assert "stopped: somebody stopped it" in card(case, bob)
    assert {step.skipped_because for step in PlannedStep.objects.of(case.workspace_id)} == {"BY_HAND"}


def test_strangers_and_readers_change_nothing(
    case: Case, planned: list[PlannedStep], charlie: User, globex: Workspace
) -> None:
    path = f"/w/acme/cases/{case.number}/planned/"
    assert signed_in(charlie).get(path).status_code == 404
    assert signed_in(charlie).post(f"{path}{planned[0].public_id}/", {"act": "skip"}).status_code == 404
    planned[0].refresh_from_db()
    assert planned[0].state == "PLANNED"


def test_a_required_step_is_said_before_the_case_is_resolved(
    case: Case, planned: list[PlannedStep], bob: User
) -> None:
    [missing] = closing.missing(case=case)
    assert (missing.field, missing.sentence.facts["titles"]) == ("tasks", "“Call in person”")
    planned_steps.skip(step=planned[0], by=bob, now=MONDAY_9AM)
    assert closing.missing(case=case) == ()


def test_the_api_lists_skips_and_plans_again(
    acme: Workspace, case: Case, planned: list[PlannedStep], owner: User
) -> None:
    api = Api(acme, by=owner)
    rows = api.get(f"cases/{case.number}/planned-steps/").json()["results"]
    assert [(row["kind"], row["state"], row["because"]) for row in rows] == [
        ("TASK", "PLANNED", "because of a first low score"),
        ("MAIL", "PLANNED", "because of a first low score"),
    ]
    path = f"cases/{case.number}/planned-steps/{rows[0]['id']}/skip/"
    assert api.post(path, {}).json()["not_done_because"] == "BY_HAND"
    assert api.delete(path).json()["state"] == "PLANNED"
    listed = api.get("playbooks/").json()["playbooks"]
    assert [step["kind"] for step in listed[-1]["steps"]] == ["TASK", "MAIL"]
