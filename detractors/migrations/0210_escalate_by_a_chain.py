"""A chain of escalation in steps of its own; choices and rules of alerts, and those that wait."""

import django.db.models.deletion
import django.db.models.manager
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from core.one_go import InOneGo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0190_keep_hours_of_teams'),
        ('detractors', '0287_tie_remedies_to_their_workspace'),
        ('outbox', '0210_speak_in_chat'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        InOneGo(
            __file__,
            [
        migrations.CreateModel(
            name='AlertChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no_mail', models.JSONField(default=list)),
                ('no_bell', models.JSONField(default=list)),
                ('quiet_from', models.TimeField(null=True)),
                ('quiet_until', models.TimeField(null=True)),
                ('quiet_days', models.JSONField(default=list)),
                ('daily_at', models.TimeField(null=True)),
                ('daily_next_at', models.DateTimeField(null=True)),
                ('links_nonce', models.CharField(blank=True, max_length=22)),
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
            name='AlertPace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
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
            name='AlertRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('most_at_once', models.PositiveSmallIntegerField(default=5)),
                ('within_minutes', models.PositiveSmallIntegerField(default=10)),
                ('links_need_sign_in', models.BooleanField(default=False)),
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
            name='AlertRulesChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('most_at_once', models.PositiveSmallIntegerField(default=5)),
                ('within_minutes', models.PositiveSmallIntegerField(default=10)),
                ('links_need_sign_in', models.BooleanField(default=False)),
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
            name='HeldAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mail', models.CharField(max_length=20)),
                ('level', models.CharField(blank=True, choices=[('AGENT', 'Owner of the case'), ('LEAD', 'Team lead'), ('MANAGER', 'Managers'), ('EXECUTIVE', 'Executives')], max_length=9)),
                ('because', models.CharField(blank=True, max_length=300)),
                ('dedupe_key', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('tell_at', models.DateTimeField()),
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
            model_name='escalationstep',
            name='remember_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='escalationstep',
            name='remember_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='escalationstep',
            name='remember_delete',
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
        migrations.RemoveConstraint(
            model_name='escalation',
            name='escalation_once_per_level',
        ),
        migrations.RemoveConstraint(
            model_name='escalationstep',
            name='escalation_step_once',
        ),
        migrations.AddField(
            model_name='escalation',
            name='act_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='escalation',
            name='step',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='breaks_quiet',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='by_bell',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='by_mail',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='hand_to',
            field=models.CharField(blank=True, choices=[('', 'stays where it is'), ('THEM', 'becomes theirs'), ('COLLEAGUE', "goes to the team's least busy colleague")], db_default='', default='', max_length=9),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='place',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='raises_priority',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='target',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.chattarget'),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='breaks_quiet',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='by_bell',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='by_mail',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='clock',
            field=models.CharField(choices=[('WORKING', 'Working time'), ('CALENDAR', 'Around the clock')], db_default='WORKING', default='WORKING', max_length=8),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='hand_to',
            field=models.CharField(blank=True, choices=[('', 'stays where it is'), ('THEM', 'becomes theirs'), ('COLLEAGUE', "goes to the team's least busy colleague")], db_default='', default='', max_length=9),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='person',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='place',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='raises_priority',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='escalationstepchange',
            name='target',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='outbox.chattarget'),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='has_own_chain',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='looks_ahead',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='has_own_chain',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='slapolicychange',
            name='looks_ahead',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='escalation',
            name='level',
            field=models.CharField(choices=[('AGENT', 'Owner of the case'), ('LEAD', 'Team lead'), ('MANAGER', 'Managers'), ('EXECUTIVE', 'Executives')], max_length=9),
        ),
        migrations.AlterField(
            model_name='escalationstep',
            name='after_minutes',
            field=models.IntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='escalationstep',
            name='level',
            field=models.CharField(choices=[('AGENT', 'Owner of the case'), ('LEAD', 'Team lead'), ('MANAGER', 'Managers'), ('EXECUTIVE', 'Executives')], max_length=9),
        ),
        migrations.AlterField(
            model_name='escalationstepchange',
            name='after_minutes',
            field=models.IntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='escalationstepchange',
            name='level',
            field=models.CharField(choices=[('AGENT', 'Owner of the case'), ('LEAD', 'Team lead'), ('MANAGER', 'Managers'), ('EXECUTIVE', 'Executives')], max_length=9),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('act_at__isnull', False)), fields=['act_at'], name='escalation_to_act'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escalationstep',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "breaks_quiet", "by_bell", "by_mail", "clock", "hand_to", "id", "kind", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "policy_id", "raises_priority", "target_id", "workspace_id") VALUES (NULL, NEW."after_minutes", NEW."breaks_quiet", NEW."by_bell", NEW."by_mail", NEW."clock", NEW."hand_to", NEW."id", NEW."kind", NEW."level", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."place", NEW."policy_id", NEW."raises_priority", NEW."target_id", NEW."workspace_id"); RETURN NULL;', hash='454945fd35ce00a740311147aad31dc61587a5ce', operation='INSERT', pgid='pgtrigger_remember_insert_8bd2f', table='detractors_escalationstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escalationstep',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."after_minutes" IS DISTINCT FROM (NEW."after_minutes") OR OLD."breaks_quiet" IS DISTINCT FROM (NEW."breaks_quiet") OR OLD."by_bell" IS DISTINCT FROM (NEW."by_bell") OR OLD."by_mail" IS DISTINCT FROM (NEW."by_mail") OR OLD."clock" IS DISTINCT FROM (NEW."clock") OR OLD."hand_to" IS DISTINCT FROM (NEW."hand_to") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id") OR OLD."raises_priority" IS DISTINCT FROM (NEW."raises_priority") OR OLD."target_id" IS DISTINCT FROM (NEW."target_id"))', func='INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "breaks_quiet", "by_bell", "by_mail", "clock", "hand_to", "id", "kind", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "policy_id", "raises_priority", "target_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'policy_id\', OLD."policy_id", \'kind\', OLD."kind", \'level\', OLD."level", \'after_minutes\', OLD."after_minutes", \'clock\', OLD."clock", \'place\', OLD."place", \'person_id\', OLD."person_id", \'by_bell\', OLD."by_bell", \'by_mail\', OLD."by_mail", \'target_id\', OLD."target_id", \'hand_to\', OLD."hand_to", \'raises_priority\', OLD."raises_priority", \'breaks_quiet\', OLD."breaks_quiet")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'policy_id\', NEW."policy_id", \'kind\', NEW."kind", \'level\', NEW."level", \'after_minutes\', NEW."after_minutes", \'clock\', NEW."clock", \'place\', NEW."place", \'person_id\', NEW."person_id", \'by_bell\', NEW."by_bell", \'by_mail\', NEW."by_mail", \'target_id\', NEW."target_id", \'hand_to\', NEW."hand_to", \'raises_priority\', NEW."raises_priority", \'breaks_quiet\', NEW."breaks_quiet") -> former.key), jsonb_build_object()), NEW."after_minutes", NEW."breaks_quiet", NEW."by_bell", NEW."by_mail", NEW."clock", NEW."hand_to", NEW."id", NEW."kind", NEW."level", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."place", NEW."policy_id", NEW."raises_priority", NEW."target_id", NEW."workspace_id"); RETURN NULL;', hash='c146d7751d7646bb8a36ae4d85d6bd6951be4216', operation='UPDATE', pgid='pgtrigger_remember_update_a463a', table='detractors_escalationstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escalationstep',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "breaks_quiet", "by_bell", "by_mail", "clock", "hand_to", "id", "kind", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "policy_id", "raises_priority", "target_id", "workspace_id") VALUES (NULL, OLD."after_minutes", OLD."breaks_quiet", OLD."by_bell", OLD."by_mail", OLD."clock", OLD."hand_to", OLD."id", OLD."kind", OLD."level", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."place", OLD."policy_id", OLD."raises_priority", OLD."target_id", OLD."workspace_id"); RETURN NULL;', hash='967741b8232b8f2063700c654ead77c6cf4e8cd1', operation='DELETE', pgid='pgtrigger_remember_delete_1c600', table='detractors_escalationstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "has_own_chain", "id", "is_default", "looks_ahead", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (NULL, NEW."audience_id", NEW."calendar_id", NEW."first_response_clock", NEW."first_response_minutes", NEW."has_own_chain", NEW."id", NEW."is_default", NEW."looks_ahead", NEW."name", NEW."next_response_clock", NEW."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."place", NEW."priority", NEW."resolution_clock", NEW."resolution_minutes", NEW."retired_at", NEW."touchpoint_id", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;', hash='a5d9122f5dfea5283843f2b42d0b0a5fbceeebec', operation='INSERT', pgid='pgtrigger_remember_insert_f8dfa', table='detractors_slapolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience_id" IS DISTINCT FROM (NEW."audience_id") OR OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."first_response_clock" IS DISTINCT FROM (NEW."first_response_clock") OR OLD."first_response_minutes" IS DISTINCT FROM (NEW."first_response_minutes") OR OLD."has_own_chain" IS DISTINCT FROM (NEW."has_own_chain") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."looks_ahead" IS DISTINCT FROM (NEW."looks_ahead") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."next_response_clock" IS DISTINCT FROM (NEW."next_response_clock") OR OLD."next_response_minutes" IS DISTINCT FROM (NEW."next_response_minutes") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."priority" IS DISTINCT FROM (NEW."priority") OR OLD."resolution_clock" IS DISTINCT FROM (NEW."resolution_clock") OR OLD."resolution_minutes" IS DISTINCT FROM (NEW."resolution_minutes") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id") OR OLD."warn_percent" IS DISTINCT FROM (NEW."warn_percent"))', func='INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "has_own_chain", "id", "is_default", "looks_ahead", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'calendar_id\', OLD."calendar_id", \'first_response_minutes\', OLD."first_response_minutes", \'first_response_clock\', OLD."first_response_clock", \'next_response_minutes\', OLD."next_response_minutes", \'next_response_clock\', OLD."next_response_clock", \'resolution_minutes\', OLD."resolution_minutes", \'resolution_clock\', OLD."resolution_clock", \'priority\', OLD."priority", \'touchpoint_id\', OLD."touchpoint_id", \'audience_id\', OLD."audience_id", \'place\', OLD."place", \'retired_at\', OLD."retired_at", \'warn_percent\', OLD."warn_percent", \'is_default\', OLD."is_default", \'has_own_chain\', OLD."has_own_chain", \'looks_ahead\', OLD."looks_ahead")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'calendar_id\', NEW."calendar_id", \'first_response_minutes\', NEW."first_response_minutes", \'first_response_clock\', NEW."first_response_clock", \'next_response_minutes\', NEW."next_response_minutes", \'next_response_clock\', NEW."next_response_clock", \'resolution_minutes\', NEW."resolution_minutes", \'resolution_clock\', NEW."resolution_clock", \'priority\', NEW."priority", \'touchpoint_id\', NEW."touchpoint_id", \'audience_id\', NEW."audience_id", \'place\', NEW."place", \'retired_at\', NEW."retired_at", \'warn_percent\', NEW."warn_percent", \'is_default\', NEW."is_default", \'has_own_chain\', NEW."has_own_chain", \'looks_ahead\', NEW."looks_ahead") -> former.key), jsonb_build_object()), NEW."audience_id", NEW."calendar_id", NEW."first_response_clock", NEW."first_response_minutes", NEW."has_own_chain", NEW."id", NEW."is_default", NEW."looks_ahead", NEW."name", NEW."next_response_clock", NEW."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."place", NEW."priority", NEW."resolution_clock", NEW."resolution_minutes", NEW."retired_at", NEW."touchpoint_id", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;', hash='3ea70ef6204b44af030d6676e0680e3fa697fbb4', operation='UPDATE', pgid='pgtrigger_remember_update_bd539', table='detractors_slapolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slapolicy',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "has_own_chain", "id", "is_default", "looks_ahead", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (NULL, OLD."audience_id", OLD."calendar_id", OLD."first_response_clock", OLD."first_response_minutes", OLD."has_own_chain", OLD."id", OLD."is_default", OLD."looks_ahead", OLD."name", OLD."next_response_clock", OLD."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."place", OLD."priority", OLD."resolution_clock", OLD."resolution_minutes", OLD."retired_at", OLD."touchpoint_id", OLD."warn_percent", OLD."workspace_id"); RETURN NULL;', hash='a453501bc439d4219a43ba4cc6336d7d1dd28d69', operation='DELETE', pgid='pgtrigger_remember_delete_419ef', table='detractors_slapolicy', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(fields=('timer', 'step', 'level'), name='escalation_once_per_step'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.CheckConstraint(condition=models.Q(('breaks_quiet', False), ('level', 'EXECUTIVE'), _connector='OR'), name='escalation_step_wakes_executives'),
        ),
        migrations.AddField(
            model_name='alertchoice',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='alertchoice',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='alertpace',
            name='target',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='outbox.chattarget'),
        ),
        migrations.AddField(
            model_name='alertpace',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='alertpace',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='alertrules',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='alertruleschange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.alertrules'),
        ),
        migrations.AddField(
            model_name='alertruleschange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='heldalert',
            name='case',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='detractors.case'),
        ),
        migrations.AddField(
            model_name='heldalert',
            name='target',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='outbox.chattarget'),
        ),
        migrations.AddField(
            model_name='heldalert',
            name='timer',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='detractors.slatimer'),
        ),
        migrations.AddField(
            model_name='heldalert',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='heldalert',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='alertchoice',
            index=models.Index(condition=models.Q(('daily_next_at__isnull', False)), fields=['daily_next_at'], name='alert_daily_due'),
        ),
        migrations.AddConstraint(
            model_name='alertchoice',
            constraint=models.UniqueConstraint(fields=('workspace', 'user'), name='alert_choice_once'),
        ),
        migrations.AddConstraint(
            model_name='alertchoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='alert_choice_quiet_pair'),
        ),
        migrations.AddConstraint(
            model_name='alertchoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('daily_at__isnull', True), ('daily_next_at__isnull', True)), models.Q(('daily_at__isnull', False), ('daily_next_at__isnull', False)), _connector='OR'), name='alert_choice_daily_pair'),
        ),
        migrations.AddConstraint(
            model_name='alertpace',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('workspace', 'user'), name='alert_pace_of_user'),
        ),
        migrations.AddConstraint(
            model_name='alertpace',
            constraint=models.UniqueConstraint(condition=models.Q(('target__isnull', False)), fields=('workspace', 'target'), name='alert_pace_of_target'),
        ),
        migrations.AddConstraint(
            model_name='alertpace',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('target__isnull', True), ('user__isnull', False)), models.Q(('target__isnull', False), ('user__isnull', True)), _connector='OR'), name='alert_pace_of_one'),
        ),
        migrations.AddConstraint(
            model_name='alertrules',
            constraint=models.UniqueConstraint(fields=('workspace',), name='alert_rules_once'),
        ),
        migrations.AddConstraint(
            model_name='alertrules',
            constraint=models.CheckConstraint(condition=models.Q(('most_at_once__gte', 1), ('most_at_once__lte', 50), ('within_minutes__gte', 1), ('within_minutes__lte', 1440)), name='alert_rules_bounds'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertrules',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_alertruleschange" ("was", "id", "links_need_sign_in", "most_at_once", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "within_minutes", "workspace_id") VALUES (NULL, NEW."id", NEW."links_need_sign_in", NEW."most_at_once", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."within_minutes", NEW."workspace_id"); RETURN NULL;', hash='e52fad0de95cfe9cd2b2650fe905db745d5daf65', operation='INSERT', pgid='pgtrigger_remember_insert_8147e', table='detractors_alertrules', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertrules',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."links_need_sign_in" IS DISTINCT FROM (NEW."links_need_sign_in") OR OLD."most_at_once" IS DISTINCT FROM (NEW."most_at_once") OR OLD."within_minutes" IS DISTINCT FROM (NEW."within_minutes"))', func='INSERT INTO "detractors_alertruleschange" ("was", "id", "links_need_sign_in", "most_at_once", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "within_minutes", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'most_at_once\', OLD."most_at_once", \'within_minutes\', OLD."within_minutes", \'links_need_sign_in\', OLD."links_need_sign_in")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'most_at_once\', NEW."most_at_once", \'within_minutes\', NEW."within_minutes", \'links_need_sign_in\', NEW."links_need_sign_in") -> former.key), jsonb_build_object()), NEW."id", NEW."links_need_sign_in", NEW."most_at_once", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."within_minutes", NEW."workspace_id"); RETURN NULL;', hash='0709afede5dfd544a526e1f05750e7a75cf83e3b', operation='UPDATE', pgid='pgtrigger_remember_update_95a2c', table='detractors_alertrules', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertrules',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_alertruleschange" ("was", "id", "links_need_sign_in", "most_at_once", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "within_minutes", "workspace_id") VALUES (NULL, OLD."id", OLD."links_need_sign_in", OLD."most_at_once", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."within_minutes", OLD."workspace_id"); RETURN NULL;', hash='e263e9080dc14bd9247b017bd961aed8e3bfd6e1', operation='DELETE', pgid='pgtrigger_remember_delete_3b717', table='detractors_alertrules', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='alertruleschange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='alert_rules_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='alertruleschange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='edb1fbbe8ae9c77b7bbd3b4912bafc97d747435c', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_6e019', table='detractors_alertruleschange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='heldalert',
            index=models.Index(fields=['tell_at'], name='held_alert_due'),
        ),
        migrations.AddIndex(
            model_name='heldalert',
            index=models.Index(fields=['case'], name='held_alert_of_case'),
        ),
        migrations.AddConstraint(
            model_name='heldalert',
            constraint=models.UniqueConstraint(fields=('dedupe_key',), name='held_alert_once'),
        ),
        migrations.AddConstraint(
            model_name='heldalert',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('target__isnull', True), ('user__isnull', False)), models.Q(('target__isnull', False), ('user__isnull', True)), _connector='OR'), name='held_alert_to_one'),
        ),
            ],
        ),
    ]
