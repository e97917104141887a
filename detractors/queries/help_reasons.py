"""Why this customer may want help: what they chose in their answers, and the root cause we found."""

from __future__ import annotations

from detractors.models import Case, CaseDecision, RootCause
from surveys.queries import help_links
from surveys.queries.help_links import Help
from surveys.rules import help_links as rules


def of_case(*, case: Case) -> list[str]:
    """The reasons in the answers of the case, the latest answer first, then its root cause and what that stands under."""
    rows = CaseDecision.objects.of(case.workspace_id).filter(case=case, response__isnull=False)
    found = []
    for answers in rows.order_by("-response__responded_at").values_list("response__answers", flat=True):
        found += rules.chosen(answers or {})
    if case.root_cause_id is not None:
        causes = RootCause.objects.of(case.workspace_id).filter(pk=case.root_cause_id)
        for own, above in causes.values_list("public_id", "parent__public_id"):
            found += [rules.of_cause(one) for one in (own, above) if one]
    return found


def help_of_case(*, case: Case, language: str) -> list[Help]:
    """The links that may help this customer: at most three statements."""
    return help_links.for_reasons(workspace=case.workspace, reasons=of_case(case=case), language=language)
