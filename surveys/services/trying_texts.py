"""A survey's text message to oneself, before any customer gets it: by the way every text takes, marked, never counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import people
from outbox.enums import Channel, Kind
from outbox.models import OutboundMessage
from surveys.models import Campaign, Contact, Survey
from surveys.services import sms_gateways, texting
from surveys.services.sms_gateways import NoTest

MAIL = "survey_text"
SHOWN_FOR = timedelta(days=1)

__all__ = ["NoTest", "latest", "said", "send"]


def said(*, survey: Survey, campaign: Campaign | None = None, contact: Contact | None = None) -> str:
    """The test as it will be read: the text `contact` would get, marked, with a link to the preview."""
    link = texting.short_link(
        nonce=survey.public_id
    )  # as long as a real one, so that the parts are those of a real text
    text = texting.sample(survey=survey, campaign=campaign, contact=contact, link=link)
    return _("Test: %(text)s") % {"text": text}


@transaction.atomic
def send(
    *,
    survey: Survey,
    to: str,
    by: User,
    now: datetime,
    campaign: Campaign | None = None,
    contact: Contact | None = None,
) -> OutboundMessage:
    """Queue the test to a number of one's own, which is kept for the next one; twice within a minute it leaves once.

    No invitation is made and nobody is counted as asked; what is texted back is a reply to a test. Raises NoTest.
    """
    message = sms_gateways.queue_test(
        workspace=survey.workspace,
        to=to,
        by=by,
        text=said(survey=survey, campaign=campaign, contact=contact),
        now=now,
        what=f"campaign:{campaign.pk}" if campaign else f"survey:{survey.pk}",
        mail=MAIL,
    )
    people.keep_phone(user=by, phone=message.to)
    return message


def latest(*, workspace: Workspace, by: User, now: datetime) -> OutboundMessage | None:
    """The last test text this person sent within a day, with what became of it."""
    rows = OutboundMessage.objects.of(workspace).filter(
        about=f"{sms_gateways.ABOUT}:{by.pk}", channel=Channel.SMS, kind=Kind.STAFF, mail=MAIL
    )
    found: OutboundMessage | None = rows.filter(created_at__gt=now - SHOWN_FOR).order_by("-id").first()
    return found
