ALTER TABLE "detractors_heldalert" DROP CONSTRAINT "held_alert_to_one";
ALTER TABLE "detractors_heldalert" DROP CONSTRAINT "held_alert_once";
DROP INDEX IF EXISTS "held_alert_of_case";
DROP INDEX IF EXISTS "held_alert_due";
DROP TRIGGER IF EXISTS pgtrigger_only_added_6e019 ON "detractors_alertruleschange";
DROP INDEX IF EXISTS "alert_rules_changes";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_3b717 ON "detractors_alertrules";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_95a2c ON "detractors_alertrules";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8147e ON "detractors_alertrules";
ALTER TABLE "detractors_alertrules" DROP CONSTRAINT "alert_rules_bounds";
ALTER TABLE "detractors_alertrules" DROP CONSTRAINT "alert_rules_once";
ALTER TABLE "detractors_alertpace" DROP CONSTRAINT "alert_pace_of_one";
DROP INDEX IF EXISTS "alert_pace_of_target";
DROP INDEX IF EXISTS "alert_pace_of_user";
ALTER TABLE "detractors_alertchoice" DROP CONSTRAINT "alert_choice_daily_pair";
ALTER TABLE "detractors_alertchoice" DROP CONSTRAINT "alert_choice_quiet_pair";
ALTER TABLE "detractors_alertchoice" DROP CONSTRAINT "alert_choice_once";
DROP INDEX IF EXISTS "alert_daily_due";
ALTER TABLE "detractors_heldalert" DROP COLUMN "workspace_id" CASCADE;
ALTER TABLE "detractors_heldalert" DROP COLUMN "user_id" CASCADE;
ALTER TABLE "detractors_heldalert" DROP COLUMN "timer_id" CASCADE;
ALTER TABLE "detractors_heldalert" DROP COLUMN "target_id" CASCADE;
ALTER TABLE "detractors_heldalert" DROP COLUMN "case_id" CASCADE;
ALTER TABLE "detractors_alertruleschange" DROP COLUMN "workspace_id" CASCADE;
ALTER TABLE "detractors_alertruleschange" DROP COLUMN "pgh_obj_id" CASCADE;
ALTER TABLE "detractors_alertrules" DROP COLUMN "workspace_id" CASCADE;
ALTER TABLE "detractors_alertpace" DROP COLUMN "workspace_id" CASCADE;
ALTER TABLE "detractors_alertpace" DROP COLUMN "user_id" CASCADE;
ALTER TABLE "detractors_alertpace" DROP COLUMN "target_id" CASCADE;
ALTER TABLE "detractors_alertchoice" DROP COLUMN "workspace_id" CASCADE;
ALTER TABLE "detractors_alertchoice" DROP COLUMN "user_id" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP CONSTRAINT "escalation_step_wakes_executives";
ALTER TABLE "detractors_escalation" DROP CONSTRAINT "escalation_once_per_step";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_419ef ON "detractors_slapolicy";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_bd539 ON "detractors_slapolicy";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_f8dfa ON "detractors_slapolicy";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_1c600 ON "detractors_escalationstep";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_a463a ON "detractors_escalationstep";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8bd2f ON "detractors_escalationstep";
DROP INDEX IF EXISTS "escalation_to_act";
ALTER TABLE "detractors_escalationstepchange" ADD CONSTRAINT "detractors_escalationstepchange_after_minutes_ac1d99e5_check" CHECK ("after_minutes" >= 0);
ALTER TABLE "detractors_escalationstep" ADD CONSTRAINT "detractors_escalationstep_after_minutes_efde7ec4_check" CHECK ("after_minutes" >= 0);
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "looks_ahead" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "has_own_chain" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "looks_ahead" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "has_own_chain" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "target_id" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "raises_priority" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "place" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "person_id" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "hand_to" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "clock" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "by_mail" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "by_bell" CASCADE;
ALTER TABLE "detractors_escalationstepchange" DROP COLUMN "breaks_quiet" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "target_id" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "since" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "raises_priority" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "place" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "person_id" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "hand_to" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "clock" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "by_mail" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "by_bell" CASCADE;
ALTER TABLE "detractors_escalationstep" DROP COLUMN "breaks_quiet" CASCADE;
ALTER TABLE "detractors_escalation" DROP COLUMN "step" CASCADE;
ALTER TABLE "detractors_escalation" DROP COLUMN "act_at" CASCADE;
ALTER TABLE "detractors_escalationstep" ADD CONSTRAINT "escalation_step_once" UNIQUE ("policy_id", "kind", "level");
ALTER TABLE "detractors_escalation" ADD CONSTRAINT "escalation_once_per_level" UNIQUE ("timer_id", "level");

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_419ef()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "id", "is_default", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (NULL, OLD."audience_id", OLD."calendar_id", OLD."first_response_clock", OLD."first_response_minutes", OLD."id", OLD."is_default", OLD."name", OLD."next_response_clock", OLD."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."place", OLD."priority", OLD."resolution_clock", OLD."resolution_minutes", OLD."retired_at", OLD."touchpoint_id", OLD."warn_percent", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_419ef ON "detractors_slapolicy";
            CREATE  TRIGGER pgtrigger_remember_delete_419ef
                AFTER DELETE ON "detractors_slapolicy"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_419ef();

            COMMENT ON TRIGGER pgtrigger_remember_delete_419ef ON "detractors_slapolicy" IS 'a7839df203d2539972ca2241177bb3e4f08660fa';
        

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_bd539()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "id", "is_default", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'calendar_id', OLD."calendar_id", 'first_response_minutes', OLD."first_response_minutes", 'first_response_clock', OLD."first_response_clock", 'next_response_minutes', OLD."next_response_minutes", 'next_response_clock', OLD."next_response_clock", 'resolution_minutes', OLD."resolution_minutes", 'resolution_clock', OLD."resolution_clock", 'priority', OLD."priority", 'touchpoint_id', OLD."touchpoint_id", 'audience_id', OLD."audience_id", 'place', OLD."place", 'retired_at', OLD."retired_at", 'warn_percent', OLD."warn_percent", 'is_default', OLD."is_default")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'calendar_id', NEW."calendar_id", 'first_response_minutes', NEW."first_response_minutes", 'first_response_clock', NEW."first_response_clock", 'next_response_minutes', NEW."next_response_minutes", 'next_response_clock', NEW."next_response_clock", 'resolution_minutes', NEW."resolution_minutes", 'resolution_clock', NEW."resolution_clock", 'priority', NEW."priority", 'touchpoint_id', NEW."touchpoint_id", 'audience_id', NEW."audience_id", 'place', NEW."place", 'retired_at', NEW."retired_at", 'warn_percent', NEW."warn_percent", 'is_default', NEW."is_default") -> former.key), jsonb_build_object()), NEW."audience_id", NEW."calendar_id", NEW."first_response_clock", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", NEW."next_response_clock", NEW."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."place", NEW."priority", NEW."resolution_clock", NEW."resolution_minutes", NEW."retired_at", NEW."touchpoint_id", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_bd539 ON "detractors_slapolicy";
            CREATE  TRIGGER pgtrigger_remember_update_bd539
                AFTER UPDATE ON "detractors_slapolicy"
                
                
                FOR EACH ROW WHEN (OLD."audience_id" IS DISTINCT FROM (NEW."audience_id") OR OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."first_response_clock" IS DISTINCT FROM (NEW."first_response_clock") OR OLD."first_response_minutes" IS DISTINCT FROM (NEW."first_response_minutes") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."next_response_clock" IS DISTINCT FROM (NEW."next_response_clock") OR OLD."next_response_minutes" IS DISTINCT FROM (NEW."next_response_minutes") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."priority" IS DISTINCT FROM (NEW."priority") OR OLD."resolution_clock" IS DISTINCT FROM (NEW."resolution_clock") OR OLD."resolution_minutes" IS DISTINCT FROM (NEW."resolution_minutes") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."touchpoint_id" IS DISTINCT FROM (NEW."touchpoint_id") OR OLD."warn_percent" IS DISTINCT FROM (NEW."warn_percent"))
                EXECUTE PROCEDURE pgtrigger_remember_update_bd539();

            COMMENT ON TRIGGER pgtrigger_remember_update_bd539 ON "detractors_slapolicy" IS '7a2bf4340ea555b88240491619a70dcd7ae79d3b';
        

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_f8dfa()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "detractors_slapolicychange" ("was", "audience_id", "calendar_id", "first_response_clock", "first_response_minutes", "id", "is_default", "name", "next_response_clock", "next_response_minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "priority", "resolution_clock", "resolution_minutes", "retired_at", "touchpoint_id", "warn_percent", "workspace_id") VALUES (NULL, NEW."audience_id", NEW."calendar_id", NEW."first_response_clock", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", NEW."next_response_clock", NEW."next_response_minutes", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."place", NEW."priority", NEW."resolution_clock", NEW."resolution_minutes", NEW."retired_at", NEW."touchpoint_id", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_f8dfa ON "detractors_slapolicy";
            CREATE  TRIGGER pgtrigger_remember_insert_f8dfa
                AFTER INSERT ON "detractors_slapolicy"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_f8dfa();

            COMMENT ON TRIGGER pgtrigger_remember_insert_f8dfa ON "detractors_slapolicy" IS 'ce8c74bb1bbfe577c60d11ae8f1d6395d7ec3fd5';
        

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_1c600()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "id", "kind", "level", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "workspace_id") VALUES (NULL, OLD."after_minutes", OLD."id", OLD."kind", OLD."level", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."policy_id", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_1c600 ON "detractors_escalationstep";
            CREATE  TRIGGER pgtrigger_remember_delete_1c600
                AFTER DELETE ON "detractors_escalationstep"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_1c600();

            COMMENT ON TRIGGER pgtrigger_remember_delete_1c600 ON "detractors_escalationstep" IS '1a6a7266ae81260a8cba753324042a0921e30b8f';
        

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_a463a()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "id", "kind", "level", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('policy_id', OLD."policy_id", 'kind', OLD."kind", 'level', OLD."level", 'after_minutes', OLD."after_minutes")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('policy_id', NEW."policy_id", 'kind', NEW."kind", 'level', NEW."level", 'after_minutes', NEW."after_minutes") -> former.key), jsonb_build_object()), NEW."after_minutes", NEW."id", NEW."kind", NEW."level", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."policy_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_a463a ON "detractors_escalationstep";
            CREATE  TRIGGER pgtrigger_remember_update_a463a
                AFTER UPDATE ON "detractors_escalationstep"
                
                
                FOR EACH ROW WHEN (OLD."after_minutes" IS DISTINCT FROM (NEW."after_minutes") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id"))
                EXECUTE PROCEDURE pgtrigger_remember_update_a463a();

            COMMENT ON TRIGGER pgtrigger_remember_update_a463a ON "detractors_escalationstep" IS 'bca7b984e366a3ef92ba1b1ff5ec734048f407ed';
        

            CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$ LANGUAGE plpgsql;

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_8bd2f()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "detractors_escalationstepchange" ("was", "after_minutes", "id", "kind", "level", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "workspace_id") VALUES (NULL, NEW."after_minutes", NEW."id", NEW."kind", NEW."level", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."policy_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8bd2f ON "detractors_escalationstep";
            CREATE  TRIGGER pgtrigger_remember_insert_8bd2f
                AFTER INSERT ON "detractors_escalationstep"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_8bd2f();

            COMMENT ON TRIGGER pgtrigger_remember_insert_8bd2f ON "detractors_escalationstep" IS '44417e5a765ac1d9d19d869fe8e6df0740ae757b';
        
DROP TABLE "detractors_heldalert" CASCADE;
DROP TABLE "detractors_alertruleschange" CASCADE;
DROP TABLE "detractors_alertrules" CASCADE;
DROP TABLE "detractors_alertpace" CASCADE;
DROP TABLE "detractors_alertchoice" CASCADE;
