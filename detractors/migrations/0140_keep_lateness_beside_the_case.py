"""What is due soon or breached moves from the case to a narrow row beside it, so that the sweep need not rewrite cases.

The two indexes of those views go with it; the cases marked so far are copied.
"""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

_COPY = """
INSERT INTO detractors_lateness (case_id, workspace_id, number, rank_at, is_due_soon, is_breached, version)
SELECT id, workspace_id, number, CASE WHEN category IN ('OPEN', 'WAITING') THEN rank_at END, is_due_soon, is_breached, 1
FROM detractors_case WHERE is_due_soon OR is_breached
"""
_COPY_BACK = """
UPDATE detractors_case AS c SET is_due_soon = l.is_due_soon, is_breached = l.is_breached
FROM detractors_lateness AS l WHERE l.case_id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [("detractors", "0080_tell_of_mentions_that_join")]

    operations = [
        migrations.CreateModel(
            name="Lateness",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lateness",
                        serialize=False,
                        to="detractors.case",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("rank_at", models.DateTimeField(null=True)),
                ("is_due_soon", models.BooleanField()),
                ("is_breached", models.BooleanField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_due_soon", True), ("rank_at__isnull", False)),
                        fields=["workspace", "rank_at", "number"],
                        name="lateness_due_soon",
                    ),
                    models.Index(
                        condition=models.Q(("is_breached", True), ("rank_at__isnull", False)),
                        fields=["workspace", "rank_at", "number"],
                        name="lateness_breached",
                    ),
                ],
            },
            managers=[("unscoped", django.db.models.manager.Manager())],
        ),
        migrations.RunSQL(_COPY, _COPY_BACK),
        migrations.RemoveIndex(model_name="case", name="case_queue_due_soon"),
        migrations.RemoveIndex(model_name="case", name="case_queue_breached"),
        migrations.RemoveField(model_name="case", name="is_due_soon"),
        migrations.RemoveField(model_name="case", name="is_breached"),
        migrations.RunSQL(
            "ALTER TABLE detractors_lateness ADD CONSTRAINT detractors_lateness_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_lateness DROP CONSTRAINT detractors_lateness_case_id_tenant_fk",
        ),
    ]
