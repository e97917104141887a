"""Comments nobody has read yet, for the sweep that reads them; those a trained model has not met before."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False  # the table may be large, and answers must go on meanwhile
    dependencies = [("surveys", "0022_spare_second_indexes_on_ids")]

    operations = [
        AddIndexConcurrently(
            "response",
            models.Index(
                fields=["-id"],
                condition=Q(comment_language="") & ~Q(comment=""),
                name="response_unread",
            ),
        ),
    ]
