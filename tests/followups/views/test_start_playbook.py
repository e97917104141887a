"""A playbook started for a case by hand: chosen, looked at, taken back, refused with its reason; by page, palette and API."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent
from detractors.services import cases
from followups.models import PlannedStep, Playbook, PlaybookRun
from followups.services import playbook_running, playbooks
from tests.api import Api
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
SOON, LATER = timedelta(seconds=14), timedelta(seconds=16)


@pytest.fixture
def recovery(acme: Workspace, case: Case) -> Playbook:
    """Switched off, and for another event: chosen by hand it begins all the same."""
    return playbooks.create(
        workspace=acme, name="A gift and a call", event="NOT_RECOVERED", now=case.opened_at,
        steps=[
            {"kind": "STATUS", "does": {"to": "WAITING", "waiting_for": "the parcel"}},
            {
                "kind": "TASK", "delay": {"amount": 2, "unit": "DAYS", "since": "STEP"},
                "does": {"what": "CALL", "title": "Call in person", "for": "OWNER"},
            },
        ],
    )  # fmt: skip


def address(case: Case) -> str:
    return f"/w/acme/cases/{case.number}/start-playbook/"


def run_of(workspace: Workspace) -> PlaybookRun:
    found: PlaybookRun = PlaybookRun.objects.of(workspace).get()
    return found


def test_it_is_looked_at_started_and_begins_once_it_can_no_longer_be_taken_back(
    acme: Workspace, case: Case, recovery: Playbook, bob: User
) -> None:
    client = signed_in(bob)
    assert address(case) in client.get(f"/w/acme/cases/{case.number}/").content.decode()
    shown = client.get(address(case), {"playbook": recovery.public_id}).content.decode()
    for words in ("A gift and a call", "Call in person", "the parcel", "2 days", "Start it"):
        assert words in shown
    assert not PlaybookRun.objects.of(acme).exists()
    page = client.post(address(case), {"playbook": recovery.public_id}, follow=True).content.decode()
    assert "“A gift and a call” is started." in page
    run = run_of(acme)
    assert f"/playbooks/{run.public_id}/stop/" in page
    assert (
        CaseEvent.objects.of(acme).filter(note="“A gift and a call” was started by Bob Brown.").count() == 1
    )
    playbook_running.run_due(now=run.started_at + SOON)
    assert PlannedStep.objects.of(acme).filter(state="DONE").count() == 0
    playbook_running.run_due(now=run.started_at + LATER)
    assert Case.objects.of(acme).get(pk=case.pk).waiting_for == "the parcel"


def test_taken_back_in_time_nothing_was_done(
    acme: Workspace, case: Case, recovery: Playbook, bob: User
) -> None:
    client = signed_in(bob)
    client.post(address(case), {"playbook": recovery.public_id})
    run = run_of(acme)
    client.post(f"/w/acme/cases/{case.number}/playbooks/{run.public_id}/stop/")
    playbook_running.run_due(now=run.started_at + LATER)
    assert set(PlannedStep.objects.of(acme).values_list("state", "skipped_because")) == {
        ("SKIPPED", "BY_HAND")
    }


def test_what_would_not_run_is_refused_with_its_reason(
    acme: Workspace, case: Case, recovery: Playbook, bob: User
) -> None:
    client = signed_in(bob)
    client.post(address(case), {"playbook": recovery.public_id})
    again = client.post(address(case), {"playbook": recovery.public_id}, follow=True).content.decode()
    assert "“A gift and a call” runs here already." in again
    assert "runs here already" in client.get(address(case)).content.decode()
    assert PlaybookRun.objects.of(acme).count() == 1
    playbooks.create(
        workspace=acme, name="Thank them", event="PROMOTER", now=case.opened_at,
        steps=[{"kind": "MAIL", "does": {"subject": "Thanks", "body": "Thanks"}}],
    )  # fmt: skip
    assert client.post(address(case), {"playbook": "Thank them"}).status_code == 404
    other = playbooks.create(
        workspace=acme, name="Ask again", event="CASE_OPENED", stops=["CLOSED"], now=case.opened_at,
        steps=[{"kind": "MAIL", "does": {"subject": "Hello", "body": "Hello"}}],
    )  # fmt: skip
    cases.dismiss(case=case, by=bob, reason="Test", now=case.opened_at)
    closed = client.post(address(case), {"playbook": other.public_id}, follow=True).content.decode()
    assert "It would stop before its first step: the case was closed." in closed


def test_the_palette_offers_them_on_the_page_of_a_case(case: Case, recovery: Playbook, bob: User) -> None:
    client = signed_in(bob)

    def lines(at: str) -> list[tuple[str, str]]:
        page = client.get("/w/acme/cases/palette/", {"q": "start", "at": at})
        return [(one.word, one.url) for group in page.context["groups"] for one in group["entries"]]

    here = lines(f"/w/acme/cases/{case.number}/")
    assert here[0] == (f"Start a playbook for #{case.number}", address(case))
    assert (
        f"Start “A gift and a call” for #{case.number}",
        f"{address(case)}?playbook=A+gift+and+a+call",
    ) in here
    assert lines("/w/acme/cases/") == lines(f"/w/globex/cases/{case.number}/") == lines("no/page") == []


def test_a_program_sees_which_can_be_started_and_starts_one(
    acme: Workspace, case: Case, recovery: Playbook, owner: User
) -> None:
    client = Api(acme, by=owner)
    path = f"cases/{case.number}/playbooks/"
    listed = client.get(path).json()["playbooks"]
    mine = {"id": recovery.public_id, "name": "A gift and a call", "can_start": True, "refusal": ""}
    assert mine in listed
    answer = client.post(path, {"playbook": recovery.public_id})
    assert (answer.status_code, [step["kind"] for step in answer.json()["steps"]]) == (
        201,
        ["STATUS", "TASK"],
    )
    assert client.post(path, {"playbook": recovery.public_id}).json()["code"] == "NOT_STARTABLE"
    assert client.post(path, {"playbook": "nothing"}).status_code == 404


def test_strangers_and_readers_find_nothing(case: Case, recovery: Playbook, charlie: User) -> None:
    assert signed_in(charlie).get(address(case)).status_code == 404
    assert signed_in(charlie).post(address(case), {"playbook": recovery.public_id}).status_code == 404
