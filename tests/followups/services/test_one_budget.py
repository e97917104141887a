"""Automatic mails about cases ask the same contact policy as surveys."""

from datetime import time, timedelta

import pytest

from accounts.models import Workspace
from detractors.models import Case
from followups.models import FollowUp
from followups.services import followups
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services.messages import queue_email
from surveys.models import Contact
from surveys.services import contact_policies
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
TEN_PAST = MONDAY_9AM + timedelta(minutes=10)


def row_of(case: Case) -> FollowUp:
    found: FollowUp = FollowUp.objects.of(case.workspace_id).get(case=case, step="ACKNOWLEDGE")
    return found


def test_a_survey_uses_up_the_budget_of_the_acknowledgement(acme: Workspace, case: Case) -> None:
    contact_policies.change(workspace=acme, quiet_days=30, cap_count=1, cap_days=7, now=MONDAY_9AM)
    queue_email(
        mail="case_acknowledged", to="Ines@customer.example", context={}, dedupe_key="earlier", kind=Kind.SURVEY,
        workspace=acme, subject="How was it?", text="How was it?", now=MONDAY_9AM,
    )  # fmt: skip
    followups.send_due(now=TEN_PAST)
    row = row_of(case)
    assert (row.status, row.skipped_because) == ("SKIPPED", "TOO_MANY")


def test_who_wants_no_automatic_mail_gets_none(case: Case, ines: Contact) -> None:
    Contact.objects.of(case.workspace_id).filter(pk=ines.pk).update(followups_stopped_at=MONDAY_9AM)
    followups.send_due(now=TEN_PAST)
    row = row_of(case)
    assert (row.status, row.skipped_because) == ("SKIPPED", "OPTED_OUT")


def test_in_quiet_hours_the_mail_waits_for_their_end(acme: Workspace, case: Case) -> None:
    contact_policies.change(
        workspace=acme, quiet_days=30, quiet_from=time(8), quiet_to=time(12), now=MONDAY_9AM
    )
    followups.send_due(now=TEN_PAST)
    noon = MONDAY_9AM.replace(hour=12)
    assert (row_of(case).status, row_of(case).retry_at) == ("PLANNED", noon)
    assert followups.send_due(now=noon - timedelta(seconds=1)) == 0
    assert followups.send_due(now=noon) == 1
    assert row_of(case).status == "SENT"
    assert OutboundMessage.objects.of(acme).filter(mail="case_acknowledged").count() == 1
