"""Matrix, rules and weights of the queue; a case knows its cell and what its rank is made of."""

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
        ('accounts', '0180_know_what_members_can'),
        ('accounts', '__first__'),
        ("detractors", "0161_tie_the_work_to_its_workspace"),
        ('surveys', '0071_tie_contacts_to_companies'),
    ]

    operations = [
        InOneGo(
            __file__,
            [
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('team', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='scenario_name_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Failure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('words', models.JSONField(default=list)),
                ('options', models.JSONField(default=list)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='failure_name_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='MatrixCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('is_planned', models.BooleanField(default=False)),
                ('priority_minutes', models.PositiveIntegerField(default=0)),
                ('playbook', models.CharField(blank=True, default='', max_length=80)),
                ('created_at', models.DateTimeField()),
                ('failure', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='detractors.failure')),
                ('policy', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='detractors.slapolicy')),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('scenario', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='detractors.scenario')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('scenario', 'failure'), name='matrix_cell_once'), models.CheckConstraint(condition=models.Q(('priority_minutes__lte', 100000)), name='matrix_cell_bounded')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='JourneyStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
                ('touchpoint', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.touchpoint')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('scenario', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='detractors.scenario')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('touchpoint',), name='journey_step_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='CaseRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('OPENING', 'Whether a case opens'), ('ROUTING', 'Whose it is'), ('PRIORITY', 'How it is treated')], max_length=8)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=False)),
                ('conditions', models.JSONField(default=dict)),
                ('effect', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['workspace', 'kind', 'position'], name='case_rule_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['OPENING', 'ROUTING', 'PRIORITY'])), name='case_rule_kind_known'), models.UniqueConstraint(fields=('workspace', 'name'), name='case_rule_name_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='RankWeights',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score_minutes', models.PositiveIntegerField(default=180)),
                ('chronic_minutes', models.PositiveIntegerField(default=60)),
                ('long_standing_minutes', models.PositiveIntegerField(default=60)),
                ('one_off_minutes', models.PositiveIntegerField(default=0)),
                ('exposure_minutes', models.PositiveIntegerField(default=240)),
                ('value_steps', models.JSONField(default=list)),
                ('updated_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('workspace',), name='rank_weights_once'), models.CheckConstraint(condition=models.Q(('chronic_minutes__lte', 100000), ('exposure_minutes__lte', 100000), ('long_standing_minutes__lte', 100000), ('one_off_minutes__lte', 100000), ('score_minutes__lte', 100000)), name='rank_weights_bounded')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='RankRecount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('after_number', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['asked_at'], name='rank_recount_open')],
                'constraints': [models.UniqueConstraint(fields=('workspace',), name='rank_recount_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ScenarioChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.scenario')),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.team')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='scenario_changes')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='FailureChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('words', models.JSONField(default=list)),
                ('options', models.JSONField(default=list)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.failure')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='failure_changes')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='MatrixCellChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('is_planned', models.BooleanField(default=False)),
                ('priority_minutes', models.PositiveIntegerField(default=0)),
                ('playbook', models.CharField(blank=True, default='', max_length=80)),
                ('failure', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='detractors.failure')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.matrixcell')),
                ('policy', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='detractors.slapolicy')),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.team')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace')),
                ('scenario', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='detractors.scenario')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='matrix_cell_changes')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='JourneyStepChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.journeystep')),
                ('team', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.team')),
                ('touchpoint', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.touchpoint')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace')),
                ('scenario', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='detractors.scenario')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='journey_step_changes')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='CaseRuleChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('OPENING', 'Whether a case opens'), ('ROUTING', 'Whose it is'), ('PRIORITY', 'How it is treated')], max_length=8)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=False)),
                ('conditions', models.JSONField(default=dict)),
                ('effect', models.JSONField(default=dict)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.caserule')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='case_rule_changes')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='RankWeightsChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('score_minutes', models.PositiveIntegerField(default=180)),
                ('chronic_minutes', models.PositiveIntegerField(default=60)),
                ('long_standing_minutes', models.PositiveIntegerField(default=60)),
                ('one_off_minutes', models.PositiveIntegerField(default=0)),
                ('exposure_minutes', models.PositiveIntegerField(default=240)),
                ('value_steps', models.JSONField(default=list)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='detractors.rankweights')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='rank_weights_changes')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='account_value',
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='is_chronic',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='case',
            name='is_public',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='case',
            name='rank_facts',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AlterField(
            model_name='casedecision',
            name='reason',
            field=models.CharField(choices=[('DETRACTOR', 'an unhappy answer'), ('OPEN_CASE', 'the customer already has an open case'), ('NOT_DETRACTOR', 'not an unhappy answer'), ('HISTORICAL', 'older than 7 days when it came in'), ('RESURVEY', 'the second answer of a case, which it reopens or closes'), ('SCANNER', 'probably a mail scanner'), ('DOUBTFUL', 'doubtful, waits to be judged'), ('MISMATCH', 'the customer was asked whether the score is meant'), ('COMPLAINT', 'a complaint written to us'), ('MENTION', 'an unhappy review or post'), ('NOT_WANTED', 'its source opens no cases'), ('RULE', 'a rule of yours says so')], max_length=13),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('OPENED', 'Case opened'), ('ANSWER_JOINED', 'Another answer joined'), ('ANSWER_AMENDED', 'Answer changed by the customer'), ('MENTION_JOINED', 'A review or complaint joined'), ('ASSIGNED', 'Assigned'), ('CLAIMED', 'Claimed'), ('NOTE', 'Note'), ('REPLIED', 'Reply sent'), ('REPLY_FAILED', 'Mail did not arrive'), ('CALLED', 'Call'), ('AUTO_MAIL', 'Automatic mail'), ('ISSUE_NOTED', 'Issue noted'), ('WAITING', 'Waiting for customer'), ('RESUMED', 'Resumed'), ('DUE_SOON', 'Due soon'), ('BREACHED', 'Promise missed'), ('ESCALATED', 'Escalated'), ('RESOLVED', 'Resolved'), ('REOPENED', 'Reopened'), ('RESURVEYED', 'Asked again'), ('RECOVERED', 'Recovered'), ('CLOSED', 'Closed'), ('DISMISSED', 'Dismissed'), ('PLACED', 'Placed in the matrix'), ('RULED', 'A rule decided')], max_length=14),
        ),
        migrations.AddField(
            model_name='case',
            name='cell',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='detractors.matrixcell'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caserule',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_caserulechange" ("was", "conditions", "effect", "id", "is_active", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "workspace_id") VALUES (NULL, NEW."conditions", NEW."effect", NEW."id", NEW."is_active", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."position", NEW."workspace_id"); RETURN NULL;', hash='57c287c665bd39242028929adc2e14f191254dbe', operation='INSERT', pgid='pgtrigger_remember_insert_46913', table='detractors_caserule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caserule',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."conditions" IS DISTINCT FROM (NEW."conditions") OR OLD."effect" IS DISTINCT FROM (NEW."effect") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position"))', func='INSERT INTO "detractors_caserulechange" ("was", "conditions", "effect", "id", "is_active", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'kind\', OLD."kind", \'position\', OLD."position", \'is_active\', OLD."is_active", \'conditions\', OLD."conditions", \'effect\', OLD."effect")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'kind\', NEW."kind", \'position\', NEW."position", \'is_active\', NEW."is_active", \'conditions\', NEW."conditions", \'effect\', NEW."effect") -> former.key), jsonb_build_object()), NEW."conditions", NEW."effect", NEW."id", NEW."is_active", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."position", NEW."workspace_id"); RETURN NULL;', hash='98b00ad1f9ede67d779927159ca93ba0136fe773', operation='UPDATE', pgid='pgtrigger_remember_update_42693', table='detractors_caserule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caserule',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_caserulechange" ("was", "conditions", "effect", "id", "is_active", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "workspace_id") VALUES (NULL, OLD."conditions", OLD."effect", OLD."id", OLD."is_active", OLD."kind", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."position", OLD."workspace_id"); RETURN NULL;', hash='9d62903992328b263ccb9efcfd2397a5d0a72658', operation='DELETE', pgid='pgtrigger_remember_delete_dd8a8', table='detractors_caserule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caserulechange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='5b05c4ffb05e2b44d676ee8fdd7c561bd07af421', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_8f970', table='detractors_caserulechange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='failure',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_failurechange" ("was", "archived_at", "id", "name", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "words", "workspace_id") VALUES (NULL, NEW."archived_at", NEW."id", NEW."name", NEW."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."position", NEW."words", NEW."workspace_id"); RETURN NULL;', hash='bf2b6c2f0746261502daba4e95ab4e7420308c45', operation='INSERT', pgid='pgtrigger_remember_insert_a451a', table='detractors_failure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='failure',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."options" IS DISTINCT FROM (NEW."options") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."words" IS DISTINCT FROM (NEW."words"))', func='INSERT INTO "detractors_failurechange" ("was", "archived_at", "id", "name", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "words", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'position\', OLD."position", \'words\', OLD."words", \'options\', OLD."options", \'archived_at\', OLD."archived_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'position\', NEW."position", \'words\', NEW."words", \'options\', NEW."options", \'archived_at\', NEW."archived_at") -> former.key), jsonb_build_object()), NEW."archived_at", NEW."id", NEW."name", NEW."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."position", NEW."words", NEW."workspace_id"); RETURN NULL;', hash='67cd1ce35d573ecc80dd70442357bc1c91076825', operation='UPDATE', pgid='pgtrigger_remember_update_87db2', table='detractors_failure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='failure',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_failurechange" ("was", "archived_at", "id", "name", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "words", "workspace_id") VALUES (NULL, OLD."archived_at", OLD."id", OLD."name", OLD."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."position", OLD."words", OLD."workspace_id"); RETURN NULL;', hash='73c03ee550ecb169a475615ee0694aef24a3498c', operation='DELETE', pgid='pgtrigger_remember_delete_9f306', table='detractors_failure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='failurechange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='2f28646fba439e095e32b2ae20374ed799b5f778', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_48ffa', table='detractors_failurechange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankweights',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_rankweightschange" ("was", "chronic_minutes", "exposure_minutes", "id", "long_standing_minutes", "one_off_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "score_minutes", "value_steps", "workspace_id") VALUES (NULL, NEW."chronic_minutes", NEW."exposure_minutes", NEW."id", NEW."long_standing_minutes", NEW."one_off_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."score_minutes", NEW."value_steps", NEW."workspace_id"); RETURN NULL;', hash='431c9b949c0c797176e40d4dfbc7dbe097a3706b', operation='INSERT', pgid='pgtrigger_remember_insert_d78fc', table='detractors_rankweights', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankweights',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."chronic_minutes" IS DISTINCT FROM (NEW."chronic_minutes") OR OLD."exposure_minutes" IS DISTINCT FROM (NEW."exposure_minutes") OR OLD."long_standing_minutes" IS DISTINCT FROM (NEW."long_standing_minutes") OR OLD."one_off_minutes" IS DISTINCT FROM (NEW."one_off_minutes") OR OLD."score_minutes" IS DISTINCT FROM (NEW."score_minutes") OR OLD."value_steps" IS DISTINCT FROM (NEW."value_steps"))', func='INSERT INTO "detractors_rankweightschange" ("was", "chronic_minutes", "exposure_minutes", "id", "long_standing_minutes", "one_off_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "score_minutes", "value_steps", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'score_minutes\', OLD."score_minutes", \'chronic_minutes\', OLD."chronic_minutes", \'long_standing_minutes\', OLD."long_standing_minutes", \'one_off_minutes\', OLD."one_off_minutes", \'exposure_minutes\', OLD."exposure_minutes", \'value_steps\', OLD."value_steps")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'score_minutes\', NEW."score_minutes", \'chronic_minutes\', NEW."chronic_minutes", \'long_standing_minutes\', NEW."long_standing_minutes", \'one_off_minutes\', NEW."one_off_minutes", \'exposure_minutes\', NEW."exposure_minutes", \'value_steps\', NEW."value_steps") -> former.key), jsonb_build_object()), NEW."chronic_minutes", NEW."exposure_minutes", NEW."id", NEW."long_standing_minutes", NEW."one_off_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."score_minutes", NEW."value_steps", NEW."workspace_id"); RETURN NULL;', hash='741844bc0f5a2351042ab3a47a9fdd82396b3d31', operation='UPDATE', pgid='pgtrigger_remember_update_b5edb', table='detractors_rankweights', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankweights',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_rankweightschange" ("was", "chronic_minutes", "exposure_minutes", "id", "long_standing_minutes", "one_off_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "score_minutes", "value_steps", "workspace_id") VALUES (NULL, OLD."chronic_minutes", OLD."exposure_minutes", OLD."id", OLD."long_standing_minutes", OLD."one_off_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."score_minutes", OLD."value_steps", OLD."workspace_id"); RETURN NULL;', hash='9c04ff8a28cd002cf5db173191f8f5577305d58b', operation='DELETE', pgid='pgtrigger_remember_delete_146ed', table='detractors_rankweights', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankweightschange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='11d1ab51b7c7a27e36463c5900eeb2a2d76b4718', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_ba8e0', table='detractors_rankweightschange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scenario',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_scenariochange" ("was", "archived_at", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "team_id", "workspace_id") VALUES (NULL, NEW."archived_at", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."position", NEW."team_id", NEW."workspace_id"); RETURN NULL;', hash='d7e159aded4fc98c943d338a6f7695c1a0625d8d', operation='INSERT', pgid='pgtrigger_remember_insert_d3736', table='detractors_scenario', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scenario',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id"))', func='INSERT INTO "detractors_scenariochange" ("was", "archived_at", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "team_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'position\', OLD."position", \'team_id\', OLD."team_id", \'archived_at\', OLD."archived_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'position\', NEW."position", \'team_id\', NEW."team_id", \'archived_at\', NEW."archived_at") -> former.key), jsonb_build_object()), NEW."archived_at", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."position", NEW."team_id", NEW."workspace_id"); RETURN NULL;', hash='e8f7879534f93c93aea3da54a8e6c705e3d6513f', operation='UPDATE', pgid='pgtrigger_remember_update_65ae4', table='detractors_scenario', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scenario',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_scenariochange" ("was", "archived_at", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "team_id", "workspace_id") VALUES (NULL, OLD."archived_at", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."position", OLD."team_id", OLD."workspace_id"); RETURN NULL;', hash='0efa28aaa567b8d8cc0bc02a1a9c6f9e79876121', operation='DELETE', pgid='pgtrigger_remember_delete_00274', table='detractors_scenario', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matrixcellchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='d422f1f4acc175cfe4a6e560fdf46c4969c0c166', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_68a11', table='detractors_matrixcellchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matrixcell',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_matrixcellchange" ("was", "failure_id", "id", "is_planned", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "policy_id", "priority_minutes", "scenario_id", "team_id", "workspace_id") VALUES (NULL, NEW."failure_id", NEW."id", NEW."is_planned", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."playbook", NEW."policy_id", NEW."priority_minutes", NEW."scenario_id", NEW."team_id", NEW."workspace_id"); RETURN NULL;', hash='8061d65aafb0c18391f24a65f81d97865c364577', operation='INSERT', pgid='pgtrigger_remember_insert_a8f45', table='detractors_matrixcell', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matrixcell',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."failure_id" IS DISTINCT FROM (NEW."failure_id") OR OLD."is_planned" IS DISTINCT FROM (NEW."is_planned") OR OLD."playbook" IS DISTINCT FROM (NEW."playbook") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id") OR OLD."priority_minutes" IS DISTINCT FROM (NEW."priority_minutes") OR OLD."scenario_id" IS DISTINCT FROM (NEW."scenario_id") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id"))', func='INSERT INTO "detractors_matrixcellchange" ("was", "failure_id", "id", "is_planned", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "policy_id", "priority_minutes", "scenario_id", "team_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'scenario_id\', OLD."scenario_id", \'failure_id\', OLD."failure_id", \'is_planned\', OLD."is_planned", \'priority_minutes\', OLD."priority_minutes", \'policy_id\', OLD."policy_id", \'playbook\', OLD."playbook", \'team_id\', OLD."team_id")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'scenario_id\', NEW."scenario_id", \'failure_id\', NEW."failure_id", \'is_planned\', NEW."is_planned", \'priority_minutes\', NEW."priority_minutes", \'policy_id\', NEW."policy_id", \'playbook\', NEW."playbook", \'team_id\', NEW."team_id") -> former.key), jsonb_build_object()), NEW."failure_id", NEW."id", NEW."is_planned", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."playbook", NEW."policy_id", NEW."priority_minutes", NEW."scenario_id", NEW."team_id", NEW."workspace_id"); RETURN NULL;', hash='09c0460d824831a8b7018d06e8763cdbcf556ccf', operation='UPDATE', pgid='pgtrigger_remember_update_7dea4', table='detractors_matrixcell', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matrixcell',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_matrixcellchange" ("was", "failure_id", "id", "is_planned", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "playbook", "policy_id", "priority_minutes", "scenario_id", "team_id", "workspace_id") VALUES (NULL, OLD."failure_id", OLD."id", OLD."is_planned", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."playbook", OLD."policy_id", OLD."priority_minutes", OLD."scenario_id", OLD."team_id", OLD."workspace_id"); RETURN NULL;', hash='dd3a5e6a45f9511858a8507fa813bf2db223a5c5', operation='DELETE', pgid='pgtrigger_remember_delete_f24cd', table='detractors_matrixcell', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journeystepchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='04d3a966cd27001d3bd98c9fed9253216c2be795', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_34f5d', table='detractors_journeystepchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journeystep',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_journeystepchange" ("was", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "scenario_id", "team_id", "touchpoint_id", "workspace_id") VALUES (NULL, NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."scenario_id", NEW."team_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;', hash='7f26908426a1fcf0ba86aaee92a2868f2ceab984', operation='INSERT', pgid='pgtrigger_remember_insert_6369d', table='detractors_journeystep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journeystep',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."scenario_id" IS DISTINCT FROM (NEW."scenario_id") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id"))', func='INSERT INTO "detractors_journeystepchange" ("was", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "scenario_id", "team_id", "touchpoint_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'touchpoint_id\', OLD."touchpoint_id", \'scenario_id\', OLD."scenario_id", \'team_id\', OLD."team_id")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'touchpoint_id\', NEW."touchpoint_id", \'scenario_id\', NEW."scenario_id", \'team_id\', NEW."team_id") -> former.key), jsonb_build_object()), NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."scenario_id", NEW."team_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;', hash='89ffbedf723eb21abb71778e875f289871cb2dee', operation='UPDATE', pgid='pgtrigger_remember_update_94752', table='detractors_journeystep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='journeystep',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "detractors_journeystepchange" ("was", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "scenario_id", "team_id", "touchpoint_id", "workspace_id") VALUES (NULL, OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."scenario_id", OLD."team_id", OLD."touchpoint_id", OLD."workspace_id"); RETURN NULL;', hash='f79a93648190db181f62b8661021f3a922664414', operation='DELETE', pgid='pgtrigger_remember_delete_d145b', table='detractors_journeystep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scenariochange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='1893058dde94b2a59ca84648cfa68efbe46ac338', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_44446', table='detractors_scenariochange', when='BEFORE')),
        ),
    ],
        ),
    ]
