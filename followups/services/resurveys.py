"""Asking again after the fix: planned at resolving, asked when due, settled by the answer or by silence.

The second answer is a response of its own (purpose RESURVEY): the first one, and the headline it counts in, stay as
they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.budgets import Budget
from detractors.enums import Outcome
from detractors.models import Case
from detractors.services import cases
from detractors.services.errors import OtherCaseOpen
from followups import queries
from followups.enums import ResurveyStatus
from followups.models import Resurvey
from followups.queries import customer_page
from followups.rules import second_question
from surveys.enums import InvitationStatus, Purpose, Trust
from surveys.models import Invitation, Response
from surveys.services import invitations, trusting

log = structlog.get_logger(__name__)


def plan(*, case: Case, now: datetime) -> None:
    """Plan the second question of a resolved case; planned again, it stays as it is."""
    if case.resolved_at is None:
        return
    row = Resurvey(
        workspace_id=case.workspace_id,
        case=case,
        episode=case.reopened_count,
        due_at=second_question.due_at(
            resolved_at=case.resolved_at,
            days=case.survey.resurvey_days if case.survey else 0,
            calendar=queries.office_hours(workspace=case.workspace),
        ),
        score_before=case.latest_score if case.latest_score is not None else case.score,
        created_at=now,
    )
    Resurvey.objects.of(case.workspace_id).bulk_create([row], ignore_conflicts=True)


def cancel(*, case: Case, now: datetime) -> int:
    """The case is open again: what was planned or asked about the old solution no longer decides anything."""
    rows = Resurvey.objects.of(case.workspace_id).filter(
        case=case,
        episode__lt=case.reopened_count,
        status__in=[ResurveyStatus.PLANNED, ResurveyStatus.ASKED],
    )
    return int(rows.update(status=ResurveyStatus.CANCELLED, settled_at=now))


def resurvey_due(*, now: datetime) -> int:
    """Hear answers that were missed, ask what is due, close what stays unanswered; returns how many rows moved.

    Safe to run twice, in parallel and late.
    """
    budget = Budget("followups.resurvey_due")
    moved = _each(
        queries.unheard_answers(now=now), lambda pk: hear(response_id=pk, now=now) is not None, budget
    )
    moved += _each(queries.due_resurveys(now=now), lambda pk: _ask(pk, now), budget)
    return moved + _each(queries.ended_resurveys(now=now), lambda pk: _end(pk, now), budget)


def _each(ids: list[int], act: Callable[[int], bool], budget: Budget) -> int:
    done = 0
    for pk in budget.spend(ids):
        try:
            done += act(pk)
        except (
            Exception
        ):  # the row's own transaction is undone; it is tried again next turn and stops no other
            log.exception("resurvey_failed", row=pk)
    return done


def _claim(pk: int, **which: Any) -> Resurvey | None:
    row: Resurvey | None = (
        Resurvey.objects.across_workspaces()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk, **which)
        .first()
    )
    return row


def _case_of(row: Resurvey) -> Case:
    case: Case = (
        Case.objects.of(row.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace", "contact", "survey__workspace", "touchpoint")
        .get(pk=row.case_id)
    )
    return case


# --- Asking ---------------------------------------------------------------------------------------------------


@transaction.atomic
def _ask(pk: int, now: datetime) -> bool:
    row = _claim(pk, status=ResurveyStatus.PLANNED)
    if row is None:
        return False
    case = _case_of(row)
    if case.reopened_count != row.episode or not case.is_resolved:
        row.status, row.settled_at = ResurveyStatus.CANCELLED, now
    else:
        row.invitation = _invite(case, row, now)
        row.closes_at = now + second_question.WINDOW
        if row.invitation is None or row.invitation.status == InvitationStatus.NOT_SENT:
            row.status = ResurveyStatus.NOT_ASKED
        else:
            row.status, row.asked_at = ResurveyStatus.ASKED, now
            cases.note_resurveyed(case=case, now=now)
    row.save()
    return True


def _invite(case: Case, row: Resurvey, now: datetime) -> Invitation | None:
    """The invitation, planned or refused with its reason; None when there is nobody or nothing to ask."""
    if case.contact is None or case.survey is None or second_question.is_too_late(due_at=row.due_at, now=now):
        return None
    if customer_page.is_left_alone(case=case):
        return None
    return invitations.invite(
        workspace=case.workspace,
        survey=case.survey,
        contact=case.contact,
        touchpoint=case.touchpoint,
        purpose=Purpose.RESURVEY,
        facts={"what_was_done": case.resolution},
        now=now,
    )


# --- The answer -----------------------------------------------------------------------------------------------


@transaction.atomic
def hear(*, response_id: int, now: datetime) -> Resurvey | None:
    """Let a second answer count: the case is won back, or open again; None when `response_id` is no second answer.

    Heard again it changes nothing; changed by the customer it counts as it is now. An answer that came after the window
    counts too. A case opened again meanwhile keeps its state, and its owner sees the answer.
    """
    answers = Response.objects.across_workspaces().filter(
        pk=response_id, purpose=Purpose.RESURVEY, invitation__isnull=False
    )
    facts = answers.values_list("workspace", "invitation").first()
    if facts is None:
        return None
    workspace_id, invitation_id = facts
    row = (
        Resurvey.objects.of(workspace_id)
        .select_for_update(of=("self",))
        .filter(invitation=invitation_id)
        .first()
    )
    if row is None:
        return None
    response = answers.get()  # read under the lock: of two changes at once the latest is what counts
    if response.trust == Trust.LIKELY_SCANNER or trusting.is_doubtful(response=response, now=now):
        return None
    is_news = row.response_id is None or row.score_after != response.score
    case = _case_of(row)
    cases.add_answer(case=case, response=response, now=now)
    if is_news:
        row.settled_at = now if row.response_id is None else row.settled_at
        row.response, row.score_after, row.status = response, response.score, ResurveyStatus.ANSWERED
        row.save()
        if case.reopened_count == row.episode and (case.is_resolved or case.is_closed):
            _follow(case, response, now)
    return row


def _follow(case: Case, response: Response, now: datetime) -> None:
    """What the answer to the latest solution does to its case."""
    outcome = second_question.outcome(response.segment)
    if outcome != second_question.NOT_RECOVERED:
        settle = cases.record_recovery if case.is_resolved else cases.correct_outcome
        settle(case=case, outcome=outcome, score=response.score, now=now)
        return
    reason = _("The customer was asked again and answered %(score)s.") % {"score": response.score}
    try:
        with transaction.atomic():
            cases.reopen(case=case, by=None, reason=reason, score=response.score, now=now)
    except (
        OtherCaseOpen
    ) as error:  # one customer has one open case: the words go where somebody works on them
        cases.add_answer(case=error.case, response=response, now=now)
        if case.is_resolved:
            cases.close(case=case, outcome=Outcome.NOT_RECOVERED, now=now)
        else:
            cases.correct_outcome(case=case, outcome=Outcome.NOT_RECOVERED, score=response.score, now=now)


# --- Silence --------------------------------------------------------------------------------------------------


@transaction.atomic
def _end(pk: int, now: datetime) -> bool:
    row = _claim(pk, status__in=[ResurveyStatus.ASKED, ResurveyStatus.NOT_ASKED], settled_at__isnull=True)
    if row is None:
        return False
    answer = row.invitation_id and (
        Response.objects.of(row.workspace_id)
        .filter(invitation=row.invitation_id)
        .exclude(trust=Trust.LIKELY_SCANNER)
        .values_list("pk", flat=True)
        .first()
    )
    if answer:  # it came in this very moment
        return hear(response_id=answer, now=now) is not None
    case = _case_of(row)
    if case.reopened_count != row.episode:
        row.status = ResurveyStatus.CANCELLED
    elif row.status == ResurveyStatus.ASKED:
        invitation = Invitation.objects.of(row.workspace_id).get(pk=row.invitation_id)
        not_sent = invitation.status == InvitationStatus.NOT_SENT
        row.status = ResurveyStatus.NOT_ASKED if not_sent else ResurveyStatus.UNANSWERED
    row.settled_at = now
    row.save()
    if case.reopened_count == row.episode and case.is_resolved:
        cases.close(case=case, outcome=Outcome.NO_ANSWER, now=now)
    return True
