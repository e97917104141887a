"""An index over the answers that came through a survey's links, for the figures beside each of them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # CREATE INDEX CONCURRENTLY cannot run in a transaction
    dependencies = [("surveys", "0050_find_comments_to_read")]

    operations = [
        AddIndexConcurrently(
            model_name="response",
            index=models.Index(
                condition=models.Q(("source", ""), _negated=True),
                fields=["survey", "source"],
                name="response_of_source",
            ),
        ),
    ]
