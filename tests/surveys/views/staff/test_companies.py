"""Companies in the browser."""

from accounts.models import Membership, User, Workspace
from surveys.models import Company
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
    assert names(client.get(LIST)) == ["Other", "Keller AG"]
    assert names(client.get(LIST + "?search=kell")) == ["Keller AG"]
    company = Company.objects.of(acme).get(name="Keller AG")
    url = f"{LIST}{company.public_id}/"
    wrong = client.post(url, {"name": "Keller AG", "value": "much", "external_id": ""})
    assert (wrong.status_code, "much is no number" in wrong.content.decode()) == (422, True)
    client.post(url, {"name": "Keller AG", "value": "1200", "external_id": "K1"})
    assert "1,200" in client.get(LIST).content.decode()


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
