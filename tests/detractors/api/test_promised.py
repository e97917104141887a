"""Promises to customers over the API: given, moved, kept and given up, with a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.rules.sight import Sight
from detractors.models import Case, CaseEvent, Task
from detractors.queries import promised
from detractors.services import promise_keeping, tasks
from detractors.services.errors import MoveNotAllowed
from tests.api import Api, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(acme: Workspace, bob: User, alice: User) -> Api:
    return Api(acme, by=bob)


@pytest.fixture
def case(bob: User, alice: User, open_case: Callable[..., Case]) -> Case:
    return open_case(2, now=timezone.now())


def soon(hours: int) -> str:
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def given(api: Api, case: Case, **more: Any) -> dict[str, Any]:
    answer = api.post(
        f"cases/{case.number}/promises/", {"title": "Call with the date", "due_at": soon(4), **more}
    )
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def test_a_promise_is_given_moved_and_kept(api: Api, case: Case, alice: User) -> None:
    row = given(api, case, owner="alice@acme.example")
    assert (row["owner"], row["author"], row["kept_at"], row["is_in_time"]) == (
        "alice@acme.example",
        "bob@acme.example",
        None,
        None,
    )
    at = f"cases/{case.number}/promises/{row['id']}/"
    assert errors(api.post(f"{at}move/", {"due_at": soon(-1)})) == [("due_at", "REQUIRED")]
    moved = api.post(f"{at}move/", {"due_at": soon(30), "reason": "The carrier is late."}).json()
    assert moved["due_at"] > row["due_at"]
    assert [one["id"] for one in api.get("promises/", state="due").json()["results"]] == [row["id"]]
    kept = api.post(f"{at}keep/", {}).json()
    assert (kept["is_in_time"], kept["kept_at"] is not None) == (True, True)
    assert api.post(f"{at}keep/", {}).json() == kept
    assert api.post(f"{at}move/", {"due_at": soon(40)}).status_code == 409
    assert api.get("promises/", state="kept", owner="alice@acme.example").json()["results"] == [kept]
    assert api.get(at).json() == kept
    line = CaseEvent.objects.of(case.workspace).get(case=case, kind="TASK_MOVED")
    assert (line.note, line.facts["title"]) == ("The carrier is late.", "Call with the date")


def test_a_promise_that_is_not_kept_counts_as_that_and_says_why(api: Api, case: Case, bob: User) -> None:
    row = given(api, case)
    at = f"cases/{case.number}/promises/{row['id']}/"
    assert api.post(f"{at}break/", {}).status_code == 400
    broken = api.post(f"{at}break/", {"reason": "It is sold out."}).json()
    assert (broken["broken_because"], broken["kept_at"], broken["is_in_time"]) == (
        "It is sold out.",
        None,
        False,
    )
    assert api.post(f"{at}keep/", {}).status_code == 409
    now = timezone.now() + timedelta(hours=5)
    found = promised.figures(workspace=case.workspace, now=now)
    assert (found.broken, found.kept, found.fell_due, found.in_time) == (1, 0, 1, 0)
    assert [one["id"] for one in api.get("promises/", state="broken").json()["results"]] == [row["id"]]
    task = Task.objects.of(case.workspace).get()
    tasks.undone(task=task, by=bob, now=now)
    task.refresh_from_db()
    assert (task.broken_at, task.broken_because, task.is_done) == (None, "", False)


def test_a_task_is_no_promise_and_another_case_has_none_of_it(api: Api, case: Case, bob: User) -> None:
    task = tasks.add(case=case, title="Ask", by=bob, now=timezone.now())
    at = f"cases/{case.number}/promises/"
    assert (api.get(f"{at}{task.public_id}/").status_code, api.get(at).json()["results"]) == (404, [])
    with pytest.raises(MoveNotAllowed):
        promise_keeping.give_up(task=task, reason="No", by=bob, now=timezone.now())
    blind = Sight(user_id=0, teams=frozenset())
    given(api, case)
    assert promised.rows(workspace=case.workspace, sight=blind).count() == 0
