-- Create trigger only_added on model surveywordingchange
DROP TRIGGER IF EXISTS pgtrigger_only_added_dd3e8 ON "surveys_surveywordingchange";
-- Create trigger remember_delete on model surveywording
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_0dd88 ON "surveys_surveywording";
-- Create trigger remember_update on model surveywording
DROP TRIGGER IF EXISTS pgtrigger_remember_update_e7575 ON "surveys_surveywording";
-- Create trigger remember_insert on model surveywording
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_6b9e3 ON "surveys_surveywording";
-- Create trigger only_added on model surveyquestionchange
DROP TRIGGER IF EXISTS pgtrigger_only_added_34679 ON "surveys_surveyquestionchange";
-- Create trigger remember_delete on model surveyquestion
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_8b33a ON "surveys_surveyquestion";
-- Create trigger remember_update on model surveyquestion
DROP TRIGGER IF EXISTS pgtrigger_remember_update_af86d ON "surveys_surveyquestion";
-- Create trigger remember_insert on model surveyquestion
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_fc0b9 ON "surveys_surveyquestion";
-- Create trigger only_added on model smsgatewaychange
DROP TRIGGER IF EXISTS pgtrigger_only_added_5245f ON "surveys_smsgatewaychange";
-- Create trigger remember_delete on model smsgateway
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_61e86 ON "surveys_smsgateway";
-- Create trigger remember_update on model smsgateway
DROP TRIGGER IF EXISTS pgtrigger_remember_update_a41cc ON "surveys_smsgateway";
-- Create trigger remember_insert on model smsgateway
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8d77b ON "surveys_smsgateway";
-- Create trigger only_added on model publiclinkchange
DROP TRIGGER IF EXISTS pgtrigger_only_added_00525 ON "surveys_publiclinkchange";
-- Create trigger remember_delete on model publiclink
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_60677 ON "surveys_publiclink";
-- Create trigger remember_update on model publiclink
DROP TRIGGER IF EXISTS pgtrigger_remember_update_86bf9 ON "surveys_publiclink";
-- Create trigger remember_insert on model publiclink
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_5375b ON "surveys_publiclink";
-- Create trigger only_added on model feedbacksourcechange
DROP TRIGGER IF EXISTS pgtrigger_only_added_fd87f ON "surveys_feedbacksourcechange";
-- Create trigger remember_delete on model feedbacksource
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_0503b ON "surveys_feedbacksource";
-- Create trigger remember_update on model feedbacksource
DROP TRIGGER IF EXISTS pgtrigger_remember_update_f17c5 ON "surveys_feedbacksource";
-- Create trigger remember_insert on model feedbacksource
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_04964 ON "surveys_feedbacksource";
-- Create trigger only_added on model contactpolicychange
DROP TRIGGER IF EXISTS pgtrigger_only_added_aacc6 ON "surveys_contactpolicychange";
-- Create trigger remember_delete on model contactpolicy
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_512fc ON "surveys_contactpolicy";
-- Create trigger remember_update on model contactpolicy
DROP TRIGGER IF EXISTS pgtrigger_remember_update_52a54 ON "surveys_contactpolicy";
-- Create trigger remember_insert on model contactpolicy
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_ea884 ON "surveys_contactpolicy";
-- Create trigger only_added on model campaignreminderchange
DROP TRIGGER IF EXISTS pgtrigger_only_added_3bd60 ON "surveys_campaignreminderchange";
-- Create trigger remember_delete on model campaignreminder
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_a7450 ON "surveys_campaignreminder";
-- Create trigger remember_update on model campaignreminder
DROP TRIGGER IF EXISTS pgtrigger_remember_update_5c13a ON "surveys_campaignreminder";
-- Create trigger remember_insert on model campaignreminder
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_dd8bb ON "surveys_campaignreminder";
-- Create trigger only_added on model audiencechange
DROP TRIGGER IF EXISTS pgtrigger_only_added_8f45e ON "surveys_audiencechange";
-- Create trigger remember_delete on model audience
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_d4dec ON "surveys_audience";
-- Create trigger remember_update on model audience
DROP TRIGGER IF EXISTS pgtrigger_remember_update_61173 ON "surveys_audience";
-- Create trigger remember_insert on model audience
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_cc024 ON "surveys_audience";
-- Create trigger remember_delete on model widgetkey
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_2b12c ON "surveys_widgetkey";
-- Create trigger remember_update on model widgetkey
DROP TRIGGER IF EXISTS pgtrigger_remember_update_eb4c5 ON "surveys_widgetkey";
-- Create trigger remember_insert on model widgetkey
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_1e202 ON "surveys_widgetkey";
-- Create trigger remember_delete on model survey
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_ce0dc ON "surveys_survey";
-- Create trigger remember_update on model survey
DROP TRIGGER IF EXISTS pgtrigger_remember_update_23e8d ON "surveys_survey";
-- Create trigger remember_insert on model survey
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_bcb04 ON "surveys_survey";
-- Create trigger remember_delete on model campaign
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_93947 ON "surveys_campaign";
-- Create trigger remember_update on model campaign
DROP TRIGGER IF EXISTS pgtrigger_remember_update_4c0dd ON "surveys_campaign";
-- Create trigger remember_insert on model campaign
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_9ca9f ON "surveys_campaign";
-- Create trigger remember_delete on model attribute
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_9f1f4 ON "surveys_attribute";
-- Create trigger remember_update on model attribute
DROP TRIGGER IF EXISTS pgtrigger_remember_update_317a4 ON "surveys_attribute";
-- Create trigger remember_insert on model attribute
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_d4797 ON "surveys_attribute";
-- Create index trust_change_of on field(s) response, -id of model trustchange
DROP INDEX IF EXISTS "trust_change_of";
-- Create index survey_wording_changes on field(s) workspace, -pgh_created_at, -pgh_id of model surveywordingchange
DROP INDEX IF EXISTS "survey_wording_changes";
-- Create constraint survey_wording_once on model surveywording
ALTER TABLE "surveys_surveywording" DROP CONSTRAINT "survey_wording_once";
-- Create constraint survey_version_once on model surveyversion
ALTER TABLE "surveys_surveyversion" DROP CONSTRAINT "survey_version_once";
-- Create index survey_question_changes on field(s) workspace, -pgh_created_at, -pgh_id of model surveyquestionchange
DROP INDEX IF EXISTS "survey_question_changes";
-- Create constraint survey_question_kind_known on model surveyquestion
ALTER TABLE "surveys_surveyquestion" DROP CONSTRAINT "survey_question_kind_known";
-- Create index survey_question_order on field(s) survey, position of model surveyquestion
DROP INDEX IF EXISTS "survey_question_order";
-- Create index sms_gateway_changes on field(s) workspace, -pgh_created_at, -pgh_id of model smsgatewaychange
DROP INDEX IF EXISTS "sms_gateway_changes";
-- Create constraint sms_gateway_provider_known on model smsgateway
ALTER TABLE "surveys_smsgateway" DROP CONSTRAINT "sms_gateway_provider_known";
-- Create constraint sms_gateway_once on model smsgateway
ALTER TABLE "surveys_smsgateway" DROP CONSTRAINT "sms_gateway_once";
-- Create index public_link_changes on field(s) workspace, -pgh_created_at, -pgh_id of model publiclinkchange
DROP INDEX IF EXISTS "public_link_changes";
-- Create constraint public_link_kiosk_seconds on model publiclink
ALTER TABLE "surveys_publiclink" DROP CONSTRAINT "public_link_kiosk_seconds";
-- Create constraint public_link_source_once on model publiclink
ALTER TABLE "surveys_publiclink" DROP CONSTRAINT "public_link_source_once";
-- Create constraint mention_stars on model mention
ALTER TABLE "surveys_mention" DROP CONSTRAINT "mention_stars";
-- Create constraint mention_once on model mention
ALTER TABLE "surveys_mention" DROP CONSTRAINT "mention_once";
-- Create index mention_of_contact on field(s) contact of model mention
DROP INDEX IF EXISTS "mention_of_contact";
-- Create index mention_list on field(s) workspace, -published_at, -id of model mention
DROP INDEX IF EXISTS "mention_list";
-- Create index mention_undecided on field(s) decide_at of model mention
DROP INDEX IF EXISTS "mention_undecided";
-- Create constraint invitation_reminder_once on model invitationreminder
ALTER TABLE "surveys_invitationreminder" DROP CONSTRAINT "invitation_reminder_once";
-- Create index invitation_reminder_due on field(s) due_at of model invitationreminder
DROP INDEX IF EXISTS "invitation_reminder_due";
-- Create constraint inbound_text_once on model inboundtext
ALTER TABLE "surveys_inboundtext" DROP CONSTRAINT "inbound_text_once";
-- Create index inbound_text_of_contact on field(s) contact, -id of model inboundtext
DROP INDEX IF EXISTS "inbound_text_of_contact";
-- Create index feedback_source_changes on field(s) workspace, -pgh_created_at, -pgh_id of model feedbacksourcechange
DROP INDEX IF EXISTS "feedback_source_changes";
-- Create constraint feedback_source_every on model feedbacksource
ALTER TABLE "surveys_feedbacksource" DROP CONSTRAINT "feedback_source_every";
-- Create constraint feedback_source_kind_known on model feedbacksource
ALTER TABLE "surveys_feedbacksource" DROP CONSTRAINT "feedback_source_kind_known";
-- Create index feedback_source_due on field(s) next_at of model feedbacksource
DROP INDEX IF EXISTS "feedback_source_due";
-- Create index contact_policy_changes on field(s) workspace, -pgh_created_at, -pgh_id of model contactpolicychange
DROP INDEX IF EXISTS "contact_policy_changes";
-- Create constraint contact_policy_capacity_share on model contactpolicy
ALTER TABLE "surveys_contactpolicy" DROP CONSTRAINT "contact_policy_capacity_share";
-- Create constraint contact_policy_quiet_pair on model contactpolicy
ALTER TABLE "surveys_contactpolicy" DROP CONSTRAINT "contact_policy_quiet_pair";
-- Create constraint contact_policy_cap_days on model contactpolicy
ALTER TABLE "surveys_contactpolicy" DROP CONSTRAINT "contact_policy_cap_days";
-- Create constraint contact_policy_once on model contactpolicy
ALTER TABLE "surveys_contactpolicy" DROP CONSTRAINT "contact_policy_once";
-- Create constraint contact_event_once on model contactevent
DROP INDEX IF EXISTS "contact_event_once";
-- Create index contact_event_of_contact on field(s) contact, -id of model contactevent
DROP INDEX IF EXISTS "contact_event_of_contact";
-- Create index contact_event_open on field(s) handle_at of model contactevent
DROP INDEX IF EXISTS "contact_event_open";
-- Create constraint company_external_id_once on model company
DROP INDEX IF EXISTS "company_external_id_once";
-- Create constraint company_name_once on model company
ALTER TABLE "surveys_company" DROP CONSTRAINT "company_name_once";
-- Create index company_search on OpClass(Upper(F(name)), name=gin_trgm_ops) on model company
DROP INDEX IF EXISTS "company_search";
-- Create constraint comment_model_once on model commentmodel
ALTER TABLE "surveys_commentmodel" DROP CONSTRAINT "comment_model_once";
-- Create index comment_model_due on field(s) next_at of model commentmodel
DROP INDEX IF EXISTS "comment_model_due";
-- Create index campaign_reminder_changes on field(s) workspace, -pgh_created_at, -pgh_id of model campaignreminderchange
DROP INDEX IF EXISTS "campaign_reminder_changes";
-- Create constraint campaign_reminder_days on model campaignreminder
ALTER TABLE "surveys_campaignreminder" DROP CONSTRAINT "campaign_reminder_days";
-- Create constraint campaign_reminder_number on model campaignreminder
ALTER TABLE "surveys_campaignreminder" DROP CONSTRAINT "campaign_reminder_number";
-- Create constraint campaign_reminder_once on model campaignreminder
ALTER TABLE "surveys_campaignreminder" DROP CONSTRAINT "campaign_reminder_once";
-- Create index audience_changes on field(s) workspace, -pgh_created_at, -pgh_id of model audiencechange
DROP INDEX IF EXISTS "audience_changes";
-- Create constraint audience_name_once on model audience
ALTER TABLE "surveys_audience" DROP CONSTRAINT "audience_name_once";
-- Add field workspace to trustchange
SET CONSTRAINTS "surveys_trustchange_workspace_id_368ad82c_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_trustchange" DROP CONSTRAINT "surveys_trustchange_workspace_id_368ad82c_fk_accounts_";
ALTER TABLE "surveys_trustchange" DROP COLUMN "workspace_id" CASCADE;
-- Add field response to trustchange
ALTER TABLE "surveys_trustchange" DROP COLUMN "response_id" CASCADE;
-- Add field by to trustchange
SET CONSTRAINTS "surveys_trustchange_by_id_af14745d_fk_accounts_user_id" IMMEDIATE; ALTER TABLE "surveys_trustchange" DROP CONSTRAINT "surveys_trustchange_by_id_af14745d_fk_accounts_user_id";
ALTER TABLE "surveys_trustchange" DROP COLUMN "by_id" CASCADE;
-- Add field workspace to surveywordingchange
ALTER TABLE "surveys_surveywordingchange" DROP COLUMN "workspace_id" CASCADE;
-- Add field survey to surveywordingchange
ALTER TABLE "surveys_surveywordingchange" DROP COLUMN "survey_id" CASCADE;
-- Add field pgh_obj to surveywordingchange
ALTER TABLE "surveys_surveywordingchange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Add field workspace to surveywording
SET CONSTRAINTS "surveys_surveywordin_workspace_id_7c717983_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_surveywording" DROP CONSTRAINT "surveys_surveywordin_workspace_id_7c717983_fk_accounts_";
ALTER TABLE "surveys_surveywording" DROP COLUMN "workspace_id" CASCADE;
-- Add field survey to surveywording
ALTER TABLE "surveys_surveywording" DROP COLUMN "survey_id" CASCADE;
-- Add field current_version to survey
ALTER TABLE "surveys_survey" DROP COLUMN "current_version_id" CASCADE;
-- Add field version to response
ALTER TABLE "surveys_response" DROP COLUMN "version_id" CASCADE;
-- Add field workspace to surveyversion
SET CONSTRAINTS "surveys_surveyversio_workspace_id_167be51e_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_surveyversion" DROP CONSTRAINT "surveys_surveyversio_workspace_id_167be51e_fk_accounts_";
ALTER TABLE "surveys_surveyversion" DROP COLUMN "workspace_id" CASCADE;
-- Add field survey to surveyversion
ALTER TABLE "surveys_surveyversion" DROP COLUMN "survey_id" CASCADE;
-- Add field created_by to surveyversion
SET CONSTRAINTS "surveys_surveyversio_created_by_id_6fed7b89_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_surveyversion" DROP CONSTRAINT "surveys_surveyversio_created_by_id_6fed7b89_fk_accounts_";
ALTER TABLE "surveys_surveyversion" DROP COLUMN "created_by_id" CASCADE;
-- Add field workspace to surveyquestionchange
ALTER TABLE "surveys_surveyquestionchange" DROP COLUMN "workspace_id" CASCADE;
-- Add field survey to surveyquestionchange
ALTER TABLE "surveys_surveyquestionchange" DROP COLUMN "survey_id" CASCADE;
-- Add field pgh_obj to surveyquestionchange
ALTER TABLE "surveys_surveyquestionchange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Add field workspace to surveyquestion
SET CONSTRAINTS "surveys_surveyquesti_workspace_id_e9048c45_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_surveyquestion" DROP CONSTRAINT "surveys_surveyquesti_workspace_id_e9048c45_fk_accounts_";
ALTER TABLE "surveys_surveyquestion" DROP COLUMN "workspace_id" CASCADE;
-- Add field survey to surveyquestion
ALTER TABLE "surveys_surveyquestion" DROP COLUMN "survey_id" CASCADE;
-- Add field workspace to smsgatewaychange
ALTER TABLE "surveys_smsgatewaychange" DROP COLUMN "workspace_id" CASCADE;
-- Add field pgh_obj to smsgatewaychange
ALTER TABLE "surveys_smsgatewaychange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Add field workspace to smsgateway
SET CONSTRAINTS "surveys_smsgateway_workspace_id_3418556f_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_smsgateway" DROP CONSTRAINT "surveys_smsgateway_workspace_id_3418556f_fk_accounts_";
ALTER TABLE "surveys_smsgateway" DROP COLUMN "workspace_id" CASCADE;
-- Add field workspace to publiclinkchange
ALTER TABLE "surveys_publiclinkchange" DROP COLUMN "workspace_id" CASCADE;
-- Add field touchpoint to publiclinkchange
ALTER TABLE "surveys_publiclinkchange" DROP COLUMN "touchpoint_id" CASCADE;
-- Add field survey to publiclinkchange
ALTER TABLE "surveys_publiclinkchange" DROP COLUMN "survey_id" CASCADE;
-- Add field pgh_obj to publiclinkchange
ALTER TABLE "surveys_publiclinkchange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Add field workspace to publiclink
SET CONSTRAINTS "surveys_publiclink_workspace_id_04282d8d_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_publiclink" DROP CONSTRAINT "surveys_publiclink_workspace_id_04282d8d_fk_accounts_";
ALTER TABLE "surveys_publiclink" DROP COLUMN "workspace_id" CASCADE;
-- Add field touchpoint to publiclink
ALTER TABLE "surveys_publiclink" DROP COLUMN "touchpoint_id" CASCADE;
-- Add field survey to publiclink
ALTER TABLE "surveys_publiclink" DROP COLUMN "survey_id" CASCADE;
-- Add field created_by to publiclink
SET CONSTRAINTS "surveys_publiclink_created_by_id_bfc60a6d_fk_accounts_user_id" IMMEDIATE; ALTER TABLE "surveys_publiclink" DROP CONSTRAINT "surveys_publiclink_created_by_id_bfc60a6d_fk_accounts_user_id";
ALTER TABLE "surveys_publiclink" DROP COLUMN "created_by_id" CASCADE;
-- Add field workspace to mention
SET CONSTRAINTS "surveys_mention_workspace_id_54fb8899_fk_accounts_workspace_id" IMMEDIATE; ALTER TABLE "surveys_mention" DROP CONSTRAINT "surveys_mention_workspace_id_54fb8899_fk_accounts_workspace_id";
ALTER TABLE "surveys_mention" DROP COLUMN "workspace_id" CASCADE;
-- Add field touchpoint to mention
ALTER TABLE "surveys_mention" DROP COLUMN "touchpoint_id" CASCADE;
-- Add field source to mention
ALTER TABLE "surveys_mention" DROP COLUMN "source_id" CASCADE;
-- Add field entered_by to mention
SET CONSTRAINTS "surveys_mention_entered_by_id_cc3a143e_fk_accounts_user_id" IMMEDIATE; ALTER TABLE "surveys_mention" DROP CONSTRAINT "surveys_mention_entered_by_id_cc3a143e_fk_accounts_user_id";
ALTER TABLE "surveys_mention" DROP COLUMN "entered_by_id" CASCADE;
-- Add field contact to mention
ALTER TABLE "surveys_mention" DROP COLUMN "contact_id" CASCADE;
-- Add field workspace to invitationreminder
SET CONSTRAINTS "surveys_invitationre_workspace_id_a159fde4_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_invitationreminder" DROP CONSTRAINT "surveys_invitationre_workspace_id_a159fde4_fk_accounts_";
ALTER TABLE "surveys_invitationreminder" DROP COLUMN "workspace_id" CASCADE;
-- Add field message to invitationreminder
SET CONSTRAINTS "surveys_invitationre_message_id_b97facb7_fk_outbox_ou" IMMEDIATE; ALTER TABLE "surveys_invitationreminder" DROP CONSTRAINT "surveys_invitationre_message_id_b97facb7_fk_outbox_ou";
ALTER TABLE "surveys_invitationreminder" DROP COLUMN "message_id" CASCADE;
-- Add field invitation to invitationreminder
ALTER TABLE "surveys_invitationreminder" DROP COLUMN "invitation_id" CASCADE;
-- Add field workspace to inboundtext
SET CONSTRAINTS "surveys_inboundtext_workspace_id_5f8ad6fc_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_inboundtext" DROP CONSTRAINT "surveys_inboundtext_workspace_id_5f8ad6fc_fk_accounts_";
ALTER TABLE "surveys_inboundtext" DROP COLUMN "workspace_id" CASCADE;
-- Add field invitation to inboundtext
ALTER TABLE "surveys_inboundtext" DROP COLUMN "invitation_id" CASCADE;
-- Add field contact to inboundtext
ALTER TABLE "surveys_inboundtext" DROP COLUMN "contact_id" CASCADE;
-- Add field workspace to feedbacksourcechange
ALTER TABLE "surveys_feedbacksourcechange" DROP COLUMN "workspace_id" CASCADE;
-- Add field touchpoint to feedbacksourcechange
ALTER TABLE "surveys_feedbacksourcechange" DROP COLUMN "touchpoint_id" CASCADE;
-- Add field pgh_obj to feedbacksourcechange
ALTER TABLE "surveys_feedbacksourcechange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Add field workspace to feedbacksource
SET CONSTRAINTS "surveys_feedbacksour_workspace_id_c0950052_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_feedbacksource" DROP CONSTRAINT "surveys_feedbacksour_workspace_id_c0950052_fk_accounts_";
ALTER TABLE "surveys_feedbacksource" DROP COLUMN "workspace_id" CASCADE;
-- Add field touchpoint to feedbacksource
ALTER TABLE "surveys_feedbacksource" DROP COLUMN "touchpoint_id" CASCADE;
-- Add field created_by to feedbacksource
SET CONSTRAINTS "surveys_feedbacksour_created_by_id_95d5ad19_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_feedbacksource" DROP CONSTRAINT "surveys_feedbacksour_created_by_id_95d5ad19_fk_accounts_";
ALTER TABLE "surveys_feedbacksource" DROP COLUMN "created_by_id" CASCADE;
-- Add field workspace to contactpolicychange
ALTER TABLE "surveys_contactpolicychange" DROP COLUMN "workspace_id" CASCADE;
-- Add field pgh_obj to contactpolicychange
ALTER TABLE "surveys_contactpolicychange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Add field calendar to contactpolicychange
ALTER TABLE "surveys_contactpolicychange" DROP COLUMN "calendar_id" CASCADE;
-- Add field workspace to contactpolicy
SET CONSTRAINTS "surveys_contactpolic_workspace_id_ad038ab6_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_contactpolicy" DROP CONSTRAINT "surveys_contactpolic_workspace_id_ad038ab6_fk_accounts_";
ALTER TABLE "surveys_contactpolicy" DROP COLUMN "workspace_id" CASCADE;
-- Add field calendar to contactpolicy
ALTER TABLE "surveys_contactpolicy" DROP COLUMN "calendar_id" CASCADE;
-- Create constraint invitation_once_per_event on model invitation
DROP INDEX IF EXISTS "invitation_once_per_event";
-- Create constraint invitation_once_per_round on model invitation
DROP INDEX IF EXISTS "invitation_once_per_round";
-- Add field event to invitation
ALTER TABLE "surveys_invitation" DROP COLUMN "event_id" CASCADE;
-- Add field workspace to contactevent
SET CONSTRAINTS "surveys_contactevent_workspace_id_75e049d5_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_contactevent" DROP CONSTRAINT "surveys_contactevent_workspace_id_75e049d5_fk_accounts_";
ALTER TABLE "surveys_contactevent" DROP COLUMN "workspace_id" CASCADE;
-- Add field touchpoint to contactevent
ALTER TABLE "surveys_contactevent" DROP COLUMN "touchpoint_id" CASCADE;
-- Add field contact to contactevent
ALTER TABLE "surveys_contactevent" DROP COLUMN "contact_id" CASCADE;
-- Create index contact_watched on field(s) workspace, -id of model contact
DROP INDEX IF EXISTS "contact_watched";
-- Create index contact_of_company on field(s) account of model contact
DROP INDEX IF EXISTS "contact_of_company";
-- Create index contact_phone on field(s) workspace, phone of model contact
DROP INDEX IF EXISTS "contact_phone";
-- Add field account to contact
ALTER TABLE "surveys_contact" DROP COLUMN "account_id" CASCADE;
-- Add field workspace to company
SET CONSTRAINTS "surveys_company_workspace_id_644d25cd_fk_accounts_workspace_id" IMMEDIATE; ALTER TABLE "surveys_company" DROP CONSTRAINT "surveys_company_workspace_id_644d25cd_fk_accounts_workspace_id";
ALTER TABLE "surveys_company" DROP COLUMN "workspace_id" CASCADE;
-- Add field workspace to commentmodel
SET CONSTRAINTS "surveys_commentmodel_workspace_id_2d99f7f8_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_commentmodel" DROP CONSTRAINT "surveys_commentmodel_workspace_id_2d99f7f8_fk_accounts_";
ALTER TABLE "surveys_commentmodel" DROP COLUMN "workspace_id" CASCADE;
-- Add field workspace to campaignreminderchange
ALTER TABLE "surveys_campaignreminderchange" DROP COLUMN "workspace_id" CASCADE;
-- Add field pgh_obj to campaignreminderchange
ALTER TABLE "surveys_campaignreminderchange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Add field campaign to campaignreminderchange
ALTER TABLE "surveys_campaignreminderchange" DROP COLUMN "campaign_id" CASCADE;
-- Add field workspace to campaignreminder
SET CONSTRAINTS "surveys_campaignremi_workspace_id_50eae5fa_fk_accounts_" IMMEDIATE; ALTER TABLE "surveys_campaignreminder" DROP CONSTRAINT "surveys_campaignremi_workspace_id_50eae5fa_fk_accounts_";
ALTER TABLE "surveys_campaignreminder" DROP COLUMN "workspace_id" CASCADE;
-- Add field campaign to campaignreminder
ALTER TABLE "surveys_campaignreminder" DROP COLUMN "campaign_id" CASCADE;
-- Add field workspace to audiencechange
ALTER TABLE "surveys_audiencechange" DROP COLUMN "workspace_id" CASCADE;
-- Add field pgh_obj to audiencechange
ALTER TABLE "surveys_audiencechange" DROP COLUMN "pgh_obj_id" CASCADE;
-- Create constraint campaign_every_days on model campaign
ALTER TABLE "surveys_campaign" DROP CONSTRAINT "campaign_every_days";
-- Create constraint campaign_sample_percent on model campaign
ALTER TABLE "surveys_campaign" DROP CONSTRAINT "campaign_sample_percent";
-- Create constraint campaign_kind_known on model campaign
ALTER TABLE "surveys_campaign" DROP CONSTRAINT "campaign_kind_known";
-- Create constraint campaign_status_known on model campaign
ALTER TABLE "surveys_campaign" DROP CONSTRAINT "campaign_status_known";
-- Create index campaign_of_trigger on field(s) workspace, trigger of model campaign
DROP INDEX IF EXISTS "campaign_of_trigger";
-- Create index campaign_due on field(s) next_at of model campaign
DROP INDEX IF EXISTS "campaign_due";
-- Add field saved_audience to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "saved_audience_id" CASCADE;
-- Add field saved_audience to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "saved_audience_id" CASCADE;
-- Add field workspace to audience
SET CONSTRAINTS "surveys_audience_workspace_id_737e7e17_fk_accounts_workspace_id" IMMEDIATE; ALTER TABLE "surveys_audience" DROP CONSTRAINT "surveys_audience_workspace_id_737e7e17_fk_accounts_workspace_id";
ALTER TABLE "surveys_audience" DROP COLUMN "workspace_id" CASCADE;
-- Add field created_by to audience
SET CONSTRAINTS "surveys_audience_created_by_id_df77007d_fk_accounts_user_id" IMMEDIATE; ALTER TABLE "surveys_audience" DROP CONSTRAINT "surveys_audience_created_by_id_df77007d_fk_accounts_user_id";
ALTER TABLE "surveys_audience" DROP COLUMN "created_by_id" CASCADE;
-- Alter field stage on invitationchange
-- Alter field not_sent_because on invitation
-- Alter field status on campaignchange
-- Alter field status on campaign
-- Add field settings to widgetkeychange
ALTER TABLE "surveys_widgetkeychange" DROP COLUMN "settings" CASCADE;
-- Add field settings to widgetkey
ALTER TABLE "surveys_widgetkey" DROP COLUMN "settings" CASCADE;
-- Add field secret to widgetkey
ALTER TABLE "surveys_widgetkey" DROP COLUMN "secret" CASCADE;
-- Add field thanks_links to surveychange
ALTER TABLE "surveys_surveychange" DROP COLUMN "thanks_links" CASCADE;
-- Add field sms_text to surveychange
ALTER TABLE "surveys_surveychange" DROP COLUMN "sms_text" CASCADE;
-- Add field asks_mismatch to surveychange
ALTER TABLE "surveys_surveychange" DROP COLUMN "asks_mismatch" CASCADE;
-- Add field archived_at to surveychange
ALTER TABLE "surveys_surveychange" DROP COLUMN "archived_at" CASCADE;
-- Add field thanks_links to survey
ALTER TABLE "surveys_survey" DROP COLUMN "thanks_links" CASCADE;
-- Add field sms_text to survey
ALTER TABLE "surveys_survey" DROP COLUMN "sms_text" CASCADE;
-- Add field asks_mismatch to survey
ALTER TABLE "surveys_survey" DROP COLUMN "asks_mismatch" CASCADE;
-- Add field archived_at to survey
ALTER TABLE "surveys_survey" DROP COLUMN "archived_at" CASCADE;
-- Add field source to response
ALTER TABLE "surveys_response" DROP COLUMN "source" CASCADE;
-- Add field sentiment to response
ALTER TABLE "surveys_response" DROP COLUMN "sentiment" CASCADE;
-- Add field respondent_type to response
ALTER TABLE "surveys_response" DROP COLUMN "respondent_type" CASCADE;
-- Add field mismatch to response
ALTER TABLE "surveys_response" DROP COLUMN "mismatch" CASCADE;
-- Add field is_negative to response
ALTER TABLE "surveys_response" DROP COLUMN "is_negative" CASCADE;
-- Add field is_complete to response
ALTER TABLE "surveys_response" DROP COLUMN "is_complete" CASCADE;
-- Add field evidence to response
ALTER TABLE "surveys_response" DROP COLUMN "evidence" CASCADE;
-- Add field entered_by to response
SET CONSTRAINTS "surveys_response_entered_by_id_b37f69ed_fk_accounts_user_id" IMMEDIATE; ALTER TABLE "surveys_response" DROP CONSTRAINT "surveys_response_entered_by_id_b37f69ed_fk_accounts_user_id";
ALTER TABLE "surveys_response" DROP COLUMN "entered_by_id" CASCADE;
-- Add field comment_language to response
ALTER TABLE "surveys_response" DROP COLUMN "comment_language" CASCADE;
-- Add field wait_because to invitation
ALTER TABLE "surveys_invitation" DROP COLUMN "wait_because" CASCADE;
-- Add field round to invitation
ALTER TABLE "surveys_invitation" DROP COLUMN "round" CASCADE;
-- Add field override_note to invitation
ALTER TABLE "surveys_invitation" DROP COLUMN "override_note" CASCADE;
-- Add field override_by to invitation
SET CONSTRAINTS "surveys_invitation_override_by_id_65d25194_fk_accounts_user_id" IMMEDIATE; ALTER TABLE "surveys_invitation" DROP CONSTRAINT "surveys_invitation_override_by_id_65d25194_fk_accounts_user_id";
ALTER TABLE "surveys_invitation" DROP COLUMN "override_by_id" CASCADE;
-- Add field language to invitation
ALTER TABLE "surveys_invitation" DROP COLUMN "language" CASCADE;
-- Add field clicked_at to invitation
ALTER TABLE "surveys_invitation" DROP COLUMN "clicked_at" CASCADE;
-- Add field watch_since to contact
ALTER TABLE "surveys_contact" DROP COLUMN "watch_since" CASCADE;
-- Add field watch_because to contact
ALTER TABLE "surveys_contact" DROP COLUMN "watch_because" CASCADE;
-- Add field sms_stopped_at to contact
ALTER TABLE "surveys_contact" DROP COLUMN "sms_stopped_at" CASCADE;
-- Add field send_hour to contact
ALTER TABLE "surveys_contact" DROP COLUMN "send_hour" CASCADE;
-- Add field respondent_type to contact
ALTER TABLE "surveys_contact" DROP COLUMN "respondent_type" CASCADE;
-- Add field merged_into to contact
ALTER TABLE "surveys_contact" DROP COLUMN "merged_into_id" CASCADE;
-- Add field last_segment to contact
ALTER TABLE "surveys_contact" DROP COLUMN "last_segment" CASCADE;
-- Add field last_score to contact
ALTER TABLE "surveys_contact" DROP COLUMN "last_score" CASCADE;
-- Add field last_answered_at to contact
ALTER TABLE "surveys_contact" DROP COLUMN "last_answered_at" CASCADE;
-- Add field followups_stopped_at to contact
ALTER TABLE "surveys_contact" DROP COLUMN "followups_stopped_at" CASCADE;
-- Add field chosen_send_hour to contact
ALTER TABLE "surveys_contact" DROP COLUMN "chosen_send_hour" CASCADE;
-- Add field window to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "window" CASCADE;
-- Add field uses_send_hour to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "uses_send_hour" CASCADE;
-- Add field trigger to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "trigger" CASCADE;
-- Add field subject to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "subject" CASCADE;
-- Add field starts_at to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "starts_at" CASCADE;
-- Add field spread_days to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "spread_days" CASCADE;
-- Add field sample_percent to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "sample_percent" CASCADE;
-- Add field reply_to to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "reply_to" CASCADE;
-- Add field kind to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "kind" CASCADE;
-- Add field keeps_capacity to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "keeps_capacity" CASCADE;
-- Add field intro to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "intro" CASCADE;
-- Add field from_name to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "from_name" CASCADE;
-- Add field first_after_days to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "first_after_days" CASCADE;
-- Add field every_days to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "every_days" CASCADE;
-- Add field ends_at to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "ends_at" CASCADE;
-- Add field delay_seconds to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "delay_seconds" CASCADE;
-- Add field daily_cap to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "daily_cap" CASCADE;
-- Add field channel to campaignchange
ALTER TABLE "surveys_campaignchange" DROP COLUMN "channel" CASCADE;
-- Add field window to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "window" CASCADE;
-- Add field uses_send_hour to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "uses_send_hour" CASCADE;
-- Add field trigger to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "trigger" CASCADE;
-- Add field subject to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "subject" CASCADE;
-- Add field starts_at to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "starts_at" CASCADE;
-- Add field spread_days to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "spread_days" CASCADE;
-- Add field sample_percent to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "sample_percent" CASCADE;
-- Add field round to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "round" CASCADE;
-- Add field reply_to to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "reply_to" CASCADE;
-- Add field paused_at to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "paused_at" CASCADE;
-- Add field next_at to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "next_at" CASCADE;
-- Add field kind to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "kind" CASCADE;
-- Add field keeps_capacity to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "keeps_capacity" CASCADE;
-- Add field intro to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "intro" CASCADE;
-- Add field from_name to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "from_name" CASCADE;
-- Add field first_after_days to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "first_after_days" CASCADE;
-- Add field every_days to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "every_days" CASCADE;
-- Add field ends_at to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "ends_at" CASCADE;
-- Add field delay_seconds to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "delay_seconds" CASCADE;
-- Add field daily_cap to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "daily_cap" CASCADE;
-- Add field channel to campaign
ALTER TABLE "surveys_campaign" DROP COLUMN "channel" CASCADE;
-- Add field kind to attributechange
ALTER TABLE "surveys_attributechange" DROP COLUMN "kind" CASCADE;
-- Add field kind to attribute
ALTER TABLE "surveys_attribute" DROP COLUMN "kind" CASCADE;
-- Remove constraint invitation_once_per_campaign from model invitation
CREATE UNIQUE INDEX "invitation_once_per_campaign" ON "surveys_invitation" ("campaign_id", "contact_id") WHERE "campaign_id" IS NOT NULL;
-- Remove constraint campaign_status_known from model campaign
ALTER TABLE "surveys_campaign" ADD CONSTRAINT "campaign_status_known" CHECK ("status" IN ('DRAFT', 'PREPARING', 'SENDING', 'FINISHED', 'STOPPED'));
-- Create model TrustChange
DROP TABLE "surveys_trustchange" CASCADE;
-- Create model SurveyWordingChange
DROP TABLE "surveys_surveywordingchange" CASCADE;
-- Create model SurveyWording
DROP TABLE "surveys_surveywording" CASCADE;
-- Create model SurveyVersion
DROP TABLE "surveys_surveyversion" CASCADE;
-- Create model SurveyQuestionChange
DROP TABLE "surveys_surveyquestionchange" CASCADE;
-- Create model SurveyQuestion
DROP TABLE "surveys_surveyquestion" CASCADE;
-- Create model SmsGatewayChange
DROP TABLE "surveys_smsgatewaychange" CASCADE;
-- Create model SmsGateway
DROP TABLE "surveys_smsgateway" CASCADE;
-- Create model PublicLinkChange
DROP TABLE "surveys_publiclinkchange" CASCADE;
-- Create model PublicLink
DROP TABLE "surveys_publiclink" CASCADE;
-- Create model Mention
DROP TABLE "surveys_mention" CASCADE;
-- Create model InvitationReminder
DROP TABLE "surveys_invitationreminder" CASCADE;
-- Create model InboundText
DROP TABLE "surveys_inboundtext" CASCADE;
-- Create model FeedbackSourceChange
DROP TABLE "surveys_feedbacksourcechange" CASCADE;
-- Create model FeedbackSource
DROP TABLE "surveys_feedbacksource" CASCADE;
-- Create model ContactPolicyChange
DROP TABLE "surveys_contactpolicychange" CASCADE;
-- Create model ContactPolicy
DROP TABLE "surveys_contactpolicy" CASCADE;
-- Create model ContactEvent
DROP TABLE "surveys_contactevent" CASCADE;
-- Create model Company
DROP TABLE "surveys_company" CASCADE;
-- Create model CommentModel
DROP TABLE "surveys_commentmodel" CASCADE;
-- Create model CampaignReminderChange
DROP TABLE "surveys_campaignreminderchange" CASCADE;
-- Create model CampaignReminder
DROP TABLE "surveys_campaignreminder" CASCADE;
-- Create model AudienceChange
DROP TABLE "surveys_audiencechange" CASCADE;
-- Create model Audience
DROP TABLE "surveys_audience" CASCADE;
-- Remove trigger remember_delete from model widgetkey

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_2b12c()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_widgetkeychange" ("was", "expires_at", "id", "name", "origins", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "revoked_at", "survey_id", "workspace_id") VALUES (NULL, OLD."expires_at", OLD."id", OLD."name", OLD."origins", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."public_id", OLD."revoked_at", OLD."survey_id", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_2b12c ON "surveys_widgetkey";
            CREATE  TRIGGER pgtrigger_remember_delete_2b12c
                AFTER DELETE ON "surveys_widgetkey"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_delete_2b12c();

            COMMENT ON TRIGGER pgtrigger_remember_delete_2b12c ON "surveys_widgetkey" IS 'cf265a60172f863e07abac4601d523bb432020d4';

