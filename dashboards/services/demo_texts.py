"""Text messages in the demo workspace: kept in the mailbox, with one that was answered by text and one nobody could place."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Workspace
from detractors.services import decisions
from outbox.services import deliveries
from surveys.enums import ResponseChannel, SmsProvider
from surveys.models import Survey
from surveys.rules.text_payloads import Came
from surveys.services import (
    contacts,
    following,
    inbound_texts,
    invitations,
    sending,
    sms_gateways,
    touchpoints,
)

OURS = "+494055501234"
ASKED_HOURS_AGO = 3

# Name, number (of those the network agency keeps for films), what they texted back; "" is still to answer.
ASKED = (
    ("Jonas Albrecht", "+491713920011", "9, picked up in ten minutes. Thank you!"),
    ("Marta Kowalska", "+491713920024", "the brakes squeak since you fixed them"),
    ("Selin Aydin", "+491713920037", ""),
)


def play(*, workspace: Workspace, survey: Survey, now: datetime) -> None:
    """Ask three customers by text this morning, and let two of them text back."""
    then = now - timedelta(hours=ASKED_HOURS_AGO)
    sms_gateways.save(
        workspace=workspace,
        provider=SmsProvider.CONSOLE,
        number=OURS,
        per_day=500,
        per_number=3,
        per_country=None,
        countries="DE AT CH",
        is_active=True,
        now=then,
    )
    moment = touchpoints.ensure(workspace=workspace, name="Workshop", now=then)
    for name, number, _words in ASKED:
        first, last = name.lower().split(" ")
        contact, _is_new = contacts.upsert(
            workspace=workspace,
            email=f"{first}.{last}@customer.example",
            name=name,
            phone=number,
            attributes={"region": "North", "plan": "Standard", "product": "City"},
            now=then,
        )
        invitations.invite(
            workspace=workspace,
            survey=survey,
            contact=contact,
            touchpoint=moment,
            channel=ResponseChannel.SMS,
            now=then,
        )
    sending.send_due(now=then)
    deliveries.sweep_texts(now=then)
    following.follow_mail(now=then + timedelta(minutes=2))  # a message that has just left is given a minute
    for at, (_name, number, words) in enumerate(ASKED):
        if words:
            came = then + timedelta(minutes=7 + 20 * at)
            text = Came(provider_id=f"demo-{at}", number=number, to=OURS, text=words)
            inbound_texts.receive(workspace=workspace, came=text, now=came)
            decisions.decide_pending(now=came)
