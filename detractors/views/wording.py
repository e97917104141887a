"""The words, icons and colours of what a case went through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import moments
from core.moments import in_words
from detractors import escalation_words, lateness_words, retention_words
from detractors.enums import (
    CallOutcome,
    EventKind,
    Outcome,
    Priority,
    RemedyState,
    TimerKind,
)
from detractors.models import Case, CaseEvent
from detractors.rule_words import DOES_WORDS

PARTS: dict[str, Any] = {
    "SCORE": gettext_lazy("for the score of %(score)s"),
    "VALUE": gettext_lazy("for an account worth %(value)s"),
    "CHRONIC": gettext_lazy("for unhappy answers before: %(earlier)s"),
    "EXPOSURE": gettext_lazy("because others can read the complaint"),
    "LONG_STANDING": gettext_lazy("because the issue is long-standing"),
    "ONE_OFF": gettext_lazy("because it is a one-off, soon put right"),
    "CELL": gettext_lazy("for its cell in the matrix, %(cell)s"),
    "RULE": gettext_lazy("by the rule “%(rule)s”"),
    "RAISED": gettext_lazy("because it was escalated"),
    "BY_HAND": gettext_lazy("because somebody set it to “%(priority)s”"),
}

LOOKS: dict[str, tuple[str, str]] = {  # kind -> icon, tone
    EventKind.OPENED: ("message-circle", "bad"),
    EventKind.ANSWER_JOINED: ("message-circle", "bad"),
    EventKind.ANSWER_AMENDED: ("edit", "info"),
    EventKind.MENTION_JOINED: ("message-circle", "bad"),
    EventKind.ASSIGNED: ("user-check", "neutral"),
    EventKind.CLAIMED: ("user-check", "accent"),
    EventKind.NOTE: ("note", "warning"),
    EventKind.REPLIED: ("mail-forward", "info"),
    EventKind.REPLY_FAILED: ("mail-off", "bad"),
    EventKind.CALLED: ("phone", "info"),
    EventKind.AUTO_MAIL: ("send", "neutral"),
    EventKind.ISSUE_NOTED: ("search", "neutral"),
    EventKind.WAITING: ("clock-pause", "warning"),
    EventKind.RESUMED: ("player-play", "neutral"),
    EventKind.PROMISED: ("stopwatch", "neutral"),
    EventKind.DUE_SOON: ("alarm", "warning"),
    EventKind.BREACHED: ("alert-triangle", "bad"),
    EventKind.ESCALATED: ("bell", "bad"),
    EventKind.RAISED: ("arrow-up", "warning"),
    EventKind.RESOLVED: ("circle-check", "good"),
    EventKind.REOPENED: ("rotate", "bad"),
    EventKind.RESURVEYED: ("refresh", "neutral"),
    EventKind.RECOVERED: ("heart-handshake", "good"),
    EventKind.CLOSED: ("archive", "neutral"),
    EventKind.DISMISSED: ("ban", "neutral"),
    EventKind.PLACED: ("table", "neutral"),
    EventKind.RULED: ("route", "neutral"),
    EventKind.PRIORITISED: ("flag", "warning"),
    EventKind.STATUS_CHANGED: ("flag", "neutral"),
    EventKind.TASK_ADDED: ("list-check", "neutral"),
    EventKind.TASK_DONE: ("square-check", "good"),
    EventKind.TASK_UNDONE: ("rotate", "warning"),
    EventKind.TASK_DROPPED: ("x", "neutral"),
    EventKind.TASK_MOVED: ("calendar-event", "neutral"),
    EventKind.PROMISE_BROKEN: ("ban", "bad"),
    EventKind.PROMISE_UNTOLD: ("mail-off", "bad"),
    EventKind.TASK_ANSWERED: ("message-reply", "info"),
    EventKind.CALL_PLANNED: ("calendar-event", "info"),
    EventKind.CALL_MISSED: ("phone-x", "bad"),
    EventKind.CALL_DROPPED: ("calendar-off", "neutral"),
    EventKind.TAGGED: ("tags", "neutral"),
    EventKind.SNOOZED: ("moon", "neutral"),
    EventKind.WOKEN: ("alarm", "info"),
    EventKind.MERGED: ("git-merge", "neutral"),
    EventKind.UNMERGED: ("arrow-back-up", "neutral"),
    EventKind.SPLIT: ("arrows-shuffle", "neutral"),
    EventKind.FILE_ADDED: ("paperclip", "neutral"),
    EventKind.FILE_REMOVED: ("trash", "neutral"),
    EventKind.MOVED: ("users", "neutral"),
    EventKind.SPONSORED: ("shield-check", "accent"),
    EventKind.CUSTOMER_WROTE: ("message-circle", "accent"),
    EventKind.CUSTOMER_SAID: ("message-circle", "accent"),
    EventKind.LEFT_ALONE: ("bell-off", "warning"),
    EventKind.REMEDY: ("gift", "accent"),
    EventKind.RETENTION: ("users", "accent"),
    EventKind.INVITED: ("calendar-event", "neutral"),
    EventKind.GUEST_SAID: ("calendar-event", "accent"),
    EventKind.MAIL_DOUBTFUL: ("mail-off", "warning"),
    EventKind.MAIL_DECIDED: ("mail-forward", "neutral"),
}


WITH_MOMENT: dict[str, Any] = {
    EventKind.CALL_PLANNED: gettext_lazy("When"),
    EventKind.CALL_MISSED: gettext_lazy("When"),
    EventKind.CALL_DROPPED: gettext_lazy("When"),
    EventKind.SNOOZED: gettext_lazy("Until"),
}
WOKEN_BY: dict[str, Any] = {
    "DATE": gettext_lazy("its time has come"),
    "ANSWER": gettext_lazy("the customer said something"),
}
ABOUT_A_CASE: dict[str, Any] = {
    EventKind.MERGED: gettext_lazy("Merged with case #%(number)s"),
    EventKind.UNMERGED: gettext_lazy("The merge with case #%(number)s was undone"),
    EventKind.SPLIT: gettext_lazy("An answer was split off: case #%(number)s"),
}
BY_WAY: dict[str, Any] = {
    "MAIL": gettext_lazy("mail"),
    "PAGE": gettext_lazy("their page of the case"),
    "FORM": gettext_lazy("the complaint form"),
}
LEFT_ALONE_WORDS: dict[str, Any] = {
    "CASE": gettext_lazy("No more messages about this case, please"),
    "ALL": gettext_lazy("No automatic messages and no surveys at all, please"),
    "BACK": gettext_lazy("You may write to me again"),
}


@dataclass(frozen=True)
class Entry:
    """One timeline entry as it is shown."""

    id: int
    title: str
    by: str
    at: datetime
    icon: str
    tone: str
    note: str = ""
    is_internal: bool = False  # drawn as a note to the team
    is_quote: bool = False  # the customer's own words
    details: tuple[tuple[str, str], ...] = ()


def entries(events: Iterable[CaseEvent], *, customer: str) -> list[Entry]:
    """The timeline of a case, with why a promise was past due at once where something moved it there."""
    events = list(events)
    moved = lateness_words.moves(events)
    return [entry(event, customer=customer, moved=moved) for event in events]


def entry(event: CaseEvent, *, customer: str, moved: lateness_words.Moves | None = None) -> Entry:
    """The entry of an event; `customer` is the name of who answered."""
    icon, tone = LOOKS.get(event.kind, ("point", "neutral"))
    from_customer = event.kind in (
        EventKind.OPENED,
        EventKind.ANSWER_JOINED,
        EventKind.ANSWER_AMENDED,
        EventKind.MENTION_JOINED,
        EventKind.CUSTOMER_WROTE,
        EventKind.CUSTOMER_SAID,
        EventKind.LEFT_ALONE,
        EventKind.GUEST_SAID,
    )
    by = event.by.display_name if event.by else customer if from_customer else ""
    note, details = event.note, _details(event, moved or {})
    if event.kind in (EventKind.ASSIGNED, EventKind.PLACED) and note:
        note, details = "", ((_("Because"), note), *details)
    return Entry(
        id=event.pk,
        title=title(event),
        by=by,
        at=event.at,
        icon=icon,
        tone=tone,
        note=note,
        is_internal=event.kind in (EventKind.NOTE, EventKind.TASK_ANSWERED),
        is_quote=from_customer,
        details=details,
    )


def title(event: CaseEvent) -> str:
    """The event in a few words, with the facts that matter."""
    facts = event.facts if isinstance(event.facts, dict) else {}
    plain = str(event.get_kind_display())
    if event.kind == EventKind.ASSIGNED:
        return (
            _("Assigned to %(name)s") % {"name": facts["to"]} if facts.get("to") else _("Back to unassigned")
        )
    if event.kind == EventKind.PLACED:
        cell = facts.get("cell")
        return _("Placed in “%(cell)s”") % {"cell": cell} if cell else _("Not in the matrix")
    if event.kind == EventKind.MOVED:
        return _("Moved to the team %(name)s") % {"name": facts.get("to", "")}
    if event.kind == EventKind.SPONSORED:
        name = facts.get("to")
        return (
            _("Under the care of %(name)s") % {"name": name}
            if name
            else _("No longer under an executive's care")
        )
    if event.kind == EventKind.CUSTOMER_SAID:
        return _("“It is solved”") if facts.get("solved") else _("“It is not solved”")
    if event.kind == EventKind.LEFT_ALONE:
        return LEFT_ALONE_WORDS.get(str(facts.get("what")), plain)
    if event.kind == EventKind.REMEDY and facts.get("state") in RemedyState.values:
        state = RemedyState(facts["state"]).label
        return _("%(state)s: %(what)s") % {"state": state, "what": facts.get("what", "")}
    if event.kind == EventKind.INVITED:
        return _("Invited: %(title)s") % {"title": facts.get("title", "")}
    if event.kind == EventKind.GUEST_SAID:
        return retention_words.coming(facts)
    if event.kind == EventKind.RETENTION:
        return retention_words.title(facts)
    if event.kind == EventKind.RULED:
        return _("Rule “%(rule)s” decided") % {"rule": facts.get("rule", "")}
    if event.kind == EventKind.PRIORITISED:
        if not facts.get("is_by_hand"):
            return _("Priority as the sum says again: %(priority)s") % {
                "priority": priority_word(facts.get("to"))
            }
        return _("Priority set to %(priority)s") % {"priority": priority_word(facts.get("to"))}
    if event.kind == EventKind.STATUS_CHANGED and facts.get("to"):
        return _("Status: %(status)s") % {"status": facts["to"]}
    if event.kind in ABOUT_A_CASE and facts.get("number"):
        return ABOUT_A_CASE[event.kind] % {"number": facts["number"]}
    if event.kind == EventKind.CALLED:
        outcomes = {
            CallOutcome.REACHED: _("Called and reached the customer"),
            CallOutcome.NO_ANSWER: _("Called, no answer"),
            CallOutcome.VOICEMAIL: _("Called and left a message"),
        }
        return outcomes.get(facts.get("outcome", ""), plain)
    if event.kind == EventKind.ESCALATED and facts.get("to"):
        return escalation_words.title(facts)
    if event.kind == EventKind.RAISED and facts.get("to") in Priority.values:
        return _("Priority raised to %(priority)s") % {"priority": Priority(facts["to"]).label}
    if event.kind in (EventKind.DUE_SOON, EventKind.BREACHED, EventKind.ESCALATED) and facts.get("timer"):
        return f"{plain}: {timer_word(facts['timer'])}"
    if event.kind == EventKind.PROMISED:
        return lateness_words.because(facts) or plain
    if (
        event.kind in (EventKind.ANSWER_JOINED, EventKind.ANSWER_AMENDED, EventKind.RECOVERED)
        and facts.get("score") is not None
    ):
        return _("%(what)s (score %(score)s)") % {"what": plain, "score": facts["score"]}
    return plain


def _details(event: CaseEvent, moved: lateness_words.Moves) -> tuple[tuple[str, str], ...]:
    facts = event.facts if isinstance(event.facts, dict) else {}
    rows: list[tuple[str, Any]] = []
    if event.kind in (EventKind.ASSIGNED, EventKind.MOVED, EventKind.SPONSORED):
        rows.append((_("Before"), facts.get("before")))
    if event.kind == EventKind.REOPENED and facts.get("goes_on"):
        rows.append((_("Promises"), _("go on with what was left: the customer said nothing since")))
    if event.kind == EventKind.MOVED and facts.get("let_go"):
        rows.append(
            (_("Owner"), _("nobody: its owner is in another team and had not spoken to the customer"))
        )
    if event.kind == EventKind.PLACED:
        rows.append((_("Before"), facts.get("before")))
    if event.kind == EventKind.RULED:
        minutes = facts.get("minutes")
        rows.append((_("Minutes earlier"), minutes))
        rows.append((_("Promise"), facts.get("policy")))
        rows.append((_("Opening"), DOES_WORDS.get(facts.get("do", ""))))
    if event.kind in (EventKind.TASK_ADDED, EventKind.CALL_PLANNED):
        rows.append((_("For"), facts.get("helper") or facts.get("to")))
    if event.kind in (EventKind.TASK_MOVED, EventKind.PROMISE_BROKEN, EventKind.PROMISE_UNTOLD):
        rows.append((_("Promise"), facts.get("title")))
    if event.kind == EventKind.TASK_MOVED and (at := parse_datetime(str(facts.get("due_at", "")))):
        rows.append((_("New time"), in_words(at)))
    if event.kind == EventKind.STATUS_CHANGED:
        rows.append((_("Before"), facts.get("before")))
    if event.kind == EventKind.PRIORITISED:
        rows.append((_("Before"), priority_word(facts.get("before"))))
    if event.kind == EventKind.RETENTION:
        rows += retention_words.details(facts)
    if event.kind in (EventKind.WAITING, EventKind.RESOLVED):
        rows.append((_("Status"), facts.get("status")))
    if event.kind == EventKind.TASK_ANSWERED:
        rows += [(_("Asked"), facts.get("title")), (_("Answered by"), facts.get("helper"))]
    if event.kind in WITH_MOMENT and (at := parse_datetime(str(facts.get("due_at", "")))):
        rows.append((WITH_MOMENT[event.kind], in_words(at)))
    if event.kind == EventKind.SNOOZED and not facts.get("due_at"):
        rows.append((_("Until"), _("the customer answers")))
    if event.kind == EventKind.WOKEN:
        rows.append((_("Because"), WOKEN_BY.get(facts.get("kind_of_waking", ""))))
    if event.kind in (EventKind.FILE_ADDED, EventKind.FILE_REMOVED):
        rows.append((_("File"), facts.get("file")))
    if event.kind == EventKind.TAGGED:
        rows += [
            (_("Added"), ", ".join(facts.get("added") or [])),
            (_("Removed"), ", ".join(facts.get("removed") or [])),
        ]
    if event.kind == EventKind.CUSTOMER_WROTE:
        rows.append((_("By"), BY_WAY.get(str(facts.get("way")), "")))
    if event.kind == EventKind.RESOLVED:
        rows.append((_("Root cause"), facts.get("root_cause")))
    if event.kind == EventKind.ISSUE_NOTED:
        rows.append((_("Stated complaint"), facts.get("stated_complaint")))
    if event.kind == EventKind.ESCALATED:
        rows += escalation_words.details(
            facts, at=event.at, moved=lateness_words.move_of(facts, moved, at=event.at)
        )
    if event.kind == EventKind.BREACHED:
        rows += lateness_words.details(facts, moved, at=event.at)
    if event.kind == EventKind.PROMISED:
        rows += _moved(facts, at=event.at)
    if event.kind in (EventKind.RECOVERED, EventKind.CLOSED) and facts.get("outcome") in Outcome.values:
        rows.append((_("Outcome"), Outcome(facts["outcome"]).label))
    return tuple((label, str(value)) for label, value in rows if value)


def _moved(facts: dict[str, Any], *, at: datetime) -> list[tuple[str, str]]:
    """What a line about promises says of their moments, in the reader's zone."""

    def word(text: str) -> str:
        return moments.in_words(datetime.fromisoformat(text), None, "D j M, H:i")

    def over(text: str) -> str:
        return " " + _("(over already: late at once)") if datetime.fromisoformat(text) < at else ""

    rows = [
        (timer_word(one["timer"]), _("from %(before)s to %(now)s") % {"before": word(one["from"]), "now": word(one["to"])} + over(one["to"]))
        for one in facts.get("moved", ())
        if one["from"] != one["to"]
    ]  # fmt: skip
    if facts.get("starts") and facts.get("due_at"):
        rows.append((timer_word(facts["starts"]), _("by %(moment)s") % {"moment": word(facts["due_at"])}))
    return rows


