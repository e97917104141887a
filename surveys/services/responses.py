"""Answers: recorded first, at most once for each invitation or form, amended inside the edit window.

Nothing is sent and no case is opened here. The answer, its ledger row and its mark `decide_at` are committed; then
receivers are told, and one of them wakes the sweep that settles it with its invitation (settling.py) and decides.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.dispatch import Signal
from django.utils.translation import gettext as _
from psycopg2.extras import Json

from accounts.models import Workspace
from core.announce import announce
from core.tokens import BadToken, match_token, new_public_id
from surveys import answer_sql, signals
from surveys.enums import Purpose, ResponseChannel, Trust
from surveys.models import Campaign, Contact, Response, Survey, Touchpoint
from surveys.rules import verbatim
from surveys.rules.metrics import bounds

CLOCK_SKEW = timedelta(minutes=5)  # a caller's clock may be this far ahead of ours
NO_SCORE = -1  # outside every metric; stands for a number the database column could not even hold


class AnswerError(Exception):
    """The answer was not taken; nothing was changed."""


class UnknownLink(AnswerError):
    """No invitation or survey has this link."""


class ExpiredLink(AnswerError):
    """The link's time is over and it was never answered."""


class ClosedSurvey(AnswerError):
    """The survey takes no answers."""


class NoLongerEditable(AnswerError):
    """There is an answer, it differs, and its edit window is over."""


class ScoreOutOfRange(AnswerError):
    """The score is none of the metric's; the text names the bounds."""

    def __init__(self, metric: str, score: object) -> None:
        self.metric, self.score = metric, score
        self.low, self.high = bounds(metric)
        super().__init__(
            _("Choose a whole number from %(low)d to %(high)d.") % {"low": self.low, "high": self.high}
        )


class AnswerFromTheFuture(AnswerError):
    """`responded_at` lies more than `CLOCK_SKEW` ahead."""


@dataclass(frozen=True)
class Recorded:
    """What became of an answer. `version` names the state of survey and workspace (see `answer_sql.VERSION`)."""

    response_id: int
    score: int
    segment: str
    comment: str
    is_new: bool
    is_changed: bool  # new, or different from what was there
    is_editable: bool
    survey_id: int
    version: str
    name: str  # the contact's
    language: str = ""  # of the page
    answers: dict[str, Any] = field(default_factory=dict)  # to further questions, given before


def record_by_invitation(
    *, token: str, score: int, comment: str, now: datetime, language: str = ""
) -> Recorded:
    """Store the answer given on an invitation's page, or amend the one that is there, in one or two statements.

    The same values again change nothing; an empty comment leaves an earlier one in place. Raises UnknownLink,
    ExpiredLink, ClosedSurvey, NoLongerEditable, ScoreOutOfRange, `verbatim.TextTooLong`.
    """
    try:
        nonce = match_token("survey", token)
    except BadToken:
        raise UnknownLink(token[:4]) from None
    facts = _answer_facts(score=score, comment=comment, now=now) | {"nonce": nonce, "language": language}
    return _answer(answer_sql.ANSWER_INVITATION.row(facts), answer_sql.AMEND_BY_INVITATION, facts, now=now)


def record_by_link(
    *,
    survey_public_id: str,
    submission: str,
    score: int,
    comment: str,
    now: datetime,
    channel: str = ResponseChannel.LINK,
    language: str = "",
) -> Recorded:
    """Store an anonymous answer of a public page; `submission` (22 characters) makes one form one answer.

    The page's id is the survey's own or one of its links', whose source, touchpoint and channel the answer gets. Amends like `record_by_invitation` and raises the same.
    """
    facts = _answer_facts(score=score, comment=comment, now=now) | {
        "survey_public_id": survey_public_id,
        "submission": submission,
        "language": language,
        "channel": channel,
        "purpose": Purpose.SURVEY,
        "trust": Trust.CONFIRMED,
        "needs_open": True,
        "responded_at": now,
        "contact_id": None,
        "touchpoint_id": None,
        "campaign_id": None,
    }
    return _answer(answer_sql.ANSWER_FORM.row(facts), answer_sql.AMEND_BY_SUBMISSION, facts, now=now)


def record(
    *,
    workspace: Workspace,
    survey: Survey,
    score: int,
    now: datetime,
    contact: Contact | None = None,
    comment: str = "",
    channel: str = ResponseChannel.API,
    touchpoint: Touchpoint | None = None,
    campaign: Campaign | None = None,
    responded_at: datetime | None = None,
    answers: dict[str, Any] | None = None,
    trust: str = Trust.CONFIRMED,
    open_case: bool = False,
    purpose: str = Purpose.SURVEY,
    submission: str = "",
    language: str = "",
) -> Response:
    """Store an answer that came another way (API, staff, import); `responded_at` (aware) defaults to `now`.

    A survey that is not active takes such answers too: they were given elsewhere. `language` is that of the page, if the
    survey speaks it; without one the contact's. With `submission` the same one
    twice is one answer, amended. Raises ScoreOutOfRange, AnswerFromTheFuture, NoLongerEditable, `verbatim.TextTooLong`.
    """
    for row in (survey, contact, touchpoint, campaign):
        if row is not None and row.workspace_id != workspace.pk:
            raise ValueError(f"{row!r} belongs to another workspace")
    moment = responded_at or now
    if moment > now + CLOCK_SKEW:
        raise AnswerFromTheFuture(
            _("The answer cannot be given in the future: %(moment)s.") % {"moment": moment}
        )
    facts = _answer_facts(score=score, comment=comment, now=now, answers=answers, open_case=open_case) | {
        "survey_id": survey.pk,
        "workspace_id": workspace.pk,
        "contact_id": contact and contact.pk,
        "touchpoint_id": touchpoint and touchpoint.pk,
        "campaign_id": campaign and campaign.pk,
        "channel": channel,
        "purpose": purpose,
        "trust": trust,
        "submission": submission,
        "language": language,
        "needs_open": False,
        "responded_at": moment,
    }
    outcome = _answer(_row(answer_sql.RECORD, facts), answer_sql.AMEND_BY_SUBMISSION, facts, now=now)
    response: Response = Response.objects.of(workspace).get(pk=outcome.response_id)
    for name, known in (("survey", survey), ("contact", contact), ("touchpoint", touchpoint)):
        if known is not None and getattr(response, f"{name}_id") == known.pk:
            setattr(response, name, known)  # at hand: no joins for what the caller gave us
    return response


