"""The tray of texts in the browser."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.rules.sight import EVERYTHING, sight
from outbox.models import OutboundMessage
from outbox.services import deliveries
from surveys.models import Contact, InboundText, Invitation, Response, Survey
from surveys.queries import texts
from surveys.rules.text_payloads import Came
from surveys.services import contacts, inbound_texts, invitations
from tests.conftest import signed_in
from tests.texts import DORAS, OURS, set_up

TRAY = "/w/acme/texts/"


@pytest.fixture
def asked(acme: Workspace, survey: Survey) -> Invitation:
    now = timezone.now()
    set_up(acme)
    dora: Contact = contacts.upsert(
        workspace=acme, email="dora@x.example", name="Dora Doe", phone=DORAS, now=now
    )[0]
    row = invitations.invite(workspace=acme, survey=survey, contact=dora, channel="SMS", now=now)
    invitations.send_due(now=now)
    deliveries.sweep_texts(now=now)
    return row


def say(acme: Workspace, text: str, number: str = DORAS) -> InboundText:
    came = Came(provider_id=f"SM-{text}", number=number, to=OURS, text=text)
    return inbound_texts.receive(workspace=acme, came=came, now=timezone.now())[0]


def test_owner_manager_agent_and_stranger(
    acme: Workspace, asked: Invitation, owner: User, alice: User, bob: User, charlie: User
) -> None:
    row = say(acme, "<b>nine</b>")
    sort = f"{TRAY}{row.public_id}/"
    for person in (owner, alice):
        page = signed_in(person).get(TRAY)
        assert "&lt;b&gt;nine&lt;/b&gt;" in page.content.decode()
    for person, status in ((bob, 403), (charlie, 404)):
        assert signed_in(person).get(TRAY).status_code == status
        assert signed_in(person).post(sort, {"act": "aside"}).status_code == status
    assert Client().get(TRAY).status_code == 302
    row.refresh_from_db()
    assert row.outcome == "UNPLACED"


def test_a_text_is_sorted_and_leaves_the_tray(acme: Workspace, asked: Invitation, alice: User) -> None:
    first, second, third = say(acme, "nine"), say(acme, "so so"), say(acme, "who is this", "+447700900123")
    client = signed_in(alice)
    page = client.get(TRAY).content.decode()
    assert "Somebody we do not know" in page
    client.post(f"{TRAY}{first.public_id}/", {"act": "answer", "score": "9", "comment": "nine"})
    client.post(f"{TRAY}{second.public_id}/", {"act": "complain"})
    answer = client.post(f"{TRAY}{third.public_id}/", {"act": "aside"}, follow=True)
    assert "Nothing else waits." in answer.content.decode()
    assert "Nothing to sort" in answer.content.decode()
    assert Response.objects.of(acme).get().score == 9
    placed = client.get(f"{TRAY}?view=placed").content.decode()
    assert [placed.count(word) for word in ("an answer", "a complaint", "set aside")] == [1, 1, 1]
    again = client.post(f"{TRAY}{third.public_id}/", {"act": "complain"}, follow=True)
    assert "Somebody has sorted this text already." in again.content.decode()


def test_what_does_not_fit_is_said(acme: Workspace, asked: Invitation, alice: User) -> None:
    row = say(acme, "nine")
    client = signed_in(alice)
    for typed in ({"act": "answer"}, {"act": "answer", "score": "99"}, {"score": "²"}, {}):
        answer = client.post(f"{TRAY}{row.public_id}/", typed, follow=True)
        assert answer.status_code == 200
    assert (InboundText.objects.of(acme).get().outcome, Response.objects.of(acme).count()) == ("UNPLACED", 0)


def test_who_sees_only_some_people_sees_only_their_texts(
    acme: Workspace, asked: Invitation, bob: User
) -> None:
    theirs, nobodys = say(acme, "nine"), say(acme, "who is this", "+447700900123")
    limited = sight("AGENT", user_id=bob.pk, attribute="region", values=["North"])
    Contact.objects.of(acme).update(attributes={"region": "North"})
    assert [row.pk for row in texts.tray(workspace=acme, sight=limited)] == [theirs.pk]
    assert texts.one(workspace=acme, sight=limited, public_id=nobodys.public_id) is None
    Contact.objects.of(acme).update(attributes={"region": "South"})
    assert texts.waiting(workspace=acme, sight=limited) == 0
    assert texts.waiting(workspace=acme, sight=EVERYTHING) == 2


def test_the_mailbox_shows_the_text_with_a_link_to_press(
    acme: Workspace, asked: Invitation, alice: User
) -> None:
    message = OutboundMessage.objects.of(acme).get(channel="SMS")
    client = signed_in(alice)
    assert "text message" in client.get("/w/acme/mailbox/").content.decode()
    page = client.get(f"/w/acme/mailbox/{message.public_id}/").content.decode()
    assert f'/m/{asked.link_nonce}/?from=mailbox" target="_blank"' in page
    assert "How did we do?" in page
    assert DORAS in page
