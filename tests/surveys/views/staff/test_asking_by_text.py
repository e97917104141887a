"""Text messages where surveys and campaigns are made: the preview, the campaign's form and page, one person's page."""

import re

import pytest

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from outbox.services import deliveries
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.services import contacts, invitations, surveys
from tests.conftest import MONDAY_9AM, signed_in
from tests.texts import DORAS, set_up

CAMPAIGN = {
    "name": "By text",
    "audience": "all",
    "kind": "MANUAL",
    "channel": "SMS",
    "intro": "Hi {{ first_name }}:",
}


@pytest.fixture
def dora(acme: Workspace) -> Contact:
    return contacts.upsert(
        workspace=acme, email="dora@customer.example", name="Dora Doe", phone=DORAS, now=MONDAY_9AM
    )[0]


def previewed(survey: Survey, alice: User, query: str = "") -> str:
    page = signed_in(alice).get(f"/w/acme/surveys/{survey.public_id}/preview/?as=sms{query}")
    return re.sub(r"<[^>]+>", "", page.content.decode())


def test_the_preview_says_in_how_many_parts_a_text_leaves(
    acme: Workspace, survey: Survey, alice: User
) -> None:
    set_up(acme)
    page = previewed(survey, alice)
    assert "Acme: How did we do?" in page
    assert "Or reply 0-10." in page
    assert "/m/…/" in page
    assert "1 part: a provider charges it as one message." in page
    surveys.change(survey=survey, sms_text="It’s been a week: " + "would you tell us? " * 5, now=MONDAY_9AM)
    page = previewed(survey, alice)
    assert "3 parts: a provider charges as many messages." in page or "4 parts" in page
    assert "’: these make each part shorter" in page


def test_texts_can_be_chosen_only_where_they_leave(
    acme: Workspace, survey: Survey, alice: User, dora: Contact
) -> None:
    client = signed_in(alice)
    person = f"/w/acme/contacts/{dora.public_id}/"
    for page in ("/w/acme/campaigns/new/", person):
        assert 'name="channel"' not in client.get(page).content.decode()
    set_up(acme)
    for page in ("/w/acme/campaigns/new/", person):
        assert 'name="channel"' in client.get(page).content.decode()


def test_a_campaign_by_text_shows_the_text_before_it_leaves(
    acme: Workspace, survey: Survey, alice: User, dora: Contact
) -> None:
    set_up(acme, number="")
    client = signed_in(alice)
    answer = client.post("/w/acme/campaigns/new/", {**CAMPAIGN, "survey": str(survey.pk)})
    campaign = Campaign.objects.of(acme).get()
    assert (answer.status_code, campaign.channel, campaign.intro) == (302, "SMS", "Hi {{ first_name }}:")
    page = client.get(f"/w/acme/campaigns/{campaign.public_id}/").content.decode()
    assert "Hi Dora: http" in page
    assert "1 part: a provider charges it as one message." in page
    assert "<iframe" not in page
    edit = client.get(f"/w/acme/campaigns/{campaign.public_id}/edit/").content.decode()
    assert '<option value="SMS" selected' in edit


def test_without_a_gateway_a_campaign_by_text_is_not_kept(
    acme: Workspace, survey: Survey, alice: User
) -> None:
    answer = signed_in(alice).post("/w/acme/campaigns/new/", {**CAMPAIGN, "survey": str(survey.pk)})
    assert answer.status_code == 422
    assert "Text messages are not set up, or switched off." in answer.content.decode()
    assert Campaign.objects.of(acme).count() == 0


def test_one_person_is_asked_by_text(acme: Workspace, survey: Survey, alice: User, dora: Contact) -> None:
    typed = {"about": f"survey:{survey.public_id}", "channel": "SMS", "note": ""}
    page = f"/w/acme/contacts/{dora.public_id}/ask/"
    refused = signed_in(alice).post(page, typed, follow=True).content.decode()
    assert "Not asked: text messages are not set up." in refused
    set_up(acme)
    signed_in(alice).post(page, typed)
    row = Invitation.objects.of(acme).order_by("-pk")[0]
    assert (row.channel, row.status) == ("SMS", "PLANNED")
    invitations.send_due(now=row.due_at)
    assert deliveries.sweep_texts(now=row.due_at) == 1
    assert OutboundMessage.objects.of(acme).get().to == DORAS
