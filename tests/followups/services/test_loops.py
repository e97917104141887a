"""Two installations answer each other: it ends by itself, whatever the mail between them loses on its way."""

from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from accounts.models import Workspace
from detractors.services import decisions_of_mentions
from followups.models import MailIntake, ReceivedMail
from followups.services import followups, placing, plans, receiving
from outbox.channels.email import as_bytes
from outbox.models import OutboundMessage
from surveys.services import complaining, mentions
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

HERE, THERE = "help@acme.example", "help@globex.example"


@pytest.mark.parametrize("loses", [(), ("Auto-Submitted",), ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Amends-Id", "In-Reply-To", "References", "Message-ID")])  # fmt: skip
def test_two_that_answer_each_other_end_within_three_mails(
    loses: tuple[str, ...], acme: Workspace, globex: Workspace, settings: Any
) -> None:
    """Acme's customer has the address of Globex's desk, and Globex's that of Acme's."""
    settings.INBOUND_DOMAIN = ""
    for workspace, address in ((acme, HERE), (globex, THERE)):
        MailIntake(
            workspace=workspace, address=address, is_on=True, host="x", user="x", created_at=MONDAY_9AM
        ).save()
    source = mentions.by_mail(workspace=acme, now=MONDAY_9AM)
    complaining.write(source=source, text="It smokes.", email=THERE, name="Globex", once="1", now=MONDAY_9AM)
    carried: set[int] = set()
    now = MONDAY_9AM
    for _turn in range(40):
        now += timedelta(minutes=6)
        decisions_of_mentions.decide_pending(now=now)
        plans.plan_missing(now=now)
        followups.send_due(now=now)
        placing.place_due(now=now)
        rows = OutboundMessage.objects.across_workspaces().filter(kind="CUSTOMER").exclude(pk__in=carried)
        for message in list(rows.order_by("pk")):
            carried.add(message.pk)
            _carry(message, acme, globex, loses, now)
    assert (0 < len(carried) <= 3, ReceivedMail.objects.across_workspaces().count()) == (True, len(carried))
    assert not ReceivedMail.objects.across_workspaces().filter(next_at__isnull=False).exists()


def _carry(
    message: OutboundMessage, acme: Workspace, globex: Workspace, loses: tuple[str, ...], now: Any
) -> None:
    """As the mail servers between would: from the one's desk to the other's."""
    mail = message_from_bytes(as_bytes(message))
    to = globex if message.workspace_id == acme.pk else acme
    sender = HERE if message.workspace_id == acme.pk else THERE
    mail.replace_header("From", f"Desk <{sender}>")
    for name in loses:
        del mail[name]
    receiving.store(raw=mail.as_bytes(), came="IMAP", now=now, workspace=to)
