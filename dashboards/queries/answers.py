"""The rows behind a figure: the same filters, so that the figure equals their count."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Left

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.counts import RESPONDENT, Scope, is_tallied
from dashboards.queries.ledger import ATTRIBUTE, NOT_SET, VALUE_LENGTH
from detractors.models import CaseDecision
from detractors.queries.rows import with_decisions
from surveys.enums import Purpose, Series, Trust
from surveys.models import Response, SurveyQuestion
from surveys.queries import sight as sights

EDGE = timedelta(days=1)  # a local day lies within a day of the same day in UTC


def answers(
    *,
    scope: Scope,
    series: str = Series.HEADLINE.value,
    segment: str = "",
    score: int | None = None,
    is_commented: bool = False,
    is_negative: bool = False,
    only: Q | None = None,
) -> QuerySet[Response]:
    """The answers of one series that the scope's figures count, newest first, with all a list shows.

    `scope.distinct` is not applied: a list shows every answer. `only` narrows the list further, by what no figure knows.
    """
    rows = Response.objects.of(scope.workspace).filter(
        metric=scope.metric, day__gte=scope.since, day__lte=scope.until
    )
    # The list's index is on the moment; these bounds are implied by the day and let it stop early.
    rows = rows.filter(
        responded_at__gte=datetime.combine(scope.since, time.min, tzinfo=UTC) - EDGE,
        responded_at__lt=datetime.combine(scope.until, time.min, tzinfo=UTC) + 2 * EDGE,
    )
    rows = rows.filter(of_series(series)).filter(sights.answers(workspace=scope.workspace, sight=scope.sight))
    if scope.survey:
        rows = rows.filter(survey=scope.survey)
    for place, (dimension, wanted) in enumerate(scope.filters.items()):
        rows = rows.alias(**{f"value_{place}": _value(scope, dimension)})
        rows = rows.filter(**{f"value_{place}": "" if wanted == NOT_SET else wanted[:VALUE_LENGTH]})
    if scope.without:
        rows = rows.alias(respondent=_value(scope, RESPONDENT)).exclude(respondent__in=scope.without)
    if segment:
        rows = rows.filter(segment=segment)
    if score is not None:
        rows = rows.filter(score=score)
    if is_commented:
        rows = rows.exclude(comment="")
    if is_negative:
        rows = rows.filter(is_negative=True)
    if only is not None:
        rows = rows.filter(only)
    return rows.select_related("contact", "survey", "touchpoint", "entered_by").order_by(
        "-responded_at", "-id"
    )


def of_series(series: str) -> Q:
    """The answers of one line of figures; the same rule as `ledger.SERIES_OF_RESPONSE`. Raises KeyError for another."""
    doubtful = Q(trust=Trust.LIKELY_SCANNER)
    return {
        Series.DOUBTFUL.value: doubtful,
        Series.RESURVEY.value: ~doubtful & Q(purpose=Purpose.RESURVEY),
        Series.HEADLINE.value: ~doubtful & ~Q(purpose=Purpose.RESURVEY),
    }[series]


def after(rows: QuerySet[Response], *, moment: datetime, pk: int) -> QuerySet[Response]:
    """Only what comes after the answer (moment, pk) in the list's order: the next page by its key."""
    return rows.filter(responded_at__lte=moment).filter(Q(responded_at__lt=moment) | Q(pk__lt=pk))


def decisions(
    *, workspace: Workspace, answers: list[Response], sight: Sight = EVERYTHING
) -> dict[int, CaseDecision]:
    """What became of these answers by answer id, with the case if it may be seen."""
    decided = with_decisions(workspace=workspace, page=answers, sight=sight)
    found = {answer.pk: answer.decision for answer in decided}  # type: ignore[attr-defined]  # set by with_decisions
    return {pk: decision for pk, decision in found.items() if decision is not None}


def _value(scope: Scope, dimension: str) -> Any:
    found: Any = KeyTextTransform(dimension, "dimensions")
    if dimension.startswith(ATTRIBUTE) and not is_tallied(
        scope=Scope(
            workspace=scope.workspace, since=scope.since, until=scope.until, filters={dimension: "any"}
        )
    ):
        # Not a fact of the answer's moment: the contact's own, as counted.
        found = Coalesce(found, KeyTextTransform(dimension.removeprefix(ATTRIBUTE), F("contact__attributes")))
    empty = Value("", output_field=TextField())
    return Coalesce(Left(found, VALUE_LENGTH, output_field=CharField()), empty, output_field=TextField())


def questions_of(*, workspace: Workspace, surveys: set[int]) -> dict[str, SurveyQuestion]:
    """The further questions of these surveys by their id, also those that are no longer asked, in their order."""
    if not surveys:
        return {}
    rows = SurveyQuestion.objects.of(workspace).filter(survey__in=surveys)
    return {one.public_id: one for one in rows.order_by("survey_id", "position", "id")}


def columns_of(*, scope: Scope) -> list[SurveyQuestion]:
    """The further questions a file of answers has a column for: of the scope's survey or surveys, asked today or before.

    In the order they were made, so that a new one comes last and the others keep their places.
    """
    rows = SurveyQuestion.objects.of(scope.workspace).filter(survey__metric=scope.metric).order_by("pk")
    return list(rows.filter(survey=scope.survey) if scope.survey else rows)


def further(answer: Response, questions: Mapping[str, SurveyQuestion]) -> list[tuple[str, str]]:
    """(question, what was answered) in the survey's words and order; what no question knows is left out."""
    found = []
    for ident, question in questions.items():
        given = answer.answers.get(ident)
        if given in (None, "", []):
            continue
        options = {str(one["id"]): str(one["text"]) for one in question.options}
        parts = given if isinstance(given, list) else [given]
        found.append((question.text, ", ".join(options.get(str(one), str(one)) for one in parts)))
    return found
