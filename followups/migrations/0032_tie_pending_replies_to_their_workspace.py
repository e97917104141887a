"""No reply can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations

TABLE = "followups_pendingreply"


def tie(column: str, table: str) -> migrations.RunSQL:
    name = f"{TABLE}_{column}_tenant_fk"
    return migrations.RunSQL(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} FOREIGN KEY (workspace_id, {column}) "
        f"REFERENCES {table} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {TABLE} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0031_let_replies_be_taken_back"),
        ("accounts", "0020_say_where_else_we_are"),
        ("detractors", "0080_tell_of_mentions_that_join"),
    ]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_tenant_uniq UNIQUE (workspace_id, id)",
            f"ALTER TABLE {TABLE} DROP CONSTRAINT {TABLE}_tenant_uniq",
        ),
        tie("case_id", "detractors_case"),
        tie("mail_id", "followups_mail"),
        migrations.RunSQL(
            "ALTER TABLE followups_replytemplate ADD CONSTRAINT followups_replytemplate_team_id_tenant_fk "
            "FOREIGN KEY (workspace_id, team_id) REFERENCES accounts_team (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE followups_replytemplate DROP CONSTRAINT followups_replytemplate_team_id_tenant_fk",
        ),
    ]
