"""Changes of the configuration are remembered by triggers; rows of the record are only ever added (accounts/history.py)."""

import django.db.models.deletion
import django.db.models.manager
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_remember_changes'),
        ('surveys', '0003_say_segment_and_score_in_one_list'),
    ]

    operations = [
        migrations.CreateModel(
            name='AttributeChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('label', models.CharField(max_length=80)),
                ('name', models.CharField(max_length=60)),
                ('is_reportable', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='CampaignChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('status', models.CharField(choices=[('DRAFT', 'Draft'), ('PREPARING', 'Preparing'), ('SENDING', 'Sending'), ('FINISHED', 'Finished'), ('STOPPED', 'Stopped')], default='DRAFT', max_length=9)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='SurveyChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('metric', models.CharField(choices=[('NPS', 'Net Promoter Score, 0-10'), ('CSAT', 'Customer satisfaction, 1-5'), ('CES', 'Customer effort score, 1-7'), ('STARS', 'Five stars')], default='NPS', max_length=5)),
                ('status', models.CharField(choices=[('DRAFT', 'Draft'), ('ACTIVE', 'Active'), ('CLOSED', 'Closed'), ('ARCHIVED', 'Archived')], default='DRAFT', max_length=8)),
                ('language', models.CharField(default='en', max_length=16, verbose_name='Language')),
                ('question', models.CharField(max_length=300, verbose_name='Question')),
                ('low_label', models.CharField(blank=True, max_length=60, verbose_name='Words at 0')),
                ('high_label', models.CharField(blank=True, max_length=60, verbose_name='Words at 10')),
                ('prompt_promoter', models.CharField(blank=True, max_length=300, verbose_name='Follow-up question for promoters')),
                ('prompt_passive', models.CharField(blank=True, max_length=300, verbose_name='Follow-up question for passives')),
                ('prompt_detractor', models.CharField(blank=True, max_length=300, verbose_name='Follow-up question for detractors')),
                ('thanks_promoter', models.CharField(blank=True, max_length=500, verbose_name='Thanks to promoters')),
                ('thanks_passive', models.CharField(blank=True, max_length=500, verbose_name='Thanks to passives')),
                ('thanks_detractor', models.CharField(blank=True, max_length=500, verbose_name='Thanks to detractors')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='Subject of the mail')),
                ('intro', models.CharField(blank=True, max_length=1000, verbose_name='Words before the question in the mail')),
                ('accent', models.CharField(blank=True, max_length=7, verbose_name='Colour')),
                ('quiet_days', models.PositiveSmallIntegerField(default=0, verbose_name='Own days between two surveys')),
                ('link_days', models.PositiveSmallIntegerField(default=60, verbose_name='Days a link is open')),
                ('edit_days', models.PositiveSmallIntegerField(default=7, verbose_name='Days an answer can be changed')),
                ('resurvey_days', models.PositiveSmallIntegerField(default=14, verbose_name='Days from the fix to the second question')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='TouchpointChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('RELATIONAL', 'About the relationship'), ('TRANSACTIONAL', 'About one interaction')], default='TRANSACTIONAL', max_length=13)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attribute',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."id", NEW."is_reportable", NEW."label", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='fe141e9c13bf1e4cb4b0f2e64571ef6086334fb6', operation='INSERT', pgid='pgtrigger_remember_insert_d4797', table='surveys_attribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attribute',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_reportable" IS DISTINCT FROM (NEW."is_reportable") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'label\', OLD."label", \'is_reportable\', OLD."is_reportable")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'label\', NEW."label", \'is_reportable\', NEW."is_reportable") -> former.key), jsonb_build_object()), NEW."id", NEW."is_reportable", NEW."label", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='db2ca60241cc7d204fd633ff6f58501c79b3f422', operation='UPDATE', pgid='pgtrigger_remember_update_317a4', table='surveys_attribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attribute',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."id", OLD."is_reportable", OLD."label", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='d49e6270325033e5d6ce5678d291a1549e25616c', operation='DELETE', pgid='pgtrigger_remember_delete_9f1f4', table='surveys_attribute', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_campaignchange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "survey_id", "touchpoint_id", "workspace_id") VALUES (NULL, NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."status", NEW."survey_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;', hash='be9ade8bae90bf2cf57bbe598f553bc27cd2ddf9', operation='INSERT', pgid='pgtrigger_remember_insert_9ca9f', table='surveys_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id"))', func='INSERT INTO "surveys_campaignchange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "survey_id", "touchpoint_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'survey_id\', OLD."survey_id", \'touchpoint_id\', OLD."touchpoint_id", \'status\', OLD."status")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'survey_id\', NEW."survey_id", \'touchpoint_id\', NEW."touchpoint_id", \'status\', NEW."status") -> former.key), jsonb_build_object()), NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."status", NEW."survey_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;', hash='2063dd6242d745572052b9a20eb3d0b30c350103', operation='UPDATE', pgid='pgtrigger_remember_update_4c0dd', table='surveys_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_campaignchange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "survey_id", "touchpoint_id", "workspace_id") VALUES (NULL, OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."status", OLD."survey_id", OLD."touchpoint_id", OLD."workspace_id"); RETURN NULL;', hash='3cfc12b9daded2b0739ad41dc2479e9bf0c32490', operation='DELETE', pgid='pgtrigger_remember_delete_93947', table='surveys_campaign', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='survey',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveychange" ("was", "accent", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "status", "subject", "thanks_detractor", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (NULL, NEW."accent", NEW."edit_days", NEW."high_label", NEW."id", NEW."intro", NEW."language", NEW."link_days", NEW."low_label", NEW."metric", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."prompt_detractor", NEW."prompt_passive", NEW."prompt_promoter", NEW."question", NEW."quiet_days", NEW."resurvey_days", NEW."status", NEW."subject", NEW."thanks_detractor", NEW."thanks_passive", NEW."thanks_promoter", NEW."workspace_id"); RETURN NULL;', hash='b141354565eb86b4451e77e59074ec6169ddf074', operation='INSERT', pgid='pgtrigger_remember_insert_bcb04', table='surveys_survey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='survey',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accent" IS DISTINCT FROM (NEW."accent") OR OLD."edit_days" IS DISTINCT FROM (NEW."edit_days") OR OLD."high_label" IS DISTINCT FROM (NEW."high_label") OR OLD."intro" IS DISTINCT FROM (NEW."intro") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."link_days" IS DISTINCT FROM (NEW."link_days") OR OLD."low_label" IS DISTINCT FROM (NEW."low_label") OR OLD."metric" IS DISTINCT FROM (NEW."metric") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."prompt_detractor" IS DISTINCT FROM (NEW."prompt_detractor") OR OLD."prompt_passive" IS DISTINCT FROM (NEW."prompt_passive") OR OLD."prompt_promoter" IS DISTINCT FROM (NEW."prompt_promoter") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."quiet_days" IS DISTINCT FROM (NEW."quiet_days") OR OLD."resurvey_days" IS DISTINCT FROM (NEW."resurvey_days") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."thanks_detractor" IS DISTINCT FROM (NEW."thanks_detractor") OR OLD."thanks_passive" IS DISTINCT FROM (NEW."thanks_passive") OR OLD."thanks_promoter" IS DISTINCT FROM (NEW."thanks_promoter"))', func='INSERT INTO "surveys_surveychange" ("was", "accent", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "status", "subject", "thanks_detractor", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'metric\', OLD."metric", \'status\', OLD."status", \'language\', OLD."language", \'question\', OLD."question", \'low_label\', OLD."low_label", \'high_label\', OLD."high_label", \'prompt_promoter\', OLD."prompt_promoter", \'prompt_passive\', OLD."prompt_passive", \'prompt_detractor\', OLD."prompt_detractor", \'thanks_promoter\', OLD."thanks_promoter", \'thanks_passive\', OLD."thanks_passive", \'thanks_detractor\', OLD."thanks_detractor", \'subject\', OLD."subject", \'intro\', OLD."intro", \'accent\', OLD."accent", \'quiet_days\', OLD."quiet_days", \'link_days\', OLD."link_days", \'edit_days\', OLD."edit_days", \'resurvey_days\', OLD."resurvey_days")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'metric\', NEW."metric", \'status\', NEW."status", \'language\', NEW."language", \'question\', NEW."question", \'low_label\', NEW."low_label", \'high_label\', NEW."high_label", \'prompt_promoter\', NEW."prompt_promoter", \'prompt_passive\', NEW."prompt_passive", \'prompt_detractor\', NEW."prompt_detractor", \'thanks_promoter\', NEW."thanks_promoter", \'thanks_passive\', NEW."thanks_passive", \'thanks_detractor\', NEW."thanks_detractor", \'subject\', NEW."subject", \'intro\', NEW."intro", \'accent\', NEW."accent", \'quiet_days\', NEW."quiet_days", \'link_days\', NEW."link_days", \'edit_days\', NEW."edit_days", \'resurvey_days\', NEW."resurvey_days") -> former.key), jsonb_build_object()), NEW."accent", NEW."edit_days", NEW."high_label", NEW."id", NEW."intro", NEW."language", NEW."link_days", NEW."low_label", NEW."metric", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."prompt_detractor", NEW."prompt_passive", NEW."prompt_promoter", NEW."question", NEW."quiet_days", NEW."resurvey_days", NEW."status", NEW."subject", NEW."thanks_detractor", NEW."thanks_passive", NEW."thanks_promoter", NEW."workspace_id"); RETURN NULL;', hash='cf493030213edd934da38dd59bf35d82c208bd18', operation='UPDATE', pgid='pgtrigger_remember_update_23e8d', table='surveys_survey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='survey',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveychange" ("was", "accent", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "status", "subject", "thanks_detractor", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (NULL, OLD."accent", OLD."edit_days", OLD."high_label", OLD."id", OLD."intro", OLD."language", OLD."link_days", OLD."low_label", OLD."metric", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."prompt_detractor", OLD."prompt_passive", OLD."prompt_promoter", OLD."question", OLD."quiet_days", OLD."resurvey_days", OLD."status", OLD."subject", OLD."thanks_detractor", OLD."thanks_passive", OLD."thanks_promoter", OLD."workspace_id"); RETURN NULL;', hash='c69b58821da37cb5c5afaffd114f24ecbec6069a', operation='DELETE', pgid='pgtrigger_remember_delete_ce0dc', table='surveys_survey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='touchpoint',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_touchpointchange" ("was", "id", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."id", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='c09bb7fed0e1243053516f2ae8a846bdc01390c6', operation='INSERT', pgid='pgtrigger_remember_insert_0460b', table='surveys_touchpoint', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='touchpoint',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "surveys_touchpointchange" ("was", "id", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'kind\', OLD."kind")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'kind\', NEW."kind") -> former.key), jsonb_build_object()), NEW."id", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='09499c18e3249a89efe24d17a772471c2d3ebed4', operation='UPDATE', pgid='pgtrigger_remember_update_9bee0', table='surveys_touchpoint', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='touchpoint',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_touchpointchange" ("was", "id", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."id", OLD."kind", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='3e472257439f11d2399fdf0c9a508a11a01ed6a8', operation='DELETE', pgid='pgtrigger_remember_delete_bc7ec', table='surveys_touchpoint', when='AFTER')),
        ),
        migrations.AddField(
            model_name='attributechange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.attribute'),
        ),
        migrations.AddField(
            model_name='attributechange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='campaignchange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.campaign'),
        ),
        migrations.AddField(
            model_name='campaignchange',
            name='survey',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.survey'),
        ),
        migrations.AddField(
            model_name='campaignchange',
            name='touchpoint',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.touchpoint'),
        ),
        migrations.AddField(
            model_name='campaignchange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='surveychange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.survey'),
        ),
        migrations.AddField(
            model_name='surveychange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='touchpointchange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.touchpoint'),
        ),
        migrations.AddField(
            model_name='touchpointchange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='attributechange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='attribute_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attributechange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='41c1bf848862c9c7cc5ba273cc37bda40de9488f', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_93315', table='surveys_attributechange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='campaignchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='campaign_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaignchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='6e362a66a23526fcebeef19de4335e1a0498accd', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_a8e43', table='surveys_campaignchange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='surveychange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='survey_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveychange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='9a1ad1a71de0a5c6d2b1b1bd0d0fe3b2c3cc5f0e', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_81dd5', table='surveys_surveychange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='touchpointchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='touchpoint_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='touchpointchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='3284cf9644d5426a82f112882211de397e0a1273', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_28262', table='surveys_touchpointchange', when='BEFORE')),
        ),
    ]
