"""Texts that come in: an answer, words to one, STOP and START, or the tray."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.models import User, Workspace
from outbox.models import OutboundMessage, Suppression
from outbox.services import deliveries
from surveys.models import Contact, InboundText, Invitation, Mention, Response, ResponseChange, Survey
from surveys.rules.text_payloads import Came
from surveys.services import contacts, erasing, inbound_texts, invitations, surveys
from tests.conftest import MONDAY_9AM
from tests.texts import DORAS, OURS, set_up

LATER = MONDAY_9AM + timedelta(minutes=5)


@pytest.fixture
def dora(acme: Workspace) -> Contact:
    return contacts.upsert(
        workspace=acme, email="dora@customer.example", name="Dora Doe", phone=DORAS, now=MONDAY_9AM
    )[0]


@pytest.fixture
def asked(acme: Workspace, survey: Survey, dora: Contact) -> Invitation:
    """Dora has got the question by text."""
    set_up(acme)
    row = invitations.invite(workspace=acme, survey=survey, contact=dora, channel="SMS", now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    deliveries.sweep_texts(now=MONDAY_9AM)
    return row


def say(
    workspace: Workspace, text: str, *, sid: str = "", number: str = DORAS, now: Any = LATER
) -> InboundText:
    came = Came(provider_id=sid or f"SM-{text}", number=number, to=OURS, text=text)
    return inbound_texts.receive(workspace=workspace, came=came, now=now)[0]


def test_a_score_is_an_answer_like_any_other(acme: Workspace, asked: Invitation, dora: Contact) -> None:
    row = say(acme, "9 great service")
    answer = Response.objects.of(acme).get()
    assert (row.outcome, row.contact, row.invitation) == ("ANSWERED", dora, asked)
    assert (answer.score, answer.comment, answer.channel, answer.trust) == (
        9,
        "great service",
        "SMS",
        "CONFIRMED",
    )
    assert (answer.invitation, answer.contact, answer.responded_at) == (asked, dora, LATER)
    assert answer.decide_at == LATER  # decided a moment later, as every answer is


def test_a_later_text_adds_its_words_and_a_new_score_replaces_the_old(
    acme: Workspace, asked: Invitation
) -> None:
    outcomes = [
        say(acme, text).outcome
        for text in ("3 late", "And the driver was rude", "And the driver was rude.", "4")
    ]
    assert outcomes == ["ANSWERED", "COMMENTED", "COMMENTED", "ANSWERED"]
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.comment) == (4, "late\nAnd the driver was rude\nAnd the driver was rude.")
    assert ResponseChange.objects.of(acme).count() == 4  # the history of every change is kept


def test_the_same_text_again_is_one_text(acme: Workspace, asked: Invitation) -> None:
    first = say(acme, "9", sid="SM1")
    assert say(acme, "3", sid="SM1").pk == first.pk
    assert (Response.objects.of(acme).get().score, InboundText.objects.of(acme).count()) == (9, 1)


@pytest.mark.parametrize("text", ["great service", "8 or 9", "9.5", "10 minutes late", "nine", "  ", "11"])
def test_what_cannot_be_placed_waits_with_its_words(acme: Workspace, asked: Invitation, text: str) -> None:
    row = say(acme, text, sid="SM1")
    assert (row.outcome, row.text, Response.objects.of(acme).count()) == ("UNPLACED", text, 0)


def test_a_text_that_may_be_a_score_changes_no_answer(acme: Workspace, asked: Invitation) -> None:
    say(acme, "9")
    assert say(acme, "8 or 9").outcome == "UNPLACED"
    assert (Response.objects.of(acme).get().score, Response.objects.of(acme).get().comment) == (9, "")


def test_of_nobody_and_of_nobody_asked(acme: Workspace, dora: Contact) -> None:
    set_up(acme)
    assert (say(acme, "9").outcome, say(acme, "9", sid="2", number="+447700900123").contact) == (
        "UNPLACED",
        None,
    )
    assert InboundText.objects.of(acme).filter(contact=dora).count() == 1


def test_two_with_one_number_are_known_by_who_was_asked(
    acme: Workspace, asked: Invitation, dora: Contact
) -> None:
    contacts.upsert(workspace=acme, email="twin@x.example", phone=DORAS, now=MONDAY_9AM)
    assert say(acme, "hello").contact == dora


def test_a_closed_survey_and_a_question_of_long_ago_take_no_answer(
    acme: Workspace, asked: Invitation
) -> None:
    assert say(acme, "9", now=MONDAY_9AM + timedelta(days=91)).outcome == "UNPLACED"
    surveys.close(survey=asked.survey, now=MONDAY_9AM)
    assert say(acme, "8").outcome == "UNPLACED"
    assert Response.objects.of(acme).count() == 0


@pytest.mark.parametrize(
    "word", ["STOP", "Stop!", "abmelden", "Arrêt", "BAJA", "إيقاف", "הסר", "停止", "rezygnuję"]
)
def test_stop_holds_at_once_in_every_language(
    acme: Workspace, survey: Survey, asked: Invitation, dora: Contact, word: str
) -> None:
    waiting = invitations.invite(
        workspace=acme,
        survey=survey,
        contact=dora,
        channel="SMS",
        now=MONDAY_9AM,
        due_at=LATER + timedelta(days=40),
    )
    OutboundMessage.objects.of(acme).update(state="QUEUED", next_at=LATER, sent_at=None, lease_until=None)
    OutboundMessage.objects.of(acme).update(state="SENT", sent_at=MONDAY_9AM, next_at=None)
    assert say(acme, word).outcome == "STOPPED"
    waiting.refresh_from_db()
    dora.refresh_from_db()
    assert (waiting.not_sent_because, dora.sms_stopped_at) == ("SMS_STOPPED", LATER)
    assert Suppression.objects.of(acme).get(lifted_at=None).address == DORAS
    again = invitations.invite(
        workspace=acme, survey=survey, contact=dora, channel="SMS", now=LATER, override_note="important"
    )
    assert again.not_sent_because == "SUPPRESSED"  # nobody overrules it
    assert invitations.invite(
        workspace=acme, survey=survey, contact=dora, channel="EMAIL", now=LATER, override_note="by mail"
    ).not_sent_because == ""  # fmt: skip


def test_start_takes_a_stop_back_and_nothing_else(acme: Workspace, asked: Invitation, dora: Contact) -> None:
    say(acme, "STOP")
    assert say(acme, "START").outcome == "STARTED"
    dora.refresh_from_db()
    lifted = Suppression.objects.of(acme).get()
    assert (dora.sms_stopped_at, lifted.lift_note, lifted.lifter) == (None, "START", None)
    Suppression.objects.of(acme).update(lifted_at=None, lift_note="", reason="MANUAL")
    say(acme, "start", sid="again")
    assert Suppression.objects.of(acme).get().lifted_at is None


def test_help_is_answered_once_an_hour_and_never_after_stop(acme: Workspace, asked: Invitation) -> None:
    for sid in ("1", "2"):
        assert say(acme, "HELP", sid=sid).outcome == "HELPED"
    helps = OutboundMessage.objects.of(acme).filter(mail="text_help")
    assert [row.to for row in helps] == [DORAS]
    say(acme, "STOP")
    say(acme, "help", sid="3", now=LATER + timedelta(hours=2))
    deliveries.sweep_texts(now=LATER + timedelta(hours=2))
    assert {row.skipped_because for row in helps.all()} == {"SUPPRESSED"}


def test_another_workspace_knows_nothing_of_it(acme: Workspace, globex: Workspace, asked: Invitation) -> None:
    set_up(globex)
    row = say(globex, "9")
    assert (row.outcome, row.contact, Response.objects.of(acme).count()) == ("UNPLACED", None, 0)


@pytest.mark.django_db(transaction=True)
def test_a_text_that_comes_twice_at_once_is_one_answer(acme: Workspace, asked: Invitation) -> None:
    start = threading.Barrier(4)

    def run(_turn: int) -> str:
        try:
            start.wait(timeout=10)
            return say(acme, "9 fine", sid="SM1").outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(4))) == {"ANSWERED"}
    answer = Response.objects.of(acme).get()
    assert (answer.comment, InboundText.objects.of(acme).count()) == ("fine", 1)
    assert ResponseChange.objects.of(acme).count() == 1


# The tray ---------------------------------------------------------------------------------------------------------


def test_a_person_makes_it_an_answer(acme: Workspace, asked: Invitation, owner: User) -> None:
    row = say(acme, "nine, friendly people")
    inbound_texts.place(text=row, score=9, comment="friendly people", by=owner, now=LATER)
    row.refresh_from_db()
    answer = Response.objects.of(acme).get()
    assert (row.outcome, row.sorted_by, row.sorted_at, row.text) == (
        "ANSWERED",
        owner,
        LATER,
        "nine, friendly people",
    )
    assert (answer.score, answer.comment, answer.channel) == (9, "friendly people", "SMS")
    with pytest.raises(inbound_texts.NotPlaced):
        inbound_texts.set_aside(text=row, by=owner, now=LATER)


def test_words_alone_need_an_answer_they_belong_to(acme: Workspace, asked: Invitation, owner: User) -> None:
    row = say(acme, "8 or 9")
    with pytest.raises(inbound_texts.NotPlaced):
        inbound_texts.place(text=row, score=None, comment="8 or 9", by=owner, now=LATER)
    with pytest.raises(inbound_texts.NotPlaced):
        inbound_texts.place(text=row, score=11, comment="", by=owner, now=LATER)
    say(acme, "9")
    inbound_texts.place(text=row, score=None, comment="or 8", by=owner, now=LATER)
    assert Response.objects.of(acme).get().comment == "or 8"


def test_what_nothing_was_asked_before_becomes_a_complaint_or_is_set_aside(
    acme: Workspace, owner: User, dora: Contact
) -> None:
    set_up(acme)
    first, second = say(acme, "my bike broke"), say(acme, "thx")
    with pytest.raises(inbound_texts.NotPlaced):
        inbound_texts.place(text=first, score=9, comment="", by=owner, now=LATER)
    inbound_texts.complain(text=first, by=owner, now=LATER)
    inbound_texts.set_aside(text=second, by=owner, now=LATER)
    mention = Mention.objects.of(acme).get()
    assert (mention.text, mention.is_complaint, mention.contact, mention.channel) == (
        "my bike broke",
        True,
        dora,
        "SMS",
    )
    assert list(InboundText.objects.of(acme).order_by("pk").values_list("outcome", flat=True)) == [
        "COMPLAINT", "SETASIDE",
    ]  # fmt: skip


def test_an_erased_person_leaves_neither_words_nor_number(
    acme: Workspace, asked: Invitation, dora: Contact
) -> None:
    say(acme, "9 great")
    say(acme, "nine")
    erasing.erase(contact=dora, now=LATER)
    for row in InboundText.objects.of(acme):
        assert (row.number, row.text) == ("", "")
    assert [row.to for row in OutboundMessage.objects.of(acme)] == [""]
    assert [row.address for row in Suppression.objects.of(acme)] == ["", ""]
    other = contacts.upsert(workspace=acme, external_id="again", phone=DORAS, now=LATER)[0]
    row = invitations.invite(workspace=acme, survey=asked.survey, contact=other, channel="SMS", now=LATER)
    assert row.not_sent_because == "SUPPRESSED"
