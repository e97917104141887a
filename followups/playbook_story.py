"""A playbook as a sentence a person reads, its moments as words, and the ways it can end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from detractors.rule_words import conditions_in_words
from detractors.rules.conditions import BadConditions, Conditions, Field, read
from followups.playbook_enums import Stop, not_done, run_ends
from followups.playbook_words import BUILT_IN
from followups.rules import playbook_steps as rules

STOP_WORDS: dict[str, Any] = {
    Stop.CUSTOMER_WROTE: gettext_lazy("the customer writes"),
    Stop.PERSON_REPLIED: gettext_lazy("a person writes or calls"),
    Stop.RESOLVED: gettext_lazy("the case is resolved"),
    Stop.CLOSED: gettext_lazy("the case is closed"),
    Stop.REASSIGNED: gettext_lazy("the case is given to somebody else"),
    "OPTED_OUT": gettext_lazy("the customer wants no more of these messages"),
}
BEGINS: dict[str, Any] = {
    rules.CASE_OPENED: gettext_lazy("When a case is opened"),
    rules.NO_COMMENT: gettext_lazy("When a score comes without words"),
    rules.WAITING: gettext_lazy("When we begin to wait for the customer"),
    rules.RESOLVED: gettext_lazy("When a case is resolved"),
    rules.RECOVERED: gettext_lazy("When a customer is recovered"),
    rules.NOT_RECOVERED: gettext_lazy("When a customer is not recovered"),
    rules.PASSIVE: gettext_lazy("When a passive answers"),
    rules.PROMOTER: gettext_lazy("When a promoter answers"),
}
TASK_FOR: dict[str, Any] = {
    rules.OWNER: gettext_lazy("the owner of the case"),
    rules.LEAD: gettext_lazy("the team's lead"),
    rules.MANAGER: gettext_lazy("a manager"),
    rules.EXECUTIVE: gettext_lazy("an executive"),
}
ICONS = {
    rules.MAIL: "mail", rules.SMS: "message-2", rules.TASK: "list-check", rules.STATUS: "arrow-right",
    rules.TAG: "tag", rules.ASSIGN: "user",
}  # fmt: skip
GAPS = ((0, 0), (120, 1), (24 * 60, 2), (7 * 24 * 60, 3))  # minutes up to which a gap is drawn so wide


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a playbook names, by id; `templates` by kind."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    members: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    tags: Mapping[int, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """One step: what it does, when, and on what it depends. `moment` is short, for the line."""

    kind: str
    icon: str
    does: str
    when: str
    only_if: str
    moment: str
    gap: int

    @property
    def says(self) -> str:
        """“after 4 working hours: ask the team's lead to call”."""
        said = _("%(when)s: %(does)s") % {"when": self.when, "does": self.does}
        return (
            _("%(said)s, only if %(condition)s") % {"said": said, "condition": self.only_if}
            if self.only_if
            else said
        )


@dataclass(frozen=True)
class Story:
    """The whole of it: how it begins, its steps, how it ends."""

    begins: str
    steps: list[Told]
    ends: str


def story(data: Mapping[str, Any], names: Names) -> Story:
    """A playbook as services/playbooks.py takes it, in words; what is not complete yet is said as far as it goes."""
    return Story(
        begins=begins(data, names),
        steps=steps(data.get("steps") or (), names),
        ends=ends(data.get("stops") or ()),
    )


def steps(data: Sequence[Mapping[str, Any]], names: Names) -> list[Told]:
    """Each step in words."""
    return [_told(step, place, names) for place, step in enumerate(data)]


def begins(data: Mapping[str, Any], names: Names) -> str:
    """“When a case is opened, if Standing is “Long-standing”:”."""
    event = str(data.get("event") or "")
    if event == rules.SILENCE:
        days = rules.whole(data.get("silent_days"), 1, rules.MOST_SILENT_DAYS) or 0
        when = ngettext(
            "When the customer has not answered for %(n)s day", "When the customer has not answered for %(n)s days", days
        ) % {"n": days or "…"}  # fmt: skip
    else:
        when = str(BEGINS.get(event, _("When …")))
    holds = condition_in_words(data.get("conditions"), names)
    if holds:
        return _("%(when)s, if %(condition)s:") % {"when": when, "condition": holds}
    return _("%(when)s:") % {"when": when}


def condition_in_words(stated: Any, names: Names) -> str:
    """The conditions in words; empty when there are none, or none that can be read yet."""
    try:
        found = read(stated or {}, fields=names.fields)
    except BadConditions:
        found = _readable(stated)
    return "" if found.is_always else conditions_in_words(found, names.fields)


def _readable(stated: Mapping[str, Any]) -> Conditions:
    """Those with a field and a comparison."""
    groups = []
    for group in stated.get("groups", ()):
        kept = [one for one in group.get("conditions", ()) if one.get("field") and one.get("op")]
        if kept:
            groups.append({**group, "conditions": kept})
    return Conditions.stored({**stated, "groups": groups})


def ends(stops: Sequence[str]) -> str:
    """“It stops when the customer writes or the case is closed.”."""
    said = [str(STOP_WORDS.get(one, one)) for one in stops]
    if not said:
        return _("It goes to its last step.")
    joined = (
        said[0]
        if len(said) == 1
        else _("%(some)s or %(last)s") % {"some": ", ".join(said[:-1]), "last": said[-1]}
    )
    return _("It stops when %(ends)s.") % {"ends": joined}


def end_in_words(code: str) -> str:
    """Why a run ended before its last step."""
    return str(dict(run_ends()).get(code, code))


def why_not_done(code: str) -> str:
    """Why a step was not done."""
    return str(dict(not_done()).get(code, code))


