"""Planning the automatic mails of a case: each step once an episode, promptly by news, surely by the sweep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.budgets import Budget
from core.rows import Mold, insert
from detractors.models import Case
from detractors.services.cases import note_automatic
from followups import queries
from followups.enums import FollowUpStatus, FollowUpStep, SkippedBecause
from followups.models import FollowUp
from followups.rules import sending
from followups.services import conversations, doubts, resurveys

log = structlog.get_logger(__name__)


class NotPlanned(Exception):
    """The mail waits no longer: it left, or was not sent for another reason; `sentence` says so."""

    def __init__(self) -> None:
        self.sentence = _("This mail does not wait any more.")
        super().__init__(self.sentence)


def happened_at(*, case: Case, step: str) -> datetime | None:
    """The moment a step's mail tells of, in UTC; None when it has not come or is over."""
    if step == FollowUpStep.ACKNOWLEDGE:
        return case.opened_at
    return case.waiting_since if step == FollowUpStep.WAITING else case.resolved_at


def occasion_of(*, case: Case, step: str) -> str:
    """What tells two waits of one episode apart; empty for steps that come once."""
    if step != FollowUpStep.WAITING or case.waiting_since is None:
        return ""
    return case.waiting_since.astimezone(UTC).isoformat()


def plan(*, case: Case, step: str, now: datetime) -> None:
    """Plan `step` for the case as it stands; planned again, it stays as it is."""
    plan_all(cases=[case], step=step, now=now)


def plan_all(*, cases: Sequence[Case], step: str, now: datetime) -> None:
    """Plan `step` for these cases, all of one workspace, as they stand: two queries for any number."""
    if not cases:
        return
    workspace_id = cases[0].workspace_id
    switch = queries.switch_of(workspace=workspace_id, step=step)
    grace = sending.GRACE[FollowUpStep(step)]
    mold = Mold(FollowUp, workspace_id=workspace_id, step=step, created_at=now)
    rows = []
    for case in cases:
        moment = happened_at(case=case, step=step)
        if moment is None:
            continue
        # An answer that reached us late gets its grace from when it came.
        since = max(moment, case.created_at) if step == FollowUpStep.ACKNOWLEDGE else moment
        if switch.was_on(since):
            rows.append(
                mold.make(
                    case=case,
                    episode=case.reopened_count,
                    occasion=occasion_of(case=case, step=step),
                    due_at=since + grace,
                )
            )
    insert(rows, ignore_conflicts=True)


def plan_missing(*, now: datetime) -> int:
    """Make good what news that got lost should have planned or noticed; returns how much. Safe to run in parallel."""
    made, budget = 0, Budget("followups.plan_missing")
    for step in FollowUpStep.values:
        found = queries.unplanned(step=step)
        made += len(found)
        for _workspace, cases in groupby(
            sorted(found, key=lambda case: case.workspace_id), lambda case: case.workspace_id
        ):
            plan_all(cases=list(cases), step=step, now=now)
    for case in budget.spend(queries.unplanned_resurveys()):
        resurveys.plan(case=case, now=now)
        made += 1
    return made + conversations.notice_failures(now=now) + doubts.notice_all(now=now)


def skip_answered(*, case: Case) -> None:
    """A person was faster: the automatic acknowledgement is not needed."""
    FollowUp.objects.of(case.workspace_id).filter(
        case=case, step=FollowUpStep.ACKNOWLEDGE, status=FollowUpStatus.PLANNED
    ).update(status=FollowUpStatus.SKIPPED, skipped_because=SkippedBecause.ALREADY_ANSWERED)


@transaction.atomic
def switch_off(*, follow_up: FollowUp, by: User, now: datetime) -> FollowUp:
    """A person decides that a planned mail is not sent. Raises NotPlanned when it waits no longer."""
    row = (
        FollowUp.objects.of(follow_up.workspace_id)
        .select_for_update(of=("self",))  # first the mail, then its case: the order of the sweep that sends
        .select_related("case")
        .get(pk=follow_up.pk)
    )
    if row.status != FollowUpStatus.PLANNED:
        raise NotPlanned
    row.status, row.skipped_because = FollowUpStatus.SKIPPED, SkippedBecause.SWITCHED_OFF
    row.save(update_fields=["status", "skipped_because"])
    note_automatic(
        case=row.case,
        what=_("“%(step)s” is not sent: %(name)s switched it off.")
        % {"step": row.get_step_display(), "name": by.display_name},
        now=now,
    )
    saved: FollowUp = row
    return saved
