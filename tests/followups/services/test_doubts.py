"""A mail that may not have arrived: its writer is told and decides, once for each doubt; by itself it never leaves twice."""

import signal
from datetime import timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from detractors.models import Case, CaseEvent, Notification
from detractors.services import cases
from followups.models import Mail
from followups.queries import doubts as queries
from followups.services import customer_pages, doubts, followups, plans
from followups.services.errors import LeftAlone
from outbox.enums import State
from outbox.models import OutboundMessage
from outbox.services import deliveries
from tests import workers
from tests.conftest import MONDAY_9AM, signed_in
from tests.followups.conftest import LATER
from tests.followups.mails import come, letter
from tests.followups.services.test_replies import send
from tests.outbox.conftest import Postman, postman  # noqa: F401  a real server on loopback

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ADDRESS = "drop@customer.example"  # the server takes the mail, and hangs up before it says so


@pytest.fixture
def dropped(case: Case, bob: User, news: Any, postman: Postman) -> Mail:  # noqa: F811  the fixture above
    """Bob's reply of which nobody knows whether it arrived."""
    assert case.contact is not None
    type(case.contact).objects.of(case.workspace_id).filter(pk=case.contact_id).update(email=ADDRESS)
    mail = send(Case.objects.of(case.workspace_id).get(pk=case.pk), bob)
    with news():
        deliveries.sweep(now=LATER + MINUTE)
    return Mail.objects.of(case.workspace_id).select_related("message", "conversation__case").get(pk=mail.pk)


def lines(case: Case) -> list[str]:
    rows = CaseEvent.objects.of(case.workspace_id).filter(case=case, kind__startswith="MAIL_").order_by("pk")
    return [f"{kind} {note}" for kind, note in rows.values_list("kind", "note")]


def told(case: Case) -> list[str]:
    rows = Notification.objects.of(case.workspace_id).filter(case=case, kind="MAIL_DOUBTFUL").order_by("pk")
    return list(rows.values_list("user__email", flat=True))


def state(mail: Mail) -> str:
    return str(OutboundMessage.objects.across_workspaces().get(pk=mail.message_id).state)


def test_its_writer_is_told_once_and_nothing_leaves_by_itself(
    dropped: Mail,
    case: Case,
    bob: User,
    postman: Postman,  # noqa: F811  the fixture above
) -> None:
    for turn in range(1, 4):
        plans.plan_missing(now=LATER + turn * timedelta(hours=1))
        deliveries.sweep(now=LATER + turn * timedelta(hours=1))
    assert (state(dropped), told(case), postman.addresses.count(ADDRESS)) == (State.UNKNOWN, [bob.email], 1)
    assert lines(case) == [
        "MAIL_DOUBTFUL The line broke while “Your parcel” was handed over. It is not sent again by itself."
    ]
    assert [mail.pk for mail in queries.to_decide(workspace=case.workspace, user=bob)] == [dropped.pk]


def test_news_that_got_lost_are_found_by_the_sweep(
    case: Case,
    bob: User,
    postman: Postman,  # noqa: F811  the fixture above
    dropped: Mail,
) -> None:
    CaseEvent.objects.of(case.workspace_id).filter(kind="MAIL_DOUBTFUL").update(kind="NOTE")
    Notification.objects.of(case.workspace_id).all().delete()
    plans.plan_missing(now=LATER + 5 * MINUTE)
    assert (len(lines(case)), told(case)) == (1, [bob.email])


def test_it_arrived_ends_the_doubt(dropped: Mail, case: Case, bob: User) -> None:
    doubts.arrived(mail=dropped, by=bob, now=LATER + 5 * MINUTE)
    assert (state(dropped), lines(case)[1:]) == (State.SENT, ["MAIL_DECIDED “Your parcel” arrived."])
    assert queries.to_decide(workspace=case.workspace, user=bob) == []
    for again in (doubts.arrived, doubts.send_again):
        with pytest.raises(doubts.Decided):
            again(mail=dropped, by=bob, now=LATER + 6 * MINUTE)
    assert len(lines(case)) == 2


def test_sent_again_it_leaves_once_more_and_can_be_in_doubt_again(
    dropped: Mail,
    case: Case,
    bob: User,
    news: Any,
    postman: Postman,  # noqa: F811  the fixture above
) -> None:
    doubts.send_again(mail=dropped, by=bob, now=LATER + 5 * MINUTE)
    assert lines(case)[1:] == ["MAIL_DECIDED “Your parcel” is sent again."]
    with pytest.raises(doubts.Decided):
        doubts.send_again(mail=dropped, by=bob, now=LATER + 5 * MINUTE)
    with news():
        deliveries.sweep(now=LATER + 6 * MINUTE)
    assert (postman.addresses.count(ADDRESS), told(case), len(lines(case))) == (2, [bob.email] * 2, 3)
    ids = {mail["X-Amends-Id"] for _to, mail in postman.received if mail["Subject"] == "Your parcel"}
    assert len(ids) == 1


