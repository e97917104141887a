"""An erased person's address stays suppressed as a keyed hash, without being there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="suppression", name="suppression_once"),
        migrations.AddField(
            model_name="suppression",
            name="address_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="suppression",
            name="address",
            field=models.CharField(blank=True, max_length=320),
        ),
        migrations.AlterField(
            model_name="suppression",
            name="reason",
            field=models.CharField(
                choices=[
                    ("UNSUBSCRIBED", "Unsubscribed"),
                    ("BOUNCED", "Address does not work"),
                    ("COMPLAINED", "Marked as spam"),
                    ("MANUAL", "Added by hand"),
                    ("ERASED", "Asked to be erased"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True), models.Q(("address", ""), _negated=True)),
                fields=("workspace", "address"),
                name="suppression_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True), models.Q(("address_hash", ""), _negated=True)),
                fields=("workspace", "address_hash"),
                name="suppression_hash_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), ("address_hash", ""), _negated=True),
                name="suppression_of_somebody",
            ),
        ),
    ]
