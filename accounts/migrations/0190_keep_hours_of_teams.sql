DROP TRIGGER IF EXISTS pgtrigger_remember_insert_6e6a9 ON "accounts_businesscalendar";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_42bc2 ON "accounts_businesscalendar";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_d262f ON "accounts_businesscalendar";
DROP TRIGGER IF EXISTS pgtrigger_remember_insert_01774 ON "accounts_holiday";
DROP TRIGGER IF EXISTS pgtrigger_remember_update_411ee ON "accounts_holiday";
DROP TRIGGER IF EXISTS pgtrigger_remember_delete_59723 ON "accounts_holiday";
ALTER TABLE "accounts_businesscalendar" ADD COLUMN "changed_at" timestamp with time zone NULL;
ALTER TABLE "accounts_businesscalendar" ADD COLUMN "holiday_place" varchar(16) DEFAULT '' NOT NULL;
ALTER TABLE "accounts_businesscalendar" ADD COLUMN "holidays_until" smallint NULL CHECK ("holidays_until" >= 0);
ALTER TABLE "accounts_businesscalendarchange" ADD COLUMN "holiday_place" varchar(16) DEFAULT '' NOT NULL;
ALTER TABLE "accounts_holiday" ADD COLUMN "is_worked" boolean DEFAULT false NOT NULL;
ALTER TABLE "accounts_holidaychange" ADD COLUMN "is_worked" boolean DEFAULT false NOT NULL;

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
                    INSERT INTO "accounts_businesscalendarchange" ("was", "holiday_place", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, NEW."holiday_place", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_6e6a9 ON "accounts_businesscalendar";
            CREATE  TRIGGER pgtrigger_remember_insert_6e6a9
                AFTER INSERT ON "accounts_businesscalendar"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_6e6a9();

            COMMENT ON TRIGGER pgtrigger_remember_insert_6e6a9 ON "accounts_businesscalendar" IS 'd565d5e991cfea54a830555b4c792ed698624366';
        

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
                    INSERT INTO "accounts_businesscalendarchange" ("was", "holiday_place", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('name', OLD."name", 'time_zone', OLD."time_zone", 'week', OLD."week", 'is_default', OLD."is_default", 'holiday_place', OLD."holiday_place")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('name', NEW."name", 'time_zone', NEW."time_zone", 'week', NEW."week", 'is_default', NEW."is_default", 'holiday_place', NEW."holiday_place") -> former.key), jsonb_build_object()), NEW."holiday_place", NEW."id", NEW."is_default", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."time_zone", NEW."week", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_42bc2 ON "accounts_businesscalendar";
            CREATE  TRIGGER pgtrigger_remember_update_42bc2
                AFTER UPDATE ON "accounts_businesscalendar"
                
                
                FOR EACH ROW WHEN (OLD."holiday_place" IS DISTINCT FROM (NEW."holiday_place") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone") OR OLD."week" IS DISTINCT FROM (NEW."week"))
                EXECUTE PROCEDURE pgtrigger_remember_update_42bc2();

            COMMENT ON TRIGGER pgtrigger_remember_update_42bc2 ON "accounts_businesscalendar" IS 'cc9dc209ac16c9ddccd5758a58b3f729377ba501';
        

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
                    INSERT INTO "accounts_businesscalendarchange" ("was", "holiday_place", "id", "is_default", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "time_zone", "week", "workspace_id") VALUES (NULL, OLD."holiday_place", OLD."id", OLD."is_default", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."time_zone", OLD."week", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_d262f ON "accounts_businesscalendar";
            CREATE  TRIGGER pgtrigger_remember_delete_d262f
                AFTER DELETE ON "accounts_businesscalendar"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_d262f();

            COMMENT ON TRIGGER pgtrigger_remember_delete_d262f ON "accounts_businesscalendar" IS '3eb451907b6300c1b8f023516371535d1ab364a5';
        

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
                    INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "is_worked", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."is_worked", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'insert', NEW."id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_insert_01774 ON "accounts_holiday";
            CREATE  TRIGGER pgtrigger_remember_insert_01774
                AFTER INSERT ON "accounts_holiday"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_insert_01774();

            COMMENT ON TRIGGER pgtrigger_remember_insert_01774 ON "accounts_holiday" IS 'a470e9fe6a681d27536000915a76fb4dc9bb583d';
        

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
                    INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "is_worked", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (COALESCE((SELECT jsonb_object_agg(former.key, former.value) FROM jsonb_each(jsonb_build_object('calendar_id', OLD."calendar_id", 'holiday_on', OLD."holiday_on", 'name', OLD."name", 'is_worked', OLD."is_worked")) AS former WHERE former.value IS DISTINCT FROM jsonb_build_object('calendar_id', NEW."calendar_id", 'holiday_on', NEW."holiday_on", 'name', NEW."name", 'is_worked', NEW."is_worked") -> former.key), jsonb_build_object()), NEW."calendar_id", NEW."holiday_on", NEW."id", NEW."is_worked", NEW."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'update', NEW."id", NEW."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_update_411ee ON "accounts_holiday";
            CREATE  TRIGGER pgtrigger_remember_update_411ee
                AFTER UPDATE ON "accounts_holiday"
                
                
                FOR EACH ROW WHEN (OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."holiday_on" IS DISTINCT FROM (NEW."holiday_on") OR OLD."is_worked" IS DISTINCT FROM (NEW."is_worked") OR OLD."name" IS DISTINCT FROM (NEW."name"))
                EXECUTE PROCEDURE pgtrigger_remember_update_411ee();

            COMMENT ON TRIGGER pgtrigger_remember_update_411ee ON "accounts_holiday" IS 'f1bc47e2cbd5ecfa068d6c24a625e707932cbcb0';
        

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
                    INSERT INTO "accounts_holidaychange" ("was", "calendar_id", "holiday_on", "id", "is_worked", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NULL, OLD."calendar_id", OLD."holiday_on", OLD."id", OLD."is_worked", OLD."name", COALESCE(NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), ''), NULL)::JSONB, CLOCK_TIMESTAMP(), 'delete', OLD."id", OLD."workspace_id"); RETURN NULL;
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS pgtrigger_remember_delete_59723 ON "accounts_holiday";
            CREATE  TRIGGER pgtrigger_remember_delete_59723
                AFTER DELETE ON "accounts_holiday"
                
                
                FOR EACH ROW 
                EXECUTE PROCEDURE pgtrigger_remember_delete_59723();

            COMMENT ON TRIGGER pgtrigger_remember_delete_59723 ON "accounts_holiday" IS '5aeba3e11ea24ae500805f9f4482b6a2562e8fa2';
        
