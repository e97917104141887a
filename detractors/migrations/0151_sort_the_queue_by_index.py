"""One index for each sort of the queue besides the rank, made beside running work."""

import datetime

import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

OPEN = models.Q(("category__in", ["OPEN", "WAITING"]))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("detractors", "0150_lay_out_the_desk")]

    operations = [
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("workspace"),
                django.db.models.functions.comparison.Coalesce(
                    models.F("next_due_at"),
                    models.Value(datetime.datetime(2099, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                models.F("number"),
                condition=OPEN,
                name="case_queue_by_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=OPEN, fields=["workspace", "opened_at", "number"], name="case_queue_by_opened"
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=OPEN, fields=["workspace", "updated_at", "number"], name="case_queue_by_updated"
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                models.F("workspace"),
                django.db.models.functions.comparison.Coalesce(models.F("score"), models.Value(99)),
                models.F("number"),
                condition=OPEN,
                name="case_queue_by_score",
            ),
        ),
    ]
