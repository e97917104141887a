"""Saved filters as one question to the database, and how many people they mean.

What an answer left on its contact (`last_score` and so on) is read there, so no filter looks into the answers. Texts of
attributes and companies are found by the indexes there are already; the rest reads the table and ends early: a count
stops at EXACT, and above it the planner's own estimate is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.lookups import Overlap
from django.db import OperationalError, connection, transaction
from django.db.models import (
    Case,
    DecimalField,
    F,
    JSONField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    LessThan,
    LessThanOrEqual,
    Regex,
)

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.models import Attribute, Audience, Campaign, Contact
from surveys.models.contact import AttributeWords
from surveys.queries import sight as sights
from surveys.rules import attribute_kinds, audience_filter
from surveys.rules.audience_filter import ALL, ATTRIBUTE, BOOLEAN, DATE, NUMBER, Condition, Filter

EXACT = 10_000  # people counted one by one
PATIENCE = 1_500  # milliseconds a live count may take before the estimate is said
SAMPLE = 10


@dataclass(frozen=True)
class Headcount:
    """How many people; above EXACT, or when counting took too long, about so many."""

    number: int
    is_estimate: bool


def kinds(*, workspace: Workspace | int) -> dict[str, str]:
    """The attributes a filter can name, with their kinds."""
    return dict(Attribute.objects.of(workspace).values_list("name", "kind"))


def fitting(*, workspace: Workspace, filter: Any, now: datetime) -> QuerySet[Contact]:
    """The contacts a stored filter means, its days counted from `now`; nobody for one that cannot be read any more."""
    rows: QuerySet[Contact] = Contact.objects.of(workspace).present()
    try:
        found = audience_filter.read(filter, attributes=kinds(workspace=workspace))
    except audience_filter.BadFilter:
        return rows.none()
    return rows.filter(condition(found, workspace=workspace, now=now))


def of_audience(*, audience: Audience, now: datetime, sight: Sight = EVERYTHING) -> QuerySet[Contact]:
    """The contacts of a saved audience that may be seen."""
    rows = fitting(workspace=audience.workspace, filter=audience.filter, now=now)
    return rows.filter(sights.contacts(workspace=audience.workspace_id, sight=sight))


def condition(found: Filter, *, workspace: Workspace, now: datetime) -> Q:
    """A filter that was read, as a condition on Contact."""
    known = kinds(workspace=workspace)
    whole = Q()
    for one in found.conditions:
        part = _part(one, known, workspace, now)
        whole = whole & part if found.match == ALL or not whole else whole | part
    return whole


def headcount(rows: QuerySet[Contact]) -> Headcount:
    """How many people `rows` are: exactly up to EXACT, about above it."""
    plain = rows.order_by()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
            number = plain.values("pk")[: EXACT + 1].count()
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError:  # it took too long: what the planner thinks has to do
        return Headcount(_estimate(plain), is_estimate=True)
    if number <= EXACT:
        return Headcount(number, is_estimate=False)
    return Headcount(max(EXACT, _estimate(plain)), is_estimate=True)


def _estimate(rows: QuerySet[Contact]) -> int:
    """The planner's estimate, on two digits: more would look exact."""
    number = int(json.loads(rows.values("pk").explain(format="json"))[0]["Plan"]["Plan Rows"])
    step = 10 ** max(0, len(str(number)) - 2)
    return number // step * step


def sample(rows: QuerySet[Contact]) -> list[Contact]:
    """Ten of the people, whoever is found first, by name."""
    return sorted(rows.order_by()[:SAMPLE], key=lambda contact: contact.display_name.casefold())


def listed(*, workspace: Workspace) -> QuerySet[Audience]:
    """The workspace's audiences, by name."""
    return Audience.objects.of(workspace).select_related("created_by", "workspace").order_by("name", "pk")


def users_of(*, audience: Audience) -> list[Campaign]:
    """The campaigns that ask this audience, newest first."""
    return list(
        Campaign.objects.of(audience.workspace_id).filter(saved_audience=audience).order_by("-pk")[:100]
    )


# One condition -------------------------------------------------------------------------------------------------


def _part(one: Condition, known: dict[str, str], workspace: Workspace, now: datetime) -> Q:
    if one.field.startswith(ATTRIBUTE):
        name = one.field.removeprefix(ATTRIBUTE)
        return _attribute(name, known[name], one)
    if one.field in _SPECIAL:
        return _SPECIAL[one.field](one)
    return _moment(one, workspace, now)


