"""A staff notice may wait as facts, and is rendered when it leaves or is looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_know_erased_addresses_by_hash")]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="facts",
            field=models.JSONField(null=True),
        ),
        migrations.AddConstraint(
            model_name="outboundmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("facts__isnull", True),
                    models.Q(
                        ("forgotten_at__isnull", True),
                        ("html", ""),
                        ("is_secret", False),
                        ("kind", "STAFF"),
                        ("text", ""),
                    ),
                    _connector="OR",
                ),
                name="message_facts_instead_of_words",
            ),
        ),
    ]
