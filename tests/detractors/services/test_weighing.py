"""Other weights move the open cases, in batches, and only those that have another place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Case, RankRecount, RankWeights
from detractors.services import decisions, ranking, weighing
from surveys.models import Contact, Response
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

USUAL = {
    "score_minutes": 180,
    "chronic_minutes": 60,
    "long_standing_minutes": 60,
    "one_off_minutes": 0,
    "exposure_minutes": 240,
}


def weights(
    workspace: Workspace, steps: Any = ((100_000, 180), (10_000, 120), (1_000, 60)), **more: int
) -> RankWeights:
    return weighing.read(workspace=workspace, minutes={**USUAL, **more}, steps=steps)


def three(acme: Workspace, answer: Callable[..., Response]) -> list[Case]:
    for score in (0, 3, 6):
        contact: Contact = contacts.upsert(
            workspace=acme, email=f"c{score}@customer.example", account_value=5_000, now=MONDAY_9AM
        )[0]
        answer(score, contact=contact)
    decisions.decide_pending(now=MONDAY_9AM)
    return list(Case.objects.of(acme).order_by("number"))


def test_the_cases_move_and_the_recount_says_how_far_it_is(
    acme: Workspace, bob: User, answer: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = three(acme, answer)
    assert [sum(part["minutes"] for part in case.rank_parts) for case in before] == [240, 150, 60]
    monkeypatch.setattr(weighing, "BATCH", 2)
    assert weighing.change(weights=weights(acme, score_minutes=360), now=MONDAY_9AM) is True
    work = RankRecount.objects.of(acme).get()
    assert (work.total, work.done, work.finished_at) == (3, 0, None)
    assert weighing.recount(now=MONDAY_9AM, batches=1) == 2
    work.refresh_from_db()
    assert (work.done, work.moved, work.finished_at) == (2, 2, None)
    assert weighing.recount(now=MONDAY_9AM + timedelta(minutes=1)) == 1
    work.refresh_from_db()
    assert (work.done, work.moved, work.finished_at) == (3, 2, MONDAY_9AM + timedelta(minutes=1))
    after = list(Case.objects.of(acme).order_by("number"))
    assert [sum(part["minutes"] for part in case.rank_parts) for case in after] == [420, 240, 60]
    assert [case.rank_at for case in after] == [
        (case.next_due_at or MONDAY_9AM) - timedelta(minutes=minutes)
        for case, minutes in zip(after, (420, 240, 60), strict=True)
    ]
    assert [case.priority for case in after] == ["URGENT", "HIGH", "NORMAL"]
    assert [now.version - then.version for now, then in zip(after, before, strict=True)] == [1, 1, 0]


def test_the_same_weights_again_are_no_work(acme: Workspace) -> None:
    assert weighing.change(weights=weights(acme), now=MONDAY_9AM) is True
    assert weighing.recount(now=MONDAY_9AM) == 0
    assert weighing.change(weights=weights(acme), now=MONDAY_9AM) is False
    assert RankRecount.objects.of(acme).get().finished_at == MONDAY_9AM


def test_a_second_change_begins_again(
    acme: Workspace, bob: User, answer: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    three(acme, answer)
    monkeypatch.setattr(weighing, "BATCH", 2)
    weighing.change(weights=weights(acme, score_minutes=360), now=MONDAY_9AM)
    weighing.recount(now=MONDAY_9AM, batches=1)
    weighing.change(weights=weights(acme, score_minutes=60), now=MONDAY_9AM)
    weighing.recount(now=MONDAY_9AM)
    sums = [
        sum(part["minutes"] for part in case.rank_parts) for case in Case.objects.of(acme).order_by("number")
    ]
    assert sums == [120, 90, 60]
    assert RankRecount.objects.of(acme).get().done == 3


def test_another_account_value_is_found_by_the_recount(
    acme: Workspace, bob: User, answer: Callable[..., Response]
) -> None:
    [first, *_rest] = three(acme, answer)
    Contact.objects.of(acme).filter(pk=first.contact_id).update(account_value=200_000)
    weighing.ask(workspace=acme, now=MONDAY_9AM)
    weighing.recount(now=MONDAY_9AM)
    first.refresh_from_db()
    assert first.account_value == 200_000
    assert {part["code"]: part["minutes"] for part in first.rank_parts} == {"SCORE": 180, "VALUE": 180}


def test_a_closed_case_keeps_what_it_had(acme: Workspace, bob: User, answer: Callable[..., Response]) -> None:
    [first, *_rest] = three(acme, answer)
    Case.objects.of(acme).filter(pk=first.pk).update(category="CLOSED", closed_at=MONDAY_9AM)
    weighing.change(weights=weights(acme, score_minutes=0), now=MONDAY_9AM)
    assert weighing.recount(now=MONDAY_9AM) == 2
    first.refresh_from_db()
    assert {part["code"] for part in first.rank_parts} == {"SCORE", "VALUE"}


@pytest.mark.parametrize(
    ("steps", "more", "field"),
    [
        ((), {"score_minutes": -1}, "score_minutes"),
        ((), {"exposure_minutes": 100_001}, "exposure_minutes"),
        (((1_000, 90), (10_000, 60)), {}, "value_steps"),
        ((("many", 60),), {}, "value_steps"),
        (((1_000, -5),), {}, "value_steps"),
        (tuple((step, step) for step in range(7)), {}, "value_steps"),
    ],
)
def test_weights_that_make_no_sense_are_refused_by_name(
    acme: Workspace, steps: Any, more: dict[str, int], field: str
) -> None:
    with pytest.raises(weighing.BadWeights) as error:
        weights(acme, steps=steps, **more)
    assert error.value.field == field


def test_steps_are_kept_the_largest_first(acme: Workspace) -> None:
    row = weights(acme, steps=((1_000, 10), (50_000, 99)))
    assert row.value_steps == [[50_000, 99], [1_000, 10]]
    assert [minutes for _least, minutes in ranking.weights_in(row).value_steps] == [99, 10]
