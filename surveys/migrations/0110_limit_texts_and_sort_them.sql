DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8d77b ON "surveys_smsgateway";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_a41cc ON "surveys_smsgateway";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_61e86 ON "surveys_smsgateway";
ALTER TABLE "surveys_smsgatewaychange" DROP COLUMN "updated_at" CASCADE;
ALTER TABLE "surveys_inboundtext" ADD COLUMN "public_id" varchar(22) DEFAULT 'yMMz-tl7qm3IxWNpGbEydQ' NOT NULL;
ALTER TABLE "surveys_inboundtext" ALTER COLUMN "public_id" DROP DEFAULT;
ALTER TABLE "surveys_inboundtext" ADD COLUMN "sorted_at" timestamp with time zone NULL;
ALTER TABLE "surveys_inboundtext" ADD COLUMN "sorted_by_id" bigint NULL CONSTRAINT "surveys_inboundtext_sorted_by_id_03d3e028_fk_accounts_user_id" REFERENCES "accounts_user"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "surveys_inboundtext_sorted_by_id_03d3e028_fk_accounts_user_id" IMMEDIATE;
ALTER TABLE "surveys_smsgateway" ADD COLUMN "countries" varchar(300) DEFAULT '' NOT NULL;
ALTER TABLE "surveys_smsgateway" ADD COLUMN "per_country" integer NULL CHECK ("per_country" >= 0);
ALTER TABLE "surveys_smsgateway" ADD COLUMN "per_number" smallint DEFAULT 3 NOT NULL CHECK ("per_number" >= 0);
ALTER TABLE "surveys_smsgatewaychange" ADD COLUMN "countries" varchar(300) DEFAULT '' NOT NULL;
ALTER TABLE "surveys_smsgatewaychange" ADD COLUMN "per_country" integer NULL CHECK ("per_country" >= 0);
ALTER TABLE "surveys_smsgatewaychange" ADD COLUMN "per_number" smallint DEFAULT 3 NOT NULL CHECK ("per_number" >= 0);
CREATE INDEX "inbound_text_tray" ON "surveys_inboundtext" ("workspace_id", "id" DESC) WHERE "outcome" = 'UNPLACED';

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
                    INSERT INTO "surveys_smsgatewaychange" ("was", "countries", "id", "is_active", "number", "per_country", "per_day", "per_number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "workspace_id") VALUES (NULL, NEW."countries", NEW."id", NEW."is_active", NEW."number", NEW."per_country", NEW."per_day", NEW."per_number", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."provider", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_8d77b ON "surveys_smsgateway";
            CREATE  TRIGGER pgtrigger_remember_insert_8d77b
                AFTER INSERT ON "surveys_smsgateway"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_8d77b();

            COMMENT ON TRIGGER pgtrigger_remember_insert_8d77b ON "surveys_smsgateway" IS '6fbb9362932ccc2f2510ec1c3de6e098f880a23e';
        

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
                    INSERT INTO "surveys_smsgatewaychange" ("was", "countries", "id", "is_active", "number", "per_country", "per_day", "per_number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('provider', OLD."provider", 'number', OLD."number", 'per_day', OLD."per_day", 'per_country', OLD."per_country", 'per_number', OLD."per_number", 'countries', OLD."countries", 'is_active', OLD."is_active")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('provider', NEW."provider", 'number', NEW."number", 'per_day', NEW."per_day", 'per_country', NEW."per_country", 'per_number', NEW."per_number", 'countries', NEW."countries", 'is_active', NEW."is_active") -> former.key), jsonb_build_object()) || CASE WHEN OLD."address" IS DISTINCT FROM NEW."address" THEN jsonb_build_object('address', NULL) ELSE jsonb_build_object() END || CASE WHEN OLD."secret" IS DISTINCT FROM NEW."secret" THEN jsonb_build_object('secret', NULL) ELSE jsonb_build_object() END, NEW."countries", NEW."id", NEW."is_active", NEW."number", NEW."per_country", NEW."per_day", NEW."per_number", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."provider", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_a41cc ON "surveys_smsgateway";
            CREATE  TRIGGER pgtrigger_remember_update_a41cc
                AFTER UPDATE ON "surveys_smsgateway"
                
                
                FOR EACH ROW WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."countries" IS DISTINCT FROM (NEW."countries") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."per_country" IS DISTINCT FROM (NEW."per_country") OR OLD."per_day" IS DISTINCT FROM (NEW."per_day") OR OLD."per_number" IS DISTINCT FROM (NEW."per_number") OR OLD."provider" IS DISTINCT FROM (NEW."provider") OR OLD."secret" IS DISTINCT FROM (NEW."secret"))
                EXECUTE PROCEDURE pgtrigger_remember_update_a41cc();

            COMMENT ON TRIGGER pgtrigger_remember_update_a41cc ON "surveys_smsgateway" IS '8388334100985869517eb9767b81cc78ab4234ca';
        

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
                    INSERT INTO "surveys_smsgatewaychange" ("was", "countries", "id", "is_active", "number", "per_country", "per_day", "per_number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "workspace_id") VALUES (NULL, OLD."countries", OLD."id", OLD."is_active", OLD."number", OLD."per_country", OLD."per_day", OLD."per_number", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."provider", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_61e86 ON "surveys_smsgateway";
            CREATE  TRIGGER pgtrigger_remember_delete_61e86
                AFTER DELETE ON "surveys_smsgateway"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_61e86();

            COMMENT ON TRIGGER pgtrigger_remember_delete_61e86 ON "surveys_smsgateway" IS 'f86989bb6581314700f46f538814c3a800a1096c';
        
ALTER TABLE "surveys_inboundtext" ADD CONSTRAINT "inbound_text_public_id_once" UNIQUE ("public_id");
