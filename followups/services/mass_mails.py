"""What mails to many customers of cases share: who must not get one and why, judged at the moment of sending.

Each mail is one row with its due moment; it goes out in the conversation of the person's case, so that an answer comes back
to it, and counts as no contact: it meets no promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog
from django.db import transaction

from accounts.models import Workspace
from core import merge_fields
from core.budgets import Budget
from detractors.models import Case
from followups.enums import AnnouncementState, FollowUpStatus, SkippedBecause
from followups.models import CustomerPage
from followups.queries import customer_page
from surveys.models import Contact
from surveys.queries import asking
from surveys.queries.asking import Ground

log = structlog.get_logger(__name__)

BATCH = 50  # mails a transaction: their cases are locked meanwhile
RETRY_AFTER = timedelta(minutes=10)


class MassMail(Protocol):
    """One mail of many: a row of its own."""

    pk: Any
    workspace_id: Any
    case_id: Any
    contact: Any
    status: Any
    skipped_because: Any
    retry_at: Any
    sent_at: Any
    message: Any

    def save(self, *, update_fields: Sequence[str]) -> None: ...


Row = TypeVar("Row", bound=MassMail)


def ground(*, workspace: Workspace, people: Iterable[Contact], now: datetime) -> Ground:
    """What these people are judged by."""
    return asking.ground(workspace=workspace, contacts=people, now=now)


def case_of(row: MassMail) -> Case:
    """The case of a mail, locked, with all its words need."""
    found: Case = (
        Case.objects.of(row.workspace_id)
        .select_for_update(of=("self",))
        .select_related("workspace", "contact", "owner", "survey", "touchpoint")
        .get(pk=row.case_id)
    )
    return found


def why_not(
    *, case: Case, ground: Ground, texts: Sequence[str], values: Mapping[str, Any]
) -> SkippedBecause | None:
    """The one reason why this person does not get it, or None: the order of follow-ups (see rules.sending)."""
    contact = case.contact
    if contact is None or contact.erased_at is not None:
        return SkippedBecause.ERASED
    if contact.followups_stopped_at is not None:
        return SkippedBecause.OPTED_OUT
    if customer_page.is_left_alone(case=case, page=_page(case)):
        return SkippedBecause.LEFT_ALONE
    if not contact.email:
        return SkippedBecause.NO_ADDRESS
    if contact.email.lower() in ground.suppressed:
        return SkippedBecause.SUPPRESSED
    if contact.undeliverable_at is not None:
        return SkippedBecause.UNDELIVERABLE
    if contact.pk in ground.capped:
        return SkippedBecause.TOO_MANY
    if any(merge_fields.missing_fields(text, values) for text in texts):
        return SkippedBecause.NO_FIELD
    return None


def _page(case: Case) -> CustomerPage | None:
    """What they chose on their page, where the case was read with it."""
    if not hasattr(case, "left_alone_at"):
        return None
    return CustomerPage(workspace_id=case.workspace_id, case=case, left_alone_at=case.left_alone_at)


def skip(row: MassMail, why: SkippedBecause) -> None:
    """It does not go out, for this reason."""
    row.status, row.skipped_because, row.retry_at = FollowUpStatus.SKIPPED, why, None
    row.save(update_fields=["status", "skipped_because", "retry_at"])


def hold(row: MassMail, *, workspace: Workspace, ground: Ground, now: datetime) -> bool:
    """Whether it waits, for a quiet hour or a holiday where they are; then it has its next moment."""
    held = asking.holding(workspace=workspace, contact=row.contact, found=ground, now=now)
    if held is None:
        return False
    row.retry_at = held.until
    row.save(update_fields=["retry_at"])
    return True


def sent(row: MassMail, *, message: Any, now: datetime) -> None:
    """It is in the outbox."""
    row.status, row.sent_at, row.message, row.retry_at = FollowUpStatus.SENT, now, message, None
    row.save(update_fields=["status", "sent_at", "message", "retry_at"])


def keep_back(rows: Any) -> int:
    """What of these has not left stays here; returns how many."""
    kept = rows.filter(status=FollowUpStatus.PLANNED)
    return int(
        kept.update(status=FollowUpStatus.SKIPPED, skipped_because=SkippedBecause.STOPPED, retry_at=None)
    )


def end(rows: Any, *, now: datetime) -> None:
    """Of these mass mails, those that are still going out have all left."""
    rows.filter(state=AnnouncementState.SENDING).update(
        state=AnnouncementState.DONE, ended_at=now, updated_at=now
    )


def send_all(
    *,
    due: Callable[[], list[Row]],
    one: Callable[[Row, Ground], int],
    workspace_of: Callable[[Row], Workspace],
    sweep: str,
    now: datetime,
) -> tuple[int, bool]:
    """Claim what is due, batch by batch, and send each row in a savepoint of its own; returns how many left or got a reason,
    and whether nothing more is due.

    What one brings up stands aside, is tried again and stops no other. Safe in parallel, late and killed at any line. A turn
    ends with its budget; while more is due the next turn of `sweep` is asked for, behind what waits already.
    """
    done, budget = 0, Budget(sweep)
    while True:
        with transaction.atomic():
            rows = due()
            grounds: dict[int, Ground] = {}
            for row in rows:
                if row.workspace_id not in grounds:
                    people = [other.contact for other in rows if other.workspace_id == row.workspace_id]
                    grounds[row.workspace_id] = ground(workspace=workspace_of(row), people=people, now=now)
                try:
                    with transaction.atomic():
                        done += one(row, grounds[row.workspace_id])
                except Exception:
                    log.exception("mass_mail_not_sent", mail=row.pk, kind=type(row).__name__)
                    type(row).objects.of(row.workspace_id).filter(pk=row.pk).update(  # type: ignore[attr-defined]  # a row of ours
                        retry_at=now + RETRY_AFTER
                    )
        if len(rows) < BATCH:
            return done, True
        if budget.is_over:
            return done, False
