"""What a promise is made for, whose hours a timer runs by and a recount are of the same workspace (see core/tenant_keys.py)."""

from django.db import migrations

KEYS = (
    ("detractors_slapolicy", "touchpoint_id", "surveys_touchpoint"),
    ("detractors_slapolicy", "audience_id", "surveys_audience"),
    ("detractors_slatimer", "calendar_id", "accounts_businesscalendar"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("detractors", "0190_promise_by_what_a_case_is"),
        ("accounts", "0190_keep_hours_of_teams"),
        ("surveys", "0071_tie_contacts_to_companies"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE detractors_recount ADD CONSTRAINT detractors_recount_tenant_uniq UNIQUE (workspace_id, id)",
            "ALTER TABLE detractors_recount DROP CONSTRAINT detractors_recount_tenant_uniq",
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
