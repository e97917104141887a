"""The list of erased people."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_open_the_doors"),
        ("surveys", "0004_remember_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("address_hashes", models.JSONField(default=list)),
                ("erased_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("listed_at", models.DateTimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.contact",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("settled_at__isnull", True), ("listed_at__isnull", True), _connector="OR"
                        ),
                        fields=["erased_at"],
                        name="erasure_open",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("contact",), name="erasure_once")],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_erasure ADD CONSTRAINT surveys_erasure_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_erasure DROP CONSTRAINT surveys_erasure_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_erasure ADD CONSTRAINT surveys_erasure_contact_id_tenant_fk FOREIGN KEY"
            " (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_erasure DROP CONSTRAINT surveys_erasure_contact_id_tenant_fk",
        ),
    ]
