"""The channel of a case's first answer, on the case: filled in steps, so that nobody waits long."""

from typing import Any

from django.db import migrations, models

STEP = 2_000  # some seconds: every index of a case is written
FILL = """
UPDATE detractors_case AS found SET channel = answer.channel
FROM surveys_response AS answer
WHERE answer.id = found.response_id AND found.id > %s AND found.id <= %s AND found.channel = ''
"""


def fill(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT coalesce(max(id), 0) FROM detractors_case")
        [last] = cursor.fetchone()
        for begin in range(0, last, STEP):
            cursor.execute(FILL, [begin, begin + STEP])
        cursor.execute("RESET statement_timeout")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("detractors", "0300_find_cases_unmapped_and_public")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="channel",
            field=models.CharField(blank=True, db_default="", default="", max_length=7),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
