"""Public links of a survey, each with what came through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.enums import Metric, Purpose, Segment, Trust
from surveys.models import PublicLink, Response, Survey
from surveys.queries import sight as sights
from surveys.rules import nps


@dataclass(frozen=True)
class Figures:
    """What came through one link: all answers, those that count, and the NPS of these (None without any, or for another metric)."""

    answers: int = 0
    counted: int = 0
    score: float | None = None


def of_survey(*, survey: Survey) -> QuerySet[PublicLink]:
    """All links of a survey, archived ones too."""
    found: QuerySet[PublicLink] = (
        PublicLink.objects.of(survey.workspace_id)
        .filter(survey=survey)
        .select_related("touchpoint", "survey")
    )
    return found


def one(*, workspace: Workspace, survey: str, public_id: str) -> PublicLink | None:
    """The link of this id of the survey of this id; None for unknown and foreign ones alike."""
    found: PublicLink | None = (
        PublicLink.objects.of(workspace)
        .filter(public_id=public_id, survey__public_id=survey)
        .select_related("survey__workspace", "touchpoint", "created_by")
        .first()
    )
    return found


def figures(*, survey: Survey, sight: Sight = EVERYTHING) -> dict[str, Figures]:
    """By source: how many answers came through each link and what they say, as far as `sight` reaches. One query."""
    counts = Q(purpose=Purpose.SURVEY) & ~Q(trust=Trust.LIKELY_SCANNER)
    rows: Any = (
        Response.objects.of(survey.workspace_id)
        .filter(sights.answers(workspace=survey.workspace_id, sight=sight), survey=survey)
        .exclude(source="")
        .order_by()
        .values("source")
        .annotate(
            answers=Count("pk"),
            counted=Count("pk", filter=counts),
            promoters=Count("pk", filter=counts & Q(segment=Segment.PROMOTER)),
            passives=Count("pk", filter=counts & Q(segment=Segment.PASSIVE)),
            detractors=Count("pk", filter=counts & Q(segment=Segment.DETRACTOR)),
        )
    )
    return {
        row["source"]: Figures(
            row["answers"],
            row["counted"],
            nps.net_promoter_score(row["promoters"], row["passives"], row["detractors"])
            if survey.metric == Metric.NPS
            else None,
        )
        for row in rows
    }
