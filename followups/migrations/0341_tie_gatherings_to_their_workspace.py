"""No gathering and none of its guests can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = ("gathering", "guest")
KEYS = (
    ("guest", "gathering_id", "followups_gathering"),
    ("guest", "case_id", "detractors_case"),
    ("guest", "contact_id", "surveys_contact"),
    ("guest", "message_id", "outbox_outboundmessage"),
)
THERE = ";\n".join(
    [
        f"ALTER TABLE followups_{table} ADD CONSTRAINT followups_{table}_tenant_uniq UNIQUE (workspace_id, id)"
        for table in TABLES
    ]
    + [
        f"ALTER TABLE followups_{table} ADD CONSTRAINT followups_{table}_{column}_tenant_fk FOREIGN KEY "
        f"(workspace_id, {column}) REFERENCES {other} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED"
        for table, column, other in KEYS
    ]
)
BACK = ";\n".join(
    [
        f"ALTER TABLE followups_{table} DROP CONSTRAINT followups_{table}_{column}_tenant_fk"
        for table, column, _other in KEYS
    ]
    + [f"ALTER TABLE followups_{table} DROP CONSTRAINT followups_{table}_tenant_uniq" for table in reversed(TABLES)]
)


class Migration(migrations.Migration):
    dependencies = [("followups", "0340_invite_to_gatherings")]

    operations = [migrations.RunSQL(THERE, BACK)]
