"""Who opened a mail, as far as its provider tells."""

from datetime import timedelta

import pytest

from accounts.models import User, Workspace
from config import mail
from outbox.models import OutboundMessage
from outbox.services.tracking import Report, record_tracking
from surveys.models import Campaign, Contact, Invitation, InvitationChange, Survey
from surveys.queries import campaigns as campaign_queries
from surveys.services import campaigns, invitations, preparing, reminders, responses
from surveys.services.campaigns import Reminder
from tests.conftest import MONDAY_9AM, signed_in
from tests.surveys.conftest import settle

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def campaign(acme: Workspace, survey: Survey, dora: Contact, owner: User) -> Campaign:
    """One mail that left on Monday at nine, with a reminder three days later."""
    row = campaigns.create(
        workspace=acme, name="C", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM,
        reminders=[Reminder(3)],
    )  # fmt: skip
    campaigns.start(campaign=row, by=owner, now=MONDAY_9AM)
    preparing.prepare(now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).update(
        state="SENT", sent_at=MONDAY_9AM, next_at=None, delivered_at=None, opened_at=None
    )
    invitations.follow_mail(now=MONDAY_9AM)
    row.refresh_from_db()
    return row


def report(message: OutboundMessage, kind: str, after: timedelta, **more: object) -> None:
    facts = {
        "provider": "Test", "kind": kind, "recipient": message.to, "happened_at": MONDAY_9AM + after,
        "event_id": f"{kind}-{after}", "public_id": message.public_id, **more,
    }  # fmt: skip
    record_tracking(report=Report(**facts), now=MONDAY_9AM + after)  # type: ignore[arg-type]


def asked(acme: Workspace) -> Invitation:
    return Invitation.objects.of(acme).get()


def stages(acme: Workspace) -> list[str]:
    return sorted(InvitationChange.objects.of(acme).values_list("stage", flat=True))


def test_an_open_is_noted_once_on_mail_request_and_funnel(acme: Workspace, campaign: Campaign) -> None:
    mail_row = OutboundMessage.objects.of(acme).get()
    for after in (5 * MINUTE, 9 * MINUTE):
        report(mail_row, "opened", after)
    mail_row.refresh_from_db()
    row = asked(acme)
    assert (mail_row.opened_at, mail_row.clicked_at) == (MONDAY_9AM + 5 * MINUTE, None)
    assert (row.status, row.opened_at, row.delivered_at) == (
        "OPENED", MONDAY_9AM + 5 * MINUTE, MONDAY_9AM + 5 * MINUTE,
    )  # fmt: skip
    assert stages(acme) == ["DELIVERED", "OPENED", "SENT"]
    assert campaign_queries.engagement(campaign=campaign)["opened"] == 1


def test_a_click_opens_too_but_only_visits_of_the_link_count_as_clicks(
    acme: Workspace, campaign: Campaign
) -> None:
    mail_row = OutboundMessage.objects.of(acme).get()
    report(mail_row, "clicked", 5 * MINUTE)
    mail_row.refresh_from_db()
    row = asked(acme)
    assert (mail_row.opened_at, mail_row.clicked_at) == (MONDAY_9AM + 5 * MINUTE,) * 2
    assert (row.opened_at, row.clicked_at) == (MONDAY_9AM + 5 * MINUTE, None)


@pytest.mark.parametrize(
    ("after", "more"),
    [
        (timedelta(seconds=9), {}),
        (5 * MINUTE, {"user_agent": "Mozilla/5.0"}),
        (5 * MINUTE, {"user_agent": "Mozilla/5.0 (compatible; BarracudaCentral)"}),
        (5 * MINUTE, {"is_machine": True}),
    ],
)
def test_what_a_program_opened_proves_delivery_and_nothing_more(
    acme: Workspace, campaign: Campaign, after: timedelta, more: dict[str, object]
) -> None:
    mail_row = OutboundMessage.objects.of(acme).get()
    report(mail_row, "opened", after, **more)
    mail_row.refresh_from_db()
    assert (mail_row.opened_at, mail_row.delivered_at) == (None, MONDAY_9AM + after)
    assert (asked(acme).opened_at, "OPENED" in stages(acme)) == (None, False)


def test_an_opened_reminder_opens_the_request(acme: Workspace, campaign: Campaign) -> None:
    reminders.send_due(now=MONDAY_9AM + 3 * DAY)
    _first, second = OutboundMessage.objects.of(acme).order_by("pk")
    report(second, "opened", 3 * DAY + MINUTE)
    assert asked(acme).opened_at == MONDAY_9AM + 3 * DAY + MINUTE


def test_an_answer_that_came_before_the_report_stays(acme: Workspace, campaign: Campaign) -> None:
    responses.record_by_invitation(token=asked(acme).link, score=9, comment="", now=MONDAY_9AM + MINUTE)
    settle(acme)
    report(OutboundMessage.objects.of(acme).get(), "opened", 5 * MINUTE)
    row = asked(acme)
    assert (row.status, row.opened_at) == ("ANSWERED", MONDAY_9AM + 5 * MINUTE)


def test_the_departure_is_still_noted_after_the_open(acme: Workspace, campaign: Campaign) -> None:
    Invitation.objects.of(acme).update(status="QUEUED", sent_at=None, follow_at=MONDAY_9AM + MINUTE)
    report(OutboundMessage.objects.of(acme).get(), "opened", MINUTE)
    invitations.follow_mail(now=MONDAY_9AM + MINUTE)
    row = asked(acme)
    assert (row.status, row.sent_at) == ("OPENED", MONDAY_9AM)


def test_the_page_says_what_nobody_measured(
    acme: Workspace, campaign: Campaign, alice: User, settings: object
) -> None:
    browser, url = signed_in(alice), f"/w/acme/campaigns/{campaign.public_id}/figures/"

    def opened() -> list[tuple[object, bool]]:
        page = browser.get(url)
        assert ("not measured" in page.content.decode()) is not page.context["measures_opens"]
        return [
            (step["n"], step["is_measured"]) for step in page.context["steps"] if step["label"] == "Opened"
        ]

    assert opened() == [(None, False)]
    settings.MAIL = mail.configure("postmark://?server_token=t&webhook_secret=a:b&track_opens=yes")  # type: ignore[attr-defined]
    assert opened() == [(0, True)]
    settings.MAIL = mail.configure("outbox:")  # type: ignore[attr-defined]
    report(OutboundMessage.objects.of(acme).get(), "opened", 5 * MINUTE)
    assert opened() == [(1, True)]
