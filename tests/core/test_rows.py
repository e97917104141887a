"""Rows inserted column by column are those Django would have inserted one by one."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.forms.models import model_to_dict

from accounts.models import User, Workspace
from core import rows
from core.rows import Mold
from detractors.models import Case, CaseEvent, SlaTimer
from detractors.services import decisions
from surveys.models import Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

DIFFICULT = ['"quoted" \\ and {braced}, (with commas)', "NULL", "", "two\nlines\tä 😀 'single' %s", " space "]


@pytest.fixture
def case(acme: Workspace, alice: User) -> Case:
    contact, _made = contacts.upsert(workspace=acme, email="ines@customer.example", now=MONDAY_9AM)
    survey = Survey.objects.of(acme).get()
    responses.record(workspace=acme, survey=survey, contact=contact, score=3, now=MONDAY_9AM)
    decisions.decide_pending(now=MONDAY_9AM)
    found: Case = Case.objects.of(acme).select_related("contact").get()
    return found


def new_cases(acme: Workspace, start: int) -> list[Case]:
    return [
        Case(
            workspace=acme, number=start + place, rank_at=MONDAY_9AM + timedelta(microseconds=place), stated_complaint=words,
            search=words, rank_facts={"said": words, "deep": [1, None, {"a": words}]}, score=place % 3 or None,
            account_value=Decimal("12.50") * place if place else None, is_chronic=place % 2 == 1, opened_at=MONDAY_9AM,
            created_at=MONDAY_9AM, updated_at=MONDAY_9AM,
        )
        for place, words in enumerate(DIFFICULT)
    ]  # fmt: skip


def stored(objects: list[Any]) -> list[dict[str, Any]]:
    found = [type(one).unscoped.get(pk=one.pk) for one in objects]
    return [
        {
            name: value
            for name, value in one.__dict__.items()
            if name not in ("_state", "id", "number", "link_nonce")
        }
        for one in found
    ]


def test_they_are_what_bulk_create_stores_with_whatever_words(acme: Workspace, alice: User) -> None:
    ours, theirs = new_cases(acme, 100), new_cases(acme, 200)
    rows.insert(ours)
    Case.objects.of(acme).bulk_create(theirs)
    assert stored(ours) == stored(theirs)
    assert [
        one.stated_complaint for one in Case.objects.of(acme).filter(number__lt=200).order_by("pk")
    ] == DIFFICULT
    assert not ours[0]._state.adding
    ours[0].stated_complaint = "changed"
    ours[0].save()  # it is known to be stored
    assert Case.objects.of(acme).get(pk=ours[0].pk).stated_complaint == "changed"


def test_a_row_may_point_to_one_that_had_no_key_yet(acme: Workspace, alice: User) -> None:
    cases = new_cases(acme, 100)
    line = CaseEvent(workspace=acme, case=cases[1], kind="NOTE", at=MONDAY_9AM, note="", facts={})
    rows.insert(cases)
    rows.insert([line])
    assert CaseEvent.objects.of(acme).get().case == cases[1]
    rows.insert([])


def test_true_and_one_are_two_things_in_json(acme: Workspace, case: Case) -> None:
    before = CaseEvent.objects.of(acme).count()
    rows.insert(
        [
            CaseEvent(workspace=acme, case=case, kind="NOTE", at=MONDAY_9AM, facts=facts)
            for facts in ({"a": 1}, {"a": True}, {"a": 1.0})
        ]
    )
    found = [line.facts["a"] for line in CaseEvent.objects.of(acme).order_by("pk")[before:]]
    assert [repr(one) for one in found] == ["1", "True", "1.0"]


def test_what_does_not_fit_is_refused_as_ever(acme: Workspace, case: Case) -> None:
    long = [CaseEvent(workspace=acme, case=case, kind=kind, at=MONDAY_9AM) for kind in ("NOTE", "X" * 15)]
    with pytest.raises(DataError), transaction.atomic():
        rows.insert(long)  # not cut off
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(new_cases(acme, case.number))  # a number comes once


def test_conflicts_can_be_left_out(acme: Workspace, case: Case) -> None:
    timers = list(SlaTimer.objects.of(acme))
    for timer in timers:
        timer.pk = None
    rows.insert(timers, ignore_conflicts=True)
    assert SlaTimer.objects.of(acme).count() == len(timers) == 2


def test_a_mold_makes_what_the_model_makes(acme: Workspace, case: Case) -> None:
    facts: dict[str, Any] = {"number": 7, "score": 3, "stated_complaint": "Late", "opened_at": MONDAY_9AM}
    alike: dict[str, Any] = {"workspace": acme, "created_at": MONDAY_9AM, "updated_at": MONDAY_9AM}
    mold = Mold(Case, **alike)
    ours, other = (mold.make(**facts, contact=case.contact, touchpoint=None) for _turn in range(2))
    theirs = Case(**alike, **facts, contact=case.contact, touchpoint=None)
    assert list(ours.__dict__) == list(theirs.__dict__)
    assert model_to_dict(ours) == model_to_dict(theirs)
    assert (ours.contact, ours.workspace, ours.touchpoint) == (case.contact, acme, None)
    assert ours._state.adding
    assert ours.pk is None
    # What is made anew for each row is one's own.
    assert len({ours.link_nonce, other.link_nonce, theirs.link_nonce}) == 3
    assert ours.rank_parts is not other.rank_parts
    ours.contact = None
    assert other.contact == case.contact
