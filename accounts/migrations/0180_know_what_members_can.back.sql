DROP TRIGGER IF EXISTS pgtrigger_remember_delete_c0cec ON "accounts_membership";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_64780 ON "accounts_membership";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_78d47 ON "accounts_membership";
ALTER TABLE "accounts_membershipchange" DROP COLUMN "skills" CASCADE;
ALTER TABLE "accounts_membershipchange" DROP COLUMN "languages" CASCADE;
ALTER TABLE "accounts_membership" DROP COLUMN "skills" CASCADE;
ALTER TABLE "accounts_membership" DROP COLUMN "languages" CASCADE;

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_c0cec()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (NULL, OLD."away_from", OLD."away_until", OLD."deactivated_at", OLD."id", OLD."only_attribute", OLD."only_own_teams", OLD."only_touchpoints", OLD."only_values", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."role", OLD."takes_cases", OLD."team_id", OLD."user_id", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_c0cec ON "accounts_membership";
            CREATE  TRIGGER pgtrigger_remember_delete_c0cec
                AFTER DELETE ON "accounts_membership"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_c0cec();

            COMMENT ON TRIGGER pgtrigger_remember_delete_c0cec ON "accounts_membership" IS 'd6a9392e132f6a47079169e766852ff556ccaefc';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_64780()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('user_id', OLD."user_id", 'role', OLD."role", 'team_id', OLD."team_id", 'takes_cases', OLD."takes_cases", 'away_from', OLD."away_from", 'away_until', OLD."away_until", 'only_own_teams', OLD."only_own_teams", 'only_touchpoints', OLD."only_touchpoints", 'only_attribute', OLD."only_attribute", 'only_values', OLD."only_values", 'deactivated_at', OLD."deactivated_at")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('user_id', NEW."user_id", 'role', NEW."role", 'team_id', NEW."team_id", 'takes_cases', NEW."takes_cases", 'away_from', NEW."away_from", 'away_until', NEW."away_until", 'only_own_teams', NEW."only_own_teams", 'only_touchpoints', NEW."only_touchpoints", 'only_attribute', NEW."only_attribute", 'only_values', NEW."only_values", 'deactivated_at', NEW."deactivated_at") -> former.key), jsonb_build_object()), NEW."away_from", NEW."away_until", NEW."deactivated_at", NEW."id", NEW."only_attribute", NEW."only_own_teams", NEW."only_touchpoints", NEW."only_values", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."role", NEW."takes_cases", NEW."team_id", NEW."user_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_64780 ON "accounts_membership";
            CREATE  TRIGGER pgtrigger_remember_update_64780
                AFTER UPDATE ON "accounts_membership"
                
                
                FOR EACH ROW WHEN (OLD."away_from" IS DISTINCT FROM (NEW."away_from") OR OLD."away_until" IS DISTINCT FROM (NEW."away_until") OR OLD."deactivated_at" IS DISTINCT FROM (NEW."deactivated_at") OR OLD."only_attribute" IS DISTINCT FROM (NEW."only_attribute") OR OLD."only_own_teams" IS DISTINCT FROM (NEW."only_own_teams") OR OLD."only_touchpoints" IS DISTINCT FROM (NEW."only_touchpoints") OR OLD."only_values" IS DISTINCT FROM (NEW."only_values") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."takes_cases" IS DISTINCT FROM (NEW."takes_cases") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))
                EXECUTE PROCEDURE pgtrigger_remember_update_64780();

            COMMENT ON TRIGGER pgtrigger_remember_update_64780 ON "accounts_membership" IS '0baef0e84abe855851466969d3bb1fdff75dbdc4';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_78d47()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_membershipchange" ("was", "away_from", "away_until", "deactivated_at", "id", "only_attribute", "only_own_teams", "only_touchpoints", "only_values", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "takes_cases", "team_id", "user_id", "workspace_id") VALUES (NULL, NEW."away_from", NEW."away_until", NEW."deactivated_at", NEW."id", NEW."only_attribute", NEW."only_own_teams", NEW."only_touchpoints", NEW."only_values", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."role", NEW."takes_cases", NEW."team_id", NEW."user_id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_78d47 ON "accounts_membership";
            CREATE  TRIGGER pgtrigger_remember_insert_78d47
                AFTER INSERT ON "accounts_membership"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_78d47();

            COMMENT ON TRIGGER pgtrigger_remember_insert_78d47 ON "accounts_membership" IS '5136f4632e64cfd4197676b51acd9849b8482436';
        
