"""Reads about answers: what a link opens, and a person's answers over time."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.prepared import Prepared
from core.tokens import BadToken, match_token
from surveys import answer_sql, wording
from surveys.models import Contact, Invitation, Response, Survey
from surveys.queries.faces import Face, face


@dataclass(frozen=True)
class Opening:
    """What a link opens. `score` and `comment` are the answer already given, if there is one."""

    face: Face
    question: str  # with this person's merge fields filled
    is_open: bool  # the survey takes answers
    is_live: bool  # the link's time is not over
    score: int | None
    comment: str
    is_editable: bool  # there is an answer and it may still be changed
    kiosk_seconds: int | None = None  # the link is a kiosk's: how long its thanks stay


def open_invitation(*, token: str, now: datetime, language: str = "") -> Opening | None:
    """What the link of an invitation opens; None for a link nobody has. Changes nothing."""
    try:
        nonce = match_token("survey", token)
    except BadToken:
        return None
    return _opening(answer_sql.OPEN_INVITATION, {"nonce": nonce, "now": now, "language": language})


def slug_of_survey(*, public_id: str) -> str:
    """The workspace of the survey with this id, as its address says it; "" for none: what a test's short link names."""
    rows = Survey.objects.across_workspaces().filter(public_id=public_id)
    found: str | None = rows.values_list("workspace__slug", flat=True).first()
    return found or ""


def is_invitation(*, nonce: str) -> bool:
    """Whether an invitation has this nonce."""
    # The nonce is the right to look; it names one invitation of whatever workspace.
    return Invitation.objects.across_workspaces().filter(link_nonce=nonce).exists()


def open_form(*, survey_public_id: str, submission: str, now: datetime, language: str = "") -> Opening | None:
    """What the public page of this id opens (a survey's own, or one of its links'), with the answer of `submission` if it was
    given; None if unknown. A kiosk shows no answer that was given.
    """
    facts = {"survey_public_id": survey_public_id, "submission": submission, "now": now, "language": language}
    return _opening(answer_sql.OPEN_FORM, facts)


def _opening(statement: Prepared, facts: dict[str, Any]) -> Opening | None:
    row = statement.row(facts)
    if row is None:
        return None
    (
        kiosk_seconds,
        version,
        survey_id,
        is_open,
        is_live,
        name,
        company,
        attributes,
        touchpoint,
        score,
        comment,
        is_editable,
        language,
    ) = row
    look = face(version=version, survey_id=survey_id, language=language)
    known = wording.values(
        company=look.company,
        name=name,
        customer_company=company,
        touchpoint=touchpoint or "",
        attributes=_mapping(attributes),
    )
    question = wording.fill(look.question, known)
    return Opening(look, question, is_open, is_live, score, comment or "", bool(is_editable), kiosk_seconds)


def _mapping(value: Any) -> dict[str, str]:
    """Attributes as a mapping: Django keeps its driver from decoding JSON, so a raw statement gives text."""
    if isinstance(value, str):
        value = json.loads(value)
    return value or {}


def thanks(*, version: str, survey_id: int, segment: str, name: str, language: str = "") -> tuple[Face, str]:
    """The face of a survey and its thank-you to a person of this name who answered so."""
    look = face(version=version, survey_id=survey_id, language=language)
    return look, wording.fill(look.thanks[segment], wording.values(company=look.company, name=name))


def of_contact(*, contact: Contact) -> QuerySet[Response]:
    """A person's answers, newest first: what they thought at each moment."""
    return (
        Response.objects.of(contact.workspace_id)
        .select_related("survey", "touchpoint")
        .filter(contact=contact)
        .order_by("-responded_at", "-id")
    )
