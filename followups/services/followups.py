"""The sweep that sends planned mails: claimed, asked about once more, queued or given their reason.

Claim and effect are one transaction a mail, so a kill anywhere leaves everything as it was or everything done. The mail
is locked before its case everywhere, so that no two can wait for each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import translation

from core import moments
from core.budgets import Budget
from detractors.enums import TimerKind
from detractors.models import Case
from detractors.queries import cases as case_queries
from detractors.queries import help_reasons
from detractors.services import cases
from followups import queries
from followups.enums import FollowUpStatus, FollowUpStep
from followups.models import FollowUp
from followups.queries import customer_page
from followups.rules import sending
from followups.services import conversations, plans
from surveys import words as survey_words
from surveys.queries import asking
from surveys.queries.asking import Ground
from surveys.rules.sending_hours import Delay

log = structlog.get_logger(__name__)

RETRY_AFTER = timedelta(minutes=10)  # a mail that raised stands aside this long, and stops no other
MAILS = {
    FollowUpStep.ACKNOWLEDGE: "case_acknowledged",
    FollowUpStep.WAITING: "case_waiting",
    FollowUpStep.CLOSING: "loop_closed",
}


def send_due(*, now: datetime) -> int:
    """Queue every planned mail that is due, or write why not; returns how many. Safe to run twice and in parallel."""
    done, budget = 0, Budget("followups.send_due")
    for pk in budget.spend(queries.due_mails(now=now)):
        try:
            done += _send(pk, now)
        except Exception:  # whatever one mail brings up must not stop the others
            log.exception("follow_up_not_sent", follow_up=pk)
            FollowUp.objects.across_workspaces().filter(pk=pk, status=FollowUpStatus.PLANNED).update(
                retry_at=now + RETRY_AFTER
            )
    return done


@transaction.atomic
def _send(pk: int, now: datetime) -> bool:
    """One mail; False when somebody else has it."""
    row = (
        FollowUp.objects.across_workspaces()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk, status=FollowUpStatus.PLANNED)
        .first()
    )
    if row is None:
        return False
    case = (
        Case.objects.of(row.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace", "contact", "owner", "resolved_by", "survey")
        .get(pk=row.case_id)
    )
    ground = _ground(case, now)
    reason = sending.why_not(_facts(row, case, ground, now), now=now)
    if reason is not None:
        row.status, row.skipped_because, row.retry_at = FollowUpStatus.SKIPPED, reason, None
        row.save(update_fields=["status", "skipped_because", "retry_at"])
        return True
    held = _delay(case, ground, now)
    if held is not None:  # it keeps its due time, and is looked at again when it may reach them
        row.retry_at = held.until
        row.save(update_fields=["retry_at"])
        return True
    happened_at = plans.happened_at(case=case, step=row.step) or now
    mail = conversations.post(
        case=case,
        mail=MAILS[FollowUpStep(row.step)],
        context=_context(row, case, now),
        dedupe_key=f"follow_up:{row.pk}",
        expires_at=max(happened_at, row.due_at) + sending.KEEPS_FOR,
        now=now,
    )
    row.status, row.sent_at, row.message, row.retry_at = FollowUpStatus.SENT, now, mail.message, None
    row.save(update_fields=["status", "sent_at", "message", "retry_at"])
    cases.note_automatic(case=case, what=str(row.get_step_display()), now=now, mail=mail.public_id)
    if row.step == FollowUpStep.CLOSING:
        cases.mark_told_back(case=case, now=now)
    return True


def _ground(case: Case, now: datetime) -> Ground | None:
    """What the customer is judged by: the same policy as for surveys."""
    if case.contact is None:
        return None
    return asking.ground(workspace=case.workspace, contacts=[case.contact], now=now)


def _delay(case: Case, ground: Ground | None, now: datetime) -> Delay | None:
    """A quiet hour or a holiday where the customer is."""
    if case.contact is None or ground is None:
        return None
    return asking.holding(workspace=case.workspace, contact=case.contact, found=ground, now=now)


def _facts(row: FollowUp, case: Case, ground: Ground | None, now: datetime) -> sending.Facts:
    contact = case.contact
    return sending.Facts(
        step=row.step,
        category=case.category,
        happened_at=plans.happened_at(case=case, step=row.step) or row.created_at,
        is_same_episode=case.reopened_count == row.episode,
        is_same_wait=plans.occasion_of(case=case, step=row.step) == row.occasion,
        is_answered=case.contacted_at is not None,
        automatic_lately=queries.automatic_lately(workspace=case.workspace, cases=[case], now=now).get(
            case.pk, 0
        ),
        has_address=contact is not None and bool(contact.email),
        is_erased=contact is not None and contact.erased_at is not None,
        is_suppressed=contact is not None and queries.refuses_all_mail(contact=contact),
        is_undeliverable=contact is not None and contact.undeliverable_at is not None,
        is_opted_out=contact is not None and contact.followups_stopped_at is not None,
        is_left_alone=customer_page.is_left_alone(case=case),
        is_capped=contact is not None and ground is not None and contact.pk in ground.capped,
    )


def _context(row: FollowUp, case: Case, now: datetime) -> dict[str, Any]:
    """What the mail says; `promised` is a moment in the customer's own words and time zone."""
    agent = case.resolved_by if row.step == FollowUpStep.CLOSING and case.resolved_by else case.owner
    language = case.survey.language if case.survey else case.workspace.language
    return {
        "first_name": case.contact.first_name if case.contact else "",
        "company": case.workspace.name,
        "agent_name": agent.display_name if agent else "",
        "case_number": case.number,
        "promised": _promised(case, language, now) if row.step == FollowUpStep.ACKNOWLEDGE else "",
        "waiting_for": case.waiting_for,
        "what_was_done": case.resolution,
        "help": [
            {"url": one.url, "label": one.label}
            for one in help_reasons.help_of_case(case=case, language=language)
            if row.step != FollowUpStep.CLOSING
        ],
        "help_title": survey_words.of(language)["help"],
        "language": language or None,
    }


def _promised(case: Case, language: str, now: datetime) -> str:
    """By when a person answers; empty when nothing is promised or the moment has passed."""
    timers = [
        timer
        for timer in case_queries.timers(case=case)
        if timer.kind == TimerKind.FIRST_RESPONSE and timer.is_running and timer.due_at > now
    ]
    if not timers:
        return ""
    with translation.override(language or None):
        return moments.in_words(
            min(timer.due_at for timer in timers),
            asking.zone_of(contact=case.contact, workspace=case.workspace),
            "l j F, H:i",
        )