def _attribute(name: str, kind: str, one: Condition) -> Q:
    text = KeyTextTransform(name, F("attributes"))
    if one.op == "known":
        return Q(attributes__has_key=name)
    if one.op == "unknown":
        return ~Q(attributes__has_key=name)
    if kind == NUMBER:
        number = Case(
            When(
                Regex(text, Value(attribute_kinds.NUMBER_PATTERN)),
                then=Cast(text, DecimalField(max_digits=30, decimal_places=6)),
            ),
            output_field=DecimalField(max_digits=30, decimal_places=6),
        )
        return Q(_COMPARE[one.op](number, Value(Decimal(one.value))))
    if kind == DATE:  # days as they are written sort like days
        day = Q(Regex(text, Value(attribute_kinds.DAY_PATTERN)))
        return day & Q(_COMPARE[one.op](Cast(text, TextField()), Value(one.value)))
    lowered = Lower(text, output_field=TextField())
    if kind == BOOLEAN:
        said = attribute_kinds.YES if one.op == "yes" else attribute_kinds.NO
        return Q(In(lowered, sorted(said)))
    if one.op == "contains":
        return (
            Q(**{f"attributes__{name}__icontains": one.value})
            if name.isidentifier()
            else _contains(text, one.value)
        )
    same = Q(Exact(lowered, Lower(Value(one.value, output_field=TextField()))))
    if one.op == "is_not":
        return ~Q(attributes__has_key=name) | ~same
    words = AttributeWords(Value({name: one.value}, output_field=JSONField()))
    return Q(Overlap(AttributeWords(F("attributes")), words)) & same


def _contains(text: Any, value: str) -> Q:
    pattern = "".join(f"\\{letter}" if letter in r"\^$.|?*+()[]{}" else letter for letter in value)
    return Q(Regex(Lower(text, output_field=TextField()), Lower(Value(pattern, output_field=TextField()))))


_COMPARE: dict[str, Any] = {
    "is": Exact, "on": Exact, "at_least": GreaterThanOrEqual, "at_most": LessThanOrEqual, "before": LessThan,
    "after": GreaterThan,
}  # fmt: skip


def _number_field(one: Condition) -> Q:
    if one.op in ("known", "unknown"):
        return Q(**{f"{one.field}__isnull": one.op == "unknown"})
    lookup = {"is": "exact", "at_least": "gte", "at_most": "lte"}[one.op]
    return Q(**{f"{one.field}__{lookup}": Decimal(one.value)})


def _choice(one: Condition) -> Q:
    if one.op == "unknown":
        return Q(**{one.field: ""})
    return Q(**{one.field: one.value}) if one.op == "is" else ~Q(**{one.field: one.value})


def _text_field(one: Condition) -> Q:
    if one.op in ("known", "unknown"):
        empty = Q(**{one.field: ""})
        return empty if one.op == "unknown" else ~empty
    lookup = "icontains" if one.op == "contains" else "iexact"
    fits = Q(**{f"{one.field}__{lookup}": one.value})
    if one.op == "is_not":
        return ~fits
    return fits & Q(search__icontains=one.value) if one.field == "company" else fits  # by the index on search


def _flag(positive: Q) -> Callable[[Condition], Q]:
    return lambda one: positive if one.op == "yes" else ~positive


_SPECIAL: dict[str, Callable[[Condition], Q]] = {
    "last_score": _number_field,
    "account_value": _number_field,
    "last_segment": _choice,
    "respondent_type": _choice,
    "language": _text_field,
    "company": _text_field,
    "is_watched": _flag(Q(watch_since__isnull=False)),
    "has_email": _flag(~Q(email="")),
    "has_phone": _flag(~Q(phone="")),
}


def _moment(one: Condition, workspace: Workspace, now: datetime) -> Q:
    """Days are the workspace's own: "before" and "after" leave the day itself out."""
    if one.op == "never":
        return Q(**{f"{one.field}__isnull": True})
    if one.op in ("within_days", "before_days"):
        moment = now - timedelta(days=int(one.value))
        return Q(**{f"{one.field}__{'gte' if one.op == 'within_days' else 'lt'}": moment})
    day = date.fromisoformat(one.value)
    zone = ZoneInfo(workspace.time_zone)
    if one.op == "before":
        return Q(**{f"{one.field}__lt": datetime.combine(day, time.min, zone)})
    return Q(**{f"{one.field}__gte": datetime.combine(day + timedelta(days=1), time.min, zone)})
