"""Composite keys: no row can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE accounts_businesscalendar ADD CONSTRAINT accounts_businesscalendar_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE accounts_businesscalendar DROP CONSTRAINT accounts_businesscalendar_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_holiday ADD CONSTRAINT accounts_holiday_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE accounts_holiday DROP CONSTRAINT accounts_holiday_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_membership ADD CONSTRAINT accounts_membership_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE accounts_membership DROP CONSTRAINT accounts_membership_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_team ADD CONSTRAINT accounts_team_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE accounts_team DROP CONSTRAINT accounts_team_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_holiday ADD CONSTRAINT accounts_holiday_calendar_id_tenant_fk FOREIGN KEY (workspace_id, calendar_id) REFERENCES accounts_businesscalendar (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE accounts_holiday DROP CONSTRAINT accounts_holiday_calendar_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_membership ADD CONSTRAINT accounts_membership_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE accounts_membership DROP CONSTRAINT accounts_membership_team_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_team ADD CONSTRAINT accounts_team_calendar_id_tenant_fk FOREIGN KEY (workspace_id, calendar_id) REFERENCES accounts_businesscalendar (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE accounts_team DROP CONSTRAINT accounts_team_calendar_id_tenant_fk",
        ),
    ]
