"""The demo shop runs two playbooks, each for a case of its own."""

import pytest

from accounts.models import User, Workspace
from dashboards.services import demo_playbooks
from detractors.services import decisions
from followups.models import PlannedStep, PlaybookRun
from surveys.models import Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def test_both_recoveries_are_at_work(acme: Workspace, alice: User, bob: User) -> None:
    for name in ("ines", "omar"):
        person, _new = contacts.upsert(
            workspace=acme, email=f"{name}@customer.example", name=name.title(), now=MONDAY_9AM
        )
        responses.record(
            workspace=acme, survey=Survey.objects.of(acme).get(), contact=person, score=2, now=MONDAY_9AM
        )
    decisions.decide_pending(now=MONDAY_9AM)
    demo_playbooks.furnish(workspace=acme, by=alice, now=MONDAY_9AM)
    runs = PlaybookRun.objects.of(acme).order_by("playbook__key")
    assert [(run.playbook.key, run.playbook.is_active, run.state) for run in runs] == [
        ("chronic", True, "RUNNING"),
        ("one_off", True, "RUNNING"),
    ]
    assert len({run.case_id for run in runs}) == 2
    assert PlannedStep.objects.of(acme).filter(state="PLANNED").count() == 6
