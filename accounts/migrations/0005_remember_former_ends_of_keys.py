"""A key that replaces another knows when the other would have ended; of rotations before, the audit log tells it."""

from typing import Any

from django.db import migrations, models
from django.utils.dateparse import parse_datetime


def read_former_ends(apps: Any, _schema_editor: Any) -> None:
    """Where the record has gone by its retention, the old key keeps the end it has now."""
    keys = apps.get_model("accounts", "ApiKey")._base_manager
    records = apps.get_model("accounts", "AuditEvent")._base_manager
    for key in keys.filter(replaces__isnull=False, former_end__isnull=True):
        old = keys.get(pk=key.replaces_id)
        record = (
            records.filter(
                workspace_id=old.workspace_id,
                act="KEY_ROTATED",
                subject_kind="api_key",
                subject_id=old.prefix,
                detail__new=key.prefix,
            )
            .order_by("pk")
            .last()
        )
        said = record.detail["ended_before"] if record else None
        end = (parse_datetime(said) if said else None) if record else old.expiry_date
        keys.filter(pk=key.pk).update(former_end=end)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_remember_changes")]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="former_end",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(read_former_ends, migrations.RunPython.noop),
    ]
