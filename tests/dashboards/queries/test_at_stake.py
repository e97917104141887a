"""What is at stake, and won back: every customer once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership, Team, User, Workspace
from accounts.sight_queries import sight_of
from dashboards.queries.at_stake import NOTHING, Stake, at_stake, lately, stayed, won_back
from detractors.models import Case, Retention
from followups.models import Resurvey
from surveys.models import Company, Contact
from tests.conftest import MONDAY_9AM
from tests.dashboards.support import a_contact, a_survey, an_answer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_case(
    workspace: Workspace, number: int, contact: Contact | None, worth: int | None, **fields: Any
) -> Case:
    return Case.objects.of(workspace).create(
        workspace=workspace, number=number, contact=contact, account_value=worth, rank_at=MONDAY_9AM, opened_at=MONDAY_9AM,
        created_at=MONDAY_9AM, updated_at=MONDAY_9AM, **fields,
    )  # fmt: skip


def test_a_company_counts_once_with_its_largest_value_and_a_team_likewise(acme: Workspace, bob: User) -> None:
    first, second = (
        Team.objects.of(acme).get(),
        Team.objects.of(acme).create(workspace=acme, name="Second", created_at=MONDAY_9AM),
    )
    ibex = Company.objects.of(acme).create(
        workspace=acme, name="Ibex", created_at=MONDAY_9AM, updated_at=MONDAY_9AM
    )
    ines, ivan, alone = (
        a_contact(acme, MONDAY_9AM, name, account=account)
        for name, account in (("Ines", ibex), ("Ivan", ibex), ("Alone", None))
    )
    a_case(acme, 1, ines, 5000, team=first)
    a_case(acme, 2, ivan, 8000, team=second, is_public=True)
    a_case(acme, 3, alone, 300, team=first, category="WAITING", waiting_since=MONDAY_9AM, owner=bob)
    a_case(acme, 4, a_contact(acme, MONDAY_9AM, "Unknown"), None, team=first)
    a_case(acme, 5, None, None)
    a_case(acme, 6, a_contact(acme, MONDAY_9AM, "Over"), 90_000, category="CLOSED", closed_at=MONDAY_9AM)
    found = at_stake(workspace=acme)
    assert found.total == Stake(Decimal("8300.00"), customers=2, cases=5, unvalued=2, public=1)
    assert found.teams == {
        first.pk: Stake(Decimal("5300.00"), 2, 3, 1, 0),
        second.pk: Stake(Decimal("8000.00"), 1, 1, 0, 1),
        None: Stake(NOTHING, 0, 1, 1, 0),
    }
    assert found.currency == "EUR"
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True, team=second)
    limited = at_stake(workspace=acme, sight=sight_of(Membership.objects.of(acme).get(user=bob)))
    assert limited.total == Stake(
        Decimal("8300.00"), 2, 2, 0, 1
    )  # the second team's, and the one of their own


def test_what_everybody_sees_is_kept_for_a_minute_and_a_limited_view_is_not(
    acme: Workspace, bob: User, django_assert_num_queries: Any
) -> None:
    a_case(acme, 1, a_contact(acme, MONDAY_9AM, "Gus"), 700)
    first = lately(workspace=acme)
    a_case(acme, 2, a_contact(acme, MONDAY_9AM, "Ida"), 300)
    with django_assert_num_queries(0):
        assert lately(workspace=acme) == first
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True, team=None)
    limited = sight_of(Membership.objects.of(acme).get(user=bob))
    assert lately(workspace=acme, sight=limited).total == Stake()


def test_nothing_is_at_stake_elsewhere(acme: Workspace, globex: Workspace) -> None:
    a_case(globex, 1, a_contact(globex, MONDAY_9AM, "Gus"), 700)
    assert (at_stake(workspace=acme).total, at_stake(workspace=globex).total.value) == (Stake(), Decimal(700))


def test_won_back_counts_second_answers_of_the_time_each_customer_once(acme: Workspace) -> None:
    survey = a_survey(acme, MONDAY_9AM)
    ines = a_contact(acme, MONDAY_9AM, "Ines")
    over = {"category": "CLOSED", "closed_at": MONDAY_9AM}
    for number, (contact, worth, outcome, at) in enumerate(
        (
            (ines, 1000, "RECOVERED", MONDAY_9AM),
            (ines, 1200, "CONVERTED", MONDAY_9AM),
            (a_contact(acme, MONDAY_9AM, "Not"), 4000, "NOT_RECOVERED", MONDAY_9AM),
            (a_contact(acme, MONDAY_9AM, "Earlier"), 8000, "RECOVERED", MONDAY_9AM - 2 * DAY),
        ),
        start=1,
    ):
        case = a_case(acme, number, contact, worth, outcome=outcome, **over)
        Resurvey.objects.of(acme).create(
            workspace=acme, case=case, status="ANSWERED", due_at=at, settled_at=at, created_at=at,
            response=an_answer(survey, 9, at, contact=contact, purpose="RESURVEY"), score_before=3, score_after=9,
        )  # fmt: skip
    found = won_back(workspace=acme, since=MONDAY_9AM - DAY, until=MONDAY_9AM + DAY)
    assert found == Stake(Decimal("1200.00"), customers=1, cases=2)
    assert won_back(workspace=acme, since=MONDAY_9AM + DAY, until=MONDAY_9AM + 2 * DAY) == Stake()


def test_kept_and_lost_count_each_customer_once_as_was_said_last(acme: Workspace, bob: User) -> None:
    ibex = Company.objects.of(acme).create(
        workspace=acme, name="Ibex", created_at=MONDAY_9AM, updated_at=MONDAY_9AM
    )
    ines, ivan = (a_contact(acme, MONDAY_9AM, name, account=ibex) for name in ("Ines", "Ivan"))
    alone = a_contact(acme, MONDAY_9AM, "Alone")
    for number, (contact, state, day, value) in enumerate(
        (
            (ines, "LOST", 3, 900),
            (ivan, "KEPT", 9, 400),
            (alone, "LOST", 4, None),
            (None, "KEPT", 5, 50),
            (alone, "KEPT", 31, 7),
        ),
        start=1,
    ):
        case = a_case(acme, number, contact, None, category="CLOSED", closed_at=MONDAY_9AM)
        Retention.objects.of(acme).create(
            workspace=acme, case=case, state=state, on_date=date(2026, 3, day), value=value, set_at=MONDAY_9AM, set_by=bob
        )  # fmt: skip
    found = stayed(workspace=acme, since=date(2026, 3, 1), until=date(2026, 3, 30))
    assert found == {"KEPT": (2, Decimal("950.00")), "LOST": (1, NOTHING)}
    assert stayed(workspace=acme, since=date(2026, 4, 1), until=date(2026, 4, 30)) == {
        "KEPT": (0, NOTHING), "LOST": (0, NOTHING),
    }  # fmt: skip
