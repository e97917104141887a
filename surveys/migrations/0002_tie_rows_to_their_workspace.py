"""Composite keys: no row can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0001_initial"),
        ("outbox", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE surveys_campaign ADD CONSTRAINT surveys_campaign_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_campaign DROP CONSTRAINT surveys_campaign_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contact ADD CONSTRAINT surveys_contact_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_contact DROP CONSTRAINT surveys_contact_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_attribute ADD CONSTRAINT surveys_attribute_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_attribute DROP CONSTRAINT surveys_attribute_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contactimport ADD CONSTRAINT surveys_contactimport_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_contactimport DROP CONSTRAINT surveys_contactimport_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_badrow ADD CONSTRAINT surveys_badrow_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_badrow DROP CONSTRAINT surveys_badrow_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation ADD CONSTRAINT surveys_invitation_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_invitation DROP CONSTRAINT surveys_invitation_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitationchange ADD CONSTRAINT surveys_invitationchange_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_invitationchange DROP CONSTRAINT surveys_invitationchange_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_response ADD CONSTRAINT surveys_response_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_response DROP CONSTRAINT surveys_response_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_responsechange ADD CONSTRAINT surveys_responsechange_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_responsechange DROP CONSTRAINT surveys_responsechange_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_survey ADD CONSTRAINT surveys_survey_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_survey DROP CONSTRAINT surveys_survey_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_touchpoint ADD CONSTRAINT surveys_touchpoint_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_touchpoint DROP CONSTRAINT surveys_touchpoint_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_campaign ADD CONSTRAINT surveys_campaign_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_campaign DROP CONSTRAINT surveys_campaign_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_campaign ADD CONSTRAINT surveys_campaign_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_campaign DROP CONSTRAINT surveys_campaign_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_badrow ADD CONSTRAINT surveys_badrow_contact_import_id_tenant_fk FOREIGN KEY (workspace_id, contact_import_id) REFERENCES surveys_contactimport (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_badrow DROP CONSTRAINT surveys_badrow_contact_import_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation ADD CONSTRAINT surveys_invitation_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitation DROP CONSTRAINT surveys_invitation_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation ADD CONSTRAINT surveys_invitation_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitation DROP CONSTRAINT surveys_invitation_contact_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation ADD CONSTRAINT surveys_invitation_campaign_id_tenant_fk FOREIGN KEY (workspace_id, campaign_id) REFERENCES surveys_campaign (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitation DROP CONSTRAINT surveys_invitation_campaign_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation ADD CONSTRAINT surveys_invitation_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitation DROP CONSTRAINT surveys_invitation_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation ADD CONSTRAINT surveys_invitation_message_id_tenant_fk FOREIGN KEY (workspace_id, message_id) REFERENCES outbox_outboundmessage (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitation DROP CONSTRAINT surveys_invitation_message_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitationchange ADD CONSTRAINT surveys_invitationchange_invitation_id_tenant_fk FOREIGN KEY (workspace_id, invitation_id) REFERENCES surveys_invitation (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitationchange DROP CONSTRAINT surveys_invitationchange_invitation_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitationchange ADD CONSTRAINT surveys_invitationchange_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitationchange DROP CONSTRAINT surveys_invitationchange_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_response ADD CONSTRAINT surveys_response_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_response DROP CONSTRAINT surveys_response_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_response ADD CONSTRAINT surveys_response_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_response DROP CONSTRAINT surveys_response_contact_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_response ADD CONSTRAINT surveys_response_invitation_id_tenant_fk FOREIGN KEY (workspace_id, invitation_id) REFERENCES surveys_invitation (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_response DROP CONSTRAINT surveys_response_invitation_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_response ADD CONSTRAINT surveys_response_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_response DROP CONSTRAINT surveys_response_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_response ADD CONSTRAINT surveys_response_campaign_id_tenant_fk FOREIGN KEY (workspace_id, campaign_id) REFERENCES surveys_campaign (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_response DROP CONSTRAINT surveys_response_campaign_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_responsechange ADD CONSTRAINT surveys_responsechange_response_id_tenant_fk FOREIGN KEY (workspace_id, response_id) REFERENCES surveys_response (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_responsechange DROP CONSTRAINT surveys_responsechange_response_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_responsechange ADD CONSTRAINT surveys_responsechange_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_responsechange DROP CONSTRAINT surveys_responsechange_survey_id_tenant_fk",
        ),
    ]
