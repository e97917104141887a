"""How much time a team has for cases, for whoever plans how many people are asked."""

from datetime import datetime

from accounts import queries as accounts
from accounts.models import Workspace
from detractors.enums import Category
from detractors.models import Case, SlaPolicy


def of_team(*, workspace: Workspace, now: datetime) -> dict[str, int]:
    """`minutes`: working minutes of everybody who takes cases at `now` until a case opened now must be resolved by the
    usual promise. `open_cases`: those that are theirs to work on; one that waits for the customer takes no time.
    """
    promise = SlaPolicy.objects.of(workspace).filter(is_default=True).first()
    people = len(accounts.case_takers(workspace=workspace, now=now))
    return {
        "minutes": people * (promise.resolution_minutes if promise else 0),
        "open_cases": Case.objects.of(workspace).filter(category=Category.OPEN).count(),
    }
