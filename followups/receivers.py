"""News from below: a case moved, a customer answered, a mail did not arrive."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import User, Workspace
from accounts.signals import workspace_created
from detractors.models import Case
from detractors.signals import (
    case_contacted,
    case_reopened,
    case_resolved,
    case_waiting,
    case_wrote,
    cases_opened,
    playbook_names,
    required_steps,
)
from followups.enums import FollowUpStep
from followups.queries import planned, playbooks
from followups.services import (
    conversations,
    doubts,
    plans,
    playbook_running,
    ready_made,
    reply_templates,
    resurveys,
)
from outbox.models import OutboundMessage
from outbox.signals import message_decided, message_doubtful, message_undeliverable
from surveys.enums import Purpose
from surveys.signals import response_amended, response_recorded, response_trust_changed


@receiver(workspace_created, dispatch_uid="followups.first_replies")
def provide_first_replies(*, workspace: Workspace, now: datetime, **_: Any) -> None:
    reply_templates.provide_first(workspace=workspace, now=now)


@receiver(workspace_created, dispatch_uid="followups.ready_made_playbooks")
def provide_playbooks(*, workspace: Workspace, now: datetime, **_: Any) -> None:
    ready_made.provide(workspace=workspace, now=now)


@receiver(cases_opened, dispatch_uid="followups.plan_acknowledgements")
def plan_acknowledgements(*, cases: Sequence[Case], now: datetime, **_: Any) -> None:
    plans.plan_all(cases=cases, step=FollowUpStep.ACKNOWLEDGE, now=now)


@receiver(case_contacted, dispatch_uid="followups.skip_acknowledgement")
def skip_acknowledgement(*, case: Case, **_: Any) -> None:
    plans.skip_answered(case=case)


@receiver(case_waiting, dispatch_uid="followups.plan_waiting")
def plan_waiting(*, case: Case, now: datetime, **_: Any) -> None:
    plans.plan(case=case, step=FollowUpStep.WAITING, now=now)


@receiver(case_resolved, dispatch_uid="followups.plan_closing")
def plan_closing(*, case: Case, now: datetime, **_: Any) -> None:
    plans.plan(case=case, step=FollowUpStep.CLOSING, now=now)


@receiver(case_resolved, dispatch_uid="followups.plan_second_question")
def plan_second_question(*, case: Case, now: datetime, **_: Any) -> None:
    resurveys.plan(case=case, now=now)


@receiver(case_reopened, dispatch_uid="followups.cancel_second_question")
def cancel_second_question(*, case: Case, now: datetime, **_: Any) -> None:
    resurveys.cancel(case=case, now=now)


@receiver(
    [case_contacted, case_waiting, case_resolved, case_reopened, case_wrote],
    dispatch_uid="followups.look_again",
)
def look_again(*, case: Case, now: datetime, **_: Any) -> None:
    playbook_running.look_again(case=case, now=now)


@receiver(
    [response_recorded, response_amended, response_trust_changed], dispatch_uid="followups.hear_second_answer"
)
def hear_second_answer(*, response_id: int, now: datetime, purpose: str = Purpose.RESURVEY, **_: Any) -> None:
    if purpose == Purpose.RESURVEY:  # first answers, nearly all there are, cost nothing here
        resurveys.hear(response_id=response_id, now=now)


@receiver(message_doubtful, dispatch_uid="followups.notice_doubt")
def notice_doubt(*, message: OutboundMessage, now: datetime, **_: Any) -> None:
    doubts.notice(message=message, now=now)


@receiver(message_decided, dispatch_uid="followups.keep_decision")
def keep_decision(
    *, message: OutboundMessage, by: User | None, has_arrived: bool, now: datetime, **_: Any
) -> None:
    doubts.keep_decision(message=message, by=by, has_arrived=has_arrived, now=now)


@receiver(message_undeliverable, dispatch_uid="followups.notice_failure")
def notice_failure(*, message: OutboundMessage, now: datetime, **_: Any) -> None:
    conversations.notice_failure(message=message, now=now)


@receiver(required_steps, dispatch_uid="followups.required_steps")
def required_titles(*, case: Case, **_: Any) -> list[str]:
    return planned.required_titles(case=case)


@receiver(playbook_names, dispatch_uid="followups.playbook_names")
def names_for_cells(*, workspace: Workspace, **_: Any) -> list[str]:
    return playbooks.names_for_cells(workspace=workspace)
