from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from detractors.enums import Category, EventKind
from detractors.models import Case, CaseEvent, RootCause
from detractors.services import cases, closing, tasks
from detractors.services.errors import Incomplete
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def cause(acme: Workspace) -> RootCause:
    return RootCause.objects.of(acme).get(name="Late delivery")


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    """A case whose customer was written to."""
    made = open_case()
    cases.record_contact(case=made, by=bob, channel="REPLY", note="Sorry!", now=LATER)
    return made


@pytest.fixture
def strict(acme: Workspace) -> None:
    closing.change(
        workspace=acme, needs_note=True, needs_issue=True, needs_promises_done=True, now=MONDAY_9AM
    )


def resolve(case: Case, by: User, cause: RootCause, **more: str) -> Case:
    return cases.resolve(case=case, by=by, root_cause=cause, resolution="Sent again.", now=LATER, **more)


def test_everything_that_is_missing_is_named_and_nothing_changes(
    bob: User, case: Case, cause: RootCause, strict: None
) -> None:
    tasks.add(case=case, title="Refund her", by=bob, is_promise=True, now=LATER)
    tasks.add(case=case, title="Tell the depot", by=bob, blocks_resolving=True, now=LATER)
    with pytest.raises(Incomplete) as caught:
        resolve(case, bob, cause)
    assert [field for field, _sentence in caught.value.missing] == [
        "underlying_issue",
        "note",
        "tasks",
        "tasks",
    ]
    case.refresh_from_db()
    assert (case.category, case.root_cause_id) == (Category.OPEN, None)


def test_what_is_missing_can_be_given_in_the_same_act(
    acme: Workspace, bob: User, case: Case, cause: RootCause, strict: None
) -> None:
    resolve(case, bob, cause, note="The depot moved.", underlying_issue="Nobody told her.")
    case.refresh_from_db()
    assert (case.category, case.underlying_issue) == (Category.RESOLVED, "Nobody told her.")
    kinds = CaseEvent.objects.of(acme).filter(case=case).order_by("-id").values_list("kind", flat=True)
    assert list(kinds[:3]) == [EventKind.RESOLVED, EventKind.ISSUE_NOTED, EventKind.NOTE]


def test_a_note_of_before_the_case_was_opened_again_does_not_count(
    bob: User, case: Case, cause: RootCause, strict: None
) -> None:
    cases.note_issue(case=case, by=bob, stated_complaint="Late", underlying_issue="Moved", now=LATER)
    cases.note(case=case, by=bob, text="Found it.", now=LATER)
    resolve(case, bob, cause)
    cases.reopen(case=case, by=bob, reason="Late again.", now=LATER)
    with pytest.raises(Incomplete) as caught:
        resolve(case, bob, cause)
    assert [field for field, _sentence in caught.value.missing] == ["note"]


def test_a_promise_holds_only_where_the_workspace_says_so_and_a_blocking_task_everywhere(
    bob: User, case: Case, cause: RootCause
) -> None:
    tasks.add(case=case, title="Call her", by=bob, is_promise=True, now=LATER)
    blocking = tasks.add(case=case, title="Refund her", by=bob, blocks_resolving=True, now=LATER)
    with pytest.raises(Incomplete):
        resolve(case, bob, cause)
    tasks.done(task=blocking, by=bob, now=LATER)
    assert resolve(case, bob, cause).category == Category.RESOLVED


def test_the_api_names_each_field_that_is_missing(
    acme: Workspace, bob: User, case: Case, cause: RootCause, strict: None
) -> None:
    api, path = Api(acme, by=bob), f"cases/{case.number}/resolve/"
    body = {"root_cause": cause.name, "resolution": "Sent again."}
    refused = api.post(path, body)
    assert (refused.status_code, errors(refused)) == (
        400,
        [("underlying_issue", "REQUIRED"), ("note", "REQUIRED")],
    )
    done = api.post(path, {**body, "note": "Depot.", "underlying_issue": "Moved."})
    assert (done.status_code, done.json()["category"]) == (200, "RESOLVED")
