"""Made beside running work: contacts may be millions."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0201_make_archives_of_people")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(fields=["workspace", "language"], name="contact_language"),
        )
    ]
