"""An index over the values of all attributes, for members who see only the contacts with some."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

WORDS = """
CREATE FUNCTION surveys_attribute_words(attributes jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(key || '=' || lower(value)) FROM jsonb_each_text(attributes)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0007_tie_widget_keys_to_their_workspace")]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION surveys_attribute_words(jsonb)"),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.Func(
                        "attributes",
                        function="surveys_attribute_words",
                        output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
                    ),
                    name="array_ops",
                ),
                name="contact_attribute_words",
            ),
        ),
    ]
