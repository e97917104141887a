"""Mails to customers of which nobody knows whether they arrived, and whom that concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts.models import User, Workspace
from accounts.queries import active
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent
from detractors.queries.sight import visible_cases
from followups.enums import Direction
from followups.models import Mail
from outbox.enums import Kind, State

SHOWN = 100
_MANY = 1_000  # rows one turn of a sweep looks at


def _doubtful(rows: Any) -> Any:
    found = rows.filter(direction=Direction.OUT, message__kind=Kind.CUSTOMER, message__state=State.UNKNOWN)
    return found.select_related("message", "by", "conversation__case__contact", "conversation__case__owner")


def to_decide(
    *, workspace: Workspace, user: User | None, sight: Sight = EVERYTHING, nobodys: bool = False
) -> list[Mail]:
    """The doubtful mails `user` decides about, the oldest first: their own, and those of their cases nobody here wrote.

    With `nobodys` also those whose writer and owner are not here (any more): somebody who sees every mail decides.
    """
    here = active(workspace=workspace).values("user")
    is_alone = Q(by__isnull=True) | ~Q(by__in=here)
    mine = Q(by=user) | (is_alone & Q(conversation__case__owner=user))
    if nobodys:
        owner = "conversation__case__owner"
        mine |= is_alone & (Q(**{f"{owner}__isnull": True}) | ~Q(**{f"{owner}__in": here}))
    rows = _doubtful(Mail.objects.of(workspace)).filter(mine)
    if sight.is_limited:
        rows = rows.filter(conversation__case__in=visible_cases(workspace=workspace, sight=sight))
    return list(rows.order_by("at", "id")[:SHOWN])


def whose(*, mail: Mail, case: Case) -> list[User]:
    """Who is told of it: its writer while they work here, else the owner of the case; nobody when there is none."""
    people = [user for user in (mail.by, case.owner) if user is not None]
    here = set(
        active(workspace=mail.workspace_id)
        .filter(user__in=[user.pk for user in people])
        .values_list("user_id", flat=True)
    )
    return [user for user in people if user.pk in here][:1]


def answered(*, case: Case, ids: Sequence[str]) -> list[Mail]:
    """The doubtful mails of the case that a mail with these references answers."""
    if not ids:
        return []
    rows = _doubtful(Mail.objects.of(case.workspace_id))
    return list(rows.filter(conversation__case=case, message__message_id__in=list(ids)))


def unnoticed() -> list[Mail]:
    """Doubtful mails of which their case does not know yet."""
    rows = list(_doubtful(Mail.objects.across_workspaces()).order_by("pk")[:_MANY])
    open_doubts = _open(rows) if rows else {}
    return [mail for mail in rows if open_doubts[mail.public_id] < 1]


def is_noticed(*, mail: Mail) -> bool:
    """Whether the case knows already that nobody knows of `mail`."""
    return _open([mail])[mail.public_id] > 0


def _open(mails: Sequence[Mail]) -> Counter[str]:
    """How many doubts about each mail stand in its case's timeline without a decision: one mail can be in doubt again."""
    cases = {mail.conversation.case_id for mail in mails}
    found: Counter[str] = Counter()
    rows = CaseEvent.objects.across_workspaces().filter(
        case__in=cases, kind__in=[EventKind.MAIL_DOUBTFUL, EventKind.MAIL_DECIDED]
    )
    for kind, facts in rows.values_list("kind", "facts"):
        found[str(facts.get("mail", ""))] += 1 if kind == EventKind.MAIL_DOUBTFUL else -1
    return found
