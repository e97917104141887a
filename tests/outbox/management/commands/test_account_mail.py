from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from outbox.models import OutboundMessage
from outbox.services import forgetting

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(owner: User, kept_mail: None) -> OutboundMessage:
    """Olivia asked for a new password where mail is kept."""
    owner.email = f"o{timezone.now().timestamp():.0f}@kept.example"
    owner.save()
    Client().post("/accounts/password/reset/", {"email": owner.email})
    [message] = OutboundMessage.objects.across_workspaces()
    return message


def said(email: str) -> str:
    out = StringIO()
    call_command("account_mail", email=email, stdout=out)
    return out.getvalue()


def test_the_operator_of_a_kept_mailbox_reads_the_link_while_it_works(asked: OutboundMessage) -> None:
    assert "/accounts/password/reset/key/" in said(asked.to.upper())
    assert (asked.is_secret, asked.workspace_id) == (True, None)


def test_the_link_is_gone_with_its_hour(asked: OutboundMessage) -> None:
    OutboundMessage.objects.across_workspaces().update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(CommandError, match="ask for a new one"):
        said(asked.to)
    forgetting.forget_account_words(before=asked.created_at - timedelta(days=1), now=timezone.now())
    asked.refresh_from_db()
    assert (asked.text, asked.html) == ("", "")


def test_where_mail_is_sent_nobody_else_can_read_it(asked: OutboundMessage, postman: Any) -> None:
    with pytest.raises(CommandError, match="nobody else can read it"):
        said(asked.to)


def test_an_address_without_mail_is_told_apart_from_nothing(db: None, kept_mail: None) -> None:
    with pytest.raises(CommandError, match="No account mail to nobody@kept"):
        said("nobody@kept.example")
