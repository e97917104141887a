"""A campaign's schedule in the browser: chosen, kept when refused, changed, paused, gone on with; and the contact policy."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from surveys.models import Campaign, CampaignReminder, Contact, Invitation, Survey
from surveys.queries import asking
from surveys.services import contacts, preparing
from tests.conftest import MONDAY_9AM, signed_in

LIST = "/w/acme/campaigns/"
WEEK = [1, 2, 3, 4, 5]


@pytest.fixture
def browser(alice: User) -> Client:
    return signed_in(alice)


def chosen(survey: Survey, **fields: object) -> dict[str, object]:
    plain = {
        "name": "Spring", "survey": survey.pk, "audience": "all", "kind": "ONCE", "window_shown": "True",
        "window_days": [1, 2, 3, 4, 5, 6, 7], "sample_percent": 100,
    }  # fmt: skip
    return {**plain, **fields}


def test_all_that_was_chosen_is_kept_shown_and_changed(
    browser: Client, survey: Survey, dora: Contact
) -> None:
    start = timezone.localtime(timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    fields = chosen(
        survey, kind="TRIGGERED", trigger="support.ticket_closed", delay=2, delay_unit="hours", window_days=WEEK,
        window_from="09:00", window_to="18:00", sample_percent=50, daily_cap=200, keeps_capacity="on",
        starts_at=start.strftime("%Y-%m-%dT%H:%M"), subject="Hello {{ first_name }}", from_name="Acme Care",
        reply_to="care@acme.example", reminder_1_days=3, reminder_1_subject="Again?", reminder_2_days=7,
    )  # fmt: skip
    url = browser.post(LIST + "new/", fields)["Location"]
    campaign = Campaign.objects.of(survey.workspace_id).get()
    assert (campaign.kind, campaign.trigger, campaign.delay_seconds, campaign.window) == (
        "TRIGGERED",
        "support.ticket_closed",
        7200,
        {"days": WEEK, "from": "09:00", "to": "18:00"},
    )
    assert (campaign.sample_percent, campaign.daily_cap, campaign.keeps_capacity, campaign.from_name) == (
        50,
        200,
        True,
        "Acme Care",
    )
    assert isinstance(campaign.starts_at, datetime)
    reminders = CampaignReminder.objects.of(survey.workspace_id).order_by("number")
    assert [(row.number, row.after_days, row.subject) for row in reminders] == [(1, 3, "Again?"), (2, 7, "")]
    page = browser.get(url).content.decode()
    for words in ("after support.ticket_closed, 2 h later", "Reminder 2", "50 %", "Acme Care"):
        assert words in page
    form = browser.get(url + "edit/").context["form"]
    assert (form["delay"].value(), form["delay_unit"].value(), form["reminder_2_days"].value()) == (
        2,
        "hours",
        7,
    )
    changed = chosen(survey, kind="ONCE", spread_days=5, reminder_1_days=4)
    assert browser.post(url + "edit/", changed)["Location"] == url
    campaign.refresh_from_db()
    assert (campaign.kind, campaign.trigger, campaign.window, campaign.spread_days) == ("ONCE", "", {}, 5)
    assert [row.after_days for row in reminders.all()] == [4]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"starts_at": "2030-05-02T10:00", "ends_at": "2030-05-01T10:00"}, "ends_at", "choose a later end"),
        ({"window_days": []}, "window_days", "at least one day"),
        ({"window_from": "18:00", "window_to": "09:00"}, "window_to", "after the beginning"),
        ({"kind": "RECURRING"}, "every_days", "every how many days"),
        ({"kind": "TRIGGERED"}, "trigger", "support.ticket_closed"),
        ({"subject": "Hi {{ nickname }}"}, "subject", "no merge field nickname"),
        ({"reminder_1_subject": "Again?"}, "reminder_1_days", "how many days"),
        ({"reminder_1_days": 80}, "reminder_1_days", "choose fewer days"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser: Client, survey: Survey, fields: dict[str, object], field: str, words: str
) -> None:
    page = browser.post(LIST + "new/", chosen(survey, intro="Kept words", **fields))
    form = page.context["form"]
    assert page.status_code == 422
    assert (list(form.errors), form["intro"].value()) == ([field], "Kept words")
    assert words in str(form.errors[field])
    assert "Kept words" in page.content.decode()
    assert Campaign.objects.of(survey.workspace_id).count() == 0


def test_a_pause_and_going_on(browser: Client, survey: Survey, acme: Workspace) -> None:
    for n in range(3):
        contacts.upsert(workspace=acme, email=f"p{n}@example.org", now=MONDAY_9AM)
    url = browser.post(LIST + "new/", chosen(survey))["Location"]
    browser.post(url + "start/")
    preparing.prepare(now=timezone.now())
    assert "3 people wait" in browser.post(url + "pause/", follow=True).content.decode()
    rows = Invitation.objects.of(acme).filter(wait_because="CAMPAIGN_PAUSED")
    assert rows.count() == 3
    assert "the campaign is paused" in browser.get(url).content.decode()
    browser.post(url + "pause/", {"undo": "1"})
    assert rows.count() == 0


def test_the_draft_says_when_the_last_mail_leaves_and_what_to_expect(
    browser: Client, survey: Survey, acme: Workspace
) -> None:
    for n in range(10):
        contacts.upsert(workspace=acme, email=f"p{n}@example.org", now=MONDAY_9AM)
    url = browser.post(LIST + "new/", chosen(survey, daily_cap=4, reminder_1_days=5))["Location"]
    expected = browser.get(url).context["expected"]
    today = timezone.now().date()
    assert (expected.last_day, expected.last_reminder) == (
        today + timedelta(days=2),
        today + timedelta(days=7),
    )
    assert (expected.answers, expected.detractors) == (2, 0)


def test_one_person_is_asked_by_hand_and_a_note_overrules_the_wait(
    browser: Client, survey: Survey, acme: Workspace, dora: Contact, alice: User
) -> None:
    contacts.note_asked(contact=dora, now=timezone.now() - timedelta(days=1))
    page, ask = f"/w/acme/contacts/{dora.public_id}/", f"/w/acme/contacts/{dora.public_id}/ask/"
    assert "Why now, although the policy would wait" in browser.get(page).content.decode()
    about = {"about": f"survey:{survey.public_id}"}
    assert "Not asked: was asked recently." in browser.post(ask, about, follow=True).content.decode()
    said = browser.post(ask, {**about, "note": "Wrote to us"}, follow=True).content.decode()
    assert "The request is on its way." in said
    assert "asked all the same by Alice Adams: Wrote to us" in said
    row = Invitation.objects.of(acme).filter(status="PLANNED").get()
    assert (row.override_note, row.override_by) == ("Wrote to us", alice)


def test_a_campaign_by_hand_asks_again_in_its_next_round(
    browser: Client, survey: Survey, acme: Workspace, dora: Contact
) -> None:
    url = browser.post(LIST + "new/", chosen(survey, kind="MANUAL"))["Location"]
    browser.post(url + "start/")
    campaign = Campaign.objects.of(acme).get()
    ask = f"/w/acme/contacts/{dora.public_id}/ask/"
    for _time in range(2):
        browser.post(ask, {"about": f"campaign:{campaign.public_id}", "note": "again"})
    rounds = Invitation.objects.of(acme).filter(campaign=campaign).order_by("round")
    assert [row.round for row in rounds] == [1, 2]


def test_the_contact_policy_is_saved_taken_back_and_kept_when_refused(acme: Workspace, owner: User) -> None:
    browser, page = signed_in(owner), "/w/acme/settings/contact-policy/"
    fields = {
        "quiet_days": 45, "decline_days": 60, "cap_count": 4, "cap_days": 14, "quiet_from": "21:00", "quiet_to": "08:00",
        "minutes_per_case": 20, "capacity_share": 50,
    }  # fmt: skip
    saved = browser.post(page, fields, follow=True)
    acme.refresh_from_db()
    policy = asking.policy_of(workspace=acme)
    assert (acme.quiet_days, policy.cap_count, policy.decline_days) == (45, 4, 60)
    undo = saved.context["undo"]
    assert "It holds for whoever is asked from now on" in saved.content.decode()
    browser.post(undo["url"], {"token": undo["token"]})
    acme.refresh_from_db()
    assert (acme.quiet_days, asking.policy_of(workspace=acme).cap_count) == (30, 0)
    refused = browser.post(page, {**fields, "quiet_to": "", "cap_count": 9})
    assert refused.status_code == 422
    assert (list(refused.context["form"].errors), refused.context["form"]["cap_count"].value()) == (
        ["quiet_to"],
        "9",
    )
