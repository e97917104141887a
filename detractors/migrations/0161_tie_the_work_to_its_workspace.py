"""Every row beside a case is of the same workspace as the case (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("detractors", "0160_give_cases_their_work")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE detractors_attachment ADD CONSTRAINT detractors_attachment_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_attachment DROP CONSTRAINT detractors_attachment_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casemerge ADD CONSTRAINT detractors_casemerge_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_casemerge DROP CONSTRAINT detractors_casemerge_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casestatus ADD CONSTRAINT detractors_casestatus_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_casestatus DROP CONSTRAINT detractors_casestatus_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casesettings ADD CONSTRAINT detractors_casesettings_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_casesettings DROP CONSTRAINT detractors_casesettings_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_tag ADD CONSTRAINT detractors_tag_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_tag DROP CONSTRAINT detractors_tag_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casetag ADD CONSTRAINT detractors_casetag_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_casetag DROP CONSTRAINT detractors_casetag_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_task ADD CONSTRAINT detractors_task_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_task DROP CONSTRAINT detractors_task_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_callappointment ADD CONSTRAINT detractors_callappointment_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_callappointment DROP CONSTRAINT detractors_callappointment_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_watcher ADD CONSTRAINT detractors_watcher_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_watcher DROP CONSTRAINT detractors_watcher_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_notification ADD CONSTRAINT detractors_notification_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_notification DROP CONSTRAINT detractors_notification_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_notificationchoice ADD CONSTRAINT detractors_notificationchoice_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_notificationchoice DROP CONSTRAINT detractors_notificationchoice_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_attachment ADD CONSTRAINT detractors_attachment_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_attachment DROP CONSTRAINT detractors_attachment_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_attachment ADD CONSTRAINT detractors_attachment_event_id_tenant_fk FOREIGN KEY (workspace_id, event_id) REFERENCES detractors_caseevent (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_attachment DROP CONSTRAINT detractors_attachment_event_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_status_id_tenant_fk FOREIGN KEY (workspace_id, status_id) REFERENCES detractors_casestatus (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_status_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_merged_into_id_tenant_fk FOREIGN KEY (workspace_id, merged_into_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_merged_into_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_case ADD CONSTRAINT detractors_case_split_from_id_tenant_fk FOREIGN KEY (workspace_id, split_from_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_case DROP CONSTRAINT detractors_case_split_from_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casemerge ADD CONSTRAINT detractors_casemerge_keep_id_tenant_fk FOREIGN KEY (workspace_id, keep_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_casemerge DROP CONSTRAINT detractors_casemerge_keep_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casemerge ADD CONSTRAINT detractors_casemerge_other_id_tenant_fk FOREIGN KEY (workspace_id, other_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_casemerge DROP CONSTRAINT detractors_casemerge_other_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casetag ADD CONSTRAINT detractors_casetag_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_casetag DROP CONSTRAINT detractors_casetag_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_casetag ADD CONSTRAINT detractors_casetag_tag_id_tenant_fk FOREIGN KEY (workspace_id, tag_id) REFERENCES detractors_tag (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_casetag DROP CONSTRAINT detractors_casetag_tag_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_task ADD CONSTRAINT detractors_task_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_task DROP CONSTRAINT detractors_task_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_callappointment ADD CONSTRAINT detractors_callappointment_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_callappointment DROP CONSTRAINT detractors_callappointment_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_watcher ADD CONSTRAINT detractors_watcher_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_watcher DROP CONSTRAINT detractors_watcher_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_notification ADD CONSTRAINT detractors_notification_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_notification DROP CONSTRAINT detractors_notification_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_notification ADD CONSTRAINT detractors_notification_event_id_tenant_fk FOREIGN KEY (workspace_id, event_id) REFERENCES detractors_caseevent (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_notification DROP CONSTRAINT detractors_notification_event_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_notification ADD CONSTRAINT detractors_notification_task_id_tenant_fk FOREIGN KEY (workspace_id, task_id) REFERENCES detractors_task (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_notification DROP CONSTRAINT detractors_notification_task_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE detractors_notification ADD CONSTRAINT detractors_notification_appointment_id_tenant_fk FOREIGN KEY (workspace_id, appointment_id) REFERENCES detractors_callappointment (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_notification DROP CONSTRAINT detractors_notification_appointment_id_tenant_fk",
        ),
    ]
