"""The words of rules, cells and standings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from detractors.enums import RuleKind
from detractors.models import Case, CaseRule
from detractors.rules import conditions, effects, expressions, standing
from detractors.rules.conditions import ANY, BARE, NUMBER, BadConditions, Conditions, Field
from detractors.services import ranking

OP_WORDS: dict[str, Any] = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "contains": gettext_lazy("contains"),
    "not_contains": gettext_lazy("does not contain"),
    "known": gettext_lazy("is known"),
    "unknown": gettext_lazy("is not known"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
}
KIND_SAYS: dict[str, Any] = {
    RuleKind.OPENING: gettext_lazy(
        "Asked for every answer. Without a rule that fits, unhappy answers open a case and others do not."
    ),
    RuleKind.ROUTING: gettext_lazy(
        "Asked for every new case. Without a rule that fits it goes to the owning team, else to whose turn it is."
    ),
    RuleKind.PRIORITY: gettext_lazy(
        "Asked for every new case: minutes earlier in the queue, another promise."
    ),
}
DOES_WORDS: dict[str, Any] = {
    effects.OPEN: gettext_lazy("Open a case"),
    effects.DO_NOT_OPEN: gettext_lazy("Open no case"),
    effects.HOLD: gettext_lazy("Hold it for a look"),
}
TARGET_WORDS: dict[str, Any] = {
    effects.ANYBODY: gettext_lazy("Anybody"),
    effects.TEAM: gettext_lazy("A team"),
    effects.MEMBER: gettext_lazy("One person"),
    effects.CONTACT_OWNER: gettext_lazy("Who owns the customer"),
}
BY_WORDS: dict[str, Any] = {
    effects.TURNS: gettext_lazy("By turns"),
    effects.LEAST_LOADED: gettext_lazy("Fewest open cases"),
}


def conditions_in_words(stated: Conditions, fields: Mapping[str, Field]) -> str:
    """“Score is at most 3 and Language is de”; groups in brackets when there are several."""
    if stated.is_always:
        return _("Always")
    groups = []
    for group in stated.groups:
        parts = [_one(one.field, one.op, one.value, fields) for one in group.conditions]
        groups.append(_joined(parts, group.match))
    if len(groups) == 1:
        return groups[0]
    return _joined([f"({one})" for one in groups], stated.match)


def expression(said: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    """The conditions as the expression that is judged; empty while they cannot be read."""
    try:
        stated = conditions.read(said, fields=fields)
    except BadConditions:
        return ""
    return expressions.text_of(
        stated, {one.name: expressions.NUMBER for one in fields.values() if one.kind == NUMBER}
    )


def _joined(parts: list[str], match: str) -> str:
    return (_(" or ") if match == ANY else _(" and ")).join(parts)


def _one(name: str, op: str, value: str, fields: Mapping[str, Field]) -> str:
    known = fields.get(name)
    label = known.label if known else _("something that is no longer there")
    said = dict(known.choices).get(value, value) if known else value
    word = str(OP_WORDS.get(op, op))
    if op in BARE:
        return f"{label}: {word}" if op in ("yes", "no") else f"{label} {word}"
    return f"{label} {word} “{said}”"


def effect_in_words(rule: CaseRule, names: Mapping[str, Mapping[int, str]]) -> str:
    """What the rule does; `names` are those of "teams", "members" (by user id), "policies" and "tags"."""
    effect = rule.effect
    if rule.kind == RuleKind.OPENING:
        word = str(DOES_WORDS.get(effect.get("do", ""), ""))
        if effect.get("do") == effects.HOLD:
            hours = int(effect.get("hours", 0))
            held = ngettext("%(n)s hour, then it opens", "%(n)s hours, then it opens", hours) % {"n": hours}
            return f"{word}: {held}"
        return word
    if rule.kind == RuleKind.ROUTING:
        return _routing(effect, names)
    parts = []
    if effect.get("minutes"):
        parts.append(_("%(minutes)s minutes earlier") % {"minutes": effect["minutes"]})
    if effect.get("policy"):
        name = names.get("policies", {}).get(effect["policy"], _("a promise that is gone"))
        parts.append(_("promise “%(name)s”") % {"name": name})
    known = names.get("tags", {})
    if tags := [known[tag] for tag in effect.get("tags", ()) if tag in known]:
        parts.append(_("tagged %(tags)s") % {"tags": ", ".join(tags)})
    return ", ".join(parts)


def _routing(effect: Mapping[str, Any], names: Mapping[str, Mapping[int, str]]) -> str:
    to = effect.get("to")
    if to == effects.MEMBER:
        parts = [names.get("members", {}).get(effect.get("member", 0), _("somebody who is gone"))]
    elif to == effects.TEAM:
        parts = [names.get("teams", {}).get(effect.get("team", 0), _("a team that is gone"))]
    else:
        parts = [str(TARGET_WORDS.get(to or "", ""))]
    if effect.get("skill"):
        parts.append(_("who knows %(skill)s") % {"skill": effect["skill"]})
    if effect.get("speaks"):
        parts.append(_("who speaks the customer's language"))
    parts.append(str(BY_WORDS.get(effect.get("by", ""), "")).lower())
    return ", ".join(part for part in parts if part)


# One-off or long-standing ---------------------------------------------------------------------------------


def standing_title(case: Case) -> str:
    """In two words; empty while nobody has looked."""
    code = (case.rank_facts.get("standing") or {}).get("code", "")
    words = {
        standing.FIRST: _("First answer"),
        standing.ONE_OFF: _("One-off"),
        standing.LONG_STANDING: _("Long-standing"),
    }
    return words.get(code, "")


def standing_in_words(case: Case) -> str:
    """Why the case is one or the other, with counts and dates."""
    kept = case.rank_facts.get("standing") or {}
    episodes = ranking.standing_days(case)
    n, content, code = len(episodes), int(kept.get("content", 0)), kept.get("code", "")
    days = ", ".join(_day(one) for one in episodes)
    if code and not n:
        return _("No unhappy answer in two years.")
    if code == standing.LONG_STANDING and int(kept.get("in_a_row", 0)) >= 2:
        return _("Unhappy %(n)s times in two years (%(days)s), the last %(row)s in a row.") % {
            "n": n, "days": days, "row": kept["in_a_row"],
        }  # fmt: skip
    if code == standing.LONG_STANDING:
        return _("Unhappy %(n)s times in two years: %(days)s.") % {"n": n, "days": days}
    if code == standing.ONE_OFF and n > 1:
        return _("Unhappy %(n)s times in two years (%(days)s), with content answers between.") % {
            "n": n, "days": days,
        }  # fmt: skip
    if code == standing.ONE_OFF and content:
        before = ngettext("%(n)s content answer", "%(n)s content answers", content) % {"n": content}
        return _("Unhappy once in two years (%(days)s); otherwise %(before)s.") % {
            "days": days, "before": before,
        }  # fmt: skip
    if code == standing.ONE_OFF:
        return _("Unhappy once in two years (%(days)s).") % {"days": days}
    if code == standing.FIRST:
        return _("The first answer of this customer in two years: nothing to compare it with.")
    return ""


def _day(moment: datetime) -> str:
    return formats.date_format(localtime(moment), "j M Y")
