"""The work beside cases over the API: what people can do at the desk, programs can too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Team, User, Workspace
from detractors.models import Case, CaseEvent, Notification
from detractors.services import statuses, telling
from outbox.models import OutboundMessage
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(acme: Workspace, bob: User, alice: User) -> Api:
    """A key that Bob made."""
    return Api(acme, by=bob)


@pytest.fixture
def case(bob: User, alice: User, open_case: Callable[..., Case]) -> Case:
    return open_case(now=timezone.now())


def soon(hours: int = 1) -> str:
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def test_a_task_is_added_done_undone_and_dropped(api: Api, case: Case, alice: User) -> None:
    at, due = f"cases/{case.number}/tasks/", soon()
    body = {"title": "Ask the depot", "owner": "alice@acme.example", "due_at": due, "blocks_resolving": True}
    answer = api.post(at, body)
    task = answer.json()
    assert (answer.status_code, task["case"], task["owner"], task["author"], read(task["due_at"])) == (
        201, case.number, "alice@acme.example", "bob@acme.example", read(due),
    )  # fmt: skip
    assert Notification.objects.of(case.workspace).filter(user=alice, kind="TASK_GIVEN").count() == 1
    done = api.patch(f"{at}{task['id']}/", {"is_done": True}).json()
    assert (done["done_by"], api.get("tasks/", is_done="false").json()["results"]) == ("bob@acme.example", [])
    undone = api.patch(f"{at}{task['id']}/", {"is_done": False}).json()
    assert (undone["done_at"], api.get(at).json()["results"]) == (None, [undone])
    assert api.delete(f"{at}{task['id']}/").status_code == 204
    assert api.get(f"{at}{task['id']}/").status_code == 404


def test_the_same_task_twice_under_one_key_is_one(api: Api, case: Case) -> None:
    at, key = f"cases/{case.number}/tasks/", {"Idempotency-Key": "once"}
    first, second = (api.post(at, {"title": "Ask"}, **key) for _turn in range(2))
    assert (second.json()["id"], second["Idempotent-Replayed"]) == (first.json()["id"], "true")
    assert len(api.get("tasks/").json()["results"]) == 1


def test_somebody_outside_is_asked_asked_again_and_asked_no_more(
    api: Api, case: Case, acme: Workspace
) -> None:
    at = f"cases/{case.number}/tasks/"
    task = api.post(at, {"title": "When?", "helper_email": "depot@carrier.example"}).json()
    assert api.post(f"{at}{task['id']}/link/").status_code == 200
    assert OutboundMessage.objects.of(acme).filter(to="depot@carrier.example").count() == 2
    assert api.delete(f"{at}{task['id']}/link/").status_code == 204
    assert api.get(f"{at}{task['id']}/").json()["link_revoked_at"] is not None
    plain = api.post(at, {"title": "Look"}).json()
    answer = api.post(f"{at}{plain['id']}/link/")
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_ALLOWED")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, [("title", "REQUIRED")]),
        ({"title": "x", "due_at": "2020-01-01T00:00:00Z"}, [("due_at", "REQUIRED")]),
        ({"title": "x", "owner": "nobody@x.example"}, [("owner", "UNKNOWN")]),
        ({"title": "x", "when": "now"}, [("when", "UNKNOWN_FIELD")]),
    ],
)
def test_a_task_that_cannot_be_says_why(api: Api, case: Case, body: Any, said: Any) -> None:
    assert errors(api.post(f"cases/{case.number}/tasks/", body)) == said


def test_tasks_are_narrowed_and_come_in_pages(api: Api, case: Case) -> None:
    for n, owner in enumerate((None, "alice@acme.example", "bob@acme.example")):
        api.post(f"cases/{case.number}/tasks/", {"title": f"T{n}", "owner": owner, "due_at": soon()})
    case.tasks.filter(title="T1").update(due_at=MONDAY_9AM)
    titles = lambda **asked: [row["title"] for row in api.get("tasks/", **asked).json()["results"]]  # noqa: E731
    assert titles() == ["T2", "T1", "T0"]
    assert (titles(owner="none"), titles(owner="bob@acme.example")) == (["T0"], ["T2"])
    assert (titles(overdue="true"), titles(overdue="false")) == (["T1"], ["T2", "T0"])
    page = api.get("tasks/", limit=2).json()
    assert [row["title"] for row in api.get(page["next"]).json()["results"]] == ["T0"]


def test_a_call_back_is_planned_made_and_another_dropped(api: Api, case: Case) -> None:
    at = f"cases/{case.number}/call-backs/"
    first, second = (api.post(at, {"at": soon(hours), "note": "about the refund"}).json() for hours in (1, 2))
    assert (first["owner"], first["minutes"], first["is_open"]) == ("bob@acme.example", 15, True)
    made = api.post(f"{at}{first['id']}/", {"outcome": "REACHED", "note": "All fine."}).json()
    case.refresh_from_db()
    assert (made["is_open"], case.contacted_at is not None) == (False, True)
    assert api.post(f"{at}{first['id']}/", {"outcome": "REACHED"}).status_code == 409
    assert [row["id"] for row in api.get("call-backs/", is_open="true").json()["results"]] == [second["id"]]
    assert api.delete(f"{at}{second['id']}/").status_code == 204
    assert [row["is_open"] for row in api.get(at).json()["results"]] == [False, False]
    assert errors(api.post(at, {"at": "2020-01-01T00:00:00Z"})) == [("at", "REQUIRED")]


def test_a_note_tells_who_is_named_and_says_whom(api: Api, case: Case, acme: Workspace, alice: User) -> None:
    at = f"cases/{case.number}/notes/"
    answer = api.post(at, {"text": "@alice can you look?"})
    note = answer.json()
    assert (answer.status_code, note["by"], note["told"]) == (201, "bob@acme.example", ["alice@acme.example"])
    [listed] = api.get(at).json()["results"]
    assert listed == note
    mine = Api(acme, by=alice)
    [told] = mine.get("notifications/", is_seen="false").json()["results"]
    assert (told["kind"], told["case"], told["by"], told["text"]) == (
        "MENTIONED", case.number, "bob@acme.example", "@alice can you look?",
    )  # fmt: skip
    assert mine.post("notifications/", {"id": told["id"]}).json() == {"seen": 1}
    assert mine.get("notifications/", is_seen="false").json()["results"] == []
    assert errors(mine.post("notifications/", {})) == [("id", "REQUIRED")]
    assert api.get("notifications/").json()["results"] == []


def test_a_key_whose_maker_has_left_tells_nobody_elses_notifications(
    api: Api, case: Case, acme: Workspace, owner: User, bob: User
) -> None:
    telling.tell(case=case, users=[owner], kind="WOKEN", key="k", now=MONDAY_9AM)
    Membership.objects.of(acme).filter(user=bob).update(deactivated_at=MONDAY_9AM)
    assert api.get("notifications/").json()["results"] == []


def test_watching_is_for_the_maker_of_the_key(api: Api, case: Case) -> None:
    at = f"cases/{case.number}/watchers/"
    bob = {"watchers": [{"email": "bob@acme.example", "name": "Bob Brown"}]}
    assert [api.post(at).json() for _turn in range(2)] == [bob, bob]
    assert (api.delete(at).status_code, api.get(at).json()) == (204, {"watchers": []})


def test_snooze_wake_tags_priority_and_an_own_status_with_the_move(
    api: Api, case: Case, acme: Workspace
) -> None:
    statuses.add(workspace=acme, name="With the carrier", category="WAITING", now=MONDAY_9AM)
    at, until = f"cases/{case.number}/", soon()
    assert read(api.post(f"{at}snooze/", {"until": until}).json()["snoozed_until"]) == read(until)
    assert api.post(f"{at}wake/").json()["snoozed_at"] is None
    assert api.post(f"{at}tags/", {"tags": ["VIP", "carrier"]}).json()["tags"] == ["carrier", "VIP"]
    assert api.post(f"{at}tags/", {"add": ["Late"], "remove": ["vip"]}).json()["tags"] == ["carrier", "Late"]
    row = api.post(f"{at}priority/", {"priority": "URGENT"}).json()
    assert (row["priority"], row["rank_parts"][-1]["code"]) == ("URGENT", "BY_HAND")
    assert "BY_HAND" not in str(api.post(f"{at}priority/", {"priority": None}).json()["rank_parts"])
    row = api.post(f"{at}wait/", {"waiting_for": "the scan", "status": "With the carrier"}).json()
    assert (row["status"], row["category"]) == ("With the carrier", "WAITING")
    assert CaseEvent.objects.of(acme).get(kind="WAITING").facts["status"] == "With the carrier"


def test_tags_and_statuses_are_made_changed_and_retired(api: Api, case: Case) -> None:
    made = api.post("tags/", {"name": "Carrier", "colour": "bad"})
    again = api.post("tags/", {"name": "carrier"})
    assert (made.status_code, again.status_code, again.json()["id"]) == (201, 200, made.json()["id"])
    api.post(f"cases/{case.number}/tags/", {"tags": ["Carrier", "VIP"]})
    at = f"tags/{made.json()['id']}/"
    assert api.patch(at, {"name": "Depot"}).json() == {**made.json(), "name": "Depot", "cases": 1}
    assert errors(api.patch(at, {"name": "VIP"})) == [("name", "INVALID")]
    assert api.delete(at).status_code == 204
    assert [(row["name"], row["cases"]) for row in api.get("tags/").json()["tags"]] == [("VIP", 1)]

    status = api.post("case-statuses/", {"name": "Asked", "category": "WAITING"}).json()
    at = f"case-statuses/{status['id']}/"
    assert api.patch(at, {"is_default": True, "name": "Asked back"}).json()["is_default"] is True
    assert api.patch(at, {"is_retired": True}).json()["is_default"] is False
    assert errors(api.post("case-statuses/", {"name": "open", "category": "OPEN"})) == [("name", "INVALID")]
    assert [row["name"] for row in api.get("case-statuses/").json()["statuses"]] == ["Asked back"]


def test_a_key_of_a_limited_maker_sees_no_work_of_cases_out_of_sight(
    api: Api, case: Case, acme: Workspace, bob: User, alice: User
) -> None:
    at = f"cases/{case.number}/"
    task = api.post(f"{at}tasks/", {"title": "Ask"}).json()
    call = api.post(f"{at}call-backs/", {"at": soon()}).json()
    telling.tell(case=case, users=[bob], kind="WOKEN", key="k", now=MONDAY_9AM)
    elsewhere = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    elsewhere.save()
    Case.objects.of(acme).update(owner=alice, team=elsewhere)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    lists = [api.get(path).json()["results"] for path in ("tasks/", "call-backs/", "notifications/")]
    assert lists == [[], [], []]
    for path in (f"tasks/{task['id']}/", f"call-backs/{call['id']}/", "notes/", "watchers/", "tasks/"):
        assert api.get(at + path).status_code == 404, path
