"""The constraint on segment and score as one list: read at every answer, so kept short; it implies the bounds."""

import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_tie_rows_to_their_workspace"),
        ("surveys", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="response",
            name="response_segment_agrees",
        ),
        migrations.RemoveConstraint(
            model_name="response",
            name="response_score_0_to_10",
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.In(
                    django.db.models.functions.text.Concat(
                        "metric",
                        models.Value(":"),
                        django.db.models.functions.comparison.Cast("score", models.TextField()),
                        models.Value(":"),
                        "segment",
                        output_field=models.TextField(),
                    ),
                    [
                        "NPS:0:DETRACTOR",
                        "NPS:1:DETRACTOR",
                        "NPS:2:DETRACTOR",
                        "NPS:3:DETRACTOR",
                        "NPS:4:DETRACTOR",
                        "NPS:5:DETRACTOR",
                        "NPS:6:DETRACTOR",
                        "NPS:7:PASSIVE",
                        "NPS:8:PASSIVE",
                        "NPS:9:PROMOTER",
                        "NPS:10:PROMOTER",
                        "CSAT:1:DISSATISFIED",
                        "CSAT:2:DISSATISFIED",
                        "CSAT:3:NEUTRAL",
                        "CSAT:4:SATISFIED",
                        "CSAT:5:SATISFIED",
                        "CES:1:DISSATISFIED",
                        "CES:2:DISSATISFIED",
                        "CES:3:DISSATISFIED",
                        "CES:4:NEUTRAL",
                        "CES:5:SATISFIED",
                        "CES:6:SATISFIED",
                        "CES:7:SATISFIED",
                        "STARS:1:DISSATISFIED",
                        "STARS:2:DISSATISFIED",
                        "STARS:3:NEUTRAL",
                        "STARS:4:SATISFIED",
                        "STARS:5:SATISFIED",
                    ],
                ),
                name="response_segment_agrees",
            ),
        ),
    ]
