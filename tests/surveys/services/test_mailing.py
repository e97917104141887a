"""Every mail of a survey is in the words of who reads it, and whoever lacks a word of their own mail is not asked."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.queries import asking, audiences, faces
from surveys.services import campaigns, contacts, invitations, preparing, reminders, surveys, wordings
from surveys.services.campaigns import CampaignError, Reminder
from tests.conftest import MONDAY_9AM

DAY = timedelta(days=1)


@pytest.fixture
def two_languages(survey: Survey) -> Survey:
    """English that needs nothing, German that calls the customer's company by its name."""
    wordings.write(
        survey=survey,
        language="de",
        texts={"question": "Wie zufrieden ist {{ customer_company }}?", "subject": "Eine Frage"},
        now=MONDAY_9AM,
    )
    return survey


def person(acme: Workspace, name: str, **fields: object) -> Contact:
    contact, _new = contacts.upsert(
        workspace=acme, email=f"{name}@example.org", name=name.title(), now=MONDAY_9AM, **fields
    )
    return contact


def begun(survey: Survey, owner: User, **chosen: object) -> Campaign:
    campaign = campaigns.create(
        workspace=survey.workspace, name="C", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM,
        **chosen,
    )  # fmt: skip
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    return campaign


def test_a_reminder_speaks_the_language_of_the_first_mail(
    acme: Workspace, owner: User, two_languages: Survey
) -> None:
    person(acme, "greta", language="de-AT", company="Berg GmbH")
    begun(two_languages, owner, reminders=[Reminder(3)])
    preparing.prepare(now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).update(state="SENT", sent_at=MONDAY_9AM, next_at=None)
    invitations.follow_mail(now=MONDAY_9AM)
    reminders.send_due(now=MONDAY_9AM + 3 * DAY)
    first, reminder = OutboundMessage.objects.of(acme).order_by("pk")
    assert (first.subject, reminder.subject) == ("Eine Frage", "Eine Frage")
    assert "Wie zufrieden ist Berg GmbH?" in reminder.text


def test_only_who_reads_the_mail_that_needs_a_word_lacks_it(
    acme: Workspace, owner: User, two_languages: Survey
) -> None:
    person(acme, "greta", language="de")
    person(acme, "hans", language="de-CH", company="Tal AG")
    person(acme, "ed", language="en-GB")
    person(acme, "flora", language="fr")
    person(acme, "nobody")
    campaign = begun(two_languages, owner)
    preparing.prepare(now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    rows = Invitation.objects.of(acme).filter(campaign=campaign).select_related("contact")
    assert {row.contact.name: row.not_sent_because or row.status for row in rows} == {
        "Greta": "MISSING_FIELD", "Hans": "QUEUED", "Ed": "QUEUED", "Flora": "QUEUED", "Nobody": "QUEUED",
    }  # fmt: skip


def test_asking_one_person_checks_the_words_of_their_own_mail(acme: Workspace, two_languages: Survey) -> None:
    found = {
        name: invitations.invite(
            workspace=acme,
            survey=two_languages,
            contact=person(acme, name, language=language),
            now=MONDAY_9AM,
        ).not_sent_because
        for name, language in (("greta", "de"), ("ed", "en"))
    }
    assert found == {"greta": "MISSING_FIELD", "ed": ""}


@pytest.mark.parametrize("wanted", ["", "en", "EN", "en-gb", "de", "DE-at", "de-ch", "pt", "pt-br", "fr"])
def test_sql_and_rule_judge_every_language_alike(acme: Workspace, survey: Survey, wanted: str) -> None:
    """Four languages with and without a country, each with a field of its own."""
    surveys.change(survey=survey, question="{{ name }}?", now=MONDAY_9AM)
    for code, field in (("de-AT", "customer_company"), ("de-CH", "first_name"), ("pt", "touchpoint")):
        wordings.write(
            survey=survey, language=code, texts={"question": f"{{{{ {field} }}}}?"}, now=MONDAY_9AM
        )
    survey = Survey.objects.of(acme).select_related("workspace").get(pk=survey.pk)
    row = person(acme, "x", language=wanted)
    found = []
    for name, company in (("", ""), ("X", ""), ("", "Y"), ("X", "Y")):
        Contact.objects.of(acme).filter(pk=row.pk).update(name=name, company=company)
        row.refresh_from_db()
        [judged] = audiences.judged(
            Contact.objects.of(acme).filter(pk=row.pk), survey=survey, touchpoint="", now=MONDAY_9AM
        )
        missing = asking.missing_fields(
            face=faces.make(survey=survey, language=wanted),
            values=asking.merge_values(survey=survey, contact=row),
        )
        found.append((judged.because == "MISSING_FIELD", bool(missing)))
    assert [by_sql for by_sql, _rule in found] == [by_rule for _sql, by_rule in found]


def test_any_mail_of_a_campaign_can_be_tried(acme: Workspace, owner: User, two_languages: Survey) -> None:
    greta = person(acme, "greta", language="de", company="Berg GmbH")
    campaign = campaigns.create(
        workspace=acme, name="C", survey=two_languages, audience={"all": True}, by=owner, now=MONDAY_9AM,
        reminders=[Reminder(3, "Once more"), Reminder(4)],
    )  # fmt: skip
    sent = [
        campaigns.send_test(campaign=campaign, contact=greta, to=owner, now=MONDAY_9AM, number=number)
        for number in (0, 1, 2, 1)
    ]
    assert [mail.subject for mail in sent] == [
        "Test: Eine Frage", "Test: Once more", "Test: Eine Frage", "Test: Once more",
    ]  # fmt: skip
    assert len({mail.pk for mail in sent}) == 3
    with pytest.raises(CampaignError):
        campaigns.send_test(campaign=campaign, contact=greta, to=owner, now=MONDAY_9AM, number=3)
