"""What a provider reports of a mail that was read. Columns without a value: no row is written."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("outbox", "0110_count_texts_in_parts")]

    operations = [
        migrations.AddField("outboundmessage", "opened_at", models.DateTimeField(null=True)),
        migrations.AddField("outboundmessage", "clicked_at", models.DateTimeField(null=True)),
    ]
