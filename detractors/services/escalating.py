"""What a step of the escalation does to a case beside telling of it: it goes to somebody, it moves forward.

The step was written down by the sweep (services/enforcing.py); this follows after its commit, case by case, locked as by
everybody else. A promise that was kept meanwhile, or a case that is over or waits, is left alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.queries import case_workers
from detractors.enums import EscalationLevel, EventKind, HandTo
from detractors.models import Case, Escalation, EscalationStep
from detractors.queries import cases as case_queries
from detractors.queries.sight import Onlookers
from detractors.rules import priority
from detractors.services import cases, ranking, timeline
from detractors.services.errors import CaseError
from detractors.services.locking import lock, save

log = structlog.get_logger(__name__)

BATCH = 200
RETRY_AFTER = timedelta(minutes=5)


def act_pending(*, now: datetime) -> int:
    """Do what steps have waiting, each once, in the order in which they were taken; returns how many were looked at."""
    rows = Escalation.objects.across_workspaces().filter(act_at__lte=now).order_by("act_at", "pk")
    done = 0
    for pk in list(rows.values_list("pk", flat=True)[:BATCH]):
        try:
            done += _act(pk, now)
        except Exception:  # one that fails must not stop the others
            log.exception("escalation_act_failed", escalation=pk)
            rows.filter(pk=pk).update(act_at=now + RETRY_AFTER)
    return done


@transaction.atomic
def _act(pk: int, now: datetime) -> int:
    rows = Escalation.objects.across_workspaces().filter(pk=pk, act_at__lte=now)
    found = rows.select_related("timer__case").first()
    if found is None:
        return 0
    case = lock(found.timer.case)
    row = rows.select_for_update(of=("self",)).select_related("timer").first()
    if row is None:  # another sweeper was quicker
        return 0
    step = EscalationStep.objects.of(case.workspace_id).select_related("person").filter(pk=row.step).first()
    if step is not None and case.is_open and row.timer.is_running and not row.timer.is_paused:
        with translation.override(case.workspace.language):
            if step.raises_priority:
                _raise(case, now=now)
            if step.hand_to:
                _hand_over(case, step, now=now)
    row.act_at = None
    row.save(update_fields=["act_at"])
    return 1


def _raise(case: Case, *, now: datetime) -> None:
    """The case moves up into the next band of minutes; an urgent one stays where it is."""
    before = case.priority
    minutes = sum(part["minutes"] for part in case.rank_parts)
    higher = [least for least, _band in reversed(priority.BANDS) if least > minutes]
    if not higher:
        return
    ranking.keep_raise(case=case, minutes=higher[0] - minutes)
    ranking.count(case=case, weights=ranking.weights_of(workspace=case.workspace), cell=case.cell)
    timeline.write(case=case, kind=EventKind.RAISED, now=now, before=before, to=case.priority)
    save(case, now=now)


def _hand_over(case: Case, step: EscalationStep, *, now: datetime) -> None:
    """The case becomes theirs, or goes to the least busy colleague; where nobody can take it, it stays where it is."""
    able = {member.user_id: member for member in case_workers(workspace=case.workspace, now=now)}
    if step.hand_to == HandTo.THEM:
        people = _people(case, step)
        takers = [able[person.pk] for person in people if person.pk in able]
        because = _("Escalated to: %(level)s.") % {"level": EscalationLevel(step.level).label}
    else:
        takers = [
            member
            for member in able.values()
            if member.takes_cases and member.team_id == case.team_id and member.user_id != case.owner_id
        ]
        because = _("Escalated: the least busy of the team.")
    seen = Onlookers().of(case, [member.user for member in takers])
    takers = [member for member in takers if member.user in seen]
    if not takers or case.owner_id in {member.user_id for member in takers}:
        return
    try:
        cases.assign(case=case, owner=_least_busy(case, takers), by=None, now=now, because=because)
    except CaseError as error:
        log.warning("escalation_not_handed_over", case=case.pk, why=str(error))


def _people(case: Case, step: EscalationStep) -> list[User]:
    if step.person is not None and step.person.is_active:
        return [step.person]
    if step.level == EscalationLevel.AGENT:
        return [case.owner] if case.owner else []
    lead = case.team.lead if case.team else None
    return case_queries.people_of_level(workspace=case.workspace, level=step.level, lead=lead)


def _least_busy(case: Case, takers: list[Membership]) -> User:
    busy = case_queries.open_by_owner(workspace=case.workspace)
    return min(takers, key=lambda member: (busy.get(member.user_id, 0), member.pk)).user
