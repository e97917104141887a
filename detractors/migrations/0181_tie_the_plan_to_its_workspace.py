"""No row of the matrix can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("detractors", "0180_plan_the_desk")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE detractors_caserule ADD CONSTRAINT detractors_caserule_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_caserule DROP CONSTRAINT detractors_caserule_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_scenario ADD CONSTRAINT detractors_scenario_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_scenario DROP CONSTRAINT detractors_scenario_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_failure ADD CONSTRAINT detractors_failure_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_failure DROP CONSTRAINT detractors_failure_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_matrixcell ADD CONSTRAINT detractors_matrixcell_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_matrixcell DROP CONSTRAINT detractors_matrixcell_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_journeystep ADD CONSTRAINT detractors_journeystep_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_journeystep DROP CONSTRAINT detractors_journeystep_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_rankweights ADD CONSTRAINT detractors_rankweights_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_rankweights DROP CONSTRAINT detractors_rankweights_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_rankrecount ADD CONSTRAINT detractors_rankrecount_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_rankrecount DROP CONSTRAINT detractors_rankrecount_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_cell_id_tenant_fk FOREIGN KEY (workspace_id, cell_id) REFERENCES detractors_matrixcell (workspace_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_cell_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_scenario ADD CONSTRAINT detractors_scenario_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_scenario DROP CONSTRAINT detractors_scenario_team_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_matrixcell ADD CONSTRAINT detractors_matrixcell_scenario_id_tenant_fk FOREIGN KEY (workspace_id, scenario_id) REFERENCES detractors_scenario (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_matrixcell DROP CONSTRAINT detractors_matrixcell_scenario_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_matrixcell ADD CONSTRAINT detractors_matrixcell_failure_id_tenant_fk FOREIGN KEY (workspace_id, failure_id) REFERENCES detractors_failure (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_matrixcell DROP CONSTRAINT detractors_matrixcell_failure_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_matrixcell ADD CONSTRAINT detractors_matrixcell_policy_id_tenant_fk FOREIGN KEY (workspace_id, policy_id) REFERENCES detractors_slapolicy (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_matrixcell DROP CONSTRAINT detractors_matrixcell_policy_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_matrixcell ADD CONSTRAINT detractors_matrixcell_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_matrixcell DROP CONSTRAINT detractors_matrixcell_team_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_journeystep ADD CONSTRAINT detractors_journeystep_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_journeystep DROP CONSTRAINT detractors_journeystep_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_journeystep ADD CONSTRAINT detractors_journeystep_scenario_id_tenant_fk FOREIGN KEY (workspace_id, scenario_id) REFERENCES detractors_scenario (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_journeystep DROP CONSTRAINT detractors_journeystep_scenario_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_journeystep ADD CONSTRAINT detractors_journeystep_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_journeystep DROP CONSTRAINT detractors_journeystep_team_id_tenant_fk",
        ),
    ]
