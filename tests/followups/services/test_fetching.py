"""Reading a mailbox of a real dovecot."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from core.mail_account import MailAccount
from followups import mailboxes
from followups.enums import Line, ReceivedState
from followups.models import MailIntake, ReceivedMail
from followups.services import fetching, intakes, placing, receiving, replies
from tests import mail_servers
from tests.conftest import signed_in
from tests.followups.mails import letter
from tests.mail_servers import PASSWORD, Box

pytestmark = pytest.mark.django_db

HELP = "help@acme.example"


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with mail_servers.dovecot() as one:
        yield one


@pytest.fixture(autouse=True)
def own_network(settings: Any) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = True
    settings.IMAP = None


def set_up(acme: Workspace, box: Box, user: str, **given: Any) -> MailIntake:
    values = {
        "address": HELP, "is_on": True, "host": "127.0.0.1", "port": box.imap, "line": Line.NONE, "user": user,
        "password": PASSWORD, **given,
    }  # fmt: skip
    return intakes.save(workspace=acme, now=timezone.now(), **values)


def kept() -> list[bytes]:
    return [receiving.raw_of(row) for row in ReceivedMail.objects.across_workspaces().order_by("id")]


def test_an_answer_that_lies_in_the_mailbox_reaches_its_case_and_is_marked(
    acme: Workspace, box: Box, case: Any, bob: User
) -> None:
    set_up(acme, box, "one@acme.example")
    now = timezone.now()
    sent = replies.send(case=case, by=bob, subject="", body="Sorry.", now=now, submission="1").message
    assert sent is not None
    assert sent.reply_to.startswith("help+reply.")
    box.deliver("one@acme.example", letter("It works.", to=sent.reply_to).as_bytes())
    assert (fetching.fetch_due(now=now), placing.place_due(now=now)) == (1, 1)
    row = ReceivedMail.objects.of(acme).get()
    assert (row.state, row.case, [mail.flags for mail in box.mails("one@acme.example")]) == (
        ReceivedState.PLACED, case, [("\\Seen",)],
    )  # fmt: skip
    assert fetching.fetch_due(now=now + timedelta(minutes=5)) == 0


def test_what_was_read_goes_to_the_folder_for_it_and_reading_twice_keeps_once(
    acme: Workspace, box: Box
) -> None:
    intake = set_up(acme, box, "two@acme.example", done_folder="Amends.Done")
    raw = letter("Hello", to=HELP).as_bytes()
    for _ in range(2):  # as after a worker that was killed between keeping and moving
        box.deliver("two@acme.example", raw)
    looked = fetching.take_all(
        account=fetching.account_of(intake), workspace=acme, since=intake.created_at, now=timezone.now()
    )
    assert (looked.taken, looked.known, len(kept())) == (2, 1, 1)
    assert (len(box.mails("two@acme.example")), len(box.mails("two@acme.example", "Amends.Done"))) == (0, 2)


def test_a_mail_larger_than_is_kept_is_taken_by_its_beginning(
    acme: Workspace, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "LARGEST", 50_000)
    monkeypatch.setattr(receiving, "CUT", 10_000)
    set_up(acme, box, "three@acme.example")
    mail = letter("The words come first.", to=HELP)
    mail.add_attachment(bytes(200_000), maintype="application", subtype="octet-stream", filename="big.bin")
    box.deliver("three@acme.example", mail.as_bytes())
    fetching.fetch_due(now=timezone.now())
    row = ReceivedMail.objects.of(acme).get()
    assert (row.is_cut, row.size > 200_000, b"The words come first." in kept()[0]) == (True, True, True)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"password": "wrong"}, "does not accept"),
        ({"folder": "Nowhere"}, "no folder"),
        ({"line": Line.TLS}, "encryption"),
        ({"line": Line.STARTTLS}, "server said"),
        ({"port": 1}, "Nobody answers"),
    ],
)
def test_what_stands_in_the_way_is_said_and_asked_again_later(
    given: dict[str, Any], says: str, acme: Workspace, box: Box
) -> None:
    set_up(acme, box, "four@acme.example", **given)
    now = timezone.now()
    fetching.fetch_due(now=now)
    row = MailIntake.objects.of(acme).get()
    assert (says in row.last_error, row.failures, row.next_at > now) == (True, 1, True)


def test_check_now_says_what_waits_and_takes_nothing(acme: Workspace, box: Box, owner: User) -> None:
    set_up(acme, box, "five@acme.example")
    box.deliver("five@acme.example", letter("Hello", to=HELP).as_bytes())
    page = signed_in(owner).post("/w/acme/settings/incoming/check/", follow=True).content.decode()
    assert ("1 mail waits in it" in page, kept()) == (True, [])


def test_the_mailbox_of_the_house_may_be_on_our_own_network_and_is_read_for_all(
    acme: Workspace, box: Box, settings: Any
) -> None:
    from config import inbound

    settings.ALLOW_PRIVATE_NETWORKS = False
    settings.IMAP = inbound.mailbox(f"imap://six%40acme.example:{PASSWORD}@127.0.0.1:{box.imap}/INBOX")
    box.deliver("six@acme.example", letter("Hello", to="acme@in.example").as_bytes())
    assert (fetching.fetch_due(now=timezone.now()), fetching.fetch_due(now=timezone.now())) == (1, 0)


def test_a_server_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket
    import threading

    monkeypatch.setattr(mailboxes, "SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _where = server.accept()
            with line:
                while True:
                    try:
                        line.sendall(b"*")
                    except OSError:
                        return
                    threading.Event().wait(0.1)

        threading.Thread(target=drip, daemon=True).start()
        account = MailAccount(
            host="127.0.0.1", port=server.getsockname()[1], line="NONE", user="a", password="b"
        )
        with pytest.raises(mailboxes.CannotRead), mailboxes.opened(account):
            pass
