"""Each filter finds its case and no other."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Membership, Team, User, Workspace
from detractors import filters
from detractors.models import Case
from detractors.queries import queue
from detractors.services import cases
from surveys.models import Company, Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + timedelta(hours=1)
MANAGER = Membership(user_id=7, role=Role.MANAGER)


@pytest.fixture
def one(acme: Workspace, bob: User, open_case: Callable[..., Case]) -> Case:
    """The case that every filter below describes; beside it stands one that none does."""
    contact, _new = contacts.upsert(
        workspace=acme, email="ana@ibex.example", name="Ana", company="Ibex", language="pt", now=MONDAY_9AM
    )
    other, _new = contacts.upsert(
        workspace=acme, email="zoe@oryx.example", name="Zoe", company="Oryx", language="fr", now=MONDAY_9AM
    )
    Company.objects.of(acme).filter(name="Ibex").update(value=Decimal(20_000))
    Contact.objects.of(acme).filter(pk=other.pk).update(account_value=Decimal(10))
    contact.refresh_from_db()
    other.refresh_from_db()
    case, far = open_case(now=MONDAY_9AM, contact=contact), open_case(7 - 1, now=MONDAY_9AM, contact=other)
    cases.wait(case=case, by=bob, waiting_for="a photo", now=NOW - timedelta(days=4))
    team = Team(workspace=acme, name="Second line", created_at=MONDAY_9AM)
    team.save()
    Case.objects.of(acme).filter(pk=case.pk).update(
        team=team, next_due_at=NOW + timedelta(hours=3), opened_at=NOW - timedelta(days=8), score=1,
        origin="COMPLAINT",
    )  # fmt: skip
    Case.objects.of(acme).filter(pk=far.pk).update(
        next_due_at=NOW + timedelta(days=40), opened_at=NOW, team=None
    )
    return case


DESCRIBED: list[tuple[dict[str, str], bool | None]] = [
    ({"language": "pt"}, True), ({"language": "de"}, False), ({"company": "ibex"}, True), ({"company": "Ibe"}, False),
    ({"value": "20000"}, True), ({"value": "20001"}, False), ({"due": "4h"}, True), ({"due": "overdue"}, False),
    ({"due": "none"}, False), ({"age": "7d"}, True), ({"age": "30d"}, False), ({"waiting": "yes"}, True),
    ({"waiting": "3d"}, True), ({"waiting": "7d"}, False), ({"origin": "COMPLAINT"}, True), ({"origin": "STAFF"}, False),
    ({"score": "1"}, True), ({"segment": "PROMOTER"}, False), ({"team": "none"}, None), ({"status": "WAITING"}, True),
]  # fmt: skip


def test_a_filter_finds_what_it_describes(acme: Workspace, bob: User, one: Case) -> None:
    found, expected = [], []
    for query, is_found in DESCRIBED:
        address = filters.read({"view": "open", **query}, membership=MANAGER, now=NOW)
        assert set(address.values) == set(query)
        page = queue.page(workspace=acme, user=bob, wanted=address.wanted)
        found.append((query, [case.number for case in page.cases]))
        other = [one.number + 1]
        expected.append((query, other if is_found is None else [one.number] if is_found else []))
    assert found == expected


def test_the_team_the_segment_and_the_channel_are_filters_too(acme: Workspace, bob: User, one: Case) -> None:
    one.refresh_from_db()

    def count(**query: Any) -> int:
        wanted = filters.read({"view": "open", **query}, membership=MANAGER, now=NOW).wanted
        return len(queue.page(workspace=acme, user=bob, wanted=wanted).cases)

    assert one.response is not None
    assert (
        count(team=str(one.team_id)),
        count(segment="DETRACTOR"),
        count(channel=one.response.channel),
    ) == (
        1,
        2,
        2,
    )


@pytest.mark.parametrize(
    "query",
    [
        {"due": "soon"}, {"age": "1y"}, {"waiting": "no"}, {"value": "0"}, {"value": "1" * 14}, {"value": "-5"}, {"team": "x"},
        {"segment": "HAPPY"}, {"channel": "PIGEON"}, {"origin": "SKY"}, {"sort": "luck"}, {"group": "moon"},
    ],
)  # fmt: skip
def test_what_nobody_can_mean_is_left_out(query: dict[str, str]) -> None:
    address = filters.read({"view": "open", **query}, membership=MANAGER, now=NOW)
    assert (address.url(), address.wanted.sort, address.wanted.group) == ("?view=open", "", "")
