"""Case mails of which nobody knows whether they arrived: few, looked for by their workspace and by the sweep."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("outbox", "0220_send_files_with_mails")]

    operations = [
        AddIndexConcurrently(
            "outboundmessage",
            models.Index(
                fields=["workspace"],
                condition=models.Q(kind="CUSTOMER", state="UNKNOWN"),
                name="message_doubtful",
            ),
        )
    ]
