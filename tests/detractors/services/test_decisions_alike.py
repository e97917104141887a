"""Whether an answer is decided alone or among many others, the same comes of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from accounts.services import members
from detractors.models import Case, CaseDecision, CaseEvent, CaseTag, SlaPolicy, SlaTimer, Tag
from detractors.services import claiming, decisions, planning, ruling
from followups.models import FollowUp
from outbox.models import OutboundMessage
from surveys.models import Contact, Response, Survey
from surveys.services import contacts, touchpoints
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

OWN = {"id", "_state", "link_nonce", "public_id", "message_id", "case_id", "about", "dedupe_key", "headers"}
LATER = MONDAY_9AM + timedelta(hours=3)


def person(acme: Workspace, name: str, **facts: Any) -> User:
    user = members.ensure_user(email=f"{name}@acme.example", name=name.title(), now=MONDAY_9AM)
    team = Team.objects.of(acme).earliest("pk")
    members.add(workspace=acme, user=user, role=Role.AGENT, team=team, takes_cases=True, now=MONDAY_9AM)
    Membership.objects.of(acme).filter(user=user).update(**facts)
    return user


def rule(acme: Workspace, kind: str, effect: dict[str, Any], field: str, op: str, value: str) -> None:
    stated = {"groups": [{"match": "all", "conditions": [{"field": field, "op": op, "value": value}]}]}
    name = f"{kind} by {field} {value}"
    row = ruling.keep(
        workspace=acme, rule=None, kind=kind, name=name, stated=stated, effect=effect, now=MONDAY_9AM
    )
    ruling.switch(rule=row, on=True, now=MONDAY_9AM)


@pytest.fixture
def waiting(acme: Workspace, alice: User, survey: Survey, answer: Callable[..., Response]) -> list[Response]:
    """Answers of every kind, in a workspace with a matrix, rules, a second promise and people who speak."""
    for name, speaks in (("ana", ["de"]), ("ben", []), ("cleo", ["de", "fr"])):
        person(acme, name, languages=speaks)
    scenario = planning.add_scenario(workspace=acme, name="Delivery", now=MONDAY_9AM)
    late = planning.add_failure(workspace=acme, name="Late", words=["late"], now=MONDAY_9AM)
    fast = SlaPolicy.objects.of(acme).get()
    fast.pk, fast.name, fast.is_default, fast.first_response_minutes = None, "Fast", False, 15
    fast.save()
    planning.plan_cell(
        scenario=scenario, failure=late, priority_minutes=200, policy=fast, playbook="", team=None, now=MONDAY_9AM
    )  # fmt: skip
    door = touchpoints.ensure(workspace=acme, name="Door", now=MONDAY_9AM)
    planning.map_touchpoint(touchpoint=door, scenario=scenario, team=None, now=MONDAY_9AM)
    tag = Tag(workspace=acme, name="Money", created_at=MONDAY_9AM)
    tag.save()
    rule(acme, "OPENING", {"do": "DO_NOT_OPEN"}, "words", "contains", "ignore me")
    rule(acme, "OPENING", {"do": "OPEN"}, "words", "contains", "open anyway")
    rule(acme, "OPENING", {"do": "HOLD", "hours": 5}, "words", "contains", "hold")
    rule(acme, "PRIORITY", {"minutes": 45, "tags": [tag.pk]}, "words", "contains", "invoice")
    rule(acme, "PRIORITY", {"minutes": 90}, "score", "at_most", "1")
    rule(
        acme, "ROUTING", {"to": "ANYBODY", "speaks": "1", "by": "LEAST_LOADED"}, "language", "contains", "de"
    )

    def customer(name: str, **facts: Any) -> Contact:
        return contacts.upsert(
            workspace=acme, email=f"{name}@customer.example", name=name, now=MONDAY_9AM, **facts
        )[0]

    german, twice = customer("gerd", language="de"), customer("twice", account_value="20000")
    said: list[tuple[int, str, Contact | None, dict[str, Any]]] = [
        (1, "The parcel came late", customer("dora"), {"touchpoint": door}),
        (3, "Nobody answers", twice, {}),
        (9, "Lovely", customer("happy"), {}),
        (8, "open anyway", customer("odd"), {}),
        (2, "Wrong invoice", german, {}),
        (4, "hold this", customer("held"), {}),
        (4, "ignore me", customer("ignored"), {}),
        (0, "", None, {}),
        (2, "And again", twice, {}),
        (5, "late, with an invoice", customer("both", language="de"), {"touchpoint": door}),
        (6, "Slow", customer("berta", language="de"), {}),
        (5, "From before", customer("old"), {"responded_at": MONDAY_9AM - timedelta(days=20)}),
    ]
    return [
        answer(score, comment=comment, contact=contact, now=MONDAY_9AM + timedelta(minutes=place), **facts)
        for place, (score, comment, contact, facts) in enumerate(said)
    ]


def written(acme: Workspace) -> dict[str, list[Any]]:
    """Every row that deciding writes, without keys and secrets, cases by their number."""
    numbers = dict(Case.objects.of(acme).values_list("pk", "number"))

    def plain(one: Any) -> dict[str, Any]:
        facts = {name: value for name, value in one.__dict__.items() if name not in OWN}
        if isinstance(one, OutboundMessage):
            facts["facts"] = {name: value for name, value in (one.facts or {}).items() if name != "act_url"}
        return {"case": numbers.get(getattr(one, "case_id", None)), **facts}

    tables: dict[Any, str] = {
        Case: "number", SlaTimer: "pk", CaseEvent: "pk", CaseDecision: "response", CaseTag: "pk",
        FollowUp: "pk", OutboundMessage: "pk", Membership: "pk", Contact: "pk", Response: "pk",
    }  # fmt: skip
    return {
        model.__name__: sorted((plain(one) for one in model.objects.of(acme).order_by(order)), key=repr)
        for model, order in tables.items()
    }


def test_alone_and_among_others_each_answer_is_decided_alike(
    acme: Workspace,
    waiting: list[Response],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    found = []
    for batch in (1, 5, 1_000):
        monkeypatch.setattr(claiming, "BATCH", batch)
        with transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                assert decisions.decide_pending(now=LATER) == len(waiting)
            found.append(written(acme))
            transaction.set_rollback(True)
    alone, few, all_at_once = found
    for name, rows in alone.items():
        assert rows == few[name] == all_at_once[name], name
    # And it is what was meant to be told apart.
    assert len(alone["Case"]) == 7
    assert {row["outcome"] for row in alone["CaseDecision"]} == {"OPENED", "JOINED", "NOT_OPENED", "HELD"}
    assert (len(alone["SlaTimer"]), len(alone["CaseTag"]), len(alone["FollowUp"])) == (14, 2, 7)
    assert len(alone["OutboundMessage"]) >= 7
