from django.db import migrations, models

OPEN = ("category__in", ["OPEN", "WAITING"])


class Migration(migrations.Migration):
    dependencies = [("detractors", "0360_hold_alerts_together")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=models.Q(OPEN, ("cell__isnull", True)),
                name="case_queue_unmapped",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=models.Q(OPEN, ("is_public", True)),
                name="case_queue_public",
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(fields=["workspace", "-id"], name="escalation_latest"),
        ),
    ]
