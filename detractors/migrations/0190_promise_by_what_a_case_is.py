"""Promises by touchpoint, audience and priority, with a clock and a next response; recounts of open cases."""

import django.db.models.deletion
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from core.one_go import InOneGo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0190_keep_hours_of_teams'),
        ("detractors", "0182_find_cases_by_cell"),
        ('surveys', '0071_tie_contacts_to_companies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        InOneGo(
            __file__,
            [
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('HOURS', 'Working hours were changed'), ('PROMISE', 'A promise was changed'), ('TEAM', 'It went to a team with other hours'), ('WROTE', 'The customer wrote and waits for an answer')], max_length=7)),
                ('what', models.CharField(blank=True, max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('last_case', models.BigIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('late', models.PositiveIntegerField(default=0)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='slapolicy',
            name='remember_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='slapolicy',
            name='remember_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='slapolicy',
            name='remember_delete',
        ),
        migrations.AddField(
            model_name='case',
            name='customer_wrote_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='audience',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.audience'),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='first_response_clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='next_response_clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='next_response_minutes',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='place',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='priority',
            field=models.CharField(blank=True, choices=[('URGENT', 'Urgent'), ('HIGH', 'High'), ('NORMAL', 'Normal'), ('LOW', 'Low')], db_default='', default='', max_length=6),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='resolution_clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='retired_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='touchpoint',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.touchpoint'),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='audience',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.audience'),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='first_response_clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='next_response_clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='next_response_minutes',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='place',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='priority',
            field=models.CharField(blank=True, choices=[('URGENT', 'Urgent'), ('HIGH', 'High'), ('NORMAL', 'Normal'), ('LOW', 'Low')], db_default='', default='', max_length=6),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='resolution_clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='retired_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='touchpoint',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.touchpoint'),
        ),
        migrations.AddField(
            model_name='slatimer',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.businesscalendar'),
        ),
        migrations.AddField(
            model_name='slatimer',
            name='clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('OPENED', 'Case opened'), ('ANSWER_JOINED', 'Another answer joined'), ('ANSWER_AMENDED', 'Answer changed by the customer'), ('MENTION_JOINED', 'A review or complaint joined'), ('ASSIGNED', 'Assigned'), ('CLAIMED', 'Claimed'), ('NOTE', 'Note'), ('REPLIED', 'Reply sent'), ('REPLY_FAILED', 'Mail did not arrive'), ('CALLED', 'Call'), ('AUTO_MAIL', 'Automatic mail'), ('ISSUE_NOTED', 'Issue noted'), ('WAITING', 'Waiting for customer'), ('RESUMED', 'Resumed'), ('PROMISED', 'Promise'), ('DUE_SOON', 'Due soon'), ('BREACHED', 'Promise missed'), ('ESCALATED', 'Escalated'), ('RESOLVED', 'Resolved'), ('REOPENED', 'Reopened'), ('RESURVEYED', 'Asked again'), ('RECOVERED', 'Recovered'), ('CLOSED', 'Closed'), ('DISMISSED', 'Dismissed')], max_length=14),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "id", "is_default", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (NULL, NEW."audience_id", NEW."calendar_id", NEW."first_response_clock", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", NEW."next_response_clock", NEW."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."place", NEW."priority", NEW."resolution_clock", NEW."resolution_minutes", NEW."retired_at", NEW."touchpoint_id", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;', hash='ce8c74bb1bbfe577c60d11ae8f1d6395d7ec3fd5', operation='INSERT', pgid='pgtrigger_remember_insert_f8dfa', table='detractors_slapolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience_id" IS DISTINCT FROM (NEW."audience_id") OR OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."first_response_clock" IS DISTINCT FROM (NEW."first_response_clock") OR OLD."first_response_minutes" IS DISTINCT FROM (NEW."first_response_minutes") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."next_response_clock" IS DISTINCT FROM (NEW."next_response_clock") OR OLD."next_response_minutes" IS DISTINCT FROM (NEW."next_response_minutes") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."priority" IS DISTINCT FROM (NEW."priority") OR OLD."resolution_clock" IS DISTINCT FROM (NEW."resolution_clock") OR OLD."resolution_minutes" IS DISTINCT FROM (NEW."resolution_minutes") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id") OR OLD."warn_percent" IS DISTINCT FROM (NEW."warn_percent"))', func='INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "id", "is_default", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'calendar_id\', OLD."calendar_id", \'first_response_minutes\', OLD."first_response_minutes", \'first_response_clock\', OLD."first_response_clock", \'next_response_minutes\', OLD."next_response_minutes", \'next_response_clock\', OLD."next_response_clock", \'resolution_minutes\', OLD."resolution_minutes", \'resolution_clock\', OLD."resolution_clock", \'priority\', OLD."priority", \'touchpoint_id\', OLD."touchpoint_id", \'audience_id\', OLD."audience_id", \'place\', OLD."place", \'retired_at\', OLD."retired_at", \'warn_percent\', OLD."warn_percent", \'is_default\', OLD."is_default")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'calendar_id\', NEW."calendar_id", \'first_response_minutes\', NEW."first_response_minutes", \'first_response_clock\', NEW."first_response_clock", \'next_response_minutes\', NEW."next_response_minutes", \'next_response_clock\', NEW."next_response_clock", \'resolution_minutes\', NEW."resolution_minutes", \'resolution_clock\', NEW."resolution_clock", \'priority\', NEW."priority", \'touchpoint_id\', NEW."touchpoint_id", \'audience_id\', NEW."audience_id", \'place\', NEW."place", \'retired_at\', NEW."retired_at", \'warn_percent\', NEW."warn_percent", \'is_default\', NEW."is_default") -> former.key), jsonb_build_object()), NEW."audience_id", NEW."calendar_id", NEW."first_response_clock", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", NEW."next_response_clock", NEW."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."place", NEW."priority", NEW."resolution_clock", NEW."resolution_minutes", NEW."retired_at", NEW."touchpoint_id", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;', hash='7a2bf4340ea555b88240491619a70dcd7ae79d3b', operation='UPDATE', pgid='pgtrigger_remember_update_bd539', table='detractors_slapolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "id", "is_default", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (NULL, OLD."audience_id", OLD."calendar_id", OLD."first_response_clock", OLD."first_response_minutes", OLD."id", OLD."is_default", OLD."name", OLD."next_response_clock", OLD."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."place", OLD."priority", OLD."resolution_clock", OLD."resolution_minutes", OLD."retired_at", OLD."touchpoint_id", OLD."warn_percent", OLD."workspace_id"); RETURN NULL;', hash='a7839df203d2539972ca2241177bb3e4f08660fa', operation='DELETE', pgid='pgtrigger_remember_delete_419ef', table='detractors_slapolicy', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='slapolicy',
            constraint=models.CheckConstraint(condition=models.Q(('next_response_minutes__isnull', True), ('next_response_minutes__gte', 1), _connector='OR'), name='policy_next_positive'),
        ),
        migrations.AddConstraint(
            model_name='slapolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('priority', ''), ('touchpoint__isnull', True)), models.Q(('audience__isnull', True), ('priority', '')), models.Q(('audience__isnull', True), ('touchpoint__isnull', True)), _connector='OR'), name='policy_for_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='slapolicy',
            constraint=models.CheckConstraint(condition=models.Q(('is_default', False), models.Q(('audience__isnull', True), ('priority', ''), ('retired_at__isnull', True), ('touchpoint__isnull', True)), _connector='OR'), name='policy_default_for_all'),
        ),
        migrations.AddField(
            model_name='recount',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recount',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='recount',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['asked_at'], name='recount_due'),
        ),
        migrations.AddConstraint(
            model_name='recount',
            constraint=models.UniqueConstraint(condition=models.Q(('finished_at__isnull', True)), fields=('workspace',), name='recount_one_at_a_time'),
        ),
    ],
        ),
    ]
