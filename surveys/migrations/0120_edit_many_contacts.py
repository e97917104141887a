"""Bulk edits with what each contact was before, and companies by name."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import core.tokens


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0110_limit_texts_and_sort_them"),
        ("accounts", "0020_say_where_else_we_are"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ("selection", models.JSONField(default=dict)),
                ("field", models.CharField(max_length=80)),
                ("value", models.CharField(blank=True, max_length=500)),
                ("status", models.CharField(choices=[("RUNNING", "Being changed"), ("DONE", "Changed"), ("STOPPED", "Stopped"), ("FAILED", "Stopped with an error"), ("UNDOING", "Being undone"), ("UNDONE", "Undone")], default="RUNNING", max_length=8)),
                ("newest_contact", models.BigIntegerField(default=0)),
                ("rows_total", models.PositiveIntegerField(null=True)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("rows_changed", models.PositiveIntegerField(default=0)),
                ("rows_same", models.PositiveIntegerField(default=0)),
                ("rows_unfit", models.PositiveIntegerField(default=0)),
                ("done_to", models.BigIntegerField(default=0)),
                ("rows_seen_again", models.PositiveIntegerField(default=0)),
                ("rows_restored", models.PositiveIntegerField(default=0)),
                ("undone_to", models.BigIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                ("created_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("undoer", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace")),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(condition=models.Q(("status__in", ["RUNNING", "UNDOING"])), fields=["id"], name="bulk_edit_running"),
                    models.Index(condition=models.Q(("forgotten_at__isnull", True)), fields=["finished_at"], name="bulk_edit_kept"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("status__in", ["RUNNING", "DONE", "STOPPED", "FAILED", "UNDOING", "UNDONE"])), name="bulk_edit_status_known"),
                ],
            },
            managers=[("unscoped", django.db.models.manager.Manager())],
        ),
        migrations.CreateModel(
            name="BulkEditRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(null=True)),
                ("bulk_edit", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="surveys.bulkedit")),
                ("contact", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="surveys.contact")),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.workspace")),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(fields=["bulk_edit", "id"], name="bulk_edit_row_order"),
                    models.Index(fields=["contact"], name="bulk_edit_row_of_contact"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bulk_edit", "contact"), name="bulk_edit_row_once"),
                ],
            },
            managers=[("unscoped", django.db.models.manager.Manager())],
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(models.F("workspace"), django.db.models.functions.text.Lower("name"), models.F("id"), name="company_by_name"),
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_bulkedit ADD CONSTRAINT surveys_bulkedit_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_bulkedit DROP CONSTRAINT surveys_bulkedit_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_bulkeditrow ADD CONSTRAINT surveys_bulkeditrow_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_bulkeditrow DROP CONSTRAINT surveys_bulkeditrow_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_bulkeditrow ADD CONSTRAINT surveys_bulkeditrow_bulk_edit_id_tenant_fk FOREIGN KEY (workspace_id, bulk_edit_id) REFERENCES surveys_bulkedit (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_bulkeditrow DROP CONSTRAINT surveys_bulkeditrow_bulk_edit_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_bulkeditrow ADD CONSTRAINT surveys_bulkeditrow_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_bulkeditrow DROP CONSTRAINT surveys_bulkeditrow_contact_id_tenant_fk",
        ),
    ]
