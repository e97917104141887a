"""A decision's mention is of the same workspace (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("detractors", "0020_decide_mentions_too"), ("surveys", "0021_tie_what_asks_to_its_workspace")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE detractors_casedecision ADD CONSTRAINT detractors_casedecision_mention_id_tenant_fk FOREIGN KEY (workspace_id, mention_id) REFERENCES surveys_mention (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE detractors_casedecision DROP CONSTRAINT detractors_casedecision_mention_id_tenant_fk",
        ),
    ]
