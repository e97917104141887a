"""Kept or lost in the browser and over the API: on the case, in the queue, in the files, on the page of figures."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from detractors.models import Case, Retention, RootCause
from detractors.services import retention
from tests.api import Api, errors
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_it_is_said_on_the_case_and_shown_where_people_look(
    acme: Workspace, alice: User, bob: User, charlie: User, open_case: Callable[..., Case]
) -> None:
    case, now, agent = open_case(2, now=timezone.now()), timezone.now(), signed_in(bob)
    price = retention.add_reason(workspace=acme, name="Price", now=now)
    url, at = f"/w/acme/cases/{case.number}/retention/", f"/w/acme/cases/{case.number}/"
    assert "Nobody has said yet whether this customer stays." in agent.get(at).content.decode()
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    form = {"state": "LOST", "reason": price.public_id, "note": "Went to Globex"}
    refused = agent.post(url, {**form, "on_date": tomorrow})
    assert (refused.status_code, "not in the future" in refused.content.decode(), "Went to Globex" in refused.content.decode()) == (
        422, True, True,
    )  # fmt: skip
    assert agent.post(url, {**form, "on_date": ""}).status_code == 302
    page = agent.get(at).content.decode()
    assert ("Customer lost, since" in page, "Went to Globex" in page) == (True, True)
    assert f"#{case.number}" in agent.get("/w/acme/cases/?view=open&stayed=LOST").content.decode()
    assert f"cases/{case.number}/" not in agent.get("/w/acme/cases/?view=open&stayed=KEPT").content.decode()
    assert case.contact is not None
    beside = agent.get(
        reverse("detractors:cases_of_contact", args=["acme", case.contact.public_id])
    ).content.decode()
    assert ("Lost" in beside, "Price" in beside) == (True, True)
    report = signed_in(alice).get("/w/acme/arising/kept/").content.decode()
    assert ("Price" in report, "0 of 1 customer" in report, f"({acme.time_zone})" in report) == (
        True,
        True,
        True,
    )
    csv = b"".join(signed_in(alice).get("/w/acme/arising/kept/kept.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "LOST" in csv.splitlines()[1]
    assert signed_in(charlie).post(url, form).status_code == 404
    assert agent.post(url, {"act": "unsay"}).status_code == 302
    assert Retention.objects.of(acme).count() == 0


def test_it_can_be_said_in_the_act_of_resolving(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case, agent = open_case(2, now=timezone.now()), signed_in(bob)
    form = {
        "reached": "on", "call_note": "", "resolution": "Sent again.", "customer": "KEPT",
        "root_cause": RootCause.objects.of(acme).earliest("pk").public_id,
    }  # fmt: skip
    assert agent.post(f"/w/acme/cases/{case.number}/resolve/", form).status_code == 302
    case.refresh_from_db()
    assert (case.category, Retention.objects.of(acme).get(case=case).state) == ("RESOLVED", "KEPT")


def test_reasons_are_kept_in_the_settings(acme: Workspace, alice: User, bob: User) -> None:
    lead, url = signed_in(alice), "/w/acme/settings/loss-reasons/"
    assert lead.post(url, {"act": "add", "name": "Price"}).status_code == 302
    assert lead.post(url, {"act": "add", "name": "price"}).status_code == 422
    [row] = retention.queries.reasons(workspace=acme)
    assert lead.post(url, {"act": "rename", "reason": row.public_id, "name": " "}).status_code == 422
    assert lead.post(url, {"act": "retire", "reason": row.public_id}).status_code == 302
    assert "Bring back" in lead.get(url).content.decode()
    assert signed_in(bob).get(url).status_code == 403


def test_a_program_says_it_too(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> None:
    api, case = Api(acme, by=bob), open_case(2, now=timezone.now())
    at = f"cases/{case.number}/retention/"
    assert api.get(at).json() == {"retention": None, "suggested": None}
    made = api.post("loss-reasons/", {"name": "Price"})
    assert (made.status_code, api.post("loss-reasons/", {"name": "price"}).status_code) == (201, 400)
    said = api.post(at, {"state": "LOST", "reason": "price", "on_date": "2020-01-31"}).json()["retention"]
    assert (said["state"], said["on_date"], said["reason"], said["said_by"]) == (
        "LOST", "2020-01-31", "Price", "bob@acme.example",
    )  # fmt: skip
    assert errors(api.post(at, {"state": "KEPT", "reason": "Price"})) == [("reason", "REQUIRED")]
    assert api.get(f"cases/{case.number}/").json()["retention"] == said
    assert [row["number"] for row in api.get("cases/", retention="LOST").json()["results"]] == [case.number]
    gone = api.patch(f"loss-reasons/{made.json()['id']}/", {"is_retired": True}).json()
    assert (gone["customers"], gone["retired_at"] is not None) == (0, True)
    assert api.delete(at).status_code == 204
    assert api.get("cases/", retention="LOST").json()["results"] == []
