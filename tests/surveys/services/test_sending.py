import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections

from accounts.models import Workspace
from outbox.models import OutboundMessage
from surveys.enums import Purpose
from surveys.models import Contact, Invitation, Survey
from surveys.services import contacts, invitations, surveys
from tests.conftest import MONDAY_9AM


def ask(survey: Survey, contact: Contact, **more: object) -> Invitation:
    facts = {"workspace": survey.workspace, "survey": survey, "contact": contact, "now": MONDAY_9AM} | more
    return invitations.invite(**facts)  # type: ignore[arg-type]  # facts of many kinds


def mails() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.across_workspaces().order_by("id"))


def test_a_due_invitation_leaves_with_a_link_for_every_score(survey: Survey, dora: Contact) -> None:
    surveys.change(survey=survey, subject="A question for {{ first_name }}", now=MONDAY_9AM)
    row = ask(survey, dora)
    assert invitations.send_due(now=MONDAY_9AM) == 1
    (mail,) = mails()
    assert (mail.mail, mail.to, mail.subject) == ("survey_invitation", dora.email, "A question for Dora")
    link = f"{settings.BASE_URL}/s/{row.link}/"
    links = [f"{link}?score={score}" for score in range(11)]
    assert re.findall(rf"{re.escape(link)}\?score=\d+", mail.text) == links
    assert re.findall(rf"{re.escape(link)}\?score=\d+", mail.html) == links
    row.refresh_from_db()
    dora.refresh_from_db()
    assert (row.status, row.queued_at, row.message, row.follow_at) == ("QUEUED", MONDAY_9AM, mail, MONDAY_9AM)
    assert dora.last_asked_at == MONDAY_9AM
    assert (mail.about, mail.expires_at) == (f"invitation:{row.pk}", row.expires_at)


def test_nothing_leaves_early_or_twice(survey: Survey, dora: Contact) -> None:
    due = MONDAY_9AM + timedelta(hours=1)
    row = ask(survey, dora, due_at=due)
    assert invitations.send_due(now=due - timedelta(seconds=1)) == 0
    assert invitations.send_due(now=due) == 1
    assert invitations.send_due(now=due) == 0
    assert len(mails()) == 1
    row.refresh_from_db()
    assert row.expires_at == due + timedelta(days=60)


def test_a_second_question_says_what_was_done(survey: Survey, dora: Contact) -> None:
    ask(survey, dora, purpose=Purpose.RESURVEY, facts={"what_was_done": "We replaced the pump."})
    invitations.send_due(now=MONDAY_9AM)
    (mail,) = mails()
    assert mail.mail == "resurvey"
    assert "We replaced the pump." in mail.text


def test_the_policy_is_asked_again_at_the_moment_of_sending(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    row = ask(survey, dora)
    surveys.close(survey=survey, now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    row.refresh_from_db()
    assert (row.status, row.not_sent_because, mails()) == ("NOT_SENT", "SURVEY_CLOSED", [])


def test_of_two_invitations_in_one_batch_a_person_gets_one(survey: Survey, dora: Contact) -> None:
    first, second = ask(survey, dora), ask(survey, dora)
    invitations.send_due(now=MONDAY_9AM)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.not_sent_because) == ("QUEUED", "NOT_SENT", "ASKED_RECENTLY")
    assert second.askable_at == MONDAY_9AM + timedelta(days=30)


def test_a_row_that_raises_waits_and_stops_no_other(acme: Workspace, survey: Survey, dora: Contact) -> None:
    eve, _ = contacts.upsert(workspace=acme, email="eve@customer.example", now=MONDAY_9AM)
    poisoned = surveys.activate(
        survey=surveys.create(workspace=acme, name="Two", now=MONDAY_9AM), now=MONDAY_9AM
    )
    bad, good = ask(poisoned, dora), ask(survey, eve)
    Survey.objects.of(acme).filter(pk=poisoned.pk).update(question="half a {{ field")
    assert invitations.send_due(now=MONDAY_9AM) == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (good.status, bad.status, bad.retry_at) == (
        "QUEUED",
        "PLANNED",
        MONDAY_9AM + timedelta(minutes=10),
    )
    assert invitations.send_due(now=MONDAY_9AM + timedelta(minutes=9)) == 0
    surveys.change(survey=poisoned, question="Whole?", now=MONDAY_9AM)
    assert invitations.send_due(now=MONDAY_9AM + timedelta(minutes=10)) == 1
    bad.refresh_from_db()
    assert (bad.status, bad.retry_at) == ("QUEUED", None)


def test_a_batch_costs_the_same_few_statements(
    acme: Workspace, survey: Survey, django_assert_max_num_queries: object
) -> None:
    for n in range(30):
        ask(survey, contacts.upsert(workspace=acme, email=f"c{n}@customer.example", now=MONDAY_9AM)[0])
    with django_assert_max_num_queries(20):  # type: ignore[operator]  # pytest-django's fixture
        assert invitations.send_due(now=MONDAY_9AM) == 30


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_ask_everybody_once(acme: Workspace, survey: Survey) -> None:
    people = [contacts.upsert(workspace=acme, email=f"c{n}@x.example", now=MONDAY_9AM)[0] for n in range(20)]
    for person in people:
        ask(survey, person)
        ask(survey, person)

    def run(_turn: int) -> None:
        try:
            invitations.send_due(now=MONDAY_9AM)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert sorted(mail.to for mail in mails()) == sorted(person.email for person in people)
    assert Invitation.objects.of(acme).filter(not_sent_because="ASKED_RECENTLY").count() == 20
