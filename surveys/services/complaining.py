"""A customer writes to us directly: who they are is looked up or made, and the complaint waits for its case."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Workspace
from surveys.models import Contact, FeedbackSource
from surveys.rules import contact_values
from surveys.services import contacts, mentions


@transaction.atomic
def write(
    *, source: FeedbackSource, text: str, email: str, name: str, once: str, now: datetime
) -> mentions.Taken:
    """Take a complaint of somebody with this address. Who is known keeps their name, whoever fills in the form.

    The same `once` again is the same complaint. Raises contact_values.BadValue for no address, ValueError for no words,
    `verbatim.TextTooLong`, SourceArchived.
    """
    address = contact_values.email(email.strip()).lower()
    return mentions.complain(
        source=source,
        text=text,
        once=once,
        name=name,
        address=address,
        contact=_customer(source.workspace, address, name, now),
        now=now,
    )


def _customer(workspace: Workspace, address: str, name: str, now: datetime) -> Contact | None:
    known: Contact | None = Contact.objects.of(workspace).present().filter(email=address).first()
    if known is not None:
        return known
    try:
        return contacts.upsert(workspace=workspace, email=address, name=name[:200], now=now)[0]
    except ValidationError:
        return None
