"""Cases that were merged, and those that could be."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import Case, CaseMerge
from detractors.queries import queue
from detractors.queries.sight import cases as visible
from surveys.models import Response

OFFERED = 10


def of_case(*, case: Case) -> list[CaseMerge]:
    """The merges into this case that stand, the latest first."""
    rows = CaseMerge.objects.of(case.workspace_id).select_related("other__contact", "keep", "author")
    return list(rows.filter(keep=case, undone_at__isnull=True).order_by("-at", "-pk"))


def candidates(*, case: Case, words: str = "", sight: Sight = EVERYTHING) -> list[Case]:
    """Open cases this one could be merged with: those `words` find, else those of the same customer or company."""
    rows: Any = Case.objects.of(case.workspace_id).filter(visible(workspace=case.workspace, sight=sight))
    rows = rows.open().exclude(pk=case.pk)
    if words.strip():
        rows = rows.matching(words)
    else:
        contact = case.contact
        same = Q(contact=case.contact_id) if case.contact_id else Q(pk__in=[])
        if contact is not None and contact.account_id:
            same |= Q(contact__account=contact.account_id)
        if contact is not None and contact.email:
            same |= Q(contact__email__iexact=contact.email)
        rows = rows.filter(same)
    return list(queue.for_rows(rows.order_by("-opened_at", "-number"), case.workspace)[:OFFERED])


def open_case(*, workspace: Workspace, number: int, sight: Sight = EVERYTHING) -> Case | None:
    """The open case with this number; None if there is none to be seen."""
    rows: Any = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight), number=number)
    found: Case | None = rows.open().select_related("contact", "owner", "workspace").first()
    return found


def joined_answer(*, case: Case, public_id: str) -> Response | None:
    """The answer of this id that joined the case, if it is not the one the case began with."""
    rows = Response.objects.of(case.workspace_id).select_related(
        "survey", "contact__account", "touchpoint", "workspace"
    )
    found: Response | None = (
        rows.filter(pk__in=case.decisions.filter(outcome="JOINED").values("response"), public_id=public_id)
        .exclude(pk=case.response_id)
        .first()
    )
    return found
