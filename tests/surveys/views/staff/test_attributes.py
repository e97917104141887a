"""The settings page of contact attributes."""

import pytest

from accounts.models import User, Workspace
from surveys.models import Attribute
from surveys.services import contacts
from tests.conftest import MONDAY_9AM, signed_in

LIST = "/w/acme/settings/attributes/"


@pytest.fixture
def seats(acme: Workspace) -> Attribute:
    for at, value in enumerate(("5", "40", "many")):
        contacts.upsert(workspace=acme, email=f"c{at}@x.example", attributes={"seats": value}, now=MONDAY_9AM)
    return Attribute.objects.of(acme).get()


def test_the_kind_of_the_first_value_seen_is_taken(seats: Attribute) -> None:
    assert seats.kind == "NUMBER"


def test_values_that_do_not_fit_are_shown_before_anything_changes(seats: Attribute, alice: User) -> None:
    client = signed_in(alice)
    now = client.get(f"{LIST}{seats.pk}/")
    assert (now.context["misfits"].number, now.context["misfits"].examples) == (1, ["many"])
    look = client.post(f"{LIST}{seats.pk}/", {"act": "look", "label": "Seats", "kind": "DATE"})
    assert look.context["misfits"].number == 3
    seats.refresh_from_db()
    assert seats.kind == "NUMBER"


def test_label_kind_and_figures_are_corrected(seats: Attribute, alice: User) -> None:
    client = signed_in(alice)
    client.post(f"{LIST}{seats.pk}/", {"act": "save", "label": "Licences", "kind": "TEXT"})
    seats.refresh_from_db()
    assert (seats.label, seats.kind, seats.is_reportable) == ("Licences", "TEXT", False)
    assert "Licences" in client.get(LIST).content.decode()
    for data, said in (
        ({"label": " ", "kind": "TEXT"}, "a label of 1 to 80"),
        ({"label": "L", "kind": "X"}, "text, a number"),
    ):
        wrong = client.post(f"{LIST}{seats.pk}/", {"act": "save", **data})
        assert (wrong.status_code, said in wrong.content.decode()) == (422, True)


def test_only_eight_attributes_have_figures_of_their_own(
    seats: Attribute, alice: User, acme: Workspace
) -> None:
    contacts.upsert(
        workspace=acme, email="c0@x.example", attributes={f"a{at}": "x" for at in range(8)}, now=MONDAY_9AM
    )
    late = Attribute.objects.of(acme).get(name="a7")
    assert not late.is_reportable
    page = signed_in(alice).post(
        f"{LIST}{late.pk}/", {"act": "save", "label": "A7", "kind": "TEXT", "is_reportable": "1"}
    )
    assert "Take one of them out first" in page.content.decode()


def test_agents_do_not_get_in(seats: Attribute, bob: User, charlie: User) -> None:
    assert signed_in(bob).get(LIST).status_code == 403
    assert signed_in(charlie).get(f"{LIST}{seats.pk}/").status_code == 404
