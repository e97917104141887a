"""Past cases a playbook is looked at with."""

from __future__ import annotations

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import Case
from detractors.queries.sight import cases as visible

SHOWN = 8  # cases offered to read words with


def cases_to_show(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Case]:
    """Some of the latest cases that may be seen, with what merge fields ask for."""
    rows = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    rows = rows.select_related("workspace", "contact", "owner", "survey", "touchpoint")
    return list(rows.order_by("-pk")[:SHOWN])
