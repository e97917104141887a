ALTER TABLE "surveys_inboundtext" DROP CONSTRAINT "inbound_text_public_id_once";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_61e86 ON "surveys_smsgateway";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_a41cc ON "surveys_smsgateway";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8d77b ON "surveys_smsgateway";
DROP INDEX IF EXISTS "inbound_text_tray";
ALTER TABLE "surveys_smsgatewaychange" DROP COLUMN "per_number" CASCADE;
ALTER TABLE "surveys_smsgatewaychange" DROP COLUMN "per_country" CASCADE;
ALTER TABLE "surveys_smsgatewaychange" DROP COLUMN "countries" CASCADE;
ALTER TABLE "surveys_smsgateway" DROP COLUMN "per_number" CASCADE;
ALTER TABLE "surveys_smsgateway" DROP COLUMN "per_country" CASCADE;
ALTER TABLE "surveys_smsgateway" DROP COLUMN "countries" CASCADE;
ALTER TABLE "surveys_inboundtext" DROP COLUMN "sorted_by_id" CASCADE;
ALTER TABLE "surveys_inboundtext" DROP COLUMN "sorted_at" CASCADE;
ALTER TABLE "surveys_inboundtext" DROP COLUMN "public_id" CASCADE;
ALTER TABLE "surveys_smsgatewaychange" ADD COLUMN "updated_at" timestamp with time zone NOT NULL;

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_61e86()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_smsgatewaychange" ("was", "id", "is_active", "number", "per_day", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "updated_at", "workspace_id") VALUES (NULL, OLD."id", OLD."is_active", OLD."number", OLD."per_day", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."provider", OLD."updated_at", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_61e86 ON "surveys_smsgateway";
            CREATE  TRIGGER pgtrigger_remember_delete_61e86
                AFTER DELETE ON "surveys_smsgateway"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_61e86();

            COMMENT ON TRIGGER pgtrigger_remember_delete_61e86 ON "surveys_smsgateway" IS '35ba5a7458a37d7546bf56a9ea71eed7ef8ab390';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_a41cc()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_smsgatewaychange" ("was", "id", "is_active", "number", "per_day", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "updated_at", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('provider', OLD."provider", 'number', OLD."number", 'per_day', OLD."per_day", 'is_active', OLD."is_active", 'updated_at', OLD."updated_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('provider', NEW."provider", 'number', NEW."number", 'per_day', NEW."per_day", 'is_active', NEW."is_active", 'updated_at', NEW."updated_at") -> former.key), jsonb_build_object()), NEW."id", NEW."is_active", NEW."number", NEW."per_day", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."provider", NEW."updated_at", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_a41cc ON "surveys_smsgateway";
            CREATE  TRIGGER pgtrigger_remember_update_a41cc
                AFTER UPDATE ON "surveys_smsgateway"
                
                
                FOR EACH ROW WHEN (OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."per_day" IS DISTINCT FROM (NEW."per_day") OR OLD."provider" IS DISTINCT FROM (NEW."provider") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at"))
                EXECUTE PROCEDURE pgtrigger_remember_update_a41cc();

            COMMENT ON TRIGGER pgtrigger_remember_update_a41cc ON "surveys_smsgateway" IS '6a2ccab289a82bc77fd46db8aae60af9cb9694dd';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_8d77b()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "surveys_smsgatewaychange" ("was", "id", "is_active", "number", "per_day", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "updated_at", "workspace_id") VALUES (NULL, NEW."id", NEW."is_active", NEW."number", NEW."per_day", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."provider", NEW."updated_at", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8d77b ON "surveys_smsgateway";
            CREATE  TRIGGER pgtrigger_remember_insert_8d77b
                AFTER INSERT ON "surveys_smsgateway"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_8d77b();

            COMMENT ON TRIGGER pgtrigger_remember_insert_8d77b ON "surveys_smsgateway" IS 'd28669cceb5a27907f6ce9ecaac693c9a794124a';
        
