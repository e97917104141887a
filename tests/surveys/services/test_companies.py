"""Companies follow the names contacts carry."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Workspace
from surveys.models import Company, Contact, Survey
from surveys.queries import companies as queries
from surveys.services import companies, contacts, responses
from tests.conftest import MONDAY_9AM
from tests.surveys.conftest import settle

pytestmark = pytest.mark.django_db


def add(acme: Workspace, name: str, company: str = "Keller AG", **facts: object) -> Contact:
    email = f"{name.lower()}@x.example"
    return contacts.upsert(workspace=acme, email=email, name=name, company=company, now=MONDAY_9AM, **facts)[
        0
    ]  # type: ignore[arg-type]


def test_people_of_one_name_share_a_company_however_they_come(acme: Workspace) -> None:
    ann = add(acme, "Ann")
    contacts.upsert_many(
        workspace=acme, now=MONDAY_9AM,
        rows=[{"email": "ben@x.example", "company": "Keller AG"}, {"email": "cem@x.example", "company": "Other"}],
    )  # fmt: skip
    ben = Contact.objects.of(acme).get(email="ben@x.example")
    assert ann.account_id is not None
    assert ben.account_id == ann.account_id
    assert list(Company.objects.of(acme).order_by("name").values_list("name", flat=True)) == [
        "Keller AG",
        "Other",
    ]
    contacts.update(contact=ben, company="", now=MONDAY_9AM)
    ben.refresh_from_db()
    assert (ben.company, ben.account_id) == ("", None)


def test_a_batch_moves_people_to_another_company(acme: Workspace) -> None:
    ann = add(acme, "Ann")
    contacts.upsert_many(
        workspace=acme, now=MONDAY_9AM, rows=[{"email": "ann@x.example", "company": "Other", "respondent_type": "EMPLOYEE"}]
    )  # fmt: skip
    ann.refresh_from_db()
    assert (ann.account and ann.account.name, ann.company, ann.respondent_type) == (
        "Other",
        "Other",
        "EMPLOYEE",
    )


def test_the_nps_of_a_company_is_that_of_its_peoples_last_answers(acme: Workspace, survey: Survey) -> None:
    for name, score in (("Ann", 10), ("Ben", 9), ("Cem", 2)):
        responses.record(workspace=acme, survey=survey, contact=add(acme, name), score=score, now=MONDAY_9AM)
    add(acme, "Dan")
    settle(acme)
    company = Company.objects.of(acme).get()
    standing = queries.standings(workspace=acme, companies=[company])[company.pk]
    assert (standing.people, standing.answered, round(standing.nps or 0, 1), standing.is_thin) == (
        4,
        3,
        33.3,
        True,
    )


def test_a_new_name_is_taken_along_by_its_people_and_found(acme: Workspace) -> None:
    ann = add(acme, "Ann", phone="+4930901820")
    company = Company.objects.of(acme).get()
    companies.change(company=company, name="Keller GmbH", value="12.000,50", now=MONDAY_9AM)
    ann.refresh_from_db()
    assert (ann.company, ann.search) == ("Keller GmbH", "Ann ann@x.example Keller GmbH +4930901820")
    assert ann.search == contacts.search_text(ann)
    assert ann.worth == Decimal("12000.50")
    contacts.update(contact=ann, account_value=7, now=MONDAY_9AM)
    assert Contact.objects.of(acme).get().worth == Decimal(7)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"name": " "}, "name"), ({"name": "Other"}, "name"), ({"name": "K", "value": "much"}, "value")],
)
def test_what_does_not_fit_is_refused_by_its_field(
    acme: Workspace, facts: dict[str, str], field: str
) -> None:
    add(acme, "Ann")
    add(acme, "Ben", company="Other")
    company = Company.objects.of(acme).get(name="Keller AG")
    with pytest.raises(ValidationError) as caught:
        companies.change(company=company, now=MONDAY_9AM, **facts)
    assert list(caught.value.message_dict) == [field]


def test_erasing_the_last_person_takes_the_company_along(acme: Workspace) -> None:
    ann, ben = add(acme, "Ann"), add(acme, "Ben")
    contacts.erase(contact=ann, now=MONDAY_9AM)
    assert Company.objects.of(acme).count() == 1
    contacts.erase(contact=ben, now=MONDAY_9AM)
    assert Company.objects.of(acme).count() == 0
