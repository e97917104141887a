"""The score "0 love it!" by text: asked by text, corrected by a number or a yes, no case meanwhile."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Workspace
from detractors.models import Case, CaseDecision
from detractors.services import decisions
from outbox.models import OutboundMessage
from outbox.services import deliveries
from surveys import mismatch_words, words
from surveys.models import Contact, Response, ResponseChange, Survey
from surveys.rules import text_replies
from surveys.rules.text_payloads import Came
from surveys.services import contacts, inbound_texts, invitations, surveys
from tests.conftest import MONDAY_9AM
from tests.texts import DORAS, OURS, set_up

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def dora(acme: Workspace, survey: Survey) -> Contact:
    set_up(acme, per_number=9)
    return contacts.upsert(workspace=acme, email="dora@customer.example", phone=DORAS, now=MONDAY_9AM)[0]


@pytest.fixture
def asked(acme: Workspace, survey: Survey, dora: Contact) -> Contact:
    invitations.invite(workspace=acme, survey=survey, contact=dora, channel="SMS", now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    deliveries.sweep_texts(now=MONDAY_9AM)
    return dora


def say(workspace: Workspace, text: str, at: datetime) -> str:
    came = Came(provider_id=f"{text}:{at}", number=DORAS, to=OURS, text=text)
    row, _is_new = inbound_texts.receive(workspace=workspace, came=came, now=at)
    deliveries.sweep_texts(now=at)
    return row.outcome


def questions(workspace: Workspace) -> list[str]:
    rows = OutboundMessage.objects.of(workspace).filter(mail="text_mismatch")
    return list(rows.order_by("pk").values_list("text", flat=True))


def decide(workspace: Workspace, at: datetime) -> tuple[str, str]:
    decisions.decide_pending(now=at)
    row = CaseDecision.objects.of(workspace).get()
    return row.outcome, row.reason


@pytest.mark.parametrize("back", ["10", "yes"])
def test_a_mis_typed_score_is_asked_once_and_corrected_without_a_case(
    acme: Workspace, asked: Contact, back: str
) -> None:
    say(acme, "0 love it!", MONDAY_9AM)
    assert questions(acme) == [
        "Acme: You chose 0, but your words sound different. Did you mean 10? Reply 10 or 0."
    ]
    assert decide(acme, MONDAY_9AM) == ("HELD", "MISMATCH")
    assert say(acme, back, MONDAY_9AM + MINUTE) == "ANSWERED"
    assert decide(acme, MONDAY_9AM + MINUTE) == ("NOT_OPENED", "NOT_DETRACTOR")
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.comment, answer.mismatch) == (10, "love it!", "CORRECTED")
    changes = ResponseChange.objects.of(acme).order_by("pk")
    assert [(row.before_score, row.after_score) for row in changes] == [(None, 0), (0, 10)]
    say(acme, "0", MONDAY_9AM + 2 * MINUTE)  # they change their mind: never asked a second time
    assert len(questions(acme)) == 1
    assert Case.objects.of(acme).count() == 0


@pytest.mark.parametrize("back", ["0", "no"])
def test_a_score_that_is_meant_opens_its_case_at_once(acme: Workspace, asked: Contact, back: str) -> None:
    say(acme, "0 love it!", MONDAY_9AM)
    decide(acme, MONDAY_9AM)
    say(acme, back, MONDAY_9AM + MINUTE)
    assert decide(acme, MONDAY_9AM + MINUTE) == ("OPENED", "DETRACTOR")
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.comment, answer.mismatch) == (0, "love it!", "KEPT")


def test_silence_opens_the_case_after_ten_minutes_and_the_window_ends_the_correction(
    acme: Workspace, survey: Survey, asked: Contact
) -> None:
    say(acme, "0 love it!", MONDAY_9AM)
    assert decide(acme, MONDAY_9AM + 9 * MINUTE) == ("HELD", "MISMATCH")
    assert decide(acme, MONDAY_9AM + 10 * MINUTE) == ("OPENED", "DETRACTOR")
    assert Response.objects.of(acme).get().mismatch == "SILENT"
    late = MONDAY_9AM + timedelta(days=survey.edit_days, minutes=1)
    assert say(acme, "10", late) == "UNPLACED"
    assert Response.objects.of(acme).get().score == 0


def test_words_that_come_later_are_asked_about_too_and_a_survey_may_not_ask(
    acme: Workspace, survey: Survey, asked: Contact
) -> None:
    say(acme, "10", MONDAY_9AM)
    surveys.change(survey=survey, asks_mismatch=False, now=MONDAY_9AM)
    say(acme, "terrible", MONDAY_9AM)
    assert questions(acme) == []
    surveys.change(survey=survey, asks_mismatch=True, now=MONDAY_9AM)
    say(acme, "scam", MONDAY_9AM)
    assert [text.split("Did ")[1] for text in questions(acme)] == ["you mean 0? Reply 0 or 10."]


def test_it_is_asked_in_the_surveys_language(acme: Workspace, survey: Survey, dora: Contact) -> None:
    surveys.change(survey=survey, language="de", now=MONDAY_9AM)
    invitations.invite(workspace=acme, survey=survey, contact=dora, channel="SMS", now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    deliveries.sweep_texts(now=MONDAY_9AM)
    say(acme, "0 wunderbar", MONDAY_9AM)
    assert questions(acme) == [
        "Acme: Sie haben 0 gewählt, aber Ihre Worte klingen anders. Meinten Sie 10? Bitte antworten Sie 10 oder 0."
    ]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_language_asks_and_names_both_numbers(language: str) -> None:
    said = mismatch_words.question(language, score=0, other=10)
    assert ["10" in text for text in (said.asked, said.reply)] == [True, True]
    assert "0" in said.reply.replace("10", "")
    assert (language == "en") is (said == mismatch_words.question("en", score=0, other=10))
    yes, no = said.corrected.split()[0].strip(",、،"), said.kept.split()[0].strip(",、،")
    assert (text_replies.yes_or_no(yes[:2] if language == "ja" else yes), language) == (True, language)
    assert text_replies.yes_or_no(no[:3] if language == "ja" else no) is False
