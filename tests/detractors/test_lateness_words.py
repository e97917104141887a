"""The history of a case says why a promise was past due at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.models import Case, CaseEvent
from detractors.services import duplicates, sla
from detractors.views import wording
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(hours=2)


def said(case: Case) -> dict[str, dict[str, str]]:
    events = CaseEvent.objects.of(case.workspace_id).filter(case=case).order_by("pk")
    entries = wording.entries(events, customer="Ines")
    return {entry.title: dict(entry.details) for entry in entries}


def test_a_duplicate_that_was_missed_makes_the_case_late_at_once_and_the_timeline_says_why(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    """The duplicate is late since ten; the case that is kept is new at eleven, and the sweep comes ten seconds later."""
    old = open_case(contact=None, comment="The parcel came late.")
    sla.enforce(now=LATER - timedelta(minutes=1))
    new = open_case(contact=None, comment="Late, as I wrote.", now=LATER)
    duplicates.merge(keep=new, other=old, by=bob, now=LATER)
    sla.enforce(now=LATER + timedelta(seconds=10))
    new.refresh_from_db()
    assert new.is_breached
    lines = said(new)
    assert lines["The duplicate had waited longer"]["First response"].endswith("(over already: late at once)")
    assert "over already" not in lines["The duplicate had waited longer"]["Resolution"]
    because = "The duplicate had waited longer: it was past due at once"
    assert lines["Promise missed: First response"]["Because"] == because
    steps = {title: rows for title, rows in lines.items() if title.startswith("Escalated")}
    assert {rows["Late"] for rows in steps.values()} == {
        "1 h, because it was past due at once: The duplicate had waited longer"
    }


def test_a_promise_that_ran_out_while_nothing_ran_says_that(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    sla.enforce(now=LATER)
    lines = said(case)
    assert "Because" not in lines["Promise missed: First response"]
    assert {rows["Late"] for title, rows in lines.items() if title.startswith("Escalated")} == {
        "1 h, because nothing ran"
    }
