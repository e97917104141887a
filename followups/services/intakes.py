"""How a workspace receives mail, as its people set it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from core.queue import nudge_on_commit
from core.sealing import seal
from followups import mailboxes
from followups.models import MailIntake
from followups.queries import inbound as queries
from followups.services import fetching

FIELDS = (
    "address", "reopens_days", "takes_complaints", "is_on", "host", "port", "line", "user", "folder", "done_folder",
    "every_minutes",
)  # fmt: skip
WHERE = ("host", "port", "line", "user")  # a password is for this and nowhere else


class BadIntake(ValueError):
    """It cannot be like this: `field` is where, the text says why."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


def current(*, workspace: Workspace, now: datetime) -> MailIntake:
    """What is set, or the usual rules, not stored."""
    return queries.intake(workspace=workspace) or MailIntake(workspace=workspace, created_at=now)


@transaction.atomic
def save(*, workspace: Workspace, now: datetime, password: str = "", **given: object) -> MailIntake:
    """Set the FIELDS; an empty password keeps the one there is, unless it would go to another server. Raises BadIntake."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)  # one of two at once makes the row
    row = current(workspace=workspace, now=now)
    before = {name: getattr(row, name) for name in WHERE}
    for name in FIELDS:
        if name in given:
            setattr(row, name, given[name])
    row.address = row.address.strip().lower()
    if password:
        row.password = seal(password)
    elif row.password and any(before[name] != getattr(row, name) for name in WHERE):
        row.password = ""
        raise BadIntake("password", _("The server is another one: enter the password again."))
    if row.is_on:
        for name in ("host", "user"):
            if not getattr(row, name):
                raise BadIntake(name, _("A mailbox that is read needs this."))
        if not row.password:
            raise BadIntake("password", _("A mailbox that is read needs this."))
    if row.address and _is_taken(row):
        raise BadIntake("address", _("Another workspace receives mail at this address."))
    row.next_at = now if row.is_on else None
    row.failures, row.last_error, row.lease_until = 0, "", None
    row.save()
    return row


def check(*, intake: MailIntake, now: datetime) -> int:
    """How many mails wait there; a mailbox that is read is read next. Raises mailboxes.CannotRead with the reason, which the
    row remembers."""
    rows = MailIntake.objects.of(intake.workspace_id).filter(pk=intake.pk)
    try:
        waiting = fetching.check(intake=intake, now=now)
    except mailboxes.CannotRead as error:
        rows.update(last_error=str(error)[:500])
        raise
    rows.update(last_error="", failures=0)
    rows.filter(is_on=True).update(next_at=now)
    nudge_on_commit("followups.fetch_mail")
    return waiting


def _is_taken(row: MailIntake) -> bool:
    others = MailIntake.objects.across_workspaces().filter(address=row.address)
    return bool(others.exclude(workspace=row.workspace_id).exists())
