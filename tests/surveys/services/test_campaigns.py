"""Campaigns: everybody at most once, everybody left out with one reason."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from surveys.enums import CampaignStatus, InvitationStatus
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.queries import audiences, lists
from surveys.services import campaigns, contacts, invitations, preparing, surveys
from tests.conftest import MONDAY_9AM


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).select_related("workspace").get()


def person(acme: Workspace, name: str, **fields: object) -> Contact:
    contact, _new = contacts.upsert(
        workspace=acme, email=f"{name}@example.org", name=name.title(), now=MONDAY_9AM, **fields
    )
    return contact


def draft(survey: Survey, owner: User, **audience: object) -> Campaign:
    return campaigns.create(
        workspace=survey.workspace,
        name="Spring",
        survey=survey,
        audience=audience or {"all": True},
        by=owner,
        now=MONDAY_9AM,
        touchpoint="Delivery",
    )


def asked(campaign: Campaign) -> dict[str, str]:
    """Contact name -> status, with the reason after a colon."""
    rows = Invitation.objects.of(campaign.workspace_id).filter(campaign=campaign).select_related("contact")
    return {
        row.contact.name: f"{row.status}:{row.not_sent_because}" if row.not_sent_because else row.status
        for row in rows
    }


def test_everybody_is_planned_or_has_one_reason(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "fine")
    contacts.opt_out(contact=person(acme, "out"), now=MONDAY_9AM)
    contacts.note_asked(contact=person(acme, "recent"), now=MONDAY_9AM - timedelta(days=29))
    contacts.note_asked(contact=person(acme, "rested"), now=MONDAY_9AM - timedelta(days=30))
    contacts.upsert(workspace=acme, external_id="X", name="Nomail", now=MONDAY_9AM)
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    assert preparing.prepare(now=MONDAY_9AM) == 5
    assert asked(campaign) == {
        "Fine": "PLANNED",
        "Out": "NOT_SENT:OPTED_OUT",
        "Recent": "NOT_SENT:ASKED_RECENTLY",
        "Rested": "PLANNED",
        "Nomail": "NOT_SENT:NO_ADDRESS",
    }
    recent = Invitation.objects.of(acme).get(contact__name="Recent")
    assert recent.askable_at == MONDAY_9AM + timedelta(days=1)


def test_a_campaign_is_sent_counted_and_finished(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "one")
    person(acme, "two")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.SENDING
    invitations.send_due(now=MONDAY_9AM)
    invitations.follow_mail(now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.finished_at) == (CampaignStatus.FINISHED, MONDAY_9AM)
    funnel = lists.funnel(campaign=campaign)
    assert (funnel.people, funnel.sent, funnel.delivered, funnel.answered, funnel.reasons) == (2, 2, 2, 0, {})
    assert sorted(OutboundMessage.objects.of(acme).values_list("to", flat=True)) == [
        "one@example.org",
        "two@example.org",
    ]


def test_preparing_goes_on_where_it_stopped_and_asks_nobody_twice(
    acme: Workspace, owner: User, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "BATCH", 2)
    for at in range(5):
        person(acme, f"p{at}")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    assert preparing._prepare_batch(MONDAY_9AM) == 2
    assert len(asked(campaign)) == 2
    Campaign.objects.of(acme).update(prepared_to=0)  # as if the progress mark were lost: the key still holds
    assert preparing.prepare(now=MONDAY_9AM) == 5
    assert preparing.prepare(now=MONDAY_9AM) == 0
    assert len(asked(campaign)) == 5


def test_whoever_is_added_after_the_start_is_not_asked(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "early")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    person(acme, "late")
    preparing.prepare(now=MONDAY_9AM)
    assert asked(campaign) == {"Early": "PLANNED"}


def test_starting_twice_starts_once(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "one")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    again = campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM + timedelta(hours=1))
    assert again.started_at == MONDAY_9AM


def test_two_campaigns_at_once_ask_a_person_once(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "one")
    first, second = draft(survey, owner), draft(survey, owner)
    for campaign in (first, second):
        campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    assert sorted([*asked(first).values(), *asked(second).values()]) == ["NOT_SENT:ASKED_RECENTLY", "QUEUED"]


def test_stopping_gives_the_planned_ones_their_reason(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "one")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    assert campaigns.stop(campaign=campaign, now=MONDAY_9AM) == 1
    assert asked(campaign) == {"One": "NOT_SENT:CAMPAIGN_STOPPED"}
    assert campaigns.stop(campaign=campaign, now=MONDAY_9AM) == 0
    assert invitations.send_due(now=MONDAY_9AM) == 0


def test_a_stopped_campaign_is_not_prepared_further(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "one")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    campaigns.stop(campaign=campaign, now=MONDAY_9AM)
    assert preparing.prepare(now=MONDAY_9AM) == 0
    assert asked(campaign) == {}
    with pytest.raises(campaigns.CampaignError):
        campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)


def test_a_campaign_without_people_or_with_a_closed_survey_does_not_start(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    with pytest.raises(campaigns.CampaignError, match="Nobody"):
        campaigns.start(campaign=draft(survey, owner), by=owner, now=MONDAY_9AM)
    person(acme, "one")
    surveys.close(survey=survey, now=MONDAY_9AM)
    with pytest.raises(campaigns.CampaignError, match="not active"):
        campaigns.start(campaign=draft(survey, owner), by=owner, now=MONDAY_9AM)


def test_a_survey_closed_while_preparing_leaves_everybody_out(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    person(acme, "one")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    surveys.close(survey=survey, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    assert asked(campaign) == {"One": "NOT_SENT:SURVEY_CLOSED"}


def test_only_drafts_can_be_thrown_away(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "one")
    kept, thrown = draft(survey, owner), draft(survey, owner)
    campaigns.start(campaign=kept, by=owner, now=MONDAY_9AM)
    campaigns.discard(campaign=thrown)
    with pytest.raises(campaigns.CampaignError):
        campaigns.discard(campaign=kept)
    assert [row.pk for row in Campaign.objects.of(acme)] == [kept.pk]


def test_a_test_mail_goes_to_the_colleague_once_and_counts_nothing(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    contact = person(acme, "maya")
    campaign = draft(survey, owner)
    first = campaigns.send_test(campaign=campaign, contact=contact, to=owner, now=MONDAY_9AM)
    again = campaigns.send_test(campaign=campaign, contact=contact, to=owner, now=MONDAY_9AM)
    assert first.pk == again.pk
    assert (first.to, first.subject[:6]) == (owner.email, "Test: ")
    assert "/s/" not in first.html
    assert not Invitation.objects.of(acme).exists()
    contact.refresh_from_db()
    assert contact.last_asked_at is None


def test_the_globex_contacts_are_never_asked_by_acme(
    acme: Workspace, globex: Workspace, owner: User, survey: Survey
) -> None:
    person(acme, "ours")
    person(globex, "theirs")
    campaign = draft(survey, owner)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    assert asked(campaign) == {"Ours": "PLANNED"}


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ({"all": True}, ["Ann", "Ben", "Cleo"]),
        ({"search": "BEN"}, ["Ben"]),
        ({"attribute": "region", "value": "North"}, ["Ann", "Cleo"]),
        ({"attribute": "region"}, ["Ann", "Ben", "Cleo"]),
        ({"search": "cleo", "attribute": "region", "value": "North"}, ["Cleo"]),
        ({"contacts": []}, []),
        ({}, []),
    ],
)
def test_an_audience_means_exactly_these_people(
    acme: Workspace, owner: User, survey: Survey, audience: dict[str, object], names: list[str]
) -> None:
    for name, region in (("ann", "North"), ("ben", "South"), ("cleo", "North")):
        person(acme, name, attributes={"region": region})
    erased = person(acme, "dora", attributes={"region": "North"})
    contacts.erase(contact=erased, now=MONDAY_9AM)
    found = audiences.audience_of(workspace=acme, audience=audience, now=MONDAY_9AM)
    assert sorted(contact.name for contact in found) == names


def test_a_campaign_of_one_status_has_that_status_only(acme: Workspace, owner: User, survey: Survey) -> None:
    person(acme, "one")
    campaign = draft(survey, owner)
    assert (campaign.status, campaign.is_draft, campaign.is_running) == (CampaignStatus.DRAFT, True, False)
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    people = lists.people_of(campaign=campaign, status="waiting")
    assert [row.status for row in people] == [InvitationStatus.PLANNED]
    assert list(lists.people_of(campaign=campaign, status="sent")) == []
