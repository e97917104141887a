"""The register of improvements: what is changed for everyone, tied to causes and cases; causes merge."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User, Workspace
from detractors.enums import ImprovementState
from detractors.models import Case, Improvement, RootCause
from detractors.queries import improvements as queries
from detractors.services import cases, improvements, root_causes
from detractors.services.improvements import ImprovementError
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def late(acme: Workspace) -> RootCause:
    return RootCause.objects.of(acme).get(name="Late delivery")


@pytest.fixture
def depot(acme: Workspace, alice: User, late: RootCause) -> Improvement:
    return improvements.add(
        workspace=acme, by=alice, now=MONDAY_9AM, title=" A second   depot ", causes=[late], owner=alice,
        due_on=date(2026, 4, 1),
    )  # fmt: skip


def resolved(case: Case, by: User, cause: RootCause) -> Case:
    contact = {"channel": "CALL", "note": "Sorry.", "outcome": "REACHED"}
    return cases.resolve(
        case=case, by=by, root_cause=cause, resolution="A new parcel", contact=contact, now=MONDAY_9AM + HOUR
    )


def test_cases_gather_by_their_cause_and_by_hand(
    acme: Workspace, bob: User, depot: Improvement, late: RootCause, open_case: Callable[..., Case]
) -> None:
    case = open_case(2)
    assert list(queries.cases(improvement=depot)) == []
    resolved(case, bob, late)
    [found] = queries.cases(improvement=depot)
    assert (found.pk, found.is_tied) == (case.pk, False)
    improvements.tie(improvement=depot, case=case, by=bob, now=MONDAY_9AM)
    improvements.tie(improvement=depot, case=case, by=bob, now=MONDAY_9AM)
    assert [one.is_tied for one in queries.cases(improvement=depot)] == [True]
    [row] = queries.listed(workspace=acme, now=MONDAY_9AM + HOUR)
    assert (row.improvement.title, row.causes, row.cases, row.lately) == (
        "A second depot",
        ("Late delivery",),
        1,
        1,
    )
    weeks = queries.weekly(improvement=depot, now=MONDAY_9AM + HOUR, zone=ZoneInfo("Europe/Berlin"))
    assert (len(weeks), weeks[-1], sum(n for _week, n in weeks)) == (26, (date(2026, 3, 2), 1), 1)
    assert queries.of_case(case=Case.objects.of(acme).get(pk=case.pk)) == [depot]


def test_a_case_tied_by_hand_counts_beside_those_of_the_cause(
    acme: Workspace, bob: User, depot: Improvement, late: RootCause, open_case: Callable[..., Case]
) -> None:
    resolved(open_case(2), bob, late)
    improvements.tie(improvement=depot, case=open_case(1), by=bob, now=MONDAY_9AM)
    [row] = queries.listed(workspace=acme, now=MONDAY_9AM + HOUR)
    assert (row.cases, row.lately) == (2, 2)
    [old] = queries.listed(workspace=acme, now=MONDAY_9AM + timedelta(days=100))
    assert (old.cases, old.lately) == (2, 0)


def test_done_says_what_was_changed_and_can_be_opened_again(depot: Improvement) -> None:
    with pytest.raises(ImprovementError, match="what was changed"):
        improvements.finish(improvement=depot, outcome="  ", now=MONDAY_9AM)
    done = improvements.finish(improvement=depot, outcome="Two depots", now=MONDAY_9AM + HOUR)
    assert (done.state, done.started_at, done.ended_at) == ("DONE", MONDAY_9AM + HOUR, MONDAY_9AM + HOUR)
    with pytest.raises(ImprovementError):
        improvements.start(improvement=depot, now=MONDAY_9AM)
    again = improvements.open_again(improvement=depot, now=MONDAY_9AM + 2 * HOUR)
    assert (again.state, again.ended_at, again.outcome) == (ImprovementState.STARTED, None, "Two depots")


@pytest.mark.parametrize(
    ("said", "field"),
    [({"title": " "}, "title"), ({"title": "x" * 161}, "title"), ({"title": "x", "kind": "?"}, "kind")],
)
def test_what_cannot_be_kept_names_its_field(
    acme: Workspace, alice: User, said: dict[str, str], field: str
) -> None:
    with pytest.raises(ImprovementError) as caught:
        improvements.add(workspace=acme, by=alice, now=MONDAY_9AM, **said)
    assert (caught.value.field, Improvement.objects.of(acme).count()) == (field, 0)


def test_a_stranger_cannot_own_it(acme: Workspace, alice: User, charlie: User) -> None:
    with pytest.raises(ImprovementError, match="does not work here"):
        improvements.add(workspace=acme, by=alice, now=MONDAY_9AM, title="x", owner=charlie)


def test_a_merged_cause_takes_its_cases_and_improvements_along(
    acme: Workspace, bob: User, depot: Improvement, late: RootCause, open_case: Callable[..., Case]
) -> None:
    case = open_case(2)
    resolved(case, bob, late)
    slow = root_causes.add(workspace=acme, name="Slow carrier", now=MONDAY_9AM)
    with pytest.raises(root_causes.RootCauseError):
        root_causes.merge(cause=late, into=late, now=MONDAY_9AM)
    assert root_causes.merge(cause=late, into=slow, now=MONDAY_9AM) == 1
    late.refresh_from_db()
    assert late.retired_at == MONDAY_9AM
    assert Case.objects.of(acme).get(pk=case.pk).root_cause == slow
    assert [link.cause for link in depot.causes.all()] == [slow]
    with pytest.raises(root_causes.RootCauseError, match="retired"):
        root_causes.merge(cause=slow, into=late, now=MONDAY_9AM)
