from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from dashboards.queries import invariants
from detractors.enums import Category, Outcome
from detractors.models import CallAppointment, Case, CaseEvent, CaseTag, SlaTimer, Task
from detractors.queries import clock, pages
from detractors.services import appointments, cases, duplicates, sla, tags, tasks, telling
from detractors.services.errors import CaseError, MoveNotAllowed, OtherCaseOpen
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)
SOON = LATER + timedelta(minutes=5)


@pytest.fixture
def twin(acme: Workspace) -> Contact:
    """Ines once more, under another address."""
    return contacts.upsert(workspace=acme, email="ines@home.example", name="Ines I.", now=MONDAY_9AM)[0]


@pytest.fixture
def keep(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case(comment="The parcel came late.")


@pytest.fixture
def other(bob: User, alice: User, keep: Case, twin: Contact, open_case: Callable[..., Case]) -> Case:
    """The duplicate, with one of everything."""
    case = open_case(contact=twin, comment="Late, as I wrote.")
    tasks.add(case=case, title="Ask the depot", by=bob, now=LATER)
    appointments.plan(case=case, at=MONDAY_9AM + timedelta(hours=5), by=bob, now=LATER)
    tags.put(case=case, names=["Carrier"], by=bob, now=LATER)
    telling.watch(case=case, user=alice, now=LATER)
    return case


def clocks(case: Case) -> list[tuple[object, ...]]:
    rows = SlaTimer.objects.of(case.workspace_id).filter(case=case).order_by("pk")
    return list(
        rows.values_list(
            "kind", "due_at", "next_at", "paused_at", "remaining_seconds", "cancelled_at", "breached_at"
        )
    )


def belongings(case: Case) -> tuple[int, int, int, int]:
    rows = {"case": case}
    workspace = case.workspace_id
    return (
        Task.objects.of(workspace).filter(**rows).count(),
        CallAppointment.objects.of(workspace).filter(**rows).count(),
        CaseTag.objects.of(workspace).filter(**rows).count(),
        case.watchers.count(),
    )


def broken() -> set[str]:
    return {one.check.code for one in invariants.find(now=SOON) if not one.holds}


def test_a_merge_shows_both_answers_in_one_case_and_moves_what_is_to_be_done(
    acme: Workspace, bob: User, keep: Case, other: Case
) -> None:
    seen = duplicates.preview(keep=keep, other=other, now=SOON)
    assert (seen.tasks, seen.calls, seen.tags, seen.watchers, seen.same_customer) == (1, 1, 1, 1, False)
    duplicates.merge(keep=keep, other=other, by=bob, now=SOON)
    other.refresh_from_db()
    assert (other.category, other.outcome, other.merged_into_id) == (
        Category.CLOSED,
        Outcome.DISMISSED,
        keep.pk,
    )
    assert (belongings(keep), belongings(other)) == ((1, 1, 1, 1), (0, 0, 1, 1))
    answers = pages.answers(case=pages.case(workspace=acme, number=keep.number))  # type: ignore[arg-type]
    assert [(one.comment, one.from_number) for one in answers] == [  # type: ignore[attr-defined]
        ("The parcel came late.", None), ("Late, as I wrote.", other.number),
    ]  # fmt: skip
    assert {row[5] for row in clocks(other)} == {SOON}


def test_undone_everything_is_as_it_was_and_the_clocks_never_stood(
    bob: User, keep: Case, other: Case
) -> None:
    cases.wait(case=other, by=bob, waiting_for="a photo", now=LATER)
    before = clocks(other)
    merge = duplicates.merge(keep=keep, other=other, by=bob, now=SOON)
    duplicates.undo(merge=merge, by=bob, now=SOON + timedelta(hours=2))
    other.refresh_from_db()
    assert (other.category, other.outcome, other.merged_into_id, other.closed_at, other.waiting_since) == (
        Category.WAITING, "", None, None, LATER,
    )  # fmt: skip
    assert clocks(other) == before
    assert (belongings(keep), belongings(other)) == ((0, 0, 0, 0), (1, 1, 1, 1))
    with pytest.raises(MoveNotAllowed):
        duplicates.undo(merge=merge, by=bob, now=SOON + timedelta(hours=2))


def test_merging_the_older_case_into_the_newer_wins_no_time(
    acme: Workspace, bob: User, open_case: Callable[..., Case], twin: Contact
) -> None:
    """Forty of sixty minutes were used in the duplicate: twenty are left, in waiting, undone and edited, too."""
    old = open_case(comment="The parcel came late.")
    new = open_case(contact=twin, now=MONDAY_9AM + timedelta(minutes=40))
    rows = SlaTimer.objects.of(acme).filter(case=new, met_at=None, cancelled_at=None)
    own = dict(rows.values_list("kind", "due_at"))
    now = MONDAY_9AM + timedelta(minutes=41)
    seen = duplicates.preview(keep=new, other=old, now=now)
    assert {kind: due for kind, _was, due in seen.sooner} == {
        "FIRST_RESPONSE": MONDAY_9AM + timedelta(hours=1), "RESOLUTION": MONDAY_9AM + timedelta(hours=32),
    }  # fmt: skip
    assert duplicates.preview(keep=old, other=new, now=now).sooner == []
    merge = duplicates.merge(keep=new, other=old, by=bob, now=now)
    new.refresh_from_db()
    assert new.next_due_at == MONDAY_9AM + timedelta(minutes=60)
    line = CaseEvent.objects.of(acme).filter(case=new, kind="PROMISED").latest("pk")
    assert line.facts["why"] == "MERGED"
    assert list(clock.disagreements(now=now)) == []
    cases.wait(case=new, by=bob, waiting_for="a photo", now=now + timedelta(minutes=1))
    cases.resume(case=new, by=bob, now=now + timedelta(minutes=6))
    assert list(clock.disagreements(now=now + timedelta(minutes=6))) == []
    duplicates.undo(merge=merge, by=bob, now=now + timedelta(minutes=7))
    assert dict(rows.values_list("kind", "due_at")) == {
        "FIRST_RESPONSE": own["FIRST_RESPONSE"], "RESOLUTION": own["RESOLUTION"] + timedelta(minutes=5),
    }  # fmt: skip
    assert list(clock.disagreements(now=now + timedelta(minutes=7))) == []


def test_a_promise_that_passed_meanwhile_is_missed_after_the_undo(bob: User, keep: Case, other: Case) -> None:
    merge = duplicates.merge(keep=keep, other=other, by=bob, now=SOON)
    duplicates.undo(merge=merge, by=bob, now=SOON + timedelta(hours=3))
    sla.enforce(now=SOON + timedelta(hours=3))
    other.refresh_from_db()
    assert other.is_breached is True


def test_after_a_day_a_merge_stays(bob: User, keep: Case, other: Case) -> None:
    merge = duplicates.merge(keep=keep, other=other, by=bob, now=SOON)
    with pytest.raises(MoveNotAllowed):
        duplicates.undo(merge=merge, by=bob, now=SOON + timedelta(hours=24, seconds=1))


def test_a_merge_is_not_undone_over_a_newer_case_of_the_same_customer(
    bob: User, keep: Case, other: Case, twin: Contact, open_case: Callable[..., Case]
) -> None:
    merge = duplicates.merge(keep=keep, other=other, by=bob, now=SOON)
    newer = open_case(contact=twin, now=SOON + timedelta(minutes=1))
    with pytest.raises(OtherCaseOpen) as caught:
        duplicates.undo(merge=merge, by=bob, now=SOON + timedelta(minutes=2))
    assert caught.value.case == newer


def test_what_cannot_be_merged_is_refused(bob: User, keep: Case, other: Case, globex: Workspace) -> None:
    with pytest.raises(CaseError):
        duplicates.merge(keep=keep, other=keep, by=bob, now=SOON)
    duplicates.merge(keep=keep, other=other, by=bob, now=SOON)
    for pair in ((keep, other), (other, keep)):
        with pytest.raises(MoveNotAllowed):
            duplicates.merge(keep=pair[0], other=pair[1], by=bob, now=SOON)
    with pytest.raises(MoveNotAllowed):
        cases.reopen(case=other, by=bob, reason="Again.", now=SOON)


def test_the_loop_is_whole_after_a_merge_and_after_its_undo(bob: User, keep: Case, other: Case) -> None:
    before = broken()
    merge = duplicates.merge(keep=keep, other=other, by=bob, now=SOON)
    assert broken() == before
    duplicates.undo(merge=merge, by=bob, now=SOON)
    assert broken() == before
