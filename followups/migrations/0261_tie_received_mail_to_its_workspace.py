"""No mail that came in can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations


def unique(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_uniq UNIQUE (workspace_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_uniq",
    )


def tie(column: str, table: str) -> migrations.RunSQL:
    name = f"followups_receivedmail_{column}_tenant_fk"
    return migrations.RunSQL(
        f"ALTER TABLE followups_receivedmail ADD CONSTRAINT {name} FOREIGN KEY (workspace_id, {column}) "
        f"REFERENCES {table} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE followups_receivedmail DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0260_take_mail_in"),
        ("surveys", "0130_read_comments_again"),
    ]

    operations = [
        unique("followups_receivedmail"),
        unique("followups_mailintake"),
        tie("case_id", "detractors_case"),
        tie("after_id", "detractors_case"),
        tie("mail_id", "followups_mail"),
        tie("mention_id", "surveys_mention"),
    ]
