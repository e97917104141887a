"""Each company contacts carry the name of becomes a row, and they are tied to it."""

from django.db import migrations

TIE = """
INSERT INTO surveys_company (workspace_id, public_id, external_id, name, attributes, created_at, updated_at)
SELECT workspace_id, left(replace(gen_random_uuid()::text, '-', ''), 22), '', company, '{}', min(created_at), min(created_at)
FROM surveys_contact WHERE company <> '' AND erased_at IS NULL
GROUP BY workspace_id, company
ON CONFLICT (workspace_id, name) DO NOTHING;
UPDATE surveys_contact c SET account_id = o.id
FROM surveys_company o
WHERE o.workspace_id = c.workspace_id AND o.name = c.company AND c.company <> '' AND c.account_id IS NULL
  AND c.erased_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0070_tell_contacts_their_last_answer")]
    operations = [migrations.RunSQL(TIE, migrations.RunSQL.noop)]
