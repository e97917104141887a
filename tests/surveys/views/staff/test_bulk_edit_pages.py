"""Pages of bulk edits: from ticks and filters to a value, its progress, and back again; without script."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import User, Workspace
from surveys.models import BulkEdit, Contact
from surveys.services import bulk_edits, contacts
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db

NEW = "/w/acme/contacts/bulk-edits/new/"


@pytest.fixture
def people(acme: Workspace) -> list[Contact]:
    found = []
    for name, region in (("anna", "North"), ("ben", "South"), ("cleo", "North")):
        contact, _new = contacts.upsert(
            workspace=acme, email=f"{name}@customer.example", name=name.title(), attributes={"region": region},
            language="de", now=MONDAY_9AM,
        )  # fmt: skip
        found.append(contact)
    return found


def html(answer: Any) -> str:
    return answer.content.decode()


def languages(acme: Workspace) -> list[str]:
    return list(Contact.objects.of(acme).order_by("pk").values_list("language", flat=True))


def test_the_list_leads_there_with_its_filters(acme: Workspace, owner: User, people: list[Contact]) -> None:
    page = html(signed_in(owner).get("/w/acme/contacts/?attribute=region&value=North&search=anna"))
    assert f'formaction="{NEW}"' in page
    address = page.split(f'href="{NEW}?')[1].split('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(f"?{address}").query) == {
        "all": ["1"], "search": ["anna"], "attribute": ["region"], "value": ["North"],
    }  # fmt: skip


def test_ticked_ones_are_changed_and_put_back(acme: Workspace, owner: User, people: list[Contact]) -> None:
    client, ids = signed_in(owner), [people[0].pk, people[1].pk]
    page = html(client.get(NEW, {"contacts": ids, "field": "language"}))
    assert ("2 people" in page, "Change 2 people" in page) == (True, True)
    answer = client.post(NEW, {"contacts": ids, "field": "language", "new_value": "it"})
    edit = BulkEdit.objects.of(acme).get()
    assert answer.headers["Location"] == f"/w/acme/contacts/bulk-edits/{edit.public_id}/"
    assert languages(acme) == ["it", "it", "de"]
    page = html(client.get(answer.headers["Location"]))
    assert ("Set “Language” to “Italiano”" in page, "2 contacts are changed." in page) == (True, True)
    contacts.update(contact=people[0], language="pl", now=MONDAY_9AM)
    client.post(f"{answer.headers['Location']}undo/")
    assert languages(acme) == ["pl", "de", "de"]
    assert "1 could not be restored" in html(client.get(answer.headers["Location"]))
    assert "Set “Language” to “Italiano”" in html(client.get("/w/acme/contacts/bulk-edits/"))


def test_all_that_match_run_in_the_background_and_show_how_far_they_are(
    acme: Workspace, owner: User, people: list[Contact]
) -> None:
    client = signed_in(owner)
    chosen = {"all": "1", "attribute": "region", "value": "North", "field": "attribute:region"}
    assert "Region: <b>North</b>" in html(client.get(NEW, chosen))
    address = client.post(NEW, {**chosen, "new_value": "East"}).headers["Location"]
    # `value` is the filter's on the way in, and the new one's in the form: both are kept apart.
    assert BulkEdit.objects.of(acme).get().selection["value"] == "North"
    assert "hx-trigger" in html(client.get(f"{address}progress/"))
    bulk_edits.run(now=MONDAY_9AM + timedelta(days=400))
    assert "hx-trigger" not in html(client.get(f"{address}progress/"))
    regions = Contact.objects.of(acme).order_by("pk").values_list("attributes__region", flat=True)
    assert list(regions) == ["East", "South", "East"]


def test_stopping(acme: Workspace, owner: User, people: list[Contact]) -> None:
    client = signed_in(owner)
    address = client.post(NEW, {"all": "1", "field": "language", "new_value": "it"}).headers["Location"]
    assert "Stop" in html(client.get(address))
    client.post(f"{address}stop/")
    bulk_edits.run(now=MONDAY_9AM)
    assert languages(acme) == ["de", "de", "de"]
    client.post(f"{address}stop/")
    assert "by now. Reload the page." in html(client.get(address))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"field": "language", "new_value": "klingon!"}, "is no language code"),
        ({"field": "company", "new_value": " "}, "Give the new value, or tick"),
        ({"field": "colour", "new_value": "red"}, "Choose what to change."),
        ({"field": "new-attribute", "name": "", "new_value": "x"}, "Choose what to change."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_changed(
    acme: Workspace, owner: User, people: list[Contact], form: dict[str, str], words: str
) -> None:
    answer = signed_in(owner).post(NEW, {"all": "1", **form})
    assert (answer.status_code, words in html(answer)) == (422, True)
    assert not BulkEdit.objects.of(acme).exists()


def test_an_attribute_can_be_new(acme: Workspace, owner: User, people: list[Contact]) -> None:
    signed_in(owner).post(
        NEW, {"contacts": people[0].pk, "field": "new-attribute", "name": "Support plan", "new_value": "gold"}
    )
    people[0].refresh_from_db()
    assert "gold" in people[0].attributes.values()


@pytest.mark.parametrize("query", [{}, {"contacts": "x"}, {"contacts": ""}])
def test_nobody_ticked_goes_back_to_the_list(acme: Workspace, owner: User, query: dict[str, str]) -> None:
    answer = signed_in(owner).get(NEW, query)
    assert answer.headers["Location"] == "/w/acme/contacts/"


def test_a_colleague_without_the_right_is_refused_and_a_stranger_finds_nothing(
    acme: Workspace, owner: User, bob: User, charlie: User, people: list[Contact]
) -> None:
    form = {"all": "1", "field": "language", "new_value": "it"}
    assert signed_in(bob).post(NEW, form).status_code == 403
    assert signed_in(charlie).post(NEW, form).status_code == 404
    address = signed_in(owner).post(NEW, form).headers["Location"]
    for step, method in (("", "get"), ("progress/", "get"), ("stop/", "post"), ("undo/", "post")):
        statuses = [getattr(signed_in(one), method)(address + step).status_code for one in (bob, charlie)]
        assert statuses == [403, 404], step
    assert "Change all" not in html(signed_in(bob).get("/w/acme/contacts/"))
