"""Monthly tallies beside the daily ones; the next migration fills them."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_remember_changes"),
        ("dashboards", "0002_tie_rows_to_their_workspace"),
        ("surveys", "0007_tie_widget_keys_to_their_workspace"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.CharField(max_length=8)),
                ("month", models.DateField()),
                ("dimension", models.CharField(blank=True, max_length=72)),
                ("value", models.CharField(blank=True, max_length=200)),
                ("measure", models.CharField(max_length=9)),
                ("n", models.IntegerField(default=0)),
                (
                    "survey",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.survey",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "series", "dimension", "month", "survey", "value", "measure"),
                        name="month_tally_once",
                    )
                ],
            },
            managers=[
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE dashboards_monthtally ADD CONSTRAINT dashboards_monthtally_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE dashboards_monthtally DROP CONSTRAINT dashboards_monthtally_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE dashboards_monthtally ADD CONSTRAINT dashboards_monthtally_survey_id_tenant_fk FOREIGN KEY"
            " (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE dashboards_monthtally DROP CONSTRAINT dashboards_monthtally_survey_id_tenant_fk",
        ),
        # Room on each page for the next version of a row of the running month: adding to it then touches no index.
        migrations.RunSQL(
            "ALTER TABLE dashboards_monthtally SET (fillfactor = 80)",
            "ALTER TABLE dashboards_monthtally RESET (fillfactor)",
        ),
    ]
