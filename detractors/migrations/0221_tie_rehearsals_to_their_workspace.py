"""Rehearsals, what they found and forecasts are of one workspace (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = ("detractors_rehearsal", "detractors_rehearsedcase", "detractors_forecast", "detractors_forecastnow")
KEYS = (
    ("detractors_rehearsedcase", "rehearsal_id", "detractors_rehearsal"),
    ("detractors_rehearsedcase", "decision_id", "detractors_casedecision"),
    ("detractors_rehearsedcase", "case_id", "detractors_case"),
)


class Migration(migrations.Migration):
    dependencies = [("detractors", "0220_rehearse_and_forecast")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_uniq UNIQUE (workspace_id, id)",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_uniq",
            )
            for table in TABLES
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_tenant_fk FOREIGN KEY (workspace_id, {column}) "
                f"REFERENCES {target} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_tenant_fk",
            )
            for table, column, target in KEYS
        ),
    ]
