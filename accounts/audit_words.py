"""The record in words a person reads: who changed what from what to what, with names instead of ids.

All names are looked up for a whole page at once: one query for each kind of thing on it, one for the people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import dateformat
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit_queries import Line, keys, label_of
from accounts.enums import Act, Role
from accounts.history import Change, kinds
from accounts.models import User, Workspace
from core.moments import in_words
from core.numbers import whole

SHORT = 60  # characters of a value that still reads well in a sentence
# What acts are about, besides the kinds of the change tables.
SUBJECTS = {
    "answer": gettext_lazy("answer"),
    "answers": gettext_lazy("answers"),
    "audit": gettext_lazy("audit log"),
    "bulk_edit": gettext_lazy("bulk edit"),
    "case": gettext_lazy("case"),
    "cases": gettext_lazy("cases"),
    "contact": gettext_lazy("contact"),
    "figures": gettext_lazy("figures"),
    "import": gettext_lazy("import"),
    "invite": gettext_lazy("invitation"),
    "user": gettext_lazy("person"),
}
DAYS = {
    "mon": gettext_lazy("Mon"), "tue": gettext_lazy("Tue"), "wed": gettext_lazy("Wed"), "thu": gettext_lazy("Thu"),
    "fri": gettext_lazy("Fri"), "sat": gettext_lazy("Sat"), "sun": gettext_lazy("Sun"),
}  # fmt: skip
DETAILS = {  # what the details of acts are called; others by their own name
    "act": gettext_lazy("what"), "cases": gettext_lazy("cases"), "executives": gettext_lazy("executives"), "invite": gettext_lazy("invitation"),
    "kind": gettext_lazy("about"), "person": gettext_lazy("who"), "removed": gettext_lazy("removed"), "role": gettext_lazy("role"),
    "rows": gettext_lazy("rows"), "since": gettext_lazy("from"), "table": gettext_lazy("table"),
    "thing": gettext_lazy("history of"), "to": gettext_lazy("to"), "until": gettext_lazy("until"),
    "user": gettext_lazy("person"), "TURNS": gettext_lazy("in turn"), "NOBODY": gettext_lazy("nobody"),
}  # fmt: skip
# Details that hold the id of a person, or of several.
PEOPLE_IN_DETAILS = ("user", "owner", "by", "to", "from", "removed", "executives")


@dataclass(frozen=True)
class Value:
    """One field: what it was and what it is. `was` is empty where there is no before."""

    label: str
    was: str
    now: str

    @property
    def is_long(self) -> bool:
        return len(self.was) > 2 * SHORT or len(self.now) > 2 * SHORT


@dataclass(frozen=True)
class Entry:
    """One line of the record, ready to show. `who_icon` tells a person, a key and Amends itself apart."""

    at: datetime
    who: str
    who_icon: str
    says: str
    address: str
    route: str
    request_id: str
    kind: str
    thing: str  # "member:12", or empty if there is no such thing
    is_change: bool
    is_update: bool
    values: list[Value] = field(default_factory=list)


def kind_labels() -> dict[str, Any]:
    """Code -> label of everything a line can be about, by label."""
    found = {kind: change.about_label for kind, change in kinds().items()} | SUBJECTS
    return dict(sorted(found.items(), key=lambda pair: str(pair[1]).lower()))


def act_labels() -> dict[str, Any]:
    """Code -> label of everything that can be done."""
    changed = {
        "insert": gettext_lazy("added"),
        "update": gettext_lazy("changed"),
        "delete": gettext_lazy("removed"),
    }
    return changed | dict(Act.choices)


def entries(*, workspace: Workspace, lines: Sequence[Line], zone: Any = None) -> list[Entry]:
    """The lines in words, in their order. Moments in values are told in `zone` (default: the viewer's)."""
    names = _Names(workspace, lines, zone)
    return [_entry(line, names) for line in lines]


def thing_name(*, workspace: Workspace, thing: str) -> str:
    """`member:12` as `member “Bob Brown”`, for the heading of its own history."""
    kind, _colon, number = thing.partition(":")
    names = _Names(workspace, [], None, {(kind, number)})
    return names.subject(kind, number)


def _entry(line: Line, names: _Names) -> Entry:
    context = line.context
    who, icon = names.actor(context)
    change = kinds().get(line.kind)
    if change is None:
        says, values = _act_says(line, names), _details(line, names)
    else:
        values = _values(change, line, names)
        says = _change_says(change, line, names, values)
        if line.act == "update" and len(values) == 1 and _fits(values[0]):
            values = []  # the sentence has said it all
    return Entry(
        at=line.at, who=who, who_icon=icon, says=says, address=context.get("address") or "",
        route=context.get("route") or "", request_id=context.get("request") or "",
        kind=str(names.labels.get(line.thing_kind, line.thing_kind)),
        thing=f"{line.thing_kind}:{line.thing}" if line.thing_kind and line.thing else "",
        is_change=change is not None, is_update=line.act == "update", values=values,
    )  # fmt: skip


def _fits(value: Value) -> bool:
    return len(value.was) <= SHORT and len(value.now) <= SHORT and "\n" not in value.was + value.now


def _change_says(change: type[Change], line: Line, names: _Names, values: list[Value]) -> str:
    own = names.of_row(change, line.data)
    if line.act == "update" and len(values) == 1 and _fits(values[0]):
        [value] = values
        facts = {"field": value.label, "thing": own, "was": value.was, "now": value.now}
        if not value.was:
            return _("changed %(field)s of %(thing)s") % facts
        return _("changed %(field)s of %(thing)s from “%(was)s” to “%(now)s”") % facts
    facts = {"kind": change.about_label, "thing": own}
    if line.act == "insert":
        return _("added %(kind)s “%(thing)s”") % facts
    if line.act == "delete":
        return _("removed %(kind)s “%(thing)s”") % facts
    return _("changed %(kind)s “%(thing)s”") % facts


def _act_says(line: Line, names: _Names) -> str:
    done = str(Act(line.act).label) if line.act in Act.values else line.act
    if not line.thing_kind:
        return done
    return _("%(done)s: %(subject)s") % {"done": done, "subject": names.subject(line.thing_kind, line.thing)}


def _values(change: type[Change], line: Line, names: _Names) -> list[Value]:
    """The fields that changed; of something new or gone all that say anything."""
    found = []
    for one in change.pgh_tracked_model._meta.local_fields:
        if line.was is not None and one.column not in line.was:
            continue
        label = str(label_of(change, one.name))
        if one.column not in line.data:  # a secret: that it changed is all there is
            if line.was is not None:
                found.append(Value(label, "", _("(secret)")))
        elif line.was is not None:
            found.append(
                Value(label, names.say(one, line.was[one.column]), names.say(one, line.data[one.column]))
            )
        elif line.data[one.column] not in (None, "", [], {}, False) and one.name not in ("id", "workspace"):
            found.append(Value(label, "", names.say(one, line.data[one.column])))
    return found


def _details(line: Line, names: _Names) -> list[Value]:
    return [
        Value(str(DETAILS.get(key, key.replace("_", " "))), "", names.detail(key, value))
        for key, value in line.data.items()
        if value not in (None, "", [], {})
    ]


class _Names:
    """The names of everything some lines speak of."""

    def __init__(
        self, workspace: Workspace, lines: Sequence[Line], zone: Any, things: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.zone = zone
        self.labels = kind_labels()
        self._kind_of = {change.pgh_tracked_model: kind for kind, change in kinds().items()}
        wanted: dict[str, set[str]] = defaultdict(set)
        people: set[int] = set()
        for kind, thing in things:
            wanted[kind].add(thing)
        for line in lines:
            self._collect(line, wanted, people)
        self._rows = {
            kind: _rows(kinds()[kind], workspace, things)
            for kind, things in wanted.items()
            if kind in kinds()
        }
        for kind, rows in self._rows.items():
            for one in _shown(kinds()[kind]):
                if one.related_model is User:
                    people |= {row[one.column] for row in rows.values() if row[one.column]}
        self._people = {person.pk: person.display_name for person in User.objects.filter(pk__in=people)}
        self._keys = keys(workspace=workspace) if any(line.context.get("key") for line in lines) else {}

    def _collect(self, line: Line, wanted: dict[str, set[str]], people: set[int]) -> None:
        if line.context.get("user"):
            people.add(int(line.context["user"]))
        change = kinds().get(line.kind)
        if change is None:
            wanted[line.thing_kind].add(line.thing)
            people |= {pk for key in PEOPLE_IN_DETAILS for pk in _ids(line.data.get(key))}
            if line.thing_kind == "user" and line.thing.isdigit():
                people.add(int(line.thing))
            return
        for one in change.pgh_tracked_model._meta.local_fields:
            if not one.is_relation:
                continue
            for row in (line.data, line.was or {}):
                if (key := row.get(one.column)) is None:
                    continue
                if one.related_model is User:
                    people.add(key)
                elif one.related_model in self._kind_of:
                    wanted[self._kind_of[one.related_model]].add(str(key))

    def actor(self, context: dict[str, Any]) -> tuple[str, str]:
        """Who did it and the picture beside it."""
        if context.get("key"):
            prefix = context["key"]
            name = self._keys.get(prefix)
            return (
                _("API key “%(name)s”") % {"name": name}
                if name
                else _("API key %(prefix)s") % {"prefix": prefix}
            ), "key"
        if context.get("user"):
            return self.person(int(context["user"])), "user"
        label = context.get("label")
        return (
            _("Amends itself (%(label)s)") % {"label": label} if label else _("Amends itself")
        ), "settings"

    def person(self, pk: int) -> str:
        """A person's name, or that nobody knows them any more."""
        return self._people.get(pk) or _("somebody who is gone")

    def of_row(self, change: type[Change], row: dict[str, Any]) -> str:
        """The name of a thing by its own columns."""
        return " ".join(
            self.say(one, row[one.column]) for one in _shown(change) if row.get(one.column) not in (None, "")
        )

    def subject(self, kind: str, thing: str) -> str:
        """What an act is about: `member “Bob Brown”`; of a kind without names its id."""
        label = self.labels.get(kind, kind.replace("_", " "))
        if kind == "user" and thing.isdigit():
            return self.person(int(thing))
        row = self._rows.get(kind, {}).get(thing)
        if row is not None:
            name = self.of_row(kinds()[kind], row)  # what there is one of needs no name
            return _("%(kind)s “%(thing)s”") % {"kind": label, "thing": name} if name else str(label)
        return f"{label} {thing}".strip()

    def say(self, one: Any, raw: Any) -> str:
        """A stored value (as JSON has it) of the field `one` in words."""
        if raw is None or raw == "" or raw == [] or raw == {}:
            return _("nothing")
        if one.is_relation:
            if one.related_model is User:
                return self.person(raw)
            kind = self._kind_of.get(one.related_model, "")
            row = self._rows.get(kind, {}).get(str(raw))
            return self.of_row(kinds()[kind], row) if row is not None else f"{raw}"
        if one.choices:
            return str(dict(one.flatchoices).get(raw, raw))
        if isinstance(one, models.BooleanField):
            return _("yes") if raw else _("no")
        if isinstance(one, models.DateTimeField):
            return _moment(one, raw, self.zone)
        if isinstance(one, models.DateField):
            day = parse_date(raw)
            return dateformat.format(day, "j M Y") if day else str(raw)
        return _plain(raw)

    def detail(self, key: str, value: Any) -> str:
        """A detail of an act: ids of people as their names, roles as their labels."""
        if key in PEOPLE_IN_DETAILS and (found := _ids(value)):
            return ", ".join(self.person(pk) for pk in found)
        if key == "role" or value in Role.values:
            return str(dict(Role.choices).get(value, value))
        if isinstance(value, str) and value in DETAILS:
            return str(DETAILS[value])
        return _plain(value)


def _ids(value: Any) -> list[int]:
    """The ids in a detail that may hold one or several; none if it holds something else."""
    return [one for one in (value if isinstance(value, list) else [value]) if type(one) is int]


def _shown(change: type[Change]) -> list[Any]:
    return [change.pgh_tracked_model._meta.get_field(name) for name in change.about_shows]


def _rows(change: type[Change], workspace: Workspace, things: set[str]) -> dict[str, dict[str, Any]]:
    """Thing -> the columns that name it: as it is, or as it last was. At most two queries."""
    model = change.pgh_tracked_model
    key = "pk" if change.about_column == "pgh_obj_id" else change.about_column
    wanted = {thing for thing in things if key != "pk" or whole(thing) is not None}
    columns = [one.attname for one in _shown(change)]
    whose: dict[str, Any] = {"pk": workspace.pk} if model is Workspace else {"workspace": workspace}
    if not wanted:
        return {}
    found = {
        str(row[key]): row
        for row in model._default_manager.filter(**whose, **{f"{key}__in": wanted}).values(key, *columns)
    }
    if gone := wanted - set(found):
        former = (
            change.objects.of(workspace)
            .filter(**{f"{change.about_column}__in": gone})
            .order_by(change.about_column, "-pgh_id")
            .distinct(change.about_column)
        )
        found |= {str(row[change.about_column]): row for row in former.values(change.about_column, *columns)}
    return {thing: _as_json(row) for thing, row in found.items()}


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def _moment(one: Any, raw: Any, zone: Any) -> str:
    try:
        return in_words(one.to_python(raw), zone)
    except ValidationError:
        return str(raw)


def _plain(value: Any) -> str:
    """Text, a number, a list or a table of hours, in one line."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{DAYS.get(key, key)} {_plain(part)}" for key, part in _in_week_order(value))
    if isinstance(value, list):
        return ", ".join(
            "–".join(map(str, part)) if isinstance(part, list) else _plain(part) for part in value
        )
    text = str(value)
    return _("a picture") if text.startswith("data:image/") else text


def _in_week_order(value: dict[str, Any]) -> list[tuple[str, Any]]:
    order = {day: place for place, day in enumerate(DAYS)}
    return sorted(value.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))
