"""Remedies on their pages: given from the case, agreed to in the ledger, limits and codes in the settings."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Membership, User, Workspace
from detractors.models import Case, Remedy, RemedyLimit, RemedyPool
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def form(**more: str) -> dict[str, str]:
    return {"kind": "REFUND", "what": "The postage", "value": "10", "cost": "80", "due_at": "", **more}


def test_an_agent_asks_and_the_owner_agrees(
    acme: Workspace, alice: User, bob: User, charlie: User, open_case: Callable[..., Case]
) -> None:
    case, agent, owner = open_case(2), signed_in(bob), signed_in(alice)
    url = f"/w/acme/cases/{case.number}/remedies/"
    refused = agent.post(url, form(what=""))
    assert (refused.status_code, "Please say what the customer gets" in refused.content.decode()) == (
        422,
        True,
    )
    assert agent.post(url, form()).status_code == 302
    row = Remedy.objects.of(acme).get()
    assert row.state == "WAITING"
    ledger = owner.get("/w/acme/remedies/?state=WAITING").content.decode()
    assert "more than they may give at once" in ledger
    agreed = owner.post(f"/w/acme/remedies/{row.public_id}/", {"act": "agree", "back": "ledger"})
    assert (agreed.status_code, agreed["Location"]) == (302, "/w/acme/remedies/")
    assert "80.00" in owner.get("/w/acme/remedies/").content.decode()
    assert agent.post(f"/w/acme/remedies/{row.public_id}/", {"act": "given"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "GIVEN"
    stranger = signed_in(charlie)
    assert stranger.get("/w/acme/remedies/").status_code == 404
    assert stranger.post(f"/w/other/remedies/{row.public_id}/", {"act": "take-back"}).status_code == 404


def test_limits_and_codes_are_set_in_the_browser(acme: Workspace, alice: User) -> None:
    Membership.objects.of(acme).filter(user=alice).update(role="ADMIN")
    owner: Client = signed_in(alice)
    url = "/w/acme/settings/remedies/"
    limits = {
        f"{role}_{what}": "" for role in ("AGENT", "MANAGER", "ADMIN", "OWNER") for what in ("once", "month")
    }
    answer = owner.post(
        url, {"act": "limits", "currency": "eur", "budget": "1000", **limits, "AGENT_once": "20"}
    )
    assert answer.status_code == 302
    assert RemedyLimit.objects.of(acme).get(role="AGENT").once == 20
    assert owner.post(url, {"act": "limits", "currency": "eur", "budget": "-1", **limits}).status_code == 422
    assert (
        owner.post(
            url, {"act": "pool", "name": "Ten off", "kind": "OFFER", "value": "10", "cost": "10"}
        ).status_code
        == 302
    )
    pool = RemedyPool.objects.of(acme).get()
    shown = owner.post(
        url, {"act": "codes", "pool": pool.public_id, "codes": "A-1\nA-1\nA-2"}
    ).content.decode()
    assert "twice in this list" in shown
    assert "2 of 2 codes left" in owner.get(url).content.decode()
