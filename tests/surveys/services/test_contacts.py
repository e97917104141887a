from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Workspace
from surveys import signals
from surveys.models import Attribute, Contact, Invitation, Response, ResponseChange, Survey
from surveys.services import contacts, invitations, responses
from tests.conftest import MONDAY_9AM

LATER = MONDAY_9AM + timedelta(hours=1)


def test_a_contact_is_made_with_its_search_line_and_attributes(acme: Workspace) -> None:
    person, is_new = contacts.upsert(
        workspace=acme, external_id="C-1", email=" Dora@Customer.Example ", name="Dora  Doe", company="Customer Ltd",
        phone="+49 (0) 30 123-456", language="pt_br", time_zone="europe/berlin", account_value="1.234,50",
        attributes={"region": "North"}, now=MONDAY_9AM,
    )  # fmt: skip
    assert is_new
    person.refresh_from_db()
    assert (person.email, person.name, person.phone) == ("dora@customer.example", "Dora Doe", "+4930123456")
    assert (person.language, person.time_zone, person.account_value) == (
        "pt-BR",
        "Europe/Berlin",
        Decimal("1234.50"),
    )
    assert person.search == "Dora Doe dora@customer.example Customer Ltd C-1 +4930123456"
    assert Attribute.objects.of(acme).get().values == ["North"]


def test_a_contact_is_found_by_address_in_any_case_and_keeps_what_is_not_given(
    acme: Workspace, dora: Contact
) -> None:
    person, is_new = contacts.upsert(
        workspace=acme, email="DORA@customer.example", phone="12345", attributes={"plan": "Gold"}, now=LATER
    )
    assert (person.pk, is_new) == (dora.pk, False)
    assert (person.name, person.phone) == ("Dora Doe", "12345")
    assert person.attributes == {"region": "North", "plan": "Gold"}
    assert person.updated_at == LATER


def test_an_address_gets_its_external_id_and_the_id_may_change_its_address(
    acme: Workspace, dora: Contact
) -> None:
    person, _ = contacts.upsert(workspace=acme, email=dora.email, external_id="C-1", now=LATER)
    contacts.note_undeliverable(workspace=acme, address=dora.email, now=LATER)
    person, _ = contacts.upsert(workspace=acme, email="new@customer.example", external_id="C-1", now=LATER)
    assert (person.pk, person.email, person.undeliverable_at) == (dora.pk, "new@customer.example", None)


def test_an_id_and_an_address_of_two_people_are_a_conflict(acme: Workspace, dora: Contact) -> None:
    other, _ = contacts.upsert(workspace=acme, external_id="C-2", now=MONDAY_9AM)
    with pytest.raises(contacts.Conflict) as refused:
        contacts.upsert(workspace=acme, external_id="C-2", email=dora.email, now=LATER)
    assert (refused.value.by_external_id, refused.value.by_email) == (other, dora)
    contacts.update(contact=dora, external_id="C-1", now=LATER)
    with pytest.raises(contacts.Conflict):
        contacts.upsert(workspace=acme, external_id="C-3", email=dora.email, now=LATER)
    assert Contact.objects.of(acme).count() == 2


def test_somebody_must_be_known_again(acme: Workspace, dora: Contact) -> None:
    with pytest.raises(contacts.NoIdentity):
        contacts.upsert(workspace=acme, name="Nobody", now=MONDAY_9AM)
    with pytest.raises(contacts.NoIdentity):
        contacts.update(contact=dora, email="", now=MONDAY_9AM)


