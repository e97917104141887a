"""No playbook, run or planned step can point across workspaces (see core/tenant_keys.py)."""

from django.db import migrations

TABLES = ("playbook", "playbookstep", "playbookrun", "plannedstep")
KEYS = (
    ("playbookstep", "playbook_id", "followups_playbook"),
    ("playbookrun", "playbook_id", "followups_playbook"),
    ("playbookrun", "case_id", "detractors_case"),
    ("playbookrun", "response_id", "surveys_response"),
    ("playbookrun", "contact_id", "surveys_contact"),
    ("plannedstep", "run_id", "followups_playbookrun"),
    ("plannedstep", "step_id", "followups_playbookstep"),
    ("plannedstep", "message_id", "outbox_outboundmessage"),
    ("plannedstep", "task_id", "detractors_task"),
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
    dependencies = [("followups", "0300_run_playbooks")]

    operations = [migrations.RunSQL(THERE, BACK)]
