"""Escalation, spikes, waits, executives and lessons over the API: of one workspace, within the sight of the key's maker."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Team, User, Workspace
from detractors.models import Case, CaseRule, EscalationStep, Lesson, SlaPolicy, Spike, SpikeCase, Sponsor
from detractors.services import cases, sponsoring, stages
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def spike(acme: Workspace, open_case: Callable[..., Case]) -> Spike:
    """A word that rose; its one case is open."""
    now = timezone.now()
    row = Spike(
        workspace=acme, kind="WORD", key="strike", name="“strike”", window_days=1, n=9, most=9, usual_n=8, usual_days=8,
        chance=1e-6, since=now, raised_at=now, looked_at=now,
    )  # fmt: skip
    row.save()
    SpikeCase(workspace=acme, spike=row, case=open_case(2)).save()
    return row


def limited(api: Api) -> Api:
    """The same program, once its maker sees a part of the cases."""
    Membership.objects.of(api.key.workspace).filter(user=api.key.created_by).update(only_own_teams=True)
    return api


def step(**facts: Any) -> dict[str, Any]:
    return {"kind": "FIRST_RESPONSE", "level": "LEAD", "after_minutes": 0, **facts}


def test_a_chain_is_read_written_as_a_whole_and_keeps_its_steps(
    acme: Workspace, owner: User, alice: User
) -> None:
    policy, api = SlaPolicy.objects.of(acme).get(is_default=True), Api(acme, by=owner)
    address = f"escalations/{policy.pk}/"
    steps = [
        step(),
        step(level=None, person=alice.email, after_minutes=60, hand_to="THEM", raises_priority=True),
    ]
    steps[1].pop("level")
    told = api.patch(address, {"steps": steps}).json()
    assert [(one["level"], one["person"], one["hand_to"]) for one in told["steps"]] == [
        ("LEAD", None, ""), ("MANAGER", alice.email, "THEM"),
    ]  # fmt: skip
    first, second = told["steps"]
    kept = {name: second[name] for name in ("id", "kind", "person", "after_minutes", "hand_to")}
    again = api.patch(address, {"steps": [{**kept, "after_minutes": 90}]}).json()["steps"]
    assert [(one["id"], one["after_minutes"]) for one in again] == [(second["id"], 90)]
    assert EscalationStep.objects.of(acme).filter(pk=first["id"]).count() == 0
    [usual] = [one for one in api.get("escalations/").json()["escalations"] if one["is_usual"]]
    assert (usual["id"], usual["has_own"], usual["steps"]) == (str(policy.pk), True, again)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({}, [("steps", "REQUIRED")]),
        ({"steps": [step(), step()]}, [("steps.1.level", "INVALID")]),
        ({"steps": [step(after_minutes=-100_000)]}, [("steps.0.after_minutes", "INVALID")]),
        ({"steps": [step(breaks_quiet=True)]}, [("steps.0.breaks_quiet", "INVALID")]),
        ({"steps": [step(person="who@nowhere.example")]}, [("steps.0.person", "UNKNOWN")]),
        ({"steps": [step(chat_target="nowhere")]}, [("steps.0.chat_target", "UNKNOWN")]),
        ({"steps": [step(level="GOD")]}, [("steps.0.level", "INVALID_CHOICE")]),
        ({"steps": [step(loud=True)]}, [("steps.0.loud", "UNKNOWN_FIELD")]),
        ({"steps": [{"kind": "RESOLUTION", "after_minutes": 5}]}, [("steps.0.level", "REQUIRED")]),
    ],
)
def test_what_is_no_chain_is_refused_by_its_place_and_changes_nothing(
    acme: Workspace, owner: User, body: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    policy = SlaPolicy.objects.of(acme).get(is_default=True)
    before = list(EscalationStep.objects.of(acme).order_by("pk").values())
    answer = Api(acme, by=owner).patch(f"escalations/{policy.pk}/", body)
    assert (answer.status_code, errors(answer)) == (400, refused)
    assert list(EscalationStep.objects.of(acme).order_by("pk").values()) == before


def test_a_spike_is_shown_dismissed_and_gets_its_queue(
    acme: Workspace, owner: User, alice: User, spike: Spike
) -> None:
    Team(workspace=acme, name="Depot", created_at=MONDAY_9AM).save()
    api, case = Api(acme, by=owner), SpikeCase.objects.of(acme).get().case
    [row] = api.get("spikes/", is_over="false", kind="WORD").json()["results"]
    assert (row["id"], row["usual"], row["times"]) == (spike.public_id, 1.0, 9.0)
    assert api.get("spikes/", is_over="true").json()["results"] == []
    address = f"spikes/{spike.public_id}/"
    assert api.get(address).json()["cases"] == [case.number]
    assert errors(api.post(f"{address}queue/", {"team": "Nobody's"})) == [("team", "UNKNOWN")]
    assert errors(api.post(f"{address}queue/", {"team": "depot", "days": 5})) == [("days", "REQUIRED")]
    done = api.post(f"{address}queue/", {"team": "depot", "days": 3}).json()
    assert (done["moved"], done["left"], done["spike"]["team"]) == (1, [], "Depot")
    case.refresh_from_db()
    assert (case.team.name, CaseRule.objects.of(acme).count()) == ("Depot", 1)
    assert Api(acme, by=alice).delete(f"{address}queue/").status_code == 409  # only who opened it
    assert (api.delete(f"{address}queue/").status_code, CaseRule.objects.of(acme).count()) == (204, 0)
    told = api.post(f"{address}dismiss/", {"note": "A drill"}).json()
    assert (told["dismissed_because"], told["dismissed_at"] is None) == ("A drill", False)
    assert api.delete(f"{address}dismiss/").status_code == 204
    assert api.get(address).json()["dismissed_at"] is None


def test_who_sees_a_part_of_the_cases_is_shown_no_figures_of_all(
    acme: Workspace, bob: User, spike: Spike
) -> None:
    api = limited(Api(acme, by=bob))
    assert api.get("spikes/").json() == {"results": [], "next": None}
    for method in (api.get, api.delete):
        path = f"spikes/{spike.public_id}/" + ("dismiss/" if method == api.delete else "")
        assert method(path).status_code == 404
    whole = api.get("metrics/waits/", days="30").json()["whole"]
    assert (whole["n"] if whole else 0) == 0


def test_waits_are_told_by_group_and_of_one_case(
    acme: Workspace, owner: User, bob: User, open_case: Callable[..., Case]
) -> None:
    now = timezone.now()
    began = now - timedelta(hours=30)
    case = open_case(2, now=began)
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry", now=began + timedelta(minutes=90))
    stages.sweep(now=now)
    api = Api(acme, by=owner)
    told = api.get("metrics/waits/", by="agent", clock="CALENDAR").json()
    [group] = told["groups"]
    assert (group["key"], group["name"], group["n"], told["whole"]["n"]) == (str(bob.pk), "Bob Brown", 1, 1)
    spans = {one["stage"]: one for one in group["stages"]}
    assert (spans["unanswered"]["n"], spans["unanswered"]["median_minutes"], spans["resolved"]["n"]) == (
        1,
        90,
        0,
    )
    assert api.get("metrics/waits/", member=owner.email).json()["whole"] is None
    assert errors(api.get("metrics/waits/", team="Nowhere")) == [("team", "UNKNOWN")]
    assert errors(api.get("metrics/waits/", days="0")) == [("days", "MIN_VALUE")]
    mine = {one["stage"]: one for one in api.get(f"cases/{case.number}/stages/").json()["stages"]}
    assert mine["unanswered"]["calendar_minutes"] == 90
    assert (mine["handled"]["calendar_minutes"], mine["resolved"]["calendar_minutes"]) == (90, None)


def test_an_executive_stands_behind_a_case(
    acme: Workspace, owner: User, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    sponsoring.appoint(workspace=acme, users=[alice.pk], by=owner, now=MONDAY_9AM)
    case, api = open_case(1), Api(acme, by=owner)
    address = f"cases/{case.number}/sponsor/"
    assert api.post(address, {"executive": alice.email}).json()["executive"] == alice.email
    assert Sponsor.objects.of(acme).get().by == owner
    assert errors(api.post(address, {"executive": bob.email})) == [("executive", "UNKNOWN")]
    [found] = api.get("cases/", executive=alice.email.upper()).json()["results"]
    [card] = api.get("executives/").json()["executives"]
    assert (found["number"], card["email"], card["open"], card["done"]) == (case.number, alice.email, 1, 0)
    assert api.post(address, {"executive": None}).json()["executive"] is None
    assert api.get("cases/", executive=alice.email).json()["results"] == []


def test_only_published_lessons_are_read(
    acme: Workspace, owner: User, open_case: Callable[..., Case]
) -> None:
    facts = {"workspace": acme, "created_at": MONDAY_9AM, "updated_at": MONDAY_9AM}
    shown = Lesson(
        **facts, state="PUBLISHED", title="A lost parcel", lesson="Look in the depot", words="A lost parcel depot",
        published_at=MONDAY_9AM, published_by=owner,
    )  # fmt: skip
    shown.save()
    draft = Lesson(**facts, title="Ines", case=open_case(2))
    draft.save()
    api = Api(acme, by=owner)
    [row] = api.get("lessons/", search="parcel").json()["results"]
    assert row == api.get(f"lessons/{shown.public_id}/").json()
    assert "case" not in row
    assert api.get("lessons/", search="moon").json()["results"] == []
    assert [one["id"] for one in api.get("lessons/").json()["results"]] == [shown.public_id]
    assert api.get(f"lessons/{draft.public_id}/").status_code == 404
