"""Where reading again stands. A column without a value on a table of one row a workspace."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("surveys", "0071_tie_contacts_to_companies")]

    operations = [migrations.AddField("commentmodel", "again_below", models.BigIntegerField(null=True))]
