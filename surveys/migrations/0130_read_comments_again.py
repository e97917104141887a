"""Where reading again stands. A column without a value on a table of one row a workspace."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("surveys", "0120_edit_many_contacts")]

    operations = [migrations.AddField("commentmodel", "again_below", models.BigIntegerField(null=True))]
