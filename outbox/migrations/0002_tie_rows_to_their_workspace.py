"""Composite keys: no row can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
        ("accounts", "0002_tie_rows_to_their_workspace"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE outbox_outboundmessage ADD CONSTRAINT outbox_outboundmessage_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE outbox_outboundmessage DROP CONSTRAINT outbox_outboundmessage_tenant_uniq",
        ),
        migrations.RunSQL(
            "ALTER TABLE outbox_suppression ADD CONSTRAINT outbox_suppression_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE outbox_suppression DROP CONSTRAINT outbox_suppression_tenant_uniq",
        ),
    ]
