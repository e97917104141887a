"""A survey's text to oneself: the real way, marked, never counted, and what is texted back changes nothing."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from outbox.services import deliveries
from surveys.models import Campaign, Invitation, Response, Survey
from surveys.rules.text_payloads import Came
from surveys.services import campaigns, contacts, inbound_texts, invitations, trying_texts
from tests.conftest import MONDAY_9AM
from tests.texts import DORAS, OURS, set_up


def campaign_of(survey: Survey, owner: User) -> Campaign:
    return campaigns.create(
        workspace=survey.workspace, name="By text", survey=survey, audience={"all": True}, by=owner,
        channel="SMS", intro="Hi {{ first_name }}, how was it?", now=MONDAY_9AM,
    )  # fmt: skip


def test_a_test_leaves_like_a_real_text_and_asks_nobody(acme: Workspace, owner: User, survey: Survey) -> None:
    set_up(acme)
    maya = contacts.upsert(workspace=acme, email="maya@customer.example", name="Maya Keller", now=MONDAY_9AM)[
        0
    ]
    campaign = campaign_of(survey, owner)
    first = trying_texts.send(
        survey=survey, campaign=campaign, contact=maya, to="0151 12345678", by=owner, now=MONDAY_9AM
    )
    again = trying_texts.send(
        survey=survey, campaign=campaign, contact=maya, to="0151 12345678", by=owner, now=MONDAY_9AM
    )
    assert (first.pk, first.kind, first.to, first.channel) == (again.pk, "STAFF", DORAS, "SMS")
    assert first.text.startswith("Test: Hi Maya, how was it? http")
    assert first.text.endswith(f"/m/{survey.public_id}/ Or reply 0-10. To end: STOP.")
    opened = Client().get(f"/m/{survey.public_id}/")
    assert (opened.status_code, opened["Location"]) == (302, f"/w/acme/surveys/{survey.public_id}/preview/")
    deliveries.sweep_texts(now=MONDAY_9AM)
    owner.refresh_from_db()
    maya.refresh_from_db()
    assert (owner.phone, maya.last_asked_at) == (DORAS, None)
    assert Invitation.objects.of(acme).count() == 0
    last = trying_texts.latest(workspace=acme, by=owner, now=MONDAY_9AM)
    assert (last and last.state) == "SENT"


def test_what_is_sent_back_to_a_test_is_no_answer_even_of_somebody_who_was_asked(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    set_up(acme)
    dora = contacts.upsert(workspace=acme, email="d@customer.example", phone=DORAS, now=MONDAY_9AM)[0]
    invitations.invite(workspace=acme, survey=survey, contact=dora, channel="SMS", now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    deliveries.sweep_texts(now=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(minutes=1)
    trying_texts.send(survey=survey, to=DORAS, by=owner, now=later)
    deliveries.sweep_texts(now=later)
    came = Came(provider_id="SM1", number=DORAS, to=OURS, text="0 awful")
    row, _is_new = inbound_texts.receive(workspace=acme, came=came, now=later + timedelta(minutes=1))
    assert (row.outcome, row.invitation) == ("TESTED", None)
    assert Response.objects.of(acme).count() == 0


def test_what_cannot_be_sent_is_said_and_keeps_no_number(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    with pytest.raises(trying_texts.NoTest, match="Switch the gateway on"):
        trying_texts.send(survey=survey, to=DORAS, by=owner, now=MONDAY_9AM)
    set_up(acme)
    with pytest.raises(trying_texts.NoTest, match="with its country"):
        trying_texts.send(survey=survey, to="12", by=owner, now=MONDAY_9AM)
    owner.refresh_from_db()
    assert (owner.phone, OutboundMessage.objects.of(acme).count()) == ("", 0)