def timer_word(kind: str) -> str:
    """First response, Resolution."""
    return str(TimerKind(kind).label) if kind in TimerKind.values else str(kind)


def priority_word(code: Any) -> str:
    """Urgent, High."""
    return str(Priority(code).label) if code in Priority.values else str(code or "")


@dataclass(frozen=True)
class Part:
    """A summand of the rank: minutes earlier (or later, where they are less than none), and why."""

    minutes: int
    why: str

    @property
    def later(self) -> int:
        """Minutes later; only what somebody set by hand has any."""
        return max(-self.minutes, 0)


@dataclass(frozen=True)
class Why:
    """The visible sum: `base_at` minus the minutes of all `parts` is `rank_at`, by which the queue is ordered."""

    base_at: datetime
    has_promise: bool
    parts: tuple[Part, ...]
    minutes: int
    rank_at: datetime


def why_here(case: Case) -> Why:
    """Why the case stands where it stands, from the parts kept on its row."""
    parts = []
    for part in case.rank_parts:
        facts = {**part.get("facts", {}), "minutes": part["minutes"]}
        if part["code"] == "BY_HAND":
            facts["priority"] = priority_word(facts.get("priority"))
        try:
            words = str(PARTS[part["code"]]) % facts
        except KeyError:  # a reason newer or older than these words still counts, and shows its code
            words = str(part["code"])
        parts.append(Part(part["minutes"], words))
    minutes = sum(part.minutes for part in parts)
    base_at = case.rank_at + timedelta(minutes=minutes)
    return Why(base_at, case.next_due_at is not None, tuple(parts), minutes, case.rank_at)
