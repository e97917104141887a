"""Members have skills and languages."""

import pgtrigger.compiler
import pgtrigger.migrations
from core.one_go import InOneGo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0020_say_where_else_we_are"),
    ]

    operations = [
        InOneGo(
            __file__,
            [
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='remember_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='remember_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='membership',
            name='remember_delete',
        ),
        migrations.AddField(
            model_name='membership',
            name='languages',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='membership',
            name='skills',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='membershipchange',
            name='languages',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='membershipchange',
            name='skills',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='remember_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "languages", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "skills", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (NULL, NEW."away_from", NEW."away_until", NEW."deactivated_at", NEW."id", NEW."languages", NEW."only_attribute", NEW."only_own_teams", NEW."only_touchpoints", NEW."only_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."role", NEW."skills", NEW."takes_cases", NEW."team_id", NEW."user_id", NEW."workspace_id"); RETURN NULL;', hash='ffd56696387fe48559fcf89f322354a1e4eaa8ae', operation='INSERT', pgid='pgtrigger_remember_insert_78d47', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='remember_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."away_from" IS DISTINCT FROM (NEW."away_from") OR OLD."away_until" IS DISTINCT FROM (NEW."away_until") OR OLD."deactivated_at" IS DISTINCT FROM (NEW."deactivated_at") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."only_attribute" IS DISTINCT FROM (NEW."only_attribute") OR OLD."only_own_teams" IS DISTINCT FROM (NEW."only_own_teams") OR OLD."only_touchpoints" IS DISTINCT FROM (NEW."only_touchpoints") OR OLD."only_values" IS DISTINCT FROM (NEW."only_values") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."skills" IS DISTINCT FROM (NEW."skills") OR OLD."takes_cases" IS DISTINCT FROM (NEW."takes_cases") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "languages", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "skills", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object(\'user_id\', OLD."user_id", \'role\', OLD."role", \'team_id\', OLD."team_id", \'takes_cases\', OLD."takes_cases", \'away_from\', OLD."away_from", \'away_until\', OLD."away_until", \'only_own_teams\', OLD."only_own_teams", \'only_touchpoints\', OLD."only_touchpoints", \'only_attribute\', OLD."only_attribute", \'only_values\', OLD."only_values", \'skills\', OLD."skills", \'languages\', OLD."languages", \'deactivated_at\', OLD."deactivated_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object(\'user_id\', NEW."user_id", \'role\', NEW."role", \'team_id\', NEW."team_id", \'takes_cases\', NEW."takes_cases", \'away_from\', NEW."away_from", \'away_until\', NEW."away_until", \'only_own_teams\', NEW."only_own_teams", \'only_touchpoints\', NEW."only_touchpoints", \'only_attribute\', NEW."only_attribute", \'only_values\', NEW."only_values", \'skills\', NEW."skills", \'languages\', NEW."languages", \'deactivated_at\', NEW."deactivated_at") -> former.key), jsonb_build_object()), NEW."away_from", NEW."away_until", NEW."deactivated_at", NEW."id", NEW."languages", NEW."only_attribute", NEW."only_own_teams", NEW."only_touchpoints", NEW."only_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."role", NEW."skills", NEW."takes_cases", NEW."team_id", NEW."user_id", NEW."workspace_id"); RETURN NULL;', hash='cf3c33ee915d057f5c5a2e2f6d91b397464e030e', operation='UPDATE', pgid='pgtrigger_remember_update_64780', table='accounts_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='remember_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "languages", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "skills", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (NULL, OLD."away_from", OLD."away_until", OLD."deactivated_at", OLD."id", OLD."languages", OLD."only_attribute", OLD."only_own_teams", OLD."only_touchpoints", OLD."only_values", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."role", OLD."skills", OLD."takes_cases", OLD."team_id", OLD."user_id", OLD."workspace_id"); RETURN NULL;', hash='93efc08a3a61252eceaf3006bdd4dc9a2ad86ca2', operation='DELETE', pgid='pgtrigger_remember_delete_c0cec', table='accounts_membership', when='AFTER')),
        ),
    ],
        ),
    ]
