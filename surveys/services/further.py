"""Answers to further questions: each page of them is kept as it comes, beside a score that is safe already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.tokens import BadToken, match_token
from surveys.enums import ResponseChannel
from surveys.models import PublicLink, Response, Survey, SurveyQuestion
from surveys.queries import asked, spoken
from surveys.queries.spoken import Spoken
from surveys.rules import questions as rule
from surveys.rules.questions import Question
from surveys.services.responses import NoLongerEditable, UnknownLink

SHORTEST_WINDOW = timedelta(days=1)  # for surveys whose scores cannot be changed at all
# Where further questions are put to the person; elsewhere (API, import) an answer is as complete as it was given. The
# widget names each copy of its form, a program that hands in answers of pages need not.
ON_OUR_PAGES = Q(
    channel__in=(ResponseChannel.EMAIL, ResponseChannel.LINK, ResponseChannel.KIOSK, ResponseChannel.SMS)
) | Q(channel=ResponseChannel.WEB) & ~Q(submission="")


@dataclass(frozen=True)
class Kept:
    """What became of a page of answers: what is to be corrected on it, and what is asked next."""

    response: Response
    says: Spoken
    shown: tuple[Question, ...]
    faults: dict[str, str]  # by question id, see rules.questions.read
    open: tuple[Question, ...]


def keep_by_invitation(
    *, token: str, asked_ids: Sequence[str], given: Mapping[str, Any], now: datetime
) -> Kept:
    """Keep what was answered on an invitation's page. Raises UnknownLink, NoLongerEditable."""
    try:
        nonce = match_token("survey", token)
    except BadToken:
        raise UnknownLink(token[:4]) from None
    return _keep({"invitation__link_nonce": nonce}, asked_ids, given, now)


def keep_by_link(
    *,
    survey_public_id: str,
    submission: str,
    asked_ids: Sequence[str],
    given: Mapping[str, Any],
    now: datetime,
) -> Kept:
    """Keep what was answered on a public page, whose id is the survey's own or one of its links'.

    Raises UnknownLink, NoLongerEditable.
    """
    survey = _named(survey_public_id)
    if not submission or survey is None:
        raise UnknownLink
    return _keep({"survey": survey, "submission": submission}, asked_ids, given, now)


def _named(public_id: str) -> int | None:
    """The survey a public page asks; as `answer_sql` finds it."""
    own: int | None = (
        Survey.objects.across_workspaces().filter(public_id=public_id).values_list("pk", flat=True).first()
    )
    if own is not None:
        return own
    link: int | None = (
        PublicLink.objects.across_workspaces()
        .filter(public_id=public_id)
        .values_list("survey", flat=True)
        .first()
    )
    return link


def keep_by_widget(
    *, survey: Survey, submission: str, asked_ids: Sequence[str], given: Mapping[str, Any], now: datetime
) -> Kept:
    """Keep what was answered on a page of another site. Raises UnknownLink, NoLongerEditable."""
    if not submission:
        raise UnknownLink
    which = {"survey": survey.pk, "submission": submission, "channel": ResponseChannel.WEB}
    return _keep(which, asked_ids, given, now)


@transaction.atomic
def _keep(which: dict[str, Any], asked_ids: Sequence[str], given: Mapping[str, Any], now: datetime) -> Kept:
    """What is good is kept even when something beside it is not; sent twice, it is kept once."""
    # By the link or the form's own name, which only the person who answers has.
    rows = Response.objects.across_workspaces().filter(**which).select_for_update(of=("self",))
    response: Response | None = rows.first()
    if response is None:
        raise UnknownLink
    window = max(response.survey.edit_window, SHORTEST_WINDOW)
    if response.received_at + window <= now:
        raise NoLongerEditable
    says = asked.by_answer(response=response)
    facts: dict[str, Any] = {"segment": response.segment, "score": response.score}
    shown = tuple(
        one
        for one in says.questions
        if one.id in asked_ids and rule.applies(one, answers=response.answers, **facts)
    )
    kept, wrong = rule.read(shown, given)
    answers = {**response.answers, **kept}
    still = tuple(
        one for one in rule.still_open(says.questions, answers=answers, **facts) if one.id not in wrong
    )
    is_complete = not wrong and not still
    if (answers, is_complete) != (response.answers, response.is_complete):
        response.answers, response.is_complete = answers, is_complete
        response.save(update_fields=["answers", "is_complete"])
    return Kept(response, says, shown, wrong, still)


def checked(*, survey: Survey, answers: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Answers that came another way, those to questions of `survey` in the form they are kept in; the rest as it is.

    Raises ValidationError naming the questions whose answers do not fit; a needed one that is missing is none of them.
    """
    if not answers:
        return None if answers is None else {}
    rows = SurveyQuestion.objects.of(survey.workspace_id).filter(survey=survey, public_id__in=list(answers))
    asked_now = [replace(spoken.question(row), is_required=False) for row in rows]
    kept, wrong = rule.read(asked_now, answers)
    if wrong:
        sentences = {
            "BAD_CHOICE": _("Name an option of this question by its id; of several, a list of them."),
            "BAD_TEXT": _("Write at most 2,000 characters."),
            "BAD_RATING": _("Choose a whole number from 1 to 5."),
        }
        raise ValidationError({ident: [sentences[code]] for ident, code in wrong.items()})
    return {**answers, **kept}


def mark_open(*, responses: Sequence[int]) -> None:
    """Say of answers that still wait which of them have further questions open. Call it where they are settled."""
    # In a set of its own: which surveys ask further is looked up once, not for each answer.
    asking = SurveyQuestion.objects.across_workspaces().filter(archived_at=None).values("survey")
    rows = Response.objects.across_workspaces().filter(
        ON_OUR_PAGES, pk__in=responses, is_complete=True, survey__in=asking
    )
    unfinished = asked.unfinished(responses=list(rows))
    if unfinished:
        Response.objects.across_workspaces().filter(pk__in=unfinished).update(is_complete=False)
