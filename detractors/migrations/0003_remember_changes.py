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
        ('detractors', '0002_tie_rows_to_their_workspace'),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationStepChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('FIRST_RESPONSE', 'First response'), ('NEXT_RESPONSE', 'Next response'), ('RESOLUTION', 'Resolution')], max_length=14)),
                ('level', models.CharField(choices=[('LEAD', 'Team lead'), ('MANAGER', 'Managers'), ('EXECUTIVE', 'Executives')], max_length=9)),
                ('after_minutes', models.PositiveIntegerField(default=0)),
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
            name='RootCauseChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=100)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
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
            name='SlaPolicyChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('first_response_minutes', models.PositiveIntegerField(default=60)),
                ('resolution_minutes', models.PositiveIntegerField(default=960)),
                ('warn_percent', models.PositiveSmallIntegerField(default=75)),
                ('is_default', models.BooleanField(default=False)),
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
            model_name='escalationstep',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "id", "kind", "level", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "workspace_id") VALUES (NULL, NEW."after_minutes", NEW."id", NEW."kind", NEW."level", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."policy_id", NEW."workspace_id"); RETURN NULL;', hash='44417e5a765ac1d9d19d869fe8e6df0740ae757b', operation='INSERT', pgid='pgtrigger_remember_insert_8bd2f', table='detractors_escalationstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escalationstep',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."after_minutes" IS DISTINCT FROM (NEW."after_minutes") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id"))', func='INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "id", "kind", "level", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'policy_id\', OLD."policy_id", \'kind\', OLD."kind", \'level\', OLD."level", \'after_minutes\', OLD."after_minutes")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'policy_id\', NEW."policy_id", \'kind\', NEW."kind", \'level\', NEW."level", \'after_minutes\', NEW."after_minutes") -> former.key), jsonb_build_object()), NEW."after_minutes", NEW."id", NEW."kind", NEW."level", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."policy_id", NEW."workspace_id"); RETURN NULL;', hash='bca7b984e366a3ef92ba1b1ff5ec734048f407ed', operation='UPDATE', pgid='pgtrigger_remember_update_a463a', table='detractors_escalationstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escalationstep',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "id", "kind", "level", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "workspace_id") VALUES (NULL, OLD."after_minutes", OLD."id", OLD."kind", OLD."level", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."policy_id", OLD."workspace_id"); RETURN NULL;', hash='1a6a7266ae81260a8cba753324042a0921e30b8f', operation='DELETE', pgid='pgtrigger_remember_delete_1c600', table='detractors_escalationstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rootcause',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_rootcausechange" ("was", "id", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "workspace_id") VALUES (NULL, NEW."id", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."retired_at", NEW."workspace_id"); RETURN NULL;', hash='1bf881ce55f30e52973105c66faff3031c9402b1', operation='INSERT', pgid='pgtrigger_remember_insert_2a71c', table='detractors_rootcause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rootcause',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at"))', func='INSERT INTO "detractors_rootcausechange" ("was", "id", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'parent_id\', OLD."parent_id", \'retired_at\', OLD."retired_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'parent_id\', NEW."parent_id", \'retired_at\', NEW."retired_at") -> former.key), jsonb_build_object()), NEW."id", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."retired_at", NEW."workspace_id"); RETURN NULL;', hash='844168868ed1cb698dc72750e6369dd515bf4faf', operation='UPDATE', pgid='pgtrigger_remember_update_876d7', table='detractors_rootcause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rootcause',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_rootcausechange" ("was", "id", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "workspace_id") VALUES (NULL, OLD."id", OLD."name", OLD."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."retired_at", OLD."workspace_id"); RETURN NULL;', hash='490685c38988b3409022f180d6f07c36321cc894', operation='DELETE', pgid='pgtrigger_remember_delete_09e0e', table='detractors_rootcause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_slapolicychange" ("was", "calendar_id", "first_response_minutes", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution_minutes", "warn_percent", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."resolution_minutes", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;', hash='f0f0f7e4553a7c8cfc652a898fde213a178d5ec8', operation='INSERT', pgid='pgtrigger_remember_insert_f8dfa', table='detractors_slapolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."first_response_minutes" IS DISTINCT FROM (NEW."first_response_minutes") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."resolution_minutes" IS DISTINCT FROM (NEW."resolution_minutes") OR OLD."warn_percent" IS DISTINCT FROM (NEW."warn_percent"))', func='INSERT INTO "detractors_slapolicychange" ("was", "calendar_id", "first_response_minutes", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution_minutes", "warn_percent", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'calendar_id\', OLD."calendar_id", \'first_response_minutes\', OLD."first_response_minutes", \'resolution_minutes\', OLD."resolution_minutes", \'warn_percent\', OLD."warn_percent", \'is_default\', OLD."is_default")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'calendar_id\', NEW."calendar_id", \'first_response_minutes\', NEW."first_response_minutes", \'resolution_minutes\', NEW."resolution_minutes", \'warn_percent\', NEW."warn_percent", \'is_default\', NEW."is_default") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."resolution_minutes", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;', hash='bc053bc99add32494e186f6b509b3e77ac2523be', operation='UPDATE', pgid='pgtrigger_remember_update_bd539', table='detractors_slapolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_slapolicychange" ("was", "calendar_id", "first_response_minutes", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution_minutes", "warn_percent", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."first_response_minutes", OLD."id", OLD."is_default", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."resolution_minutes", OLD."warn_percent", OLD."workspace_id"); RETURN NULL;', hash='2b27993d7150536897d64580b528b01b098301f3', operation='DELETE', pgid='pgtrigger_remember_delete_419ef', table='detractors_slapolicy', when='AFTER')),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.escalationstep'),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='policy',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='detractors.slapolicy'),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='rootcausechange',
            name='parent',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='detractors.rootcause'),
        ),
        migrations.AddField(
            model_name='rootcausechange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.rootcause'),
        ),
        migrations.AddField(
            model_name='rootcausechange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.businesscalendar'),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.slapolicy'),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='escalationstepchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='escalation_step_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escalationstepchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='40479d9ba7ff54a4a1b2f41474cf50720e287e9e', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_82574', table='detractors_escalationstepchange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='rootcausechange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='root_cause_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rootcausechange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='1d6f8296e6ff02014a576cacdad09b92c8c0ea89', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_99110', table='detractors_rootcausechange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='slapolicychange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='sla_policy_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicychange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='f004cd918d7edf74b9b4868395c249ecca7841a8', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_725f9', table='detractors_slapolicychange', when='BEFORE')),
        ),
    ]
