"""Made beside running work. With many words counted, a word few cases have is looked up instead of walking all cases."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Reading a sample of long texts may take longer than a page's statement is given; each statement commits by itself.
COUNT = [
    "SET statement_timeout = 0",
    "ALTER INDEX case_search_words ALTER COLUMN 1 SET STATISTICS 1000",
    "ANALYZE detractors_case",
    "RESET statement_timeout",
]
USUAL = "ALTER INDEX case_search_words ALTER COLUMN 1 SET STATISTICS -1"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("detractors", "0361_keep_the_channel_of_cases")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("category__in", ["OPEN", "WAITING"])),
                fields=["workspace", "channel", "rank_at", "number"],
                name="case_queue_of_channel",
            ),
        ),
        migrations.RunSQL(COUNT, USUAL),
    ]
