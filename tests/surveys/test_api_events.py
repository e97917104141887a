"""Events of the REST API, and the reasons in the rows of invitations."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from surveys.models import Contact, ContactEvent, Invitation, Survey
from surveys.services import campaigns, events, preparing
from tests.api import Api, errors

pytestmark = pytest.mark.django_db
TICKET = {
    "name": "support.ticket_closed", "external_id": "ticket-4711", "touchpoint": "Support",
    "contact": {"email": "ines@customer.example", "name": "Ines Iglesias", "time_zone": "Europe/Madrid"},
    "happened_at": "2026-03-02T16:20:00Z", "data": {"agent": "Bob", "topic": "delivery"},
}  # fmt: skip


def test_a_closed_ticket_is_reported_once_and_asks_by_the_campaign_that_waits_for_it(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    now = timezone.now()
    campaign = campaigns.create(
        workspace=acme, name="Support", survey=survey, audience={"all": True}, by=owner, now=now, kind="TRIGGERED",
        trigger="support.ticket_closed", delay_seconds=3600,
    )  # fmt: skip
    campaigns.start(campaign=campaign, by=owner, now=now)
    preparing.prepare(now=now)
    api = Api(acme)
    body = {**TICKET, "happened_at": now.isoformat()}
    made, again = api.post("events/", body), api.post("events/", body)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json()
    ines = Contact.objects.of(acme).get(email="ines@customer.example")
    row = made.json()
    assert (row["name"], row["contact"], row["touchpoint"], row["data"]) == (
        "support.ticket_closed",
        ines.public_id,
        "Support",
        {"agent": "Bob", "topic": "delivery"},
    )
    assert events.handle(now=timezone.now()) == 1
    [invitation] = api.get(f"invitations/?contact={ines.public_id}").json()["results"]
    assert (invitation["status"], invitation["touchpoint"], invitation["wait_because"]) == (
        "PLANNED",
        "Support",
        None,
    )
    planned = Invitation.objects.of(acme).get()
    assert (planned.campaign, planned.due_at) == (campaign, now + timedelta(hours=1))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": "ticket closed"}, "name"), ({"name": ""}, "name"), ({"happened_at": "now"}, "happened_at"),
     ({"contact": "nobody"}, "contact"), ({"data": "x"}, "data"), ({"ticket": 1}, "ticket")],
)  # fmt: skip
def test_what_does_not_fit_is_named(acme: Workspace, change: dict[str, object], field: str) -> None:
    answer = Api(acme).post("events/", {**TICKET, **change})
    assert answer.status_code == 400
    assert [name for name, *_more in errors(answer)] == [field]
    assert ContactEvent.objects.of(acme).count() == 0


def test_a_row_says_its_one_reason_and_from_when_and_a_note_overrules_the_wait(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    api = Api(acme)
    asked_at = timezone.now() - timedelta(days=3)
    Contact.objects.of(acme).filter(pk=dora.pk).update(last_asked_at=asked_at)
    body = {"survey": survey.public_id, "contact": dora.public_id}
    refused = api.post("invitations/", body).json()
    assert (refused["status"], refused["not_sent_because"], refused["wait_because"], refused["override"]) == (
        "NOT_SENT",
        "ASKED_RECENTLY",
        None,
        None,
    )
    row = Invitation.objects.of(acme).get(public_id=refused["id"])
    assert row.askable_at == asked_at + timedelta(days=30)
    assert refused["askable_at"] is not None
    asked = api.post("invitations/", {**body, "override": "Asked for it on the phone"}).json()
    assert (asked["status"], asked["not_sent_because"], asked["override"]) == (
        "PLANNED",
        None,
        "Asked for it on the phone",
    )
    assert Invitation.objects.of(acme).get(public_id=asked["id"]).override_by is not None
