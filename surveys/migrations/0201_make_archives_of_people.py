"""Archives of people are made in the background; staff are told of texts that wait, and it is known since when."""

import core.tokens
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0200_keep_own_numbers'),
        ('surveys', '0200_tell_replies_to_tests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                ('status', models.CharField(choices=[('RUNNING', 'being made'), ('READY', 'ready'), ('FAILED', 'could not be made'), ('GONE', 'removed by age')], default='RUNNING', max_length=7)),
                ('parts_done', models.PositiveSmallIntegerField(default=0)),
                ('parts_total', models.PositiveSmallIntegerField(default=0)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='inboundtext',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='inboundtext',
            index=models.Index(condition=models.Q(('outcome', 'UNPLACED'), ('told_at__isnull', True)), fields=['workspace'], name='inbound_text_untold'),
        ),
        migrations.AddIndex(
            model_name='inboundtext',
            index=models.Index(condition=models.Q(('told_at__isnull', False)), fields=['workspace', '-told_at'], name='inbound_text_told'),
        ),
        migrations.AddField(
            model_name='personarchive',
            name='contact',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.contact'),
        ),
        migrations.AddField(
            model_name='personarchive',
            name='created_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='personarchive',
            name='workspace',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='personarchive',
            index=models.Index(fields=['contact', '-id'], name='person_archive_of_contact'),
        ),
        migrations.AddIndex(
            model_name='personarchive',
            index=models.Index(condition=models.Q(('status', 'RUNNING')), fields=['id'], name='person_archive_running'),
        ),
        migrations.AddIndex(
            model_name='personarchive',
            index=models.Index(condition=models.Q(('status', 'READY')), fields=['finished_at'], name='person_archive_kept'),
        ),
        migrations.AddConstraint(
            model_name='personarchive',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'RUNNING')), fields=('contact',), name='person_archive_one_on_its_way'),
        ),
        migrations.AddConstraint(
            model_name='personarchive',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['RUNNING', 'READY', 'FAILED', 'GONE'])), name='person_archive_status_known'),
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_personarchive ADD CONSTRAINT surveys_personarchive_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_personarchive DROP CONSTRAINT surveys_personarchive_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_personarchive ADD CONSTRAINT surveys_personarchive_contact_id_tenant_fk FOREIGN KEY (workspace_id, contact_id) REFERENCES surveys_contact (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_personarchive DROP CONSTRAINT surveys_personarchive_contact_id_tenant_fk",
        ),
    ]
