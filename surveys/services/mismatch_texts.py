"""The question "did you mean 10?" by text: asked once of a score that came in by text and whose words contradict it.

The rule and the ten minutes are those of the page (services/mismatches.py). A number sent back is the answer, inside the
edit window; so is a yes or a no. Whatever else is sent back are words to the answer, and the score stays as it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services.texts import TextRequest, queue_texts
from surveys import mismatch_words
from surveys.models import Invitation, Response
from surveys.queries import faces
from surveys.rules import mismatch, text_replies
from surveys.services import mismatches, sms_gateways

MAIL = "text_mismatch"
USE = timedelta(hours=1)  # later nobody remembers which number they pressed


def is_question(message: OutboundMessage | None) -> bool:
    """Whether the text this number read last asks about a score."""
    return message is not None and message.mail == MAIL


def ask(*, invitation: Invitation, response: Response, number: str, now: datetime) -> None:
    """Ask whether the score is meant, if its words contradict it and it can still be changed; once for one answer."""
    response.survey = invitation.survey
    if not mismatches.was_asked(response) or sms_gateways.gateway(workspace_id=response.workspace_id) is None:
        return
    if now - response.responded_at > timedelta(days=invitation.survey.edit_days):
        return
    other = mismatch.mirrored(response.metric, response.score)
    survey = invitation.survey
    language = invitation.language or (invitation.contact.language if invitation.contact else "")
    face = faces.make(survey=survey, language=language)
    said = mismatch_words.question(face.language, score=response.score, other=other)
    queue_texts(
        [
            TextRequest(
                mail=MAIL,
                kind=Kind.CUSTOMER,
                workspace=survey.workspace,
                to=number,
                subject=_("Did you mean %(score)s?") % {"score": other},
                text=f"{face.company}: {said.asked} {said.reply}",
                dedupe_key=f"{MAIL}:{response.pk}",
                about=f"invitation:{invitation.pk}",
                expires_at=now + USE,
            )
        ],
        now=now,
    )


def score_meant(*, response: Response, text: str) -> int | None:
    """What a yes or a no means as a score; None for other words."""
    said = text_replies.yes_or_no(text)
    if said is None:
        return None
    return mismatch.mirrored(response.metric, response.score) if said else response.score


def hear(*, before: int, response_id: int, score: int, now: datetime) -> None:
    """They have said which score they mean."""
    mismatches.hear(response_id=response_id, is_kept=score == before, now=now)
