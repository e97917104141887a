"""The words of the queue: its tabs, sorts, groups, columns and filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.looks import look
from detractors.enums import Origin, Priority
from detractors.filters import QueueAddress
from detractors.forms import said_as_usual, usual_status
from detractors.queries import queue
from detractors.queries.choices import Choice
from detractors.rules import queue_layout as layout
from surveys.enums import ResponseChannel, Segment

TAB_WORDS: dict[str, Any] = {
    queue.MINE: gettext_lazy("Mine"),
    queue.UNASSIGNED: gettext_lazy("Unassigned"),
    queue.DUE_SOON: gettext_lazy("Due soon"),
    queue.BREACHED: gettext_lazy("Breached"),
    queue.OPEN: gettext_lazy("All open"),
    queue.SNOOZED: gettext_lazy("Snoozed"),
    queue.DONE: gettext_lazy("Resolved and closed"),
}
NOTHING_HERE: dict[str, tuple[str, Any, Any]] = {  # icon, title, what it means and what to do
    queue.MINE: (
        "circle-check",
        gettext_lazy("Nothing is waiting for you"),
        gettext_lazy("Cases that are given to you or that you claim appear here, the most pressing first."),
    ),
    queue.UNASSIGNED: (
        "users",
        gettext_lazy("Every open case has an owner"),
        gettext_lazy("A case lands here when nobody is free to take it. Whoever claims it first has it."),
    ),
    queue.DUE_SOON: (
        "clock",
        gettext_lazy("No promise is running out"),
        gettext_lazy(
            "When three quarters of a promised time are used up, or what your promises say, the case appears here."
        ),
    ),
    queue.BREACHED: (
        "shield-check",
        gettext_lazy("No promise is broken"),
        gettext_lazy(
            "A case whose promised time passed without an answer or a solution stays here until it is resolved."
        ),
    ),
    queue.OPEN: (
        "inbox",
        gettext_lazy("No open cases"),
        gettext_lazy(
            "When a customer answers 0 to 6, a case appears here with an owner and a promised time."
        ),
    ),
    queue.SNOOZED: (
        "moon",
        gettext_lazy("Nothing is snoozed"),
        gettext_lazy(
            "A case that is put aside until a day, or until the customer answers, waits here. Its promises run on."
        ),
    ),
    queue.DONE: (
        "archive",
        gettext_lazy("Nothing resolved yet"),
        gettext_lazy(
            "Resolved cases wait here for the customer's second answer; closed ones stay, and can be opened again."
        ),
    ),
    queue.ALL: (
        "search",
        gettext_lazy("Nothing found"),
        gettext_lazy("Try a part of a name, a company, a word of the comment, or a number such as #12."),
    ),
}

SORT_WORDS: dict[str, Any] = {
    layout.RANK: gettext_lazy("Most pressing first"),
    layout.DUE: gettext_lazy("Next due first"),
    layout.OPENED: gettext_lazy("Oldest first"),
    layout.NEWEST: gettext_lazy("Newest first"),
    layout.UPDATED: gettext_lazy("Latest change first"),
    layout.VALUE: gettext_lazy("Highest value first"),
    layout.SCORE: gettext_lazy("Lowest score first"),
}
GROUP_WORDS: dict[str, Any] = {
    "owner": gettext_lazy("Owner"),
    "team": gettext_lazy("Team"),
    "priority": gettext_lazy("Priority"),
    "status": gettext_lazy("Status"),
    "touchpoint": gettext_lazy("Touchpoint"),
}
COLUMN_WORDS: dict[str, Any] = {
    layout.PROMISE: gettext_lazy("Next promise"),
    layout.MARKS: gettext_lazy("Priority and status"),
    layout.OWNER: gettext_lazy("Owner"),
    "value": gettext_lazy("Account value"),
    "touchpoint": gettext_lazy("Touchpoint"),
    "survey": gettext_lazy("Survey"),
    "team": gettext_lazy("Team"),
    "channel": gettext_lazy("Channel"),
    "opened": gettext_lazy("Answered"),
    "updated": gettext_lazy("Last change"),
}
DUE_WORDS: dict[str, Any] = {
    "overdue": gettext_lazy("Overdue"),
    "4h": gettext_lazy("Within 4 hours"),
    "24h": gettext_lazy("Within 24 hours"),
    "week": gettext_lazy("Within a week"),
    layout.NO_PROMISE: gettext_lazy("No promise runs"),
}
PROMISED_WORDS: dict[str, Any] = {
    "overdue": gettext_lazy("Promised and overdue"),
    "open": gettext_lazy("Promised, not done yet"),
}
STAYED_WORDS: dict[str, Any] = {
    "KEPT": gettext_lazy("Kept"),
    "LOST": gettext_lazy("Lost"),
    "SUGGESTED": gettext_lazy("Answered again, not said yet"),
    "UNSAID": gettext_lazy("Not known"),
}
AGE_WORDS: dict[str, Any] = {
    "1d": gettext_lazy("Older than a day"),
    "3d": gettext_lazy("Older than 3 days"),
    "7d": gettext_lazy("Older than a week"),
    "30d": gettext_lazy("Older than 30 days"),
}
WAIT_WORDS: dict[str, Any] = {
    layout.ANY_WAIT: gettext_lazy("Waits for the customer"),
    "3d": gettext_lazy("Waits for 3 days or longer"),
    "7d": gettext_lazy("Waits for a week or longer"),
    "14d": gettext_lazy("Waits for two weeks or longer"),
}


@dataclass(frozen=True)
class Column:
    """A column that can be chosen."""

    code: str
    word: str
    active: bool


@dataclass(frozen=True)
class Field:
    """A filter; `options` are codes and words, None where it is typed."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...] | None
    value: str

    @property
    def is_typed(self) -> bool:
        return self.options is None


