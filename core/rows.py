"""Many new rows with one INSERT, without the work Django does for each value of each row.

Each column is sent as one list, what all rows have alike once; `bulk_create` of the same rows costs many times more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=models.Model)


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert new rows of one model, whose fields hold plain values, as `bulk_create` does.

    Afterwards they have their keys, unless conflicts are ignored: then nobody knows which were inserted. A row may point to
    one that was inserted after it was made.
    """
    if not rows:
        return
    options = rows[0]._meta
    held = [row.__dict__ for row in rows]
    near = [row._state.fields_cache for row in rows]
    alike: list[tuple[str, str, Any]] = []  # column, type, the value of all rows
    several: list[tuple[str, str, str]] = []  # column, type, the list as text
    told: list[models.Field[Any, Any]] = []
    for field in options.concrete_fields:
        if isinstance(field, models.AutoField) and held[0][field.attname] is None:
            told.append(field)
            continue
        if field.is_relation:
            _point(held, near, field)
        name = field.attname
        values = [one[name] for one in held]
        first = values[0]
        if isinstance(first, DatabaseDefault):
            told.append(field)
            continue
        column = connection.ops.quote_name(field.column or "")
        # Without a length: a cast to varchar(9) would cut off what is too long instead of refusing it.
        kind = (field.db_type(connection) or "").partition("(")[0]
        write = _writer(field)
        if _are_alike(values, is_json=isinstance(field, models.JSONField)):
            alike.append((column, kind, first if first is None else write(first)))
        else:
            several.append((column, kind, _list(values, write, is_plain=_is_plain(field))))
    _write(rows, told, alike, several, ignore_conflicts=ignore_conflicts)


def _are_alike(values: Sequence[Any], *, is_json: bool) -> bool:
    first = values[0]
    if not is_json:
        return all(value is first or value == first for value in values)
    # To Python [1] and [true] are the same.
    return all(
        value is first or (not value and type(value) is type(first) and value == first) for value in values
    )


def _point(held: list[dict[str, Any]], near: list[dict[str, Any]], field: Any) -> None:
    """The keys of rows that had none yet when they were pointed to."""
    name, key, target = field.name, field.attname, field.target_field.attname
    for one, others in zip(held, near, strict=True):
        if name in others and one[key] is None and (other := others[name]) is not None:
            one[key] = getattr(other, target)


def _write(
    rows: Sequence[models.Model],
    told: Sequence[models.Field[Any, Any]],
    alike: Sequence[tuple[str, str, Any]],
    several: Sequence[tuple[str, str, str]],
    *,
    ignore_conflicts: bool,
) -> None:
    names = [f"v{place}" for place in range(len(several))]
    columns = ", ".join(column for column, _kind, _value in (*alike, *several))
    chosen = ", ".join([*(f"%s::{kind}" for _column, kind, _value in alike), *names])
    lists = ", ".join(f"%s::{kind}[]" for _column, kind, _value in several)
    source = (
        f"unnest({lists}) AS given ({', '.join(names)})" if several else f"generate_series(1, {len(rows)})"
    )
    statement = f"INSERT INTO {connection.ops.quote_name(rows[0]._meta.db_table)} ({columns}) SELECT {chosen} FROM {source}"
    if ignore_conflicts:
        statement += " ON CONFLICT DO NOTHING"
    elif told:
        statement += " RETURNING " + ", ".join(
            connection.ops.quote_name(field.column or "") for field in told
        )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _column, _kind, value in (*alike, *several)])
        if told and not ignore_conflicts:
            for row, found in zip(rows, cursor.fetchall(), strict=True):
                for field, value in zip(told, found, strict=True):
                    row.__dict__[field.attname] = value
    if not ignore_conflicts:
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias


class Mold(Generic[M]):
    """Makes new rows of a model that are mostly alike: what calling the model gives, at a tenth of the cost."""

    def __init__(self, model: type[M], **alike: Any) -> None:
        """`alike` is what all rows have, by field; what neither they nor `make` name has its default."""
        first = model(**alike)
        fields: Sequence[Any] = model._meta.concrete_fields
        self._model = model
        self._held = {field.attname: first.__dict__[field.attname] for field in fields}
        self._near = dict(first._state.fields_cache)
        self._keys = {
            field.name: (field.attname, field.target_field.attname) for field in fields if field.is_relation
        }
        # A nonce, a list: each row has one of its own.
        self._fresh = [
            (field.attname, field.get_default)
            for field in fields
            if field.has_default()
            and callable(field.default)
            and not {field.name, field.attname} & alike.keys()
        ]

    def make(self, **own: Any) -> M:
        """A row with these values of its own."""
        held, near = self._held.copy(), self._near.copy()
        for name, default in self._fresh:
            if name not in own:
                held[name] = default()
        for name, value in own.items():
            key = self._keys.get(name)
            if key is None:
                held[name] = value
            else:
                near[name] = value
                held[key[0]] = None if value is None else getattr(value, key[1])
        # As Django makes one that was pickled: without asking each field again.
        state = ModelState()
        state.fields_cache = near
        row = self._model.__new__(self._model)
        row.__dict__ = {"_state": state, **held}
        return row


# Values as text ---------------------------------------------------------------------------------------------


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    """How a value of this field is written; those that come again and again are written once."""
    if isinstance(field, models.JSONField):
        encoder = field.encoder
        return lambda value: json.dumps(value, cls=encoder)
    return datetime.isoformat if isinstance(field, models.DateTimeField) else str


def _is_plain(field: Any) -> bool:
    """Whether no value of this field needs quotes in a list."""
    return isinstance(
        field.target_field if field.is_relation else field,
        models.IntegerField | models.DateTimeField | models.BooleanField | models.DecimalField,
    )


def _list(values: Iterable[Any], write: Callable[[Any], str], *, is_plain: bool) -> str:
    written: dict[int, str] = {}  # by identity: neighbours share moments and facts, and all of them are alive
    parts = []
    for value in values:
        if value is None:
            parts.append("NULL")
            continue
        text = written.get(id(value))
        if text is None:
            text = write(value)
            if not is_plain:
                text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            written[id(value)] = text
        parts.append(text)
    return "{" + ",".join(parts) + "}"
