"""What the history of a case says of a promise that was past due at once: what moved it there, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from detractors.enums import EventKind, RecountReason
from detractors.models import CaseEvent

MOVED_BECAUSE: dict[str, Any] = {
    "CELL": gettext_lazy("It was placed elsewhere in the matrix"),
    "PRIORITY": gettext_lazy("Its priority was set by hand"),
    "MERGED": gettext_lazy("The duplicate had waited longer"),
    "UNMERGED": gettext_lazy("The duplicate is a case of its own again"),
}

Moves = Mapping[
    tuple[str, datetime], tuple[datetime, str]
]  # (promise, due moment) -> when it was moved there, and why


def because(facts: Mapping[str, Any]) -> str:
    """Why a line about promises was written; empty where it does not say."""
    why = facts.get("why", "")
    if why in MOVED_BECAUSE:
        return str(MOVED_BECAUSE[why])
    return str(RecountReason(why).label) if why in RecountReason.values else ""


def moves(events: Iterable[CaseEvent]) -> Moves:
    """The promises of a case that were moved to a moment that was over by then."""
    found = {}
    for event in events:
        facts = event.facts if isinstance(event.facts, dict) else {}
        if event.kind != EventKind.PROMISED:
            continue
        for one in facts.get("moved", ()):
            to = datetime.fromisoformat(one["to"])
            if to < event.at:
                found[str(one["timer"]), to] = event.at, because(facts)
    return found


def move_of(facts: Mapping[str, Any], moved: Moves, *, at: datetime) -> tuple[datetime, str] | None:
    """When and why the promise of a line got its due moment, if that was over by then; None for one that ran out."""
    due_at = parse_datetime(str(facts.get("due_at") or ""))
    found = moved.get((str(facts.get("timer")), due_at)) if due_at else None
    return found if found is not None and found[0] <= at else None


def details(facts: Mapping[str, Any], moved: Moves, *, at: datetime) -> list[tuple[str, str]]:
    """Why a promise counts as missed at a moment long after it was due."""
    found = move_of(facts, moved, at=at)
    if found is None:
        return []
    return [(_("Because"), _("%(why)s: it was past due at once") % {"why": found[1]})]
