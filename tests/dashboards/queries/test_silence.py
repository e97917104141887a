"""Who was never asked or never answered, counted from the contacts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from dashboards.queries import silence
from dashboards.rules.silence import Group
from surveys.models import Attribute, Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM, signed_in

DAY = timedelta(days=1)
URL = "/w/acme/dashboard/silence/"


def person(workspace: Workspace, name: str, region: str | None, said: str = "", **fields: Any) -> Contact:
    contact, _new = contacts.upsert(
        workspace=workspace, email=f"{name}@example.org", now=MONDAY_9AM,
        attributes={"region": region} if region is not None else {},
    )  # fmt: skip
    facts = {"last_asked_at": MONDAY_9AM, **fields}
    if said:
        facts |= {"last_answered_at": MONDAY_9AM, "last_segment": said}
    Contact.objects.of(workspace).filter(pk=contact.pk).update(**facts)
    return contact


@pytest.fixture
def people(acme: Workspace, globex: Workspace) -> None:
    person(acme, "a", "North", "PROMOTER")
    person(acme, "b", "North", "DETRACTOR")
    person(acme, "c", "North")
    person(acme, "d", "North", last_asked_at=None)
    person(acme, "e", "South")
    person(acme, "f", " ")
    person(acme, "g", None, "PASSIVE", last_asked_at=None)  # answered without having been asked
    person(acme, "h", "South", last_answered_at=MONDAY_9AM)  # to a question that is not NPS
    person(acme, "gone", "North", erased_at=MONDAY_9AM)
    person(acme, "ours", "South", "PROMOTER", respondent_type="EMPLOYEE")
    person(globex, "theirs", "North", "DETRACTOR")


def test_everybody_stands_in_one_group_and_as_one_kind(acme: Workspace, people: None) -> None:
    acme.left_out_of_nps = ["EMPLOYEE"]
    acme.save()
    with CaptureQueriesContext(connection) as queries:
        found = silence.groups(workspace=acme, by="attribute:region")
    assert found == [
        Group("North", 1, 1, 2, 1, 0, 1),
        Group("South", 0, 1, 1),
        Group(None, 0, 1, 1, 0, 1, 0),
    ]
    assert len(queries) == 1
    acme.left_out_of_nps = []
    acme.save()
    assert [one.people for one in silence.groups(workspace=acme, by="attribute:region")] == [4, 3, 2]


def test_an_attribute_of_too_many_values_is_not_offered(acme: Workspace, people: None) -> None:
    for name, n in (("code", 201), ("plan", 200)):
        Attribute.objects.of(acme).create(
            workspace=acme,
            name=name,
            label=name,
            values=[str(one) for one in range(n)],
            created_at=MONDAY_9AM,
        )
    assert [key for key, _label in silence.choices(workspace=acme)] == ["attribute:region", "attribute:plan"]


def test_the_page_shows_the_map_and_what_silence_leaves_open(
    acme: Workspace, people: None, alice: User
) -> None:
    page = signed_in(alice).get(URL)
    assert (page.context["by"], page.context["everybody"].people) == ("attribute:region", 9)
    rows = [(row["label"], row["rate"], row["nps"], row["bounds"]) for row in page.context["rows"]]
    assert rows == [
        ("North", "67 %", "0.0", "−50 to +50"),
        ("South", "67 %", "+100.0", "−33 to +100"),
        ("not set", "50 %", "0.0", "−50 to +50"),
    ]
    bounds = page.context["figures"][2]
    assert (bounds["value"], bounds["n"], bounds["people"], bounds["asked"]) == (
        "−44 to +67", 4, 9, "−38 to +62",
    )  # fmt: skip
    assert "/w/acme/contacts/?attribute=region&amp;value=North" in page.content.decode()
    by_language = signed_in(alice).get(URL + "?by=language")
    assert [row["label"] for row in by_language.context["rows"]] == ["not set"]
    assert signed_in(alice).get(URL + "?by=attribute:nonsense").context["by"] == "attribute:region"


def test_nobody_yet(acme: Workspace, alice: User) -> None:
    page = signed_in(alice).get(URL)
    assert (page.status_code, "No contacts yet" in page.content.decode()) == (200, True)


def test_every_member_reads_it_and_a_stranger_finds_nothing(
    people: None, alice: User, bob: User, charlie: User
) -> None:
    assert [signed_in(one).get(URL).status_code for one in (alice, bob, charlie)] == [200, 200, 404]


def test_limits_to_an_attribute_hold(acme: Workspace, people: None, bob: User) -> None:
    Membership.objects.of(acme).filter(user=bob).update(
        role=Role.AGENT, only_attribute="region", only_values=["North"]
    )
    page = signed_in(bob).get(URL)
    assert [(row["label"], row["group"].people) for row in page.context["rows"]] == [("North", 4)]


def test_many_values_share_the_last_line(acme: Workspace, alice: User) -> None:
    for n in range(30):
        person(acme, f"p{n}", f"r{n:02}", "PROMOTER")
    rows = signed_in(alice).get(URL).context["rows"]
    assert (len(rows), rows[-1]["label"], rows[-1]["group"].people) == (26, "5 more values", 5)
