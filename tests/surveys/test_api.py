"""Contacts, surveys and invitations of the REST API."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User, Workspace
from surveys.models import Contact, Invitation, Survey
from surveys.services import contacts
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM
from tests.texts import set_up

pytestmark = pytest.mark.django_db

ZOE = {
    "external_id": "c-7",
    "email": "Zoe@X.example",
    "phone": "+49 30 901820",
    "name": "Zoe Zimmer",
    "company": "Zenith",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "account_value": 1234.5,
    "attributes": {"region": "East", "seats": 12, "trial": False},
}
ZOE_SHOWN = {
    **ZOE,
    "email": "zoe@x.example",
    "phone": "+4930901820",
    "attributes": {"region": "East", "seats": "12", "trial": "false"},
    "opted_out_at": None,
    "undeliverable_at": None,
    "last_asked_at": None,
    "respondent_type": "CUSTOMER",
    "watch_since": None,
    "send_hour": None,
    "chosen_send_hour": None,
}
MADE = ("id", "created_at", "updated_at")


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


# --- Contacts -----------------------------------------------------------------------------------------------------


def test_a_contact_is_made_then_known_by_its_external_id(acme: Workspace) -> None:
    api = Api(acme)
    made = api.post("contacts/", ZOE)
    known = api.post("contacts/", {"external_id": "c-7", "name": "Zoe Zander"})
    assert (made.status_code, known.status_code) == (201, 200)
    assert without(made.json(), *MADE) == ZOE_SHOWN
    assert known.json() == {**made.json(), "name": "Zoe Zander", "updated_at": known.json()["updated_at"]}
    assert api.get("contacts/").json() == {"results": [known.json()], "next": None}
    assert api.get(f"contacts/{made.json()['id']}/").json() == known.json()


def test_a_contact_is_known_by_its_address_in_any_case(acme: Workspace) -> None:
    api = Api(acme)
    first = api.post("contacts/", {"email": "zoe@x.example"}).json()
    again = api.post("contacts/", {"email": "ZOE@x.example", "external_id": "c-7"})
    assert (again.status_code, again.json()["id"], again.json()["external_id"]) == (200, first["id"], "c-7")


def test_what_is_not_known_is_null(acme: Workspace) -> None:
    row = Api(acme).post("contacts/", {"external_id": "c-7"}).json()
    assert without(row, *MADE) == dict.fromkeys(ZOE_SHOWN) | {
        "external_id": "c-7",
        "attributes": {},
        "respondent_type": "CUSTOMER",
    }


def test_a_contact_is_changed_field_by_field_and_null_takes_away(acme: Workspace) -> None:
    api = Api(acme)
    made = api.post("contacts/", ZOE).json()
    changed = api.patch(
        f"contacts/{made['id']}/",
        {"name": None, "account_value": "1.234,56", "attributes": {"region": "", "plan": "pro"}},
    )
    assert changed.status_code == 200
    assert changed.json() == {
        **made,
        "name": None,
        "account_value": 1234.56,
        "attributes": {"seats": "12", "trial": "false", "plan": "pro"},
        "updated_at": changed.json()["updated_at"],
    }


def test_an_erased_contact_is_gone_for_every_verb(acme: Workspace) -> None:
    api = Api(acme)
    path = f"contacts/{api.post('contacts/', ZOE).json()['id']}/"
    erased = api.delete(path)
    assert (erased.status_code, erased.content) == (204, b"")
    assert [api.get(path).status_code, api.patch(path, {}).status_code, api.delete(path).status_code] == [
        404
    ] * 3
    assert api.get("contacts/").json()["results"] == []
    assert Contact.objects.of(acme).get().email == ""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [("", "NO_IDENTITY")]),
        ({"name": "Zoe"}, [("", "NO_IDENTITY")]),
        ({"email": None, "external_id": ""}, [("", "NO_IDENTITY")]),
        ({"email": "zoe"}, [("email", "INVALID")]),
        ({"email": "z@x.example", "phone": "call me", "language": "?", "time_zone": "Mars"},
         [("phone", "INVALID"), ("language", "INVALID"), ("time_zone", "INVALID")]),
        ({"email": ["z@x.example"]}, [("email", "INVALID")]),
        ({"email": 7}, [("email", "INVALID")]),
        ({"email": "z@x.example", "name": "x" * 201}, [("name", "MAX_LENGTH")]),
        ({"email": "z@x.example", "name": "a\u0000b"}, [("name", "NULL_CHARACTERS_NOT_ALLOWED")]),
        ({"email": "z@x.example", "account_value": True}, [("account_value", "INVALID")]),
        ({"email": "z@x.example", "account_value": "a lot"}, [("account_value", "INVALID")]),
        ({"email": "z@x.example", "account_value": 10**12}, [("account_value", "INVALID")]),
        ({"email": "z@x.example", "attributes": {"a": []}}, [("attributes", "NOT_TEXT")]),
        ({"email": "z@x.example", "attributes": {"a": "x" * 501}}, [("attributes", "INVALID")]),
        ({"email": "z@x.example", "attributes": {str(n): "x" for n in range(51)}}, [("attributes", "TOO_MANY")]),
        ({"email": "z@x.example", "attributes": None}, [("attributes", "NULL")]),
        ({"email": "z@x.example", "id": "x", "erased_at": None}, [("id", "UNKNOWN_FIELD"), ("erased_at", "UNKNOWN_FIELD")]),
    ],
)  # fmt: skip
def test_what_does_not_fit_a_contact_is_refused_by_name(acme: Workspace, body: Any, found: Any) -> None:
    answer = Api(acme).post("contacts/", body)
    assert (answer.status_code, errors(answer)) == (400, found)
    assert Contact.objects.of(acme).count() == 0


def test_an_address_of_another_contact_is_a_conflict(acme: Workspace) -> None:
    api = Api(acme)
    api.post("contacts/", {"external_id": "c-1", "email": "one@x.example"})
    two = api.post("contacts/", {"external_id": "c-2", "email": "two@x.example"}).json()
    for answer in (
        api.post("contacts/", {"external_id": "c-2", "email": "one@x.example"}),
        api.patch(f"contacts/{two['id']}/", {"email": "one@x.example"}),
    ):
        assert (answer.status_code, answer.json()["code"], errors(answer)) == (
            409,
            "OTHER_CONTACT",
            [("email", "OTHER_CONTACT")],
        )
    assert errors(api.patch(f"contacts/{two['id']}/", {"external_id": "c-1"})) == [("external_id", "INVALID")]


def test_contacts_are_found_by_address_id_and_words(acme: Workspace) -> None:
    api = Api(acme)
    for number in range(3):
        api.post(
            "contacts/",
            {"external_id": f"c-{number}", "email": f"zoe{number}@x.example", "name": f"Zoe {number}"},
        )
    found = [
        [row["external_id"] for row in api.get("contacts/", **query).json()["results"]]
        for query in (
            {},
            {"email": "ZOE1@x.example"},
            {"external_id": "c-2"},
            {"search": "zoe 0"},
            {"search": "max"},
        )
    ]
    assert found == [["c-2", "c-1", "c-0"], ["c-1"], ["c-2"], ["c-0"], []]


def test_a_page_of_contacts_costs_the_same_whatever_its_length(
    acme: Workspace, django_assert_num_queries: Any
) -> None:
    api = Api(acme)
    for number in range(12):
        api.post("contacts/", {"external_id": f"c-{number}"})
    for limit in ("1", "10"):
        with django_assert_num_queries(2):
            assert len(api.get("contacts/", limit=limit).json()["results"]) == int(limit)


# --- Surveys ------------------------------------------------------------------------------------------------------


def test_a_survey_is_made_opened_and_closed(acme: Workspace) -> None:
    api = Api(acme)
    made = api.post("surveys/", {"name": "After delivery", "metric": "CSAT"})
    assert made.status_code == 201
    row = made.json()
    assert {name: row[name] for name in ("name", "metric", "status", "language")} == {
        "name": "After delivery", "metric": "CSAT", "status": "DRAFT", "language": "en",
    }  # fmt: skip
    assert (row["id"], row["public_url"].endswith(f"/s/p/{row['id']}/")) == (row["public_id"], True)
    path = f"surveys/{row['id']}/"
    assert (
        api.patch(path, {"status": "ACTIVE", "question": "How was it?"}).json()["question"] == "How was it?"
    )
    assert [api.patch(path, {"status": status}).json()["status"] for status in ("CLOSED", "ACTIVE", "ARCHIVED")] == [
        "CLOSED", "ACTIVE", "ARCHIVED",
    ]  # fmt: skip
    assert api.get(path).json()["status"] == "ARCHIVED"
    assert [survey["name"] for survey in api.get("surveys/", metric="CSAT").json()["results"]] == [
        "After delivery"
    ]
    again = api.patch(path, {"status": "DRAFT"})
    assert (again.status_code, errors(again)) == (409, [("status", "NOT_ALLOWED")])


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [("name", "REQUIRED")]),
        ({"name": ""}, [("name", "BLANK")]),
        ({"name": "x", "metric": "NPSS"}, [("metric", "INVALID_CHOICE")]),
        ({"name": "x", "metric": "nps"}, [("metric", "INVALID_CHOICE")]),
        ({"name": "x", "status": 1}, [("status", "INVALID_CHOICE")]),
        ({"name": "x" * 121}, [("name", "MAX_LENGTH")]),
        ({"name": "x", "question": "Hello {{ stranger }}?"}, [("question", "INVALID")]),
        ({"name": "x", "public_id": "mine"}, [("public_id", "UNKNOWN_FIELD")]),
    ],
)
def test_what_does_not_fit_a_survey_is_refused_by_name(acme: Workspace, body: Any, found: Any) -> None:
    answer = Api(acme).post("surveys/", body)
    assert (answer.status_code, errors(answer)) == (400, found)
    assert Survey.objects.of(acme).count() == 1


# --- Invitations --------------------------------------------------------------------------------------------------


@pytest.fixture
def survey(acme: Workspace) -> str:
    return Survey.objects.of(acme).get().public_id


def test_an_invitation_is_planned_with_its_link(acme: Workspace, survey: str) -> None:
    api = Api(acme)
    before = timezone.now()
    made = api.post(
        "invitations/", {"survey": survey, "contact": ZOE, "touchpoint": "Checkout", "delay": 3600}
    )
    row = made.json()
    stored = Invitation.objects.of(acme).get()
    assert made.status_code == 201
    assert without(row, "due_at", "expires_at", "created_at") == {
        "id": stored.public_id,
        "survey": survey,
        "contact": Contact.objects.of(acme).get().public_id,
        "touchpoint": "Checkout",
        "channel": "EMAIL",
        "status": "PLANNED",
        "not_sent_because": None,
        "wait_because": None,
        "askable_at": None,
        "override": None,
        "survey_url": f"{settings.BASE_URL}/s/{stored.link}/",
        "sent_at": None,
        "delivered_at": None,
        "opened_at": None,
        "answered_at": None,
    }
    assert before + timedelta(hours=1) <= stored.due_at <= timezone.now() + timedelta(hours=1)
    assert api.get("invitations/").json() == {"results": [row], "next": None}
    assert api.get(f"invitations/{row['id']}/").json() == row


def test_a_link_that_is_not_mailed_is_ready_at_once_and_takes_an_answer(acme: Workspace, survey: str) -> None:
    api = Api(acme)
    row = api.post(
        "invitations/", {"survey": survey, "contact": {"external_id": "c-7"}, "send": False}
    ).json()
    assert (row["status"], row["channel"], row["not_sent_because"]) == ("SENT", "LINK", None)
    assert api.client.post(row["survey_url"].removeprefix(settings.BASE_URL), {"score": "9"}).status_code in (
        200,
        302,
    )
    assert api.get("responses/").json()["results"][0]["channel"] == "LINK"
    assert api.get(f"invitations/{row['id']}/").json()["status"] == "ANSWERED"


def test_somebody_is_asked_by_text_and_the_reason_names_what_is_missing(acme: Workspace, survey: str) -> None:
    api = Api(acme)
    body = {
        "survey": survey,
        "contact": {"external_id": "c-7", "phone": "+49 151 12345678"},
        "channel": "SMS",
    }
    assert api.post("invitations/", body).json()["not_sent_because"] == "SMS_OFF"
    set_up(acme)
    row = api.post("invitations/", body).json()
    assert (row["channel"], row["status"], row["not_sent_because"]) == ("SMS", "PLANNED", None)
    numberless = api.post("invitations/", {**body, "contact": {"external_id": "c-8"}}).json()
    assert numberless["not_sent_because"] == "NO_PHONE"
    assert set(api.get("invitations/").json()["results"][0]) == set(row)


def test_who_must_not_be_asked_gets_no_link_and_the_one_reason(acme: Workspace, survey: str) -> None:
    api = Api(acme)
    contact = api.post("contacts/", ZOE).json()["id"]
    contacts.opt_out(contact=Contact.objects.of(acme).get(), now=MONDAY_9AM)
    rows = [
        api.post("invitations/", {"survey": survey, "contact": who}).json()
        for who in (contact, {"external_id": "no-mail"})
    ]
    assert [(row["status"], row["not_sent_because"], row["survey_url"]) for row in rows] == [
        ("NOT_SENT", "OPTED_OUT", None), ("NOT_SENT", "NO_ADDRESS", None),
    ]  # fmt: skip
    assert (
        len(api.get("invitations/", status="NOT_SENT", contact=contact, survey=survey).json()["results"]) == 1
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [("survey", "REQUIRED"), ("contact", "REQUIRED")]),
        ({"survey": "nothing", "contact": "nobody"}, [("survey", "UNKNOWN"), ("contact", "UNKNOWN")]),
        ({"survey": 7, "contact": 7}, [("survey", "UNKNOWN"), ("contact", "INVALID")]),
        (
            {"contact": {"email": 7, "x": 1}},
            [("survey", "REQUIRED"), ("contact.email", "INVALID"), ("contact.x", "UNKNOWN_FIELD")],
        ),
        ({"contact": {"email": "no"}}, [("contact.email", "INVALID")]),
        ({"contact": {"name": "Zoe"}}, [("contact", "NO_IDENTITY")]),
        ({"delay": -1}, [("delay", "MIN_VALUE")]),
        ({"delay": "60"}, [("delay", "INVALID")]),
        ({"delay": 365 * 86400 + 1}, [("delay", "MAX_VALUE")]),
        ({"send": "no"}, [("send", "INVALID")]),
        ({"channel": "WEB"}, [("channel", "NOT_MAILED")]),
        ({"touchpoint": "x" * 81}, [("touchpoint", "MAX_LENGTH")]),
    ],
)
def test_what_does_not_fit_an_invitation_is_refused_by_name(
    acme: Workspace, survey: str, body: Any, found: Any
) -> None:
    whole = {"survey": survey, "contact": {"email": "zoe@x.example"}} if body else {}
    named = {field for field, _code in found}
    whole = {name: value for name, value in whole.items() if name not in named}
    answer = Api(acme).post("invitations/", {**whole, **body})
    assert (answer.status_code, sorted(errors(answer))) == (400, sorted(found))
    assert (Invitation.objects.of(acme).count(), Contact.objects.of(acme).count()) == (0, 0)


# --- Workspaces apart ---------------------------------------------------------------------------------------------


def test_another_workspaces_ids_are_as_unknown_as_ids_that_never_were(
    acme: Workspace, globex: Workspace, owner: User, charlie: User, survey: str
) -> None:
    ours, theirs = Api(acme, by=owner), Api(globex, by=charlie)
    contact = ours.post("contacts/", ZOE).json()["id"]
    invitation = ours.post("invitations/", {"survey": survey, "contact": contact}).json()["id"]
    for resource, known in (("contacts", contact), ("surveys", survey), ("invitations", invitation)):
        for send in (theirs.get, theirs.patch, theirs.delete):
            foreign, unknown = send(f"{resource}/{known}/"), send(f"{resource}/{'x' * 22}/")
            assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
            assert foreign.status_code in (404, 405)
        assert ours.get(f"{resource}/{known}/").status_code == 200
    foreign, unknown = (
        theirs.post("invitations/", {"survey": id_, "contact": id_}) for id_ in (survey, "y" * 22)
    )
    assert (foreign.status_code, foreign.content) == (400, unknown.content)
    assert theirs.get("contacts/").json()["results"] == theirs.get("invitations/").json()["results"] == []
    assert [row["id"] for row in theirs.get("surveys/").json()["results"]] != [survey]


def test_the_same_person_in_two_workspaces_is_two_contacts(acme: Workspace, globex: Workspace) -> None:
    made = [Api(workspace).post("contacts/", ZOE) for workspace in (acme, globex)]
    assert [answer.status_code for answer in made] == [201, 201]


@pytest.mark.parametrize("id_", ["%00", "a%00b", "ä", "a b", "..", "x" * 300, "%2e%2e", "'"])
def test_strange_ids_are_unknown_ids(acme: Workspace, id_: str) -> None:
    for resource in ("contacts", "surveys", "invitations", "responses", "cases"):
        assert Api(acme).get(f"{resource}/{id_}/").status_code == 404
