"""Schedules, windows, caps, samples, rounds, events, reminders, pauses: who is asked when, and why not now."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.services import decisions
from outbox.models import OutboundMessage
from surveys.enums import CampaignStatus
from surveys.models import Campaign, Contact, Invitation, InvitationReminder, Survey
from surveys.queries import audiences
from surveys.services import (
    campaigns,
    contact_policies,
    contacts,
    events,
    invitations,
    preparing,
    reminders,
    responses,
)
from surveys.services.campaigns import Reminder
from tests.conftest import MONDAY_9AM

DAY = timedelta(days=1)
OFFICE = {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00"}


def people(acme: Workspace, count: int, **fields: Any) -> list[Contact]:
    return [
        contacts.upsert(workspace=acme, email=f"p{n}@example.org", name=f"P{n}", now=MONDAY_9AM, **fields)[0]
        for n in range(count)
    ]


def started(survey: Survey, owner: User, now: datetime = MONDAY_9AM, **chosen: Any) -> Campaign:
    made = campaigns.create(
        workspace=survey.workspace,
        name="C",
        survey=survey,
        audience={"all": True},
        by=owner,
        now=now,
        **chosen,
    )
    campaigns.start(campaign=made, by=owner, now=now)
    turn(now)
    made.refresh_from_db()
    return made


def turn(now: datetime) -> None:
    """One turn of every sweep."""
    events.handle(now=now)
    preparing.prepare(now=now)
    invitations.send_due(now=now)
    invitations.follow_mail(now=now)
    reminders.send_due(now=now)
    preparing.prepare(now=now)


def counted(campaign: Campaign) -> dict[str, int]:
    """State or reason -> people; everybody has exactly one."""
    found: dict[str, int] = {}
    for row in Invitation.objects.of(campaign.workspace_id).filter(campaign=campaign):
        key = row.not_sent_because or row.wait_because or row.status
        found[key] = found.get(key, 0) + 1
    return found


def test_a_scheduled_campaign_begins_at_its_moment_with_those_who_are_there_then(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    people(acme, 1)
    campaign = started(survey, owner, starts_at=MONDAY_9AM + DAY)
    assert (campaign.status, counted(campaign)) == (CampaignStatus.SCHEDULED, {})
    contacts.upsert(workspace=acme, email="late@example.org", now=MONDAY_9AM)
    turn(MONDAY_9AM + DAY - timedelta(seconds=1))
    assert counted(campaign) == {}
    turn(MONDAY_9AM + DAY)
    assert counted(campaign) == {"DELIVERED": 2}


def test_the_window_is_in_each_persons_own_zone(acme: Workspace, owner: User, survey: Survey) -> None:
    here = people(acme, 1, time_zone="UTC")[0]
    there, _new = contacts.upsert(
        workspace=acme, email="la@example.org", time_zone="America/Los_Angeles", now=MONDAY_9AM
    )
    campaign = started(survey, owner, window=OFFICE)
    rows = {row.contact_id: row for row in Invitation.objects.of(acme).filter(campaign=campaign)}
    assert rows[here.pk].status == "DELIVERED"
    waits = rows[there.pk]
    opens = MONDAY_9AM.replace(hour=17)  # 09:00 in Los Angeles
    assert (waits.status, waits.wait_because, waits.askable_at, waits.due_at) == (
        "PLANNED",
        "OUTSIDE_WINDOW",
        opens,
        opens,
    )
    turn(opens - timedelta(seconds=1))
    assert counted(campaign) == {"DELIVERED": 1, "OUTSIDE_WINDOW": 1}
    turn(opens)
    waits.refresh_from_db()
    assert (waits.status, waits.wait_because, counted(campaign)) == ("DELIVERED", "", {"DELIVERED": 2})


def test_the_daily_cap_holds_the_rest_until_the_next_day(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    people(acme, 5)
    campaign = started(survey, owner, daily_cap=2)
    assert counted(campaign) == {"DELIVERED": 2, "DAILY_CAP": 3}
    turn(MONDAY_9AM + timedelta(hours=10))
    assert counted(campaign) == {"DELIVERED": 2, "DAILY_CAP": 3}
    turn(MONDAY_9AM + DAY)
    assert counted(campaign) == {"DELIVERED": 4, "DAILY_CAP": 1}
    turn(MONDAY_9AM + 2 * DAY)
    campaign.refresh_from_db()
    assert (counted(campaign), campaign.status) == ({"DELIVERED": 5}, CampaignStatus.FINISHED)


def test_a_sample_is_drawn_once_and_says_who_was_not_drawn(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    people(acme, 60)
    made = campaigns.create(
        workspace=acme, name="C", survey=survey, audience={"all": True}, by=owner, now=MONDAY_9AM,
        sample_percent=40,
    )  # fmt: skip
    preview = audiences.preview(campaign=made, now=MONDAY_9AM)
    campaigns.start(campaign=made, by=owner, now=MONDAY_9AM)
    turn(MONDAY_9AM)
    found = counted(made)
    assert preview.left_out == {"NOT_SAMPLED": found["NOT_SAMPLED"]}
    assert (preview.asked, found["DELIVERED"] + found["NOT_SAMPLED"]) == (found["DELIVERED"], 60)
    assert 10 <= found["DELIVERED"] <= 40


def test_spread_over_days_each_working_day_gets_as_many(acme: Workspace, owner: User, survey: Survey) -> None:
    people(acme, 20)
    campaign = started(survey, owner, now=MONDAY_9AM + 3 * DAY, spread_days=4, window=OFFICE)  # a Thursday
    days = [row.due_at.date() for row in Invitation.objects.of(acme).filter(campaign=campaign)]
    start = (MONDAY_9AM + 3 * DAY).date()
    assert {day: days.count(day) for day in days} == {start + n * DAY: 5 for n in (0, 1, 4, 5)}


def test_a_pause_in_the_middle_and_going_on_ask_nobody_twice(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    people(acme, 6)
    campaign = started(survey, owner, daily_cap=2)
    assert campaigns.pause(campaign=campaign, by=owner, now=MONDAY_9AM + timedelta(hours=1)) == 4
    turn(MONDAY_9AM + 2 * DAY)
    assert counted(campaign) == {"DELIVERED": 2, "CAMPAIGN_PAUSED": 4}
    assert campaigns.resume(campaign=campaign, by=owner, now=MONDAY_9AM + 3 * DAY) == 4
    for day in (3, 4, 5):
        turn(MONDAY_9AM + day * DAY)
    campaign.refresh_from_db()
    assert (counted(campaign), campaign.status) == ({"DELIVERED": 6}, CampaignStatus.FINISHED)
    assert OutboundMessage.objects.of(acme).count() == 6


def test_stopping_a_paused_campaign_gives_everybody_their_reason(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    people(acme, 3)
    campaign = started(survey, owner, daily_cap=1)
    campaigns.pause(campaign=campaign, by=owner, now=MONDAY_9AM)
    assert campaigns.stop(campaign=campaign, now=MONDAY_9AM) == 2
    assert counted(campaign) == {"DELIVERED": 1, "CAMPAIGN_STOPPED": 2}


def test_a_campaign_that_ends_asks_nobody_after_its_end(acme: Workspace, owner: User, survey: Survey) -> None:
    people(acme, 3)
    campaign = started(survey, owner, daily_cap=1, ends_at=MONDAY_9AM + DAY)
    turn(MONDAY_9AM + DAY)
    campaign.refresh_from_db()
    assert (campaign.status, counted(campaign)) == (
        CampaignStatus.FINISHED,
        {"DELIVERED": 1, "CAMPAIGN_STOPPED": 2},
    )


def test_rounds_come_after_the_first_days_and_then_every_so_many(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    ada = people(acme, 1)[0]
    campaign = started(survey, owner, kind="RECURRING", first_after_days=10, every_days=60)

    def rounds() -> list[int]:
        rows = Invitation.objects.of(acme).filter(campaign=campaign, contact=ada).order_by("round")
        return list(rows.values_list("round", flat=True))

    turn(MONDAY_9AM + 9 * DAY)
    assert rounds() == []
    turn(MONDAY_9AM + 10 * DAY)
    turn(MONDAY_9AM + 11 * DAY)
    assert rounds() == [1]
    turn(MONDAY_9AM + 69 * DAY)
    assert rounds() == [1]
    turn(MONDAY_9AM + 71 * DAY)
    assert rounds() == [1, 2]
    campaign.refresh_from_db()
    assert (campaign.status, campaign.round) == (CampaignStatus.RUNNING, 2)


def test_who_was_left_out_of_a_round_for_a_while_is_asked_when_the_while_is_over(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    ada = people(acme, 1)[0]
    contacts.note_asked(contact=ada, now=MONDAY_9AM - 20 * DAY)
    campaign = started(survey, owner, kind="RECURRING", every_days=90)
    assert counted(campaign) == {"ASKED_RECENTLY": 1}
    turn(MONDAY_9AM + 10 * DAY)
    assert counted(campaign) == {"ASKED_RECENTLY": 1, "DELIVERED": 1}


def report(acme: Workspace, contact: Contact, at: datetime, **more: Any) -> bool:
    _event, is_new = events.record(
        workspace=acme, name="support.ticket_closed", contact=contact, now=at, **more
    )
    return is_new


def test_an_event_asks_once_after_its_delay_and_within_the_window(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    ada = people(acme, 1)[0]
    campaign = started(
        survey,
        owner,
        kind="TRIGGERED",
        trigger="support.ticket_closed",
        delay_seconds=10 * 3600,
        window=OFFICE,
    )
    assert report(acme, ada, MONDAY_9AM, external_id="T-1") is True
    assert report(acme, ada, MONDAY_9AM, external_id="T-1") is False
    turn(MONDAY_9AM)
    row = Invitation.objects.of(acme).get(campaign=campaign)
    # Due at 19:00, but the window opens at 09:00 the next day: a delay never overrides it.
    assert (row.due_at, row.wait_because) == (MONDAY_9AM + DAY, "OUTSIDE_WINDOW")
    turn(MONDAY_9AM + timedelta(hours=11))
    assert counted(campaign) == {"OUTSIDE_WINDOW": 1}
    turn(MONDAY_9AM + DAY)
    assert counted(campaign) == {"DELIVERED": 1}
    assert report(acme, ada, MONDAY_9AM + 2 * DAY, external_id="T-2") is True
    turn(MONDAY_9AM + 3 * DAY)
    assert counted(campaign) == {"DELIVERED": 1, "ASKED_RECENTLY": 1}


def test_events_of_another_name_and_from_before_the_start_ask_nobody(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    ada = people(acme, 1)[0]
    report(acme, ada, MONDAY_9AM - DAY)
    campaign = started(survey, owner, kind="TRIGGERED", trigger="order.delivered")
    report(acme, ada, MONDAY_9AM)
    turn(MONDAY_9AM)
    assert counted(campaign) == {}


def test_reminders_go_to_those_who_have_not_answered_in_their_own_words(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    ada, ben = people(acme, 2)
    chosen = [Reminder(3, "Still there, {{ first_name }}?", "One minute is enough."), Reminder(4)]
    campaign = started(survey, owner, reminders=chosen, subject="How was it?")
    first = Invitation.objects.of(acme).get(campaign=campaign, contact=ada)
    responses.record_by_invitation(token=first.link, score=9, comment="", now=MONDAY_9AM + DAY)
    decisions.decide_pending(now=MONDAY_9AM + DAY)
    turn(MONDAY_9AM + 3 * DAY)
    turn(MONDAY_9AM + 3 * DAY)
    mails = OutboundMessage.objects.of(acme).filter(kind="SURVEY").order_by("pk")
    assert [(mail.to, mail.subject) for mail in mails][2:] == [(ben.email, "Still there, P1?")]
    assert "One minute is enough." in mails[2].text
    turn(MONDAY_9AM + 7 * DAY)
    turn(MONDAY_9AM + 30 * DAY)
    assert [(mail.to, mail.subject) for mail in mails.all()][3:] == [(ben.email, "How was it?")]
    rows = InvitationReminder.objects.of(acme).order_by("invitation__contact", "number")
    assert [(row.number, row.skipped_because, row.sent_at is not None) for row in rows] == [
        (1, "ALREADY_ANSWERED", False),
        (1, "", True),
        (2, "", True),
    ]
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.FINISHED


def test_who_opts_out_meanwhile_is_not_reminded(acme: Workspace, owner: User, survey: Survey) -> None:
    ada = people(acme, 1)[0]
    started(survey, owner, reminders=[Reminder(3)])
    contacts.opt_out(contact=ada, now=MONDAY_9AM + DAY)
    turn(MONDAY_9AM + 3 * DAY)
    assert InvitationReminder.objects.of(acme).get().skipped_because == "OPTED_OUT"


def test_the_hour_somebody_tends_to_answer_is_kept_and_a_persons_choice_wins(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    ada, ben = people(acme, 2, time_zone="UTC")
    Contact.objects.of(acme).filter(pk=ada.pk).update(send_hour=14)
    Contact.objects.of(acme).filter(pk=ben.pk).update(send_hour=14, chosen_send_hour=7)
    campaign = started(survey, owner, uses_send_hour=True)
    due = {row.contact_id: row.due_at for row in Invitation.objects.of(acme).filter(campaign=campaign)}
    assert due == {ada.pk: MONDAY_9AM.replace(hour=14), ben.pk: (MONDAY_9AM + DAY).replace(hour=7)}


def test_doubling_the_backlog_cuts_what_is_sent_and_a_full_team_holds_everybody_back(
    acme: Workspace, owner: User, bob: User, survey: Survey
) -> None:
    from surveys.services import limits

    contact_policies.change(
        workspace=acme, quiet_days=30, minutes_per_case=60, capacity_share=100, now=MONDAY_9AM
    )
    people(acme, 3)
    campaign = started(survey, owner, keeps_capacity=True, daily_cap=10_000, starts_at=MONDAY_9AM + DAY)
    campaign = Campaign.objects.of(acme).select_related("workspace").get(pk=campaign.pk)

    def backlog(cases: int) -> int:
        from detractors.models import Case

        have = Case.objects.of(acme).filter(category="OPEN").count()
        for n in range(have, cases):
            unhappy, _new = contacts.upsert(workspace=acme, email=f"u{n}@example.org", now=MONDAY_9AM)
            responses.record(workspace=acme, survey=survey, contact=unhappy, score=1, now=MONDAY_9AM)
        decisions.decide_pending(now=MONDAY_9AM)
        Contact.objects.of(acme).filter(email__startswith="u").update(opted_out_at=MONDAY_9AM)
        assert Case.objects.of(acme).filter(category="OPEN").count() == cases
        return limits.of(campaign=campaign, now=MONDAY_9AM).left

    few, double = backlog(4), backlog(8)
    assert few > double > 0
    assert backlog(16) == 0
    turn(MONDAY_9AM + DAY)
    assert counted(campaign)["CAPACITY"] == 3
    row = Invitation.objects.of(acme).filter(wait_because="CAPACITY").first()
    assert row.askable_at == MONDAY_9AM + DAY + timedelta(hours=1)


def test_quiet_hours_hold_back_but_an_override_with_a_note_asks_now(
    acme: Workspace, owner: User, survey: Survey
) -> None:
    ada = people(acme, 1)[0]
    contact_policies.change(
        workspace=acme, quiet_days=30, quiet_from=time(8), quiet_to=time(12), now=MONDAY_9AM
    )
    contacts.note_asked(contact=ada, now=MONDAY_9AM - DAY)
    ada.refresh_from_db()
    facts: dict[str, Any] = {"workspace": acme, "survey": survey, "contact": ada, "now": MONDAY_9AM}
    assert invitations.invite(**facts).not_sent_because == "ASKED_RECENTLY"
    row = invitations.invite(**facts, override_note="Asked for it on the phone", override_by=owner)
    assert (row.status, row.override_by, row.override_note) == (
        "PLANNED",
        owner,
        "Asked for it on the phone",
    )
    invitations.send_due(now=MONDAY_9AM)
    row.refresh_from_db()
    assert row.status == "QUEUED"
    contacts.opt_out(contact=ada, now=MONDAY_9AM)
    refused = invitations.invite(
        **{**facts, "contact": Contact.objects.of(acme).get(pk=ada.pk)}, override_note="x"
    )
    assert refused.not_sent_because == "OPTED_OUT"  # a person's own refusal is never overruled


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"starts_at": MONDAY_9AM + 2 * DAY, "ends_at": MONDAY_9AM + DAY}, "ends_at"),
        ({"ends_at": MONDAY_9AM - DAY}, "ends_at"),
        ({"window": {"days": []}}, "window_days"),
        ({"window": {"from": "17:00", "to": "09:00"}}, "window_to"),
        ({"kind": "RECURRING"}, "every_days"),
        ({"kind": "RECURRING", "every_days": 0}, "every_days"),
        ({"kind": "TRIGGERED"}, "trigger"),
        ({"kind": "TRIGGERED", "trigger": "a b"}, "trigger"),
        ({"sample_percent": 0}, "sample_percent"),
        ({"daily_cap": 0}, "daily_cap"),
        ({"spread_days": 400}, "spread_days"),
        ({"reminders": [Reminder(40), Reminder(30)]}, "reminders"),
        ({"reminders": [Reminder(0)]}, "reminders"),
        ({"subject": "Hi {{ nickname }}"}, "subject"),
        ({"intro": "half a {{ field"}, "intro"),
        ({"reminders": [Reminder(3, "{{ nickname }}")]}, "reminder_1_subject"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    acme: Workspace, owner: User, survey: Survey, chosen: dict[str, Any], field: str
) -> None:
    with pytest.raises(campaigns.BadCampaign) as refused:
        campaigns.create(
            workspace=acme,
            name="C",
            survey=survey,
            audience={"all": True},
            by=owner,
            now=MONDAY_9AM,
            **chosen,
        )
    assert list(refused.value.errors) == [field]
    assert Campaign.objects.of(acme).count() == 0