def test_an_answer_to_it_shows_that_it_arrived(dropped: Mail, case: Case, settings: Any) -> None:
    settings.INBOUND_DOMAIN = "in.example"
    assert dropped.message is not None
    answers = letter(to="feedback@amends.example", sender=ADDRESS, In_Reply_To=dropped.message.message_id)
    assert come(answers, now=LATER + 9 * MINUTE).state == "PLACED"
    assert (state(dropped), lines(case)[1:]) == (
        State.SENT, ["MAIL_DECIDED The customer answered “Your parcel”: it arrived."],
    )  # fmt: skip


def test_who_wants_to_be_left_alone_gets_nothing_again(dropped: Mail, case: Case, bob: User) -> None:
    customer_pages.leave_alone(case=case, what="CASE", now=LATER + 2 * MINUTE)
    with pytest.raises(LeftAlone):
        doubts.send_again(mail=dropped, by=bob, now=LATER + 5 * MINUTE)
    assert state(dropped) == State.UNKNOWN


def test_what_nobody_wrote_is_the_owners_and_else_a_managers(
    case: Case,
    bob: User,
    alice: User,
    acme: Workspace,
    news: Any,
    postman: Postman,  # noqa: F811  the fixture above
) -> None:
    assert case.contact is not None
    type(case.contact).objects.of(acme).filter(pk=case.contact_id).update(email=ADDRESS)
    followups.send_due(now=MONDAY_9AM + 10 * MINUTE)
    with news():
        deliveries.sweep(now=MONDAY_9AM + 11 * MINUTE)
    asked = {"workspace": acme, "nobodys": True}
    assert (told(case), len(queries.to_decide(workspace=acme, user=bob)), queries.to_decide(user=alice, **asked)) == (
        [bob.email], 1, [],
    )  # fmt: skip
    cases.assign(case=case, owner=None, by=alice, now=LATER)
    assert (len(queries.to_decide(user=alice, **asked)), queries.to_decide(workspace=acme, user=bob)) == (
        1,
        [],
    )


def test_the_agent_decides_on_the_list_and_in_the_conversation_and_nobody_else_does(
    dropped: Mail, case: Case, bob: User, charlie: User, acme: Workspace
) -> None:
    agent, url = (
        signed_in(bob),
        f"/w/acme/cases/{case.number}/conversation/letters/{dropped.public_id}/decide/",
    )
    assert "1 mail may not have arrived" in agent.get("/w/acme/mails-in-doubt/brief/").content.decode()
    for page in ("/w/acme/mails-in-doubt/", f"/w/acme/cases/{case.number}/conversation/"):
        text = agent.get(page).content.decode()
        assert all(word in text for word in (url, "It arrived", "Send again"))
    ann = members.ensure_user(email="ann@acme.example", name="Ann", password="pw-ann-2026", now=MONDAY_9AM)
    members.add(workspace=acme, user=ann, role=Role.ANALYST, now=MONDAY_9AM)
    assert (signed_in(ann).post(url, {"what": "again"}).status_code, state(dropped)) == (403, State.UNKNOWN)
    assert signed_in(charlie).post(url, {"what": "again"}).status_code == 404
    assert (agent.post(url, {"what": "nonsense"}).status_code, agent.get(url).status_code) == (404, 405)
    assert agent.post(url, {"what": "again", "from": "list"})["Location"] == "/w/acme/mails-in-doubt/"
    assert state(dropped) == State.QUEUED
    assert "No mail is in doubt" in agent.get("/w/acme/mails-in-doubt/").content.decode()
    assert (
        "decided about this mail already"
        in agent.post(url, {"what": "arrived"}, follow=True).content.decode()
    )


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_the_server_takes_the_words_leaves_one_mail_and_one_question(
    case: Case,
    bob: User,
    settings: Any,
    postman: Postman,  # noqa: F811  the fixture above
) -> None:
    """kill -9 between the last line of DATA and the server's answer: it has the mail, and nobody here knows."""
    mail = send(case, bob)
    port = settings.MAIL.port
    worker = workers.start(
        f"from outbox.services import deliveries\ndeliveries.deliver(message_id={mail.message_id}, workspace_id={case.workspace_id}, now=now)",
        now=LATER + MINUTE, AMENDS_EMAIL_URL=f"smtp://127.0.0.1:{port}",
    )  # fmt: skip
    postman.on_data = lambda _envelope: worker.kill()
    assert worker.wait(timeout=60) == -signal.SIGKILL
    assert (state(mail), postman.addresses) == (State.SENDING, ["ines@customer.example"])
    postman.on_data = None
    for turn in range(2, 12):  # others go on, and the one who died is given up after its lease
        deliveries.sweep(now=LATER + turn * MINUTE)
        plans.plan_missing(now=LATER + turn * MINUTE)
    replies = [to for to, sent in postman.received if sent["Subject"] == "Your parcel"]
    assert (state(mail), replies, told(case)) == (State.UNKNOWN, ["ines@customer.example"], [bob.email])
