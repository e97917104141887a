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
        ('followups', '0002_tie_rows_to_their_workspace'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplyTemplateChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField()),
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
            model_name='replytemplate',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "followups_replytemplatechange" ("was", "body", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (NULL, NEW."body", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."subject", NEW."workspace_id"); RETURN NULL;', hash='a50d51bd899c6d650a35dc462750e92f064ad7ec', operation='INSERT', pgid='pgtrigger_remember_insert_4e0b6', table='followups_replytemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='replytemplate',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."subject" IS DISTINCT FROM (NEW."subject"))', func='INSERT INTO "followups_replytemplatechange" ("was", "body", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'subject\', OLD."subject", \'body\', OLD."body")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'subject\', NEW."subject", \'body\', NEW."body") -> former.key), jsonb_build_object()), NEW."body", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."subject", NEW."workspace_id"); RETURN NULL;', hash='b174e71b4a85a890e8ac24c7568eb7d0a34656e3', operation='UPDATE', pgid='pgtrigger_remember_update_a4088', table='followups_replytemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='replytemplate',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "followups_replytemplatechange" ("was", "body", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (NULL, OLD."body", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."subject", OLD."workspace_id"); RETURN NULL;', hash='6e73ddf6fef543e3170dc65d0e8e114464670ae8', operation='DELETE', pgid='pgtrigger_remember_delete_6fb5c', table='followups_replytemplate', when='AFTER')),
        ),
        migrations.AddField(
            model_name='replytemplatechange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='followups.replytemplate'),
        ),
        migrations.AddField(
            model_name='replytemplatechange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='replytemplatechange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='reply_template_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='replytemplatechange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='fba078276d4a449d602ce2a48b4be0e0c7b5df8f', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_b426a', table='followups_replytemplatechange', when='BEFORE')),
        ),
    ]
