from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.enums import Category, EventKind
from detractors.models import Case, CaseEvent, CaseStatus
from detractors.queries import pages
from detractors.queries import statuses as queries
from detractors.services import cases, statuses
from detractors.services.errors import MoveNotAllowed
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


def made(workspace: Workspace, name: str, category: str = Category.OPEN) -> CaseStatus:
    return statuses.add(workspace=workspace, name=name, category=category, now=MONDAY_9AM)


def shown(case: Case) -> str | None:
    found = pages.case(workspace=case.workspace, number=case.number)
    return found.status_name  # type: ignore[union-attr]


def test_a_case_shows_its_own_status_else_the_usual_one_of_its_category_else_none(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    assert shown(case) is None
    triage, digging = made(acme, "Triage"), made(acme, "Digging")
    made(acme, "With the carrier", Category.WAITING)
    statuses.make_default(status=triage, is_default=True)
    assert shown(case) == "Triage"
    statuses.put(case=case, status=digging, by=bob, now=LATER)
    assert shown(case) == "Digging"
    line = CaseEvent.objects.of(acme).filter(case=case).latest("id")
    assert (line.kind, line.facts) == (EventKind.STATUS_CHANGED, {"before": "", "to": "Digging"})


def test_a_move_to_another_category_leaves_the_status_behind(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case, digging = open_case(), made(acme, "Digging")
    statuses.put(case=case, status=digging, by=bob, now=LATER)
    cases.wait(case=case, by=bob, waiting_for="a photo", now=LATER)
    assert shown(case) is None
    cases.resume(case=case, by=bob, now=LATER)
    assert shown(case) is None


def test_a_status_of_another_category_or_a_retired_one_is_refused(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case, gone = open_case(), made(acme, "Old")
    statuses.retire(status=gone, now=LATER)
    for status in (made(acme, "With the carrier", Category.WAITING), gone):
        with pytest.raises(MoveNotAllowed):
            statuses.put(case=case, status=status, by=bob, now=LATER)
    case.refresh_from_db()
    assert (case.status_id, case.category) == (None, Category.OPEN)


def test_one_is_the_usual_one_and_retiring_it_ends_that(acme: Workspace) -> None:
    first, second = made(acme, "First"), made(acme, "Second")
    statuses.make_default(status=first, is_default=True)
    statuses.make_default(status=second, is_default=True)
    assert [row.name for row in queries.everything(workspace=acme) if row.is_default] == ["Second"]
    statuses.retire(status=second, now=LATER)
    assert [row.name for row in queries.everything(workspace=acme) if row.is_default] == []
    with pytest.raises(statuses.StatusError):
        statuses.make_default(status=second, is_default=True)


def test_names_are_unique_in_any_case_and_the_products_own_words_are_taken(acme: Workspace) -> None:
    made(acme, "Triage")
    for name in ("triage", "  Tri  age ".replace("  ", ""), "waiting", "", "x" * 61):
        with pytest.raises(statuses.StatusError):
            made(acme, name)
    assert CaseStatus.objects.of(acme).count() == 1


def test_order_is_changed_within_the_category(acme: Workspace) -> None:
    rows = [made(acme, name) for name in ("A", "B", "C")]
    other = made(acme, "W", Category.WAITING)
    statuses.move(status=rows[2], up=True)
    statuses.move(status=rows[0], up=True)  # already the first
    statuses.move(status=other, up=False)
    assert [row.name for row in queries.offered(workspace=acme, category=Category.OPEN)] == ["A", "C", "B"]


def test_by_the_api_status_is_the_name_while_category_stays(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case, api = open_case(), Api(acme, by=bob)
    made(acme, "Digging")
    path = f"cases/{case.number}/"
    assert api.get(path).json()["status"] == "NEW"
    row = api.post(f"{path}status/", {"status": "digging"}).json()
    assert (row["status"], row["category"]) == ("Digging", "OPEN")
    numbers = {
        wanted: [one["number"] for one in api.get("cases/", status=wanted).json()["results"]]
        for wanted in ("Digging", "NEW", "OPEN", "WAITING")
    }
    assert numbers == {"Digging": [case.number], "NEW": [case.number], "OPEN": [case.number], "WAITING": []}
    assert errors(api.post(f"{path}status/", {"status": "OPEN"})) == [("status", "INVALID_CHOICE")]
    assert errors(api.get("cases/", status="Nothing")) == [("status", "INVALID_CHOICE")]
    assert api.post(f"{path}status/", {"status": None}).json()["status"] == "NEW"
