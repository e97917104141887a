"""Every sort and every group is walked by keys, both ways, without losing or repeating a case."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from accounts.rules.sight import EVERYTHING
from detractors import filters
from detractors.models import Case
from detractors.queries import queue, queue_rows
from detractors.rules import queue_layout as layout
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
MANAGER = Membership(user_id=7, role=Role.MANAGER)


@pytest.fixture
def many(
    acme: Workspace, bob: User, monkeypatch: pytest.MonkeyPatch, open_case: Callable[..., Case]
) -> list[Case]:
    """Seven cases with missing and equal values in every column that is sorted. Pages hold two."""
    monkeypatch.setattr(queue, "PAGE", 2)
    made = []
    for index in range(7):
        contact, _new = contacts.upsert(
            workspace=acme, email=f"c{index}@customer.example", name=f"Customer {index}", now=MONDAY_9AM
        )
        Contact.objects.of(acme).filter(pk=contact.pk).update(
            account_value=(None, Decimal("10.50"), Decimal(900))[index % 3]
        )
        made.append(open_case(now=MONDAY_9AM, contact=contact))
    for index, case in enumerate(made):
        Case.objects.of(acme).filter(pk=case.pk).update(
            rank_at=MONDAY_9AM + timedelta(minutes=index % 3),
            next_due_at=None if index % 4 == 0 else MONDAY_9AM + timedelta(hours=index % 2),
            opened_at=MONDAY_9AM - timedelta(days=index % 3),
            updated_at=MONDAY_9AM + timedelta(seconds=index % 2),
            score=None if index % 5 == 0 else index % 3,
            owner=None if index % 2 else bob,
            priority=("LOW", "URGENT", "HIGH")[index % 3],
        )
    return made


def expected(acme: Workspace, sort: str) -> list[int]:
    """The same order, made slowly by Python."""
    far = MONDAY_9AM + timedelta(days=36500)
    rows = list(Case.objects.of(acme).select_related("contact"))

    def key(case: Case) -> tuple[object, int]:
        contact = case.contact
        assert contact is not None
        worth = contact.account_value
        return {
            layout.RANK: (case.rank_at, case.number),
            layout.DUE: (case.next_due_at or far, case.number),
            layout.OPENED: (case.opened_at, case.number),
            layout.NEWEST: (-case.opened_at.timestamp(), -case.number),
            layout.UPDATED: (-case.updated_at.timestamp(), -case.number),
            layout.VALUE: (Decimal(1) if worth is None else -worth, -case.number),
            layout.SCORE: (99 if case.score is None else case.score, case.number),
        }[sort]

    return [case.number for case in sorted(rows, key=key)]  # type: ignore[type-var,arg-type]


def walk(acme: Workspace, user: User, query: dict[str, str]) -> tuple[list[int], list[int]]:
    """Case numbers met forth and (turned round) back, each step through the address, as a browser does."""
    address = filters.read(query, membership=MANAGER, now=MONDAY_9AM)

    def page(text: str) -> queue.Page:
        asked = dict(part.split("=") for part in text.removeprefix("?").split("&"))
        here = filters.read(asked, membership=MANAGER, now=MONDAY_9AM)
        return queue.page(workspace=acme, user=user, wanted=here.wanted, place=here.place)

    found = page(address.url())
    forth = [case.number for case in found.cases]
    while found.last is not None:
        found = page(address.neighbour(found.last))
        forth += [case.number for case in found.cases]
    back = [[case.number for case in found.cases]]
    while found.first is not None:
        found = page(address.neighbour(found.first))
        back.append([case.number for case in found.cases])
    return forth, [number for part in reversed(back) for number in part]


def test_every_sort_is_walked_by_keys_both_ways(acme: Workspace, bob: User, many: list[Case]) -> None:
    walked = {sort: walk(acme, bob, {"view": "open", "sort": sort}) for sort in layout.SORTS}
    assert walked == {sort: (expected(acme, sort), expected(acme, sort)) for sort in layout.SORTS}
    assert len(walked) == 7


def test_every_group_stands_together_and_is_walked_by_keys_both_ways(
    acme: Workspace, bob: User, many: list[Case]
) -> None:
    assert len(layout.GROUPS) == 5
    for group in layout.GROUPS:
        check_group(acme, bob, many, group)


def check_group(acme: Workspace, bob: User, many: list[Case], group: str) -> None:
    forth, back = walk(acme, bob, {"view": "open", "group": group, "sort": "due"})
    assert (sorted(forth), back) == ([case.number for case in many], forth), group
    by_number = {case.number: case for case in Case.objects.of(acme)}
    seen = [
        {"owner": case.owner_id, "priority": case.priority, "team": case.team_id,
         "touchpoint": case.touchpoint_id, "status": case.category}[group]
        for case in map(by_number.__getitem__, forth)
    ]  # fmt: skip
    changes = sum(one != other for one, other in pairwise(seen))
    assert changes == len(set(seen)) - 1, group
    if group == "priority":
        assert list(dict.fromkeys(seen)) == ["URGENT", "HIGH", "LOW"]


def test_a_file_holds_every_case_in_the_order_of_the_list(
    acme: Workspace, bob: User, many: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_rows, "CHUNK", 3)
    wanted = queue.Wanted(sort=layout.VALUE)
    rows = queue_rows.every(workspace=acme, user=bob, wanted=wanted, sight=EVERYTHING)
    assert [case.number for case in rows] == expected(acme, layout.VALUE)


INDEXES = [
    ("rank", "case_queue"),
    ("due", "case_queue_by_due"),
    ("opened", "case_queue_by_opened"),
    ("newest", "case_queue_by_opened"),
    ("updated", "case_queue_by_updated"),
    ("score", "case_queue_by_score"),
    ("value", "case_queue_by_value"),
    *((group, f"case_queue_in_{group}") for group in layout.GROUPS),
]


def test_a_sort_and_a_group_are_served_by_their_index(acme: Workspace, bob: User, many: list[Case]) -> None:
    """With sorting forbidden the planner finds another way only if an index gives this very order."""
    plans = {(sort, index): plan_of(acme, bob, sort) for sort, index in INDEXES}
    wrong = {key: plan for key, plan in plans.items() if "Sort" in plan or f" {key[1]} " not in plan}
    assert wrong == {}
    assert len(plans) == len(INDEXES)


def plan_of(acme: Workspace, bob: User, sort: str) -> str:
    wanted = queue.Wanted(group=sort) if sort in layout.GROUPS else queue.Wanted(sort=sort)
    place = queue.page(workspace=acme, user=bob, wanted=wanted).last
    cases = queue.wanted_cases(workspace=acme, user=bob, wanted=wanted)
    sql, params = queue.sql_of(queue.placed(cases, wanted.keys, place).values("number")[:26])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("SET LOCAL enable_bitmapscan = on")
        cursor.execute("SET LOCAL enable_sort = on")
    return plan
