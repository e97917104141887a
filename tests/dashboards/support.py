"""Answers with their ledger rows, written directly: the figures are proved against rows, not against a service."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from surveys.enums import Metric, Purpose, Series, Trust
from surveys.models import Contact, Invitation, InvitationChange, Response, ResponseChange, Survey
from surveys.rules.metrics import classify


def a_survey(workspace: Workspace, now: datetime, name: str = "Relationship", metric: str = "NPS") -> Survey:
    return Survey.objects.of(workspace).create(
        workspace=workspace, name=name, metric=metric, status="ACTIVE", question="How likely?", created_at=now,
        updated_at=now,
    )  # fmt: skip


def a_contact(workspace: Workspace, now: datetime, name: str = "Maya Keller", **fields: Any) -> Contact:
    return Contact.objects.of(workspace).create(
        workspace=workspace, name=name, search=name, created_at=now, updated_at=now, **fields
    )


def series_of(purpose: str, trust: str) -> str:
    """The rule in plain words, apart from the SQL it checks."""
    if trust == Trust.LIKELY_SCANNER:
        return Series.DOUBTFUL.value
    return Series.RESURVEY.value if purpose == Purpose.RESURVEY else Series.HEADLINE.value


def an_answer(
    survey: Survey,
    score: int,
    at: datetime,
    *,
    contact: Contact | None = None,
    dimensions: dict[str, str] | None = None,
    purpose: str = "SURVEY",
    trust: str = "CONFIRMED",
    comment: str = "",
    with_ledger: bool = True,
) -> Response:
    workspace = survey.workspace
    answer = Response.objects.of(workspace).create(
        workspace=workspace, survey=survey, contact=contact, metric=survey.metric, purpose=purpose, score=score,
        segment=classify(survey.metric, score), comment=comment, channel="EMAIL", trust=trust,
        dimensions={"channel": "EMAIL", **(dimensions or {})},
        day=at.astimezone(ZoneInfo(workspace.time_zone)).date(), responded_at=at, received_at=at,
    )  # fmt: skip
    if with_ledger:
        _ledger(answer, None, None, series_of(purpose, trust), score, at)
    return answer


def amended(
    answer: Response, at: datetime, *, score: int | None = None, trust: str | None = None
) -> Response:
    before = series_of(answer.purpose, answer.trust), answer.score
    if score is not None:
        answer.score, answer.segment = score, classify(answer.metric, score)
    answer.trust = trust or answer.trust
    answer.save()
    _ledger(answer, *before, series_of(answer.purpose, answer.trust), answer.score, at)
    return answer


def _ledger(
    answer: Response,
    before_series: str | None,
    before: int | None,
    after_series: str,
    after: int,
    at: datetime,
) -> None:
    ResponseChange.objects.of(answer.workspace).create(
        workspace=answer.workspace, response=answer, survey=answer.survey, before_series=before_series,
        before_score=before, after_series=after_series, after_score=after, day=answer.day,
        dimensions=answer.dimensions, at=at,
    )  # fmt: skip


def an_invitation(
    survey: Survey, contact: Contact, at: datetime, *stages: str, dimensions: Any = None
) -> Invitation:
    """An invitation sent at `at` that reached `stages`."""
    workspace = survey.workspace
    invitation = Invitation.objects.of(workspace).create(
        workspace=workspace, survey=survey, contact=contact, status="SENT", due_at=at, expires_at=at, sent_at=at,
        created_at=at,
    )  # fmt: skip
    for stage in stages:
        InvitationChange.objects.of(workspace).create(
            workspace=workspace, invitation=invitation, survey=survey, stage=stage, day=at.date(),
            dimensions=dimensions or {}, at=at,
        )  # fmt: skip
    return invitation


def recounted(
    workspace: Workspace, *, series: str = "HEADLINE", metric: str = Metric.NPS.value, **match: str
) -> list[int]:
    """The distribution from the rows themselves, one by one, in Python."""
    found = [0] * 11
    for answer in Response.objects.of(workspace):
        fits = all(answer.dimensions.get(key) == value for key, value in match.items())
        if fits and answer.metric == metric and series_of(answer.purpose, answer.trust) == series:
            found[answer.score] += 1
    return found
