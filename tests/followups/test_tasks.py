from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Heartbeat
from detractors.models import Case
from followups import tasks
from followups.enums import FollowUpStatus
from followups.models import FollowUp

pytestmark = pytest.mark.django_db


def test_every_sweep_works_and_beats(case: Case) -> None:
    # The case is of last March: its news are old by now.
    outcome = (tasks.send_due(), tasks.plan_missing(), tasks.resurvey_due())
    assert outcome == (1, 0, 0)
    assert FollowUp.objects.of(case.workspace_id).get(case=case).status == FollowUpStatus.SKIPPED
    fresh = Heartbeat.objects.filter(beat_at__gt=timezone.now() - timedelta(minutes=1))
    assert sorted(fresh.filter(name__startswith="followups.").values_list("name", flat=True)) == [
        "followups.plan_missing", "followups.resurvey_due", "followups.send_due",
    ]  # fmt: skip
