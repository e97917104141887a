"""The pages of playbooks: who sees and changes what, what is typed is never lost, and every act has its way back."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from followups.models import Playbook
from followups.queries import playbooks as queries
from followups.services import playbooks
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
LIST = "/w/acme/playbooks/"
NEW = f"{LIST}new/"
FORM: dict[str, Any] = {
    "name": "Late parcels", "event": "CASE_OPENED", "match": "all", "stops": ["CUSTOMER_WROTE", "CLOSED"],
    "step": ["0", "1"],
    "s0-kind": "TASK", "s0-amount": "0", "s0-unit": "HOURS", "s0-clock": "WORKING", "s0-since": "EVENT",
    "s0-what": "CALL", "s0-title": "Call them", "s0-for": "LEAD", "s0-due_amount": "4", "s0-due_unit": "HOURS",
    "s0-due_clock": "WORKING", "s0-required": "1",
    "s1-kind": "MAIL", "s1-amount": "2", "s1-unit": "DAYS", "s1-clock": "CALENDAR", "s1-since": "STEP",
    "s1-subject": "How is it?", "s1-body": "Dear {{ first_name }}",
}  # fmt: skip


@pytest.fixture
def kept(acme: Workspace) -> Playbook:
    steps = [{"kind": "MAIL", "does": {"subject": "Sorry", "body": "Hello"}}]
    return playbooks.create(workspace=acme, name="Recovery", event="CASE_OPENED", steps=steps, now=MONDAY_9AM)


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_is_written_and_reads_as_a_sentence(acme: Workspace, alice: User) -> None:
    client = signed_in(alice)
    assert client.get(NEW).status_code == 200
    assert client.post(NEW, {**FORM, "act": "save"}).status_code == 302
    row = Playbook.objects.of(acme).get(name="Late parcels")
    assert [(step.kind, step.is_required, step.delay_amount) for step in queries.steps(playbook=row)] == [
        ("TASK", True, 0),
        ("MAIL", False, 2),
    ]
    said = page(client.get(LIST))
    for words in (
        "When a case is opened:",
        "when work begins: ask the team&#x27;s lead to call: “Call them” within 4 working hours",
        "2 days later: send the mail “How is it?”",
        "It stops when the customer writes or the case is closed.",
    ):
        assert words in said, words
    assert row.is_active is False


def test_a_click_keeps_everything_that_is_typed_and_nothing_is_saved(acme: Workspace, alice: User) -> None:
    client = signed_in(alice)
    moved = page(client.post(NEW, {**FORM, "act": "s1-up"}))
    assert moved.index('id="s1-card"') < moved.index('id="s0-card"')
    gone = client.post(NEW, {**FORM, "act": "s1-gone"})
    assert "Step 2 is taken away." in page(gone)
    assert 'id="s1-card"' not in page(gone)
    back = page(
        client.post(NEW, {**FORM, "step": ["0"], "gone": gone.context["said"]["gone"], "act": "restore-step"})
    )
    assert "Dear {{ first_name }}" in back
    assert 'value="How is it?"' in back
    other = page(client.post(NEW, {**FORM, "s1-kind": "SMS", "act": "look"}))
    assert '<input type="hidden" name="s1-subject" value="How is it?">' in other
    assert not Playbook.objects.of(acme).filter(name="Late parcels").exists()


def test_every_problem_stands_at_its_field_and_what_was_typed_stays(acme: Workspace, alice: User) -> None:
    wrong = {
        **FORM,
        "name": "",
        "s0-title": "",
        "s1-body": "Dear {{ shoe_size }}",
        "s1-amount": "x",
        "act": "save",
    }
    response = signed_in(alice).post(NEW, wrong)
    assert response.status_code == 422
    errors = response.context["errors"]
    assert set(errors) == {"name", "steps.0.title", "steps.1.delay"}
    said = page(response)
    for field in ("play-name-error", "s0-title-error", "s1-delay-error"):
        assert f'aria-describedby="{field}"' in said
        assert f'id="{field}"' in said
    assert "Dear {{ shoe_size }}" in said
    again = signed_in(alice).post(NEW, {**wrong, "name": "A", "s0-title": "Call", "s1-amount": "1"})
    assert set(again.context["errors"]) == {"steps.1.body"}


def test_two_writers_do_not_overwrite_each_other(alice: User, kept: Playbook) -> None:
    data = queries.as_data(playbook=kept)
    later = MONDAY_9AM + timedelta(hours=1)
    playbooks.update(playbook=kept, now=later, **{**data, "stops": ["CLOSED"]})
    response = signed_in(alice).post(f"{LIST}{kept.public_id}/edit/", {**FORM, "seen": "1", "act": "save"})
    assert (response.status_code, "Somebody else has changed this playbook" in page(response)) == (422, True)
    assert "Late parcels" in page(response)


@pytest.mark.parametrize(
    ("act", "way_back", "is_there"),
    [("on", "off", True), ("remove", "restore", False)],
)
def test_every_act_of_the_list_has_its_way_back(
    acme: Workspace, alice: User, kept: Playbook, act: str, way_back: str, is_there: bool
) -> None:
    client, url = signed_in(alice), f"{LIST}{kept.public_id}/act/"
    assert client.post(url, {"act": act}).status_code == 302
    shown = client.get(LIST)
    assert shown.context["undo"]["url"] == f"{url}?act={way_back}"
    kept.refresh_from_db()
    assert (kept.is_active, kept.archived_at is None) == (act == "on", is_there)
    assert client.post(shown.context["undo"]["url"]).status_code == 302
    kept.refresh_from_db()
    assert (kept.is_active, kept.archived_at) == (False, None)


def test_who_may_not_edit_reads_and_a_stranger_finds_nothing(
    acme: Workspace, bob: User, charlie: User, kept: Playbook
) -> None:
    one = f"{LIST}{kept.public_id}/"
    agent, stranger = signed_in(bob), signed_in(charlie)
    assert [agent.get(url).status_code for url in (LIST, one, f"{one}edit/", NEW)] == [200, 200, 403, 403]
    assert agent.post(f"{one}act/", {"act": "on"}).status_code == 403
    assert "Switch on" not in page(agent.get(LIST))
    assert [stranger.get(url).status_code for url in (LIST, one, f"{one}edit/", NEW)] == [404] * 4
    assert stranger.get(f"/w/globex/playbooks/{kept.public_id}/").status_code == 404


def test_the_page_of_one_tells_who_changed_it(alice: User, kept: Playbook) -> None:
    client = signed_in(alice)
    client.post(f"{LIST}{kept.public_id}/act/", {"act": "on", "from": "page"})
    said = page(client.get(f"{LIST}{kept.public_id}/"))
    assert "switched on" in said
    assert alice.display_name in said