-- Remove trigger remember_update from model widgetkey

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_eb4c5()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_widgetkeychange" ("was", "expires_at", "id", "name", "origins", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "revoked_at", "survey_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('public_id', OLD."public_id", 'survey_id', OLD."survey_id", 'name', OLD."name", 'origins', OLD."origins", 'expires_at', OLD."expires_at", 'revoked_at', OLD."revoked_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('public_id', NEW."public_id", 'survey_id', NEW."survey_id", 'name', NEW."name", 'origins', NEW."origins", 'expires_at', NEW."expires_at", 'revoked_at', NEW."revoked_at") -> former.key), jsonb_build_object()), NEW."expires_at", NEW."id", NEW."name", NEW."origins", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."public_id", NEW."revoked_at", NEW."survey_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_eb4c5 ON "surveys_widgetkey";
            CREATE  TRIGGER pgtrigger_remember_update_eb4c5
                AFTER UPDATE ON "surveys_widgetkey"


                FOR EACH ROW WHEN (OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."origins" IS DISTINCT FROM (NEW."origins") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id"))
                EXECUTE PROCEDURE pgtrigger_remember_update_eb4c5();

            COMMENT ON TRIGGER pgtrigger_remember_update_eb4c5 ON "surveys_widgetkey" IS '9c4ebac3529c6eeb1d65f8ff0c58948fe1468200';

-- Remove trigger remember_insert from model widgetkey

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_1e202()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_widgetkeychange" ("was", "expires_at", "id", "name", "origins", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "revoked_at", "survey_id", "workspace_id") VALUES (NULL, NEW."expires_at", NEW."id", NEW."name", NEW."origins", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."public_id", NEW."revoked_at", NEW."survey_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_1e202 ON "surveys_widgetkey";
            CREATE  TRIGGER pgtrigger_remember_insert_1e202
                AFTER INSERT ON "surveys_widgetkey"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_insert_1e202();

            COMMENT ON TRIGGER pgtrigger_remember_insert_1e202 ON "surveys_widgetkey" IS '480a1a6089540b65f3f0bec2e4b927395ff12cba';

-- Remove trigger remember_delete from model survey

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_ce0dc()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_surveychange" ("was", "accent", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "status", "subject", "thanks_detractor", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (NULL, OLD."accent", OLD."edit_days", OLD."high_label", OLD."id", OLD."intro", OLD."language", OLD."link_days", OLD."low_label", OLD."metric", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."prompt_detractor", OLD."prompt_passive", OLD."prompt_promoter", OLD."question", OLD."quiet_days", OLD."resurvey_days", OLD."status", OLD."subject", OLD."thanks_detractor", OLD."thanks_passive", OLD."thanks_promoter", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_ce0dc ON "surveys_survey";
            CREATE  TRIGGER pgtrigger_remember_delete_ce0dc
                AFTER DELETE ON "surveys_survey"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_delete_ce0dc();

            COMMENT ON TRIGGER pgtrigger_remember_delete_ce0dc ON "surveys_survey" IS 'c69b58821da37cb5c5afaffd114f24ecbec6069a';

-- Remove trigger remember_update from model survey

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_23e8d()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_surveychange" ("was", "accent", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "status", "subject", "thanks_detractor", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'metric', OLD."metric", 'status', OLD."status", 'language', OLD."language", 'question', OLD."question", 'low_label', OLD."low_label", 'high_label', OLD."high_label", 'prompt_promoter', OLD."prompt_promoter", 'prompt_passive', OLD."prompt_passive", 'prompt_detractor', OLD."prompt_detractor", 'thanks_promoter', OLD."thanks_promoter", 'thanks_passive', OLD."thanks_passive", 'thanks_detractor', OLD."thanks_detractor", 'subject', OLD."subject", 'intro', OLD."intro", 'accent', OLD."accent", 'quiet_days', OLD."quiet_days", 'link_days', OLD."link_days", 'edit_days', OLD."edit_days", 'resurvey_days', OLD."resurvey_days")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'metric', NEW."metric", 'status', NEW."status", 'language', NEW."language", 'question', NEW."question", 'low_label', NEW."low_label", 'high_label', NEW."high_label", 'prompt_promoter', NEW."prompt_promoter", 'prompt_passive', NEW."prompt_passive", 'prompt_detractor', NEW."prompt_detractor", 'thanks_promoter', NEW."thanks_promoter", 'thanks_passive', NEW."thanks_passive", 'thanks_detractor', NEW."thanks_detractor", 'subject', NEW."subject", 'intro', NEW."intro", 'accent', NEW."accent", 'quiet_days', NEW."quiet_days", 'link_days', NEW."link_days", 'edit_days', NEW."edit_days", 'resurvey_days', NEW."resurvey_days") -> former.key), jsonb_build_object()), NEW."accent", NEW."edit_days", NEW."high_label", NEW."id", NEW."intro", NEW."language", NEW."link_days", NEW."low_label", NEW."metric", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."prompt_detractor", NEW."prompt_passive", NEW."prompt_promoter", NEW."question", NEW."quiet_days", NEW."resurvey_days", NEW."status", NEW."subject", NEW."thanks_detractor", NEW."thanks_passive", NEW."thanks_promoter", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_23e8d ON "surveys_survey";
            CREATE  TRIGGER pgtrigger_remember_update_23e8d
                AFTER UPDATE ON "surveys_survey"


                FOR EACH ROW WHEN (OLD."accent" IS DISTINCT FROM (NEW."accent") OR OLD."edit_days" IS DISTINCT FROM (NEW."edit_days") OR OLD."high_label" IS DISTINCT FROM (NEW."high_label") OR OLD."intro" IS DISTINCT FROM (NEW."intro") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."link_days" IS DISTINCT FROM (NEW."link_days") OR OLD."low_label" IS DISTINCT FROM (NEW."low_label") OR OLD."metric" IS DISTINCT FROM (NEW."metric") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."prompt_detractor" IS DISTINCT FROM (NEW."prompt_detractor") OR OLD."prompt_passive" IS DISTINCT FROM (NEW."prompt_passive") OR OLD."prompt_promoter" IS DISTINCT FROM (NEW."prompt_promoter") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."quiet_days" IS DISTINCT FROM (NEW."quiet_days") OR OLD."resurvey_days" IS DISTINCT FROM (NEW."resurvey_days") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."thanks_detractor" IS DISTINCT FROM (NEW."thanks_detractor") OR OLD."thanks_passive" IS DISTINCT FROM (NEW."thanks_passive") OR OLD."thanks_promoter" IS DISTINCT FROM (NEW."thanks_promoter"))
                EXECUTE PROCEDURE pgtrigger_remember_update_23e8d();

            COMMENT ON TRIGGER pgtrigger_remember_update_23e8d ON "surveys_survey" IS 'cf493030213edd934da38dd59bf35d82c208bd18';

-- Remove trigger remember_insert from model survey

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_bcb04()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_surveychange" ("was", "accent", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "status", "subject", "thanks_detractor", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (NULL, NEW."accent", NEW."edit_days", NEW."high_label", NEW."id", NEW."intro", NEW."language", NEW."link_days", NEW."low_label", NEW."metric", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."prompt_detractor", NEW."prompt_passive", NEW."prompt_promoter", NEW."question", NEW."quiet_days", NEW."resurvey_days", NEW."status", NEW."subject", NEW."thanks_detractor", NEW."thanks_passive", NEW."thanks_promoter", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_bcb04 ON "surveys_survey";
            CREATE  TRIGGER pgtrigger_remember_insert_bcb04
                AFTER INSERT ON "surveys_survey"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_insert_bcb04();

            COMMENT ON TRIGGER pgtrigger_remember_insert_bcb04 ON "surveys_survey" IS 'b141354565eb86b4451e77e59074ec6169ddf074';

-- Remove trigger remember_delete from model campaign

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_93947()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_campaignchange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "survey_id", "touchpoint_id", "workspace_id") VALUES (NULL, OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."status", OLD."survey_id", OLD."touchpoint_id", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_93947 ON "surveys_campaign";
            CREATE  TRIGGER pgtrigger_remember_delete_93947
                AFTER DELETE ON "surveys_campaign"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_delete_93947();

            COMMENT ON TRIGGER pgtrigger_remember_delete_93947 ON "surveys_campaign" IS '3cfc12b9daded2b0739ad41dc2479e9bf0c32490';

-- Remove trigger remember_update from model campaign

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_4c0dd()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_campaignchange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "survey_id", "touchpoint_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'survey_id', OLD."survey_id", 'touchpoint_id', OLD."touchpoint_id", 'status', OLD."status")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'survey_id', NEW."survey_id", 'touchpoint_id', NEW."touchpoint_id", 'status', NEW."status") -> former.key), jsonb_build_object()), NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."status", NEW."survey_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_4c0dd ON "surveys_campaign";
            CREATE  TRIGGER pgtrigger_remember_update_4c0dd
                AFTER UPDATE ON "surveys_campaign"


                FOR EACH ROW WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id"))
                EXECUTE PROCEDURE pgtrigger_remember_update_4c0dd();

            COMMENT ON TRIGGER pgtrigger_remember_update_4c0dd ON "surveys_campaign" IS '2063dd6242d745572052b9a20eb3d0b30c350103';

-- Remove trigger remember_insert from model campaign

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_9ca9f()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_campaignchange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "survey_id", "touchpoint_id", "workspace_id") VALUES (NULL, NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."status", NEW."survey_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_9ca9f ON "surveys_campaign";
            CREATE  TRIGGER pgtrigger_remember_insert_9ca9f
                AFTER INSERT ON "surveys_campaign"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_insert_9ca9f();

            COMMENT ON TRIGGER pgtrigger_remember_insert_9ca9f ON "surveys_campaign" IS 'be9ade8bae90bf2cf57bbe598f553bc27cd2ddf9';

-- Remove trigger remember_delete from model attribute

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_9f1f4()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."id", OLD."is_reportable", OLD."label", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_9f1f4 ON "surveys_attribute";
            CREATE  TRIGGER pgtrigger_remember_delete_9f1f4
                AFTER DELETE ON "surveys_attribute"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_delete_9f1f4();

            COMMENT ON TRIGGER pgtrigger_remember_delete_9f1f4 ON "surveys_attribute" IS 'd49e6270325033e5d6ce5678d291a1549e25616c';

-- Remove trigger remember_update from model attribute

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_317a4()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'label', OLD."label", 'is_reportable', OLD."is_reportable")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'label', NEW."label", 'is_reportable', NEW."is_reportable") -> former.key), jsonb_build_object()), NEW."id", NEW."is_reportable", NEW."label", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_317a4 ON "surveys_attribute";
            CREATE  TRIGGER pgtrigger_remember_update_317a4
                AFTER UPDATE ON "surveys_attribute"


                FOR EACH ROW WHEN (OLD."is_reportable" IS DISTINCT FROM (NEW."is_reportable") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."name" IS DISTINCT FROM (NEW."name"))
                EXECUTE PROCEDURE pgtrigger_remember_update_317a4();

            COMMENT ON TRIGGER pgtrigger_remember_update_317a4 ON "surveys_attribute" IS 'db2ca60241cc7d204fd633ff6f58501c79b3f422';

-- Remove trigger remember_insert from model attribute

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_d4797()
            RETURNS TRIGGER AS $$

                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."id", NEW."is_reportable", NEW."label", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_d4797 ON "surveys_attribute";
            CREATE  TRIGGER pgtrigger_remember_insert_d4797
                AFTER INSERT ON "surveys_attribute"


                FOR EACH ROW
                EXECUTE PROCEDURE pgtrigger_remember_insert_d4797();

            COMMENT ON TRIGGER pgtrigger_remember_insert_d4797 ON "surveys_attribute" IS 'fe141e9c13bf1e4cb4b0f2e64571ef6086334fb6';

