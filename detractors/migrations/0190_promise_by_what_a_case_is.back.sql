DROP INDEX IF EXISTS "recount_one_at_a_time";
DROP INDEX IF EXISTS "recount_due";
ALTER TABLE "detractors_recount" DROP COLUMN "workspace_id" CASCADE;
ALTER TABLE "detractors_recount" DROP COLUMN "by_id" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP CONSTRAINT "policy_default_for_all";
ALTER TABLE "detractors_slapolicy" DROP CONSTRAINT "policy_for_one_thing";
ALTER TABLE "detractors_slapolicy" DROP CONSTRAINT "policy_next_positive";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_419ef ON "detractors_slapolicy";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_bd539 ON "detractors_slapolicy";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_f8dfa ON "detractors_slapolicy";
ALTER TABLE "detractors_slatimer" DROP COLUMN "clock" CASCADE;
ALTER TABLE "detractors_slatimer" DROP COLUMN "calendar_id" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "touchpoint_id" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "retired_at" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "resolution_clock" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "priority" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "place" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "next_response_minutes" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "next_response_clock" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "first_response_clock" CASCADE;
ALTER TABLE "detractors_slapolicychange" DROP COLUMN "audience_id" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "touchpoint_id" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "retired_at" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "resolution_clock" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "priority" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "place" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "next_response_minutes" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "next_response_clock" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "first_response_clock" CASCADE;
ALTER TABLE "detractors_slapolicy" DROP COLUMN "audience_id" CASCADE;
ALTER TABLE "detractors_case" DROP COLUMN "customer_wrote_at" CASCADE;

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
                    INSERT INTO "detractors_slapolicychange" ("was", "calendar_id", "first_response_minutes", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution_minutes", "warn_percent", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."first_response_minutes", OLD."id", OLD."is_default", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."resolution_minutes", OLD."warn_percent", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_419ef ON "detractors_slapolicy";
            CREATE  TRIGGER pgtrigger_remember_delete_419ef
                AFTER DELETE ON "detractors_slapolicy"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_419ef();

            COMMENT ON TRIGGER pgtrigger_remember_delete_419ef ON "detractors_slapolicy" IS '2b27993d7150536897d64580b528b01b098301f3';
        

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
                    INSERT INTO "detractors_slapolicychange" ("was", "calendar_id", "first_response_minutes", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution_minutes", "warn_percent", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'calendar_id', OLD."calendar_id", 'first_response_minutes', OLD."first_response_minutes", 'resolution_minutes', OLD."resolution_minutes", 'warn_percent', OLD."warn_percent", 'is_default', OLD."is_default")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'calendar_id', NEW."calendar_id", 'first_response_minutes', NEW."first_response_minutes", 'resolution_minutes', NEW."resolution_minutes", 'warn_percent', NEW."warn_percent", 'is_default', NEW."is_default") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."resolution_minutes", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_bd539 ON "detractors_slapolicy";
            CREATE  TRIGGER pgtrigger_remember_update_bd539
                AFTER UPDATE ON "detractors_slapolicy"
                
                
                FOR EACH ROW WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."first_response_minutes" IS DISTINCT FROM (NEW."first_response_minutes") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."resolution_minutes" IS DISTINCT FROM (NEW."resolution_minutes") OR OLD."warn_percent" IS DISTINCT FROM (NEW."warn_percent"))
                EXECUTE PROCEDURE pgtrigger_remember_update_bd539();

            COMMENT ON TRIGGER pgtrigger_remember_update_bd539 ON "detractors_slapolicy" IS 'bc053bc99add32494e186f6b509b3e77ac2523be';
        

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
                    INSERT INTO "detractors_slapolicychange" ("was", "calendar_id", "first_response_minutes", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution_minutes", "warn_percent", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."first_response_minutes", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."resolution_minutes", NEW."warn_percent", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_f8dfa ON "detractors_slapolicy";
            CREATE  TRIGGER pgtrigger_remember_insert_f8dfa
                AFTER INSERT ON "detractors_slapolicy"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_f8dfa();

            COMMENT ON TRIGGER pgtrigger_remember_insert_f8dfa ON "detractors_slapolicy" IS 'f0f0f7e4553a7c8cfc652a898fde213a178d5ec8';
        
DROP TABLE "detractors_recount" CASCADE;
