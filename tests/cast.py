"""Workspaces and people of the tests, copied from those the service made.

Almost every test begins with a workspace. To make one takes the service some thirty statements and twenty milliseconds of
validation that no two tests need anew: the first one of a process is made by the service, and its rows are remembered;
the next are those rows again, with keys of their own. `tests/guards/test_cast.py` holds a copy against a real one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db import connection
from pghistory.core import event_models

from accounts.models import User, Workspace
from accounts.services import members
from core.tokens import new_public_id

_originals: dict[str, Original] = {}
_people: dict[str, dict[str, Any]] = {}


def workspace(*, slug: str, owner: User, make: Callable[[], Workspace]) -> Workspace:
    """What `make()` makes, which must be the same for the same slug: a workspace of `owner`."""
    original = _originals.get(slug)
    if original is None:
        made = make()
        _originals[slug] = Original(made, owner)
        return made
    return Workspace.objects.get(pk=original.copy(owner))


def person(*, email: str, name: str, password: str, now: datetime) -> User:
    """What `members.ensure_user` makes of somebody new; the password of a name is the same each time."""
    known = _people.get(email)
    if known is None:
        user = members.ensure_user(email=email, name=name, password=password, now=now)
        _people[email] = {
            field.attname: getattr(user, field.attname)
            for field in User._meta.concrete_fields
            if not field.primary_key
        }
        return user
    user = User(**known)
    user.save(force_insert=True)
    return user


@lru_cache(maxsize=1)
def tables() -> list[type[Any]]:
    """The models whose rows belong to a workspace; what triggers write about them comes by itself."""
    by_trigger = set(event_models())
    return [
        model
        for model in apps.get_models()
        if model not in by_trigger
        and (
            model is Workspace or any(field.column == "workspace_id" for field in model._meta.concrete_fields)
        )
    ]


class Original:
    """The rows of a workspace as they were made, without what refers to anything outside but its owner."""

    def __init__(self, made: Workspace, owner: User) -> None:
        self._owner = owner.pk
        self._workspace = made.pk
        self._rows: dict[type[Any], list[dict[str, Any]]] = {}
        with connection.cursor() as cursor:
            for model in tables():
                meta = model._meta
                key = "id" if model is Workspace else "workspace_id"
                cursor.execute(
                    f'SELECT to_jsonb(one)::text FROM "{meta.db_table}" one WHERE {key} = %s'
                    f" ORDER BY {meta.pk.column}",
                    [made.pk],
                )
                if found := [json.loads(row) for (row,) in cursor.fetchall()]:
                    self._rows[model] = found
        numbered = [model for model in self._rows if not model._meta.pk.is_relation]
        self._numbers = " UNION ALL ".join(
            f"SELECT {place}, nextval(pg_get_serial_sequence('\"{model._meta.db_table}\"', '{model._meta.pk.column}'))"
            f" FROM generate_series(1, {len(self._rows[model])})"
            for place, model in enumerate(numbered)
        )
        self._numbered = numbered
        # What ran before in this transaction may have asked for each key at once; here they come in any order.
        self._insert = "SET CONSTRAINTS ALL DEFERRED;" + ";".join(
            f'INSERT INTO "{model._meta.db_table}" ({_columns(model)})'
            f' SELECT {_columns(model)} FROM json_populate_recordset(null::"{model._meta.db_table}", %s)'
            for model in self._rows
        )

    def copy(self, owner: User) -> int:
        """Insert the rows anew; the key of the workspace."""
        with connection.cursor() as cursor:
            cursor.execute(self._numbers)
            keys: dict[type[Any], dict[Any, int]] = {User: {self._owner: owner.pk}}
            fresh: dict[int, list[int]] = {}
            for place, number in cursor.fetchall():
                fresh.setdefault(place, []).append(number)
            for place, model in enumerate(self._numbered):
                column = model._meta.pk.column
                olds = (row[column] for row in self._rows[model])
                keys[model] = dict(zip(olds, sorted(fresh[place]), strict=True))
            given = [
                json.dumps([_with_keys(model, row, keys) for row in rows])
                for model, rows in self._rows.items()
            ]
            cursor.execute(self._insert, given)
        return keys[Workspace][self._workspace]


@cache
def _columns(model: type[Any]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated)


@cache
def _references(model: type[Any]) -> list[tuple[str, type[Any]]]:
    """The columns that hold keys, and of which model."""
    found = [
        (field.column, field.related_model) for field in model._meta.concrete_fields if field.is_relation
    ]
    return found if model._meta.pk.is_relation else [*found, (model._meta.pk.column, model)]


def _with_keys(
    model: type[Any], row: dict[str, Any], keys: dict[type[Any], dict[Any, int]]
) -> dict[str, Any]:
    new = dict(row)
    for column, of in _references(model):
        if row[column] is not None and of in keys:
            new[column] = keys[of][row[column]]
    if "public_id" in row:
        new["public_id"] = new_public_id()
    if row.get("subject_kind") == "workspace":  # the line of the audit log that says who made it
        new["subject_id"] = str(keys[Workspace][int(row["subject_id"])])
    return new
