"""What a provider reports of a mail that was read. Columns without a value: no row is written."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("outbox", "0090_wait_for_a_check_of_the_sender")]

    operations = [
        migrations.AddField("outboundmessage", "opened_at", models.DateTimeField(null=True)),
        migrations.AddField("outboundmessage", "clicked_at", models.DateTimeField(null=True)),
    ]
