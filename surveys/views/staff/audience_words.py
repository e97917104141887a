"""How a saved filter is said: the names of what can be asked of a contact, and of the comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.enums import RespondentType, Segment
from surveys.queries.audience_rows import Headcount
from surveys.rules.audience_filter import ATTRIBUTE, BARE, Condition, Filter

FIELDS: dict[str, Any] = {
    "last_score": gettext_lazy("Last score"),
    "last_segment": gettext_lazy("Class today"),
    "last_asked_at": gettext_lazy("Last asked"),
    "last_answered_at": gettext_lazy("Last answered"),
    "created_at": gettext_lazy("Added on"),
    "language": gettext_lazy("Language"),
    "company": gettext_lazy("Company"),
    "account_value": gettext_lazy("Account value"),
    "respondent_type": gettext_lazy("Who this is"),
    "is_watched": gettext_lazy("Is watched"),
    "has_email": gettext_lazy("Has an e-mail address"),
    "has_phone": gettext_lazy("Has a phone number"),
}
OPS: dict[str, Any] = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "contains": gettext_lazy("contains"),
    "known": gettext_lazy("is known"),
    "unknown": gettext_lazy("is not known"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "on": gettext_lazy("is the day"),
    "before": gettext_lazy("is before the day"),
    "after": gettext_lazy("is after the day"),
    "within_days": gettext_lazy("in the last … days"),
    "before_days": gettext_lazy("longer ago than … days"),
    "never": gettext_lazy("never"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
}
VALUES: dict[str, list[tuple[str, Any]]] = {
    "last_segment": [
        (code.value, code.label) for code in (Segment.PROMOTER, Segment.PASSIVE, Segment.DETRACTOR)
    ],
    "respondent_type": list(RespondentType.choices),
}


def of_condition(one: Condition, labels: Mapping[str, str]) -> str:
    """One condition in words: "Region is North"; `labels` are those of the attributes."""
    name = one.field.removeprefix(ATTRIBUTE)
    label = labels.get(name, name) if one.field.startswith(ATTRIBUTE) else str(FIELDS[one.field])
    if one.op in ("within_days", "before_days"):
        return f"{label} {str(OPS[one.op]).replace('…', one.value)}"
    if one.op in BARE:
        return f"{label} {OPS[one.op]}"
    value = dict(VALUES.get(one.field, [])).get(one.value, one.value)
    return f"{label} {OPS[one.op]} {value}"


def of_filter(found: Filter, labels: Mapping[str, str]) -> str:
    """The whole filter in one line."""
    joint = _(" and ") if found.match == "all" else _(" or ")
    return joint.join(of_condition(one, labels) for one in found.conditions)


def of_headcount(count: Headcount) -> str:
    """ "1,204 people", "about 430,000 people"."""
    if count.is_estimate:
        return _("about %(n)s people") % {"n": f"{count.number:,}"}
    return _("1 person") if count.number == 1 else _("%(n)s people") % {"n": f"{count.number:,}"}
