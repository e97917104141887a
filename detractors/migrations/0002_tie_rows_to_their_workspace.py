"""Composite keys: no row can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("detractors", "0001_initial"),
        ("surveys", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casedecision ADD CONSTRAINT detractors_casedecision_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_casedecision DROP CONSTRAINT detractors_casedecision_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_rootcause ADD CONSTRAINT detractors_rootcause_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_rootcause DROP CONSTRAINT detractors_rootcause_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_slapolicy ADD CONSTRAINT detractors_slapolicy_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_slapolicy DROP CONSTRAINT detractors_slapolicy_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_escalationstep ADD CONSTRAINT detractors_escalationstep_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_escalationstep DROP CONSTRAINT detractors_escalationstep_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_slatimer ADD CONSTRAINT detractors_slatimer_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_slatimer DROP CONSTRAINT detractors_slatimer_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_escalation ADD CONSTRAINT detractors_escalation_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_escalation DROP CONSTRAINT detractors_escalation_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_caseevent ADD CONSTRAINT detractors_caseevent_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_caseevent DROP CONSTRAINT detractors_caseevent_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_contact_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_response_id_tenant_fk FOREIGN KEY (workspace_id, response_id) REFERENCES surveys_response (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_response_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_team_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_policy_id_tenant_fk FOREIGN KEY (workspace_id, policy_id) REFERENCES detractors_slapolicy (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_policy_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_root_cause_id_tenant_fk FOREIGN KEY (workspace_id, root_cause_id) REFERENCES detractors_rootcause (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_root_cause_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casedecision ADD CONSTRAINT detractors_casedecision_response_id_tenant_fk FOREIGN KEY (workspace_id, response_id) REFERENCES surveys_response (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_casedecision DROP CONSTRAINT detractors_casedecision_response_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casedecision ADD CONSTRAINT detractors_casedecision_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_casedecision DROP CONSTRAINT detractors_casedecision_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_rootcause ADD CONSTRAINT detractors_rootcause_parent_id_tenant_fk FOREIGN KEY (workspace_id, parent_id) REFERENCES detractors_rootcause (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_rootcause DROP CONSTRAINT detractors_rootcause_parent_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_slapolicy ADD CONSTRAINT detractors_slapolicy_calendar_id_tenant_fk FOREIGN KEY (workspace_id, calendar_id) REFERENCES accounts_businesscalendar (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_slapolicy DROP CONSTRAINT detractors_slapolicy_calendar_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_escalationstep ADD CONSTRAINT detractors_escalationstep_policy_id_tenant_fk FOREIGN KEY (workspace_id, policy_id) REFERENCES detractors_slapolicy (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_escalationstep DROP CONSTRAINT detractors_escalationstep_policy_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_slatimer ADD CONSTRAINT detractors_slatimer_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_slatimer DROP CONSTRAINT detractors_slatimer_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_slatimer ADD CONSTRAINT detractors_slatimer_policy_id_tenant_fk FOREIGN KEY (workspace_id, policy_id) REFERENCES detractors_slapolicy (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_slatimer DROP CONSTRAINT detractors_slatimer_policy_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_escalation ADD CONSTRAINT detractors_escalation_timer_id_tenant_fk FOREIGN KEY (workspace_id, timer_id) REFERENCES detractors_slatimer (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_escalation DROP CONSTRAINT detractors_escalation_timer_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_caseevent ADD CONSTRAINT detractors_caseevent_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_caseevent DROP CONSTRAINT detractors_caseevent_case_id_tenant_fk",
        ),
    ]
