"""What a task changes is recorded under the task's name, also when it fails, and nothing after it is."""

import pytest

from accounts.history import kinds
from accounts.models import Team, Workspace
from config.celery import app

pytestmark = pytest.mark.django_db


@app.task(name="tests.rename_team")
def rename(*, workspace: int, name: str) -> None:
    Team.objects.of(workspace).update(name=name)
    if name == "Broken":
        raise ValueError(name)


@pytest.mark.parametrize("name", ["One", "Broken"])
def test_a_task_acts_under_its_name(acme: Workspace, name: str) -> None:
    rename.apply(kwargs={"workspace": acme.pk, "name": name})
    Team.objects.of(acme).update(name="Afterwards")
    rows = kinds()["team"].objects.of(acme).order_by("pgh_id")
    assert [(row.name, row.pgh_context) for row in rows][1:] == [
        (name, {"label": "tests.rename_team"}),
        ("Afterwards", None),
    ]
