"""No widget key can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_make_widget_keys")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE surveys_widgetkey ADD CONSTRAINT surveys_widgetkey_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE surveys_widgetkey DROP CONSTRAINT surveys_widgetkey_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_widgetkey ADD CONSTRAINT surveys_widgetkey_survey_id_tenant_fk FOREIGN KEY"
            " (workspace_id, survey_id) REFERENCES surveys_survey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_widgetkey DROP CONSTRAINT surveys_widgetkey_survey_id_tenant_fk",
        ),
        migrations.RunSQL(
            "ALTER TABLE surveys_widgetkey ADD CONSTRAINT surveys_widgetkey_replaces_id_tenant_fk FOREIGN KEY"
            " (workspace_id, replaces_id) REFERENCES surveys_widgetkey (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE surveys_widgetkey DROP CONSTRAINT surveys_widgetkey_replaces_id_tenant_fk",
        ),
    ]
