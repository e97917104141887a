"""Hours of several teams: which public holidays they keep, when they were edited, days that are worked on after all."""

import pgtrigger.compiler
import pgtrigger.migrations
from core.one_go import InOneGo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0180_know_what_members_can"),
    ]

    operations = [
        InOneGo(
            __file__,
            [
        pgtrigger.migrations.RemoveTrigger(
            model_name='businesscalendar',
            name='remember_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='businesscalendar',
            name='remember_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='businesscalendar',
            name='remember_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='holiday',
            name='remember_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='holiday',
            name='remember_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='holiday',
            name='remember_delete',
        ),
        migrations.AddField(
            model_name='businesscalendar',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='businesscalendar',
            name='holiday_place',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='businesscalendar',
            name='holidays_until',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='businesscalendarchange',
            name='holiday_place',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='holiday',
            name='is_worked',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='holidaychange',
            name='is_worked',
            field=models.BooleanField(db_default=False, default=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='businesscalendar',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_businesscalendarchange" ("was", "holiday_place", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, NEW."holiday_place", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;', hash='d565d5e991cfea54a830555b4c792ed698624366', operation='INSERT', pgid='pgtrigger_remember_insert_6e6a9', table='accounts_businesscalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='businesscalendar',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."holiday_place" IS DISTINCT FROM (NEW."holiday_place") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."week" IS DISTINCT FROM (NEW."week"))', func='INSERT INTO "accounts_businesscalendarchange" ("was", "holiday_place", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'name\', OLD."name", \'time_zone\', OLD."time_zone", \'week\', OLD."week", \'is_default\', OLD."is_default", \'holiday_place\', OLD."holiday_place")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'name\', NEW."name", \'time_zone\', NEW."time_zone", \'week\', NEW."week", \'is_default\', NEW."is_default", \'holiday_place\', NEW."holiday_place") -> former.key), jsonb_build_object()), NEW."holiday_place", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;', hash='cc9dc209ac16c9ddccd5758a58b3f729377ba501', operation='UPDATE', pgid='pgtrigger_remember_update_42bc2', table='accounts_businesscalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='businesscalendar',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_businesscalendarchange" ("was", "holiday_place", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, OLD."holiday_place", OLD."id", OLD."is_default", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."time_zone", OLD."week", OLD."workspace_id"); RETURN NULL;', hash='3eb451907b6300c1b8f023516371535d1ab364a5', operation='DELETE', pgid='pgtrigger_remember_delete_d262f', table='accounts_businesscalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "is_worked", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."is_worked", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='a470e9fe6a681d27536000915a76fb4dc9bb583d', operation='INSERT', pgid='pgtrigger_remember_insert_01774', table='accounts_holiday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."holiday_on" IS DISTINCT FROM (NEW."holiday_on") OR OLD."is_worked" IS DISTINCT FROM (NEW."is_worked") OR OLD."name" IS DISTINCT FROM (NEW."name"))', func='INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "is_worked", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'calendar_id\', OLD."calendar_id", \'holiday_on\', OLD."holiday_on", \'name\', OLD."name", \'is_worked\', OLD."is_worked")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'calendar_id\', NEW."calendar_id", \'holiday_on\', NEW."holiday_on", \'name\', NEW."name", \'is_worked\', NEW."is_worked") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."is_worked", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='f1bc47e2cbd5ecfa068d6c24a625e707932cbcb0', operation='UPDATE', pgid='pgtrigger_remember_update_411ee', table='accounts_holiday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holiday',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "is_worked", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."holiday_on", OLD."id", OLD."is_worked", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='5aeba3e11ea24ae500805f9f4482b6a2562e8fa2', operation='DELETE', pgid='pgtrigger_remember_delete_59723', table='accounts_holiday', when='AFTER')),
        ),
    ],
        ),
    ]
