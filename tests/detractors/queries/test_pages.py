from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, RootCause
from detractors.queries import pages
from detractors.services import cases, decisions
from surveys.models import Contact, Response
from surveys.services import responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case()


def test_a_case_is_found_by_its_number_in_its_own_workspace_only(
    acme: Workspace, globex: Workspace, case: Case
) -> None:
    assert pages.case(workspace=acme, number=case.number) == case
    assert pages.case(workspace=globex, number=case.number) is None
    assert pages.row(workspace=globex, number=case.number) is None


def test_each_promise_is_shown_once_the_latest_of_its_kind(bob: User, acme: Workspace, case: Case) -> None:
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    cases.resolve(
        case=case,
        by=bob,
        root_cause=cause,
        resolution="Sent.",
        contact={"channel": "CALL", "note": ""},
        now=LATER,
    )
    cases.reopen(case=case, by=bob, reason="Not yet.", now=LATER + timedelta(minutes=1))
    shown = [(timer.kind, timer.met_at) for timer in pages.timers(case=case)]
    assert shown == [("FIRST_RESPONSE", LATER), ("RESOLUTION", None)]


def test_the_timeline_is_newest_first_and_goes_on_before_an_entry(
    bob: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "EVENTS_SHOWN", 2)
    for text in "abc":
        cases.note(case=case, by=bob, text=text, now=LATER)
    first = pages.timeline(case=case)
    assert [event.note for event in first.events] == ["c", "b"]
    second = pages.timeline(case=case, older_than=first.older_than)
    assert (second.events[0].note, len(second.events)) == ("a", 2)
    assert pages.timeline(case=case, older_than=second.older_than).older_than is None


def test_a_mark_of_another_case_opens_no_timeline(
    bob: User, case: Case, acme: Workspace, globex: Workspace
) -> None:
    assert pages.timeline(case=case, older_than=2**60).events == []


def test_changes_are_those_of_others_that_matter(alice: User, bob: User, case: Case) -> None:
    seen = pages.last_event_id(case=case)
    cases.note(case=case, by=bob, text="Mine.", now=LATER)
    cases.note_automatic(case=case, what="Mail sent", now=LATER)
    assert pages.changes_since(case=case, seen=seen, by=bob) == []
    cases.note(case=case, by=alice, text="Hers.", now=LATER)
    cases.note_issue(case=case, by=bob, stated_complaint="Late.", underlying_issue="", now=LATER)
    kinds = [event.kind for event in pages.changes_since(case=case, seen=seen, by=bob)]
    assert kinds == [EventKind.NOTE, EventKind.ISSUE_NOTED]


def test_a_case_without_entries_has_seen_nothing(case: Case) -> None:
    CaseEvent.objects.of(case.workspace_id).filter(case=case).delete()
    assert pages.last_event_id(case=case) == 0


def test_the_scores_are_the_latest_oldest_first(
    acme: Workspace,
    ines: Contact,
    case: Case,
    answer: Callable[..., Response],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "SCORES_SHOWN", 2)
    for minutes, score in ((1, 5), (2, 9)):
        answer(score, now=MONDAY_9AM + timedelta(minutes=minutes))
    assert [response.score for response in pages.scores(contact=ines)] == [5, 9]


def test_a_case_without_customer_has_no_earlier_cases(acme: Workspace, bob: User, survey: object) -> None:
    response = responses.record(workspace=acme, survey=survey, contact=None, score=2, now=MONDAY_9AM)
    decisions.decide_pending(now=MONDAY_9AM)
    assert pages.earlier_cases(case=Case.objects.of(acme).get(response=response)) == []


def test_owners_are_active_members_who_may_work_on_cases(
    acme: Workspace, owner: User, alice: User, bob: User
) -> None:
    analyst = members.ensure_user(email="ann@acme.example", now=MONDAY_9AM)
    members.add(workspace=acme, user=analyst, role=Role.ANALYST, now=MONDAY_9AM)
    gone = members.ensure_user(email="gone@acme.example", now=MONDAY_9AM)
    members.add(workspace=acme, user=gone, role=Role.AGENT, now=MONDAY_9AM)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert pages.owners(workspace=acme) == [alice, bob, owner]


def test_uses_count_the_cases_of_each_cause(acme: Workspace, bob: User, case: Case) -> None:
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    assert pages.uses_of_causes(workspace=acme) == {}
    cases.resolve(
        case=case,
        by=bob,
        root_cause=cause,
        resolution="Sent.",
        contact={"channel": "CALL", "note": ""},
        now=LATER,
    )
    assert pages.uses_of_causes(workspace=acme) == {cause.pk: 1}
