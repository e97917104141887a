"""The SQL that ties tenant tables together, derived from the models.

For every tenant table: UNIQUE (workspace_id, id). For every foreign key from one tenant table to another: a
composite key (workspace_id, x_id) -> (workspace_id, id), checked at commit. Migrations carry this SQL as text;
a guard compares the database with what this module says and prints what is missing.
"""

from typing import Any

from django.apps import apps
from django.db import models

OUR_APPS = ("accounts", "outbox", "surveys", "detractors", "followups", "dashboards")


def _has_workspace(model: type[models.Model]) -> bool:
    return any(field.name == "workspace" for field in model._meta.concrete_fields)


def tenant_models(app: str | None = None) -> list[type[models.Model]]:
    """Every model of ours (or of `app`) that has a workspace and a primary key of its own."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ((app,) if app else OUR_APPS)
        and _has_workspace(model)
        and model._meta.pk.name == "id"
        and model._meta.pk.get_internal_type() == "BigAutoField"
    ]


def _beside_a_tenant(app: str) -> list[type[models.Model]]:
    """Models of `app` whose primary key is that of another tenant table: rows beside another one."""
    tenants = set(tenant_models())
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label == app and _has_workspace(model) and model._meta.pk.related_model in tenants
    ]


def _tenant_foreign_keys(model: type[models.Model]) -> list[Any]:
    tenants = set(tenant_models())
    return [
        field
        for field in model._meta.concrete_fields
        if field.is_relation and field.name != "workspace" and field.related_model in tenants
    ]


def unique_name(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_tenant_uniq"[:63]


def key_name(model: type[models.Model], field: Any) -> str:
    return f"{model._meta.db_table}_{field.column}_tenant_fk"[:63]


def statements(app: str) -> list[tuple[str, str]]:
    """(forward, reverse) SQL for all tenant tables of `app`, the unique keys first."""
    pairs = []
    for model in tenant_models(app):
        table, name = model._meta.db_table, unique_name(model)
        pairs.append(
            (
                f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (workspace_id, id)",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            )
        )
    for model in [*tenant_models(app), *_beside_a_tenant(app)]:
        for field in _tenant_foreign_keys(model):
            table, name = model._meta.db_table, key_name(model, field)
            target = field.related_model._meta.db_table
            pairs.append(
                (
                    f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (workspace_id, {field.column}) "
                    f"REFERENCES {target} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
                    f"ALTER TABLE {table} DROP CONSTRAINT {name}",
                )
            )
    return pairs


def expected(app: str) -> set[str]:
    """Names of all constraints `app`'s tables must have."""
    return {unique_name(model) for model in tenant_models(app)} | {
        key_name(model, field)
        for model in [*tenant_models(app), *_beside_a_tenant(app)]
        for field in _tenant_foreign_keys(model)
    }
