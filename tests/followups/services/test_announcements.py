"""You said, we did: one mail to each person, or the one reason why not; stopped, killed and repeated, never two."""

import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from core import budgets
from detractors.models import Case, Improvement, RootCause
from detractors.services import cases, decisions, improvements
from followups.models import Announcement, AnnouncementMail, Mail
from followups.queries import announcements as queries
from followups.services import announcements, customer_pages, mass_mails
from followups.services.announcements import AnnouncementError
from outbox.models import OutboundMessage
from outbox.services import suppressions
from surveys.models import Contact, Survey
from surveys.services import contacts, responses
from tests import workers
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = MONDAY_9AM + 3 * HOUR


@pytest.fixture
def depot(acme: Workspace, alice: User) -> Improvement:
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    row = improvements.add(workspace=acme, by=alice, now=MONDAY_9AM, title="A second depot", causes=[cause])
    return improvements.finish(improvement=row, outcome="Parcels leave from two depots now.", now=MONDAY_9AM)


@pytest.fixture
def unhappy(acme: Workspace, bob: User) -> Callable[..., Contact]:
    """unhappy("name") gives a 2 and their case is resolved with the cause of the improvement."""

    def make(name: str, *, at: Any = MONDAY_9AM) -> Contact:
        survey = Survey.objects.of(acme).get()
        email = f"{name}@customer.example" if name else ""
        person, _new = contacts.upsert(
            workspace=acme, email=email, name=name.title() or "Nobody", external_id=name or "none", now=at
        )
        response = responses.record(
            workspace=acme, survey=survey, contact=person, score=2, comment="Late", now=at
        )
        decisions.decide_pending(now=at)
        case = Case.objects.of(acme).get(response=response)
        cases.resolve(
            case=case, by=bob, root_cause=RootCause.objects.of(acme).get(name="Late delivery"), resolution="Sorry",
            contact={"channel": "CALL", "note": "", "outcome": "REACHED"}, now=at + timedelta(minutes=10),
        )  # fmt: skip
        return person

    return make


def written(depot: Improvement) -> Announcement:
    row = announcements.draft(improvement=depot, now=NOON)
    return announcements.keep(improvement=depot, subject=row.subject, body=row.body, now=NOON)


def texts(acme: Workspace) -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.of(acme).filter(mail="improvement_done").order_by("to")
    return list(rows.values_list("to", "text"))


def test_each_gets_one_mail_or_the_reason_why_not(
    acme: Workspace, alice: User, depot: Improvement, unhappy: Callable[..., Contact]
) -> None:
    ines, paul, rosa, otto = unhappy("ines"), unhappy("paul"), unhappy("rosa"), unhappy("otto")
    unhappy("ines", at=MONDAY_9AM + HOUR)  # a second case of the same person
    suppressions.suppress(
        workspace=acme, address=paul.email, reason="MANUAL", scope="ALL", source="test", now=MONDAY_9AM
    )
    Contact.objects.of(acme).filter(pk=rosa.pk).update(followups_stopped_at=MONDAY_9AM)
    customer_pages.leave_alone(
        case=Case.objects.of(acme).get(contact=otto), what="CASE", now=MONDAY_9AM + HOUR
    )
    row = written(depot)
    seen = announcements.preview(announcement=row, now=NOON)
    assert (seen.people, seen.gets, seen.is_all, seen.reader) == (4, 1, True, "Ines")
    assert "Parcels leave from two depots now." in seen.body
    assert announcements.start(announcement=row, by=alice, now=NOON) == 4
    for _again in range(3):
        announcements.send_due(now=NOON)
        announcements.start(announcement=row, by=alice, now=NOON)
    [(to, text)] = texts(acme)
    assert (to, text.startswith("Hello Ines,")) == (ines.email, True)
    told = queries.reach(announcement=row)
    assert (told.sent, told.planned, sum(n for _why, n in told.skipped), told.total) == (1, 0, 3, 4)
    row.refresh_from_db()
    assert row.state == "DONE"
    [sent] = AnnouncementMail.objects.of(acme).filter(status="SENT")
    assert (
        Case.objects.of(acme).get(pk=sent.case_id).opened_at == MONDAY_9AM + HOUR
    )  # the latest of her cases
    assert Mail.objects.of(acme).get(message=sent.message).conversation.case_id == sent.case_id


def test_it_meets_no_promise_and_changes_no_state(
    acme: Workspace, alice: User, depot: Improvement, unhappy: Callable[..., Contact]
) -> None:
    unhappy("ines")
    before = (
        Case.objects.of(acme).values("category", "contacted_at", "first_responded_at", "told_back_at").get()
    )
    announcements.start(announcement=written(depot), by=alice, now=NOON)
    announcements.send_due(now=NOON)
    assert (
        Case.objects.of(acme).values("category", "contacted_at", "first_responded_at", "told_back_at").get()
        == before
    )


def test_stopped_what_has_not_left_stays_here(
    acme: Workspace, alice: User, depot: Improvement, unhappy: Callable[..., Contact]
) -> None:
    unhappy("ines")
    row = written(depot)
    announcements.start(announcement=row, by=alice, now=NOON)
    assert announcements.stop(announcement=row, now=NOON) == 1
    announcements.send_due(now=NOON)
    assert texts(acme) == []
    assert AnnouncementMail.objects.of(acme).get().skipped_because == "STOPPED"


