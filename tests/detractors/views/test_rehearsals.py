"""Rehearsals as people meet them in the browser, from the edit pages to the file."""

import re
from collections.abc import Callable

import pytest
from django.http import StreamingHttpResponse

from accounts.models import User, Workspace
from detractors.models import Case, CaseRule, Rehearsal, SlaPolicy
from detractors.queries import clock as clock_queries
from detractors.services import rehearsing
from tests.conftest import MONDAY_9AM, signed_in
from tests.detractors.views.test_rules import rule_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def recent(
    monkeypatch: pytest.MonkeyPatch, acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> Case:
    """A case within the ninety days of the page."""
    monkeypatch.setattr(rehearsing, "DAYS", 40_000)
    monkeypatch.setitem(rehearsing.ask.__wrapped__.__kwdefaults__, "days", 10_000)
    return open_case(2)


def test_a_rule_is_rehearsed_switched_on_and_undone(acme: Workspace, owner: User, recent: Case) -> None:
    client = signed_in(owner)
    form = {**rule_form("rehearse"), "minutes": "400", "name": "Very low"}
    answer = client.post("/w/acme/settings/rules/new/?kind=PRIORITY", form, follow=True)
    assert "Rehearsing" in answer.content.decode()
    row = Rehearsal.objects.of(acme).get()
    rehearsing.work(now=row.asked_at)
    path = f"/w/acme/settings/rehearsals/{row.public_id}/"
    told = client.get(path, {"progress": "1"}, headers={"HX-Request": "true"})
    assert told["HX-Refresh"] == "true"
    page = client.get(path).content.decode()
    for words in (
        "<strong>1</strong> of 1 cases",
        "Priority: 1",
        "Urgent",
        f"#{recent.number}",
        "Switch it on",
        "nobody knows",
        '<dt>Then</dt><dd dir="auto">400 minutes earlier</dd>',
    ):
        assert words in page, words
    assert "None." in client.get(path, {"part": "CELL"}).content.decode()
    file = client.get(f"{path}cases.csv")
    assert isinstance(file, StreamingHttpResponse)
    text = b"".join(file.streaming_content).decode()  # type: ignore[arg-type]
    assert f"{recent.number},Ines Iglesias,PRIORITY RULE,Priority,Normal,Urgent" in text
    assert CaseRule.objects.of(acme).count() == 0
    client.post(path, {"act": "on"})
    assert CaseRule.objects.of(acme).get().is_active is True
    page = client.post(path, {"act": "undo"}, follow=True).content.decode()
    assert "what was before holds again" in page
    assert CaseRule.objects.of(acme).get().is_active is False
    assert "undone" in page
    listed = client.get("/w/acme/settings/rehearsals/").content.decode()
    assert re.findall(r"Very low|undone", listed) == ["Very low", "undone"]
    assert re.findall(r'data-label="(Cases|Would differ)">([^<]*)<', listed) == [
        ("Cases", "1"),
        ("Would differ", "1"),
    ]
    Rehearsal.objects.of(acme).update(figures={})
    assert "There is nothing to try it on: no case opened in that time." in client.get(path).content.decode()
    listed = client.get("/w/acme/settings/rehearsals/").content.decode()
    assert re.findall(r'data-label="(Cases|Would differ)">([^<]*)<', listed) == [
        ("Cases", "0"),
        ("Would differ", "0"),
    ]
    assert client.post(path, {"act": "burn"}).status_code == 302


def test_a_promise_is_rehearsed_from_its_page(acme: Workspace, owner: User, recent: Case) -> None:
    policy = SlaPolicy.objects.of(acme).get(is_default=True)
    client = signed_in(owner)
    page = client.get(f"/w/acme/settings/promises/{policy.pk}/").content.decode()
    assert "Rehearse over the last 90 days" in page
    form = {
        "act": "rehearse", "name": policy.name, "first_response": "3", "first_response_unit": "HOURS", "resolution": "2",
        "resolution_unit": "DAYS", "calendar": str(policy.calendar_id), "warn_percent": "75",
    }  # fmt: skip
    answer = client.post(f"/w/acme/settings/promises/{policy.pk}/", form)
    assert answer.status_code == 302, answer.content.decode()
    row = Rehearsal.objects.of(acme).get()
    assert (row.kind, row.target, row.draft["first_response"]) == ("POLICY", policy.pk, [180, "WORKING"])
    assert list(clock_queries.disagreements(now=MONDAY_9AM)) == []
    page = client.get(f"/w/acme/settings/rehearsals/{row.public_id}/").content.decode()
    assert re.findall(r'<dt>([^<]*)</dt><dd dir="auto">([^<]*)<', page) == [
        ("First response", "3 working hours"), ("Resolution", "2 working days"), ("Hours", policy.calendar.name),
        ("The owner is warned", "after 75 % of the time"),
    ]  # fmt: skip


def test_what_broke_off_is_rehearsed_again_as_it_was_typed(
    acme: Workspace, owner: User, recent: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(owner)
    form = {**rule_form("rehearse"), "minutes": "400", "name": "Very low"}
    client.post("/w/acme/settings/rules/new/?kind=PRIORITY", form)
    first = Rehearsal.objects.of(acme).get()
    path = f"/w/acme/settings/rehearsals/{first.public_id}/"
    assert client.post(path, {"act": "again"})["Location"] == path, "one that runs is not begun a second time"
    with monkeypatch.context() as broken:
        broken.setattr(rehearsing.Stage, "play", lambda *_args: 1 / 0)
        for _turn in range(rehearsing.MAX_ATTEMPTS):
            rehearsing.work(now=first.asked_at)
    page = client.get(path).content.decode()
    assert "The rehearsal broke off" in page
    assert 'value="again"' in page
    assert "Switch it on" not in page
    led = {client.post(path, {"act": "again"})["Location"] for _click in range(2)}
    second = Rehearsal.objects.of(acme).exclude(pk=first.pk).get()
    assert led == {f"/w/acme/settings/rehearsals/{second.public_id}/"}, "a second click begins no third"
    assert (second.kind, second.what, second.draft) == (first.kind, first.what, first.draft)
    rehearsing.work(now=second.asked_at)
    assert "<strong>1</strong> of 1 cases" in client.get(led.pop()).content.decode()


def test_who_may_not_manage_promises_finds_no_rehearsal(acme: Workspace, bob: User, alice: User) -> None:
    for person in (bob, alice):
        assert signed_in(person).get("/w/acme/settings/rehearsals/").status_code in (403, 404)
