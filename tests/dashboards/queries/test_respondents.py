"""Answers of employees, competitors and the public: counted apart, and left out by a filter, exactly."""

import pytest

from accounts.models import User, Workspace
from dashboards.queries.nps import nps_figures
from dashboards.services import tallies
from surveys.models import Contact, Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(acme: Workspace) -> None:
    survey = Survey.objects.of(acme).get()
    for at, (kind, score) in enumerate((("CUSTOMER", 2), ("CUSTOMER", 9), ("EMPLOYEE", 10), ("PUBLIC", 10))):
        person, _ = contacts.upsert(
            workspace=acme, email=f"p{at}@x.example", respondent_type=kind, now=MONDAY_9AM
        )
        responses.record(workspace=acme, survey=survey, contact=person, score=score, now=MONDAY_9AM)
    responses.record(workspace=acme, survey=survey, contact=None, score=9, now=MONDAY_9AM)


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("is_folded", [False, True])
def test_the_figure_without_them_is_exact(acme: Workspace, is_folded: bool) -> None:
    if is_folded:
        tallies.fold_all(now=MONDAY_9AM)
    days = {"since": MONDAY_9AM.date(), "until": MONDAY_9AM.date()}
    found = {
        value: nps_figures(workspace=acme, filters={"respondent": value} if value else {}, **days)
        for value in ("", "-", "EMPLOYEE", "COMPETITOR")
    }
    assert {value: (one.n, one.promoters, one.detractors) for value, one in found.items()} == {
        "": (5, 4, 1), "-": (3, 2, 1), "EMPLOYEE": (1, 1, 0), "COMPETITOR": (0, 0, 0),
    }  # fmt: skip


@pytest.mark.usefixtures("answers")
def test_the_dashboard_says_it_in_words_and_in_its_address(acme: Workspace, owner: User) -> None:
    day = MONDAY_9AM.date().isoformat()
    page = signed_in(owner).get(f"/w/acme/dashboard/?since={day}&until={day}&respondent=-").content.decode()
    assert "customers only" in page
    assert Contact.objects.of(acme).filter(respondent_type="EMPLOYEE").count() == 1
