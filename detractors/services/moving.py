"""A case goes to another team; who already works on it keeps it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User
from detractors.enums import EventKind
from detractors.models import Case
from detractors.services import sla, timeline
from detractors.services.errors import MoveNotAllowed
from detractors.services.locking import lock, save


@transaction.atomic
def to_team(*, case: Case, team: Team, by: User | None, now: datetime, because: str = "") -> Case:
    """The case is the team's from now on, promises follow its hours. An owner outside the team who has not spoken to the
    customer yet lets it go; one who has keeps it. Raises MoveNotAllowed when it is over or there already.
    """
    case = lock(case)
    if not case.is_open:
        raise MoveNotAllowed(_("It is resolved or closed."))
    if case.team_id == team.pk:
        raise MoveNotAllowed(_("It is there already."))
    before = case.team_id
    facts: dict[str, Any] = {"before": case.team.name if case.team else "", "to": team.name}
    if case.owner_id is not None and case.contacted_at is None:
        rows = Membership.objects.of(case.workspace_id).filter(user=case.owner_id, team=team.pk)
        if not rows.exists():
            facts["let_go"] = True
            case.owner, case.assigned_because = None, because[:200]
    case.team = team
    timeline.write(case=case, kind=EventKind.MOVED, by=by, now=now, note=because, **facts)
    sla.follow_team(case=case, before=before, now=now)
    save(case, now=now)
    return case
