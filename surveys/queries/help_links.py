"""Which help links a customer sees, and all there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Workspace
from surveys.models import HelpLink, SurveyQuestion
from surveys.rules import help_links as rules
from surveys.rules import questions as question_rules


@dataclass(frozen=True)
class Help:
    """A link as somebody reads it."""

    url: str
    label: str
    public_id: str


def for_reasons(*, workspace: Workspace, reasons: Iterable[str], language: str) -> list[Help]:
    """The links of these reasons in their order, each address once: one statement, none without a reason."""
    wanted = list(dict.fromkeys(reasons))
    if not wanted:
        return []
    rows = HelpLink.objects.of(workspace).filter(reason__in=wanted)
    places = {reason: place for place, reason in enumerate(wanted)}
    found = sorted(rows, key=lambda row: (places[row.reason], row.position))
    usual = workspace.language
    return rules.without_doubles(
        (row.url, Help(row.url, rules.said(row.words, language=language, usual=usual), row.public_id))
        for row in found
    )


def by_reason(*, workspace: Workspace) -> dict[str, list[HelpLink]]:
    """Every link of the workspace, by its reason."""
    found: dict[str, list[HelpLink]] = defaultdict(list)
    for row in HelpLink.objects.of(workspace).order_by("reason", "position"):
        found[row.reason].append(row)
    return dict(found)


def questions(*, workspace: Workspace) -> list[SurveyQuestion]:
    """The questions whose options can be a reason: choices that are still asked, by survey and place."""
    rows = SurveyQuestion.objects.of(workspace).select_related("survey")
    rows = rows.filter(kind__in=question_rules.CHOICES, archived_at__isnull=True)
    return list(rows.order_by("survey__name", "survey", "position"))
