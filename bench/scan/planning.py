"""Rows of the matrix and of rules for the scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from bench.scan import asking
from detractors.models import CaseRule, Failure, Rehearsal, Scenario
from detractors.rules.clock import Span
from detractors.services import decisions, drafts, policies, rehearsing, ruling
from detractors.services import planning as service
from surveys.models import Response
from surveys.services import responses

if TYPE_CHECKING:
    from bench.scan.cast import Cast


def scenario(cast: Cast) -> Scenario:
    rows = Scenario.objects.of(cast.workspace)
    for row in rows.filter(archived_at__isnull=True)[30:]:  # a matrix has room for forty
        service.archive(row=row, now=timezone.now())
    return service.add_scenario(
        workspace=cast.workspace, name=f"Scenario {cast.number()}", now=timezone.now()
    )


def failure(cast: Cast) -> Failure:
    rows = Failure.objects.of(cast.workspace)
    for row in rows.filter(archived_at__isnull=True)[10:]:
        service.archive(row=row, now=timezone.now())
    return service.add_failure(workspace=cast.workspace, name=f"Failure {cast.number()}", now=timezone.now())


def rule(cast: Cast) -> CaseRule:
    CaseRule.objects.of(cast.workspace).filter(kind="OPENING").delete()
    return ruling.keep(
        workspace=cast.workspace, rule=None, kind="OPENING", name=f"Rule {cast.number()}", now=timezone.now(),
        stated={"groups": [{"conditions": [{"field": "channel", "op": "is", "value": "KIOSK"}]}]},
        effect={"do": "HOLD", "hours": 24},
    )  # fmt: skip


def rehearsal(cast: Cast) -> Rehearsal:
    """A promise that was rehearsed."""
    row, now = asking.promise(cast), timezone.now()
    wanted = policies.Wanted(
        name=f"Rehearsed {cast.number()}",
        first_response=Span(60),
        resolution=Span(960),
        calendar=row.calendar,
    )
    draft = drafts.of_policy(workspace=cast.workspace, policy=row, wanted=wanted)
    found = rehearsing.ask(workspace=cast.workspace, draft=draft, by=None, now=now)
    rehearsing.work(now=now)
    return found


def held(cast: Cast) -> Response:
    """An answer that a rule holds."""
    row, now = rule(cast), timezone.now()
    ruling.switch(rule=row, on=True, now=now)
    found = responses.record(
        workspace=cast.workspace,
        survey=cast.survey,
        contact=cast.contact(),
        score=2,
        channel="KIOSK",
        now=now,
    )
    decisions.decide_pending(now=now)
    return found
