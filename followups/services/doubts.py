"""A mail to a customer may have left or not, and nobody can know: its writer is told, and says what is done.

It is never sent again by itself. "It arrived" ends the doubt, as does an answer to that very mail or a report of its
provider; "send again" is a person's own risk that the customer reads it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case
from detractors.services import telling, timeline
from detractors.services.locking import lock, save
from followups.models import Mail
from followups.queries import doubts as queries
from followups.services import replies
from outbox.models import OutboundMessage
from outbox.services import messages

log = structlog.get_logger(__name__)


class Decided(Exception):
    """Nobody wonders any more: it arrived, it failed, or somebody decided."""


def notice(*, message: OutboundMessage, now: datetime) -> bool:
    """The case says that a mail of its thread may not have arrived, and its writer hears of it; once for each doubt."""
    mail = _mail_of(message)
    return mail is not None and _notice(mail, now)


def notice_all(*, now: datetime) -> int:
    """Every doubt whose news was missed; returns how many."""
    noticed = 0
    for mail in queries.unnoticed():
        try:
            noticed += _notice(mail, now)
        except Exception:  # tried again next turn; one case must not hide the doubts of others
            log.exception("doubt_not_noticed", mail=mail.pk)
    return noticed


@transaction.atomic
def _notice(mail: Mail, now: datetime) -> bool:
    case = lock(mail.conversation.case)
    if queries.is_noticed(mail=mail):
        return False
    event = timeline.write(
        case=case,
        kind=EventKind.MAIL_DOUBTFUL,
        now=now,
        note=_("The line broke while “%(subject)s” was handed over. It is not sent again by itself.")
        % {"subject": mail.subject},
        mail=mail.public_id,
    )
    telling.tell(
        case=case, users=queries.whose(mail=mail, case=case), kind=NotificationKind.MAIL_DOUBTFUL,
        key=f"event:{event.pk}:doubt", event=event, now=now,
    )  # fmt: skip
    save(case, now=now)
    return True


def send_again(*, mail: Mail, by: User, now: datetime) -> None:
    """The mail leaves once more, because `by` says so.

    Raises Decided, and what stands in the way of writing to this customer now (NoAddress, RefusesMail, LeftAlone).
    """
    if mail.message is None:
        raise Decided
    if wrong := replies.obstacle(case=mail.conversation.case):
        raise wrong
    try:
        messages.retry(message=mail.message, by=by, now=now)
    except messages.NotRetryable as error:
        raise Decided from error


def arrived(*, mail: Mail, by: User | None, now: datetime) -> None:
    """It did arrive, says `by`, or (None) the customer's answer shows it. Raises Decided."""
    if mail.message is None:
        raise Decided
    try:
        messages.arrived(message=mail.message, by=by, now=now)
    except messages.NotDoubtful as error:
        raise Decided from error


def settle_answered(*, case: Case, ids: Sequence[str], now: datetime) -> int:
    """A customer who answers a mail has read it; returns how many doubts that ends."""
    settled = 0
    for mail in queries.answered(case=case, ids=ids):
        try:
            arrived(mail=mail, by=None, now=now)
            settled += 1
        except Decided:  # a colleague was faster
            continue
    return settled


def keep_decision(*, message: OutboundMessage, by: User | None, has_arrived: bool, now: datetime) -> None:
    """What was decided stands in the case, wherever it was pressed; in the transaction that changes the message."""
    mail = _mail_of(message)
    if mail is None:
        return
    case = lock(mail.conversation.case)
    if has_arrived and by is None:
        said = _("The customer answered “%(subject)s”: it arrived.")
    elif has_arrived:
        said = _("“%(subject)s” arrived.")
    else:
        said = _("“%(subject)s” is sent again.")
    is_open = queries.is_noticed(mail=mail)
    timeline.write(
        case=case,
        kind=EventKind.MAIL_DECIDED,
        by=by,
        now=now,
        note=said % {"subject": mail.subject},
        **({"mail": mail.public_id} if is_open else {"again": mail.public_id}),
    )
    save(case, now=now)


def _mail_of(message: OutboundMessage) -> Mail | None:
    found: Mail | None = (
        Mail.objects.across_workspaces()
        .select_related("by", "conversation__case")
        .filter(message=message.pk, workspace=message.workspace_id)
        .first()
    )
    return found