def test_all_that_does_not_fit_is_named(acme: Workspace) -> None:
    with pytest.raises(ValidationError) as refused:
        contacts.upsert(
            workspace=acme, email="no address", language="klingon!", time_zone="Mars/Base", account_value="much",
            phone="call me", name="x" * 201, now=MONDAY_9AM,
        )  # fmt: skip
    assert sorted(refused.value.message_dict) == [
        "account_value",
        "email",
        "language",
        "name",
        "phone",
        "time_zone",
    ]
    with pytest.raises(ValidationError) as refused:
        contacts.upsert(workspace=acme, email="a@b.example", attributes={"x": []}, now=MONDAY_9AM)
    assert list(refused.value.message_dict) == ["attributes"]
    with pytest.raises(ValueError, match="shoe_size"):
        contacts.upsert(workspace=acme, email="a@b.example", shoe_size=42, now=MONDAY_9AM)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(12, Decimal("12.00")), (0.1, Decimal("0.10")), (Decimal("3.456"), Decimal("3.46")), (None, None)],
)
def test_numbers_are_amounts(acme: Workspace, given: object, kept: Decimal | None) -> None:
    assert (
        contacts.upsert(workspace=acme, email="a@b.example", account_value=given, now=MONDAY_9AM)[
            0
        ].account_value
        == kept
    )


@pytest.mark.parametrize("given", [True, float("nan"), float("inf"), 10**12, [1]])
def test_no_amounts_are_refused(acme: Workspace, given: object) -> None:
    with pytest.raises(ValidationError):
        contacts.upsert(workspace=acme, email="a@b.example", account_value=given, now=MONDAY_9AM)


def test_update_clears_what_is_given_empty_and_refuses_what_is_anothers(
    acme: Workspace, dora: Contact
) -> None:
    other, _ = contacts.upsert(
        workspace=acme, external_id="C-2", email="eve@customer.example", now=MONDAY_9AM
    )
    changed = contacts.update(contact=dora, name="", attributes={"region": ""}, now=LATER)
    assert (changed.name, changed.attributes, changed.search) == ("", {}, "dora@customer.example")
    with pytest.raises(contacts.Conflict) as refused:
        contacts.update(contact=dora, email="EVE@customer.example", now=LATER)
    assert refused.value.by_email == other
    with pytest.raises(ValidationError):
        contacts.update(contact=dora, external_id="C-2", now=LATER)


def test_workspaces_do_not_meet(acme: Workspace, globex: Workspace, dora: Contact) -> None:
    twin, is_new = contacts.upsert(workspace=globex, email=dora.email, now=MONDAY_9AM)
    assert (is_new, twin.workspace) == (True, globex)
    contacts.note_undeliverable(workspace=globex, address=dora.email, now=MONDAY_9AM)
    dora.refresh_from_db()
    assert dora.undeliverable_at is None


def test_who_opts_out_is_asked_no_more_until_they_opt_in(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    planned = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM)
    person = contacts.opt_out(contact=dora, now=LATER)
    planned.refresh_from_db()
    assert (planned.status, planned.not_sent_because) == ("NOT_SENT", "OPTED_OUT")
    assert contacts.opt_out(contact=person, now=LATER + timedelta(days=1)).opted_out_at == LATER
    assert contacts.opt_in(contact=person, now=LATER).opted_out_at is None


def test_an_erased_person_leaves_scores_and_nothing_else(
    acme: Workspace,
    survey: Survey,
    dora: Contact,
    invitation: Invitation,
    django_capture_on_commit_callbacks: object,
) -> None:
    for comment in ("I am Dora Doe", "Call me: 12345"):
        responses.record_by_invitation(token=invitation.link, score=3, comment=comment, now=MONDAY_9AM)
    open_link = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM, send=False)
    told: list[int] = []

    def on_erased(*, contact: Contact, **_: object) -> None:
        told.append(contact.pk)

    signals.contact_erased.connect(on_erased)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
        contacts.erase(contact=dora, now=LATER)
        contacts.erase(contact=dora, now=LATER + timedelta(days=1))
    signals.contact_erased.disconnect(on_erased)
    assert told == [dora.pk]
    dora.refresh_from_db()
    assert (dora.email, dora.name, dora.search, dora.attributes, dora.erased_at) == ("", "", "", {}, LATER)
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.comment, answer.contact) == (3, "", dora)
    assert not ResponseChange.objects.of(acme).exclude(comment_before="").exists()
    with pytest.raises(responses.ExpiredLink):
        responses.record_by_invitation(token=open_link.link, score=3, comment="", now=LATER)
    again, is_new = contacts.upsert(workspace=acme, email="dora@customer.example", now=LATER)
    assert (is_new, again.pk) != (False, dora.pk)
