"""One index for each filter of the queue and one for what is done; built while the site goes on working."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

OPEN = models.Q(("category__in", ["OPEN", "WAITING"]))
DONE = models.Q(("category__in", ["RESOLVED", "CLOSED"]))


def _filter(field: str) -> AddIndexConcurrently:
    index = models.Index(
        condition=OPEN, fields=["workspace", field, "rank_at", "number"], name=f"case_queue_of_{field}"
    )
    return AddIndexConcurrently(model_name="case", index=index)


class Migration(migrations.Migration):
    atomic = False  # an index that is built concurrently cannot be part of a transaction

    dependencies = [("detractors", "0002_tie_rows_to_their_workspace")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(condition=DONE, fields=["workspace", "number"], name="case_done"),
        ),
        _filter("priority"),
        _filter("touchpoint"),
        _filter("survey"),
        _filter("score"),
    ]
