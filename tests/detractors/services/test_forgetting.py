"""An erased person leaves no word in cases; what happened stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from core.privacy import Person
from detractors.models import Case, CaseEvent, RootCause
from detractors.services import cases, forgetting
from surveys.models import Contact
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

LATER = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture
def cause(acme: Workspace) -> RootCause:
    return RootCause.objects.of(acme).get(name="Late delivery")


def test_an_erased_person_leaves_no_word_in_cases_and_timelines(
    acme: Workspace, bob: User, ines: Contact, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = open_case(3, comment="Ines Iglesias was promised a call")
    cases.note_issue(
        case=case, by=bob, stated_complaint="Ines waited", underlying_issue="Iglesias is abroad", now=LATER
    )
    cases.resolve(
        case=case, by=bob, root_cause=cause, resolution="Ines got a new parcel.", now=LATER,
        contact={"channel": "CALL", "note": "Ines was kind.", "outcome": "REACHED"},
    )  # fmt: skip
    before = list(CaseEvent.objects.of(acme).order_by("id").values_list("kind", "at"))
    forgetting.forget(Person(acme.pk, ines.pk, ines.public_id), LATER)
    case.refresh_from_db()
    words = [case.search, case.stated_complaint, case.underlying_issue, case.resolution]
    assert words == ["", "", "", ""]
    rows = CaseEvent.objects.of(acme).order_by("id")
    assert list(rows.values_list("kind", "at")) == before
    told = "".join(f"{row.note} {row.facts}" for row in rows)
    assert ("Ines" in told, "Iglesias" in told) == (False, False)
