"""Campaigns in the browser."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Workspace
from outbox.models import OutboundMessage
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.services import contacts, invitations, preparing
from tests.conftest import MONDAY_9AM, signed_in

LIST = "/w/acme/campaigns/"


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).select_related("workspace").get()


@pytest.fixture
def browser(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def people(acme: Workspace) -> list[Contact]:
    """Ann may be asked; Ben was asked yesterday; Cleo opted out."""
    ann, ben, cleo = (
        contacts.upsert(
            workspace=acme,
            email=f"{name}@example.org",
            name=name.title(),
            attributes={"region": region},
            now=MONDAY_9AM,
        )[0]
        for name, region in (("ann", "North"), ("ben", "North"), ("cleo", "South"))
    )
    contacts.note_asked(contact=ben, now=timezone.now() - timedelta(days=1))
    contacts.opt_out(contact=cleo, now=MONDAY_9AM)
    return [ann, ben, cleo]


def make(browser: Client, survey: Survey, **fields: object) -> str:
    data = {"name": "Spring", "survey": survey.pk, "audience": "all", "touchpoint": "Delivery", **fields}
    return str(browser.post(LIST + "new/", data)["Location"])


def test_the_draft_shows_the_real_mail_and_counts_every_reason(
    browser: Client, survey: Survey, people: list[Contact]
) -> None:
    url = make(browser, survey)
    page = browser.get(url)
    preview = page.context["preview"]
    assert (preview.people, preview.asked) == (3, 1)
    assert sorted(preview.left_out.items()) == [("ASKED_RECENTLY", 1), ("OPTED_OUT", 1)]
    assert page.context["sample"].name == "Ann"
    mail = browser.get(url + "mail/")
    assert "How likely are you to recommend Acme" in mail.content.decode()
    assert "/s/" not in mail.content.decode()
    assert mail["Content-Security-Policy"].endswith("frame-ancestors 'self'; sandbox")
    assert not Invitation.objects.of(survey.workspace_id).exists()


def test_the_people_of_a_reason_are_listed_with_their_day(
    browser: Client, survey: Survey, people: list[Contact]
) -> None:
    url = make(browser, survey)
    page = browser.get(url + "people/?reason=ASKED_RECENTLY")
    assert [contact.name for contact in page.context["page"].rows] == ["Ben"]
    assert (page.context["page"].rows[0].until - timezone.now()).days == 28
    assert [contact.name for contact in browser.get(url + "people/").context["page"].rows] == ["Ann"]


def test_sending_to_its_end(browser: Client, survey: Survey, people: list[Contact]) -> None:
    url = make(browser, survey)
    for _press in range(2):
        assert browser.post(url + "start/")["Location"] == url
    now = timezone.now()
    preparing.prepare(now=now)
    shown = browser.get(url)
    assert 'hx-trigger="every 2s"' in shown.content.decode()
    seen = f"{url}figures/?seen={shown.context['state']}"
    assert "HX-Refresh" not in browser.get(seen).headers
    invitations.send_due(now=now)
    invitations.follow_mail(now=now)
    assert browser.get(seen).headers["HX-Refresh"] == "true"  # its lists are those of the state before
    assert browser.get(url).context["is_reminding"] is False  # it has no reminders
    preparing.prepare(now=now)
    page = browser.get(url)
    assert [(step["n"], step["share"]) for step in page.context["steps"]] == [
        (1, "33 %"),
        (1, "100 %"),
        (None, ""),  # nobody reports opened mails here
        (0, "0 %"),
        (0, "0 %"),
        (0, ""),
    ]
    assert "hx-trigger" not in browser.get(url + "figures/").content.decode()
    assert [row.contact.name for row in browser.get(url + "?reason=OPTED_OUT").context["page"].rows] == [
        "Cleo"
    ]
    assert [row.contact.name for row in browser.get(url + "?status=sent").context["page"].rows] == ["Ann"]
    assert [message.to for message in OutboundMessage.objects.of(survey.workspace_id)] == ["ann@example.org"]


@pytest.mark.parametrize(
    ("fields", "audience"),
    [
        ({"audience": "all"}, {"all": True}),
        ({"audience": "filter", "search": "ann"}, {"search": "ann"}),
        (
            {"audience": "filter", "attribute": "region", "value": "North"},
            {"attribute": "region", "value": "North"},
        ),
        ({"audience": "contacts", "contacts": "3 4 x"}, {"contacts": [3, 4]}),
    ],
)
def test_every_kind_of_audience_is_kept(
    browser: Client,
    survey: Survey,
    people: list[Contact],
    fields: dict[str, str],
    audience: dict[str, object],
) -> None:
    make(browser, survey, **fields)
    assert Campaign.objects.of(survey.workspace_id).get().audience == audience


def test_ticked_contacts_come_into_the_form(browser: Client, survey: Survey, people: list[Contact]) -> None:
    page = browser.get(f"{LIST}new/?contacts={people[0].pk}&contacts={people[1].pk}&contacts=x")
    assert page.context["chosen_count"] == 2
    assert f'value="{people[0].pk} {people[1].pk}"' in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"audience": "filter"}, "search"),
        ({"audience": "filter", "search": "a", "value": "North"}, "attribute"),
        ({"audience": "contacts", "contacts": "x"}, "audience"),
        ({"name": ""}, "name"),
    ],
)
def test_an_audience_that_says_nothing_is_asked_back(
    browser: Client, survey: Survey, people: list[Contact], fields: dict[str, str], field: str
) -> None:
    data = {"name": "Kept name", "survey": survey.pk, "audience": "all", **fields}
    response = browser.post(LIST + "new/", data)
    assert (response.status_code, field in response.context["form"].errors) == (422, True)
    assert not Campaign.objects.of(survey.workspace_id).exists()


def test_a_survey_of_another_workspace_cannot_be_sent(browser: Client, globex: Workspace) -> None:
    theirs = Survey.objects.of(globex).get()
    response = browser.post(LIST + "new/", {"name": "x", "survey": theirs.pk, "audience": "all"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["survey"])


def test_contacts_of_another_workspace_are_never_in_an_audience(
    browser: Client, survey: Survey, globex: Workspace
) -> None:
    theirs, _new = contacts.upsert(workspace=globex, email="theirs@example.org", now=MONDAY_9AM)
    url = make(browser, survey, audience="contacts", contacts=str(theirs.pk))
    assert browser.get(url).context["preview"].people == 0


def test_a_test_mail_goes_to_oneself(browser: Client, survey: Survey, people: list[Contact]) -> None:
    url = make(browser, survey)
    browser.post(url + "test/")
    assert [message.to for message in OutboundMessage.objects.of(survey.workspace_id)] == [
        "alice@acme.example"
    ]


def test_a_reminder_is_seen_and_tried_as_well(browser: Client, survey: Survey, people: list[Contact]) -> None:
    url = make(browser, survey, reminder_1_days="3", reminder_1_subject="Once more, {{ first_name }}")
    page = browser.get(url + "?mail=1")
    assert [(one["label"], one["active"]) for one in page.context["mails"]] == [
        ("First mail", False),
        ("Reminder 1", True),
    ]
    assert page.context["mail"].subject == "Once more, Ann"
    assert f"{url}mail/?mail=1" in page.content.decode()
    answer = browser.post(url + "test/", {"mail": "1"})
    assert answer["Location"] == url + "?mail=1"
    assert OutboundMessage.objects.of(survey.workspace_id).get().subject == "Test: Once more, Ann"
    asked = [browser.get(url + f"?mail={wrong}").status_code for wrong in ("2", "-1", "x", "9" * 5_000)]
    assert [*asked, browser.post(url + "test/", {"mail": "2"}).status_code] == [404] * 5


def test_stopping_and_throwing_away(browser: Client, survey: Survey, people: list[Contact]) -> None:
    started, thrown = make(browser, survey), make(browser, survey)
    browser.post(started + "start/")
    preparing.prepare(now=timezone.now())
    browser.post(started + "stop/")
    assert browser.get(started).context["is_stopped"] is True
    assert browser.post(thrown + "discard/")["Location"] == LIST
    assert browser.post(started + "discard/")["Location"] == started
    assert Campaign.objects.of(survey.workspace_id).count() == 1


def test_lists_cost_the_same_queries_for_one_and_three(
    browser: Client, survey: Survey, people: list[Contact]
) -> None:
    counts = []
    for more in (1, 2):
        for _one in range(more):
            url = make(browser, survey)
            browser.post(url + "start/")
        preparing.prepare(now=timezone.now())
        measured = []
        for place in (LIST, "/w/acme/surveys/", url):
            with CaptureQueriesContext(connection) as queries:
                browser.get(place)
            measured.append(len(queries))
        counts.append(measured)
    assert counts[0] == counts[1]
