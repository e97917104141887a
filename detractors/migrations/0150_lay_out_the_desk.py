"""Saved views, how the list looks to each member, acts on many cases; each tied to its workspace (core/tenant_keys.py)."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import core.tokens


def _workspace():
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace"
    )


def _person(**kwargs):
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        **kwargs,
    )


def _id():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _public_id():
    return models.CharField(
        default=core.tokens.new_public_id, editable=False, max_length=22, unique=True
    )


def _unique(table):
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_uniq UNIQUE (workspace_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_uniq",
    )


MANAGERS = [("unscoped", django.db.models.manager.Manager())]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_say_where_else_we_are"),
        ("detractors", "0140_keep_lateness_beside_the_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", _id()),
                ("public_id", _public_id()),
                ("name", models.CharField(max_length=80, verbose_name="Name")),
                (
                    "scope",
                    models.CharField(
                        choices=[("MINE", "Only me"), ("TEAM", "My team"), ("ALL", "Everybody")],
                        default="MINE",
                        max_length=4,
                    ),
                ),
                ("query", models.JSONField(default=dict)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("made_by", _person()),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                ("workspace", _workspace()),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(fields=["workspace", "position", "id"], name="saved_view_order")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["MINE", "TEAM", "ALL"])),
                        name="saved_view_scope_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope", "TEAM"), ("team__isnull", False)),
                            models.Q(models.Q(("scope", "TEAM"), _negated=True), ("team__isnull", True)),
                            _connector="OR",
                        ),
                        name="saved_view_team_pair",
                    ),
                ],
            },
            managers=MANAGERS,
        ),
        migrations.CreateModel(
            name="QueuePreference",
            fields=[
                ("id", _id()),
                ("columns", models.JSONField(default=list)),
                ("density", models.CharField(default="cosy", max_length=7)),
                ("user", _person()),
                ("workspace", _workspace()),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "user"), name="queue_preference_once")
                ],
            },
            managers=MANAGERS,
        ),
        migrations.CreateModel(
            name="BulkAction",
            fields=[
                ("id", _id()),
                ("public_id", _public_id()),
                (
                    "act",
                    models.CharField(
                        choices=[("ASSIGN", "Assigned"), ("WAIT", "Set to wait"), ("RESOLVE", "Resolved")],
                        max_length=8,
                    ),
                ),
                ("changes", models.JSONField(default=list)),
                ("done_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("done_by", _person()),
                ("undone_by", _person(null=True)),
                ("workspace", _workspace()),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["ASSIGN", "WAIT", "RESOLVE"])),
                        name="bulk_action_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="bulk_action_undone_pair",
                    ),
                ],
            },
            managers=MANAGERS,
        ),
        _unique("detractors_savedview"),
        _unique("detractors_queuepreference"),
        _unique("detractors_bulkaction"),
        migrations.RunSQL(
            "ALTER TABLE detractors_savedview ADD CONSTRAINT detractors_savedview_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_savedview DROP CONSTRAINT detractors_savedview_team_id_tenant_fk",
        ),
    ]
