"""Names of what work arises from, and how the queue's filters name it."""

from __future__ import annotations

from typing import NamedTuple

from accounts.models import Team, Workspace
from detractors.models import MatrixCell
from surveys.models import Touchpoint


class Named(NamedTuple):
    """A name, and the value of the queue's filter."""

    name: str
    value: str


def names(*, workspace: Workspace) -> dict[str, dict[int, Named]]:
    """Touchpoints, cells and teams by id: three small queries."""
    touchpoints = Touchpoint.objects.of(workspace).values_list("pk", "name", "public_id")
    cells = MatrixCell.objects.of(workspace).select_related("scenario", "failure")
    teams = Team.objects.of(workspace).values_list("pk", "name")
    return {
        "touchpoint": {pk: Named(name, public_id) for pk, name, public_id in touchpoints},
        "cell": {cell.pk: Named(str(cell), cell.public_id) for cell in cells},
        "team": {pk: Named(name, str(pk)) for pk, name in teams},
    }
