"""What an operator watches, in counts and ages."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from dashboards.queries import operation
from detractors.models import SlaTimer
from detractors.services import decisions
from outbox.enums import State
from outbox.models import OutboundMessage
from surveys.models import Survey
from surveys.services import responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def read(later: timedelta = timedelta()) -> dict[tuple[str, ...], float]:
    """Readings other than 0 by name and label values."""
    return {
        (reading.name, *reading.labels.values()): float(reading.value)
        for reading in operation.readings(MONDAY_9AM + later)
        if reading.value
    }


def test_an_idle_site_reads_zero_everywhere(acme: Workspace) -> None:
    assert read() == {}


def test_what_waits_and_for_how_long(acme: Workspace, bob: User) -> None:
    survey = Survey.objects.of(acme).get()
    for score in (2, 9):
        responses.record(workspace=acme, survey=survey, score=score, now=MONDAY_9AM)
    assert read(timedelta(seconds=40)) == {
        ("amends_answers_undecided",): 2.0,
        ("amends_answers_undecided_oldest_seconds",): 40.0,
        ("amends_ledger_unfolded",): 2.0,
    }
    decisions.decide_pending(now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).update(state=State.QUEUED, next_at=MONDAY_9AM)
    warn_at = min(SlaTimer.objects.of(acme).values_list("next_at", flat=True))
    assert read(warn_at - MONDAY_9AM + timedelta(seconds=5)) == {
        ("amends_timers_overdue",): 1.0,
        ("amends_timers_overdue_oldest_seconds",): 5.0,
        ("amends_ledger_unfolded",): 2.0,
        ("amends_cases_open", "OPEN", "false"): 1.0,
        ("amends_mails_due",): 1.0,
        ("amends_mails_due_oldest_seconds",): (warn_at - MONDAY_9AM).total_seconds() + 5.0,
    }
