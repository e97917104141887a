"""A rule tried on past answers, with the very answers it would have touched; nothing is written.

The rules are asked as a new answer would ask them now, in their order, with the history the customer had then. Answers are
read newest first, a chunk at a time, until a page is full or SCANNED answers were read; the page says where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Workspace
from detractors.enums import DecisionOutcome, RuleKind
from detractors.models import CaseDecision, CaseRule
from detractors.queries import matrix as matrix_queries
from detractors.queries import rules as rule_queries
from detractors.queries import standings
from detractors.queries.rules import InOrder, Rule
from detractors.rules import matrix, standing
from detractors.rules.conditions import Conditions
from detractors.rules.expressions import Facts
from surveys.enums import Purpose, Trust
from surveys.models import Response

PAGE = 25
CHUNK = 500
SCANNED = 5_000  # answers of one look


@dataclass(frozen=True)
class Touched:
    """An answer the rule would have decided about, with what became of it."""

    response: Response
    decision: CaseDecision | None
    standing: str


@dataclass(frozen=True)
class Trial:
    """A page of the trial; `before` is where the next one begins, None at the end of all answers."""

    rows: list[Touched]
    scanned: int
    earlier_rules: int  # answers that fit, but that an earlier rule decides about
    oldest: Any  # the moment of the last answer that was read
    before: int | None


def run(
    *,
    workspace: Workspace,
    kind: str,
    conditions: Conditions,
    rule: CaseRule | None,
    before: int | None = None,
) -> Trial:
    """Try conditions at the place of `rule` (at the end of its kind, for a new one)."""
    earlier = InOrder(
        [
            one
            for one in rule_queries.active(workspace=workspace)[kind]
            if rule is None or (one.row.position, one.row.pk) < (rule.position, rule.pk or 0)
        ]
    )
    named = CaseRule(workspace=workspace, kind=kind, name=rule.name if rule else "")
    tried = InOrder([Rule(named, conditions)])
    plan = matrix_queries.load(workspace=workspace)
    rows: list[Touched] = []
    scanned = shadowed = 0
    oldest = None
    while scanned < SCANNED:
        chunk = _chunk(workspace, before)
        if not chunk:
            return Trial(rows, scanned, shadowed, oldest, None)
        decisions = _decisions(workspace, chunk)
        histories = standings.of_contacts(
            workspace=workspace, contacts=[one.contact_id for one in chunk if one.contact_id]
        )
        for response in chunk:
            before, oldest = response.pk, response.responded_at
            scanned += 1
            decision = decisions.get(response.pk)
            if kind != RuleKind.OPENING and not _opened(decision):
                continue
            how = standing.read(histories.get(response.contact_id or 0, ()), at=response.responded_at)
            placed = matrix.place(
                touchpoint_id=response.touchpoint_id,
                scenarios=plan.scenario_of,
                failures=plan.columns,
                answers=response.answers,
                words=response.comment,
            )
            facts = Facts(rule_queries.facts_of_answer(response, standing=how, placed=placed, matrix=plan))
            if tried.first_match(facts) is None:
                continue
            if earlier.first_match(facts) is not None:
                shadowed += 1
                continue
            rows.append(Touched(response, decision, how.code))
            if len(rows) == PAGE:
                return Trial(rows, scanned, shadowed, oldest, before)
        if len(chunk) < CHUNK:
            return Trial(rows, scanned, shadowed, oldest, None)
    return Trial(rows, scanned, shadowed, oldest, before)


def _opened(decision: CaseDecision | None) -> bool:
    return decision is not None and decision.outcome == DecisionOutcome.OPENED


def _chunk(workspace: Workspace, before: int | None) -> list[Response]:
    rows = Response.objects.of(workspace).filter(purpose=Purpose.SURVEY).exclude(trust=Trust.LIKELY_SCANNER)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("survey", "touchpoint", "contact__account").order_by("-pk")[:CHUNK])


def _decisions(workspace: Workspace, chunk: list[Response]) -> dict[int, CaseDecision]:
    rows = CaseDecision.objects.of(workspace).select_related("case__owner")
    found = rows.filter(response__in=[one.pk for one in chunk])
    return {row.response_id: row for row in found if row.response_id is not None}
