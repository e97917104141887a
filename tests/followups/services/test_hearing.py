"""What a customer says reaches their case, whatever state it is in."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from detractors.models import Case, CaseEvent, Notification
from detractors.services import cases, hearing
from tests.conftest import MONDAY_9AM
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def fresh(case: Case) -> Case:
    return Case.objects.of(case.workspace_id).get(pk=case.pk)


def told(user: User) -> list[str]:
    return list(Notification.objects.across_workspaces().filter(user=user).values_list("kind", flat=True))


def test_words_end_the_wait_and_the_owner_hears_of_them_once(case: Case, bob: User) -> None:
    cases.wait(case=case, by=bob, waiting_for="the invoice", now=LATER)
    event = hearing.wrote(case=case, text=" Here it is. ", now=LATER + HOUR, by_way=hearing.MAIL, mail="m1")
    assert (event.kind, event.note, event.facts) == (
        "CUSTOMER_WROTE",
        "Here it is.",
        {"way": "MAIL", "mail": "m1"},
    )
    assert (fresh(case).category, fresh(case).customer_wrote_at) == ("OPEN", LATER + HOUR)
    assert told(bob).count("WROTE") == 1


def test_words_to_a_case_that_is_over_open_it_again(case: Case, resolve: Callable[..., Case]) -> None:
    resolve(case)
    hearing.wrote(case=case, text="It broke again.", now=MONDAY_9AM + HOUR, by_way=hearing.PAGE)
    assert (fresh(case).category, fresh(case).reopened_count) == ("OPEN", 1)
    kinds = (
        CaseEvent.objects.of(case.workspace_id)
        .filter(case=case)
        .order_by("-pk")
        .values_list("kind", flat=True)
    )
    assert list(kinds[:2]) == ["CUSTOMER_WROTE", "REOPENED"]


@pytest.mark.parametrize(("is_solved", "category"), [(True, "RESOLVED"), (False, "OPEN")])
def test_what_they_say_of_the_fix_decides_whether_it_stays_closed(
    case: Case, bob: User, resolve: Callable[..., Case], is_solved: bool, category: str
) -> None:
    resolve(case)
    event = hearing.said(
        case=case, is_solved=is_solved, text="Still red." * (not is_solved), now=LATER + HOUR
    )
    assert (event.facts["solved"], fresh(case).category) == (is_solved, category)
    assert "SAID" in told(bob)
