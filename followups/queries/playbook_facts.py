"""What the conditions of playbooks are asked about, read for many cases or answers of a workspace at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from accounts.models import Workspace
from core.sentences import Sentence
from detractors.enums import DecisionOutcome
from detractors.models import Case, CaseDecision, CaseTag
from detractors.queries import matrix as matrix_queries
from detractors.queries import rules as rule_queries
from detractors.queries import standings
from detractors.rules import matrix, standing
from detractors.rules.expressions import Facts
from surveys.models import Response

CASE_WITH = (
    "workspace", "contact", "owner", "team__lead", "policy", "status", "survey", "touchpoint", "cell__scenario",
    "cell__failure", "response__survey", "response__touchpoint", "response__contact",
)  # fmt: skip


class FactBook:
    """The facts of one workspace's cases and answers; read in a few queries for all that were expected."""

    def __init__(self, *, workspace: Workspace) -> None:
        self.workspace = workspace
        self._matrix: matrix_queries.Matrix | None = None
        self._answers: dict[int, list[standing.Answer]] = {}
        self._tags: dict[int, list[str]] = {}
        self._mentions: dict[int, Any] = {}
        self._known: dict[tuple[str, int], Facts] = {}

    def expect(self, *, cases: Iterable[Case] = (), responses: Iterable[Response] = ()) -> None:
        """These will be asked about."""
        cases = list(cases)
        people = {one.contact_id for one in cases} | {one.contact_id for one in responses}
        contacts = {one for one in people if one} - self._answers.keys()
        self._answers |= standings.of_contacts(workspace=self.workspace, contacts=contacts)
        new = [case.pk for case in cases if case.pk not in self._tags]
        if new:
            tags = defaultdict(list)
            for case, tag in (
                CaseTag.objects.of(self.workspace).filter(case__in=new).values_list("case", "tag")
            ):
                tags[case].append(str(tag))
            self._tags |= {pk: tags[pk] for pk in new}
        others = [case.pk for case in cases if case.response_id is None and case.pk not in self._mentions]
        if others:
            rows = CaseDecision.objects.of(self.workspace).select_related(
                "mention__contact", "mention__source", "mention__touchpoint"
            )
            found = rows.filter(case__in=others, mention__isnull=False, outcome=DecisionOutcome.OPENED)
            self._mentions |= dict.fromkeys(others) | {row.case_id: row.mention for row in found}

    def of_case(self, case: Case) -> Facts:
        """A case, loaded with CASE_WITH: its answer or complaint, and how it stands now."""
        key = ("case", case.pk)
        if key not in self._known:
            self.expect(cases=[case])
            self._known[key] = Facts(self._of_case(case))
        return self._known[key]

    def of_response(self, response: Response) -> Facts:
        """An answer without a case, loaded with survey, touchpoint and contact."""
        key = ("response", response.pk)
        if key not in self._known:
            self.expect(responses=[response])
            placed = matrix.place(
                touchpoint_id=response.touchpoint_id, scenarios=self.matrix.scenario_of, failures=self.matrix.columns,
                answers=response.answers, words=response.comment,
            )  # fmt: skip
            how = self._standing(response.contact_id, response.responded_at)
            self._known[key] = Facts(
                rule_queries.facts_of_answer(response, standing=how, placed=placed, matrix=self.matrix)
            )
        return self._known[key]

    def forget(self, case: Case) -> None:
        """The case was changed: it is read anew when it is asked about again."""
        self._known.pop(("case", case.pk), None)
        self._tags.pop(case.pk, None)

    @property
    def matrix(self) -> matrix_queries.Matrix:
        """The workspace's matrix, read once."""
        if self._matrix is None:
            self._matrix = matrix_queries.load(workspace=self.workspace)
        return self._matrix

    def _of_case(self, case: Case) -> dict[str, Any]:
        cell = case.cell
        placed = matrix.Placed(
            cell.scenario_id if cell else self.matrix.scenario_of.get(case.touchpoint_id or 0),
            cell.failure_id if cell else None,
            Sentence("CELL", ""),
        )
        mention = self._mentions.get(case.pk)
        how = self._standing(case.contact_id, case.opened_at, is_unhappy_now=case.response_id is None)
        facts: dict[str, Any] = {"origin": case.origin, "standing": how.code, "earlier_unhappy": how.earlier}
        if case.response is not None:
            facts = rule_queries.facts_of_answer(
                case.response, standing=how, placed=placed, matrix=self.matrix
            )
        elif mention is not None:
            facts = rule_queries.facts_of_mention(mention, standing=how, placed=placed, matrix=self.matrix)
        return facts | {
            "tag": self._tags.get(case.pk, []),
            "cell": cell.public_id if cell else None,
            "latest_score": case.latest_score,
            "reopened": case.reopened_count,
            "account_value": case.account_value,
        }

    def _standing(
        self, contact_id: int | None, at: Any, *, is_unhappy_now: bool = False
    ) -> standing.Standing:
        return standing.read(self._answers.get(contact_id or 0, ()), at=at, is_unhappy_now=is_unhappy_now)
