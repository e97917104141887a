"""Composite keys: no row can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0001_initial"),
        ("detractors", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE followups_conversation ADD CONSTRAINT followups_conversation_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE followups_conversation DROP CONSTRAINT followups_conversation_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_mail ADD CONSTRAINT followups_mail_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE followups_mail DROP CONSTRAINT followups_mail_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_followup ADD CONSTRAINT followups_followup_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE followups_followup DROP CONSTRAINT followups_followup_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_replytemplate ADD CONSTRAINT followups_replytemplate_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE followups_replytemplate DROP CONSTRAINT followups_replytemplate_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_resurvey ADD CONSTRAINT followups_resurvey_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE followups_resurvey DROP CONSTRAINT followups_resurvey_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_conversation ADD CONSTRAINT followups_conversation_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_conversation DROP CONSTRAINT followups_conversation_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_mail ADD CONSTRAINT followups_mail_conversation_id_tenant_fk FOREIGN KEY (workspace_id, conversation_id) REFERENCES followups_conversation (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_mail DROP CONSTRAINT followups_mail_conversation_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_mail ADD CONSTRAINT followups_mail_message_id_tenant_fk FOREIGN KEY (workspace_id, message_id) REFERENCES outbox_outboundmessage (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_mail DROP CONSTRAINT followups_mail_message_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_followup ADD CONSTRAINT followups_followup_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_followup DROP CONSTRAINT followups_followup_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_followup ADD CONSTRAINT followups_followup_message_id_tenant_fk FOREIGN KEY (workspace_id, message_id) REFERENCES outbox_outboundmessage (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_followup DROP CONSTRAINT followups_followup_message_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_resurvey ADD CONSTRAINT followups_resurvey_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id) REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_resurvey DROP CONSTRAINT followups_resurvey_case_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_resurvey ADD CONSTRAINT followups_resurvey_invitation_id_tenant_fk FOREIGN KEY (workspace_id, invitation_id) REFERENCES surveys_invitation (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_resurvey DROP CONSTRAINT followups_resurvey_invitation_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE followups_resurvey ADD CONSTRAINT followups_resurvey_response_id_tenant_fk FOREIGN KEY (workspace_id, response_id) REFERENCES surveys_response (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_resurvey DROP CONSTRAINT followups_resurvey_response_id_tenant_fk",
        ),
    ]
