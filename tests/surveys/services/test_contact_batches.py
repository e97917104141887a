from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections

from accounts.models import Workspace
from surveys.models import Attribute, Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

LATER = MONDAY_9AM + timedelta(hours=1)


def row(n: int, **more: object) -> dict[str, object]:
    return {"external_id": f"C-{n}", "email": f"C{n}@Customer.example", "name": f"Customer {n}", **more}


def outcome(counts: contacts.Counts) -> tuple[int, int, int, list[int]]:
    return counts.new, counts.changed, counts.same, counts.conflicts


def test_new_changed_and_same_are_told_apart(acme: Workspace) -> None:
    first = contacts.upsert_many(workspace=acme, rows=[row(1), row(2), row(3)], now=MONDAY_9AM)
    second = contacts.upsert_many(workspace=acme, rows=[row(1), row(2, phone="123"), row(4)], now=LATER)
    assert (outcome(first), outcome(second)) == ((3, 0, 0, []), (1, 1, 1, []))
    same, changed = (Contact.objects.of(acme).get(external_id=f"C-{n}") for n in (1, 2))
    assert (same.updated_at, changed.updated_at) == (MONDAY_9AM, LATER)
    assert (changed.email, changed.phone) == ("c2@customer.example", "123")
    assert changed.search == "Customer 2 c2@customer.example C-2 123"


def test_a_batch_does_what_one_after_the_other_would(acme: Workspace, globex: Workspace) -> None:
    rows = [
        {"email": "a@x.example", "name": "A", "attributes": {"plan": "Gold"}},
        {"external_id": "1", "email": "A@x.example"},
        {"external_id": "1", "email": "b@x.example", "account_value": Decimal("5.5")},
        {"email": "a@x.example", "name": "Another A"},
        {"email": "b@x.example", "attributes": {"plan": "", "region": "North"}},
    ]
    assert outcome(contacts.upsert_many(workspace=acme, rows=rows, now=MONDAY_9AM)) == (2, 3, 0, [])
    for one in rows:
        contacts.upsert(workspace=globex, now=MONDAY_9AM, **one)
    fields = ("external_id", "email", "name", "account_value", "attributes", "search")
    kept, expected = (
        sorted(Contact.objects.of(place).values_list(*fields), key=str) for place in (acme, globex)
    )
    assert kept == expected
    names = [
        Attribute.objects.of(place).order_by("name").values_list("name", flat=True)
        for place in (acme, globex)
    ]
    assert "region" in names[0]


def test_rows_of_two_people_are_left_out_and_named(acme: Workspace) -> None:
    contacts.upsert_many(workspace=acme, rows=[row(1), row(2)], now=MONDAY_9AM)
    clash = {"external_id": "C-1", "email": "c2@customer.example", "name": "Who?"}
    assert outcome(contacts.upsert_many(workspace=acme, rows=[row(1), clash], now=LATER)) == (0, 0, 1, [1])


def test_a_new_address_forgets_that_the_old_one_did_not_work(acme: Workspace) -> None:
    contacts.upsert_many(workspace=acme, rows=[row(1), row(2)], now=MONDAY_9AM)
    Contact.objects.of(acme).update(undeliverable_at=MONDAY_9AM)
    contacts.upsert_many(
        workspace=acme, rows=[row(1, email="new@customer.example"), row(2, name="Renamed")], now=LATER
    )
    left = dict(Contact.objects.of(acme).values_list("external_id", "undeliverable_at"))
    assert left == {"C-1": None, "C-2": MONDAY_9AM}


def test_an_address_handed_on_within_a_batch_arrives(acme: Workspace) -> None:
    contacts.upsert_many(workspace=acme, rows=[row(1), row(2)], now=MONDAY_9AM)
    rows = [row(2, email="new@customer.example"), row(1, email="c2@customer.example")]
    assert outcome(contacts.upsert_many(workspace=acme, rows=rows, now=LATER)) == (0, 2, 0, [])
    assert dict(Contact.objects.of(acme).values_list("external_id", "email")) == {
        "C-1": "c2@customer.example",
        "C-2": "new@customer.example",
    }


def test_workspaces_do_not_meet(acme: Workspace, globex: Workspace) -> None:
    contacts.upsert_many(workspace=globex, rows=[row(1)], now=MONDAY_9AM)
    assert outcome(contacts.upsert_many(workspace=acme, rows=[row(1)], now=MONDAY_9AM)) == (1, 0, 0, [])


def test_a_batch_costs_the_same_few_statements_whatever_its_length(
    acme: Workspace, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[operator]  # pytest-django's fixture
        contacts.upsert_many(
            workspace=acme, rows=[row(n, attributes={"plan": "Gold"}) for n in range(500)], now=MONDAY_9AM
        )


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_people_make_each_once(acme: Workspace) -> None:
    def run(_turn: int) -> int:
        try:
            rows = [row(n) for n in range(100)]
            return contacts.upsert_many(workspace=acme, rows=rows, now=MONDAY_9AM).new
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 100
    assert Contact.objects.of(acme).count() == 100
