"""An index for the queue of members who see only the cases of their teams."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("detractors", "0004_spare_what_is_proven_twice")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("category__in", ["OPEN", "WAITING"])),
                fields=["workspace", "team", "rank_at", "number"],
                name="case_queue_of_team",
            ),
        ),
    ]
