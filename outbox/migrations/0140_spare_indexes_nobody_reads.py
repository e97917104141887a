"""A mail is written three times: no index that another one begins with, no entry for a nonce that is empty."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0130_know_who_opened")]

    operations = [
        migrations.AlterField(
            model_name="outboundmessage",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.RemoveIndex(model_name="outboundmessage", name="message_by_unsubscribe"),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("unsubscribe_nonce", ""), _negated=True),
                fields=["unsubscribe_nonce"],
                name="message_by_unsubscribe",
            ),
        ),
    ]
