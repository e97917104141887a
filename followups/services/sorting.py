"""A person says where a mail belongs; for some seconds it can be taken back, before anything follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.queue import nudge_on_commit
from detractors.models import Case
from followups.enums import MailKind, ReceivedState, SortedAs
from followups.models import ReceivedMail

UNDO_FOR = timedelta(seconds=20)
FROM = (ReceivedState.TRAY, ReceivedState.FILED)  # what was taken for a program may be a person's after all


class CannotSort(Exception):
    """The mail was not sorted; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@transaction.atomic
def sort(*, row: ReceivedMail, to: str, by: User, now: datetime, case: Case | None = None) -> ReceivedMail:
    """Put a mail of the tray into `case`, make it a case of its own, or say that it is spam or automatic.

    The first two happen after UNDO_FOR. Raises CannotSort when somebody was faster or something is missing.
    """
    row = _lock(row)
    if row.state not in FROM or row.mail_id is not None:
        raise CannotSort(_("This mail has been sorted already."))
    if row.forgotten_at is not None:
        raise CannotSort(_("The words of this mail are no longer kept."))
    to = SortedAs(to)
    if to == SortedAs.CASE:
        if case is None or case.workspace_id != row.workspace_id:
            raise CannotSort(_("There is no such case."))
        row.case = case
    if to == SortedAs.COMPLAINT and not row.from_address:
        raise CannotSort(_("Nobody can say who wrote it, so it cannot open a case. Put it into one instead."))
    row.sorted_as, row.sorted_by, row.sorted_at = to, by, now
    if to in (SortedAs.CASE, SortedAs.COMPLAINT):
        row.state, row.next_at, row.attempts = ReceivedState.SORTING, now + UNDO_FOR, 0
        nudge_on_commit("followups.place_mail")
    else:
        row.state = ReceivedState.FILED
        if to == SortedAs.AUTOMATIC:
            row.kind = MailKind.AUTOMATIC
    row.save()
    return row


@transaction.atomic
def undo(*, row: ReceivedMail) -> ReceivedMail:
    """It lies in the tray again. Raises CannotSort once something has followed from it."""
    row = _lock(row)
    is_filed = row.state == ReceivedState.FILED and row.sorted_as in (SortedAs.SPAM, SortedAs.AUTOMATIC)
    if row.state != ReceivedState.SORTING and not is_filed:
        raise CannotSort(_("It was too late: this mail is in its case."))
    row.state, row.sorted_as, row.sorted_by, row.sorted_at = ReceivedState.TRAY, "", None, None
    row.next_at = row.lease_until = None
    row.save()
    return row


def _lock(row: ReceivedMail) -> ReceivedMail:
    found: ReceivedMail = (
        ReceivedMail.objects.of(row.workspace_id).select_for_update(of=("self",)).defer("raw").get(pk=row.pk)
    )
    return found