def amend(
    *, response: Response, now: datetime, score: int | None = None, comment: str | None = None
) -> Response:
    """Change the score or the words of an answer inside its edit window; None leaves as it is, the history is kept.

    Raises NoLongerEditable, ScoreOutOfRange, `verbatim.TextTooLong`.
    """
    facts = _amend_facts(
        score=score,
        comment=None if comment is None else verbatim.clean(comment),
        now=now,
        response_id=response.pk,
    )
    _amend(answer_sql.AMEND, facts, now=now)
    return _response(response.workspace_id, response.pk)


def set_trust(*, response: Response, trust: str, now: datetime) -> Response:
    """Say how sure we are that the customer gave this answer; it moves to the line of figures that fits."""
    facts = _amend_facts(trust=Trust(trust).value, any_time=True, now=now, response_id=response.pk)
    _amend(answer_sql.AMEND, facts, now=now, news=signals.response_trust_changed)
    return _response(response.workspace_id, response.pk)


def tell_of_trust(*, response: Response, now: datetime) -> None:
    """Somebody judged an answer as it was trusted already: who decides must look again."""
    _tell(signals.response_trust_changed, response.pk, response.purpose, now)


def tell_of_amendment(*, response: Response, now: datetime) -> None:
    """The customer said more about an answer that is stored already: who decides must look again."""
    _tell(signals.response_amended, response.pk, response.purpose, now)


def _answer_facts(
    *, score: int, comment: str, now: datetime, answers: dict[str, Any] | None = None, open_case: bool = False
) -> dict[str, Any]:
    is_score = isinstance(score, int) and not isinstance(score, bool) and 0 <= score <= 10
    return {
        "score": score if is_score else NO_SCORE,
        "given": score,
        "comment": verbatim.clean(comment),
        "now": now,
        "answers": Json(answers or {}),
        "open_case": open_case,
        "public_id": new_public_id(),
        "submission": "",
        "language": "",
        "survey_public_id": "",  # an answer that names its survey otherwise came through no link
    }


def _amend_facts(**facts: Any) -> dict[str, Any]:
    return {"score": None, "comment": None, "trust": None, "any_time": False} | facts


def _row(statement: str, facts: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _answer(row: tuple[Any, ...] | None, amendment: str, facts: dict[str, Any], *, now: datetime) -> Recorded:
    """Read the outcome of the statement that records; if an answer was there before, amend it."""
    if row is None:
        raise UnknownLink
    (
        survey_id,
        invitation_id,
        purpose,
        metric,
        segment,
        is_open,
        is_live,
        version,
        name,
        response_id,
        is_editable,
        language,
    ) = row
    if segment is None:
        raise ScoreOutOfRange(metric, facts["given"])
    if response_id is not None:
        _tell(signals.response_recorded, response_id, purpose, now)
        return Recorded(
            response_id=response_id,
            score=facts["score"],
            segment=segment,
            comment=facts["comment"],
            is_new=True,
            is_changed=True,
            is_editable=is_editable,
            survey_id=survey_id,
            version=version,
            name=name,
            language=language,
        )
    earlier = None
    if invitation_id or facts["submission"]:
        which = {"survey_id": survey_id, "invitation_id": invitation_id, "submission": facts["submission"]}
        change = _amend_facts(score=facts["score"], comment=facts["comment"] or None, now=now, **which)
        earlier = _amend(amendment, change, now=now, version=version, name=name, language=language)
    if earlier is None:
        raise ExpiredLink if is_open and not is_live else ClosedSurvey
    return earlier


def _amend(
    statement: str,
    facts: dict[str, Any],
    *,
    now: datetime,
    version: str = "",
    name: str = "",
    language: str = "",
    news: Signal = signals.response_amended,
) -> Recorded | None:
    """Run the amending statement; None when there is no answer to amend."""
    row = _row(statement, facts)
    if row is None:
        return None
    (
        response_id,
        survey_id,
        purpose,
        metric,
        score,
        segment,
        comment,
        is_other,
        is_editable,
        is_amended,
        given,
    ) = row
    if segment is None:
        raise ScoreOutOfRange(metric, score)
    if is_other and not is_editable:
        raise NoLongerEditable
    if is_amended:
        _tell(news, response_id, purpose, now)
    return Recorded(
        response_id=response_id,
        score=score,
        segment=segment,
        comment=comment,
        is_new=False,
        is_changed=is_amended,
        is_editable=is_editable,
        survey_id=survey_id,
        version=version,
        name=name,
        language=language,
        answers=(json.loads(given) if isinstance(given, str) else given) or {},
    )


def _tell(news: Signal, response_id: int, purpose: str, now: datetime) -> None:
    announce(news, sender=Response, response_id=response_id, purpose=purpose, now=now)


def _response(workspace: Workspace | int, response_id: int) -> Response:
    row: Response = (
        Response.objects.of(workspace).select_related("survey", "contact", "touchpoint").get(pk=response_id)
    )
    return row
