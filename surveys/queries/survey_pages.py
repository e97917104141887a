"""What the pages of one survey show beside its words."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count

from accounts.rules.sight import Sight
from surveys.enums import Purpose, Trust
from surveys.models import Response, Survey, SurveyQuestion, SurveyVersion
from surveys.queries import sight as sights
from surveys.rules import statistics

MOST = 100  # archived questions and versions shown
FIGURE_DAYS = 90  # of the figure on a survey's own page


def archived_questions(*, survey: Survey) -> list[SurveyQuestion]:
    """Further questions that are asked no more, the latest first."""
    rows = SurveyQuestion.objects.of(survey.workspace_id).filter(survey=survey, archived_at__isnull=False)
    return list(rows.order_by("-archived_at", "-pk")[:MOST])


def versions(*, survey: Survey) -> list[SurveyVersion]:
    """The wordings of the survey that were answered, and the one in use; newest first, without their words."""
    rows = SurveyVersion.objects.of(survey.workspace_id).filter(survey=survey).defer("words")
    return list(rows.select_related("created_by").order_by("-number")[:MOST])


def version(*, survey: Survey, number: int) -> SurveyVersion | None:
    """One of them."""
    rows = SurveyVersion.objects.of(survey.workspace_id).filter(survey=survey, number=number)
    found: SurveyVersion | None = rows.select_related("created_by").first()
    return found


def figure(*, survey: Survey, sight: Sight, today: date) -> statistics.Figure:
    """What the answers of the last FIGURE_DAYS say, as far as they may be seen; doubtful and second answers apart."""
    rows = (
        Response.objects.of(survey.workspace_id)
        .filter(sights.answers(workspace=survey.workspace_id, sight=sight))
        .filter(survey=survey, day__gt=today - timedelta(days=FIGURE_DAYS), purpose=Purpose.SURVEY)
        .exclude(trust=Trust.LIKELY_SCANNER)
    )
    counts = dict(rows.order_by().values_list("score").annotate(n=Count("pk")))
    return statistics.figure(survey.metric, counts)
