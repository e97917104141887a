"""Spikes, stages, executives and lessons belong to one workspace with all they name."""

from django.db import migrations

PAIRS = [
    (
        "ALTER TABLE detractors_lesson ADD CONSTRAINT detractors_lesson_tenant_uniq UNIQUE (workspace_id, id)",
        "ALTER TABLE detractors_lesson DROP CONSTRAINT detractors_lesson_tenant_uniq",
    ),
    (
        "ALTER TABLE detractors_spike ADD CONSTRAINT detractors_spike_tenant_uniq UNIQUE (workspace_id, id)",
        "ALTER TABLE detractors_spike DROP CONSTRAINT detractors_spike_tenant_uniq",
    ),
    (
        "ALTER TABLE detractors_spikecase ADD CONSTRAINT detractors_spikecase_tenant_uniq UNIQUE (workspace_id, id)",
        "ALTER TABLE detractors_spikecase DROP CONSTRAINT detractors_spikecase_tenant_uniq",
    ),
    (
        "ALTER TABLE detractors_casewatch ADD CONSTRAINT detractors_casewatch_tenant_uniq UNIQUE (workspace_id, id)",
        "ALTER TABLE detractors_casewatch DROP CONSTRAINT detractors_casewatch_tenant_uniq",
    ),
    (
        "ALTER TABLE detractors_lesson ADD CONSTRAINT detractors_lesson_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_lesson DROP CONSTRAINT detractors_lesson_case_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_lesson ADD CONSTRAINT detractors_lesson_cell_id_tenant_fk FOREIGN KEY (workspace_id, cell_id) REFERENCES detractors_matrixcell (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_lesson DROP CONSTRAINT detractors_lesson_cell_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_lesson ADD CONSTRAINT detractors_lesson_root_cause_id_tenant_fk FOREIGN KEY (workspace_id, root_cause_id) REFERENCES detractors_rootcause (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_lesson DROP CONSTRAINT detractors_lesson_root_cause_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_spike ADD CONSTRAINT detractors_spike_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_spike DROP CONSTRAINT detractors_spike_team_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_spike ADD CONSTRAINT detractors_spike_view_id_tenant_fk FOREIGN KEY (workspace_id, view_id) REFERENCES detractors_savedview (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_spike DROP CONSTRAINT detractors_spike_view_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_spike ADD CONSTRAINT detractors_spike_rule_id_tenant_fk FOREIGN KEY (workspace_id, rule_id) REFERENCES detractors_caserule (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_spike DROP CONSTRAINT detractors_spike_rule_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_spike ADD CONSTRAINT detractors_spike_moves_id_tenant_fk FOREIGN KEY (workspace_id, moves_id) REFERENCES detractors_bulkaction (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_spike DROP CONSTRAINT detractors_spike_moves_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_spikecase ADD CONSTRAINT detractors_spikecase_spike_id_tenant_fk FOREIGN KEY (workspace_id, spike_id) REFERENCES detractors_spike (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_spikecase DROP CONSTRAINT detractors_spikecase_spike_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_spikecase ADD CONSTRAINT detractors_spikecase_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_spikecase DROP CONSTRAINT detractors_spikecase_case_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_notification ADD CONSTRAINT detractors_notification_spike_id_tenant_fk FOREIGN KEY (workspace_id, spike_id) REFERENCES detractors_spike (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_notification DROP CONSTRAINT detractors_notification_spike_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_sponsor ADD CONSTRAINT detractors_sponsor_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_sponsor DROP CONSTRAINT detractors_sponsor_case_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_casestages ADD CONSTRAINT detractors_casestages_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_casestages DROP CONSTRAINT detractors_casestages_case_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_casestages ADD CONSTRAINT detractors_casestages_team_id_tenant_fk FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_casestages DROP CONSTRAINT detractors_casestages_team_id_tenant_fk",
    ),
    (
        "ALTER TABLE detractors_casestages ADD CONSTRAINT detractors_casestages_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE detractors_casestages DROP CONSTRAINT detractors_casestages_touchpoint_id_tenant_fk",
    ),
]


class Migration(migrations.Migration):

    dependencies = [("detractors", "0230_watch_where_cases_arise")]

    operations = [
        migrations.RunSQL("; ".join(there for there, _back in PAIRS), "; ".join(back for _there, back in PAIRS[::-1])),
    ]
