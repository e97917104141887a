from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Membership, Team, User, Workspace
from detractors.enums import BulkAct
from detractors.models import BulkAction, Case, CaseEvent
from detractors.queries.queue import Wanted
from detractors.services import bulk, bulk_moves, bulk_runs, cases
from detractors.services.errors import MoveNotAllowed
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def seven(
    acme: Workspace, bob: User, open_cases: Callable[..., list[Case]], monkeypatch: pytest.MonkeyPatch
) -> list[Case]:
    """Seven open cases, and batches of two so that they are several."""
    monkeypatch.setattr(bulk_runs, "BATCH", 2)
    monkeypatch.setattr(bulk_runs, "AT_ONCE", 2)
    person = lambda n: contacts.upsert(workspace=acme, email=f"c{n}@x.example", name=f"C{n}", now=MONDAY_9AM)  # noqa: E731
    return open_cases([person(n)[0] for n in range(7)])


def begin(acme: Workspace, by: User, act: str = BulkAct.WAIT, **given: Any) -> BulkAction:
    given = given or {"waiting_for": "a photo from Ines", "status": None}
    return bulk_runs.start(workspace=acme, wanted=Wanted(tab="open"), act=act, given=given, by=by, now=LATER)


def waiting(acme: Workspace) -> int:
    return int(Case.objects.of(acme).filter(category="WAITING").count())


def test_it_goes_on_in_the_background_counts_everything_once_and_forgets_the_words(
    acme: Workspace, bob: User, seven: list[Case]
) -> None:
    cases.wait(case=seven[6], by=bob, waiting_for="a receipt", now=MONDAY_9AM)
    row = begin(acme, bob)
    assert (row.status, row.rows_total, row.rows_changed, waiting(acme)) == ("RUNNING", 7, 2, 3)
    assert bulk_runs.run(now=LATER) > 0
    row.refresh_from_db()
    assert (row.status, row.rows_done, row.rows_changed, row.rows_left) == ("DONE", 7, 6, 1)
    assert (row.wanted, row.given, waiting(acme)) == (None, None, 7)
    assert CaseEvent.objects.of(acme).filter(kind="WAITING", at__gte=LATER).count() == 6
    assert bulk_runs.run(now=LATER) == 0


def test_a_case_that_opens_meanwhile_is_not_meant(
    acme: Workspace, bob: User, seven: list[Case], open_case: Callable[..., Case]
) -> None:
    row = begin(acme, bob)
    person, _new = contacts.upsert(workspace=acme, email="late@x.example", now=LATER)
    late = open_case(now=LATER, contact=person)
    bulk_runs.run(now=LATER)
    late.refresh_from_db()
    row.refresh_from_db()
    assert (late.category, row.rows_changed) == ("OPEN", 7)


def test_killed_in_a_batch_it_begins_that_batch_again_when_the_lease_is_over(
    acme: Workspace, bob: User, seven: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = begin(acme, bob)
    real = bulk.do

    def dies(**facts: Any) -> Any:
        real(**facts)
        raise KeyboardInterrupt

    monkeypatch.setattr(bulk, "do", dies)
    with pytest.raises(KeyboardInterrupt):
        bulk_runs.run(now=LATER)
    monkeypatch.setattr(bulk, "do", real)
    row.refresh_from_db()
    assert (row.rows_done, waiting(acme), bulk_runs.run(now=LATER)) == (2, 2, 0)
    bulk_runs.run(now=LATER + 2 * bulk_runs.LEASE)
    row.refresh_from_db()
    assert (row.status, row.rows_changed, waiting(acme)) == ("DONE", 7, 7)


def test_who_may_no_longer_do_it_stops_there(
    acme: Workspace, alice: User, bob: User, seven: list[Case]
) -> None:
    row = begin(acme, alice, BulkAct.ASSIGN, owner=alice)
    Membership.objects.of(acme).filter(user=alice).update(role="ANALYST")
    bulk_runs.run(now=LATER)
    row.refresh_from_db()
    assert (row.status, row.last_error, row.rows_changed) == ("STOPPED", "NOT_ALLOWED", 2)
    assert Case.objects.of(acme).filter(owner=alice).count() == 2


def test_what_is_out_of_sight_by_now_is_not_touched(acme: Workspace, bob: User, seven: list[Case]) -> None:
    Case.objects.of(acme).update(owner=None)
    row = begin(acme, bob)
    elsewhere = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    elsewhere.save()
    Case.objects.of(acme).filter(pk=seven[5].pk).update(team=elsewhere)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    bulk_runs.run(now=LATER)
    row.refresh_from_db()
    assert Case.objects.of(acme).get(pk=seven[5].pk).category == "OPEN"
    assert (row.status, row.rows_changed, waiting(acme)) == ("DONE", 6, 6)


def test_undoing_walks_all_parts_and_keeps_what_was_worked_on(
    acme: Workspace, alice: User, bob: User, seven: list[Case]
) -> None:
    row = begin(acme, bob)
    bulk_runs.run(now=LATER)
    cases.note(case=seven[3], by=alice, text="She called.", now=LATER)
    with pytest.raises(MoveNotAllowed):
        bulk_runs.undo(action=row, by=alice, now=LATER)
    bulk_runs.undo(action=row, by=bob, now=LATER)
    bulk_runs.run(now=LATER)
    row.refresh_from_db()
    assert (row.status, row.rows_restored, waiting(acme)) == ("UNDONE", 6, 1)
    kept = [one["number"] for part in row.parts.all() for one in part.kept]
    assert kept == [seven[3].number]
    assert bulk_runs.undo(action=row, by=bob, now=LATER).rows_restored == 6


def test_stopped_it_moves_no_further_case_and_can_be_taken_back(
    acme: Workspace, bob: User, seven: list[Case]
) -> None:
    row = begin(acme, bob)
    bulk_runs.stop(action=row, by=bob, now=LATER)
    bulk_runs.run(now=LATER)
    assert waiting(acme) == 2
    bulk_runs.undo(action=row, by=bob, now=LATER)
    bulk_runs.run(now=LATER)
    assert waiting(acme) == 0
    bulk_runs.run(now=LATER + bulk_runs.KEPT_FOR)
    assert BulkAction.objects.of(acme).count() == 0


def test_what_an_act_needs_survives_being_stored(acme: Workspace, alice: User) -> None:
    given = {"owner": alice, "until": LATER, "status": None, "tag": "Carrier"}
    assert bulk_moves.loaded(workspace=acme, plain=bulk_moves.stored(given)) == given
