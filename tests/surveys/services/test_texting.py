"""Asking by text: what it says, who gets it, who does not and why, and reminders."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.conf import settings

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from outbox.services import deliveries
from outbox.services.suppressions import suppress
from surveys.models import Contact, ContactPolicy, Invitation, Survey
from surveys.queries import asking, audiences
from surveys.services import (
    campaigns,
    contacts,
    following,
    invitations,
    preparing,
    reminders,
    surveys,
    wordings,
)
from tests.conftest import MONDAY_9AM
from tests.texts import DORAS, set_up


@pytest.fixture
def dora(acme: Workspace) -> Contact:
    return contacts.upsert(
        workspace=acme,
        email="dora@customer.example",
        name="Dora Doe",
        phone="+49 151 12345678",
        now=MONDAY_9AM,
    )[0]


def ask(survey: Survey, contact: Contact, **more: Any) -> Invitation:
    facts: dict[str, Any] = {
        "workspace": survey.workspace, "survey": survey, "contact": contact, "channel": "SMS", "now": MONDAY_9AM,
    }  # fmt: skip
    return invitations.invite(**{**facts, **more})


def texts() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.across_workspaces().filter(channel="SMS").order_by("id"))


def test_a_text_says_who_asks_and_how_to_answer(acme: Workspace, survey: Survey, dora: Contact) -> None:
    set_up(acme)
    row = ask(survey, dora)
    assert invitations.send_due(now=MONDAY_9AM) == 1
    [text] = texts()
    link = f"{settings.BASE_URL}/m/{row.link_nonce}/"
    assert text.text == (
        f"Acme: How did we do? One question, one minute: {link} Or reply 0-10. To end: STOP."
    )
    assert (text.to, text.to_name, text.mail, text.about) == (
        DORAS,
        "Dora Doe",
        "survey_text",
        f"invitation:{row.pk}",
    )
    assert (text.html, text.parts, text.subject) == ("", 1, f"Text message: {survey.name}")
    deliveries.sweep_texts(now=MONDAY_9AM)
    following.follow_mail(now=MONDAY_9AM + timedelta(minutes=1))
    row.refresh_from_db()
    dora.refresh_from_db()
    assert (row.status, row.channel, dora.last_asked_at) == ("DELIVERED", "SMS", MONDAY_9AM)


def test_the_words_are_the_workspaces_own_in_the_customers_language(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    set_up(acme, number="")  # nothing comes in: no reply is asked for
    surveys.change(survey=survey, sms_text='Hi {{ first_name | "there" }}, one question:', now=MONDAY_9AM)
    wordings.write(
        survey=survey,
        language="de",
        texts={"sms_text": "Hallo {{ first_name }}, eine Frage:"},
        now=MONDAY_9AM,
    )
    nameless = contacts.upsert(workspace=acme, email="x@x.example", phone="+4915112345670", now=MONDAY_9AM)[0]
    german = contacts.upsert(
        workspace=acme,
        email="y@x.example",
        name="Uwe Y",
        phone="+4915112345671",
        language="de",
        now=MONDAY_9AM,
    )[0]
    for person in (dora, nameless, german):
        ask(survey, person)
    invitations.send_due(now=MONDAY_9AM)
    assert [text.text.rpartition(" http")[0] for text in texts()] == [
        "Hi Dora, one question:", "Hi there, one question:", "Hallo Uwe, eine Frage:",
    ]  # fmt: skip
    assert all(text.text.endswith("/") for text in texts())


def test_a_field_the_person_lacks_is_said_not_sent(acme: Workspace, survey: Survey) -> None:
    set_up(acme)
    surveys.change(survey=survey, sms_text="Hi {{ first_name }}:", now=MONDAY_9AM)
    nameless = contacts.upsert(workspace=acme, email="x@x.example", phone="+4915112345670", now=MONDAY_9AM)[0]
    assert ask(survey, nameless).not_sent_because == "MISSING_FIELD"
    assert ask(survey, nameless, channel="EMAIL").not_sent_because == ""  # the mail needs it not


@pytest.mark.parametrize(
    ("phone", "gateway", "because"),
    [
        ("", {}, "NO_PHONE"),
        ("0151 12345678", {"number": ""}, "NO_PHONE"),  # of which country?
        ("0151 12345678", {}, ""),  # of ours
        ("+49 12", {}, "NO_PHONE"),
        ("+44 7700 900123", {"countries": "DE"}, "SMS_COUNTRY"),
        ("+49 151 12345678", {"is_active": False}, "SMS_OFF"),
        ("+49 151 12345678", None, "SMS_OFF"),
    ],
)
def test_who_cannot_be_texted_has_one_reason(
    acme: Workspace, survey: Survey, phone: str, gateway: Any, because: str
) -> None:
    if gateway is not None:
        set_up(acme, **gateway)
    person = contacts.upsert(workspace=acme, external_id="7", phone=phone, now=MONDAY_9AM)[0]
    row = ask(survey, person)
    assert (row.not_sent_because, row.status) == (because, "NOT_SENT" if because else "PLANNED")
    invitations.send_due(now=MONDAY_9AM)
    assert len(texts()) == (not because)


@pytest.mark.parametrize(
    ("address", "reason", "because"),
    [
        (DORAS, "BOUNCED", "SUPPRESSED"),
        (DORAS, "UNSUBSCRIBED", "SUPPRESSED"),
        ("dora@customer.example", "UNSUBSCRIBED", "OPTED_OUT"),  # "no more surveys" is said of texts too
        (
            "dora@customer.example",
            "BOUNCED",
            "",
        ),  # that her mail does not arrive says nothing of her telephone
    ],
)
def test_what_stands_on_the_list_holds_for_texts(
    acme: Workspace, survey: Survey, dora: Contact, address: str, reason: str, because: str
) -> None:
    set_up(acme)
    suppress(workspace=acme, address=address, scope="ALL", reason=reason, source="test", now=MONDAY_9AM)
    assert ask(survey, dora).not_sent_because == because


def test_a_text_keeps_the_contact_policy(acme: Workspace, survey: Survey, dora: Contact) -> None:
    set_up(acme)
    ask(survey, dora, channel="EMAIL")
    invitations.send_due(now=MONDAY_9AM)
    dora.refresh_from_db()
    assert ask(survey, dora, now=MONDAY_9AM + timedelta(days=1)).not_sent_because == "ASKED_RECENTLY"


def test_in_quiet_hours_a_text_waits(acme: Workspace, survey: Survey, dora: Contact) -> None:
    set_up(acme)
    ContactPolicy(workspace=acme, quiet_from=time(8), quiet_to=time(10), updated_at=MONDAY_9AM).save()
    row = ask(survey, dora)
    assert (row.status, row.wait_because, row.due_at) == (
        "PLANNED",
        "QUIET_HOURS",
        MONDAY_9AM + timedelta(hours=1),
    )


def test_over_the_days_limit_people_wait_for_tomorrow(acme: Workspace, survey: Survey) -> None:
    set_up(acme, per_day=2)
    rows = [
        ask(survey, contacts.upsert(workspace=acme, external_id=str(n), phone=f"+4915112345{n:03}", now=MONDAY_9AM)[0])
        for n in range(4)
    ]  # fmt: skip
    invitations.send_due(now=MONDAY_9AM)
    deliveries.sweep_texts(now=MONDAY_9AM)
    for row in rows:
        row.refresh_from_db()
    midnight = MONDAY_9AM + timedelta(hours=15)
    assert [(row.status, row.wait_because) for row in rows] == [("QUEUED", "")] * 2 + [
        ("PLANNED", "SMS_LIMIT")
    ] * 2
    assert {row.due_at for row in rows[2:]} == {midnight}
    invitations.send_due(now=midnight)
    assert len(texts()) == 4


def test_a_text_the_outbox_did_not_send_gives_its_reason_to_the_invitation(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    set_up(acme)
    row = ask(survey, dora)
    invitations.send_due(now=MONDAY_9AM)
    set_up(acme, countries="AT")
    deliveries.sweep_texts(now=MONDAY_9AM)
    following.follow_mail(now=MONDAY_9AM + timedelta(minutes=1))
    row.refresh_from_db()
    dora.refresh_from_db()
    assert (row.status, row.not_sent_because, dora.last_asked_at) == ("NOT_SENT", "SMS_COUNTRY", None)


def test_a_campaign_asks_and_reminds_by_text_in_its_own_words(
    acme: Workspace, owner: User, survey: Survey, dora: Contact
) -> None:
    set_up(acme, number="")
    campaign = campaigns.create(
        workspace=acme, name="By text", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM, channel="SMS",
        intro="Hello {{ first_name }}:", reminders=[campaigns.Reminder(2, "", "Still a minute, {{ first_name }}?")],
    )  # fmt: skip
    campaigns.start(campaign=campaign, by=owner, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    deliveries.sweep_texts(now=MONDAY_9AM)
    following.follow_mail(now=MONDAY_9AM + timedelta(minutes=1))
    assert reminders.send_due(now=MONDAY_9AM + timedelta(days=2)) == 1
    assert reminders.send_due(now=MONDAY_9AM + timedelta(days=2)) == 0
    first, second = texts()
    assert first.text.startswith("Hello Dora: http")
    assert second.text.startswith("Still a minute, Dora? http")
    assert first.text.rpartition("/m/")[2] == second.text.rpartition("/m/")[2]
    assert OutboundMessage.objects.of(acme).filter(channel="EMAIL").count() == 0


def test_a_campaign_by_text_needs_a_gateway(acme: Workspace, owner: User, survey: Survey) -> None:
    with pytest.raises(campaigns.BadCampaign) as refused:
        campaigns.create(
            workspace=acme, name="x", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM, channel="SMS"
        )  # fmt: skip
    assert list(refused.value.errors) == ["channel"]


def test_sql_and_rule_judge_texts_alike(acme: Workspace, survey: Survey) -> None:
    set_up(acme)
    surveys.change(survey=survey, sms_text="Hi {{ first_name }}:", now=MONDAY_9AM)
    for n in range(64):
        person = contacts.upsert(
            workspace=acme, external_id=str(n), email=f"c{n}@x.example" if n & 1 else "", name="Ann" if n & 2 else "",
            phone=f"+49151123450{n:02}" if n & 4 else "", now=MONDAY_9AM,
        )[0]  # fmt: skip
        person.sms_stopped_at = MONDAY_9AM if n & 8 else None
        person.opted_out_at = MONDAY_9AM if n & 16 else None
        person.undeliverable_at = MONDAY_9AM if n & 1 else None
        person.save()
        if n & 32 and person.phone:
            suppress(
                workspace=acme, address=person.phone, scope="ALL", reason="MANUAL", source="t", now=MONDAY_9AM
            )
    for n in (1, 7, 39):
        suppress(
            workspace=acme, address=f"c{n}@x.example", scope="SURVEYS", reason="UNSUBSCRIBED", source="t", now=MONDAY_9AM
        )  # fmt: skip
    judged = list(
        audiences.judged(
            Contact.objects.of(acme).order_by("pk"),
            survey=survey,
            touchpoint="",
            now=MONDAY_9AM,
            channel="SMS",
        )
    )
    ground = asking.ground(workspace=acme, contacts=judged, now=MONDAY_9AM, by_text=True)
    by_rule = []
    for row in judged:
        values = asking.merge_values(survey=survey, contact=row)
        missing = ("first_name",) if not values["first_name"] else ()
        found = asking.verdict(
            survey=survey, contact=row, now=MONDAY_9AM, found=ground, missing=missing, channel="SMS"
        )
        by_rule.append((row.external_id, found.reason or ""))
    assert [(row.external_id, row.because) for row in judged] == by_rule
    assert {because for _id, because in by_rule} == {
        "", "NO_PHONE", "SUPPRESSED", "OPTED_OUT", "SMS_STOPPED", "MISSING_FIELD",
    }  # fmt: skip
