"""Rows for asking on every channel.

The state is what Django needs to know; the database gets the very SQL it would make of it, in one go (`.sql` beside this
file, `.back.sql` to undo): made one by one, nearly 300 changes would render every model as often, for half a minute.
"""

from pathlib import Path

import core.tokens
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


HERE = Path(__file__).with_suffix("")


class InOneGo(migrations.SeparateDatabaseAndState):
    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # models rendered so far would be rendered anew for each of the changes
        super().state_forwards(app_label, state)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_say_where_else_we_are'),
        ('outbox', '0020_check_the_senders_domain'),
        ('surveys', '0008_find_contacts_by_attribute'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        InOneGo(
            database_operations=[
                migrations.RunSQL(
                    HERE.with_suffix(".sql").read_text(encoding="utf-8"),
                    HERE.with_suffix(".back.sql").read_text(encoding="utf-8"),
                ),
            ],
            state_operations=[
            pgtrigger.migrations.RemoveTrigger(
                model_name='attribute',
                name='remember_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='attribute',
                name='remember_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='attribute',
                name='remember_delete',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='campaign',
                name='remember_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='campaign',
                name='remember_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='campaign',
                name='remember_delete',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='survey',
                name='remember_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='survey',
                name='remember_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='survey',
                name='remember_delete',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='widgetkey',
                name='remember_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='widgetkey',
                name='remember_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='widgetkey',
                name='remember_delete',
            ),
            migrations.CreateModel(
                name='Audience',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('name', models.CharField(max_length=120, verbose_name='Name')),
                    ('filter', models.JSONField(default=list)),
                    ('created_at', models.DateTimeField()),
                    ('updated_at', models.DateTimeField()),
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
                name='AudienceChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=120, verbose_name='Name')),
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
                name='CampaignReminder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('after_days', models.PositiveSmallIntegerField()),
                    ('subject', models.CharField(blank=True, max_length=200, verbose_name='Subject')),
                    ('intro', models.CharField(blank=True, max_length=1000, verbose_name='Words before the question')),
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
                name='CampaignReminderChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('number', models.PositiveSmallIntegerField()),
                    ('after_days', models.PositiveSmallIntegerField()),
                    ('subject', models.CharField(blank=True, max_length=200, verbose_name='Subject')),
                    ('intro', models.CharField(blank=True, max_length=1000, verbose_name='Words before the question')),
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
                name='CommentModel',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('weights', models.BinaryField()),
                    ('comments', models.PositiveIntegerField()),
                    ('quality', models.FloatField(null=True)),
                    ('uses_starter', models.BooleanField(default=False)),
                    ('trained_at', models.DateTimeField()),
                    ('next_at', models.DateTimeField(null=True)),
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
                name='Company',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('external_id', models.CharField(blank=True, max_length=120, verbose_name='External id')),
                    ('name', models.CharField(max_length=200, verbose_name='Name')),
                    ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='Value')),
                    ('attributes', models.JSONField(blank=True, default=dict)),
                    ('created_at', models.DateTimeField()),
                    ('updated_at', models.DateTimeField()),
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
                name='ContactEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('name', models.CharField(max_length=80)),
                    ('external_id', models.CharField(blank=True, max_length=120)),
                    ('data', models.JSONField(default=dict)),
                    ('happened_at', models.DateTimeField()),
                    ('created_at', models.DateTimeField()),
                    ('handle_at', models.DateTimeField(null=True)),
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
                name='ContactPolicy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('decline_days', models.PositiveSmallIntegerField(default=30)),
                    ('quiet_from', models.TimeField(blank=True, null=True)),
                    ('quiet_to', models.TimeField(blank=True, null=True)),
                    ('keeps_holidays', models.BooleanField(default=False)),
                    ('cap_count', models.PositiveSmallIntegerField(default=0)),
                    ('cap_days', models.PositiveSmallIntegerField(default=7)),
                    ('minutes_per_case', models.PositiveSmallIntegerField(default=30)),
                    ('capacity_share', models.PositiveSmallIntegerField(default=80)),
                    ('updated_at', models.DateTimeField()),
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
                name='ContactPolicyChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('decline_days', models.PositiveSmallIntegerField(default=30)),
                    ('quiet_from', models.TimeField(blank=True, null=True)),
                    ('quiet_to', models.TimeField(blank=True, null=True)),
                    ('keeps_holidays', models.BooleanField(default=False)),
                    ('cap_count', models.PositiveSmallIntegerField(default=0)),
                    ('cap_days', models.PositiveSmallIntegerField(default=7)),
                    ('minutes_per_case', models.PositiveSmallIntegerField(default=30)),
                    ('capacity_share', models.PositiveSmallIntegerField(default=80)),
                    ('updated_at', models.DateTimeField()),
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
                name='FeedbackSource',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('kind', models.CharField(choices=[('FEED', 'RSS or Atom feed'), ('WEBHOOK', 'Signed webhook'), ('CSV', 'CSV file'), ('FORM', 'Complaint form'), ('MAIL', 'Complaint by mail'), ('STAFF', 'Entered by staff')], max_length=9)),
                    ('name', models.CharField(max_length=80, verbose_name='Name')),
                    ('channel', models.CharField(choices=[('EMAIL', 'E-mail'), ('LINK', 'Link'), ('SMS', 'SMS'), ('WEB', 'Website'), ('KIOSK', 'Kiosk'), ('API', 'API'), ('CALL', 'Phone call'), ('DEMO', 'Demo'), ('SUPPORT', 'Support'), ('REVIEW', 'Review'), ('SOCIAL', 'Social media'), ('IMPORT', 'Import')], default='REVIEW', max_length=7)),
                    ('url', models.URLField(blank=True, max_length=500, verbose_name='Address')),
                    ('secret', models.TextField(blank=True)),
                    ('opens_cases', models.BooleanField(default=True, verbose_name='Unhappy ones open a case')),
                    ('every_minutes', models.PositiveIntegerField(default=60, verbose_name='Minutes between two looks')),
                    ('etag', models.CharField(blank=True, max_length=300)),
                    ('modified', models.CharField(blank=True, max_length=100)),
                    ('next_at', models.DateTimeField(null=True)),
                    ('lease_until', models.DateTimeField(null=True)),
                    ('polled_at', models.DateTimeField(null=True)),
                    ('failures', models.PositiveSmallIntegerField(default=0)),
                    ('last_error', models.CharField(blank=True, max_length=500)),
                    ('created_at', models.DateTimeField()),
                    ('archived_at', models.DateTimeField(null=True)),
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
                name='FeedbackSourceChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('kind', models.CharField(choices=[('FEED', 'RSS or Atom feed'), ('WEBHOOK', 'Signed webhook'), ('CSV', 'CSV file'), ('FORM', 'Complaint form'), ('MAIL', 'Complaint by mail'), ('STAFF', 'Entered by staff')], max_length=9)),
                    ('name', models.CharField(max_length=80, verbose_name='Name')),
                    ('channel', models.CharField(choices=[('EMAIL', 'E-mail'), ('LINK', 'Link'), ('SMS', 'SMS'), ('WEB', 'Website'), ('KIOSK', 'Kiosk'), ('API', 'API'), ('CALL', 'Phone call'), ('DEMO', 'Demo'), ('SUPPORT', 'Support'), ('REVIEW', 'Review'), ('SOCIAL', 'Social media'), ('IMPORT', 'Import')], default='REVIEW', max_length=7)),
                    ('url', models.URLField(blank=True, max_length=500, verbose_name='Address')),
                    ('opens_cases', models.BooleanField(default=True, verbose_name='Unhappy ones open a case')),
                    ('every_minutes', models.PositiveIntegerField(default=60, verbose_name='Minutes between two looks')),
                    ('archived_at', models.DateTimeField(null=True)),
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
                name='InboundText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('provider_id', models.CharField(max_length=120)),
                    ('number', models.CharField(max_length=20)),
                    ('text', models.CharField(max_length=1600)),
                    ('outcome', models.CharField(choices=[('ANSWERED', 'an answer'), ('COMMENTED', 'words to an answer'), ('STOPPED', 'wants no more messages'), ('STARTED', 'wants messages again'), ('UNPLACED', 'fits nothing we asked')], max_length=9)),
                    ('received_at', models.DateTimeField()),
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
                name='InvitationReminder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('due_at', models.DateTimeField()),
                    ('sent_at', models.DateTimeField(null=True)),
                    ('skipped_because', models.CharField(blank=True, choices=[('OPTED_OUT', 'asked not to be surveyed'), ('SUPPRESSED', 'the address is on the suppression list'), ('UNDELIVERABLE', 'the address does not work'), ('ASKED_RECENTLY', 'was asked recently'), ('DECLINED_RECENTLY', 'declined recently'), ('NOT_SAMPLED', 'not in the sample'), ('DAILY_CAP', 'the daily cap was reached'), ('CAPACITY', 'the team could not answer more detractors'), ('OUTSIDE_WINDOW', 'waits for the sending window'), ('NO_ADDRESS', 'has no e-mail address'), ('MISSING_FIELD', 'a merge field of the mail is empty'), ('SURVEY_CLOSED', 'the survey is not active'), ('CAMPAIGN_STOPPED', 'the campaign was stopped'), ('ERASED', 'the person was erased'), ('MAIL_FAILED', 'the mail could not be sent'), ('CAMPAIGN_PAUSED', 'the campaign is paused'), ('QUIET_HOURS', 'waits for the end of the quiet hours'), ('HOLIDAY', 'waits for the end of a holiday'), ('MESSAGE_CAP', 'got as many messages as one person may get'), ('ALREADY_ANSWERED', 'has answered'), ('MERGED', 'is the same person as another contact'), ('NO_PHONE', 'has no phone number for text messages'), ('SMS_STOPPED', 'wants no text messages'), ('SMS_LIMIT', "the day's limit of text messages was reached")], max_length=20)),
                    ('retry_at', models.DateTimeField(null=True)),
                    ('created_at', models.DateTimeField()),
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
                name='Mention',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('external_id', models.CharField(max_length=300)),
                    ('channel', models.CharField(choices=[('EMAIL', 'E-mail'), ('LINK', 'Link'), ('SMS', 'SMS'), ('WEB', 'Website'), ('KIOSK', 'Kiosk'), ('API', 'API'), ('CALL', 'Phone call'), ('DEMO', 'Demo'), ('SUPPORT', 'Support'), ('REVIEW', 'Review'), ('SOCIAL', 'Social media'), ('IMPORT', 'Import')], max_length=7)),
                    ('is_complaint', models.BooleanField(default=False)),
                    ('author', models.CharField(blank=True, max_length=200)),
                    ('address', models.EmailField(blank=True, max_length=254)),
                    ('url', models.URLField(blank=True, max_length=1000)),
                    ('title', models.CharField(blank=True, max_length=300)),
                    ('text', models.TextField(blank=True)),
                    ('language', models.CharField(blank=True, max_length=16)),
                    ('stars', models.PositiveSmallIntegerField(null=True)),
                    ('sentiment', models.FloatField(null=True)),
                    ('segment', models.CharField(blank=True, max_length=12)),
                    ('is_public', models.BooleanField(default=True)),
                    ('published_at', models.DateTimeField()),
                    ('received_at', models.DateTimeField()),
                    ('decide_at', models.DateTimeField(null=True)),
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
                name='PublicLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('source', models.CharField(max_length=80, verbose_name='Source')),
                    ('is_kiosk', models.BooleanField(default=False, verbose_name='Kiosk')),
                    ('kiosk_seconds', models.PositiveSmallIntegerField(default=8, verbose_name='Seconds until the next customer')),
                    ('language', models.CharField(blank=True, max_length=16, verbose_name='Language')),
                    ('created_at', models.DateTimeField()),
                    ('archived_at', models.DateTimeField(null=True)),
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
                name='PublicLinkChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22)),
                    ('source', models.CharField(max_length=80, verbose_name='Source')),
                    ('is_kiosk', models.BooleanField(default=False, verbose_name='Kiosk')),
                    ('kiosk_seconds', models.PositiveSmallIntegerField(default=8, verbose_name='Seconds until the next customer')),
                    ('language', models.CharField(blank=True, max_length=16, verbose_name='Language')),
                    ('archived_at', models.DateTimeField(null=True)),
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
                name='SmsGateway',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('provider', models.CharField(choices=[('CONSOLE', 'Kept here, for trying'), ('APPRISE', 'A provider')], default='CONSOLE', max_length=8)),
                    ('address', models.TextField(blank=True)),
                    ('secret', models.TextField(blank=True)),
                    ('number', models.CharField(blank=True, max_length=20, verbose_name='Number')),
                    ('per_day', models.PositiveIntegerField(default=1000, verbose_name='Messages a day at most')),
                    ('is_active', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField()),
                    ('updated_at', models.DateTimeField()),
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
                name='SmsGatewayChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('provider', models.CharField(choices=[('CONSOLE', 'Kept here, for trying'), ('APPRISE', 'A provider')], default='CONSOLE', max_length=8)),
                    ('number', models.CharField(blank=True, max_length=20, verbose_name='Number')),
                    ('per_day', models.PositiveIntegerField(default=1000, verbose_name='Messages a day at most')),
                    ('is_active', models.BooleanField(default=False)),
                    ('updated_at', models.DateTimeField()),
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
                name='SurveyQuestion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=core.tokens.new_public_id, editable=False, max_length=22, unique=True)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('kind', models.CharField(choices=[('TEXT', 'Free text'), ('SINGLE', 'One of several'), ('MULTIPLE', 'Any of several'), ('RATING', 'Rating from 1 to 5')], max_length=8)),
                    ('text', models.CharField(max_length=300, verbose_name='Question')),
                    ('options', models.JSONField(default=list)),
                    ('is_required', models.BooleanField(default=False)),
                    ('condition', models.JSONField(default=dict)),
                    ('archived_at', models.DateTimeField(blank=True, null=True)),
                    ('created_at', models.DateTimeField()),
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
                name='SurveyQuestionChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('position', models.PositiveSmallIntegerField()),
                    ('kind', models.CharField(choices=[('TEXT', 'Free text'), ('SINGLE', 'One of several'), ('MULTIPLE', 'Any of several'), ('RATING', 'Rating from 1 to 5')], max_length=8)),
                    ('text', models.CharField(max_length=300, verbose_name='Question')),
                    ('options', models.JSONField(default=list)),
                    ('is_required', models.BooleanField(default=False)),
                    ('condition', models.JSONField(default=dict)),
                    ('archived_at', models.DateTimeField(blank=True, null=True)),
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
                name='SurveyVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('words', models.JSONField()),
                    ('created_at', models.DateTimeField()),
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
                name='SurveyWording',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('language', models.CharField(max_length=16)),
                    ('texts', models.JSONField(default=dict)),
                    ('updated_at', models.DateTimeField()),
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
                name='SurveyWordingChange',
                fields=[
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('was', models.JSONField(null=True)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('language', models.CharField(max_length=16)),
                    ('texts', models.JSONField(default=dict)),
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
                name='TrustChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('before', models.CharField(choices=[('CONFIRMED', 'Given by the customer'), ('LIKELY_SCANNER', 'Probably a mail scanner'), ('STAFF', 'Entered by staff'), ('FORWARDED', 'Forwarded link'), ('IMPORTED', 'Imported'), ('UNVERIFIED', 'From a web page, by nobody we can name')], max_length=14)),
                    ('after', models.CharField(choices=[('CONFIRMED', 'Given by the customer'), ('LIKELY_SCANNER', 'Probably a mail scanner'), ('STAFF', 'Entered by staff'), ('FORWARDED', 'Forwarded link'), ('IMPORTED', 'Imported'), ('UNVERIFIED', 'From a web page, by nobody we can name')], max_length=14)),
                    ('signs', models.JSONField(default=list)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('at', models.DateTimeField()),
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
                model_name='campaign',
                name='campaign_status_known',
            ),
            migrations.RemoveConstraint(
                model_name='invitation',
                name='invitation_once_per_campaign',
            ),
            migrations.AddField(
                model_name='attribute',
                name='kind',
                field=models.CharField(choices=[('TEXT', 'Text'), ('NUMBER', 'Number'), ('DATE', 'Day'), ('BOOLEAN', 'Yes or no')], db_default='TEXT', default='TEXT', max_length=7),
            ),
            migrations.AddField(
                model_name='attributechange',
                name='kind',
                field=models.CharField(choices=[('TEXT', 'Text'), ('NUMBER', 'Number'), ('DATE', 'Day'), ('BOOLEAN', 'Yes or no')], db_default='TEXT', default='TEXT', max_length=7),
            ),
            migrations.AddField(
                model_name='campaign',
                name='channel',
                field=models.CharField(choices=[('EMAIL', 'E-mail'), ('LINK', 'Link'), ('SMS', 'SMS'), ('WEB', 'Website'), ('KIOSK', 'Kiosk'), ('API', 'API'), ('CALL', 'Phone call'), ('DEMO', 'Demo'), ('SUPPORT', 'Support'), ('REVIEW', 'Review'), ('SOCIAL', 'Social media'), ('IMPORT', 'Import')], db_default='EMAIL', default='EMAIL', max_length=7),
            ),
            migrations.AddField(
                model_name='campaign',
                name='daily_cap',
                field=models.PositiveIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='delay_seconds',
                field=models.PositiveIntegerField(db_default=0, default=0),
            ),
            migrations.AddField(
                model_name='campaign',
                name='ends_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='every_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='first_after_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='from_name',
                field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='Sender name'),
            ),
            migrations.AddField(
                model_name='campaign',
                name='intro',
                field=models.CharField(blank=True, db_default='', default='', max_length=1000, verbose_name='Words before the question'),
            ),
            migrations.AddField(
                model_name='campaign',
                name='keeps_capacity',
                field=models.BooleanField(db_default=False, default=False),
            ),
            migrations.AddField(
                model_name='campaign',
                name='kind',
                field=models.CharField(choices=[('ONCE', 'Once'), ('RECURRING', 'Again and again'), ('TRIGGERED', 'After an event'), ('MANUAL', 'By hand, person by person')], db_default='ONCE', default='ONCE', max_length=9),
            ),
            migrations.AddField(
                model_name='campaign',
                name='next_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='paused_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='reply_to',
                field=models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='Replies go to'),
            ),
            migrations.AddField(
                model_name='campaign',
                name='round',
                field=models.PositiveIntegerField(db_default=1, default=1),
            ),
            migrations.AddField(
                model_name='campaign',
                name='sample_percent',
                field=models.PositiveSmallIntegerField(db_default=100, default=100),
            ),
            migrations.AddField(
                model_name='campaign',
                name='spread_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='starts_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaign',
                name='subject',
                field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='Subject of the mail'),
            ),
            migrations.AddField(
                model_name='campaign',
                name='trigger',
                field=models.CharField(blank=True, db_default='', default='', max_length=80),
            ),
            migrations.AddField(
                model_name='campaign',
                name='uses_send_hour',
                field=models.BooleanField(db_default=False, default=False),
            ),
            migrations.AddField(
                model_name='campaign',
                name='window',
                field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='channel',
                field=models.CharField(choices=[('EMAIL', 'E-mail'), ('LINK', 'Link'), ('SMS', 'SMS'), ('WEB', 'Website'), ('KIOSK', 'Kiosk'), ('API', 'API'), ('CALL', 'Phone call'), ('DEMO', 'Demo'), ('SUPPORT', 'Support'), ('REVIEW', 'Review'), ('SOCIAL', 'Social media'), ('IMPORT', 'Import')], db_default='EMAIL', default='EMAIL', max_length=7),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='daily_cap',
                field=models.PositiveIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='delay_seconds',
                field=models.PositiveIntegerField(db_default=0, default=0),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='ends_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='every_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='first_after_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='from_name',
                field=models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='Sender name'),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='intro',
                field=models.CharField(blank=True, db_default='', default='', max_length=1000, verbose_name='Words before the question'),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='keeps_capacity',
                field=models.BooleanField(db_default=False, default=False),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='kind',
                field=models.CharField(choices=[('ONCE', 'Once'), ('RECURRING', 'Again and again'), ('TRIGGERED', 'After an event'), ('MANUAL', 'By hand, person by person')], db_default='ONCE', default='ONCE', max_length=9),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='reply_to',
                field=models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='Replies go to'),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='sample_percent',
                field=models.PositiveSmallIntegerField(db_default=100, default=100),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='spread_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='starts_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='subject',
                field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='Subject of the mail'),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='trigger',
                field=models.CharField(blank=True, db_default='', default='', max_length=80),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='uses_send_hour',
                field=models.BooleanField(db_default=False, default=False),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='window',
                field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
            ),
            migrations.AddField(
                model_name='contact',
                name='chosen_send_hour',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='contact',
                name='followups_stopped_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='contact',
                name='last_answered_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='contact',
                name='last_score',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='contact',
                name='last_segment',
                field=models.CharField(blank=True, db_default='', default='', max_length=12),
            ),
            migrations.AddField(
                model_name='contact',
                name='merged_into',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.contact'),
            ),
            migrations.AddField(
                model_name='contact',
                name='respondent_type',
                field=models.CharField(choices=[('CUSTOMER', 'Customer'), ('EMPLOYEE', 'Employee'), ('COMPETITOR', 'Competitor'), ('PUBLIC', 'Public')], db_default='CUSTOMER', default='CUSTOMER', max_length=10, verbose_name='Who this is'),
            ),
            migrations.AddField(
                model_name='contact',
                name='send_hour',
                field=models.PositiveSmallIntegerField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='contact',
                name='sms_stopped_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='contact',
                name='watch_because',
                field=models.CharField(blank=True, db_default='', default='', max_length=200),
            ),
            migrations.AddField(
                model_name='contact',
                name='watch_since',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='invitation',
                name='clicked_at',
                field=models.DateTimeField(null=True),
            ),
            migrations.AddField(
                model_name='invitation',
                name='language',
                field=models.CharField(blank=True, db_default='', default='', max_length=16),
            ),
            migrations.AddField(
                model_name='invitation',
                name='override_by',
                field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='invitation',
                name='override_note',
                field=models.CharField(blank=True, db_default='', default='', max_length=300),
            ),
            migrations.AddField(
                model_name='invitation',
                name='round',
                field=models.PositiveIntegerField(db_default=1, default=1),
            ),
            migrations.AddField(
                model_name='invitation',
                name='wait_because',
                field=models.CharField(blank=True, choices=[('OPTED_OUT', 'asked not to be surveyed'), ('SUPPRESSED', 'the address is on the suppression list'), ('UNDELIVERABLE', 'the address does not work'), ('ASKED_RECENTLY', 'was asked recently'), ('DECLINED_RECENTLY', 'declined recently'), ('NOT_SAMPLED', 'not in the sample'), ('DAILY_CAP', 'the daily cap was reached'), ('CAPACITY', 'the team could not answer more detractors'), ('OUTSIDE_WINDOW', 'waits for the sending window'), ('NO_ADDRESS', 'has no e-mail address'), ('MISSING_FIELD', 'a merge field of the mail is empty'), ('SURVEY_CLOSED', 'the survey is not active'), ('CAMPAIGN_STOPPED', 'the campaign was stopped'), ('ERASED', 'the person was erased'), ('MAIL_FAILED', 'the mail could not be sent'), ('CAMPAIGN_PAUSED', 'the campaign is paused'), ('QUIET_HOURS', 'waits for the end of the quiet hours'), ('HOLIDAY', 'waits for the end of a holiday'), ('MESSAGE_CAP', 'got as many messages as one person may get'), ('ALREADY_ANSWERED', 'has answered'), ('MERGED', 'is the same person as another contact'), ('NO_PHONE', 'has no phone number for text messages'), ('SMS_STOPPED', 'wants no text messages'), ('SMS_LIMIT', "the day's limit of text messages was reached")], db_default='', default='', max_length=20),
            ),
            migrations.AddField(
                model_name='response',
                name='comment_language',
                field=models.CharField(blank=True, db_default='', default='', max_length=16),
            ),
            migrations.AddField(
                model_name='response',
                name='entered_by',
                field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='response',
                name='evidence',
                field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
            ),
            migrations.AddField(
                model_name='response',
                name='is_complete',
                field=models.BooleanField(db_default=True, default=True),
            ),
            migrations.AddField(
                model_name='response',
                name='is_negative',
                field=models.BooleanField(null=True),
            ),
            migrations.AddField(
                model_name='response',
                name='mismatch',
                field=models.CharField(blank=True, choices=[('ASKED', 'asked whether the score is meant'), ('KEPT', 'said the score is meant'), ('CORRECTED', 'corrected the score'), ('SILENT', 'did not say')], db_default='', default='', max_length=9),
            ),
            migrations.AddField(
                model_name='response',
                name='respondent_type',
                field=models.CharField(choices=[('CUSTOMER', 'Customer'), ('EMPLOYEE', 'Employee'), ('COMPETITOR', 'Competitor'), ('PUBLIC', 'Public')], db_default='CUSTOMER', default='CUSTOMER', max_length=10),
            ),
            migrations.AddField(
                model_name='response',
                name='sentiment',
                field=models.FloatField(null=True),
            ),
            migrations.AddField(
                model_name='response',
                name='source',
                field=models.CharField(blank=True, db_default='', default='', max_length=80),
            ),
            migrations.AddField(
                model_name='survey',
                name='archived_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='survey',
                name='asks_mismatch',
                field=models.BooleanField(db_default=True, default=True, verbose_name='Ask again when score and words do not fit'),
            ),
            migrations.AddField(
                model_name='survey',
                name='sms_text',
                field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='Text message'),
            ),
            migrations.AddField(
                model_name='survey',
                name='thanks_links',
                field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
            ),
            migrations.AddField(
                model_name='surveychange',
                name='archived_at',
                field=models.DateTimeField(blank=True, null=True),
            ),
            migrations.AddField(
                model_name='surveychange',
                name='asks_mismatch',
                field=models.BooleanField(db_default=True, default=True, verbose_name='Ask again when score and words do not fit'),
            ),
            migrations.AddField(
                model_name='surveychange',
                name='sms_text',
                field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='Text message'),
            ),
            migrations.AddField(
                model_name='surveychange',
                name='thanks_links',
                field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
            ),
            migrations.AddField(
                model_name='widgetkey',
                name='secret',
                field=models.TextField(blank=True, db_default='', default=''),
            ),
            migrations.AddField(
                model_name='widgetkey',
                name='settings',
                field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
            ),
            migrations.AddField(
                model_name='widgetkeychange',
                name='settings',
                field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
            ),
            migrations.AlterField(
                model_name='campaign',
                name='status',
                field=models.CharField(choices=[('DRAFT', 'Draft'), ('SCHEDULED', 'Scheduled'), ('PREPARING', 'Preparing'), ('SENDING', 'Sending'), ('RUNNING', 'Running'), ('PAUSED', 'Paused'), ('FINISHED', 'Finished'), ('STOPPED', 'Stopped')], default='DRAFT', max_length=9),
            ),
            migrations.AlterField(
                model_name='campaignchange',
                name='status',
                field=models.CharField(choices=[('DRAFT', 'Draft'), ('SCHEDULED', 'Scheduled'), ('PREPARING', 'Preparing'), ('SENDING', 'Sending'), ('RUNNING', 'Running'), ('PAUSED', 'Paused'), ('FINISHED', 'Finished'), ('STOPPED', 'Stopped')], default='DRAFT', max_length=9),
            ),
            migrations.AlterField(
                model_name='invitation',
                name='not_sent_because',
                field=models.CharField(blank=True, choices=[('OPTED_OUT', 'asked not to be surveyed'), ('SUPPRESSED', 'the address is on the suppression list'), ('UNDELIVERABLE', 'the address does not work'), ('ASKED_RECENTLY', 'was asked recently'), ('DECLINED_RECENTLY', 'declined recently'), ('NOT_SAMPLED', 'not in the sample'), ('DAILY_CAP', 'the daily cap was reached'), ('CAPACITY', 'the team could not answer more detractors'), ('OUTSIDE_WINDOW', 'waits for the sending window'), ('NO_ADDRESS', 'has no e-mail address'), ('MISSING_FIELD', 'a merge field of the mail is empty'), ('SURVEY_CLOSED', 'the survey is not active'), ('CAMPAIGN_STOPPED', 'the campaign was stopped'), ('ERASED', 'the person was erased'), ('MAIL_FAILED', 'the mail could not be sent'), ('CAMPAIGN_PAUSED', 'the campaign is paused'), ('QUIET_HOURS', 'waits for the end of the quiet hours'), ('HOLIDAY', 'waits for the end of a holiday'), ('MESSAGE_CAP', 'got as many messages as one person may get'), ('ALREADY_ANSWERED', 'has answered'), ('MERGED', 'is the same person as another contact'), ('NO_PHONE', 'has no phone number for text messages'), ('SMS_STOPPED', 'wants no text messages'), ('SMS_LIMIT', "the day's limit of text messages was reached")], max_length=20),
            ),
            migrations.AlterField(
                model_name='invitationchange',
                name='stage',
                field=models.CharField(choices=[('SENT', 'Sent'), ('DELIVERED', 'Delivered'), ('OPENED', 'Opened'), ('CLICKED', 'Clicked'), ('ANSWERED', 'Answered'), ('COMMENTED', 'Commented')], max_length=9),
            ),
            migrations.AddField(
                model_name='audience',
                name='created_by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='audience',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='campaign',
                name='saved_audience',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.audience'),
            ),
            migrations.AddField(
                model_name='campaignchange',
                name='saved_audience',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.audience'),
            ),
            migrations.AddIndex(
                model_name='campaign',
                index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='campaign_due'),
            ),
            migrations.AddIndex(
                model_name='campaign',
                index=models.Index(condition=models.Q(('trigger', ''), _negated=True), fields=['workspace', 'trigger'], name='campaign_of_trigger'),
            ),
            migrations.AddConstraint(
                model_name='campaign',
                constraint=models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'SCHEDULED', 'PREPARING', 'SENDING', 'RUNNING', 'PAUSED', 'FINISHED', 'STOPPED'])), name='campaign_status_known'),
            ),
            migrations.AddConstraint(
                model_name='campaign',
                constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['ONCE', 'RECURRING', 'TRIGGERED', 'MANUAL'])), name='campaign_kind_known'),
            ),
            migrations.AddConstraint(
                model_name='campaign',
                constraint=models.CheckConstraint(condition=models.Q(('sample_percent__gte', 1), ('sample_percent__lte', 100)), name='campaign_sample_percent'),
            ),
            migrations.AddConstraint(
                model_name='campaign',
                constraint=models.CheckConstraint(condition=models.Q(('every_days__isnull', True), models.Q(('every_days__gte', 1), ('every_days__lte', 730)), _connector='OR'), name='campaign_every_days'),
            ),
            migrations.AddField(
                model_name='audiencechange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.audience'),
            ),
            migrations.AddField(
                model_name='audiencechange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='campaignreminder',
                name='campaign',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='surveys.campaign'),
            ),
            migrations.AddField(
                model_name='campaignreminder',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='campaignreminderchange',
                name='campaign',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.campaign'),
            ),
            migrations.AddField(
                model_name='campaignreminderchange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.campaignreminder'),
            ),
            migrations.AddField(
                model_name='campaignreminderchange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='commentmodel',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='company',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='contact',
                name='account',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contacts', to='surveys.company'),
            ),
            migrations.AddIndex(
                model_name='contact',
                index=models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['workspace', 'phone'], name='contact_phone'),
            ),
            migrations.AddIndex(
                model_name='contact',
                index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='contact_of_company'),
            ),
            migrations.AddIndex(
                model_name='contact',
                index=models.Index(condition=models.Q(('watch_since__isnull', False)), fields=['workspace', '-id'], name='contact_watched'),
            ),
            migrations.AddField(
                model_name='contactevent',
                name='contact',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='surveys.contact'),
            ),
            migrations.AddField(
                model_name='contactevent',
                name='touchpoint',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.touchpoint'),
            ),
            migrations.AddField(
                model_name='contactevent',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='invitation',
                name='event',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.contactevent'),
            ),
            migrations.AddConstraint(
                model_name='invitation',
                constraint=models.UniqueConstraint(condition=models.Q(('campaign__isnull', False), ('event__isnull', True)), fields=('campaign', 'contact', 'round'), name='invitation_once_per_round'),
            ),
            migrations.AddConstraint(
                model_name='invitation',
                constraint=models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('campaign', 'event'), name='invitation_once_per_event'),
            ),
            migrations.AddField(
                model_name='contactpolicy',
                name='calendar',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.businesscalendar'),
            ),
            migrations.AddField(
                model_name='contactpolicy',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='contactpolicychange',
                name='calendar',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.businesscalendar'),
            ),
            migrations.AddField(
                model_name='contactpolicychange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.contactpolicy'),
            ),
            migrations.AddField(
                model_name='contactpolicychange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='feedbacksource',
                name='created_by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='feedbacksource',
                name='touchpoint',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.touchpoint'),
            ),
            migrations.AddField(
                model_name='feedbacksource',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='feedbacksourcechange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.feedbacksource'),
            ),
            migrations.AddField(
                model_name='feedbacksourcechange',
                name='touchpoint',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.touchpoint'),
            ),
            migrations.AddField(
                model_name='feedbacksourcechange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='inboundtext',
                name='contact',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.contact'),
            ),
            migrations.AddField(
                model_name='inboundtext',
                name='invitation',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.invitation'),
            ),
            migrations.AddField(
                model_name='inboundtext',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='invitationreminder',
                name='invitation',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='surveys.invitation'),
            ),
            migrations.AddField(
                model_name='invitationreminder',
                name='message',
                field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.outboundmessage'),
            ),
            migrations.AddField(
                model_name='invitationreminder',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='mention',
                name='contact',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.contact'),
            ),
            migrations.AddField(
                model_name='mention',
                name='entered_by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='mention',
                name='source',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='surveys.feedbacksource'),
            ),
            migrations.AddField(
                model_name='mention',
                name='touchpoint',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.touchpoint'),
            ),
            migrations.AddField(
                model_name='mention',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='publiclink',
                name='created_by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='publiclink',
                name='survey',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='public_links', to='surveys.survey'),
            ),
            migrations.AddField(
                model_name='publiclink',
                name='touchpoint',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.touchpoint'),
            ),
            migrations.AddField(
                model_name='publiclink',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='publiclinkchange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.publiclink'),
            ),
            migrations.AddField(
                model_name='publiclinkchange',
                name='survey',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.survey'),
            ),
            migrations.AddField(
                model_name='publiclinkchange',
                name='touchpoint',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.touchpoint'),
            ),
            migrations.AddField(
                model_name='publiclinkchange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='smsgateway',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='smsgatewaychange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.smsgateway'),
            ),
            migrations.AddField(
                model_name='smsgatewaychange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='surveyquestion',
                name='survey',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='surveys.survey'),
            ),
            migrations.AddField(
                model_name='surveyquestion',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='surveyquestionchange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.surveyquestion'),
            ),
            migrations.AddField(
                model_name='surveyquestionchange',
                name='survey',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.survey'),
            ),
            migrations.AddField(
                model_name='surveyquestionchange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='surveyversion',
                name='created_by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='surveyversion',
                name='survey',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='surveys.survey'),
            ),
            migrations.AddField(
                model_name='surveyversion',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='response',
                name='version',
                field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.surveyversion'),
            ),
            migrations.AddField(
                model_name='survey',
                name='current_version',
                field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.surveyversion'),
            ),
            migrations.AddField(
                model_name='surveywording',
                name='survey',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='surveys.survey'),
            ),
            migrations.AddField(
                model_name='surveywording',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='surveywordingchange',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='surveys.surveywording'),
            ),
            migrations.AddField(
                model_name='surveywordingchange',
                name='survey',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='surveys.survey'),
            ),
            migrations.AddField(
                model_name='surveywordingchange',
                name='workspace',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddField(
                model_name='trustchange',
                name='by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            ),
            migrations.AddField(
                model_name='trustchange',
                name='response',
                field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='trust_changes', to='surveys.response'),
            ),
            migrations.AddField(
                model_name='trustchange',
                name='workspace',
                field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
            ),
            migrations.AddConstraint(
                model_name='audience',
                constraint=models.UniqueConstraint(fields=('workspace', 'name'), name='audience_name_once'),
            ),
            migrations.AddIndex(
                model_name='audiencechange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='audience_changes'),
            ),
            migrations.AddConstraint(
                model_name='campaignreminder',
                constraint=models.UniqueConstraint(fields=('campaign', 'number'), name='campaign_reminder_once'),
            ),
            migrations.AddConstraint(
                model_name='campaignreminder',
                constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 5)), name='campaign_reminder_number'),
            ),
            migrations.AddConstraint(
                model_name='campaignreminder',
                constraint=models.CheckConstraint(condition=models.Q(('after_days__gte', 1), ('after_days__lte', 90)), name='campaign_reminder_days'),
            ),
            migrations.AddIndex(
                model_name='campaignreminderchange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='campaign_reminder_changes'),
            ),
            migrations.AddIndex(
                model_name='commentmodel',
                index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='comment_model_due'),
            ),
            migrations.AddConstraint(
                model_name='commentmodel',
                constraint=models.UniqueConstraint(fields=('workspace',), name='comment_model_once'),
            ),
            migrations.AddIndex(
                model_name='company',
                index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='company_search'),
            ),
            migrations.AddConstraint(
                model_name='company',
                constraint=models.UniqueConstraint(fields=('workspace', 'name'), name='company_name_once'),
            ),
            migrations.AddConstraint(
                model_name='company',
                constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('workspace', 'external_id'), name='company_external_id_once'),
            ),
            migrations.AddIndex(
                model_name='contactevent',
                index=models.Index(condition=models.Q(('handle_at__isnull', False)), fields=['handle_at'], name='contact_event_open'),
            ),
            migrations.AddIndex(
                model_name='contactevent',
                index=models.Index(fields=['contact', '-id'], name='contact_event_of_contact'),
            ),
            migrations.AddConstraint(
                model_name='contactevent',
                constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('workspace', 'name', 'external_id'), name='contact_event_once'),
            ),
            migrations.AddConstraint(
                model_name='contactpolicy',
                constraint=models.UniqueConstraint(fields=('workspace',), name='contact_policy_once'),
            ),
            migrations.AddConstraint(
                model_name='contactpolicy',
                constraint=models.CheckConstraint(condition=models.Q(('cap_days__gte', 1), ('cap_days__lte', 365)), name='contact_policy_cap_days'),
            ),
            migrations.AddConstraint(
                model_name='contactpolicy',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_to__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_to__isnull', False)), _connector='OR'), name='contact_policy_quiet_pair'),
            ),
            migrations.AddConstraint(
                model_name='contactpolicy',
                constraint=models.CheckConstraint(condition=models.Q(('capacity_share__gte', 1), ('capacity_share__lte', 100)), name='contact_policy_capacity_share'),
            ),
            migrations.AddIndex(
                model_name='contactpolicychange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='contact_policy_changes'),
            ),
            migrations.AddIndex(
                model_name='feedbacksource',
                index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='feedback_source_due'),
            ),
            migrations.AddConstraint(
                model_name='feedbacksource',
                constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['FEED', 'WEBHOOK', 'CSV', 'FORM', 'MAIL', 'STAFF'])), name='feedback_source_kind_known'),
            ),
            migrations.AddConstraint(
                model_name='feedbacksource',
                constraint=models.CheckConstraint(condition=models.Q(('every_minutes__gte', 5), ('every_minutes__lte', 10080)), name='feedback_source_every'),
            ),
            migrations.AddIndex(
                model_name='feedbacksourcechange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='feedback_source_changes'),
            ),
            migrations.AddIndex(
                model_name='inboundtext',
                index=models.Index(fields=['contact', '-id'], name='inbound_text_of_contact'),
            ),
            migrations.AddConstraint(
                model_name='inboundtext',
                constraint=models.UniqueConstraint(fields=('workspace', 'provider_id'), name='inbound_text_once'),
            ),
            migrations.AddIndex(
                model_name='invitationreminder',
                index=models.Index(condition=models.Q(('sent_at__isnull', True), ('skipped_because', '')), fields=['due_at'], name='invitation_reminder_due'),
            ),
            migrations.AddConstraint(
                model_name='invitationreminder',
                constraint=models.UniqueConstraint(fields=('invitation', 'number'), name='invitation_reminder_once'),
            ),
            migrations.AddIndex(
                model_name='mention',
                index=models.Index(condition=models.Q(('decide_at__isnull', False)), fields=['decide_at'], name='mention_undecided'),
            ),
            migrations.AddIndex(
                model_name='mention',
                index=models.Index(fields=['workspace', '-published_at', '-id'], name='mention_list'),
            ),
            migrations.AddIndex(
                model_name='mention',
                index=models.Index(condition=models.Q(('contact__isnull', False)), fields=['contact'], name='mention_of_contact'),
            ),
            migrations.AddConstraint(
                model_name='mention',
                constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='mention_once'),
            ),
            migrations.AddConstraint(
                model_name='mention',
                constraint=models.CheckConstraint(condition=models.Q(('stars__isnull', True), models.Q(('stars__gte', 1), ('stars__lte', 5)), _connector='OR'), name='mention_stars'),
            ),
            migrations.AddConstraint(
                model_name='publiclink',
                constraint=models.UniqueConstraint(fields=('survey', 'source'), name='public_link_source_once'),
            ),
            migrations.AddConstraint(
                model_name='publiclink',
                constraint=models.CheckConstraint(condition=models.Q(('kiosk_seconds__gte', 3), ('kiosk_seconds__lte', 120)), name='public_link_kiosk_seconds'),
            ),
            migrations.AddIndex(
                model_name='publiclinkchange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='public_link_changes'),
            ),
            migrations.AddConstraint(
                model_name='smsgateway',
                constraint=models.UniqueConstraint(fields=('workspace',), name='sms_gateway_once'),
            ),
            migrations.AddConstraint(
                model_name='smsgateway',
                constraint=models.CheckConstraint(condition=models.Q(('provider__in', ['CONSOLE', 'APPRISE'])), name='sms_gateway_provider_known'),
            ),
            migrations.AddIndex(
                model_name='smsgatewaychange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='sms_gateway_changes'),
            ),
            migrations.AddIndex(
                model_name='surveyquestion',
                index=models.Index(fields=['survey', 'position'], name='survey_question_order'),
            ),
            migrations.AddConstraint(
                model_name='surveyquestion',
                constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['TEXT', 'SINGLE', 'MULTIPLE', 'RATING'])), name='survey_question_kind_known'),
            ),
            migrations.AddIndex(
                model_name='surveyquestionchange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='survey_question_changes'),
            ),
            migrations.AddConstraint(
                model_name='surveyversion',
                constraint=models.UniqueConstraint(fields=('survey', 'number'), name='survey_version_once'),
            ),
            migrations.AddConstraint(
                model_name='surveywording',
                constraint=models.UniqueConstraint(fields=('survey', 'language'), name='survey_wording_once'),
            ),
            migrations.AddIndex(
                model_name='surveywordingchange',
                index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='survey_wording_changes'),
            ),
            migrations.AddIndex(
                model_name='trustchange',
                index=models.Index(fields=['response', '-id'], name='trust_change_of'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='attribute',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "kind", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."id", NEW."is_reportable", NEW."kind", NEW."label", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='b23c0d4fbc949c89dbb8deb63b36392cc938f52d', operation='INSERT', pgid='pgtrigger_remember_insert_d4797', table='surveys_attribute', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='attribute',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_reportable" IS DISTINCT FROM (NEW."is_reportable") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."label" IS DISTINCT FROM (NEW."label") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "kind", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'label\', OLD."label", \'kind\', OLD."kind", \'is_reportable\', OLD."is_reportable")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'label\', NEW."label", \'kind\', NEW."kind", \'is_reportable\', NEW."is_reportable") -> former.key), jsonb_build_object()), NEW."id", NEW."is_reportable", NEW."kind", NEW."label", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='f4be58974131029b6c1fa41b563cef684c3cf2bf', operation='UPDATE', pgid='pgtrigger_remember_update_317a4', table='surveys_attribute', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='attribute',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_attributechange" ("was", "id", "is_reportable", "kind", "label", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."id", OLD."is_reportable", OLD."kind", OLD."label", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='59ce09105f101f0599a00051bc0a34228b5878dd', operation='DELETE', pgid='pgtrigger_remember_delete_9f1f4', table='surveys_attribute', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaign',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_campaignchange" ("was", "channel", "daily_cap", "delay_seconds", "ends_at", "every_days", "first_after_days", "from_name", "id", "intro", "keeps_capacity", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reply_to", "sample_percent", "saved_audience_id", "spread_days", "starts_at", "status", "subject", "survey_id", "touchpoint_id", "trigger", "uses_send_hour", "window", "workspace_id") VALUES (NULL, NEW."channel", NEW."daily_cap", NEW."delay_seconds", NEW."ends_at", NEW."every_days", NEW."first_after_days", NEW."from_name", NEW."id", NEW."intro", NEW."keeps_capacity", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."reply_to", NEW."sample_percent", NEW."saved_audience_id", NEW."spread_days", NEW."starts_at", NEW."status", NEW."subject", NEW."survey_id", NEW."touchpoint_id", NEW."trigger", NEW."uses_send_hour", NEW."window", NEW."workspace_id"); RETURN NULL;', hash='0ac24980260207af3989a50be3138795e10f8ee1', operation='INSERT', pgid='pgtrigger_remember_insert_9ca9f', table='surveys_campaign', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaign',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."daily_cap" IS DISTINCT FROM (NEW."daily_cap") OR OLD."delay_seconds" IS DISTINCT FROM (NEW."delay_seconds") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."every_days" IS DISTINCT FROM (NEW."every_days") OR OLD."first_after_days" IS DISTINCT FROM (NEW."first_after_days") OR OLD."from_name" IS DISTINCT FROM (NEW."from_name") OR OLD."intro" IS DISTINCT FROM (NEW."intro") OR OLD."keeps_capacity" IS DISTINCT FROM (NEW."keeps_capacity") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."reply_to" IS DISTINCT FROM (NEW."reply_to") OR OLD."sample_percent" IS DISTINCT FROM (NEW."sample_percent") OR OLD."saved_audience_id" IS DISTINCT FROM (NEW."saved_audience_id") OR OLD."spread_days" IS DISTINCT FROM (NEW."spread_days") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id") OR OLD."trigger" IS DISTINCT FROM (NEW."trigger") OR OLD."uses_send_hour" IS DISTINCT FROM (NEW."uses_send_hour") OR OLD."window" IS DISTINCT FROM (NEW."window"))', func='INSERT INTO "surveys_campaignchange" ("was", "channel", "daily_cap", "delay_seconds", "ends_at", "every_days", "first_after_days", "from_name", "id", "intro", "keeps_capacity", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reply_to", "sample_percent", "saved_audience_id", "spread_days", "starts_at", "status", "subject", "survey_id", "touchpoint_id", "trigger", "uses_send_hour", "window", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'survey_id\', OLD."survey_id", \'touchpoint_id\', OLD."touchpoint_id", \'kind\', OLD."kind", \'channel\', OLD."channel", \'saved_audience_id\', OLD."saved_audience_id", \'status\', OLD."status", \'starts_at\', OLD."starts_at", \'ends_at\', OLD."ends_at", \'first_after_days\', OLD."first_after_days", \'every_days\', OLD."every_days", \'trigger\', OLD."trigger", \'delay_seconds\', OLD."delay_seconds", \'window\', OLD."window", \'uses_send_hour\', OLD."uses_send_hour", \'sample_percent\', OLD."sample_percent", \'daily_cap\', OLD."daily_cap", \'spread_days\', OLD."spread_days", \'keeps_capacity\', OLD."keeps_capacity", \'subject\', OLD."subject", \'intro\', OLD."intro", \'from_name\', OLD."from_name", \'reply_to\', OLD."reply_to")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'survey_id\', NEW."survey_id", \'touchpoint_id\', NEW."touchpoint_id", \'kind\', NEW."kind", \'channel\', NEW."channel", \'saved_audience_id\', NEW."saved_audience_id", \'status\', NEW."status", \'starts_at\', NEW."starts_at", \'ends_at\', NEW."ends_at", \'first_after_days\', NEW."first_after_days", \'every_days\', NEW."every_days", \'trigger\', NEW."trigger", \'delay_seconds\', NEW."delay_seconds", \'window\', NEW."window", \'uses_send_hour\', NEW."uses_send_hour", \'sample_percent\', NEW."sample_percent", \'daily_cap\', NEW."daily_cap", \'spread_days\', NEW."spread_days", \'keeps_capacity\', NEW."keeps_capacity", \'subject\', NEW."subject", \'intro\', NEW."intro", \'from_name\', NEW."from_name", \'reply_to\', NEW."reply_to") -> former.key), jsonb_build_object()), NEW."channel", NEW."daily_cap", NEW."delay_seconds", NEW."ends_at", NEW."every_days", NEW."first_after_days", NEW."from_name", NEW."id", NEW."intro", NEW."keeps_capacity", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."reply_to", NEW."sample_percent", NEW."saved_audience_id", NEW."spread_days", NEW."starts_at", NEW."status", NEW."subject", NEW."survey_id", NEW."touchpoint_id", NEW."trigger", NEW."uses_send_hour", NEW."window", NEW."workspace_id"); RETURN NULL;', hash='a667de672149055dc28bb8ed57c785da47f43bb3', operation='UPDATE', pgid='pgtrigger_remember_update_4c0dd', table='surveys_campaign', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaign',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_campaignchange" ("was", "channel", "daily_cap", "delay_seconds", "ends_at", "every_days", "first_after_days", "from_name", "id", "intro", "keeps_capacity", "kind", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reply_to", "sample_percent", "saved_audience_id", "spread_days", "starts_at", "status", "subject", "survey_id", "touchpoint_id", "trigger", "uses_send_hour", "window", "workspace_id") VALUES (NULL, OLD."channel", OLD."daily_cap", OLD."delay_seconds", OLD."ends_at", OLD."every_days", OLD."first_after_days", OLD."from_name", OLD."id", OLD."intro", OLD."keeps_capacity", OLD."kind", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."reply_to", OLD."sample_percent", OLD."saved_audience_id", OLD."spread_days", OLD."starts_at", OLD."status", OLD."subject", OLD."survey_id", OLD."touchpoint_id", OLD."trigger", OLD."uses_send_hour", OLD."window", OLD."workspace_id"); RETURN NULL;', hash='832742012cc0fca7911724b0de05607c3f8750a2', operation='DELETE', pgid='pgtrigger_remember_delete_93947', table='surveys_campaign', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='survey',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveychange" ("was", "accent", "archived_at", "asks_mismatch", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "sms_text", "status", "subject", "thanks_detractor", "thanks_links", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (NULL, NEW."accent", NEW."archived_at", NEW."asks_mismatch", NEW."edit_days", NEW."high_label", NEW."id", NEW."intro", NEW."language", NEW."link_days", NEW."low_label", NEW."metric", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."prompt_detractor", NEW."prompt_passive", NEW."prompt_promoter", NEW."question", NEW."quiet_days", NEW."resurvey_days", NEW."sms_text", NEW."status", NEW."subject", NEW."thanks_detractor", NEW."thanks_links", NEW."thanks_passive", NEW."thanks_promoter", NEW."workspace_id"); RETURN NULL;', hash='8a02da203436b5dac92f2971eb2118a0036b9008', operation='INSERT', pgid='pgtrigger_remember_insert_bcb04', table='surveys_survey', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='survey',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accent" IS DISTINCT FROM (NEW."accent") OR OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."asks_mismatch" IS DISTINCT FROM (NEW."asks_mismatch") OR OLD."edit_days" IS DISTINCT FROM (NEW."edit_days") OR OLD."high_label" IS DISTINCT FROM (NEW."high_label") OR OLD."intro" IS DISTINCT FROM (NEW."intro") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."link_days" IS DISTINCT FROM (NEW."link_days") OR OLD."low_label" IS DISTINCT FROM (NEW."low_label") OR OLD."metric" IS DISTINCT FROM (NEW."metric") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."prompt_detractor" IS DISTINCT FROM (NEW."prompt_detractor") OR OLD."prompt_passive" IS DISTINCT FROM (NEW."prompt_passive") OR OLD."prompt_promoter" IS DISTINCT FROM (NEW."prompt_promoter") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."quiet_days" IS DISTINCT FROM (NEW."quiet_days") OR OLD."resurvey_days" IS DISTINCT FROM (NEW."resurvey_days") OR OLD."sms_text" IS DISTINCT FROM (NEW."sms_text") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."thanks_detractor" IS DISTINCT FROM (NEW."thanks_detractor") OR OLD."thanks_links" IS DISTINCT FROM (NEW."thanks_links") OR OLD."thanks_passive" IS DISTINCT FROM (NEW."thanks_passive") OR OLD."thanks_promoter" IS DISTINCT FROM (NEW."thanks_promoter"))', func='INSERT INTO "surveys_surveychange" ("was", "accent", "archived_at", "asks_mismatch", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "sms_text", "status", "subject", "thanks_detractor", "thanks_links", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'metric\', OLD."metric", \'status\', OLD."status", \'language\', OLD."language", \'question\', OLD."question", \'low_label\', OLD."low_label", \'high_label\', OLD."high_label", \'prompt_promoter\', OLD."prompt_promoter", \'prompt_passive\', OLD."prompt_passive", \'prompt_detractor\', OLD."prompt_detractor", \'thanks_promoter\', OLD."thanks_promoter", \'thanks_passive\', OLD."thanks_passive", \'thanks_detractor\', OLD."thanks_detractor", \'subject\', OLD."subject", \'intro\', OLD."intro", \'accent\', OLD."accent", \'thanks_links\', OLD."thanks_links", \'sms_text\', OLD."sms_text", \'asks_mismatch\', OLD."asks_mismatch", \'archived_at\', OLD."archived_at", \'quiet_days\', OLD."quiet_days", \'link_days\', OLD."link_days", \'edit_days\', OLD."edit_days", \'resurvey_days\', OLD."resurvey_days")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'metric\', NEW."metric", \'status\', NEW."status", \'language\', NEW."language", \'question\', NEW."question", \'low_label\', NEW."low_label", \'high_label\', NEW."high_label", \'prompt_promoter\', NEW."prompt_promoter", \'prompt_passive\', NEW."prompt_passive", \'prompt_detractor\', NEW."prompt_detractor", \'thanks_promoter\', NEW."thanks_promoter", \'thanks_passive\', NEW."thanks_passive", \'thanks_detractor\', NEW."thanks_detractor", \'subject\', NEW."subject", \'intro\', NEW."intro", \'accent\', NEW."accent", \'thanks_links\', NEW."thanks_links", \'sms_text\', NEW."sms_text", \'asks_mismatch\', NEW."asks_mismatch", \'archived_at\', NEW."archived_at", \'quiet_days\', NEW."quiet_days", \'link_days\', NEW."link_days", \'edit_days\', NEW."edit_days", \'resurvey_days\', NEW."resurvey_days") -> former.key), jsonb_build_object()), NEW."accent", NEW."archived_at", NEW."asks_mismatch", NEW."edit_days", NEW."high_label", NEW."id", NEW."intro", NEW."language", NEW."link_days", NEW."low_label", NEW."metric", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."prompt_detractor", NEW."prompt_passive", NEW."prompt_promoter", NEW."question", NEW."quiet_days", NEW."resurvey_days", NEW."sms_text", NEW."status", NEW."subject", NEW."thanks_detractor", NEW."thanks_links", NEW."thanks_passive", NEW."thanks_promoter", NEW."workspace_id"); RETURN NULL;', hash='0a0844a68be522a9bb33479881516e35c49a6bfb', operation='UPDATE', pgid='pgtrigger_remember_update_23e8d', table='surveys_survey', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='survey',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveychange" ("was", "accent", "archived_at", "asks_mismatch", "edit_days", "high_label", "id", "intro", "language", "link_days", "low_label", "metric", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "prompt_detractor", "prompt_passive", "prompt_promoter", "question", "quiet_days", "resurvey_days", "sms_text", "status", "subject", "thanks_detractor", "thanks_links", "thanks_passive", "thanks_promoter", "workspace_id") VALUES (NULL, OLD."accent", OLD."archived_at", OLD."asks_mismatch", OLD."edit_days", OLD."high_label", OLD."id", OLD."intro", OLD."language", OLD."link_days", OLD."low_label", OLD."metric", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."prompt_detractor", OLD."prompt_passive", OLD."prompt_promoter", OLD."question", OLD."quiet_days", OLD."resurvey_days", OLD."sms_text", OLD."status", OLD."subject", OLD."thanks_detractor", OLD."thanks_links", OLD."thanks_passive", OLD."thanks_promoter", OLD."workspace_id"); RETURN NULL;', hash='f5e66b314f199db6fe45d36dec55eb7987f45b21', operation='DELETE', pgid='pgtrigger_remember_delete_ce0dc', table='surveys_survey', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='widgetkey',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_widgetkeychange" ("was", "expires_at", "id", "name", "origins", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "revoked_at", "settings", "survey_id", "workspace_id") VALUES (NULL, NEW."expires_at", NEW."id", NEW."name", NEW."origins", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."public_id", NEW."revoked_at", NEW."settings", NEW."survey_id", NEW."workspace_id"); RETURN NULL;', hash='85890820270c801f7344036696500d879d148c56', operation='INSERT', pgid='pgtrigger_remember_insert_1e202', table='surveys_widgetkey', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='widgetkey',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."origins" IS DISTINCT FROM (NEW."origins") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."settings" IS DISTINCT FROM (NEW."settings") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id"))', func='INSERT INTO "surveys_widgetkeychange" ("was", "expires_at", "id", "name", "origins", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "revoked_at", "settings", "survey_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'public_id\', OLD."public_id", \'survey_id\', OLD."survey_id", \'name\', OLD."name", \'origins\', OLD."origins", \'settings\', OLD."settings", \'expires_at\', OLD."expires_at", \'revoked_at\', OLD."revoked_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'public_id\', NEW."public_id", \'survey_id\', NEW."survey_id", \'name\', NEW."name", \'origins\', NEW."origins", \'settings\', NEW."settings", \'expires_at\', NEW."expires_at", \'revoked_at\', NEW."revoked_at") -> former.key), jsonb_build_object()), NEW."expires_at", NEW."id", NEW."name", NEW."origins", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."public_id", NEW."revoked_at", NEW."settings", NEW."survey_id", NEW."workspace_id"); RETURN NULL;', hash='95eb2383886680851c96b4ea436deb9f5920ab60', operation='UPDATE', pgid='pgtrigger_remember_update_eb4c5', table='surveys_widgetkey', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='widgetkey',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_widgetkeychange" ("was", "expires_at", "id", "name", "origins", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "revoked_at", "settings", "survey_id", "workspace_id") VALUES (NULL, OLD."expires_at", OLD."id", OLD."name", OLD."origins", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."public_id", OLD."revoked_at", OLD."settings", OLD."survey_id", OLD."workspace_id"); RETURN NULL;', hash='33a6856b763faf1fed99dd2112fcf254a0b96b1e', operation='DELETE', pgid='pgtrigger_remember_delete_2b12c', table='surveys_widgetkey', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='audience',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_audiencechange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='04793572aa5b4d0779c36312b989797b4e38e3bb', operation='INSERT', pgid='pgtrigger_remember_insert_cc024', table='surveys_audience', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='audience',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "surveys_audiencechange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name") -> former.key), jsonb_build_object()), NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='3ce2fe1026bee42b8c4195eecf8f05db148fa3f6', operation='UPDATE', pgid='pgtrigger_remember_update_61173', table='surveys_audience', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='audience',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_audiencechange" ("was", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='f9d35c1e7392c46337827f758d4222447b792d0f', operation='DELETE', pgid='pgtrigger_remember_delete_d4dec', table='surveys_audience', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='audiencechange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='95390c0058a9336dc7bf8db98bae893e86b2df29', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_8f45e', table='surveys_audiencechange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaignreminder',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_campaignreminderchange" ("was", "after_days", "campaign_id", "id", "intro", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (NULL, NEW."after_days", NEW."campaign_id", NEW."id", NEW."intro", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."subject", NEW."workspace_id"); RETURN NULL;', hash='e0e0b6782d6a3346cd5f7ab65c741b690d0c27a2', operation='INSERT', pgid='pgtrigger_remember_insert_dd8bb', table='surveys_campaignreminder', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaignreminder',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."after_days" IS DISTINCT FROM (NEW."after_days") OR OLD."campaign_id" IS DISTINCT FROM (NEW."campaign_id") OR OLD."intro" IS DISTINCT FROM (NEW."intro") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."subject" IS DISTINCT FROM (NEW."subject"))', func='INSERT INTO "surveys_campaignreminderchange" ("was", "after_days", "campaign_id", "id", "intro", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'campaign_id\', OLD."campaign_id", \'number\', OLD."number", \'after_days\', OLD."after_days", \'subject\', OLD."subject", \'intro\', OLD."intro")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'campaign_id\', NEW."campaign_id", \'number\', NEW."number", \'after_days\', NEW."after_days", \'subject\', NEW."subject", \'intro\', NEW."intro") -> former.key), jsonb_build_object()), NEW."after_days", NEW."campaign_id", NEW."id", NEW."intro", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."subject", NEW."workspace_id"); RETURN NULL;', hash='1521b1dd7ad1ad29d83100cc8dd0a8866fbf9344', operation='UPDATE', pgid='pgtrigger_remember_update_5c13a', table='surveys_campaignreminder', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaignreminder',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_campaignreminderchange" ("was", "after_days", "campaign_id", "id", "intro", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (NULL, OLD."after_days", OLD."campaign_id", OLD."id", OLD."intro", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."subject", OLD."workspace_id"); RETURN NULL;', hash='59b4ecc7e8e5c451c8e6978048fc1880b5b3bf43', operation='DELETE', pgid='pgtrigger_remember_delete_a7450', table='surveys_campaignreminder', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaignreminderchange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='b9fe3ce9d9bbc22c27f2b4fa6abb2984191b2593', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_3bd60', table='surveys_campaignreminderchange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='contactpolicy',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_contactpolicychange" ("was", "calendar_id", "cap_count", "cap_days", "capacity_share", "decline_days", "id", "keeps_holidays", "minutes_per_case", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_to", "updated_at", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."cap_count", NEW."cap_days", NEW."capacity_share", NEW."decline_days", NEW."id", NEW."keeps_holidays", NEW."minutes_per_case", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."quiet_from", NEW."quiet_to", NEW."updated_at", NEW."workspace_id"); RETURN NULL;', hash='6fc0c22a763304c617d5074b88064517e2b4b742', operation='INSERT', pgid='pgtrigger_remember_insert_ea884', table='surveys_contactpolicy', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='contactpolicy',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."cap_count" IS DISTINCT FROM (NEW."cap_count") OR OLD."cap_days" IS DISTINCT FROM (NEW."cap_days") OR OLD."capacity_share" IS DISTINCT FROM (NEW."capacity_share") OR OLD."decline_days" IS DISTINCT FROM (NEW."decline_days") OR OLD."keeps_holidays" IS DISTINCT FROM (NEW."keeps_holidays") OR OLD."minutes_per_case" IS DISTINCT FROM (NEW."minutes_per_case") OR OLD."quiet_from" IS DISTINCT FROM (NEW."quiet_from") OR OLD."quiet_to" IS DISTINCT FROM (NEW."quiet_to") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at"))', func='INSERT INTO "surveys_contactpolicychange" ("was", "calendar_id", "cap_count", "cap_days", "capacity_share", "decline_days", "id", "keeps_holidays", "minutes_per_case", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_to", "updated_at", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'decline_days\', OLD."decline_days", \'quiet_from\', OLD."quiet_from", \'quiet_to\', OLD."quiet_to", \'keeps_holidays\', OLD."keeps_holidays", \'calendar_id\', OLD."calendar_id", \'cap_count\', OLD."cap_count", \'cap_days\', OLD."cap_days", \'minutes_per_case\', OLD."minutes_per_case", \'capacity_share\', OLD."capacity_share", \'updated_at\', OLD."updated_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'decline_days\', NEW."decline_days", \'quiet_from\', NEW."quiet_from", \'quiet_to\', NEW."quiet_to", \'keeps_holidays\', NEW."keeps_holidays", \'calendar_id\', NEW."calendar_id", \'cap_count\', NEW."cap_count", \'cap_days\', NEW."cap_days", \'minutes_per_case\', NEW."minutes_per_case", \'capacity_share\', NEW."capacity_share", \'updated_at\', NEW."updated_at") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."cap_count", NEW."cap_days", NEW."capacity_share", NEW."decline_days", NEW."id", NEW."keeps_holidays", NEW."minutes_per_case", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."quiet_from", NEW."quiet_to", NEW."updated_at", NEW."workspace_id"); RETURN NULL;', hash='99560895cc789bf079b699482211bd4dd1a2c793', operation='UPDATE', pgid='pgtrigger_remember_update_52a54', table='surveys_contactpolicy', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='contactpolicy',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_contactpolicychange" ("was", "calendar_id", "cap_count", "cap_days", "capacity_share", "decline_days", "id", "keeps_holidays", "minutes_per_case", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_to", "updated_at", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."cap_count", OLD."cap_days", OLD."capacity_share", OLD."decline_days", OLD."id", OLD."keeps_holidays", OLD."minutes_per_case", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."quiet_from", OLD."quiet_to", OLD."updated_at", OLD."workspace_id"); RETURN NULL;', hash='b8f218b150d587a20ebb465cab527675fa6f4a8f', operation='DELETE', pgid='pgtrigger_remember_delete_512fc', table='surveys_contactpolicy', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='contactpolicychange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='5b11420589860246d611b152b3f8bd4bebd2c380', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_aacc6', table='surveys_contactpolicychange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='feedbacksource',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_feedbacksourcechange" ("was", "archived_at", "channel", "every_minutes", "id", "kind", "name", "opens_cases", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "touchpoint_id", "url", "workspace_id") VALUES (NULL, NEW."archived_at", NEW."channel", NEW."every_minutes", NEW."id", NEW."kind", NEW."name", NEW."opens_cases", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."touchpoint_id", NEW."url", NEW."workspace_id"); RETURN NULL;', hash='d05445fd480c285ab6dc87782f5ac92b2a1cfa19', operation='INSERT', pgid='pgtrigger_remember_insert_04964', table='surveys_feedbacksource', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='feedbacksource',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."every_minutes" IS DISTINCT FROM (NEW."every_minutes") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."opens_cases" IS DISTINCT FROM (NEW."opens_cases") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "surveys_feedbacksourcechange" ("was", "archived_at", "channel", "every_minutes", "id", "kind", "name", "opens_cases", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "touchpoint_id", "url", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'kind\', OLD."kind", \'name\', OLD."name", \'channel\', OLD."channel", \'touchpoint_id\', OLD."touchpoint_id", \'url\', OLD."url", \'opens_cases\', OLD."opens_cases", \'every_minutes\', OLD."every_minutes", \'archived_at\', OLD."archived_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'kind\', NEW."kind", \'name\', NEW."name", \'channel\', NEW."channel", \'touchpoint_id\', NEW."touchpoint_id", \'url\', NEW."url", \'opens_cases\', NEW."opens_cases", \'every_minutes\', NEW."every_minutes", \'archived_at\', NEW."archived_at") -> former.key), jsonb_build_object()), NEW."archived_at", NEW."channel", NEW."every_minutes", NEW."id", NEW."kind", NEW."name", NEW."opens_cases", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."touchpoint_id", NEW."url", NEW."workspace_id"); RETURN NULL;', hash='75600666e5f16a0931a3bcc05fca4f554fde714f', operation='UPDATE', pgid='pgtrigger_remember_update_f17c5', table='surveys_feedbacksource', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='feedbacksource',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_feedbacksourcechange" ("was", "archived_at", "channel", "every_minutes", "id", "kind", "name", "opens_cases", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "touchpoint_id", "url", "workspace_id") VALUES (NULL, OLD."archived_at", OLD."channel", OLD."every_minutes", OLD."id", OLD."kind", OLD."name", OLD."opens_cases", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."touchpoint_id", OLD."url", OLD."workspace_id"); RETURN NULL;', hash='44d4660d374aca03625b534aad412722455fd6af', operation='DELETE', pgid='pgtrigger_remember_delete_0503b', table='surveys_feedbacksource', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='feedbacksourcechange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='299498a86df9e70ae2c594067f91a403d480f383', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_fd87f', table='surveys_feedbacksourcechange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publiclink',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_publiclinkchange" ("was", "archived_at", "id", "is_kiosk", "kiosk_seconds", "language", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "survey_id", "touchpoint_id", "workspace_id") VALUES (NULL, NEW."archived_at", NEW."id", NEW."is_kiosk", NEW."kiosk_seconds", NEW."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."public_id", NEW."source", NEW."survey_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;', hash='3afac6a2043431840a7ccce0d34a40c9b382448f', operation='INSERT', pgid='pgtrigger_remember_insert_5375b', table='surveys_publiclink', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publiclink',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."is_kiosk" IS DISTINCT FROM (NEW."is_kiosk") OR OLD."kiosk_seconds" IS DISTINCT FROM (NEW."kiosk_seconds") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id"))', func='INSERT INTO "surveys_publiclinkchange" ("was", "archived_at", "id", "is_kiosk", "kiosk_seconds", "language", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "survey_id", "touchpoint_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'public_id\', OLD."public_id", \'survey_id\', OLD."survey_id", \'source\', OLD."source", \'touchpoint_id\', OLD."touchpoint_id", \'is_kiosk\', OLD."is_kiosk", \'kiosk_seconds\', OLD."kiosk_seconds", \'language\', OLD."language", \'archived_at\', OLD."archived_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'public_id\', NEW."public_id", \'survey_id\', NEW."survey_id", \'source\', NEW."source", \'touchpoint_id\', NEW."touchpoint_id", \'is_kiosk\', NEW."is_kiosk", \'kiosk_seconds\', NEW."kiosk_seconds", \'language\', NEW."language", \'archived_at\', NEW."archived_at") -> former.key), jsonb_build_object()), NEW."archived_at", NEW."id", NEW."is_kiosk", NEW."kiosk_seconds", NEW."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."public_id", NEW."source", NEW."survey_id", NEW."touchpoint_id", NEW."workspace_id"); RETURN NULL;', hash='f5bd27dd26aa615ddb39178fd8dd63bffa84db2c', operation='UPDATE', pgid='pgtrigger_remember_update_86bf9', table='surveys_publiclink', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publiclink',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_publiclinkchange" ("was", "archived_at", "id", "is_kiosk", "kiosk_seconds", "language", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "survey_id", "touchpoint_id", "workspace_id") VALUES (NULL, OLD."archived_at", OLD."id", OLD."is_kiosk", OLD."kiosk_seconds", OLD."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."public_id", OLD."source", OLD."survey_id", OLD."touchpoint_id", OLD."workspace_id"); RETURN NULL;', hash='dcded9f736aeb7d0d60a8115ec75dde21a847bc3', operation='DELETE', pgid='pgtrigger_remember_delete_60677', table='surveys_publiclink', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='publiclinkchange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='fbf0a3dc1bd0f5674195a1f5ca6c460acdaedb28', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_00525', table='surveys_publiclinkchange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='smsgateway',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_smsgatewaychange" ("was", "id", "is_active", "number", "per_day", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "updated_at", "workspace_id") VALUES (NULL, NEW."id", NEW."is_active", NEW."number", NEW."per_day", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."provider", NEW."updated_at", NEW."workspace_id"); RETURN NULL;', hash='d28669cceb5a27907f6ce9ecaac693c9a794124a', operation='INSERT', pgid='pgtrigger_remember_insert_8d77b', table='surveys_smsgateway', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='smsgateway',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."per_day" IS DISTINCT FROM (NEW."per_day") OR OLD."provider" IS DISTINCT FROM (NEW."provider") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at"))', func='INSERT INTO "surveys_smsgatewaychange" ("was", "id", "is_active", "number", "per_day", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "updated_at", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'provider\', OLD."provider", \'number\', OLD."number", \'per_day\', OLD."per_day", \'is_active\', OLD."is_active", \'updated_at\', OLD."updated_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'provider\', NEW."provider", \'number\', NEW."number", \'per_day\', NEW."per_day", \'is_active\', NEW."is_active", \'updated_at\', NEW."updated_at") -> former.key), jsonb_build_object()), NEW."id", NEW."is_active", NEW."number", NEW."per_day", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."provider", NEW."updated_at", NEW."workspace_id"); RETURN NULL;', hash='6a2ccab289a82bc77fd46db8aae60af9cb9694dd', operation='UPDATE', pgid='pgtrigger_remember_update_a41cc', table='surveys_smsgateway', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='smsgateway',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_smsgatewaychange" ("was", "id", "is_active", "number", "per_day", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "updated_at", "workspace_id") VALUES (NULL, OLD."id", OLD."is_active", OLD."number", OLD."per_day", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."provider", OLD."updated_at", OLD."workspace_id"); RETURN NULL;', hash='35ba5a7458a37d7546bf56a9ea71eed7ef8ab390', operation='DELETE', pgid='pgtrigger_remember_delete_61e86', table='surveys_smsgateway', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='smsgatewaychange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='8f1d2d08a36fc57582e0bad461d03819e71bcf4f', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_5245f', table='surveys_smsgatewaychange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveyquestion',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveyquestionchange" ("was", "archived_at", "condition", "id", "is_required", "kind", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "survey_id", "text", "workspace_id") VALUES (NULL, NEW."archived_at", NEW."condition", NEW."id", NEW."is_required", NEW."kind", NEW."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."position", NEW."survey_id", NEW."text", NEW."workspace_id"); RETURN NULL;', hash='bef295153b04f3aa172888d982defa0777a2d508', operation='INSERT', pgid='pgtrigger_remember_insert_fc0b9', table='surveys_surveyquestion', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveyquestion',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."condition" IS DISTINCT FROM (NEW."condition") OR OLD."is_required" IS DISTINCT FROM (NEW."is_required") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."options" IS DISTINCT FROM (NEW."options") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id") OR OLD."text" IS DISTINCT FROM (NEW."text"))', func='INSERT INTO "surveys_surveyquestionchange" ("was", "archived_at", "condition", "id", "is_required", "kind", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "survey_id", "text", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'survey_id\', OLD."survey_id", \'position\', OLD."position", \'kind\', OLD."kind", \'text\', OLD."text", \'options\', OLD."options", \'is_required\', OLD."is_required", \'condition\', OLD."condition", \'archived_at\', OLD."archived_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'survey_id\', NEW."survey_id", \'position\', NEW."position", \'kind\', NEW."kind", \'text\', NEW."text", \'options\', NEW."options", \'is_required\', NEW."is_required", \'condition\', NEW."condition", \'archived_at\', NEW."archived_at") -> former.key), jsonb_build_object()), NEW."archived_at", NEW."condition", NEW."id", NEW."is_required", NEW."kind", NEW."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."position", NEW."survey_id", NEW."text", NEW."workspace_id"); RETURN NULL;', hash='bf402f54225ef0cd2f03d5e50d33d4bf9d033ed6', operation='UPDATE', pgid='pgtrigger_remember_update_af86d', table='surveys_surveyquestion', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveyquestion',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveyquestionchange" ("was", "archived_at", "condition", "id", "is_required", "kind", "options", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "survey_id", "text", "workspace_id") VALUES (NULL, OLD."archived_at", OLD."condition", OLD."id", OLD."is_required", OLD."kind", OLD."options", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."position", OLD."survey_id", OLD."text", OLD."workspace_id"); RETURN NULL;', hash='b4c60d44c0c6886be66b49ccb9c20fa49de7571d', operation='DELETE', pgid='pgtrigger_remember_delete_8b33a', table='surveys_surveyquestion', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveyquestionchange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='853dad72c47bbcad8ae5c3bae0953b1a40ff1b95', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_34679', table='surveys_surveyquestionchange', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveywording',
                trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveywordingchange" ("was", "id", "language", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "survey_id", "texts", "workspace_id") VALUES (NULL, NEW."id", NEW."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."survey_id", NEW."texts", NEW."workspace_id"); RETURN NULL;', hash='7c3e8a121392584654e9e3627d41e9c710d8e7b6', operation='INSERT', pgid='pgtrigger_remember_insert_6b9e3', table='surveys_surveywording', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveywording',
                trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."survey_id" IS DISTINCT FROM (NEW."survey_id") OR OLD."texts" IS DISTINCT FROM (NEW."texts"))', func='INSERT INTO "surveys_surveywordingchange" ("was", "id", "language", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "survey_id", "texts", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'survey_id\', OLD."survey_id", \'language\', OLD."language", \'texts\', OLD."texts")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'survey_id\', NEW."survey_id", \'language\', NEW."language", \'texts\', NEW."texts") -> former.key), jsonb_build_object()), NEW."id", NEW."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."survey_id", NEW."texts", NEW."workspace_id"); RETURN NULL;', hash='97666ca3a7eed786e9272514793dfe2f1a10ab10', operation='UPDATE', pgid='pgtrigger_remember_update_e7575', table='surveys_surveywording', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveywording',
                trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "surveys_surveywordingchange" ("was", "id", "language", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "survey_id", "texts", "workspace_id") VALUES (NULL, OLD."id", OLD."language", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."survey_id", OLD."texts", OLD."workspace_id"); RETURN NULL;', hash='e17b04568723996373ec05b98388ee54b20d663c', operation='DELETE', pgid='pgtrigger_remember_delete_0dd88', table='surveys_surveywording', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='surveywordingchange',
                trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='7e75488dc7e65272f71dc8cc46318cbd9aa19ca4', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_dd3e8', table='surveys_surveywordingchange', when='BEFORE')),
            ),
            ],
        ),
    ]