# Moments ----------------------------------------------------------------------------------------------------------


def length(amount: Any, unit: str, clock: str) -> str:
    """“4 working hours”, “2 days”; “…” while no number is typed."""
    n = rules.whole(amount, 0, 10**6)
    if n is None:
        return "…"
    working = clock == rules.WORKING
    if unit == rules.MINUTES:
        text = ngettext("%(n)s working minute", "%(n)s working minutes", n) if working else ngettext("%(n)s minute", "%(n)s minutes", n)  # fmt: skip
    elif unit == rules.DAYS:
        text = ngettext("%(n)s working day", "%(n)s working days", n) if working else ngettext("%(n)s day", "%(n)s days", n)  # fmt: skip
    else:
        text = ngettext("%(n)s working hour", "%(n)s working hours", n) if working else ngettext("%(n)s hour", "%(n)s hours", n)  # fmt: skip
    return text % {"n": n}


def moment(delay: Mapping[str, Any]) -> str:
    """“at once” or “4 working hours”."""
    amount, unit, clock = delay.get("amount", 0), str(delay.get("unit")), str(delay.get("clock"))
    if rules.whole(amount, 0, 10**6) == 0:
        return _("when work begins") if clock == rules.WORKING else _("at once")
    return length(amount, unit, clock)


def _when(delay: Mapping[str, Any], place: int) -> str:
    said = moment(delay)
    if rules.whole(delay.get("amount", 0), 0, 10**6) == 0:
        return said
    if place and delay.get("since", rules.STEP) == rules.EVENT:
        return _("%(length)s after it happened") % {"length": said}
    return _("%(length)s later") % {"length": said}


def _gap(delay: Mapping[str, Any]) -> int:
    """How wide the way to the step is drawn, 0 to 4."""
    amount, unit = rules.whole(delay.get("amount", 0), 0, 10**6) or 0, str(delay.get("unit"))
    minutes = rules.length(amount, unit if unit in rules.LONGEST else rules.HOURS).total_seconds() / 60
    return next((width for most, width in GAPS if minutes <= most), 4)


# Steps ------------------------------------------------------------------------------------------------------------


def _told(step: Mapping[str, Any], place: int, names: Names) -> Told:
    kind, delay = str(step.get("kind") or ""), step.get("delay") or {}
    return Told(
        kind=kind,
        icon=ICONS.get(kind, "arrow-right"),
        does=does_in_words(kind, step.get("does") or {}, names),
        when=_when(delay, place),
        only_if=condition_in_words(step.get("conditions"), names),
        moment=moment(delay),
        gap=_gap(delay),
    )


def does_in_words(kind: str, does: Mapping[str, Any], names: Names) -> str:
    """“ask the team's lead to call: “Call them””; with dots where nothing is chosen yet."""
    if "built_in" in does:
        return str(BUILT_IN.get(does["built_in"], "…"))
    if kind in rules.MESSAGES:
        return _message(kind, does, names)
    if kind == rules.TASK:
        return _task(does, names)
    if kind == rules.STATUS:
        return _move(does, names)
    if kind == rules.TAG:
        tags = [
            names.tags[int(one)]
            for one in does.get("tags") or ()
            if str(one).isdigit() and int(one) in names.tags
        ]
        return _("tag the case %(tags)s") % {"tags": ", ".join(f"“{one}”" for one in tags) or "…"}
    if kind == rules.ASSIGN:
        return _("give the case to %(whom)s") % {"whom": _whom(does, names)}
    return "…"


def _message(kind: str, does: Mapping[str, Any], names: Names) -> str:
    if does.get("template"):
        words = names.templates.get(kind, {}).get(str(does["template"]), _("a template that is gone"))
    else:
        words = " ".join(str(does.get("subject" if kind == rules.MAIL else "body") or "").split())
        words = f"{words[:57]}…" if len(words) > 60 else words or "…"
    text = _("send the mail “%(words)s”") if kind == rules.MAIL else _("send the text message “%(words)s”")
    return text % {"words": words}


def _task(does: Mapping[str, Any], names: Names) -> str:
    asks = {
        "CALL": _("ask %(whom)s to call: “%(title)s”"),
        "LETTER": _("ask %(whom)s to write a letter: “%(title)s”"),
        "GIFT": _("ask %(whom)s to send a gift: “%(title)s”"),
    }
    text = asks.get(str(does.get("what")), _("ask %(whom)s: “%(title)s”"))
    said = text % {"whom": _whom(does, names), "title": str(does.get("title") or "").strip() or "…"}
    due = does.get("due")
    if due:
        within = length(due.get("amount"), str(due.get("unit")), str(due.get("clock")))
        said = _("%(said)s within %(length)s") % {"said": said, "length": within}
    return said


def _move(does: Mapping[str, Any], names: Names) -> str:
    to = does.get("to")
    if to == rules.TO_WAITING:
        words = str(does.get("waiting_for") or "").strip() or "…"
        return _("let the case wait for the customer: “%(words)s”") % {"words": words}
    if to == rules.TO_OPEN:
        return _("put the case back to work")
    if to == rules.TO_STATUS:
        return _("move the case to “%(status)s”") % {
            "status": names.statuses.get(str(does.get("status")), "…")
        }
    return _("move the case …")


def _whom(does: Mapping[str, Any], names: Names) -> str:
    whom = str(does.get("for") or "")
    if whom in (rules.MEMBER, rules.TEAM):
        known, chosen = (names.members, "member") if whom == rules.MEMBER else (names.teams, "team")
        ident = rules.whole(does.get(chosen), 1, 10**9)
        return known.get(ident or 0, "…")
    return str(TASK_FOR.get(whom, "…"))
