"""Cases are found by their cell and by a long history; what is big is indexed and checked while others write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

REASONS = [
    "DETRACTOR", "OPEN_CASE", "NOT_DETRACTOR", "HISTORICAL", "RESURVEY", "SCANNER", "DOUBTFUL", "MISMATCH", "COMPLAINT",
    "MENTION", "NOT_WANTED", "RULE",
]
CHECK = "reason IN (" + ", ".join(f"'{reason}'" for reason in REASONS) + ")"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("detractors", "0181_tie_the_plan_to_its_workspace")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "ALTER TABLE detractors_casedecision DROP CONSTRAINT decision_reason_known,"
                        f" ADD CONSTRAINT decision_reason_known CHECK ({CHECK}) NOT VALID",
                        "ALTER TABLE detractors_casedecision VALIDATE CONSTRAINT decision_reason_known",
                        "ALTER TABLE detractors_case VALIDATE CONSTRAINT detractors_case_cell_id_tenant_fk",
                    ],
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="casedecision", name="decision_reason_known"),
                migrations.AddConstraint(
                    model_name="casedecision",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reason__in", REASONS)), name="decision_reason_known"
                    ),
                ),
            ],
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("category__in", ["OPEN", "WAITING"]), ("is_chronic", True)),
                fields=["workspace", "rank_at", "number"],
                name="case_queue_chronic",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("category__in", ["OPEN", "WAITING"]), ("cell__isnull", False)),
                fields=["workspace", "cell", "rank_at", "number"],
                name="case_queue_of_cell",
            ),
        ),
    ]
