"""An invitation knows when to look after its mail; a form without invitation makes one answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_tie_rows_to_their_workspace"),
        ("outbox", "0002_tie_rows_to_their_workspace"),
        ("surveys", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="invitation",
            name="invitation_queued",
        ),
        migrations.AddField(
            model_name="invitation",
            name="facts",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="invitation",
            name="follow_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="response",
            name="submission",
            field=models.CharField(blank=True, db_default="", default="", max_length=22),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("follow_at__isnull", False)),
                fields=["follow_at"],
                name="invitation_followed",
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.UniqueConstraint(
                condition=models.Q(("submission", ""), _negated=True),
                fields=("survey", "submission"),
                name="response_once_per_submission",
            ),
        ),
    ]
