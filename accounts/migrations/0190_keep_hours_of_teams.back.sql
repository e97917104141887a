DROP TRIGGER IF EXISTS pgtrigger_remember_delete_59723 ON "accounts_holiday";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_411ee ON "accounts_holiday";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_01774 ON "accounts_holiday";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_d262f ON "accounts_businesscalendar";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_42bc2 ON "accounts_businesscalendar";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_6e6a9 ON "accounts_businesscalendar";
ALTER TABLE "accounts_holidaychange" DROP COLUMN "is_worked" CASCADE;
ALTER TABLE "accounts_holiday" DROP COLUMN "is_worked" CASCADE;
ALTER TABLE "accounts_businesscalendarchange" DROP COLUMN "holiday_place" CASCADE;
ALTER TABLE "accounts_businesscalendar" DROP COLUMN "holidays_until" CASCADE;
ALTER TABLE "accounts_businesscalendar" DROP COLUMN "holiday_place" CASCADE;
ALTER TABLE "accounts_businesscalendar" DROP COLUMN "changed_at" CASCADE;

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_59723()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."holiday_on", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_59723 ON "accounts_holiday";
            CREATE  TRIGGER pgtrigger_remember_delete_59723
                AFTER DELETE ON "accounts_holiday"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_59723();

            COMMENT ON TRIGGER pgtrigger_remember_delete_59723 ON "accounts_holiday" IS '4c15d6beb0d7911b8dc9b1e2b6a5cd07a0c0db6e';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_411ee()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('calendar_id', OLD."calendar_id", 'holiday_on', OLD."holiday_on", 'name', OLD."name")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('calendar_id', NEW."calendar_id", 'holiday_on', NEW."holiday_on", 'name', NEW."name") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_411ee ON "accounts_holiday";
            CREATE  TRIGGER pgtrigger_remember_update_411ee
                AFTER UPDATE ON "accounts_holiday"
                
                
                FOR EACH ROW WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."holiday_on" IS DISTINCT FROM (NEW."holiday_on") OR OLD."name" IS DISTINCT FROM (NEW."name"))
                EXECUTE PROCEDURE pgtrigger_remember_update_411ee();

            COMMENT ON TRIGGER pgtrigger_remember_update_411ee ON "accounts_holiday" IS '3e57c9375c45442a180e9e428a7f0d47cd424f50';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_01774()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_01774 ON "accounts_holiday";
            CREATE  TRIGGER pgtrigger_remember_insert_01774
                AFTER INSERT ON "accounts_holiday"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_01774();

            COMMENT ON TRIGGER pgtrigger_remember_insert_01774 ON "accounts_holiday" IS '2c313d9fd0993cc63891d03b9ffe8c0efbec3521';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_delete_d262f()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_businesscalendarchange" ("was", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, OLD."id", OLD."is_default", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."time_zone", OLD."week", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_d262f ON "accounts_businesscalendar";
            CREATE  TRIGGER pgtrigger_remember_delete_d262f
                AFTER DELETE ON "accounts_businesscalendar"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_d262f();

            COMMENT ON TRIGGER pgtrigger_remember_delete_d262f ON "accounts_businesscalendar" IS 'd2238b526c284eed8799c2534f6a99a09ea0a020';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_update_42bc2()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_businesscalendarchange" ("was", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'time_zone', OLD."time_zone", 'week', OLD."week", 'is_default', OLD."is_default")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'time_zone', NEW."time_zone", 'week', NEW."week", 'is_default', NEW."is_default") -> former.key), jsonb_build_object()), NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_42bc2 ON "accounts_businesscalendar";
            CREATE  TRIGGER pgtrigger_remember_update_42bc2
                AFTER UPDATE ON "accounts_businesscalendar"
                
                
                FOR EACH ROW WHEN (OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."week" IS DISTINCT FROM (NEW."week"))
                EXECUTE PROCEDURE pgtrigger_remember_update_42bc2();

            COMMENT ON TRIGGER pgtrigger_remember_update_42bc2 ON "accounts_businesscalendar" IS '22ce948987daab5d9916d3b18a270d02793170d4';
        

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

            CREATE OR REPLACE FUNCTION pgtrigger_remember_insert_6e6a9()
            RETURNS TRIGGER AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    INSERT INTO "accounts_businesscalendarchange" ("was", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_6e6a9 ON "accounts_businesscalendar";
            CREATE  TRIGGER pgtrigger_remember_insert_6e6a9
                AFTER INSERT ON "accounts_businesscalendar"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_6e6a9();

            COMMENT ON TRIGGER pgtrigger_remember_insert_6e6a9 ON "accounts_businesscalendar" IS '783cc0541fa31bd9320912e5548c50e5b4a58904';
        
