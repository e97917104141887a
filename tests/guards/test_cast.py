"""A copied workspace of the tests is what the service makes, row by row."""

import json
from typing import Any

from django.apps import apps
from django.db import connection
from pghistory.core import event_models

from accounts.models import User, Workspace
from accounts.services import members, workspaces
from core.tenant_keys import OUR_APPS
from tests import cast
from tests.conftest import MONDAY_9AM


def rows_of(workspace: Workspace) -> dict[str, list[str]]:
    """All rows of the workspace in every table, without their keys and random names."""
    found = {}
    with connection.cursor() as cursor:
        for model in (*cast.tables(), *event_models()):
            columns = {field.column for field in model._meta.concrete_fields}
            own = model is Workspace or getattr(model, "pgh_tracked_model", None) is Workspace
            key = (
                "workspace_id"
                if "workspace_id" in columns
                else "pgh_obj_id"
                if own and model is not Workspace
                else "id"
            )
            cursor.execute(
                f'SELECT to_jsonb(one)::text FROM "{model._meta.db_table}" one WHERE {key} = %s',
                [workspace.pk],
            )
            found[model._meta.db_table] = sorted(
                plain(model, json.loads(row)) for (row,) in cursor.fetchall()
            )
    return {table: rows for table, rows in found.items() if rows}


def plain(model: type[Any], row: dict[str, Any]) -> str:
    keys = {field.column for field in model._meta.concrete_fields if field.is_relation or field.primary_key}
    if model in event_models():
        keys |= {"id", "pgh_created_at", *(column for column in row if column.endswith("_id"))}
    return json.dumps(
        {column: value for column, value in row.items() if column not in keys | {"public_id", "slug"}}
    )


def test_a_copy_is_what_the_service_makes_row_by_row(db: None, owner: User) -> None:
    def made(slug: str) -> Workspace:
        return workspaces.create(name="Alike", slug=slug, owner=owner, now=MONDAY_9AM)

    original = cast.Original(made("first"), owner)
    Workspace.objects.filter(slug="first").update(slug="kept")
    copy = Workspace.objects.get(pk=original.copy(owner))
    second = made("second")
    assert copy.slug == "first"
    ours, theirs = rows_of(copy), rows_of(second)
    assert ours.keys() == theirs.keys()
    about = {"accounts_auditevent"}  # its line names the workspace by number
    assert {table: rows for table, rows in ours.items() if table not in about} == {
        table: rows for table, rows in theirs.items() if table not in about
    }
    assert ours["accounts_auditevent"] == [
        row.replace(f'"{second.pk}"', f'"{copy.pk}"') for row in theirs["accounts_auditevent"]
    ]
    assert ours["accounts_membership"] != []


def test_what_has_no_workspace_column_is_not_made_with_one(db: None, owner: User) -> None:
    """Or a copy would lack it."""
    known = {*cast.tables(), *event_models()}
    others = [
        model for model in apps.get_models() if model not in known and model._meta.app_label in OUR_APPS
    ]
    before = {model: model._base_manager.count() for model in others}
    workspaces.create(name="Alike", slug="alike", owner=owner, now=MONDAY_9AM)
    assert {model: model._base_manager.count() for model in others} == before


def test_a_person_is_made_as_the_service_makes_one(db: None) -> None:
    facts: dict[str, Any] = {
        "email": "Vera@people.example",
        "name": "Vera",
        "password": "pw-vera-2026",
        "now": MONDAY_9AM,
    }

    def row(user: User) -> dict[str, Any]:
        """Read back from the database, without its key and salt."""
        found = User.objects.filter(pk=user.pk).values().get()
        User.objects.filter(pk=user.pk).delete()
        return {**found, "id": None, "password": user.check_password("pw-vera-2026")}

    first, again = row(cast.person(**facts)), row(cast.person(**facts))
    assert first == again == row(members.ensure_user(**facts))
    assert (first["email"], first["password"]) == ("vera@people.example", True)
