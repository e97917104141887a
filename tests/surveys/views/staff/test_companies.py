"""Companies in the browser."""

from datetime import timedelta

import pytest

from accounts.models import Membership, User, Workspace
from surveys.models import Company
from surveys.queries import companies
from surveys.services import contacts
from tests.conftest import MONDAY_9AM, signed_in

LIST = "/w/acme/contacts/companies/"


def add(acme: Workspace, name: str, company: str, region: str = "North") -> None:
    contacts.upsert(
        workspace=acme, email=f"{name}@x.example", name=name, company=company, attributes={"region": region},
        now=MONDAY_9AM,
    )  # fmt: skip


def names(page: object) -> list[str]:
    return [row["company"].name for row in page.context["rows"]]  # type: ignore[attr-defined]


def test_the_list_is_searched_and_the_value_is_edited_on_the_page(acme: Workspace, alice: User) -> None:
    add(acme, "ann", "Keller AG")
    add(acme, "ben", "Other")
    client = signed_in(alice)
    assert names(client.get(LIST)) == ["Keller AG", "Other"]
    assert names(client.get(LIST + "?search=kell")) == ["Keller AG"]
    company = Company.objects.of(acme).get(name="Keller AG")
    url = f"{LIST}{company.public_id}/"
    wrong = client.post(url, {"name": "Keller AG", "value": "much", "external_id": ""})
    assert (wrong.status_code, "much is no number" in wrong.content.decode()) == (422, True)
    client.post(url, {"name": "Keller AG", "value": "1200", "external_id": "K1"})
    assert "1,200" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["alpha", "Beta", "Delta", "gamma", "Zeta"]),
        ("name", ["alpha", "Beta", "Delta", "gamma", "Zeta"]),
        ("value", ["gamma", "alpha", "Beta", "Zeta", "Delta"]),
        ("newest", ["Zeta", "alpha", "Delta", "Beta", "gamma"]),
        ("colour", ["alpha", "Beta", "Delta", "gamma", "Zeta"]),
    ],
)
def test_every_order_is_paged_there_and_back_without_gap_or_double(
    acme: Workspace, alice: User, sort: str, order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companies, "PAGE", 2)
    for at, name in enumerate(("gamma", "Beta", "Delta", "alpha", "Zeta")):
        add(acme, f"p{at}", name)
        Company.objects.of(acme).filter(name=name).update(created_at=MONDAY_9AM + timedelta(hours=at // 2))
    for name, value in (("gamma", 30), ("alpha", 5), ("Beta", 5), ("Zeta", -1)):
        Company.objects.of(acme).filter(name=name).update(value=value)
    if sort == "value":
        order = ["gamma", *_by_key(acme, ["alpha", "Beta"]), "Zeta", "Delta"]
    client, url, there = signed_in(alice), f"{LIST}?sort={sort}", []
    pages = []
    while True:
        page = client.get(url)
        pages.append(names(page))
        there += names(page)
        if not page.context["older_url"]:
            break
        url = LIST + page.context["older_url"]
    assert there == order
    back = [names(page)]
    while page.context["newer_url"]:
        page = client.get(LIST + page.context["newer_url"])
        back.insert(0, names(page))
    assert back == pages


def _by_key(acme: Workspace, same: list[str]) -> list[str]:
    """Rows of the same key, the later one first."""
    return list(Company.objects.of(acme).filter(name__in=same).order_by("-pk").values_list("name", flat=True))


def test_members_with_limits_see_companies_of_their_people_only(
    acme: Workspace, bob: User, charlie: User
) -> None:
    add(acme, "ann", "Keller AG", "North")
    add(acme, "ben", "Other", "South")
    Membership.objects.of(acme).filter(user=bob).update(only_attribute="region", only_values=["South"])
    hidden = Company.objects.of(acme).get(name="Keller AG").public_id
    assert names(signed_in(bob).get(LIST)) == ["Other"]
    assert signed_in(bob).get(f"{LIST}{hidden}/").status_code == 404
    assert signed_in(charlie).get(f"{LIST}{hidden}/").status_code == 404
