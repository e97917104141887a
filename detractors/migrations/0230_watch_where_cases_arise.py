"""Spikes, stages, executives of cases and the library of lessons."""

import core.tokens
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from core.one_go import InOneGo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0190_keep_hours_of_teams'),
        ('detractors', '0205_name_kinds_by_name'),
        ('surveys', '0130_read_comments_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        InOneGo(
            __file__,
            [
        migrations.CreateModel(
            name='CaseStages',
            fields=[
                ('case', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stages', serialize=False, to='detractors.case')),
                ('version', models.PositiveIntegerField()),
                ('opened_at', models.DateTimeField()),
                ('untaken', models.PositiveIntegerField(null=True)),
                ('untaken_calendar', models.PositiveIntegerField(null=True)),
                ('unanswered', models.PositiveIntegerField(null=True)),
                ('unanswered_calendar', models.PositiveIntegerField(null=True)),
                ('at_work', models.PositiveIntegerField(null=True)),
                ('at_work_calendar', models.PositiveIntegerField(null=True)),
                ('for_customer', models.PositiveIntegerField(null=True)),
                ('for_customer_calendar', models.PositiveIntegerField(null=True)),
                ('for_others', models.PositiveIntegerField(null=True)),
                ('for_others_calendar', models.PositiveIntegerField(null=True)),
                ('resolved', models.PositiveIntegerField(null=True)),
                ('resolved_calendar', models.PositiveIntegerField(null=True)),
                ('idle', models.PositiveIntegerField(null=True)),
                ('idle_calendar', models.PositiveIntegerField(null=True)),
                ('handled', models.PositiveIntegerField(null=True)),
                ('handled_calendar', models.PositiveIntegerField(null=True)),
                ('mailed', models.PositiveIntegerField(null=True)),
                ('mailed_calendar', models.PositiveIntegerField(null=True)),
                ('called', models.PositiveIntegerField(null=True)),
                ('called_calendar', models.PositiveIntegerField(null=True)),
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
            name='CaseWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spikes_at', models.DateTimeField(null=True)),
                ('safe_event', models.BigIntegerField(default=0)),
                ('seen_event', models.BigIntegerField(default=0)),
                ('compared_at', models.DateTimeField(null=True)),
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
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('PUBLISHED', 'Published'), ('RETRACTED', 'Retracted')], default='DRAFT', max_length=9)),
                ('title', models.CharField(max_length=120, verbose_name='Title')),
                ('happened', models.TextField(blank=True, verbose_name='What happened')),
                ('done', models.TextField(blank=True, verbose_name='What was done')),
                ('went_well', models.TextField(blank=True, verbose_name='What went well')),
                ('lesson', models.TextField(blank=True, verbose_name='What we learn from it')),
                ('confirmed', models.JSONField(default=list)),
                ('words', models.TextField(blank=True, editable=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('retracted_at', models.DateTimeField(null=True)),
                ('retracted_note', models.CharField(blank=True, max_length=300)),
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
            name='Spike',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('TOUCHPOINT', 'Touchpoint'), ('CELL', 'Cell of the matrix'), ('CAUSE', 'Root cause'), ('ANSWER', 'Answer to a question'), ('TAG', 'Tag'), ('WORD', 'Word of the customers')], max_length=10)),
                ('key', models.CharField(max_length=120)),
                ('name', models.CharField(max_length=200)),
                ('window_days', models.PositiveSmallIntegerField()),
                ('n', models.PositiveIntegerField()),
                ('most', models.PositiveIntegerField()),
                ('usual_n', models.PositiveIntegerField()),
                ('usual_days', models.PositiveSmallIntegerField()),
                ('chance', models.FloatField()),
                ('since', models.DateTimeField()),
                ('raised_at', models.DateTimeField()),
                ('looked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('also', models.JSONField(default=list)),
                ('dismissed_at', models.DateTimeField(null=True)),
                ('dismissed_note', models.CharField(blank=True, max_length=300)),
                ('queue_at', models.DateTimeField(null=True)),
                ('routed_until', models.DateTimeField(null=True)),
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
            name='SpikeCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
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
            name='Sponsor',
            fields=[
                ('case', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sponsor', serialize=False, to='detractors.case')),
                ('since', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='bulkaction',
            name='bulk_action_act_known',
        ),
        migrations.AlterField(
            model_name='bulkaction',
            name='act',
            field=models.CharField(choices=[('ASSIGN', 'Assigned'), ('WAIT', 'Set to wait'), ('RESOLVE', 'Resolved'), ('TEAM', 'Moved to a team')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='bulkaction',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['ASSIGN', 'WAIT', 'RESOLVE', 'TEAM'])), name='bulk_action_act_known'),
        ),
        migrations.AddField(
            model_name='casestages',
            name='owner',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casestages',
            name='team',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='casestages',
            name='touchpoint',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.touchpoint'),
        ),
        migrations.AddField(
            model_name='casestages',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='casewatch',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='case',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='detractors.case'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='cell',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='detractors.matrixcell'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='proposed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lesson',
            name='published_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lesson',
            name='retracted_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lesson',
            name='root_cause',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='detractors.rootcause'),
        ),
        migrations.AddField(
            model_name='lesson',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='spike',
            name='dismissed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='spike',
            name='moves',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='detractors.bulkaction'),
        ),
        migrations.AddField(
            model_name='spike',
            name='queue_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='spike',
            name='rule',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='detractors.caserule'),
        ),
        migrations.AddField(
            model_name='spike',
            name='team',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='spike',
            name='view',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='detractors.savedview'),
        ),
        migrations.AddField(
            model_name='spike',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='notification',
            name='spike',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='detractors.spike'),
        ),
        migrations.AddField(
            model_name='spikecase',
            name='case',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='detractors.case'),
        ),
        migrations.AddField(
            model_name='spikecase',
            name='spike',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='detractors.spike'),
        ),
        migrations.AddField(
            model_name='spikecase',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='sponsor',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sponsor',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sponsor',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='casestages',
            index=models.Index(fields=['workspace', 'opened_at'], name='stages_by_opening'),
        ),
        migrations.AddConstraint(
            model_name='casewatch',
            constraint=models.UniqueConstraint(fields=('workspace',), name='case_watch_once'),
        ),
        migrations.AddIndex(
            model_name='lesson',
            index=models.Index(fields=['workspace', 'state', '-published_at'], name='lesson_latest'),
        ),
        migrations.AddIndex(
            model_name='lesson',
            index=django.contrib.postgres.indexes.GinIndex(models.Func('words', function='detractors_search_words', output_field=django.contrib.postgres.search.SearchVectorField()), name='lesson_search'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'PUBLISHED', 'RETRACTED'])), name='lesson_state_known'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('state', 'DRAFT')), models.Q(models.Q(('state', 'DRAFT'), _negated=True), ('case__isnull', True)), _connector='OR'), name='lesson_stands_alone'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True)), models.Q(('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='lesson_published_pair'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('retracted_at__isnull', True), ('retracted_by__isnull', True)), models.Q(('retracted_at__isnull', False), ('retracted_by__isnull', False)), _connector='OR'), name='lesson_retracted_pair'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'DRAFT')), fields=('case',), name='lesson_one_draft_per_case'),
        ),
        migrations.AddIndex(
            model_name='spike',
            index=models.Index(fields=['workspace', '-raised_at'], name='spike_latest'),
        ),
        migrations.AddIndex(
            model_name='spike',
            index=models.Index(condition=models.Q(('routed_until__isnull', False)), fields=['routed_until'], name='spike_routing_ends'),
        ),
        migrations.AddConstraint(
            model_name='spike',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['TOUCHPOINT', 'CELL', 'CAUSE', 'ANSWER', 'TAG', 'WORD'])), name='spike_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='spike',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dismissed_at__isnull', True), ('dismissed_by__isnull', True)), models.Q(('dismissed_at__isnull', False), ('dismissed_by__isnull', False)), _connector='OR'), name='spike_dismissed_pair'),
        ),
        migrations.AddConstraint(
            model_name='spike',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('queue_at__isnull', True), ('queue_by__isnull', True)), models.Q(('queue_at__isnull', False), ('queue_by__isnull', False)), _connector='OR'), name='spike_queue_pair'),
        ),
        migrations.AddConstraint(
            model_name='spike',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('workspace', 'kind', 'key'), name='spike_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='spikecase',
            index=models.Index(fields=['case'], name='spikes_of_case'),
        ),
        migrations.AddConstraint(
            model_name='spikecase',
            constraint=models.UniqueConstraint(fields=('spike', 'case'), name='spike_case_once'),
        ),
        migrations.AddIndex(
            model_name='sponsor',
            index=models.Index(fields=['workspace', 'user'], name='sponsored_by'),
        ),
    ],
        ),
    ]