def fields(address: QueueAddress, choices: list[Choice]) -> tuple[Field, ...]:
    """Every filter with its choices."""
    states: tuple[str, ...] = (
        ("RESOLVED", "CLOSED") if address.view == queue.DONE else ("NEW", "CONTACTED", "WAITING")
    )
    states = queue.STATES if address.view == queue.ALL else states
    value = address.values.get("value", "")
    sums = sorted({*layout.VALUES, *([int(value)] if value else [])})
    rows: list[tuple[str, str, Any]] = [
        ("status", _("Status"), _looks("status", states)),
        ("own", _("Own status"), _of(choices, "own")),
        ("priority", _("Priority"), _looks("priority", Priority.values)),
        ("owner", _("Owner"), [("me", _("Me")), ("none", _("Nobody")), *_of(choices, "owner")]),
        ("team", _("Team"), [*_of(choices, "team"), ("none", _("No team"))]),
        ("due", _("Due"), [(code, str(word)) for code, word in DUE_WORDS.items()]),
        ("promised", _("Promised"), [(code, str(word)) for code, word in PROMISED_WORDS.items()]),
        ("stayed", _("Kept or lost"), [(code, str(word)) for code, word in STAYED_WORDS.items()]),
        ("waiting", _("Waiting"), [(code, str(word)) for code, word in WAIT_WORDS.items()]),
        ("age", _("Age"), [(code, str(word)) for code, word in AGE_WORDS.items()]),
        ("value", _("Account value"), [(str(n), _("%(sum)s or more") % {"sum": f"{n:,}"}) for n in sums]),
        ("company", _("Company"), None),
        ("language", _("Language"), None),
        ("score", _("Score"), [(str(score), str(score)) for score in range(11)]),
        ("segment", _("Segment"), [(code, str(word)) for code, word in Segment.choices]),
        ("touchpoint", _("Touchpoint"), _of(choices, "touchpoint")),
        ("survey", _("Survey"), _of(choices, "survey")),
        ("tag", _("Tag"), _of(choices, "tag")),
        ("cell", _("Cell of the matrix"), [*_of(choices, "cell"), (layout.UNMAPPED, _("Unmapped"))]),
        ("spike", _("Spike"), _of(choices, "spike")),
        ("executive", _("Executive"), _executives(_of(choices, "executive"))),
        ("standing", _("One-off or long-standing"), [("chronic", _("Long-standing"))]),
        ("exposure", _("Public exposure"), [("public", _("Others can read it"))]),
        ("channel", _("Channel"), [(code, str(word)) for code, word in ResponseChannel.choices]),
        ("origin", _("How it came"), [(code, str(word)) for code, word in Origin.choices]),
    ]
    return tuple(
        Field(name, label, None if options is None else tuple(options), address.values.get(name, ""))
        for name, label, options in rows
        if options is None or options
    )


def chips(address: QueueAddress, shown: Iterable[Field]) -> list[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    found = [
        {
            "label": field.label,
            "value": dict(field.options or ()).get(field.value, field.value),
            "remove_url": address.url(**{field.name: None}),
        }
        for field in shown
        if field.value
    ]
    if "q" in address.values:
        found.insert(
            0, {"label": _("Search"), "value": address.values["q"], "remove_url": address.url(q=None)}
        )
    return found


def name_of(address: QueueAddress, shown: list[dict[str, str]]) -> str:
    """What a view of this list is called until somebody calls it otherwise."""
    words = [str(TAB_WORDS[address.view])] if address.view in TAB_WORDS else []
    words += [chip["value"] for chip in shown]
    if sort := address.layout.get("sort"):
        words.append(str(SORT_WORDS[sort]).lower())
    return ", ".join(words)[:80].strip()


def own_statuses(choices: Iterable[Choice], category: str) -> tuple[tuple[str, str], ...]:
    """The workspace's own statuses of `category` to choose from, first what holds without; nothing where there are none."""
    found = [one.status for one in choices if one.status is not None and one.of == category]
    others = [(status.public_id, status.name) for status in found if not status.is_default]
    return (("", said_as_usual(usual_status(found, category))), *others) if others else ()


def _executives(people: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Any of them, then each; nothing where the workspace has none."""
    return [("any", _("Any executive")), ("me", _("Me")), *people] if people else []


def _looks(kind: str, codes: Any) -> list[tuple[str, str]]:
    return [(code, str(look(kind, code).word)) for code in codes]


def _of(choices: list[Choice], kind: str) -> list[tuple[str, str]]:
    return [(choice.value, choice.name) for choice in choices if choice.kind == kind]
