"""Chat targets belong to one workspace (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0210_speak_in_chat")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE outbox_chattarget ADD CONSTRAINT outbox_chattarget_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE outbox_chattarget DROP CONSTRAINT outbox_chattarget_tenant_uniq",
        ),
    ]
