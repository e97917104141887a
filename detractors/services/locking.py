"""How a case is taken and given back: its row is locked first, and every change is counted."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from detractors.models import Case
from detractors.services import lateness


def lock(case: Case) -> Case:
    """The case as it is once nobody else is working on it.

    Two statements: a locking read that had to wait answers with the changed row but with the neighbours (owner,
    policy) it had before the wait.
    """
    cases = Case.objects.of(case.workspace_id)
    cases.select_for_update().values_list("pk").get(pk=case.pk)
    related = ("workspace", "contact", "owner", "policy", "team__lead", "survey", "response", "status")
    locked: Case = cases.select_related(*related).get(pk=case.pk)
    return locked


def save(case: Case, *, now: datetime) -> None:
    """Store the case and count the change. A status of another category is left behind; who is done is not asleep."""
    if case.status is not None and case.status.category != case.category:
        case.status = None
    if not case.is_open:
        case.snoozed_at = case.snoozed_until = None
    case.version += 1
    case.updated_at = now
    case.save()
    lateness.keep(cases=[case.pk])


def touch(cases: Sequence[Case], *, now: datetime) -> None:
    """Count a change of each of these cases, which the caller has locked: something was written about it, and nothing of
    the case itself is another. They are of one workspace, each once."""
    if cases:
        rows = Case.objects.of(cases[0].workspace_id).filter(pk__in=[case.pk for case in cases])
        rows.update(version=F("version") + 1, updated_at=now)
    for case in cases:
        case.version += 1
        case.updated_at = now
