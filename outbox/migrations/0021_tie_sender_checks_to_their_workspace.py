"""Checks of senders belong to one workspace (see core/tenant_keys.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0020_check_the_senders_domain")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE outbox_sendercheck ADD CONSTRAINT outbox_sendercheck_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE outbox_sendercheck DROP CONSTRAINT outbox_sendercheck_tenant_uniq",
        ),
    ]
