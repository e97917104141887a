"""A due timer writes six rows: no constraint that another one implies, no index that no page reads.

The workspace of a timer, an escalation and a line is proven by the composite keys that lead to its case, which has a
constraint of its own. `case_all` served no page: open work reads the partial indexes in rank order, everything else goes by number.
"""

import core.tokens
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_tie_rows_to_their_workspace"),
        ("detractors", "0003_remember_changes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_all",
        ),
        migrations.AlterField(
            model_name="case",
            name="link_nonce",
            field=models.CharField(default=core.tokens.new_nonce, editable=False, max_length=22),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="escalation",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AlterField(
            model_name="slatimer",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.workspace",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("link_nonce",), name="case_link_nonce_once"),
        ),
    ]
