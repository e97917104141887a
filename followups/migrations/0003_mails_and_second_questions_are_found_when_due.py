"""What is due is found by an index: second questions nobody could be asked close too, and mails sent lately."""

from django.db import migrations, models

SKIPPED_BECAUSE = [
    ("NO_ADDRESS", "the customer has no e-mail address"),
    ("SUPPRESSED", "the address is on the suppression list"),
    ("UNDELIVERABLE", "the address does not work"),
    ("ERASED", "the person was erased"),
    ("TOO_LATE", "it would have come too late"),
    ("NO_LONGER_TRUE", "the case had moved on"),
    ("ALREADY_ANSWERED", "a person had already answered"),
    ("TOO_MANY", "several automatic mails had just been sent"),
    ("SWITCHED_OFF", "switched off by hand"),
]


class Migration(migrations.Migration):
    dependencies = [("followups", "0002_tie_rows_to_their_workspace")]

    operations = [
        migrations.AlterField(
            model_name="followup",
            name="step",
            field=models.CharField(
                choices=[
                    ("ACKNOWLEDGE", "We have your answer"),
                    ("WAITING", "What we are waiting for"),
                    ("CLOSING", "What was done"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="skipped_because",
            field=models.CharField(blank=True, choices=SKIPPED_BECAUSE, max_length=16),
        ),
        migrations.RemoveIndex(model_name="resurvey", name="resurvey_closing"),
        migrations.AddIndex(
            model_name="resurvey",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True), ("status__in", ["ASKED", "NOT_ASKED"])),
                fields=["closes_at"],
                name="resurvey_closing",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(condition=models.Q(("direction", "OUT")), fields=["at"], name="mail_sent_lately"),
        ),
    ]
