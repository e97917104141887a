"""Each comparison of a saved filter, asked of the database."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from surveys.models import Contact, Survey
from surveys.queries import audience_rows
from surveys.services import attributes, contacts, responses
from tests.conftest import MONDAY_9AM
from tests.surveys.conftest import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(acme: Workspace, survey: Survey) -> None:
    """Ann answered 9 yesterday; Ben answered 2 after a 10; Cem never answered, was asked, has no address."""
    facts: list[dict[str, Any]] = [
        {"email": "ann@x.example", "name": "Ann", "company": "Keller AG", "language": "de", "account_value": 500,
         "attributes": {"region": "North", "seats": "5", "renews": "2026-03-31", "vip": "yes", "sales rep": "Zoë"}},
        {"email": "ben@x.example", "name": "Ben", "company": "Keller & Sons", "phone": "+4930901820",
         "attributes": {"region": "north", "seats": "40", "renews": "2026-12-01", "vip": "no"}},
        {"external_id": "c3", "name": "Cem", "attributes": {"region": "South", "seats": "007 people"}},
    ]  # fmt: skip
    for one in facts:
        contacts.upsert(workspace=acme, now=MONDAY_9AM, **one)
    for name, score, ago in (("Ann", 9, 1), ("Ben", 10, 30), ("Ben", 2, 2)):
        contact = Contact.objects.of(acme).get(name=name)
        moment = MONDAY_9AM - timedelta(days=ago)
        responses.record(
            workspace=acme, survey=survey, contact=contact, score=score, now=MONDAY_9AM, responded_at=moment
        )
    settle(acme)
    Contact.objects.of(acme).filter(name="Cem").update(
        last_asked_at=MONDAY_9AM - timedelta(days=10), watch_since=MONDAY_9AM, respondent_type="EMPLOYEE",
        created_at=MONDAY_9AM - timedelta(days=100),
    )  # fmt: skip
    for name, kind in (("seats", "NUMBER"), ("renews", "DATE"), ("vip", "BOOLEAN")):
        attributes.Attribute.objects.of(acme).filter(name=name).update(kind=kind)


def found(acme: Workspace, *rows: tuple[str, str, str], match: str = "all") -> list[str]:
    data = {
        "match": match,
        "conditions": [dict(zip(("field", "op", "value"), row, strict=True)) for row in rows],
    }
    who = audience_rows.fitting(workspace=acme, filter=data, now=MONDAY_9AM)
    return sorted(who.values_list("name", flat=True))


CASES = [
    (("attribute:region", "is", "NORTH"), ["Ann", "Ben"]),
    (("attribute:region", "is_not", "north"), ["Cem"]),
    (("attribute:region", "contains", "OUT"), ["Cem"]),
    (("attribute:sales rep", "contains", "ZOË"), ["Ann"]),
    (("attribute:sales rep", "contains", ".*"), []),
    (("attribute:sales rep", "is_not", "Zoë"), ["Ben", "Cem"]),
    (("attribute:vip", "known", ""), ["Ann", "Ben"]),
    (("attribute:vip", "unknown", ""), ["Cem"]),
    (("attribute:seats", "at_least", "6"), ["Ben"]),
    (("attribute:seats", "at_most", "5"), ["Ann"]),
    (("attribute:seats", "is", "40.0"), ["Ben"]),
    (("attribute:renews", "before", "2026-04-01"), ["Ann"]),
    (("attribute:renews", "after", "2026-03-31"), ["Ben"]),
    (("attribute:renews", "on", "2026-03-31"), ["Ann"]),
    (("attribute:vip", "yes", ""), ["Ann"]),
    (("attribute:vip", "no", ""), ["Ben"]),
    (("last_score", "at_most", "6"), ["Ben"]),
    (("last_score", "unknown", ""), ["Cem"]),
    (("last_segment", "is", "PROMOTER"), ["Ann"]),
    (("last_segment", "is_not", "PROMOTER"), ["Ben", "Cem"]),
    (("last_segment", "unknown", ""), ["Cem"]),
    (("last_answered_at", "within_days", "1"), ["Ann"]),
    (("last_answered_at", "before_days", "1"), ["Ben"]),
    (("last_answered_at", "never", ""), ["Cem"]),
    (("last_asked_at", "within_days", "10"), ["Cem"]),
    (("last_asked_at", "never", ""), ["Ann", "Ben"]),
    (("created_at", "before", "2026-03-02"), ["Cem"]),
    (("created_at", "after", "2026-03-01"), ["Ann", "Ben"]),
    (("created_at", "after", "2026-03-02"), []),
    (("language", "is", "DE"), ["Ann"]),
    (("language", "unknown", ""), ["Ben", "Cem"]),
    (("company", "contains", "keller"), ["Ann", "Ben"]),
    (("company", "is", "keller ag"), ["Ann"]),
    (("company", "is_not", "Keller AG"), ["Ben", "Cem"]),
    (("account_value", "at_least", "500"), ["Ann"]),
    (("account_value", "unknown", ""), ["Ben", "Cem"]),
    (("respondent_type", "is", "EMPLOYEE"), ["Cem"]),
    (("is_watched", "yes", ""), ["Cem"]),
    (("has_email", "no", ""), ["Cem"]),
    (("has_phone", "yes", ""), ["Ben"]),
]


@pytest.mark.usefixtures("people")
def test_each_comparison_finds_its_people(acme: Workspace) -> None:
    assert [(row, found(acme, row)) for row, _who in CASES] == CASES


@pytest.mark.usefixtures("people")
def test_all_narrows_and_any_widens(acme: Workspace) -> None:
    rows = (("attribute:region", "is", "North"), ("last_segment", "is", "DETRACTOR"))
    more = (("has_email", "no", ""), ("last_score", "at_least", "9"))
    assert found(acme, *rows) == ["Ben"]
    assert found(acme, *more, match="any") == ["Ann", "Cem"]


@pytest.mark.usefixtures("people")
def test_a_filter_that_cannot_be_read_means_nobody(acme: Workspace) -> None:
    assert (found(acme), found(acme, ("attribute:gone", "is", "x"))) == ([], [])


@pytest.mark.usefixtures("people")
def test_erased_people_are_in_no_audience(acme: Workspace) -> None:
    contacts.erase(contact=Contact.objects.of(acme).get(name="Cem"), now=MONDAY_9AM)
    assert found(acme, ("has_email", "no", "")) == []


@pytest.mark.usefixtures("people")
def test_counts_are_exact_up_to_the_limit_and_estimates_above(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Contact.objects.of(acme).present()
    assert audience_rows.headcount(rows) == audience_rows.Headcount(3, is_estimate=False)
    monkeypatch.setattr(audience_rows, "EXACT", 2)
    many = audience_rows.headcount(rows)
    assert (many.is_estimate, many.number >= 2) == (True, True)
