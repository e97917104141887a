"""The mail of a survey: what it says to one person, and from whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from core.links import absolute_url
from outbox.enums import Kind
from outbox.services.messages import EmailRequest
from surveys import wording
from surveys.enums import Purpose, ResponseChannel
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.queries import faces
from surveys.queries.faces import Face


class ReminderWords(Protocol):
    """A reminder as it is stored, or as it was chosen."""

    @property
    def subject(self) -> str: ...

    @property
    def intro(self) -> str: ...


def face_of(*, survey: Survey, campaign: Campaign | None = None, language: str = "") -> Face:
    """How the survey looks in this campaign to somebody who reads `language`."""
    return in_words_of(faces.make(survey=survey, language=language), campaign)


def in_words_of(face: Face, campaign: Campaign | None) -> Face:
    """The face with the campaign's own words, which win over the survey's. Those of a text message are its `intro`."""
    if campaign is not None and campaign.channel == ResponseChannel.SMS:
        return replace(face, sms_text=campaign.intro or face.sms_text)
    if campaign is None or not (campaign.subject or campaign.intro):
        return face
    return replace(face, subject=campaign.subject or face.subject, intro=campaign.intro or face.intro)


def reminding(face: Face, reminder: ReminderWords) -> Face:
    """The face with the words of a reminder; where it has none, those of the first mail stay."""
    return replace(face, subject=reminder.subject or face.subject, intro=reminder.intro or face.intro)


def request(
    *,
    row: Invitation,
    survey: Survey,
    contact: Contact,
    face: Face,
    values: dict[str, str],
    campaign: Campaign | None = None,
    dedupe_key: str = "",
) -> EmailRequest:
    """The mail of an invitation, to be queued."""
    workspace = survey.workspace
    return EmailRequest(
        mail="resurvey" if row.purpose == Purpose.RESURVEY else "survey_invitation",
        kind=Kind.SURVEY,
        workspace=workspace,
        to=contact.email,
        to_name=contact.name,
        from_name=(campaign.from_name if campaign else "") or workspace.from_name,
        reply_to=(campaign.reply_to if campaign else "") or workspace.reply_to,
        dedupe_key=dedupe_key or f"invitation:{row.pk}",
        about=f"invitation:{row.pk}",
        expires_at=row.expires_at,
        subject=wording.fill(face.subject, values) or _second_subject(row, face),
        context=mail_context(
            face=face, values=values, link=absolute_url("surveys:answer", token=row.link), facts=row.facts
        ),
    )


def _second_subject(row: Invitation, face: Face) -> str | None:
    """What the mail after a fix is called; None leaves it to the mail itself."""
    if row.purpose != Purpose.RESURVEY:
        return None
    return face.words["resurvey_subject"] % {"company": face.company}


def mail_context(*, face: Face, values: dict[str, str], link: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What the mail of a survey shows; also for a preview. `link` is the address of the answer page."""
    return {
        **facts,
        "company": face.company,
        "first_name": values["first_name"],
        "question": wording.fill(face.question, values),
        "intro": wording.fill(face.intro, values),
        "scores": [{**step, "url": f"{link}?score={step['value']}"} for step in face.scale],
        "link": link,
        "hidden_link": f"{link}?from=list",
        "low_label": face.low_label,
        "high_label": face.high_label,
        **mail_words(face=face, first_name=values["first_name"]),
        "accent": face.accent,
        "accent_text": face.accent_text,
        "logo": face.logo,
        "contact_lines": face.contact_lines,
        "contact_links": face.contact_links,
        "language": face.language,
        "dir": face.direction,
    }


def mail_words(*, face: Face, first_name: str) -> dict[str, str]:
    """What every mail of a survey says, in the language of its face."""
    words, ends = face.words, {"low": face.scale[0]["value"], "high": face.scale[-1]["value"]}
    return {
        "greeting": words["hello_name"] % {"name": first_name} if first_name else words["hello"],
        "one_minute": words["one_minute"],
        "choosing": words["hint"],
        "choosing_text": words["choose_text"] % ends,
        "open_page": words["open_page"],
        "open_page_text": words["open_page_text"],
        "choose_step": words["choose"],
        "low_end": f"{ends['low']} = {face.low_label}" if face.low_label else "",
        "high_end": f"{ends['high']} = {face.high_label}" if face.high_label else "",
        "how_now": words["how_now"],
        "told_us": words["told_us"],
        "because": words["because"] % {"company": face.company},
        "no_more": words["no_more"],
    }
