"""Writing playbooks: versions of their steps, switches, order, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.history import kinds
from accounts.models import Workspace
from detractors.models import MatrixCell
from detractors.services import planning
from followups.models import Playbook, PlaybookStep
from followups.playbook_library import READY_MADE
from followups.queries import playbooks as queries
from followups.services import playbooks
from followups.services.playbooks import PlaybookError, PlaybookMoved
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(hours=1)


def mail(body: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"kind": "MAIL", "does": {"subject": "Sorry", "body": body}, **more}


def call(**more: Any) -> dict[str, Any]:
    return {"kind": "TASK", "does": {"what": "CALL", "title": "Call them", "for": "OWNER"}, **more}


def make(workspace: Workspace, name: str = "Recovery", **said: Any) -> Playbook:
    usual: dict[str, Any] = {"event": "CASE_OPENED", "steps": [mail(), call()]}
    return playbooks.create(workspace=workspace, name=name, now=MONDAY_9AM, **{**usual, **said})


def bodies(playbook: Playbook, version: int) -> list[str]:
    return [step.does.get("body", step.kind) for step in queries.steps(playbook=playbook, version=version)]


def test_a_new_one_is_switched_off_and_reads_back_as_it_was_written(acme: Workspace) -> None:
    row = make(acme)
    assert (row.is_active, row.version, row.position) == (False, 1, len(READY_MADE) + 1)
    data = queries.as_data(playbook=row)
    assert playbooks.update(playbook=row, now=LATER, **data).version == 1
    assert data == queries.as_data(playbook=row)


def test_former_steps_stay_for_what_runs_by_them(acme: Workspace) -> None:
    row = make(acme)
    data = queries.as_data(playbook=row)
    row = playbooks.update(
        playbook=row, now=LATER, **{**data, "steps": [mail("Hello again"), data["steps"][1]]}
    )
    row = playbooks.update(playbook=row, now=LATER, **{**data, "steps": [mail("Hello again")]})
    assert [bodies(row, version) for version in (1, 2, 3)] == [
        ["Hello", "TASK"],
        ["Hello again", "TASK"],
        ["Hello again"],
    ]
    assert (
        PlaybookStep.objects.of(acme).filter(playbook=row).count() == 3
    )  # what did not change is not kept twice
    changes = kinds()["playbook"].objects.of(acme).filter(pgh_obj=row.pk).order_by("pgh_id")
    said = [change.was for change in changes]
    assert said == [None, {"version": 1}, {"version": 2}]


def test_two_writers_do_not_overwrite_each_other(acme: Workspace) -> None:
    row = make(acme)
    data = queries.as_data(playbook=row)
    playbooks.update(playbook=row, now=LATER, seen=1, **{**data, "steps": [call()]})
    with pytest.raises(PlaybookMoved):
        playbooks.update(playbook=row, now=LATER, seen=1, **data)


def test_every_problem_names_its_field(acme: Workspace) -> None:
    make(acme)
    with pytest.raises(PlaybookError) as caught:
        make(acme, name="recovery", event="SILENCE", steps=[mail("{{ shoe_size }}"), {"kind": "TAG"}])
    assert [field for field, _sentence in caught.value.problems] == [
        "name",
        "silent_days",
        "steps.0.body",
        "steps.1.tags",
    ]


def test_switching_says_since_when_and_what_is_called_off(acme: Workspace) -> None:
    row = playbooks.switch(playbook=make(acme), on=True, now=MONDAY_9AM)
    again = playbooks.switch(playbook=row, on=True, now=LATER)
    off = playbooks.switch(playbook=row, on=False, now=LATER, stop_running=True)
    assert (again.active_since, off.is_active, off.stopped_before) == (MONDAY_9AM, False, LATER)


def test_the_list_has_an_order_copies_and_no_removed_ones(acme: Workspace) -> None:
    one, two = make(acme, "One"), make(acme, "Two")
    playbooks.move(playbook=two, up=True, now=LATER)
    copy = playbooks.duplicate(playbook=one, now=LATER)
    playbooks.archive(playbook=one, now=LATER)
    own = [row.name for row in queries.listed(workspace=acme) if not row.key]
    assert own == ["Two", "One (copy)"]
    assert queries.as_data(playbook=copy)["steps"] == queries.as_data(playbook=one)["steps"]
    assert make(acme, "One").name == "One"  # the name is free again


def test_a_cell_follows_the_name_of_its_playbook(acme: Workspace) -> None:
    row = make(acme)
    buying = planning.add_scenario(workspace=acme, name="Buying", now=MONDAY_9AM)
    late = planning.add_failure(workspace=acme, name="Late", now=MONDAY_9AM)
    planning.plan_cell(
        scenario=buying, failure=late, priority_minutes=0, policy=None, playbook="recovery", team=None,
        now=MONDAY_9AM,
    )  # fmt: skip
    playbooks.update(playbook=row, now=LATER, **{**queries.as_data(playbook=row), "name": "Chronic"})
    assert MatrixCell.objects.of(acme).get().playbook == "Chronic"


def test_nobody_writes_into_another_workspace(acme: Workspace, globex: Workspace) -> None:
    row = make(acme)
    assert queries.playbook_with(workspace=globex, public_id=row.public_id) is None
    with pytest.raises(IntegrityError):
        _put_step_into(globex, row)


def _put_step_into(workspace: Workspace, playbook: Playbook) -> None:
    with transaction.atomic():
        PlaybookStep(workspace=workspace, playbook=playbook, position=9, kind="TAG", created_at=LATER).save()
        connection.check_constraints()
