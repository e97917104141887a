"""Alerts, choices and chat targets of steps belong to one workspace (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = (
    "detractors_alertrules", "detractors_alertchoice", "detractors_alertpace", "detractors_heldalert",
)  # fmt: skip
KEYS = (
    ("detractors_alertpace", "target_id", "outbox_chattarget"),
    ("detractors_heldalert", "target_id", "outbox_chattarget"),
    ("detractors_heldalert", "case_id", "detractors_case"),
    ("detractors_heldalert", "timer_id", "detractors_slatimer"),
    ("detractors_escalationstep", "target_id", "outbox_chattarget"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("detractors", "0210_escalate_by_a_chain"),
        ("outbox", "0211_tie_chat_targets_to_their_workspace"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_uniq UNIQUE (workspace_id, id)",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_uniq",
            )
            for table in TABLES
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_tenant_fk FOREIGN KEY (workspace_id, {column}) "
                f"REFERENCES {target} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_tenant_fk",
            )
            for table, column, target in KEYS
        ),
    ]
