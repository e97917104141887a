"""The forecast as managers meet it: the line above the list, the page, one click that moves, and the way back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Team, User, Workspace
from accounts.services import members
from detractors.models import Case, CaseEvent, Forecast, ForecastNow
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(acme: Workspace, bob: User) -> User:
    user = members.ensure_user(
        email="ana@acme.example", name="Ana Alba", password="pw-ana-2026-x", now=MONDAY_9AM
    )
    team = Team.objects.of(acme).get()
    members.add(workspace=acme, user=user, role=Role.AGENT, team=team, now=MONDAY_9AM)
    return user


@pytest.fixture
def said(acme: Workspace, bob: User, ana: User, open_case: Callable[..., Case]) -> Case:
    """A forecast in which Bob's case is likely missed, and Ana could take it."""
    case = open_case(2)
    now = timezone.now()
    due = (now + timedelta(hours=2)).isoformat()
    ForecastNow(
        workspace=acme, made_at=now, until=now + timedelta(days=1),
        data={
            "state": "OK", "done": 80, "days": 12, "due": 3, "expected": 1.1,
            "hours": [{"at": due, "due": 3, "expected": 1.1, "likely": 1}],
            "cases": [
                {"case": case.pk, "number": case.number, "kind": "FIRST_RESPONSE", "due": due, "chance": 0.83, "owner": bob.pk,
                 "ahead": 4, "done": 1.5, "to": ana.pk, "then": 0.12},
            ],
        },
    ).save()  # fmt: skip
    return case


def test_the_page_says_what_is_at_risk_and_one_click_moves_it(
    acme: Workspace, alice: User, bob: User, ana: User, said: Case
) -> None:
    client = signed_in(alice)
    assert 'hx-get="/w/acme/forecast/card/"' in client.get("/w/acme/cases/").content.decode()
    card = client.get("/w/acme/forecast/card/").content.decode()
    assert "1 promise is likely to be missed by" in card
    page = client.get("/w/acme/forecast/").content.decode()
    for words in (
        "83 %",
        "4 cases stand before it; Bob Brown usually does about 1.5 until then",
        "Give 1 case to Ana Alba",
        "12 % with them",
    ):
        assert words in page, words
    answer = client.post("/w/acme/forecast/", {"to": str(ana.pk), "number": str(said.number)}, follow=True)
    said.refresh_from_db()
    assert said.owner == ana
    page = answer.content.decode()
    assert "1 case given to Ana Alba." in page
    undo = page.split('action="/w/acme/cases/bulk/')[1].split('"')[0]
    client.post(f"/w/acme/cases/bulk/{undo}")
    said.refresh_from_db()
    assert said.owner == bob


def test_nothing_is_moved_without_somebody_to_move_it_to(
    acme: Workspace, alice: User, bob: User, said: Case
) -> None:
    lines = CaseEvent.objects.of(acme).count()
    page = signed_in(alice).post("/w/acme/forecast/", {"to": "0", "number": str(said.number)}, follow=True)
    assert "Choose a colleague" in page.content.decode()
    assert CaseEvent.objects.of(acme).count() == lines


def test_agents_do_not_see_it(acme: Workspace, bob: User, said: Case) -> None:
    client = signed_in(bob)
    assert "forecast/card" not in client.get("/w/acme/cases/").content.decode()
    assert client.get("/w/acme/forecast/").status_code == 403
    assert (
        client.post("/w/acme/forecast/", {"to": str(bob.pk), "number": str(said.number)}).status_code == 403
    )


@pytest.mark.parametrize(
    ("error", "none", "words"),
    [(0.05, 0.3, "Worth following"), (0.3, 0.302, "No better than"), (0.4, 0.1, "Do not follow it")],
)
def test_it_says_itself_whether_to_follow_it(
    acme: Workspace, alice: User, said: Case, error: float, none: float, words: str
) -> None:
    now = timezone.now()
    for n in range(1, 4):
        Forecast(
            workspace=acme, day=timezone.localdate() - timedelta(days=n), made_at=now, until=now, judged_at=now,
            promises=20, missed=6, error=error, error_none=none, error_base=0.2,
        ).save()  # fmt: skip
    page = signed_in(alice).get("/w/acme/forecast/").content.decode()
    assert words in page
    assert "<polyline" in page
    assert page.count("<tr>") >= 3


def test_before_the_first_one_and_with_little_history_it_says_so(
    acme: Workspace, alice: User, bob: User
) -> None:
    client = signed_in(alice)
    assert "within five minutes" in client.get("/w/acme/forecast/").content.decode()
    now = timezone.now()
    row = ForecastNow(workspace=acme, made_at=now, until=now, data={
        "state": "LITTLE", "done": 3, "days": 1, "due": 2, "expected": 0.0, "hours": [], "cases": [],
    })  # fmt: skip
    row.save()
    page = client.get("/w/acme/forecast/").content.decode()
    assert "too little history" in page
    assert "there are 3 on 1" in page
    assert client.get("/w/acme/forecast/card/").content.decode().strip() == ""
