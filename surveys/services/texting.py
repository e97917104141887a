"""The text message of a survey: what it says to one person, with a short link, and that it may be answered by text.

The short link is /m/ and the invitation's nonce: 22 characters instead of 44, as hard to guess, looked up at each visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from core.links import absolute_url
from outbox.channels.sms import Gateway, gateway_of
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services.messages import EmailRequest, queue_emails
from outbox.services.texts import TextRequest, queue_texts
from surveys import wording
from surveys.enums import Purpose, ResponseChannel
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.queries import asking
from surveys.queries.faces import Face
from surveys.services import mailing


def short_link(*, nonce: str) -> str:
    """The short address of an invitation's answer page."""
    return absolute_url("surveys:short_link", nonce=nonce)


def words(
    *, face: Face, values: dict[str, str], link: str, can_reply: bool = False, is_second: bool = False
) -> str:
    """What the text says. Words of the workspace's own stand as they are; ours begin with the company's name.

    `can_reply`: the gateway has a number whose texts come in here; then the score may be answered by text.
    """
    usual = face.words["how_now"] if is_second else face.words["sms"]
    begin = wording.fill(face.sms_text, values) if face.sms_text else f"{face.company}: {usual}"
    parts = [" ".join(begin.split()), link]
    if can_reply:
        ends = {"low": face.scale[0]["value"], "high": face.scale[-1]["value"]}
        parts += [face.words["sms_reply"] % ends, face.words["sms_stop"]]
    return " ".join(parts)


def sample(*, survey: Survey, campaign: Campaign | None, contact: Contact | None, link: str) -> str:
    """The text to `contact`, or to a made-up customer, that leads to `link`."""
    moment = campaign.touchpoint.name if campaign and campaign.touchpoint else ""
    if contact is None:
        values = wording.values(company=survey.workspace.name, name=_("Maya Keller"), touchpoint=moment)
    else:
        values = asking.merge_values(survey=survey, contact=contact, touchpoint=moment)
    gateway = gateway_of(survey.workspace_id)
    return words(
        face=mailing.face_of(survey=survey, campaign=campaign, language=contact.language if contact else ""),
        values=values,
        link=link,
        can_reply=bool(gateway and gateway.number),
    )


def request(
    *,
    row: Invitation,
    survey: Survey,
    contact: Contact,
    face: Face,
    values: dict[str, str],
    gateway: Gateway | None,
    dedupe_key: str = "",
) -> TextRequest:
    """The text of an invitation, to be queued."""
    return TextRequest(
        mail="survey_text",
        kind=Kind.SURVEY,
        workspace=survey.workspace,
        to=asking.number_of(contact=contact, gateway=gateway),
        to_name=contact.name,
        subject=_("Text message: %(survey)s") % {"survey": survey.name},
        text=words(
            face=face,
            values=values,
            link=short_link(nonce=row.link_nonce),
            can_reply=bool(gateway and gateway.number),
            is_second=row.purpose == Purpose.RESURVEY,
        ),
        dedupe_key=dedupe_key or f"invitation:{row.pk}",
        about=f"invitation:{row.pk}",
        expires_at=row.expires_at,
    )


def request_of(
    *,
    row: Invitation,
    survey: Survey,
    contact: Contact,
    face: Face,
    values: dict[str, str],
    campaign: Campaign | None = None,
    dedupe_key: str = "",
    gateway: Gateway | None = None,
) -> EmailRequest | TextRequest:
    """The message of an invitation on its own channel: a mail, or a text."""
    if row.channel == ResponseChannel.SMS:
        return request(
            row=row, survey=survey, contact=contact, face=face, values=values, gateway=gateway, dedupe_key=dedupe_key
        )  # fmt: skip
    return mailing.request(
        row=row, survey=survey, contact=contact, face=face, values=values, campaign=campaign, dedupe_key=dedupe_key
    )  # fmt: skip


def queue(requests: Sequence[EmailRequest | TextRequest], *, now: datetime) -> list[OutboundMessage]:
    """Queue mails and texts; the rows come back in the order of `requests`."""
    mails = [one for one in requests if isinstance(one, EmailRequest)]
    texts = [one for one in requests if isinstance(one, TextRequest)]
    rows = [*queue_emails(mails, now=now), *queue_texts(texts, now=now)]
    by_key = {row.dedupe_key: row for row in rows}
    return [by_key[one.dedupe_key] for one in requests]
