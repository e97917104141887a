"""The planner knows how many cases are due or worth so much: what partial indexes have does not tell it.

Without it a third of all cases is believed to fit, and the whole queue is walked for the few that do.
"""

from django.db import migrations

COUNT = """
CREATE STATISTICS case_due_or_never ON (COALESCE(next_due_at, '2099-01-01 00:00:00+00'::timestamptz)) FROM detractors_case;
CREATE STATISTICS case_value_or_none ON (COALESCE(account_value, -1)) FROM detractors_case
"""
FORGET = "DROP STATISTICS case_due_or_never; DROP STATISTICS case_value_or_none"


class Migration(migrations.Migration):

    dependencies = [("detractors", "0211_tie_alerts_to_their_workspace")]

    operations = [migrations.RunSQL(COUNT, FORGET)]
