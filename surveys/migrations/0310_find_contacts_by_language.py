"""Made beside running work: contacts may be millions."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0300_offer_help_by_reason")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(fields=["workspace", "language"], name="contact_language"),
        )
    ]