def test_a_long_one_lets_other_work_pass_and_goes_on(
    acme: Workspace,
    alice: User,
    depot: Improvement,
    unhappy: Callable[..., Contact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("ines", "paul", "rosa"):
        unhappy(name)
    announcements.start(announcement=written(depot), by=alice, now=NOON)
    asked: list[str] = []
    monkeypatch.setattr(budgets, "enqueue_on_commit", asked.append)
    monkeypatch.setattr(mass_mails, "BATCH", 1)
    monkeypatch.setattr(budgets, "SECONDS", 0.0)
    turns = [announcements.send_due(now=NOON) for _turn in range(4)]
    assert (turns, asked) == ([1, 1, 1, 0], ["followups.send_announcements"] * 3)
    assert (len(texts(acme)), Announcement.objects.of(acme).get().state) == (3, "DONE")


def test_one_that_fails_stands_aside_and_is_tried_again(
    acme: Workspace,
    alice: User,
    depot: Improvement,
    unhappy: Callable[..., Contact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unhappy("ines"), unhappy("paul")
    announcements.start(announcement=written(depot), by=alice, now=NOON)
    post = announcements.conversations.post

    def falls_over(**facts: Any) -> Any:
        if facts["case"].contact.email.startswith("ines"):
            raise RuntimeError("no")
        return post(**facts)

    with monkeypatch.context() as patch:
        patch.setattr("followups.services.conversations.post", falls_over)
        announcements.send_due(now=NOON)
    assert [to for to, _text in texts(acme)] == ["paul@customer.example"]
    announcements.send_due(now=NOON + mass_mails.RETRY_AFTER)
    assert len(texts(acme)) == 2


@pytest.mark.parametrize(
    ("subject", "body", "field"),
    [
        ("", "x", "subject"),
        ("x", " ", "body"),
        ("x", "{{ nosuch }}", "body"),
        ("x", "{{ first_name", "body"),
        ("x" * 201, "x", "subject"),
    ],
)
def test_words_that_cannot_be_sent_name_their_field(
    depot: Improvement, subject: str, body: str, field: str
) -> None:
    with pytest.raises(AnnouncementError) as caught:
        announcements.keep(improvement=depot, subject=subject, body=body, now=NOON)
    assert caught.value.field == field


def test_what_they_said_next_is_counted_once_and_few_are_few(
    acme: Workspace, alice: User, depot: Improvement, unhappy: Callable[..., Contact]
) -> None:
    ines = unhappy("ines")
    row = written(depot)
    announcements.start(announcement=row, by=alice, now=NOON)
    announcements.send_due(now=NOON)
    survey = Survey.objects.of(acme).get()
    for score, at in ((9, NOON + DAY), (1, NOON + 2 * DAY)):
        responses.record(workspace=acme, survey=survey, contact=ines, score=score, now=at)
    found = queries.effect(announcement=row)
    assert (found.told, found.answered, found.before, found.after, found.is_few) == (1, 1, 2.0, 9.0, True)


def test_the_page_writes_looks_sends_and_is_closed_to_others(
    acme: Workspace,
    alice: User,
    bob: User,
    charlie: User,
    depot: Improvement,
    unhappy: Callable[..., Contact],
) -> None:
    unhappy("ines")
    url = f"/w/acme/improvements/{depot.public_id}/tell/"
    manager = signed_in(alice)
    assert "1 of 1 person would get it now." in manager.get(url).content.decode()
    refused = manager.post(url, {"act": "keep", "subject": "S", "body": "Dear {{ nosuch }}"})
    assert (refused.status_code, "Dear {{ nosuch }}" in refused.content.decode()) == (422, True)
    assert not Announcement.objects.of(acme).exists()
    assert (
        manager.post(url, {"act": "start", "subject": "S", "body": "Dear {{ first_name }}"}).status_code
        == 302
    )
    assert AnnouncementMail.objects.of(acme).count() == 1
    assert "Going out" in manager.get(url).content.decode()
    assert manager.post(url, {"act": "stop"}).status_code == 302
    assert signed_in(bob).get(url).status_code == 403
    assert signed_in(charlie).get(url).status_code == 404


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_workers_killed_in_the_middle_leave_everybody_exactly_one_mail(
    acme: Workspace, alice: User, depot: Improvement, unhappy: Callable[..., Contact]
) -> None:
    """kill -9 after a mail was queued and before its batch is kept, twice; the long run is `make prove-conversation`."""
    people = sorted(unhappy(f"c{number}").email for number in range(7))
    announcements.start(announcement=written(depot), by=alice, now=NOON)
    code = """
from core import budgets
from followups.services import announcements, conversations, mass_mails
mass_mails.BATCH, budgets.SECONDS = 2, 600.0
post, calls = conversations.post, []
def dies(**facts):
    calls.append(post(**facts))
    return killed() if len(calls) == {at} else calls[-1]
conversations.post = dies
announcements.send_due(now=now)
"""
    left = []
    for at in (3, 4):  # the second batch, then of what was left the second batch again
        assert workers.start(code.format(at=at), now=NOON).wait(timeout=60) == -signal.SIGKILL
        left.append(len(texts(acme)))
    announcements.send_due(now=NOON)
    assert (left, [to for to, _text in texts(acme)]) == ([2, 4], people)
    assert AnnouncementMail.objects.of(acme).filter(status="SENT").count() == 7
    assert Announcement.objects.of(acme).get().state == "DONE"
