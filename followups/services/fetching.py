"""The sweep that reads mailboxes: each when its time has come, by one worker.

A mail is kept before it is marked as read there; a worker that is killed in between reads it again, which keeps nothing
twice (receiving.store).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Workspace
from core.budgets import Budget
from core.mail_account import MailAccount
from core.sealing import CannotUnseal, unseal
from followups import mailboxes
from followups.enums import Came
from followups.mailboxes import CannotRead
from followups.models import MailIntake
from followups.services import receiving
from surveys.services import leases

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)
AT_ONCE = 20  # mailboxes in a turn
MAILS = 100  # of one mailbox in a turn; the next turn goes on
OF_THE_HOUSE_EVERY = 30  # seconds between looks at AMENDS_IMAP_URL
LONGEST_PAUSE = timedelta(hours=1)
HOUSE_LOOKS_BACK = timedelta(days=60)  # of AMENDS_IMAP_URL: longer than any outage
LOOKS_BACK = timedelta(days=2)  # at mail from before the mailbox was entered


@dataclass(frozen=True)
class Looked:
    """How many mails were taken, how many of them were here already, and whether more wait."""

    taken: int
    known: int
    has_more: bool


def fetch_due(*, now: datetime) -> int:
    """Read every mailbox that is due; returns how many mails came. Safe to run twice, in parallel and late."""
    came, budget = _fetch_of_the_house(now), Budget("followups.fetch_mail")
    for _turn in range(AT_ONCE):
        intake = _claim(now)
        if intake is None:
            break
        with translation.override(intake.workspace.language):
            came += _fetch(intake, now)
        if budget.is_over:
            break
    return came


def check(*, intake: MailIntake, now: datetime) -> int:
    """How many mails wait in the mailbox right now; none is taken. Raises CannotRead."""
    with mailboxes.opened(account_of(intake)) as box:
        return len(box.waiting(since=(intake.created_at - LOOKS_BACK).date()))


def account_of(intake: MailIntake) -> MailAccount:
    """Raises CannotRead when its password was sealed under a key we no longer have."""
    try:
        password = unseal(intake.password) if intake.password else ""
    except CannotUnseal as error:
        raise CannotRead(_("The password can no longer be read: enter it again.")) from error
    return MailAccount(
        host=intake.host, port=intake.port, line=intake.line, user=intake.user, password=password, folder=intake.folder,
        done_folder=intake.done_folder,
    )  # fmt: skip


def take_all(*, account: MailAccount, workspace: Workspace | None, since: datetime, now: datetime) -> Looked:
    """Keep the mails that wait there, each committed before it is marked. Raises CannotRead."""
    taken = known = 0
    with mailboxes.opened(account) as box:
        waiting = box.waiting(since=(since - LOOKS_BACK).date())
        for uid in waiting[:MAILS]:
            found = box.read(uid, most=receiving.LARGEST, beginning=receiving.CUT)
            if found is None:
                continue
            row = receiving.store(
                raw=found.raw, came=Came.IMAP, now=now, workspace=workspace, size=found.size
            )
            box.take(uid)
            taken += 1
            known += row is None
    return Looked(taken, known, has_more=len(waiting) > MAILS)


def _claim(now: datetime) -> MailIntake | None:
    with transaction.atomic():
        due = MailIntake.objects.across_workspaces().filter(is_on=True, next_at__lte=now)
        intake: MailIntake | None = (
            due.filter(leases.free(now))
            .select_related("workspace")
            .order_by("next_at", "pk")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))
            .first()
        )
        if intake is not None:
            MailIntake.objects.across_workspaces().filter(pk=intake.pk).update(lease_until=now + LEASE)
    return intake


def _fetch(intake: MailIntake, now: datetime) -> int:
    every = timedelta(minutes=intake.every_minutes)
    row = MailIntake.objects.of(intake.workspace_id).filter(pk=intake.pk)
    try:
        looked = take_all(
            account=account_of(intake), workspace=intake.workspace, since=intake.created_at, now=now
        )
    except Exception as error:  # whatever a server brings up must not stop the other mailboxes
        if not isinstance(error, CannotRead):
            log.exception("mailbox_not_read", intake=intake.pk)
        why = str(error) if isinstance(error, CannotRead) else _("It could not be understood.")
        failures = min(intake.failures + 1, 1_000)
        pause = min(every * 2 ** min(failures, 10), LONGEST_PAUSE)
        row.update(
            failures=failures,
            last_error=why[:500],
            polled_at=now,
            lease_until=None,
            next_at=now + max(pause, every),
        )
        return 0
    row.update(
        failures=0, last_error="", polled_at=now, lease_until=None, next_at=now if looked.has_more else now + every,
        taken=F("taken") + looked.taken - looked.known,
    )  # fmt: skip
    return looked.taken


def _fetch_of_the_house(now: datetime) -> int:
    """The mailbox of the whole installation, AMENDS_IMAP_URL; one worker at a time."""
    account: MailAccount | None = settings.IMAP
    if account is None or not cache.add("mailbox-of-the-house", 1, timeout=OF_THE_HOUSE_EVERY):
        return 0
    try:
        return take_all(account=account, workspace=None, since=now - HOUSE_LOOKS_BACK, now=now).taken
    except CannotRead as error:
        log.error("mailbox_of_the_house_not_read", why=str(error))
        return 0
