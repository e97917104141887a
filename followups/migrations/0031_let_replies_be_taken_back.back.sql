ALTER TABLE "followups_pendingreply" DROP CONSTRAINT "pending_reply_one_end";
DROP INDEX IF EXISTS "pending_reply_once_per_submission";
DROP INDEX IF EXISTS "pending_reply_of_case";
DROP INDEX IF EXISTS "pending_reply_due";
ALTER TABLE "followups_pendingreply" DROP COLUMN "workspace_id" CASCADE;
ALTER TABLE "followups_pendingreply" DROP COLUMN "mail_id" CASCADE;
ALTER TABLE "followups_pendingreply" DROP COLUMN "case_id" CASCADE;
ALTER TABLE "followups_pendingreply" DROP COLUMN "by_id" CASCADE;
ALTER TABLE "followups_replytemplate" DROP CONSTRAINT "reply_template_one_list";
ALTER TABLE "followups_replytemplate" DROP CONSTRAINT "reply_template_name_once";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_6fb5c ON "followups_replytemplate";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_a4088 ON "followups_replytemplate";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_4e0b6 ON "followups_replytemplate";
ALTER TABLE "followups_replytemplatechange" DROP COLUMN "then_move" CASCADE;
ALTER TABLE "followups_replytemplatechange" DROP COLUMN "then" CASCADE;
ALTER TABLE "followups_replytemplatechange" DROP COLUMN "team_id" CASCADE;
ALTER TABLE "followups_replytemplatechange" DROP COLUMN "shortcut" CASCADE;
ALTER TABLE "followups_replytemplatechange" DROP COLUMN "owner_id" CASCADE;
ALTER TABLE "followups_replytemplate" DROP COLUMN "then_move" CASCADE;
ALTER TABLE "followups_replytemplate" DROP COLUMN "then" CASCADE;
ALTER TABLE "followups_replytemplate" DROP COLUMN "team_id" CASCADE;
ALTER TABLE "followups_replytemplate" DROP COLUMN "shortcut" CASCADE;
ALTER TABLE "followups_replytemplate" DROP COLUMN "owner_id" CASCADE;
ALTER TABLE "followups_replytemplate" ADD CONSTRAINT "reply_template_name_once" UNIQUE ("workspace_id", "name");

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_6fb5c()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "followups_replytemplatechange" ("was", "body", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (NULL, OLD."body", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."subject", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_6fb5c ON "followups_replytemplate";
            CREATE  TRIGGER pgtrigger_remember_delete_6fb5c
                AFTER DELETE ON "followups_replytemplate"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_6fb5c();

            COMMENT ON TRIGGER pgtrigger_remember_delete_6fb5c ON "followups_replytemplate" IS '6e73ddf6fef543e3170dc65d0e8e114464670ae8';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_a4088()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "followups_replytemplatechange" ("was", "body", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'subject', OLD."subject", 'body', OLD."body")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'subject', NEW."subject", 'body', NEW."body") -> former.key), jsonb_build_object()), NEW."body", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."subject", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_a4088 ON "followups_replytemplate";
            CREATE  TRIGGER pgtrigger_remember_update_a4088
                AFTER UPDATE ON "followups_replytemplate"
                
                
                FOR EACH ROW WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."subject" IS DISTINCT FROM (NEW."subject"))
                EXECUTE PROCEDURE pgtrigger_remember_update_a4088();

            COMMENT ON TRIGGER pgtrigger_remember_update_a4088 ON "followups_replytemplate" IS 'b174e71b4a85a890e8ac24c7568eb7d0a34656e3';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_4e0b6()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "followups_replytemplatechange" ("was", "body", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "subject", "workspace_id") VALUES (NULL, NEW."body", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."subject", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_4e0b6 ON "followups_replytemplate";
            CREATE  TRIGGER pgtrigger_remember_insert_4e0b6
                AFTER INSERT ON "followups_replytemplate"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_4e0b6();

            COMMENT ON TRIGGER pgtrigger_remember_insert_4e0b6 ON "followups_replytemplate" IS 'a50d51bd899c6d650a35dc462750e92f064ad7ec';
        
DROP TABLE "followups_pendingreply" CASCADE;
