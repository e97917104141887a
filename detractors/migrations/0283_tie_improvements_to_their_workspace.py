"""Nothing of an improvement can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = ("improvement", "improvementcause", "improvementcase", "improvementcomment")
KEYS = (
    ("improvementcause", "improvement_id", "improvement"),
    ("improvementcause", "cause_id", "rootcause"),
    ("improvementcase", "improvement_id", "improvement"),
    ("improvementcase", "case_id", "case"),
    ("improvementcomment", "improvement_id", "improvement"),
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
    dependencies = [("detractors", "0282_register_improvements")]

    operations = [migrations.RunSQL(THERE, BACK)]
