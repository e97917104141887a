"""The monthly tallies of what is there already, in a transaction of its own after the table is made.

Folding is the schedule's, which rests during an upgrade; the lock keeps out a fold that is on its way.
"""

from django.db import migrations

FILL = """
SET LOCAL statement_timeout = 0;
LOCK TABLE dashboards_dailytally IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO dashboards_monthtally (workspace_id, series, dimension, month, survey_id, value, measure, n)
SELECT workspace_id, series, dimension, date_trunc('month', day::timestamp)::date, survey_id, value, measure, SUM(n)
FROM dashboards_dailytally GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING SUM(n) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7
"""


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0003_keep_monthly_tallies")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
