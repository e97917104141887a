"""Contact attributes are declared on first sight; the first few get figures of their own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from surveys.models import Attribute
from surveys.models.contact import MAX_REPORTABLE, MAX_VALUES
from surveys.rules import attribute_kinds
from surveys.rules.verbatim import clean_line

NAME_LIMIT = 60  # characters
VALUE_LIMIT = 500


class BadAttribute(ValueError):
    """An attribute's name or value cannot be kept."""


def clean(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Attributes as they are kept: names and values on one line; a value of None or "" is "" (the attribute goes).

    Raises BadAttribute for a name that is empty or too long and for a value that is no text, number or truth.
    """
    return {_name(name): _value(name, value) for name, value in attributes.items()}


def _name(name: str) -> str:
    cleaned = clean_line(str(name))
    if not 0 < len(cleaned) <= NAME_LIMIT:
        raise BadAttribute(
            _("An attribute's name has 1 to %(most)d characters: %(name)r.")
            % {"most": NAME_LIMIT, "name": str(name)[:80]}
        )
    return cleaned


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise BadAttribute(_("The attribute %(name)s is no text.") % {"name": name})
    cleaned = clean_line(str(value))
    if len(cleaned) > VALUE_LIMIT:
        raise BadAttribute(
            _("The attribute %(name)s is longer than %(most)d characters.")
            % {"name": name, "most": VALUE_LIMIT}
        )
    return cleaned


@transaction.atomic
def ensure(*, workspace: Workspace | int, seen: Iterable[Mapping[str, str]], now: datetime) -> None:
    """Declare the attributes of `seen` (cleaned) and note their new values.

    The first MAX_REPORTABLE become reportable; one with more than MAX_VALUES distinct values is not any more: it
    tells people apart rather than groups. Rows are locked only when there is something new.
    """
    values: dict[str, dict[str, None]] = {}
    for attributes in seen:
        for name, value in attributes.items():
            if value:
                values.setdefault(name, {})[value] = None
    if not values:
        return
    known = {row.name: row for row in Attribute.objects.of(workspace).filter(name__in=values)}
    if all(name in known and _is_full_or_has(known[name], found) for name, found in values.items()):
        return
    _declare(workspace, {name: found for name, found in values.items() if name not in known}, now)
    rows = Attribute.objects.of(workspace).order_by("pk").select_for_update()
    locked = {row.name: row for row in rows}
    for name, found in values.items():
        _take_in(locked[name], found)
    _share_places(list(locked.values()))


def _is_full_or_has(row: Attribute, found: Iterable[str]) -> bool:
    return len(row.values) > MAX_VALUES or set(found) <= set(row.values)


def _declare(workspace: Workspace | int, seen: Mapping[str, Iterable[str]], now: datetime) -> None:
    pk = workspace if isinstance(workspace, int) else workspace.pk
    rows = [
        Attribute(
            workspace_id=pk,
            name=name,
            label=name.replace("_", " ").capitalize()[:80],
            kind=attribute_kinds.guess(found),
            created_at=now,
        )
        for name, found in seen.items()
    ]
    Attribute.objects.of(workspace).bulk_create(rows, ignore_conflicts=True)


def _take_in(row: Attribute, found: Iterable[str]) -> None:
    """One value more than MAX_VALUES is kept as the mark that there were too many."""
    known = set(row.values)
    fresh = [value for value in found if value not in known]
    if fresh and len(row.values) <= MAX_VALUES:
        row.values = [*row.values, *fresh][: MAX_VALUES + 1]
        if len(row.values) > MAX_VALUES:
            row.is_reportable = False
        row.save(update_fields=["values", "is_reportable"])


def _share_places(rows: list[Attribute]) -> None:
    """Free places go to the attributes that were declared first and still group people."""
    free = MAX_REPORTABLE - sum(row.is_reportable for row in rows)
    for row in rows:
        if free > 0 and not row.is_reportable and 0 < len(row.values) <= MAX_VALUES:
            row.is_reportable = True
            row.save(update_fields=["is_reportable"])
            free -= 1


class TooManyReportable(ValueError):
    """No place is free among the attributes with figures of their own, or this one has too many values."""


@transaction.atomic
def change(*, attribute: Attribute, label: str, kind: str, is_reportable: bool) -> Attribute:
    """Another label or kind, with figures of its own or without. Values stay as they were written.

    Raises BadAttribute for a label that is empty or a kind that does not exist, TooManyReportable.
    """
    rows = Attribute.objects.of(attribute.workspace_id).order_by("pk").select_for_update()
    locked: dict[int, Attribute] = {one.pk: one for one in rows}
    row = locked[attribute.pk]
    cleaned = clean_line(label)
    if not 0 < len(cleaned) <= 80:
        raise BadAttribute(_("Give the attribute a label of 1 to 80 characters."))
    if kind not in attribute_kinds.KINDS:
        raise BadAttribute(_("An attribute is text, a number, a day, or yes or no."))
    if is_reportable and not row.is_reportable:
        if len(row.values) > MAX_VALUES:
            raise TooManyReportable(
                _("It has more than %(most)d values: they tell people apart rather than group them.")
                % {"most": MAX_VALUES}
            )
        if sum(one.is_reportable for one in locked.values()) >= MAX_REPORTABLE:
            raise TooManyReportable(
                _("%(most)d attributes have figures of their own already. Take one of them out first.")
                % {"most": MAX_REPORTABLE}
            )
    row.label, row.kind, row.is_reportable = cleaned, kind, is_reportable
    row.save(update_fields=["label", "kind", "is_reportable"])
    return row
