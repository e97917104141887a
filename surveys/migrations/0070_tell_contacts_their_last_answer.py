"""What people said before is told to their contacts; names and values that companies and audiences are found by."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper

TELL = """
UPDATE surveys_contact c
SET last_answered_at = latest.at, last_score = nps.score, last_segment = COALESCE(nps.segment, '')
FROM (
  SELECT r.contact_id, max(r.responded_at) AS at FROM surveys_response r
  WHERE r.contact_id IS NOT NULL AND r.trust <> 'LIKELY_SCANNER' GROUP BY r.contact_id
) AS latest
LEFT JOIN (
  SELECT DISTINCT ON (r.contact_id) r.contact_id, r.score, r.segment FROM surveys_response r
  WHERE r.contact_id IS NOT NULL AND r.trust <> 'LIKELY_SCANNER' AND r.metric = 'NPS'
  ORDER BY r.contact_id, r.responded_at DESC, r.id DESC
) AS nps ON nps.contact_id = latest.contact_id
WHERE c.id = latest.contact_id
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0060_count_answers_by_source")]

    operations = [
        migrations.RunSQL(TELL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="contact",
            index=GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="contact_name_alike"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["workspace", "account_value"],
                condition=Q(account_value__isnull=False),
                name="contact_value",
            ),
        ),
    ]
