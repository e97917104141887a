"""A reply waits some seconds before it leaves, so that its writer can take it back.

Everything about it is checked when it is sent and again when it leaves; it counts as contact only then. What is done
with the case in the same act (wait, resolve) is done in the transaction in which it leaves: the customer never reads
"it is solved" of a case that is open, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.budgets import Budget
from detractors.models import Case, RootCause
from detractors.queries.cases import state_of
from detractors.rules import transitions
from detractors.services import cases, promise_keeping
from detractors.services.errors import CaseError, Incomplete, MoveNotAllowed
from detractors.services.promise_keeping import Kept
from followups import queries
from followups.enums import ThenMove
from followups.models import PendingReply
from followups.services import replies, reply_files
from followups.services.errors import ReplyError

log = structlog.get_logger(__name__)

UNDO_FOR = timedelta(seconds=15)  # as long as people need to see that it was the wrong customer
RETRY_AFTER = timedelta(minutes=1)
FAILED_LENGTH = 300


class NotThere(Exception):
    """It has left, or somebody took it back already."""


@transaction.atomic
def plan(
    *,
    case: Case,
    by: User,
    subject: str,
    body: str,
    now: datetime,
    submission: str,
    anyway: bool = False,
    then_move: str = "",
    then: Mapping[str, Any] | None = None,
    files: Sequence[str] = (),
    promises: Sequence[Kept] = (),
) -> PendingReply:
    """Send a reply: it leaves in UNDO_FOR. The same `submission` again returns the first.

    `then_move`, `then` and `files` as in `PendingReply`; `promises` become tasks of `by` once it leaves. Raises what `replies.send` raises, and Incomplete naming what WAIT or
    RESOLVE still need.
    """
    if submission and (earlier := _of(case).filter(submission=submission).first()):
        found: PendingReply = earlier
        return found
    replies.check(case=case, by=by, subject=subject, body=body, anyway=anyway, now=now)
    with_it = reply_files.chosen(case=case, public_ids=files)
    promise_keeping.check(promises, now=now + UNDO_FOR)
    if not transitions.allowed(state_of(case), transitions.REPLY):
        raise MoveNotAllowed(_("This case is over. Open it again to write to the customer."))
    pending = PendingReply(
        workspace=case.workspace,
        case=case,
        by=by,
        submission=submission,
        subject=subject.strip(),
        body=body,
        is_meant=anyway,
        then_move=then_move,
        then=_then(case, then_move, then or {}),
        files=[file.public_id for file in with_it],
        promises=[promise.as_json for promise in promises],
        leaves_at=now + UNDO_FOR,
        created_at=now,
    )
    pending.save(force_insert=True)
    return pending


def undo(*, pending: PendingReply, by: User, now: datetime) -> None:
    """Take it back before it leaves; its words stay for its writer. Raises NotThere: it left, or is back already.

    Whoever may write to the customer may do so: seconds do not wait for the writer.
    """
    is_back = (
        PendingReply.objects.of(pending.workspace_id)
        .filter(pk=pending.pk, sent_at__isnull=True, undone_at__isnull=True, failed_because="")
        .update(undone_at=now)
    )
    if not is_back:
        raise NotThere


def leave_due(*, now: datetime) -> int:
    """Let every reply leave whose time has come; each leaves once, whoever else is at it. Returns how many left."""
    left, budget = 0, Budget("followups.leave_replies")
    for pk in budget.spend(list(_due(now).order_by("leaves_at").values_list("pk", flat=True)[:500])):
        try:
            left += _leave(pk, now)
        except Exception:  # tried again; one reply must not hold back the others
            log.exception("reply_did_not_leave", pending=pk)
            _due(now).filter(pk=pk).update(leaves_at=now + RETRY_AFTER)
    return left


def _leave(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            pending = _due(now).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if pending is None:
                return False
            case = (
                Case.objects.of(pending.workspace_id)
                .select_related("workspace", "contact", "owner", "survey", "touchpoint")
                .get(pk=pending.case_id)
            )
            pending.mail = replies.send(
                case=case,
                by=pending.by,
                subject=pending.subject,
                body=pending.body,
                submission=pending.submission,
                anyway=pending.is_meant,
                files=pending.files,
                now=now,
            )
            pending.sent_at = now
            pending.save(update_fields=["mail", "sent_at"])
            _promise(pending, case, now)
            _move(pending, case, now)
            return True
    except (ReplyError, CaseError) as error:
        # Something happened in between (the case is over, the address bounced): the words stay on the case's page.
        _due(now).filter(pk=pk).update(failed_because=error.sentence[:FAILED_LENGTH])
        return False


def _promise(pending: PendingReply, case: Case, now: datetime) -> None:
    """What the reply promises becomes tasks; one that cannot (found late, a writer who has gone) is said in a note."""
    for row in pending.promises:
        promise = Kept.of(row)
        assert pending.mail is not None  # it has just left
        try:
            with transaction.atomic():
                event = queries.reply_event(mail=pending.mail, case=case)
                promise_keeping.keep(case=case, by=pending.by, promises=[promise], event=event, now=now)
        except CaseError as error:
            text = _("The reply left, but what it promises became no task: %(title)s (%(why)s)")
            cases.note(
                case=case, by=pending.by, text=text % {"title": promise.title, "why": error.sentence}, now=now
            )


def _move(pending: PendingReply, case: Case, now: datetime) -> None:
    """What is done in the same act; a move that became impossible does not hold the mail back."""
    try:
        with transaction.atomic():
            if pending.then_move == ThenMove.WAIT:
                cases.wait(case=case, by=pending.by, waiting_for=pending.then["waiting_for"], now=now)
            elif pending.then_move == ThenMove.RESOLVE:
                cases.resolve(
                    case=case,
                    by=pending.by,
                    root_cause=_cause(case, pending.then["root_cause"]),
                    resolution=pending.then["resolution"],
                    now=now,
                )
    except CaseError as error:
        cases.note(
            case=case,
            by=pending.by,
            text=_("The reply left, but the case stayed as it was: %(why)s") % {"why": error.sentence},
            now=now,
        )


def _then(case: Case, move: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if move == ThenMove.WAIT:
        waiting_for = str(given.get("waiting_for", "")).strip()
        if not waiting_for:
            raise Incomplete(_("Please say what we are waiting for."), field="waiting_for")
        return {"waiting_for": waiting_for[:300]}
    if move == ThenMove.RESOLVE:
        cause, resolution = (
            _cause(case, given.get("root_cause", "")),
            str(given.get("resolution", "")).strip(),
        )
        if cause is None:
            raise Incomplete(_("Please choose why it happened."), field="root_cause")
        if not resolution:
            raise Incomplete(_("Please write what was done."), field="resolution")
        return {"root_cause": cause.public_id, "resolution": resolution}
    return {}


def _cause(case: Case, public_id: str) -> RootCause | None:
    found: RootCause | None = RootCause.objects.of(case.workspace_id).filter(public_id=public_id).first()
    return found


def _of(case: Case) -> Any:
    return PendingReply.objects.of(case.workspace_id).filter(case=case)


def _due(now: datetime) -> Any:
    return PendingReply.objects.across_workspaces().filter(
        leaves_at__lte=now, sent_at__isnull=True, undone_at__isnull=True, failed_because=""
    )
