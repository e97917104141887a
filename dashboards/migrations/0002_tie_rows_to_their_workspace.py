"""Composite keys: no row can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("dashboards", "0001_initial"),
        ("followups", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE dashboards_dailytally ADD CONSTRAINT dashboards_dailytally_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE dashboards_dailytally DROP CONSTRAINT dashboards_dailytally_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE dashboards_dailytally ADD CONSTRAINT dashboards_dailytally_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE dashboards_dailytally DROP CONSTRAINT dashboards_dailytally_survey_id_tenant_fk",
        ),
    ]
