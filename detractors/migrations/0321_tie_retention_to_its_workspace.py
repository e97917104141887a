"""Nothing that is said of a customer who stayed or left can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = ("lossreason", "retention")
KEYS = (("retention", "case_id", "case"), ("retention", "reason_id", "lossreason"))
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
    dependencies = [("detractors", "0320_say_who_stayed")]

    operations = [migrations.RunSQL(THERE, BACK)]
