"""No version can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = ("messagetemplate", "templateversion")
THERE = ";\n".join(
    [
        f"ALTER TABLE followups_{table} ADD CONSTRAINT followups_{table}_tenant_uniq UNIQUE (workspace_id, id)"
        for table in TABLES
    ]
    + [
        "ALTER TABLE followups_templateversion ADD CONSTRAINT followups_templateversion_template_id_tenant_fk FOREIGN KEY "
        "(workspace_id, template_id) REFERENCES followups_messagetemplate (workspace_id, id) DEFERRABLE INITIALLY DEFERRED"
    ]
)
BACK = ";\n".join(
    ["ALTER TABLE followups_templateversion DROP CONSTRAINT followups_templateversion_template_id_tenant_fk"]
    + [f"ALTER TABLE followups_{table} DROP CONSTRAINT followups_{table}_tenant_uniq" for table in reversed(TABLES)]
)


class Migration(migrations.Migration):
    dependencies = [("followups", "0320_keep_words_in_versions")]

    operations = [migrations.RunSQL(THERE, BACK)]
