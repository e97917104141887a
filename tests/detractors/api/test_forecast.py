"""The forecast through the API: cases with their chance, the hours, how right it was, and whom it tells what."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from accounts.services import teams
from detractors.models import Case, Forecast, ForecastNow
from tests.api import Api
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(acme: Workspace, open_case: Callable[..., Case]) -> Case:
    """A forecast in which a case is likely missed, and three judged days."""
    case, now = open_case(2), timezone.now()
    due = (now + timedelta(hours=2)).isoformat()
    one = {
        "case": case.pk,
        "number": case.number,
        "kind": "FIRST_RESPONSE",
        "due": due,
        "chance": 0.83,
        "ahead": 4,
    }
    ForecastNow(
        workspace=acme, made_at=now, until=now + timedelta(days=1),
        data={
            "state": "OK", "due": 3, "expected": 1.1, "hours": [{"at": due, "due": 3, "expected": 1.1, "likely": 1}],
            "cases": [one],
        },
    ).save()  # fmt: skip
    for n in (3, 2, 1, 15):
        Forecast(
            workspace=acme, day=now.date() - timedelta(days=n), made_at=now, until=now, judged_at=now, promises=20,
            missed=6, error=0.05 * n, error_none=0.3, error_base=0.2,
        ).save()  # fmt: skip
    return case


def test_it_tells_cases_hours_and_how_right_it_was(acme: Workspace, said: Case) -> None:
    told = Api(acme).get("forecast/").json()
    assert (told["state"], told["due"], told["expected"], told["hours"][0]["likely"]) == ("OK", 3, 1.1, 1)
    assert [(one["number"], one["chance"], one["ahead"]) for one in told["cases"]] == [(said.number, 0.83, 4)]
    today = timezone.now().date()
    assert told["days"] == [
        {
            "day": (today - timedelta(days=n)).isoformat(), "promises": 20, "missed": 6, "error": 0.05 * n,
            "error_none": 0.3, "error_base": 0.2,
        }
        for n in (3, 2, 1)
    ]  # fmt: skip
    assert told["verdict"] == "WORTH"
    Forecast.objects.of(acme).update(error=0.4)
    assert Api(acme).get("forecast/").json()["verdict"] == "WORSE"


def test_before_the_first_one_there_is_nothing(acme: Workspace) -> None:
    told = Api(acme).get("forecast/").json()
    assert told == {
        "state": "QUIET", "made_at": None, "until": None, "due": 0, "expected": 0.0, "hours": [], "cases": [],
        "verdict": "UNKNOWN", "days": [],
    }  # fmt: skip


def test_who_sees_a_part_of_the_cases_hears_of_those_alone(
    acme: Workspace, globex: Workspace, owner: User, bob: User, said: Case
) -> None:
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    api = Api(acme, by=bob)
    told = api.get("forecast/").json()
    whole = {"due": 0, "expected": 0.0, "hours": [], "verdict": None, "days": []}
    assert ([one["number"] for one in told["cases"]], {key: told[key] for key in whole}) == (
        [said.number],
        whole,
    )
    elsewhere = teams.create(workspace=acme, name="Elsewhere", now=MONDAY_9AM)
    Case.objects.of(acme).update(team=elsewhere, owner=owner)
    assert api.get("forecast/").json()["cases"] == []
    stranger = Api(globex).get("forecast/").json()
    assert (stranger["cases"], stranger["days"]) == ([], [])
