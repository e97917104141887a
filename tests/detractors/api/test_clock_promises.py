"""The workspace's promises through the API: read, made, changed, archived, and what an edit would do before it is made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from detractors.enums import TimerKind
from detractors.models import Case, Recount, SlaPolicy, SlaTimer
from detractors.services import recounting
from surveys.models import Contact
from surveys.services import audiences, touchpoints
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

QUICK = {"name": "Quick", "first_response": {"minutes": 15}, "resolution": {"minutes": 240}}


@pytest.fixture
def usual(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).get(is_default=True)


@pytest.fixture
def running(acme: Workspace, open_cases: Callable[..., list[Case]], ines: Contact) -> list[Case]:
    """Two open cases whose first response is due in half an hour, around the clock."""
    now = timezone.now()
    SlaPolicy.objects.of(acme).update(
        first_response_clock="CALENDAR", resolution_clock="CALENDAR", resolution_minutes=2880
    )
    return open_cases([ines, None], now=now - timedelta(minutes=30))


def due(cases: list[Case]) -> list[Any]:
    rows = SlaTimer.objects.of(cases[0].workspace_id).filter(kind=TimerKind.FIRST_RESPONSE)
    return list(rows.filter(case__in=cases).order_by("case").values_list("due_at", flat=True))


def test_a_promise_is_made_read_changed_and_archived(acme: Workspace, usual: SlaPolicy) -> None:
    api = Api(acme)
    answer = api.post("sla-policies/", {**QUICK, "priority": "URGENT"})
    made = answer.json()
    assert answer.status_code == 201
    assert made == api.get(f"sla-policies/{made['id']}/").json()
    assert made == {
        "id": made["id"], "name": "Quick", "is_usual": False, "made_for": "PRIORITY", "priority": "URGENT", "touchpoint": None,
        "audience": None, "first_response": {"minutes": 15, "clock": "WORKING"}, "next_response": None,
        "resolution": {"minutes": 240, "clock": "WORKING"}, "warn_percent": 75, "calendar": str(usual.calendar_id),
        "time_zone": usual.calendar.time_zone, "place": made["place"], "archived_at": None,
    }  # fmt: skip
    changed = api.patch(
        f"sla-policies/{made['id']}/",
        {"next_response": {"minutes": 60, "clock": "CALENDAR"}, "warn_percent": 50},
    ).json()
    assert changed == {**made, "next_response": {"minutes": 60, "clock": "CALENDAR"}, "warn_percent": 50}
    touchpoint = touchpoints.ensure(workspace=acme, name="Delivery", now=MONDAY_9AM)
    moved = api.patch(f"sla-policies/{made['id']}/", {"priority": None, "touchpoint": touchpoint.name}).json()
    assert (moved["made_for"], moved["priority"], moved["touchpoint"]) == ("TOUCHPOINT", None, "Delivery")
    archived = api.patch(f"sla-policies/{made['id']}/", {"is_archived": True}).json()
    assert archived["archived_at"] is not None
    assert [one["name"] for one in api.get("sla-policies/", is_archived="false").json()["results"]] == [
        usual.name
    ]
    assert api.patch(f"sla-policies/{made['id']}/", {"is_archived": False}).json()["archived_at"] is None
    assert Recount.objects.of(acme).get(finished_at__isnull=True).what == "Quick"


def test_the_list_goes_by_key_in_the_order_of_places(acme: Workspace, usual: SlaPolicy) -> None:
    api = Api(acme)
    for name in ("One", "Two"):
        api.post("sla-policies/", {**QUICK, "name": name})
    first = api.get("sla-policies/", limit=2).json()
    rest = api.get(first["next"]).json()
    assert [[one["name"] for one in page["results"]] for page in (first, rest)] == [
        [usual.name, "One"],
        ["Two"],
    ]
    assert rest["next"] is None


def test_what_does_not_fit_is_named_by_its_field(
    acme: Workspace, globex: Workspace, usual: SlaPolicy
) -> None:
    api = Api(acme)
    foreign = audiences.create(
        workspace=globex, name="Theirs", filter=[{"field": "has_email", "op": "yes"}], by=None, now=MONDAY_9AM
    )
    theirs = SlaPolicy.objects.of(globex).get(is_default=True)
    refused: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
        "zero": ({"first_response": {"minutes": 0}}, [("first_response.minutes", "MIN_VALUE")]),
        "sundial": (
            {"resolution": {"minutes": 9, "clock": "SUN"}},
            [("resolution.clock", "INVALID_CHOICE")],
        ),
        "unknown": ({"first_response": {"hours": 1}}, [("first_response.minutes", "REQUIRED"), ("first_response.hours", "UNKNOWN_FIELD")]),
        "backwards": ({"resolution": {"minutes": 10}}, [("resolution.minutes", "INVALID")]),
        "never": ({"resolution": {"minutes": 999_999}}, [("resolution.minutes", "MAX_VALUE")]),
        "two things": ({"priority": "HIGH", "touchpoint": "Support"}, [("priority", "INVALID")]),
        "their calendar": ({"calendar": str(theirs.calendar_id)}, [("calendar", "UNKNOWN")]),
        "their audience": ({"audience": foreign.public_id}, [("audience", "UNKNOWN")]),
        "name": ({"name": usual.name.upper()}, [("name", "INVALID")]),
        "percent": ({"warn_percent": 100}, [("warn_percent", "MAX_VALUE")]),
    }  # fmt: skip
    touchpoints.ensure(workspace=acme, name="Support", now=MONDAY_9AM)
    for what, (change, said) in refused.items():
        for path in ("sla-policies/", "sla-policies/preview/"):
            answer = api.post(path, {**QUICK, **change})
            assert (what, answer.status_code, errors(answer)) == (what, 400, said)
    assert errors(api.patch(f"sla-policies/{usual.pk}/", {"is_archived": True})) == [
        ("is_archived", "INVALID")
    ]
    assert errors(api.post(f"sla-policies/{usual.pk}/preview/", {"is_archived": True})) == [
        ("is_archived", "INVALID")
    ]
    assert SlaPolicy.objects.of(acme).get() == usual
    assert {
        api.get(f"sla-policies/{pk}/").status_code for pk in (theirs.pk, "9" * 30, "preview-no", "²")
    } == {404}


def test_a_preview_says_what_the_edit_then_does_and_writes_nothing(
    acme: Workspace, usual: SlaPolicy, running: list[Case]
) -> None:
    api, path = Api(acme), f"sla-policies/{usual.pk}/"
    body = {"first_response": {"minutes": 10, "clock": "CALENDAR"}}
    before = due(running)
    told = api.post(f"{path}preview/", body).json()
    assert told == {"open": 2, "moved": 2, "earlier": 2, "later": 0, "late": 2, "is_estimate": False}
    usual.refresh_from_db()
    assert (usual.first_response_minutes, due(running)) == (60, before)
    assert Recount.objects.of(acme).count() == 0
    assert api.patch(path, body).status_code == 200
    recounting.work(now=timezone.now())
    done = Recount.objects.of(acme).get()
    assert (done.moved, done.late) == (told["moved"], told["late"])
    assert due(running) == [moment - timedelta(minutes=50) for moment in before]


def test_archiving_and_bringing_back_are_previewed_too(acme: Workspace, running: list[Case]) -> None:
    api = Api(acme)
    body = {
        "name": "Any",
        "priority": running[0].priority,
        "first_response": {"minutes": 120, "clock": "CALENDAR"},
        "resolution": {"minutes": 2880, "clock": "CALENDAR"},
    }
    new = api.post("sla-policies/preview/", body).json()
    assert (new["moved"], new["later"], new["late"]) == (2, 2, 0)
    made = api.post("sla-policies/", body).json()
    recounting.work(now=timezone.now())
    path = f"sla-policies/{made['id']}/"
    gone = api.post(f"{path}preview/", {"is_archived": True}).json()
    assert (gone["moved"], gone["earlier"]) == (2, 2)
    api.patch(path, {"is_archived": True})
    recounting.work(now=timezone.now())
    assert api.post(f"{path}preview/", {}).json()["moved"] == 0
    assert api.post(f"{path}preview/", {"is_archived": False}).json()["moved"] == 2


def test_the_same_key_makes_one_promise(acme: Workspace) -> None:
    api = Api(acme)
    answers = [api.post("sla-policies/", QUICK, **{"Idempotency-Key": "once"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert SlaPolicy.objects.of(acme).filter(name="Quick").count() == 1


def test_who_sees_a_part_of_the_cases_gets_no_figures_of_all(
    acme: Workspace, bob: User, usual: SlaPolicy
) -> None:
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    api = Api(acme, by=bob)
    for path in ("sla-policies/preview/", f"sla-policies/{usual.pk}/preview/"):
        answer = api.post(path, QUICK)
        assert (answer.status_code, answer.json()["code"]) == (403, "LIMITED_SIGHT")
