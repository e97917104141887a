"""Chat targets: rooms and programs that hear of cases; messages to them are rows of the outbox."""

import core.tokens
import django.db.models.deletion
import django.db.models.manager
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from core.one_go import InOneGo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0190_keep_hours_of_teams'),
        ('outbox', '0140_spare_indexes_nobody_reads'),
    ]

    operations = [
        InOneGo(
            __file__,
            [
        migrations.AlterField(
            model_name='outboundmessage',
            name='channel',
            field=models.CharField(choices=[('EMAIL', 'E-mail'), ('SMS', 'Text message'), ('CHAT', 'Chat')], default='EMAIL', max_length=8),
        ),
        migrations.CreateModel(
            name='ChatTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('SLACK', 'Slack'), ('TEAMS', 'Microsoft Teams'), ('MATTERMOST', 'Mattermost'), ('DISCORD', 'Discord'), ('WEBHOOK', 'Webhook of your own')], max_length=10)),
                ('address', models.TextField()),
                ('secret', models.TextField(blank=True)),
                ('events', models.JSONField(default=list)),
                ('digest_at', models.TimeField(null=True)),
                ('digest_next_at', models.DateTimeField(null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('disabled_because', models.CharField(blank=True, max_length=200)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('last_sent_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
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
            name='ChatTargetChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('SLACK', 'Slack'), ('TEAMS', 'Microsoft Teams'), ('MATTERMOST', 'Mattermost'), ('DISCORD', 'Discord'), ('WEBHOOK', 'Webhook of your own')], max_length=10)),
                ('events', models.JSONField(default=list)),
                ('digest_at', models.TimeField(null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('disabled_because', models.CharField(blank=True, max_length=200)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='outbox.chattarget')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='chattarget',
            index=models.Index(condition=models.Q(('digest_next_at__isnull', False)), fields=['digest_next_at'], name='chat_target_digest_due'),
        ),
        migrations.AddConstraint(
            model_name='chattarget',
            constraint=models.UniqueConstraint(fields=('workspace', 'name'), name='chat_target_name_once'),
        ),
        migrations.AddConstraint(
            model_name='chattarget',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['SLACK', 'TEAMS', 'MATTERMOST', 'DISCORD', 'WEBHOOK'])), name='chat_target_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='chattarget',
            constraint=models.CheckConstraint(condition=models.Q(('digest_at__isnull', False), ('digest_next_at__isnull', True), _connector='OR'), name='chat_target_digest_pair'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chattarget',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "outbox_chattargetchange" ("was", "digest_at", "disabled_because", "events", "id", "is_active", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."digest_at", NEW."disabled_because", NEW."events", NEW."id", NEW."is_active", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='01cba4994050b75eb8bf1fa42d5dbd3607982bc0', operation='INSERT', pgid='pgtrigger_remember_insert_3049a', table='outbox_chattarget', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chattarget',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."digest_at" IS DISTINCT FROM (NEW."digest_at") OR OLD."disabled_because" IS DISTINCT FROM (NEW."disabled_because") OR OLD."events" IS DISTINCT FROM (NEW."events") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."secret" IS DISTINCT FROM (NEW."secret"))', func='INSERT INTO "outbox_chattargetchange" ("was", "digest_at", "disabled_because", "events", "id", "is_active", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'kind\', OLD."kind", \'events\', OLD."events", \'digest_at\', OLD."digest_at", \'is_active\', OLD."is_active", \'disabled_because\', OLD."disabled_because")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'kind\', NEW."kind", \'events\', NEW."events", \'digest_at\', NEW."digest_at", \'is_active\', NEW."is_active", \'disabled_because\', NEW."disabled_because") -> former.key), jsonb_build_object()) || CASE WHEN OLD."address" IS DISTINCT FROM NEW."address" THEN jsonb_build_object(\'address\', NULL) ELSE jsonb_build_object() END || CASE WHEN OLD."secret" IS DISTINCT FROM NEW."secret" THEN jsonb_build_object(\'secret\', NULL) ELSE jsonb_build_object() END, NEW."digest_at", NEW."disabled_because", NEW."events", NEW."id", NEW."is_active", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='a6163dcfdb8ec51bd28393b9c34a5a5c7764c8ec', operation='UPDATE', pgid='pgtrigger_remember_update_ef690', table='outbox_chattarget', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chattarget',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "outbox_chattargetchange" ("was", "digest_at", "disabled_because", "events", "id", "is_active", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."digest_at", OLD."disabled_because", OLD."events", OLD."id", OLD."is_active", OLD."kind", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='d7b1fe18e05204b48701eb6e9b2f66f526ea6af6', operation='DELETE', pgid='pgtrigger_remember_delete_12e7d', table='outbox_chattarget', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='chattargetchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='chat_target_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chattargetchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='08223256b3d1c5db4249b27780f374884d37182d', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_db514', table='outbox_chattargetchange', when='BEFORE')),
        ),
                ],
        ),
    ]
