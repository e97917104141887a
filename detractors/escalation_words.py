"""What the history of a case says of a step of its escalation: to whom, when, when it was due, and how late that was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core import moments
from detractors.enums import EscalationLevel, TimerKind
from detractors.rules import escalation

NAMES = 3  # people named; of more their number is said


def title(facts: Mapping[str, Any]) -> str:
    """Escalated to Lena (Managers)."""
    people = [str(name) for name in facts.get("to") or ()]
    names = ", ".join(people[:NAMES])
    if len(people) > NAMES:
        names = _("%(names)s and %(more)s more") % {"names": names, "more": len(people) - NAMES}
    level = facts.get("level")
    if level not in EscalationLevel.values:
        return _("Escalated to %(names)s") % {"names": names}
    return _("Escalated to %(names)s (%(level)s)") % {"names": names, "level": EscalationLevel(level).label}


def details(
    facts: Mapping[str, Any], *, at: datetime, moved: tuple[datetime, str] | None = None
) -> list[tuple[str, str]]:
    """Which promise, when the step was due, and how late it came; `moved`: when and why its promise was past due at once."""
    rows: list[tuple[str, str]] = []
    level, timer = facts.get("level"), facts.get("timer")
    if not facts.get("to") and level:
        told = str(EscalationLevel(level).label) if level in EscalationLevel.values else str(level)
        rows.append((_("Told"), told))
    if facts.get("to") and timer in TimerKind.values:
        rows.append((_("Promise"), str(TimerKind(timer).label)))
    promised = parse_datetime(str(facts.get("due_at") or ""))
    step_at = parse_datetime(str(facts.get("step_at") or ""))
    if promised and step_at:
        rows.append((_("Promised until"), moments.in_words(promised, None, "D j M, H:i")))
    if step_at:
        rows.append((_("Step due"), moments.in_words(step_at, None, "D j M, H:i")))
        late = escalation.lateness(due_at=step_at, at=at)
        if late and moved is not None and moved[0] > step_at:
            facts_of_it = {"time": moments.duration(late), "why": moved[1]}
            rows.append((_("Late"), _("%(time)s, because it was past due at once: %(why)s") % facts_of_it))
            late = escalation.lateness(due_at=moved[0], at=at)
        if late:
            rows.append((_("Late"), _("%(time)s, because nothing ran") % {"time": moments.duration(late)}))
    return rows
