"""No customer's page can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


def unique(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_uniq UNIQUE (workspace_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_uniq",
    )


class Migration(migrations.Migration):
    dependencies = [("followups", "0280_open_the_case_to_its_customer")]

    operations = [
        unique("followups_customerpage"),
        unique("followups_customerpagesettings"),
        migrations.RunSQL(
            "ALTER TABLE followups_customerpage ADD CONSTRAINT followups_customerpage_case_id_tenant_fk "
            "FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_customerpage DROP CONSTRAINT followups_customerpage_case_id_tenant_fk",
        ),
    ]
