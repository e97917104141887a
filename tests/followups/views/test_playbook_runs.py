"""What runs by a playbook, on its page: next steps, skipping and stopping with the way back; and a dry run on past cases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from detractors.models import Case
from followups.models import PlannedStep, Playbook, PlaybookRun
from followups.services import planned_steps, playbook_editing, playbook_starting, playbooks
from followups.services.planned_steps import NotPlanned
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
CALL = {
    "kind": "TASK", "delay": {"amount": 1, "unit": "DAYS", "since": "EVENT"},
    "does": {"what": "CALL", "title": "Call Ines", "for": "OWNER"},
}  # fmt: skip
MAIL = {
    "kind": "MAIL", "delay": {"amount": 2, "unit": "DAYS"}, "does": {"subject": "Still there?", "body": "Hello"},
    "conditions": {"groups": [{"conditions": [{"field": "score", "op": "at_most", "value": "1"}]}]},
}  # fmt: skip


@pytest.fixture
def kept(acme: Workspace) -> Playbook:
    low = {"groups": [{"conditions": [{"field": "score", "op": "at_most", "value": "3"}]}]}
    return playbooks.create(
        workspace=acme, name="Recovery", event="CASE_OPENED", steps=[CALL, MAIL], conditions=low,
        now=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def run(kept: Playbook, case_of: Callable[..., Case], bob: User) -> PlaybookRun:
    now = timezone.now()
    return playbook_starting.start(playbook=kept, case=case_of("ines", at=now), by=bob, now=now)


def states(run: PlaybookRun) -> list[str]:
    return list(
        PlannedStep.objects.of(run.workspace_id)
        .filter(run=run)
        .order_by("position")
        .values_list("state", flat=True)
    )


def test_each_run_stands_there_with_its_next_step(kept: Playbook, run: PlaybookRun, bob: User) -> None:
    response = signed_in(bob).get(f"/w/acme/playbooks/{kept.public_id}/")
    [line] = response.context["runs"]
    assert (line["run"].pk, line["next"].position, line["of"]) == (run.pk, 1, 2)
    assert "Call Ines" in line["does"]
    assert response.context["figures"].running == 1


@pytest.mark.parametrize(
    ("act", "after"), [("skip", ["SKIPPED", "PLANNED"]), ("stop", ["SKIPPED", "SKIPPED"])]
)
def test_a_step_is_skipped_or_all_stopped_and_taken_back(
    kept: Playbook, run: PlaybookRun, bob: User, act: str, after: list[str]
) -> None:
    client, page = signed_in(bob), f"/w/acme/playbooks/{kept.public_id}/"
    assert client.post(f"{page}runs/{run.public_id}/act/", {"act": act}).status_code == 302
    assert states(run) == after
    undo = client.get(page).context["undo"]
    assert client.post(undo["url"]).status_code == 302
    assert states(run) == ["PLANNED", "PLANNED"]
    run.refresh_from_db()
    assert (run.state, run.due_at is not None, run.ended_at) == ("RUNNING", True, None)


def test_a_stop_is_taken_back_for_some_minutes_only(run: PlaybookRun, bob: User) -> None:
    now = timezone.now()
    planned_steps.stop(run=run, by=bob, now=now)
    with pytest.raises(NotPlanned):
        playbook_editing.resume(run=run, by=bob, now=now + timedelta(minutes=11))
    assert states(run) == ["SKIPPED", "SKIPPED"]


def test_a_try_names_the_cases_that_fit_and_changes_nothing(
    acme: Workspace, kept: Playbook, case_of: Callable[..., Case], alice: User
) -> None:
    now = timezone.now()
    low, high = case_of("ines", at=now), case_of("omar", at=now, score=5)
    old = case_of("old", at=now - timedelta(days=31))
    Case.objects.of(acme).filter(pk=old.pk).update(created_at=now - timedelta(days=31))
    before = [row.pk for row in PlaybookRun.objects.of(acme)]
    response = signed_in(alice).get(f"/w/acme/playbooks/{kept.public_id}/try/")
    assert [row["case"] for row in response.context["rows"]] == [low]
    assert response.context["tried"].looked_at == 2, high
    first, second = response.context["steps"]
    assert (first["at"] - low.created_at, second["at"] - low.created_at) == (
        timedelta(days=1),
        timedelta(days=3),
    )
    assert (first["holds"], second["holds"]) == (True, False)
    assert [row.pk for row in PlaybookRun.objects.of(acme)] == before


@pytest.mark.parametrize(
    ("event", "days"),
    [("NO_COMMENT", None), ("SILENCE", 3), ("WAITING", None), ("RESOLVED", None), ("RECOVERED", None),
     ("NOT_RECOVERED", None), ("PASSIVE", None), ("PROMOTER", None)],
)  # fmt: skip
def test_every_event_can_be_tried(
    acme: Workspace, case_of: Callable[..., Case], alice: User, event: str, days: Any
) -> None:
    case_of("ines", at=timezone.now(), comment="")
    steps = [{"kind": "MAIL", "does": {"subject": "Hello", "body": "Hello"}}]
    row = playbooks.create(
        workspace=acme, name="Tried", event=event, silent_days=days, steps=steps, now=timezone.now()
    )
    response = signed_in(alice).get(f"/w/acme/playbooks/{row.public_id}/try/")
    assert response.status_code == 200
    assert len(response.context["rows"]) == (1 if event == "NO_COMMENT" else 0)


def test_who_may_not_work_cases_stops_nothing_and_a_stranger_finds_nothing(
    kept: Playbook, run: PlaybookRun, charlie: User, acme: Workspace
) -> None:
    url = f"/w/acme/playbooks/{kept.public_id}/"
    stranger = signed_in(charlie)
    assert stranger.post(f"{url}runs/{run.public_id}/act/", {"act": "stop"}).status_code == 404
    assert stranger.get(f"{url}try/").status_code == 404
    assert states(run) == ["PLANNED", "PLANNED"]
