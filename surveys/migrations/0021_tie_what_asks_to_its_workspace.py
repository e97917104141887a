"""No row of asking can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0020_ask_on_every_channel"), ("accounts", "0020_say_where_else_we_are")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE surveys_audience ADD CONSTRAINT surveys_audience_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_audience DROP CONSTRAINT surveys_audience_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_commentmodel ADD CONSTRAINT surveys_commentmodel_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_commentmodel DROP CONSTRAINT surveys_commentmodel_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_company ADD CONSTRAINT surveys_company_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_company DROP CONSTRAINT surveys_company_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contactpolicy ADD CONSTRAINT surveys_contactpolicy_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_contactpolicy DROP CONSTRAINT surveys_contactpolicy_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contactevent ADD CONSTRAINT surveys_contactevent_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_contactevent DROP CONSTRAINT surveys_contactevent_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_publiclink ADD CONSTRAINT surveys_publiclink_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_publiclink DROP CONSTRAINT surveys_publiclink_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_surveyquestion ADD CONSTRAINT surveys_surveyquestion_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_surveyquestion DROP CONSTRAINT surveys_surveyquestion_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_surveywording ADD CONSTRAINT surveys_surveywording_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_surveywording DROP CONSTRAINT surveys_surveywording_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_surveyversion ADD CONSTRAINT surveys_surveyversion_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_surveyversion DROP CONSTRAINT surveys_surveyversion_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_campaignreminder ADD CONSTRAINT surveys_campaignreminder_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_campaignreminder DROP CONSTRAINT surveys_campaignreminder_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitationreminder ADD CONSTRAINT surveys_invitationreminder_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_invitationreminder DROP CONSTRAINT surveys_invitationreminder_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_smsgateway ADD CONSTRAINT surveys_smsgateway_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_smsgateway DROP CONSTRAINT surveys_smsgateway_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_inboundtext ADD CONSTRAINT surveys_inboundtext_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_inboundtext DROP CONSTRAINT surveys_inboundtext_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_feedbacksource ADD CONSTRAINT surveys_feedbacksource_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_feedbacksource DROP CONSTRAINT surveys_feedbacksource_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_mention ADD CONSTRAINT surveys_mention_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_mention DROP CONSTRAINT surveys_mention_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_trustchange ADD CONSTRAINT surveys_trustchange_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_trustchange DROP CONSTRAINT surveys_trustchange_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_campaign ADD CONSTRAINT surveys_campaign_saved_audience_id_tenant_fk FOREIGN KEY (workspace_id, saved_audience_id) REFERENCES surveys_audience (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_campaign DROP CONSTRAINT surveys_campaign_saved_audience_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contact ADD CONSTRAINT surveys_contact_account_id_tenant_fk FOREIGN KEY (workspace_id, account_id) REFERENCES surveys_company (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_contact DROP CONSTRAINT surveys_contact_account_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contact ADD CONSTRAINT surveys_contact_merged_into_id_tenant_fk FOREIGN KEY (workspace_id, merged_into_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_contact DROP CONSTRAINT surveys_contact_merged_into_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contactpolicy ADD CONSTRAINT surveys_contactpolicy_calendar_id_tenant_fk FOREIGN KEY (workspace_id, calendar_id) REFERENCES accounts_businesscalendar (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_contactpolicy DROP CONSTRAINT surveys_contactpolicy_calendar_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contactevent ADD CONSTRAINT surveys_contactevent_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_contactevent DROP CONSTRAINT surveys_contactevent_contact_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_contactevent ADD CONSTRAINT surveys_contactevent_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_contactevent DROP CONSTRAINT surveys_contactevent_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation ADD CONSTRAINT surveys_invitation_event_id_tenant_fk FOREIGN KEY (workspace_id, event_id) REFERENCES surveys_contactevent (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitation DROP CONSTRAINT surveys_invitation_event_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_publiclink ADD CONSTRAINT surveys_publiclink_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_publiclink DROP CONSTRAINT surveys_publiclink_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_publiclink ADD CONSTRAINT surveys_publiclink_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_publiclink DROP CONSTRAINT surveys_publiclink_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_surveyquestion ADD CONSTRAINT surveys_surveyquestion_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_surveyquestion DROP CONSTRAINT surveys_surveyquestion_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_surveywording ADD CONSTRAINT surveys_surveywording_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_surveywording DROP CONSTRAINT surveys_surveywording_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_surveyversion ADD CONSTRAINT surveys_surveyversion_survey_id_tenant_fk FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_surveyversion DROP CONSTRAINT surveys_surveyversion_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_campaignreminder ADD CONSTRAINT surveys_campaignreminder_campaign_id_tenant_fk FOREIGN KEY (workspace_id, campaign_id) REFERENCES surveys_campaign (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_campaignreminder DROP CONSTRAINT surveys_campaignreminder_campaign_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitationreminder ADD CONSTRAINT surveys_invitationreminder_invitation_id_tenant_fk FOREIGN KEY (workspace_id, invitation_id) REFERENCES surveys_invitation (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitationreminder DROP CONSTRAINT surveys_invitationreminder_invitation_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_invitationreminder ADD CONSTRAINT surveys_invitationreminder_message_id_tenant_fk FOREIGN KEY (workspace_id, message_id) REFERENCES outbox_outboundmessage (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_invitationreminder DROP CONSTRAINT surveys_invitationreminder_message_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_response ADD CONSTRAINT surveys_response_version_id_tenant_fk FOREIGN KEY (workspace_id, version_id) REFERENCES surveys_surveyversion (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_response DROP CONSTRAINT surveys_response_version_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_inboundtext ADD CONSTRAINT surveys_inboundtext_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_inboundtext DROP CONSTRAINT surveys_inboundtext_contact_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_inboundtext ADD CONSTRAINT surveys_inboundtext_invitation_id_tenant_fk FOREIGN KEY (workspace_id, invitation_id) REFERENCES surveys_invitation (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_inboundtext DROP CONSTRAINT surveys_inboundtext_invitation_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_feedbacksource ADD CONSTRAINT surveys_feedbacksource_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_feedbacksource DROP CONSTRAINT surveys_feedbacksource_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_mention ADD CONSTRAINT surveys_mention_source_id_tenant_fk FOREIGN KEY (workspace_id, source_id) REFERENCES surveys_feedbacksource (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_mention DROP CONSTRAINT surveys_mention_source_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_mention ADD CONSTRAINT surveys_mention_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_mention DROP CONSTRAINT surveys_mention_contact_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_mention ADD CONSTRAINT surveys_mention_touchpoint_id_tenant_fk FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES surveys_touchpoint (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_mention DROP CONSTRAINT surveys_mention_touchpoint_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_survey ADD CONSTRAINT surveys_survey_current_version_id_tenant_fk FOREIGN KEY (workspace_id, current_version_id) REFERENCES surveys_surveyversion (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_survey DROP CONSTRAINT surveys_survey_current_version_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_trustchange ADD CONSTRAINT surveys_trustchange_response_id_tenant_fk FOREIGN KEY (workspace_id, response_id) REFERENCES surveys_response (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_trustchange DROP CONSTRAINT surveys_trustchange_response_id_tenant_fk",
        ),
    ]
