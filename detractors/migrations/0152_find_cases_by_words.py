"""Full text: words in no language and, where the extension is there, without their accents.

The functions are marked immutable, as an index needs them: the dictionaries they name do not change while a server runs.
Where `unaccent` cannot be made (a server without PostgreSQL's contrib modules) accents count, and a notice says so.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FUNCTIONS = """
DO $do$
BEGIN
    CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
    CREATE OR REPLACE FUNCTION public.detractors_plain(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, words) $$;
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'Searches will mind accents: the extension unaccent cannot be made here (%).', SQLERRM;
    CREATE OR REPLACE FUNCTION public.detractors_plain(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT words $$;
END
$do$;
CREATE OR REPLACE FUNCTION public.detractors_search_words(words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple'::regconfig, public.detractors_plain(words))
$$;
CREATE OR REPLACE FUNCTION public.detractors_search_for(typed text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT websearch_to_tsquery('pg_catalog.simple'::regconfig, public.detractors_plain(typed))
$$;
"""
BACK = """
DROP FUNCTION public.detractors_search_for(text);
DROP FUNCTION public.detractors_search_words(text);
DROP FUNCTION public.detractors_plain(text);
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("detractors", "0151_sort_the_queue_by_index")]

    operations = [
        migrations.RunSQL(FUNCTIONS, BACK),
        AddIndexConcurrently(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "search",
                    function="detractors_search_words",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="case_search_words",
            ),
        ),
    ]
