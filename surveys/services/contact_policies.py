"""Changing how much a workspace asks of one person, and taking the last change back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessCalendar, Workspace
from accounts.services import workspaces
from surveys.queries import asking
from surveys.rules import sending_hours
from surveys.rules.sending_hours import Hours

UNDO_FOR = timedelta(minutes=10)
LONGEST_WAIT = 730  # days
_SALT = "surveys.contact_policy.undo"
FIELDS = (
    "decline_days", "quiet_from", "quiet_to", "keeps_holidays", "calendar_id", "cap_count", "cap_days", "minutes_per_case",
    "capacity_share",
)  # fmt: skip


class PolicyError(ValueError):
    """The policy stays as it was; `errors` says by field what to put right."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__("; ".join(errors.values()))


class TooLate(ValueError):
    """The time is over, it was undone already, or somebody has changed something since."""


@transaction.atomic
def change(*, workspace: Workspace, now: datetime, quiet_days: int, **fields: Any) -> str:
    """Set the policy, `quiet_days` of the workspace with it; requests that are planned are judged by it from now on.

    Returns the token that takes it back, for UNDO_FOR. Raises PolicyError.
    """
    _check(workspace, quiet_days, fields)
    locked = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    former = _values(locked)
    _write(locked, now, quiet_days, fields)
    return signing.dumps([workspace.pk, former, now.isoformat()], salt=_SALT)


@transaction.atomic
def undo(*, workspace: Workspace, token: str, now: datetime) -> None:
    """The values before the change the token names; works once, and while nothing else was changed. Raises TooLate."""
    try:
        whose, former, changed_at = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TooLate(token) from error
    locked = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    row = asking.policy_of(workspace=locked)
    moment = datetime.fromisoformat(changed_at)
    if whose != workspace.pk or row.pk is None or row.updated_at != moment or now - moment > UNDO_FOR:
        raise TooLate(token)
    fields = dict(former)
    for name in ("quiet_from", "quiet_to"):
        fields[name] = time.fromisoformat(fields[name]) if fields[name] else None
    _write(locked, now, fields.pop("quiet_days"), fields)


def _values(workspace: Workspace) -> dict[str, Any]:
    row = asking.policy_of(workspace=workspace)
    found = {name: getattr(row, name) for name in FIELDS} | {"quiet_days": workspace.quiet_days}
    return {name: value.isoformat() if isinstance(value, time) else value for name, value in found.items()}


def _write(workspace: Workspace, now: datetime, quiet_days: int, fields: dict[str, Any]) -> None:
    row = asking.policy_of(workspace=workspace)
    for name, value in fields.items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    if workspace.quiet_days != quiet_days:
        workspaces.change(workspace=workspace, quiet_days=quiet_days)


def _check(workspace: Workspace, quiet_days: int, fields: dict[str, Any]) -> None:
    errors = {}
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"no fields of a contact policy: {', '.join(sorted(unknown))}")
    row = asking.policy_of(workspace=workspace)
    wanted = {name: fields.get(name, getattr(row, name)) for name in FIELDS}
    for name, days in (("quiet_days", quiet_days), ("decline_days", wanted["decline_days"])):
        if not 0 <= days <= LONGEST_WAIT:
            errors[name] = _("Choose between 0 and %(most)s days.") % {"most": LONGEST_WAIT}
    if not 1 <= wanted["cap_days"] <= 365:
        errors["cap_days"] = _("Choose between 1 and 365 days.")
    if not 1 <= wanted["capacity_share"] <= 100:
        errors["capacity_share"] = _("Choose between 1 and 100 percent.")
    if not 1 <= wanted["minutes_per_case"] <= 1440:
        errors["minutes_per_case"] = _("Choose between 1 and 1,440 minutes.")
    start, end = wanted["quiet_from"], wanted["quiet_to"]
    if (start is None) != (end is None):
        errors["quiet_to" if end is None else "quiet_from"] = _(
            "Quiet hours have a beginning and an end: give both, or neither."
        )
    elif start is not None and (
        start == end or not sending_hours.ever_opens(Hours(quiet_from=start, quiet_to=end))
    ):
        errors["quiet_to"] = _("Quiet hours need an end that differs from their beginning.")
    calendar = wanted["calendar_id"]
    if calendar is not None and not BusinessCalendar.objects.of(workspace).filter(pk=calendar).exists():
        errors["calendar"] = _("Choose one of this workspace's calendars.")
    if errors:
        raise PolicyError(errors)
