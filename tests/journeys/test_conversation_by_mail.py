"""A conversation over real servers: postfix carries it both ways, dovecot keeps it, the customer writes with swaks.

`make prove-conversation` plays a longer one through the whole product, with a browser at the desk.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from config import inbound
from config import mail as mail_settings
from detractors.enums import Category
from detractors.models import Attachment, Case
from detractors.services import cases
from followups.enums import Direction, MailKind, ReceivedState
from followups.models import Mail, MailIntake, ReceivedMail
from followups.services import fetching, intakes, placing, replies
from outbox.models import OutboundMessage
from outbox.services import messages
from surveys.services import contacts
from tests import mail_servers, servers
from tests.detractors.conftest import answer, ines, open_case, survey  # noqa: F401  the same customer
from tests.followups.conftest import case, cause, news  # noqa: F401  and their case
from tests.mail_servers import HOST, PASSWORD, Box, Mx

pytestmark = [pytest.mark.django_db, pytest.mark.serial]

DOMAIN, CUSTOMERS, OURS = "in.acme.example", "customer.example", "amends.example"


@pytest.fixture
def mx(settings: Any) -> Iterator[tuple[Box, Mx]]:
    import shutil

    servers.need("swaks", found=shutil.which("swaks") is not None, cure="apt-get install swaks")
    with mail_servers.dovecot() as box, mail_servers.postfix(box, domains=(DOMAIN, CUSTOMERS, OURS)) as one:
        settings.MAIL = mail_settings.configure(f"smtp://{HOST}:{one.port}")
        settings.DEFAULT_FROM_EMAIL = f"feedback@{OURS}"
        settings.INBOUND_DOMAIN = DOMAIN
        settings.IMAP = inbound.mailbox(f"imap://{DOMAIN}:{PASSWORD}@{HOST}:{box.imap}/INBOX?done=Done")
        settings.ALLOW_PRIVATE_NETWORKS = True
        yield box, one


def until(found: Callable[[], Any]) -> Any:
    """What `found` gives once it gives something."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if said := found():
            return said
        time.sleep(0.1)
    raise AssertionError("it did not come")


def swaks(mx: Mx, *, to: str, body: str, sender: str = "ines@customer.example", **headers: str) -> None:
    """Write as the customer does."""
    command = [
        "swaks",
        "--server",
        f"{HOST}:{mx.port}",
        "--from",
        sender,
        "--to",
        to,
        "--body",
        body,
        "--silent",
        "3",
    ]
    for name, value in headers.items():
        command += (
            ["--header", f"{name.replace('_', '-')}: {value}"]
            if name != "attach"
            else ["--attach", f"@{value}"]
        )
    subprocess.run(command, check=True, capture_output=True, timeout=90)


def come_in(mails: int = 1) -> None:
    """Whatever is in the mailboxes is fetched and placed."""
    from django.core.cache import cache

    def fetch() -> int:
        cache.delete("mailbox-of-the-house")
        MailIntake.objects.across_workspaces().update(next_at=timezone.now())
        return fetching.fetch_due(now=timezone.now())

    assert until(fetch) == mails
    placing.place_due(now=timezone.now())


def test_a_whole_conversation_over_real_servers(
    mx: tuple[Box, Mx],
    case: Case,  # noqa: F811  the fixture above
    bob: User,
    acme: Workspace,
    cause: Any,  # noqa: F811  the fixture above
    tmp_path: Path,
) -> None:
    box, server = mx
    replies.send(
        case=case, by=bob, subject="Your parcel", body="I am sorry.", now=timezone.now(), submission="1"
    )
    messages.sweep(now=timezone.now())
    [ours] = until(lambda: box.mails(CUSTOMERS))
    reply_to = ours.headers["reply-to"][0]
    assert (ours.from_values.name, ours.from_values.email, ours.subject) == (  # type: ignore[union-attr]
        "Bob Brown · Acme", f"feedback@{OURS}", "Your parcel",
    )  # fmt: skip
    assert (reply_to.endswith(f"@{DOMAIN}"), "auto-submitted" in ours.headers) == (True, False)

    cases.wait(case=case, by=bob, waiting_for="A photo", now=timezone.now())
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    swaks(
        server, to=reply_to, body="Here is the photo.\n\nOn Mon, 2 Mar 2026, Bob wrote:\n> I am sorry.",
        Subject="Re: Your parcel", Message_Id="<first@customer.example>", In_Reply_To=ours.headers["message-id"][0],
        attach=str(tmp_path / "photo.png"),
    )  # fmt: skip
    come_in()
    case.refresh_from_db()
    theirs = Mail.objects.of(acme).get(direction=Direction.IN)
    assert (theirs.body, "> I am sorry." in theirs.quoted, case.category) == (
        "Here is the photo.",
        True,
        Category.OPEN,
    )
    assert [row.content_type for row in Attachment.objects.of(acme)] == ["image/png"]

    replies.send(case=case, by=bob, subject="", body="Thank you.", now=timezone.now(), submission="2")
    messages.sweep(now=timezone.now())
    second = until(lambda: box.mails(CUSTOMERS)[1:])[0]
    assert second.headers["in-reply-to"] == ("<first@customer.example>",)
    assert second.headers["reply-to"][0] == reply_to

    cases.resolve(
        case=case, by=bob, root_cause=cause, resolution="A new one is on its way.", now=timezone.now()
    )
    swaks(
        server, to=reply_to, body="I am out of the office.", Auto_Submitted="auto-replied", Message_Id="<a@b>"
    )
    come_in()
    case.refresh_from_db()
    assert (case.category, Mail.objects.of(acme).filter(kind=MailKind.ABSENCE).count()) == (
        Category.RESOLVED,
        1,
    )
    swaks(server, to=reply_to, body="It came broken.", sender="mallory@customer.example", Message_Id="<b@b>")
    come_in()
    case.refresh_from_db()
    assert (case.category, ReceivedMail.objects.of(acme).filter(state=ReceivedState.TRAY).count()) == (
        Category.RESOLVED, 1,
    )  # fmt: skip
    swaks(server, to=reply_to, body="It came broken.", Message_Id="<c@b>")
    come_in()
    case.refresh_from_db()
    assert (case.category, case.reopened_count) == (Category.OPEN, 1)


def test_a_bounce_of_a_real_server_counts_for_the_mail_it_returns(
    mx: tuple[Box, Mx],
    case: Case,  # noqa: F811  the fixture above
    bob: User,
    acme: Workspace,
) -> None:
    box, _server = mx
    now = timezone.now()
    intakes.save(
        workspace=acme, now=now, address=f"feedback@{OURS}", is_on=True, host=HOST, port=box.imap, line="NONE", user=OURS,
        password=PASSWORD,
    )  # fmt: skip
    assert case.contact is not None
    contacts.update(contact=case.contact, email="nobody@nowhere.example", now=now)
    sent = replies.send(
        case=Case.objects.of(acme).get(), by=bob, subject="", body="Sorry.", now=now, submission="1"
    )
    messages.sweep(now=timezone.now())
    until(lambda: box.mails(OURS))
    come_in()
    message = OutboundMessage.objects.of(acme).get(pk=sent.message_id)
    assert (ReceivedMail.objects.of(acme).get().kind, message.bounced_at is not None) == (
        MailKind.BOUNCE,
        True,
    )
    assert "nothing leaves this machine" in message.last_error
    assert timezone.now() - message.bounced_at < timedelta(minutes=5)
