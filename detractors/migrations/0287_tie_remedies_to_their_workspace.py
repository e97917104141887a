"""No remedy can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = ("remedy", "remedylimit", "remedysettings", "remedypool", "remedycode")
KEYS = (
    ("remedy", "case_id", "case"),
    ("remedy", "pool_id", "remedypool"),
    ("remedy", "task_id", "task"),
    ("remedycode", "pool_id", "remedypool"),
    ("remedycode", "remedy_id", "remedy"),
)
THERE = ";\n".join(
    [
        f"ALTER TABLE detractors_{table} ADD CONSTRAINT detractors_{table}_tenant_uniq UNIQUE (workspace_id, id)"
        for table in TABLES
    ]
    + [
        f"ALTER TABLE detractors_{table} ADD CONSTRAINT detractors_{table}_{column}_tenant_fk FOREIGN KEY "
        f"(workspace_id, {column}) REFERENCES detractors_{other} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED"
        for table, column, other in KEYS
    ]
)
BACK = ";\n".join(
    [
        f"ALTER TABLE detractors_{table} DROP CONSTRAINT detractors_{table}_{column}_tenant_fk"
        for table, column, _other in KEYS
    ]
    + [f"ALTER TABLE detractors_{table} DROP CONSTRAINT detractors_{table}_tenant_uniq" for table in reversed(TABLES)]
)


class Migration(migrations.Migration):
    dependencies = [("detractors", "0286_keep_remedies")]

    operations = [migrations.RunSQL(THERE, BACK)]
