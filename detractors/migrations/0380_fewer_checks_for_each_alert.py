"""An index another one does the work of, and a check the case's key makes anyway (accounts.tenancy.proven_workspace).

Removed beside running work: escalations of a workspace, the newest first, are read from their tenant key backwards.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("detractors", "0321_tie_retention_to_its_workspace")]

    operations = [
        RemoveIndexConcurrently(model_name="escalation", name="escalation_latest"),
        migrations.AlterField(
            model_name="notification",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
    ]
