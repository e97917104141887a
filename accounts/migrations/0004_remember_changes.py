"""Changes of the configuration are remembered by triggers; rows of the record are only ever added (accounts/history.py)."""

import accounts.models.api_key
import accounts.models.calendar
import django.core.validators
import django.db.models.deletion
import django.db.models.manager
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_open_the_doors'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKeyChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('prefix', models.CharField(editable=False, max_length=8)),
                ('name', models.CharField(default=None, help_text='A free-form name for the API key. Need not be unique. 50 characters max.', max_length=50)),
                ('revoked', models.BooleanField(blank=True, default=False, help_text='If the API key is revoked, clients cannot use it anymore. (This cannot be undone.)')),
                ('expiry_date', models.DateTimeField(blank=True, help_text='Once API key expires, clients cannot use it anymore.', null=True, verbose_name='Expires')),
                ('scopes', models.JSONField(default=accounts.models.api_key.everything)),
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
            name='BusinessCalendarChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('time_zone', models.CharField(max_length=64)),
                ('week', models.JSONField(default=accounts.models.calendar.office_hours)),
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
        migrations.CreateModel(
            name='HolidayChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('holiday_on', models.DateField()),
                ('name', models.CharField(blank=True, max_length=120)),
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
            name='IdentityProviderChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('issuer', models.URLField(max_length=300)),
                ('client_id', models.CharField(max_length=200)),
                ('domains', models.JSONField(default=list)),
                ('adds_members', models.BooleanField(default=False)),
                ('new_role', models.CharField(choices=[('OWNER', 'Owner'), ('ADMIN', 'Admin'), ('MANAGER', 'Manager'), ('AGENT', 'Agent'), ('ANALYST', 'Analyst (reads only)')], default='ANALYST', max_length=8)),
                ('is_active', models.BooleanField(default=True)),
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
            name='MembershipChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('role', models.CharField(choices=[('OWNER', 'Owner'), ('ADMIN', 'Admin'), ('MANAGER', 'Manager'), ('AGENT', 'Agent'), ('ANALYST', 'Analyst (reads only)')], max_length=8)),
                ('takes_cases', models.BooleanField(default=True)),
                ('away_from', models.DateField(blank=True, null=True)),
                ('away_until', models.DateField(blank=True, null=True)),
                ('only_own_teams', models.BooleanField(default=False)),
                ('only_touchpoints', models.JSONField(blank=True, default=list)),
                ('only_attribute', models.CharField(blank=True, max_length=60)),
                ('only_values', models.JSONField(blank=True, default=list)),
                ('deactivated_at', models.DateTimeField(blank=True, null=True)),
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
            name='RetentionRuleChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=30)),
                ('days', models.PositiveIntegerField(null=True)),
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
            name='TeamChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
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
        migrations.CreateModel(
            name='WorkspaceChange',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('was', models.JSONField(null=True)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9-]*$', 'Use small letters, digits and hyphens.')])),
                ('name', models.CharField(max_length=120, verbose_name='Company name')),
                ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='Time zone')),
                ('language', models.CharField(default='en', max_length=16, verbose_name='Language')),
                ('sender_name', models.CharField(blank=True, max_length=120, verbose_name='Sender name')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='Replies go to')),
                ('accent', models.CharField(default='#0f766e', max_length=7, verbose_name='Brand colour')),
                ('logo', models.TextField(blank=True)),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='Phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='Address')),
                ('website', models.URLField(blank=True, verbose_name='Website')),
                ('quiet_days', models.PositiveSmallIntegerField(default=30, verbose_name='Days between two surveys to one person')),
                ('requires_second_factor', models.BooleanField(default=False, verbose_name='Everybody needs a second factor')),
                ('frame_origins', models.JSONField(blank=True, default=list)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='auditevent',
            name='audit_by_workspace',
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['workspace', '-at', '-id'], name='audit_by_moment'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['workspace', 'subject_kind', 'subject_id', '-at'], name='audit_by_subject'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apikey',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_apikeychange" ("was", "created_by_id", "expiry_date", "name", "pgh_context", "pgh_created_at", "pgh_label", "prefix", "revoked", "scopes", "workspace_id") VALUES (NULL, NEW."created_by_id", NEW."expiry_date", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."prefix", NEW."revoked", NEW."scopes", NEW."workspace_id"); RETURN NULL;', hash='e3181d328e37d37140a655d74f51360864dd0fb4', operation='INSERT', pgid='pgtrigger_remember_insert_04108', table='accounts_apikey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apikey',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."expiry_date" IS DISTINCT FROM (NEW."expiry_date") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."revoked" IS DISTINCT FROM (NEW."revoked") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes"))', func='INSERT INTO "accounts_apikeychange" ("was", "created_by_id", "expiry_date", "name", "pgh_context", "pgh_created_at", "pgh_label", "prefix", "revoked", "scopes", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'prefix\', OLD."prefix", \'name\', OLD."name", \'revoked\', OLD."revoked", \'expiry_date\', OLD."expiry_date", \'created_by_id\', OLD."created_by_id", \'scopes\', OLD."scopes")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'prefix\', NEW."prefix", \'name\', NEW."name", \'revoked\', NEW."revoked", \'expiry_date\', NEW."expiry_date", \'created_by_id\', NEW."created_by_id", \'scopes\', NEW."scopes") -> former.key), jsonb_build_object()), NEW."created_by_id", NEW."expiry_date", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."prefix", NEW."revoked", NEW."scopes", NEW."workspace_id"); RETURN NULL;', hash='0c7aa29e250d6b75c2677f76578636352973bdd9', operation='UPDATE', pgid='pgtrigger_remember_update_cea47', table='accounts_apikey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apikey',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_apikeychange" ("was", "created_by_id", "expiry_date", "name", "pgh_context", "pgh_created_at", "pgh_label", "prefix", "revoked", "scopes", "workspace_id") VALUES (NULL, OLD."created_by_id", OLD."expiry_date", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."prefix", OLD."revoked", OLD."scopes", OLD."workspace_id"); RETURN NULL;', hash='759b2c99897b8a896a9037b53f6a4199ab4c15e7', operation='DELETE', pgid='pgtrigger_remember_delete_b34d2', table='accounts_apikey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='f99484ac7c404682389fde1b6000e58b2d3c0354', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_3bd0e', table='accounts_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='businesscalendar',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_businesscalendarchange" ("was", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;', hash='783cc0541fa31bd9320912e5548c50e5b4a58904', operation='INSERT', pgid='pgtrigger_remember_insert_6e6a9', table='accounts_businesscalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='businesscalendar',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."week" IS DISTINCT FROM (NEW."week"))', func='INSERT INTO "accounts_businesscalendarchange" ("was", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'time_zone\', OLD."time_zone", \'week\', OLD."week", \'is_default\', OLD."is_default")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'time_zone\', NEW."time_zone", \'week\', NEW."week", \'is_default\', NEW."is_default") -> former.key), jsonb_build_object()), NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;', hash='22ce948987daab5d9916d3b18a270d02793170d4', operation='UPDATE', pgid='pgtrigger_remember_update_42bc2', table='accounts_businesscalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='businesscalendar',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_businesscalendarchange" ("was", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, OLD."id", OLD."is_default", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."time_zone", OLD."week", OLD."workspace_id"); RETURN NULL;', hash='d2238b526c284eed8799c2534f6a99a09ea0a020', operation='DELETE', pgid='pgtrigger_remember_delete_d262f', table='accounts_businesscalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='2c313d9fd0993cc63891d03b9ffe8c0efbec3521', operation='INSERT', pgid='pgtrigger_remember_insert_01774', table='accounts_holiday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."holiday_on" IS DISTINCT FROM (NEW."holiday_on") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'calendar_id\', OLD."calendar_id", \'holiday_on\', OLD."holiday_on", \'name\', OLD."name")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'calendar_id\', NEW."calendar_id", \'holiday_on\', NEW."holiday_on", \'name\', NEW."name") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='3e57c9375c45442a180e9e428a7f0d47cd424f50', operation='UPDATE', pgid='pgtrigger_remember_update_411ee', table='accounts_holiday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."holiday_on", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='4c15d6beb0d7911b8dc9b1e2b6a5cd07a0c0db6e', operation='DELETE', pgid='pgtrigger_remember_delete_59723', table='accounts_holiday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityprovider',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_identityproviderchange" ("was", "adds_members", "client_id", "domains", "id", "is_active", "issuer", "name", "new_role", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."adds_members", NEW."client_id", NEW."domains", NEW."id", NEW."is_active", NEW."issuer", NEW."name", NEW."new_role", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='3c0f8ef83eae4f5d159d94272ef5e67eee62fcf0', operation='INSERT', pgid='pgtrigger_remember_insert_5e0a4', table='accounts_identityprovider', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityprovider',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."adds_members" IS DISTINCT FROM (NEW."adds_members") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."domains" IS DISTINCT FROM (NEW."domains") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."issuer" IS DISTINCT FROM (NEW."issuer") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."new_role" IS DISTINCT FROM (NEW."new_role") OR OLD."sealed_secret" IS DISTINCT FROM (NEW."sealed_secret"))', func='INSERT INTO "accounts_identityproviderchange" ("was", "adds_members", "client_id", "domains", "id", "is_active", "issuer", "name", "new_role", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'issuer\', OLD."issuer", \'client_id\', OLD."client_id", \'domains\', OLD."domains", \'adds_members\', OLD."adds_members", \'new_role\', OLD."new_role", \'is_active\', OLD."is_active")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'issuer\', NEW."issuer", \'client_id\', NEW."client_id", \'domains\', NEW."domains", \'adds_members\', NEW."adds_members", \'new_role\', NEW."new_role", \'is_active\', NEW."is_active") -> former.key), jsonb_build_object()) || CASE WHEN OLD."sealed_secret" IS DISTINCT FROM NEW."sealed_secret" THEN jsonb_build_object(\'sealed_secret\', NULL) ELSE jsonb_build_object() END, NEW."adds_members", NEW."client_id", NEW."domains", NEW."id", NEW."is_active", NEW."issuer", NEW."name", NEW."new_role", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='2bbcf17e2b825bdebfe57a8f2dfcbe3e5a644cce', operation='UPDATE', pgid='pgtrigger_remember_update_ebd59', table='accounts_identityprovider', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityprovider',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_identityproviderchange" ("was", "adds_members", "client_id", "domains", "id", "is_active", "issuer", "name", "new_role", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."adds_members", OLD."client_id", OLD."domains", OLD."id", OLD."is_active", OLD."issuer", OLD."name", OLD."new_role", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='9c5c9b046ecfd2818a738abff2702884d8155b2d', operation='DELETE', pgid='pgtrigger_remember_delete_45c92', table='accounts_identityprovider', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (NULL, NEW."away_from", NEW."away_until", NEW."deactivated_at", NEW."id", NEW."only_attribute", NEW."only_own_teams", NEW."only_touchpoints", NEW."only_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."role", NEW."takes_cases", NEW."team_id", NEW."user_id", NEW."workspace_id"); RETURN NULL;', hash='5136f4632e64cfd4197676b51acd9849b8482436', operation='INSERT', pgid='pgtrigger_remember_insert_78d47', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."away_from" IS DISTINCT FROM (NEW."away_from") OR OLD."away_until" IS DISTINCT FROM (NEW."away_until") OR OLD."deactivated_at" IS DISTINCT FROM (NEW."deactivated_at") OR OLD."only_attribute" IS DISTINCT FROM (NEW."only_attribute") OR OLD."only_own_teams" IS DISTINCT FROM (NEW."only_own_teams") OR OLD."only_touchpoints" IS DISTINCT FROM (NEW."only_touchpoints") OR OLD."only_values" IS DISTINCT FROM (NEW."only_values") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."takes_cases" IS DISTINCT FROM (NEW."takes_cases") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'user_id\', OLD."user_id", \'role\', OLD."role", \'team_id\', OLD."team_id", \'takes_cases\', OLD."takes_cases", \'away_from\', OLD."away_from", \'away_until\', OLD."away_until", \'only_own_teams\', OLD."only_own_teams", \'only_touchpoints\', OLD."only_touchpoints", \'only_attribute\', OLD."only_attribute", \'only_values\', OLD."only_values", \'deactivated_at\', OLD."deactivated_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'user_id\', NEW."user_id", \'role\', NEW."role", \'team_id\', NEW."team_id", \'takes_cases\', NEW."takes_cases", \'away_from\', NEW."away_from", \'away_until\', NEW."away_until", \'only_own_teams\', NEW."only_own_teams", \'only_touchpoints\', NEW."only_touchpoints", \'only_attribute\', NEW."only_attribute", \'only_values\', NEW."only_values", \'deactivated_at\', NEW."deactivated_at") -> former.key), jsonb_build_object()), NEW."away_from", NEW."away_until", NEW."deactivated_at", NEW."id", NEW."only_attribute", NEW."only_own_teams", NEW."only_touchpoints", NEW."only_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."role", NEW."takes_cases", NEW."team_id", NEW."user_id", NEW."workspace_id"); RETURN NULL;', hash='0baef0e84abe855851466969d3bb1fdff75dbdc4', operation='UPDATE', pgid='pgtrigger_remember_update_64780', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (NULL, OLD."away_from", OLD."away_until", OLD."deactivated_at", OLD."id", OLD."only_attribute", OLD."only_own_teams", OLD."only_touchpoints", OLD."only_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."role", OLD."takes_cases", OLD."team_id", OLD."user_id", OLD."workspace_id"); RETURN NULL;', hash='d6a9392e132f6a47079169e766852ff556ccaefc', operation='DELETE', pgid='pgtrigger_remember_delete_c0cec', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_retentionrulechange" ("was", "days", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."days", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='f7fe81b4c43ff891fe1a43dcdef133eac8079567', operation='INSERT', pgid='pgtrigger_remember_insert_64703', table='accounts_retentionrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."kind" IS DISTINCT FROM (NEW."kind"))', func='INSERT INTO "accounts_retentionrulechange" ("was", "days", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'kind\', OLD."kind", \'days\', OLD."days")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'kind\', NEW."kind", \'days\', NEW."days") -> former.key), jsonb_build_object()), NEW."days", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='4036dee0309c9f0874bb4e6784c37aaaccb02382', operation='UPDATE', pgid='pgtrigger_remember_update_9e83a', table='accounts_retentionrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentionrule',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_retentionrulechange" ("was", "days", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."days", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='2d71d5ef744aa7d12f9ab9c1e7c0fbe930c1255c', operation='DELETE', pgid='pgtrigger_remember_delete_714c3', table='accounts_retentionrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='team',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_teamchange" ("was", "calendar_id", "id", "lead_id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."id", NEW."lead_id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='d9642e64c811d6632bd07a21dfe356ee51c072f7', operation='INSERT', pgid='pgtrigger_remember_insert_0496e', table='accounts_team', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='team',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "accounts_teamchange" ("was", "calendar_id", "id", "lead_id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'lead_id\', OLD."lead_id", \'calendar_id\', OLD."calendar_id")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'lead_id\', NEW."lead_id", \'calendar_id\', NEW."calendar_id") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."id", NEW."lead_id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='29317a5ae56dfda03fa5d51a27cdb21592c5c0d5', operation='UPDATE', pgid='pgtrigger_remember_update_70c9a', table='accounts_team', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='team',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_teamchange" ("was", "calendar_id", "id", "lead_id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."id", OLD."lead_id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='69d4ff06ce2327f8d4c520514099511d75a90fb4', operation='DELETE', pgid='pgtrigger_remember_delete_9c31a', table='accounts_team', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workspace',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_workspacechange" ("was", "accent", "address", "email", "frame_origins", "id", "language", "logo", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "quiet_days", "reply_to", "requires_second_factor", "sender_name", "slug", "time_zone", "website") VALUES (NULL, NEW."accent", NEW."address", NEW."email", NEW."frame_origins", NEW."id", NEW."language", NEW."logo", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."phone", NEW."quiet_days", NEW."reply_to", NEW."requires_second_factor", NEW."sender_name", NEW."slug", NEW."time_zone", NEW."website"); RETURN NULL;', hash='ae496e6b8f96ba209b61c8671ab1ea512b72fc15', operation='INSERT', pgid='pgtrigger_remember_insert_5afcd', table='accounts_workspace', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workspace',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accent" IS DISTINCT FROM (NEW."accent") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."frame_origins" IS DISTINCT FROM (NEW."frame_origins") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."logo" IS DISTINCT FROM (NEW."logo") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."quiet_days" IS DISTINCT FROM (NEW."quiet_days") OR OLD."reply_to" IS DISTINCT FROM (NEW."reply_to") OR OLD."requires_second_factor" IS DISTINCT FROM (NEW."requires_second_factor") OR OLD."sender_name" IS DISTINCT FROM (NEW."sender_name") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."website" IS DISTINCT FROM (NEW."website"))', func='INSERT INTO "accounts_workspacechange" ("was", "accent", "address", "email", "frame_origins", "id", "language", "logo", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "quiet_days", "reply_to", "requires_second_factor", "sender_name", "slug", "time_zone", "website") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'slug\', OLD."slug", \'name\', OLD."name", \'time_zone\', OLD."time_zone", \'language\', OLD."language", \'sender_name\', OLD."sender_name", \'reply_to\', OLD."reply_to", \'accent\', OLD."accent", \'logo\', OLD."logo", \'phone\', OLD."phone", \'email\', OLD."email", \'address\', OLD."address", \'website\', OLD."website", \'quiet_days\', OLD."quiet_days", \'requires_second_factor\', OLD."requires_second_factor", \'frame_origins\', OLD."frame_origins")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'slug\', NEW."slug", \'name\', NEW."name", \'time_zone\', NEW."time_zone", \'language\', NEW."language", \'sender_name\', NEW."sender_name", \'reply_to\', NEW."reply_to", \'accent\', NEW."accent", \'logo\', NEW."logo", \'phone\', NEW."phone", \'email\', NEW."email", \'address\', NEW."address", \'website\', NEW."website", \'quiet_days\', NEW."quiet_days", \'requires_second_factor\', NEW."requires_second_factor", \'frame_origins\', NEW."frame_origins") -> former.key), jsonb_build_object()), NEW."accent", NEW."address", NEW."email", NEW."frame_origins", NEW."id", NEW."language", NEW."logo", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."phone", NEW."quiet_days", NEW."reply_to", NEW."requires_second_factor", NEW."sender_name", NEW."slug", NEW."time_zone", NEW."website"); RETURN NULL;', hash='5ac40df690f6fa1a3cf040c78ca1c4fccde91f3f', operation='UPDATE', pgid='pgtrigger_remember_update_f79c6', table='accounts_workspace', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workspace',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_workspacechange" ("was", "accent", "address", "email", "frame_origins", "id", "language", "logo", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "quiet_days", "reply_to", "requires_second_factor", "sender_name", "slug", "time_zone", "website") VALUES (NULL, OLD."accent", OLD."address", OLD."email", OLD."frame_origins", OLD."id", OLD."language", OLD."logo", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."phone", OLD."quiet_days", OLD."reply_to", OLD."requires_second_factor", OLD."sender_name", OLD."slug", OLD."time_zone", OLD."website"); RETURN NULL;', hash='2d1e212309da59c5595fc174938600b940bdbf5d', operation='DELETE', pgid='pgtrigger_remember_delete_380cd', table='accounts_workspace', when='AFTER')),
        ),
        migrations.AddField(
            model_name='apikeychange',
            name='created_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='apikeychange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='businesscalendarchange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='accounts.businesscalendar'),
        ),
        migrations.AddField(
            model_name='businesscalendarchange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='holidaychange',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.businesscalendar'),
        ),
        migrations.AddField(
            model_name='holidaychange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='accounts.holiday'),
        ),
        migrations.AddField(
            model_name='holidaychange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='identityproviderchange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='accounts.identityprovider'),
        ),
        migrations.AddField(
            model_name='identityproviderchange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='membershipchange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='membershipchange',
            name='team',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='membershipchange',
            name='user',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='membershipchange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='retentionrulechange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='accounts.retentionrule'),
        ),
        migrations.AddField(
            model_name='retentionrulechange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='teamchange',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.businesscalendar'),
        ),
        migrations.AddField(
            model_name='teamchange',
            name='lead',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='teamchange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='teamchange',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddField(
            model_name='workspacechange',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='changes', to='accounts.workspace'),
        ),
        migrations.AddIndex(
            model_name='apikeychange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='api_key_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apikeychange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='e6da0969557a5f691aca6166c0ea9bf96990ff7c', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_be7fa', table='accounts_apikeychange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='businesscalendarchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='calendar_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='businesscalendarchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='852059945f23c56d1cc0369a8ddf5bcd2e0134a1', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_c2780', table='accounts_businesscalendarchange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='holidaychange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='holiday_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holidaychange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='49ac27cebba83d9089cfce12c2cb490e18cb44b4', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_bb9c8', table='accounts_holidaychange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='identityproviderchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='identity_provider_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityproviderchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='32f44ffb6379c861dd8d10a2f4ed2b9de7471213', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_8b3ef', table='accounts_identityproviderchange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='membershipchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='member_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membershipchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='dd684837ed9a1f679d33c3163a5805a9e582f793', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_f4c31', table='accounts_membershipchange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='retentionrulechange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='retention_rule_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentionrulechange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='8daf8de9b17d5fbb829047e75f36d2fcdd8091a2', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_5cc4b', table='accounts_retentionrulechange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='teamchange',
            index=models.Index(fields=['workspace', '-pgh_created_at', '-pgh_id'], name='team_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='teamchange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='cb13e66b7546fea3c672b2cb14cd624c3e87a6ea', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_83fce', table='accounts_teamchange', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='workspacechange',
            index=models.Index(fields=['id', '-pgh_created_at', '-pgh_id'], name='workspace_changes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workspacechange',
            trigger=pgtrigger.compiler.Trigger(name='only_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';", hash='1f7b14d904db578cf17df31731775d5e6614764d', operation='UPDATE OR DELETE', pgid='pgtrigger_only_added_6f535', table='accounts_workspacechange', when='BEFORE')),
        ),
    ]
