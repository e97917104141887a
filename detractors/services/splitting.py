"""An answer that joined a case is about something else: it gets a case of its own.

The clocks of the new case run from the answer's own moment, as they would have if it had opened one then: splitting wins
no time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.queries import active
from detractors.enums import DecisionOutcome, DecisionReason, EventKind
from detractors.models import Case, CaseDecision, CaseEvent
from detractors.services import timeline
from detractors.services.decisions import Desk
from detractors.services.errors import MoveNotAllowed
from detractors.services.locking import lock, save
from surveys.models import Response


@transaction.atomic
def split(*, case: Case, response: Response, by: User, now: datetime) -> Case:
    """The new case, with the owner of the one the answer had joined. Raises MoveNotAllowed for any other answer."""
    case = lock(case)
    decision = (
        CaseDecision.objects.of(case.workspace_id)
        .select_for_update(of=("self",))
        .filter(case=case, response=response, outcome=DecisionOutcome.JOINED)
        .first()
    )
    if decision is None:
        raise MoveNotAllowed(_("Only an answer that joined this case can be split off."))
    made = _SplitDesk(source=case, now=now).open_for(response)
    decision.outcome, decision.reason = DecisionOutcome.OPENED, DecisionReason.DETRACTOR
    decision.case, decision.decided_at = made, now
    decision.save()
    case.latest_score = _latest_score(case)
    timeline.write(case=case, kind=EventKind.SPLIT, by=by, now=now, number=made.number)
    timeline.write(case=made, kind=EventKind.SPLIT, by=by, now=now, number=case.number)
    save(case, now=now)
    return made


def _latest_score(case: Case) -> int | None:
    joined = CaseDecision.objects.of(case.workspace_id).filter(case=case, response__isnull=False)
    latest = joined.order_by("-response__responded_at").values_list("response__score", flat=True).first()
    return latest if latest is not None else case.score


class _SplitDesk(Desk):
    """Opens a case for one answer, whose decision is written already."""

    def __init__(self, *, source: Case, now: datetime) -> None:
        super().__init__(workspace=source.workspace, now=now, verdicts={})
        self.source = source

    def open_for(self, response: Response) -> Case:
        [case] = self._open([response])
        return case

    def _case(self, response: Response, number: int) -> Case:
        case = super()._case(response, number)
        case.split_from = self.source
        return case

    def _decision(self, response: Response, outcome: str, reason: str, case: Case | None = None) -> None:
        """The decision of this answer is changed, not made."""

    def _route(
        self, opening: Any, takers: list[Membership], response: Response, placed: list[CaseEvent]
    ) -> None:
        owner = self._owner()
        if owner is None:
            super()._route(opening, takers, response, placed)
            return
        case = opening.case
        facts = self._opening_facts(case, response)
        because = _("Split off from case #%(number)s.") % {"number": self.source.number}
        case.owner, case.team, case.assigned_because = owner, self.source.team, because
        opening.events.append(timeline.line(case=case, kind=EventKind.OPENED, now=self.now, **facts))
        opening.events += placed
        opening.events.append(
            timeline.line(
                case=case, kind=EventKind.ASSIGNED, now=self.now, note=because, to=owner.display_name, to_id=owner.pk
            )
        )  # fmt: skip

    def _owner(self) -> User | None:
        """The owner of the case it comes from, as long as they are here."""
        owner: User | None = self.source.owner
        if owner is None or not active(workspace=self.workspace).filter(user=owner).exists():
            return None
        return owner
