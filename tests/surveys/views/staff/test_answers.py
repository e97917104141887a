"""Entering an answer in the browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from accounts.services import members
from surveys.models import Contact, Response, Survey
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db

PAGE = "/w/acme/answers/enter/"


def form(survey: Survey, **given: str) -> dict[str, str]:
    return {
        "submission": "b" * 22, "survey": survey.public_id, "score": "4", "comment": "It took three calls",
        "channel": "DEMO", "touchpoint": "", "responded_at": "", "customer": "",
    } | given  # fmt: skip


def test_an_agent_enters_what_a_known_customer_said(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    answer = signed_in(bob).post(f"{PAGE}?contact={dora.public_id}", form(survey))
    assert answer["Location"] == f"/w/acme/contacts/{dora.public_id}/"
    row = Response.objects.of(acme).get()
    assert (row.score, row.channel, row.contact, row.entered_by) == (4, "DEMO", dora, bob)


def test_the_person_and_the_answers_say_who_entered_it(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    client = signed_in(bob)
    client.post(f"{PAGE}?contact={dora.public_id}", form(survey))
    for page in (f"/w/acme/contacts/{dora.public_id}/", "/w/acme/answers/"):
        text = client.get(page).content.decode()
        assert "Entered by staff" in text
        assert "Bob Brown</small>" in text


def test_a_customer_is_found_by_address_in_any_case_or_by_id(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    signed_in(bob).post(PAGE, form(survey, customer=" DORA@customer.example "))
    assert Response.objects.of(acme).get().contact == dora


def test_an_agent_makes_no_contact_and_is_told_so(acme: Workspace, survey: Survey, bob: User) -> None:
    answer = signed_in(bob).post(PAGE, form(survey, customer="new@customer.example"))
    assert answer.status_code == 422
    assert "No contact that you can see has this address or id." in answer.content.decode()
    assert not Response.objects.of(acme).exists()


def test_a_manager_makes_one_on_the_way(acme: Workspace, survey: Survey, alice: User) -> None:
    signed_in(alice).post(PAGE, form(survey, customer="New@customer.example"))
    assert Response.objects.of(acme).get().contact.email == "new@customer.example"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("score", "11", "less than or equal to 10"),
        ("score", "6.5", "Enter a whole number."),
        ("channel", "EMAIL", "Select a valid choice."),
        ("responded_at", "yesterday", "Write a day and a time"),
        ("submission", "../../etc", "Load this page again"),
        ("comment", "x" * 10_001, "Please keep it under"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_stores_nothing(
    acme: Workspace, survey: Survey, bob: User, field: str, value: str, said: str
) -> None:
    answer = signed_in(bob).post(PAGE, form(survey, **{field: value}))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Response.objects.of(acme).exists()


def test_the_time_is_the_workspaces(acme: Workspace, survey: Survey, bob: User) -> None:
    acme.time_zone = "Asia/Tokyo"
    acme.save(update_fields=["time_zone"])
    signed_in(bob).post(PAGE, form(survey, responded_at="2026-03-02T09:00"))
    assert Response.objects.of(acme).get().responded_at == MONDAY_9AM - timedelta(hours=9)


def test_the_future_is_refused_in_words(acme: Workspace, survey: Survey, bob: User) -> None:
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = signed_in(bob).post(PAGE, form(survey, responded_at=later))
    assert "This lies in the future." in answer.content.decode()


def test_a_member_with_limits_enters_nothing_they_could_not_see(
    acme: Workspace, survey: Survey, dora: Contact, bob: User
) -> None:
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    client = signed_in(bob)
    assert client.post(f"{PAGE}?contact={dora.public_id}", form(survey)).status_code == 404
    assert client.post(PAGE, form(survey, customer=dora.email)).status_code == 422
    assert client.post(PAGE, form(survey)).status_code == 422
    assert not Response.objects.of(acme).exists()


def test_an_analyst_and_a_stranger_get_no_form(acme: Workspace, charlie: User) -> None:
    ana = members.ensure_user(email="ana@acme.example", name="Ana", now=MONDAY_9AM)
    members.add(workspace=acme, user=ana, role=Role.ANALYST, now=MONDAY_9AM)
    assert signed_in(ana).get(PAGE).status_code == 403
    assert signed_in(charlie).get(PAGE).status_code == 404
