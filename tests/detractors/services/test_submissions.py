from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from core.models import IdempotencyKey
from detractors.models import Case
from detractors.queries import pages
from detractors.services import cases, submissions
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case()


def take(case: Case, by: User, submission: str = "word", seen: int | None = None) -> None:
    with submissions.once(case=case, by=by, submission=submission, seen=seen, now=LATER):
        cases.note(case=case, by=by, text="Once.", now=LATER)


def notes(case: Case) -> int:
    return len([event for event in pages.timeline(case=case).events if event.note == "Once."])


def test_a_form_is_taken_once(bob: User, case: Case) -> None:
    take(case, bob)
    with pytest.raises(submissions.AlreadyTaken):
        take(case, bob)
    assert notes(case) == 1


def test_two_people_never_share_a_word_and_no_word_is_no_promise(alice: User, bob: User, case: Case) -> None:
    take(case, bob)
    take(case, alice)
    take(case, bob, submission="")
    take(case, bob, submission="")
    assert notes(case) == 4


def test_what_failed_may_be_sent_again(bob: User, case: Case) -> None:
    with (
        pytest.raises(ValueError),
        submissions.once(case=case, by=bob, submission="word", seen=None, now=LATER),
    ):
        raise ValueError
    assert IdempotencyKey.objects.count() == 0
    take(case, bob)
    assert notes(case) == 1


def test_nothing_is_done_over_a_change_one_has_not_seen(alice: User, bob: User, case: Case) -> None:
    seen = pages.last_event_id(case=case)
    cases.note(case=case, by=alice, text="Wait.", now=LATER)
    with pytest.raises(submissions.Changed) as caught:
        take(case, bob, seen=seen)
    assert [event.note for event in caught.value.events] == ["Wait."]
    assert notes(case) == 0
    take(case, bob, seen=pages.last_event_id(case=case))
    assert notes(case) == 1
